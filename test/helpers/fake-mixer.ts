/**
 * The far end of a link, for tests of the server: a real process that speaks the contract and touches no media.
 *
 * An offer is a command to it: `crash`, `hang`, `pid`, `state` (answers the rooms it has, as JSON), `fail CODE`,
 * `silent` (never answers), `deaf` (keeps running without a channel), `event JSON` (tells that event, then answers).
 * Anything else is answered `answer to OFFER`. The subject line (`s=`) of a real offer is a command too.
 * A layout whose background is `SPOILT` is refused, as a picture that cannot be read is.
 */
import type {
  Events,
  Failure,
  MixRow,
  MixerStats,
  RequestMessage,
  Requests,
  ViewLayout,
  ViewSettings,
} from "../../mixer/contract.js";
import { recordingHandlers } from "./fake-recordings.js";
import { fakeRtp } from "./fake-rtp.js";
import { playedHandlers, type Place } from "./fake-played.js";
import { SPOILT } from "./spoilt.js";

export type FakeRoom = Place & {
  participants: Record<
    string,
    Requests["participant.add"]["params"]["participant"]
  >;
  /** Names of the sources that each sends. */
  published: Record<string, string[]>;
  subscriptions: string[];
  /** What each subscription receives. */
  watching: Record<string, object>;
  /** Views that are recorded, by recording; "main (paused)" while nothing is. */
  recordings: Record<string, string>;
  /** Where each live output goes. */
  lives: Record<string, string>;
  candidates: string[];
  views: Record<string, ViewSettings>;
  /** Whether levels are told. */
  levels: boolean;
  sound?: Requests["room.open"]["params"]["sound"];
  rows: Record<string, MixRow>;
  channels: Record<string, MixRow>;
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

const IMPLICIT = /^(solo|own):/;
const settingsOf = (room: string, view: string): ViewSettings => {
  const { views } = inRoom(room);
  const settings = views[IMPLICIT.test(view) ? "main" : view];
  return settings ?? refuse("not-found", `There is no view "${view}"`);
};

const mapOf = (room: string, view: string): ViewLayout => {
  const { layout, pinned, width, height, page } = settingsOf(room, view);
  return {
    view,
    layout: typeof layout === "string" ? layout : "custom",
    pinned,
    width,
    height,
    timestamp: 90_000,
    pages: page + 1,
    page,
    tiles: Object.keys(inRoom(room).participants).map((participant) => ({
      participant,
      source: "camera",
      state: "off",
      x: 0,
      y: 0,
      z: 0,
      width,
      height,
    })),
  };
};

const tellLayout = (room: string, view: string): ViewLayout => {
  const layout = mapOf(room, view);
  tell("layout", { room, layout });
  return layout;
};

const setView = ({ room, view, settings }: Requests["view.set"]["params"]) => {
  const { layout } = settings;
  if (typeof layout !== "string" && layout.background?.image === SPOILT)
    refuse("bad-request", "layout.background.image: not a picture");
  inRoom(room).views[view] = settings;
  return tellLayout(room, view);
};

type Handlers = {
  [Name in RequestMessage["name"]]: (
    params: Extract<RequestMessage, { name: Name }>["params"],
  ) => unknown;
};

const follow = (
  rows: Record<string, MixRow>,
  changes: Record<string, MixRow | null>,
): void => {
  for (const [name, row] of Object.entries(changes))
    if (row === null) Reflect.deleteProperty(rows, name);
    else rows[name] = row;
};

const handlers: Handlers = {
  "room.open": ({ room, main, sound }) => {
    if (rooms.has(room)) refuse("failed", `"${room}" is open already`);
    rooms.set(room, {
      participants: {},
      published: {},
      subscriptions: [],
      watching: {},
      recordings: {},
      lives: {},
      candidates: [],
      views: { main },
      levels: false,
      sound,
      rows: {},
      channels: {},
    });
  },
  "room.close": ({ room }) => void rooms.delete(room),
  "room.levels": ({ room, on }) => {
    inRoom(room).levels = on;
  },
  "room.sound": ({ room, ...sound }) => {
    inRoom(room).sound = sound;
  },
  "room.routing": ({ room, listeners = {}, channels = {} }) => {
    follow(inRoom(room).rows, listeners);
    follow(inRoom(room).channels, channels);
  },
  "participant.add": ({ room, participant }) => {
    inRoom(room).participants[participant.id] = participant;
    tellLayout(room, "main");
  },
  "participant.update": ({ room, participant, change }) => {
    Object.assign(inRoom(room).participants[participant] ?? {}, change);
  },
  "participant.remove": ({ room, participant }) => {
    Reflect.deleteProperty(inRoom(room).participants, participant);
  },
  publish: ({ room, participant, source, sdp }) => {
    const { participants, published } = inRoom(room);
    if (participants[participant] === undefined)
      refuse("not-found", "no such participant");
    const sources = (published[participant] ??= []);
    if (!sources.includes(source)) sources.push(source);
    return answer(sdp);
  },
  unpublish: ({ room, participant, source }) => {
    const { published } = inRoom(room);
    const sources = published[participant] ?? [];
    published[participant] = sources.filter((one) => one !== source);
  },
  subscribe: ({ room, subscription, view, rendition, sdp }) => {
    settingsOf(room, view);
    const { subscriptions, watching } = inRoom(room);
    subscriptions.push(subscription);
    watching[subscription] = { view, rendition };
    return answer(sdp);
  },
  "subscription.set": ({ room, subscription, ...change }) => {
    const { watching } = inRoom(room);
    const former = watching[subscription];
    if (former === undefined) refuse("not-found", "no such subscription");
    const said = Object.entries(change).filter(([, is]) => is !== undefined);
    watching[subscription] = { ...former, ...Object.fromEntries(said) };
    if (change.view !== undefined) tellLayout(room, change.view);
  },
  unsubscribe: ({ room, subscription }) => {
    const all = inRoom(room).subscriptions;
    all.splice(all.indexOf(subscription), 1);
  },
  candidate: ({ room, target }) =>
    void inRoom(room).candidates.push(
      "subscription" in target ? "subscription" : (target.source ?? "camera"),
    ),
  "layout.get": ({ room, view }) => mapOf(room, view),
  "view.set": setView,
  "view.remove": ({ room, view }) => {
    Reflect.deleteProperty(inRoom(room).views, view);
  },
  picture: () => ({ jpeg: Uint8Array.of(0xff, 0xd8, 0xff) }),
  ...recordingHandlers(inRoom, refuse, SILENT),
  ...fakeRtp,
  ...playedHandlers(inRoom, refuse),
  "live.start": ({ room, live, output }) => {
    const { url = "hls" } = output as { url?: string };
    inRoom(room).lives[live] = url;
  },
  "live.stop": ({ room, live }) => {
    Reflect.deleteProperty(inRoom(room).lives, live);
  },
  "live.take": () => SILENT,
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
