import type { Call, CallEnd, CallOptions } from "./call-types.js";
import { request, setRoom, setStatus, type Core } from "./core.js";
import { CallError } from "./errors.js";
import { createLink, type Link } from "./link.js";
import { createParts, obeyHints, type Parts } from "./parts.js";
import type {
  CloseReason,
  Incoming,
  Outgoing,
  PlayableInfo,
  RtpAsked,
  RtpInfo,
  ServerMessage,
} from "./protocol.js";
import { reduceRoom, selfIn } from "./room-state.js";

/** After these a seat may be had again: the link goes on. */
const COMES_BACK: ReadonlySet<CloseReason> = new Set([
  "shutdown",
  "unresponsive",
]);

const finish = (parts: Parts, end: CallEnd): void => {
  if (parts.closed) return;
  parts.closed = true;
  const { core, joining } = parts;
  core.link?.close();
  core.link = undefined;
  parts.share.stop();
  parts.publisher.close();
  parts.subscriber.close();
  joining?.reject(end.error ?? new CallError("closed", "The call is over."));
  setStatus(core, { link: "closed" });
  core.events.emit("closed", end);
  core.events.clear();
};

const onJoined = (parts: Parts, message: Incoming<"joined">): void => {
  const { core } = parts;
  parts.token = message.token;
  core.iceServers = message.iceServers;
  setRoom(core, reduceRoom(core.room, message));
  core.events.emit("joined", message);
  parts.joining?.resolve();
  const self = selfIn(core.room);
  const { resumed } = message;
  const silenced = !resumed && !parts.saidMuted && self?.muted === true;
  if (self !== undefined) parts.local.seated(self, { silenced, resumed });
  parts.sound.seated(resumed);
  // A seat that was kept still has its media; a new one has none. The picture first: it is what one waits for.
  for (const peer of [parts.subscriber, parts.publisher, parts.share])
    if (resumed) peer.retryNow();
    else peer.restart();
};

type Reactions = {
  readonly [Type in ServerMessage["type"]]?: (
    parts: Parts,
    message: Incoming<Type>,
  ) => void;
};

/** What a message makes the call do, beside what it says of the room. */
const reactions: Reactions = {
  participant: ({ core, local }, { participant }) => {
    if (participant.id === core.room.self) local.follow(participant);
  },
  tiles: ({ watching }, { view }) => watching.shown(view),
  gone: ({ watching, sound }, { participant }) => {
    watching.gone(participant);
    sound.gone(participant);
  },
  levels: ({ core }, { levels }) => core.events.emit("levels", levels),
  uplink: (parts, { hints }) => obeyHints(parts, hints),
  restart: ({ subscriber, publisher, share }, { peers }) => {
    if (peers.includes("subscribe")) subscriber.restart();
    if (peers.includes("publish")) publisher.restart();
    if (peers.includes("share")) share.restart();
  },
  error: ({ core }, { error }) =>
    core.events.emit("error", new CallError(error.code, error.message)),
  closed: (parts, { reason }) => {
    if (!COMES_BACK.has(reason)) finish(parts, { reason });
  },
};

const onMessage = (parts: Parts, message: ServerMessage): void => {
  const { core } = parts;
  setRoom(core, reduceRoom(core.room, message));
  const react = reactions[message.type] as
    ((parts: Parts, message: ServerMessage) => void) | undefined;
  react?.(parts, message);
};

const greet = (parts: Parts): Extract<Outgoing, { type: "join" }> => {
  const { core, local, token: resume } = parts;
  const { room, pin, token } = core.options;
  // A share is told once there is a seat: nobody joins sharing.
  const { muted, camera } = local.state();
  parts.saidMuted = muted;
  const { name } = core;
  return { type: "join", room, name, pin, token, resume, muted, camera };
};

