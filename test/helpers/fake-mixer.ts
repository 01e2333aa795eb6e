/**
 * The far end of a link, for tests of the server: a real process that speaks the contract and touches no media.
 *
 * An offer is a command to it: `crash`, `hang`, `pid`, `state` (answers the rooms it has, as JSON), `fail CODE`,
 * `silent` (never answers), `deaf` (keeps running without a channel), `event JSON` (tells that event, then answers).
 * Anything else is answered `answer to OFFER`. The subject line (`s=`) of a real offer is a command too.
 */
import type {
  Events,
  Failure,
  MixerStats,
  RequestMessage,
} from "../../mixer/contract.js";

type FakeRoom = {
  participants: Record<string, { name: string; muted: boolean }>;
  subscriptions: string[];
  recordings: string[];
  candidates: number;
  layout?: string;
};

const rooms = new Map<string, FakeRoom>();
const refuse = (code: Failure["code"], message: string): never => {
  throw Object.assign(new Error(message), { code });
};
const say = (message: object): void => {
  // A server that is gone is noticed by `disconnect`.
  process.send?.(message, undefined, undefined, () => {});
};
const tell = <Name extends keyof Events>(name: Name, data: Events[Name]) =>
  say({ kind: "event", name, data });
const inRoom = (name: string): FakeRoom =>
  rooms.get(name) ?? refuse("not-found", `There is no room "${name}"`);

const STATS = {
  rooms: 0,
  participants: 0,
  memory: Number(process.env["FAKE_MEMORY"] ?? 1),
} as MixerStats;
const SILENT = Symbol("silent");

const hang = (): never => {
  for (;;);
};

const COMMANDS: Record<string, (rest: string) => string | typeof SILENT> = {
  crash: () => {
    process.kill(process.pid, "SIGKILL");
    return SILENT;
  },
  hang,
  pid: () => String(process.pid),
  state: () => JSON.stringify(Object.fromEntries(rooms)),
  fail: (code) => refuse(code as Failure["code"], "As you wish"),
  silent: () => SILENT,
  deaf: () => {
    process.removeAllListeners("disconnect");
    setInterval(() => {}, 1_000);
    process.on("SIGTERM", () => {});
    return "deaf";
  },
  event: (json) => {
    say({ kind: "event", ...(JSON.parse(json) as object) });
    return "told";
  },
};

const obey = (sdp: string): string | typeof SILENT => {
  const [word = "", ...rest] = (/^s=(.+)$/m.exec(sdp)?.[1] ?? sdp).split(" ");
  return COMMANDS[word]?.(rest.join(" ")) ?? `answer to ${sdp}`;
};
const answer = (sdp: string): unknown => {
  const text = obey(sdp);
  return text === SILENT ? SILENT : { sdp: text };
};

const mapOf = (room: string) => ({
  view: "main",
  layout: "grid" as const,
  width: 1280,
  height: 720,
  tiles: Object.keys(inRoom(room).participants).map((participant) => ({
    participant,
    state: "off" as const,
    x: 0,
    y: 0,
    width: 1280,
    height: 720,
  })),
});

type Handlers = {
  [Name in RequestMessage["name"]]: (
    params: Extract<RequestMessage, { name: Name }>["params"],
  ) => unknown;
};

const handlers: Handlers = {
  "room.open": ({ room }) => {
    if (rooms.has(room)) refuse("failed", `"${room}" is open already`);
    rooms.set(room, {
      participants: {},
      subscriptions: [],
      recordings: [],
      candidates: 0,
    });
  },
  "room.close": ({ room }) => void rooms.delete(room),
  "participant.add": ({ room, participant: { id, name, muted } }) => {
    inRoom(room).participants[id] = { name, muted };
    tell("layout", { room, layout: mapOf(room) });
  },
  "participant.update": ({ room, participant, change }) => {
    Object.assign(inRoom(room).participants[participant] ?? {}, change);
  },
  "participant.remove": ({ room, participant }) => {
    Reflect.deleteProperty(inRoom(room).participants, participant);
  },
  publish: ({ room, participant, sdp }) => {
    if (inRoom(room).participants[participant] === undefined)
      refuse("not-found", "no such participant");
    return answer(sdp);
  },
  unpublish: () => null,
  subscribe: ({ room, subscription, sdp }) => {
    inRoom(room).subscriptions.push(subscription);
    return answer(sdp);
  },
  unsubscribe: ({ room, subscription }) => {
    const all = inRoom(room).subscriptions;
    all.splice(all.indexOf(subscription), 1);
  },
  candidate: ({ room }) => void inRoom(room).candidates++,
  "layout.get": ({ room }) => mapOf(room),
  "layout.set": ({ room, layout }) => {
    inRoom(room).layout = layout;
    return mapOf(room);
  },
  picture: () => ({ jpeg: Uint8Array.of(0xff, 0xd8, 0xff) }),
  "recording.start": ({ room, recording }) => {
    if (process.env["FAKE_NO_RECORDING"] !== undefined)
      refuse("failed", "The disk is full");
    inRoom(room).recordings.push(recording);
  },
  "recording.stop": ({ room, recording }) => {
    const all = inRoom(room).recordings;
    if (!all.includes(recording)) refuse("not-found", "no such recording");
    if (process.env["FAKE_SLOW_STOP"] !== undefined) return SILENT;
    all.splice(all.indexOf(recording), 1);
    return { duration: 2, size: 1000, file: `${recording}.mp4` };
  },
  "recording.repair": ({ recording }) => ({
    duration: 1,
    size: 500,
    file: `${recording}.mp4`,
  }),
  stats: () => STATS,
};

const reply = (message: RequestMessage): void => {
  const { id } = message;
  try {
    const handler = handlers[message.name] as (params: unknown) => unknown;
    const result = handler(message.params);
    if (result !== SILENT) say({ kind: "reply", id, result: result ?? null });
  } catch (error) {
    const { code = "failed", message: text } = error as Error & {
      code?: string;
    };
    say({ kind: "reply", id, failure: { code, message: text } });
  }
};

// The first message is the options; none of them matters here.
process.once("message", () => {
  process.on("message", reply);
  tell("ready", {});
});
process.on("disconnect", () => process.exit(0));
if (process.env["FAKE_STILLBORN"] !== undefined) process.exit(3);
