/** A real room of the mixer in this process, with what it says collected. */
import type { ExecutionContext, TestFn } from "ava";
import type {
  EventName,
  Events,
  MixerOptions,
  SoundOptions,
  ViewSettings,
} from "../../mixer/contract.js";
import { createCounters } from "../../mixer/counters.js";
import { createLoad, type Load } from "../../mixer/room/load.js";
import { Room } from "../../mixer/room/room.js";
import {
  openReceiver,
  openSender,
  type Receiver,
  type SenderOptions,
  type Yuv,
} from "./peer.js";
import { settingsOf } from "./settings.js";
import { goertzel, toneLevel } from "./tone.js";
import { until } from "./until.js";

const mixer: MixerOptions = {
  recordings: "/tmp",
  mediaAddresses: [],
  mediaPorts: { min: 20_000, max: 40_000 },
  iceServers: [],
  codecs: ["h264", "vp8"],
  encoder: "software",
  logLevel: "silent",
};

/** Clients that are connected to the room. */
const createClients = (room: Room) => {
  const closing: (() => void)[] = [];
  let subscriptions = 0;
  return {
    send: async (
      participant: string,
      source: "camera" | "share",
      options: SenderOptions,
    ) => {
      const sender = openSender(options);
      closing.push(sender.close);
      const sdp = await sender.offer();
      await sender.accept(
        await room.publish({ room: "demo", participant, source, sdp }),
      );
      return sender;
    },
    receive: async (
      params: {
        participant?: string;
        view?: string;
        rendition?: "auto" | "low" | "medium" | "audio";
      } = {},
    ) => {
      const receiver = openReceiver();
      closing.push(receiver.close);
      const subscription = `s${++subscriptions}`;
      const sdp = await room.subscribe({
        room: "demo",
        subscription,
        view: "main",
        rendition: "auto",
        ...params,
        sdp: await receiver.offer(),
      });
      await receiver.accept(sdp);
      return { subscription, ...receiver };
    },
    close: () => {
      for (const close of closing) close();
    },
  };
};

type Told = {
  [Name in EventName]: { name: Name; data: Events[Name] };
}[EventName];

/** `load`: e.g. one whose level a test chooses. */
export const openRoom = ({
  main = settingsOf(),
  load = createLoad(),
  recordings = mixer.recordings,
  sound,
}: {
  main?: ViewSettings;
  load?: Load;
  recordings?: string;
  sound?: SoundOptions;
} = {}) => {
  const told: Told[] = [];
  const errors: unknown[] = [];
  const counters = createCounters();
  const room = new Room({
    name: "demo",
    main,
    sound,
    mixer: { ...mixer, recordings },
    counters,
    load,
    emit: (name, data) => told.push({ name, data } as Told),
    onError: (error) => errors.push(error),
  });
  const events = <Name extends EventName>(name: Name): Events[Name][] =>
    told
      .filter((it) => it.name === name)
      .map(({ data }) => data as Events[Name]);
  const { close: closeClients, ...clients } = createClients(room);
  return {
    room,
    errors,
    counters,
    events,
    /** What the participant was asked last to send of its camera. */
    hintFor: (id: string) =>
      events("uplink")
        .filter(({ participant }) => participant === id)
        .at(-1)?.hints[0],
    /** The last event of a kind that fits. */
    awaitEvent: async <Name extends EventName>(
      name: Name,
      accept: (data: Events[Name]) => boolean,
    ): Promise<Events[Name]> => {
      const { value } = await until({
        what: `an event ${name}`,
        read: () => events(name).filter(accept).at(-1),
        accept: (found) => found !== undefined,
      });
      return value!;
    },
    ...clients,
    close: async () => {
      await room.close();
      closeClients();
    },
  };
};

export type OpenedRoom = ReturnType<typeof openRoom>;

/**
 * Opens rooms that are closed after each test of the file, none of which may have met an error; the tests have to be
 * serial. `closed` is called when all are closed.
 */
export const useRooms = (
  test: TestFn,
  closed?: (t: ExecutionContext) => void,
): typeof openRoom => {
  const opened = new Set<OpenedRoom>();
  test.afterEach.always(async (t) => {
    for (const room of opened) {
      await room.close();
      t.deepEqual(room.errors, []);
      opened.delete(room);
    }
    closed?.(t);
  });
  return (options) => {
    const room = openRoom(options);
    opened.add(room);
    return room;
  };
};

export const RED: Yuv = [100, 110, 190];
export const BLUE: Yuv = [90, 190, 100];
export const GREEN: Yuv = [140, 80, 80];

const isNear = (a: Yuv, b: Yuv): boolean =>
  a.every((value, i) => Math.abs(value - b[i]!) < 12);

/** Waits until the colour is seen at that place, given as fractions of the picture. */
export const sees = async (
  receiver: Receiver,
  colour: Yuv,
  [x, y]: [x: number, y: number] = [0.5, 0.5],
): Promise<void> => {
  await until({
    what: `${colour} at ${x}, ${y}`,
    read: () => receiver.colourAt(x, y),
    accept: (seen) => isNear(seen, colour),
  });
};

/** Waits until these tones (Hz) are heard at the level at which senders send them, and those not at all. */
export const hears = async (
  receiver: Receiver,
  { loud = [], silent = [] }: { loud?: number[]; silent?: number[] },
): Promise<void> => {
  const all = (levelOf: typeof toneLevel, tones: number[]): number[] =>
    tones.map((hz) => levelOf(receiver.heard(), 48_000, hz));
  await until({
    what: `${loud} Hz heard and ${silent} Hz not`,
    read: () => ({
      loud: all(toneLevel, loud),
      silent: all(goertzel, silent),
    }),
    accept: (levels) =>
      levels.loud.every((it) => it > -26) &&
      levels.silent.every((it) => it < -60),
  });
};
