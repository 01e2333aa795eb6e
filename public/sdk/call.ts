import type { Call, CallEnd, CallEvents, CallOptions } from "./call-types.js";
import { peerOptions, request, setRoom, setStatus, type Core } from "./core.js";
import { CallError } from "./errors.js";
import { createEvents } from "./events.js";
import { createLink, type Link } from "./link.js";
import { createLocal, type Local } from "./local.js";
import type { Peer } from "./peer.js";
import type {
  CloseReason,
  Incoming,
  Outgoing,
  ServerMessage,
} from "./protocol.js";
import { createPublisher, type Publisher } from "./publisher.js";
import { EMPTY_ROOM, reduceRoom, selfIn } from "./room-state.js";
import { createSubscriber } from "./subscriber.js";

/** After these a seat may be had again: the link goes on. */
const COMES_BACK: ReadonlySet<CloseReason> = new Set([
  "shutdown",
  "unresponsive",
]);

type Joining = { resolve: () => void; reject: (error: CallError) => void };

type Parts = {
  readonly core: Core;
  readonly publisher: Publisher;
  readonly subscriber: Peer;
  readonly local: Local;
  /** Of the last seat: resumes it. */
  token: string | undefined;
  joining: Joining | undefined;
  joined: Promise<void> | undefined;
  closed: boolean;
};

const createCore = (options: CallOptions): Core => ({
  options,
  events: createEvents<CallEvents>(),
  room: EMPTY_ROOM,
  status: { link: "closed", publish: "idle", subscribe: "idle" },
  iceServers: [],
  link: undefined,
  name: options.name,
});

const createParts = (options: CallOptions): Parts => {
  const core = createCore(options);
  const { view, rendition } = options;
  const publisher = createPublisher(
    peerOptions(core, "publish", (sdp) => ({ type: "publish", sdp })),
  );
  const subscriber = createSubscriber({
    ...peerOptions(core, "subscribe", (sdp) => ({
      type: "subscribe",
      sdp,
      view,
      rendition,
    })),
    picture: rendition !== "audio",
    onMix: (mix) => core.events.emit("mix", mix),
  });
  const local = createLocal({
    publisher,
    muted: options.muted ?? false,
    report: (update) => request(core, { type: "update", ...update }),
    onModerated: (change) => core.events.emit("moderated", change),
  });
  return {
    core,
    publisher,
    subscriber,
    local,
    token: undefined,
    joining: undefined,
    joined: undefined,
    closed: false,
  };
};

const finish = (parts: Parts, end: CallEnd): void => {
  if (parts.closed) return;
  parts.closed = true;
  const { core, joining } = parts;
  core.link?.close();
  core.link = undefined;
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
  if (self !== undefined) parts.local.seated(self);
  // A seat that was kept still has its media; a new one has none. The picture first: it is what one waits for.
  for (const peer of [parts.subscriber, parts.publisher])
    if (message.resumed) peer.retryNow();
    else peer.restart();
};

const onMessage = (parts: Parts, message: ServerMessage): void => {
  const { core } = parts;
  setRoom(core, reduceRoom(core.room, message));
  if (message.type === "participant") {
    if (message.participant.id === core.room.self)
      parts.local.follow(message.participant);
  } else if (message.type === "restart") {
    if (message.peers.includes("subscribe")) parts.subscriber.restart();
    if (message.peers.includes("publish")) parts.publisher.restart();
  } else if (message.type === "error") {
    const { error } = message;
    core.events.emit("error", new CallError(error.code, error.message));
  } else if (message.type === "closed" && !COMES_BACK.has(message.reason))
    finish(parts, { reason: message.reason });
};

const openLink = (parts: Parts): Link => {
  const { core, local } = parts;
  const { url, room, pin, token } = core.options;
  return createLink({
    url,
    greeting: () => ({
      type: "join",
      room,
      name: core.name,
      pin,
      token,
      resume: parts.token,
      ...local.state(),
    }),
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

/**
 * One participant's call: a seat in the room that outlives its socket, one peer connection that publishes and one
 * that receives the mix, all of them restored by themselves for as long as the call is not left.
 */
export const createCall = (options: CallOptions): Call => {
  const parts = createParts(options);
  const { core, local } = parts;
  const ask = async (message: Outgoing): Promise<void> => {
    await request(core, message);
  };
  return {
    on: core.events.on,
    room: () => core.room,
    status: () => core.status,
    join: () => join(parts),
    setMicrophone: (track) => local.setTrack("audio", track),
    setCamera: (track) => local.setTrack("video", track),
    setMuted: local.setMuted,
    setName: async (name) => {
      await ask({ type: "update", name });
      core.name = name;
    },
    record: (state) => ask({ type: "record", state }),
    moderate: (participant, change) =>
      ask({ type: "moderate", participant, ...change }),
    remove: (participant) => ask({ type: "remove", participant }),
    leave: () => leave(parts),
  };
};