const openLink = (parts: Parts): Link => {
  const { core } = parts;
  return createLink({
    url: core.options.url,
    greeting: () => greet(parts),
    onState: (link) => setStatus(core, { link }),
    onJoined: (message) => onJoined(parts, message),
    onMessage: (message) => onMessage(parts, message),
    onRefused: (error) => finish(parts, { reason: "refused", error }),
  });
};

const join = (parts: Parts): Promise<void> =>
  (parts.joined ??= new Promise<void>((resolve, reject) => {
    if (parts.closed) reject(new CallError("closed", "The call is over."));
    parts.joining = { resolve, reject };
    if (!parts.closed) parts.core.link = openLink(parts);
  }));

const leave = (parts: Parts): void => {
  // Sent before the socket closes; nobody waits for the reply.
  request(parts.core, { type: "leave" }).catch(() => undefined);
  finish(parts, { reason: "left" });
};

const playable = async (core: Core): Promise<PlayableInfo> => {
  const reply = await request(core, { type: "playable" });
  if (reply.type === "playable") return reply;
  throw new CallError("internal", "The server does not say what there is.");
};

const rtp = async (core: Core, asked: RtpAsked = {}): Promise<RtpInfo> => {
  const reply = await request(core, { type: "rtp", ...asked });
  if (reply.type === "rtp") return reply;
  throw new CallError("internal", "The server does not say what there is.");
};

/** What is asked of the server, and done by it. */
const createAsking = (core: Core) => {
  const ask = async (message: Outgoing): Promise<void> => {
    await request(core, message);
  };
  return {
    setName: async (name) => {
      await ask({ type: "update", name });
      core.name = name;
    },
    say: (text) => ask({ type: "chat", text }),
    record: (state, format, tracks) =>
      ask({ type: "record", state, format, tracks }),
    goLive: (url) => ask({ type: "live", state: "live", url }),
    endLive: (live) => ask({ type: "live", state: "stopped", live }),
    playable: () => playable(core),
    playSound: (sound) => ask({ type: "play", sound }),
    playFeed: (feed) => ask({ type: "play", feed }),
    playback: (played, change) => ask({ type: "playback", played, ...change }),
    rtp: (asked) => rtp(core, asked),
    setRouting: (routing) => ask({ type: "route", routing }),
    chooseChannel: (channel) => ask({ type: "channel", channel }),
    setPlace: (place) => ask({ type: "update", ...place }),
    moderate: (participant, change) =>
      ask({ type: "moderate", participant, ...change }),
    muteAll: (except) => ask({ type: "moderate-all", muted: true, except }),
    configure: (change) => ask({ type: "configure", ...change }),
    remove: (participant) => ask({ type: "remove", participant }),
    setLayout: (layout, view) => ask({ type: "layout", layout, view }),
    setPage: (page, view) => ask({ type: "page", page, view }),
    pin: (participant, view) => ask({ type: "pin", participant, view }),
  } satisfies Partial<Call>;
};

/**
 * One participant's call: a seat in the room that outlives its socket, one peer connection that publishes, another while a
 * screen is shared, and one that receives the mix, all of them restored by themselves for as long as the call is not left.
 */
export const createCall = (options: CallOptions): Call => {
  const parts = createParts(options);
  const { core, local, share, watching, sound } = parts;
  return {
    on: core.events.on,
    room: () => core.room,
    playingAge: () => (performance.now() - core.playingSince) / 1000,
    status: () => core.status,
    join: () => join(parts),
    setMicrophone: (track) => local.setTrack("audio", track),
    setCamera: (track) => local.setTrack("video", track),
    setMuted: local.setMuted,
    choose: local.choose,
    choices: local.state,
    balance: sound.balance,
    balanceOf: sound.balanceOf,
    setLevels: sound.setLevels,
    share: (track, audio = null) =>
      parts.closed ? Promise.resolve() : share.start(track, audio),
    stopShare: share.stop,
    watching: watching.wish,
    watch: watching.change,
    ...createAsking(core),
    leave: () => leave(parts),
  };
};
