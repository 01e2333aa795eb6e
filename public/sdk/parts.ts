import type { CallEvents, CallOptions } from "./call-types.js";
import {
  negotiate,
  peerOptions,
  request,
  setStatus,
  type Core,
} from "./core.js";
import { CallError } from "./errors.js";
import { createEvents } from "./events.js";
import { createLocal, type Local } from "./local.js";
import type { Peer } from "./peer.js";
import type { UplinkHint } from "./protocol.js";
import { CAMERA, createPublisher, SHARE, type Publisher } from "./publisher.js";
import { EMPTY_ROOM } from "./room-state.js";
import { createShare, type Share } from "./share.js";
import { createSound, type Sound } from "./sound.js";
import { createSubscriber } from "./subscriber.js";
import { createWatching, type Watching } from "./watching.js";

export type Joining = {
  resolve: () => void;
  reject: (error: CallError) => void;
};

/** What a call is made of, and what it remembers from socket to socket. */
export type Parts = {
  readonly core: Core;
  readonly publisher: Publisher;
  readonly share: Share;
  readonly subscriber: Peer;
  readonly watching: Watching;
  readonly local: Local;
  readonly sound: Sound;
  /** Of the last seat: resumes it. */
  token: string | undefined;
  /** What the last greeting said of our microphone. */
  saidMuted: boolean;
  joining: Joining | undefined;
  joined: Promise<void> | undefined;
  closed: boolean;
};

const createCore = (options: CallOptions): Core => ({
  options,
  events: createEvents<CallEvents>(),
  room: EMPTY_ROOM,
  status: {
    link: "closed",
    publish: "idle",
    subscribe: "idle",
    share: "idle",
  },
  iceServers: [],
  link: undefined,
  name: options.name,
  playingSince: 0,
});

const createCameraPublisher = (
  core: Core,
  onPictureRefused: (error: CallError) => void,
): Publisher => {
  const options = peerOptions(core, "publish", (sdp) =>
    negotiate(core, { type: "publish", sdp }),
  );
  return createPublisher({ ...options, onPictureRefused }, CAMERA);
};

const createScreenShare = (
  core: Core,
  onSharing: (sharing: boolean) => void,
): Share => {
  const source = "share";
  const options = peerOptions(core, source, (sdp) =>
    negotiate(core, { type: "publish", source, sdp }),
  );
  const open = (): Publisher =>
    createPublisher(
      {
        ...options,
        // Nobody waits for a screen until the server has room for it.
        onPictureRefused: (error) => {
          share.stop();
          core.events.emit("error", error);
        },
        onState: (state) => {
          // The next share has a connection of its own.
          setStatus(core, { share: state === "closed" ? "idle" : state });
          if (state === "refused") share.stop();
        },
      },
      SHARE,
    );
  const share = createShare({ open, onSharing });
  return share;
};

const createMixSubscriber = (core: Core, watching: Watching): Peer =>
  createSubscriber({
    ...peerOptions(core, "subscribe", watching.subscribe),
    onMix: (mix) => core.events.emit("mix", mix),
  });

/** The level of overload from which the server takes no further camera. */
const REFUSES_CAMERAS = 4;

export const createParts = (options: CallOptions): Parts => {
  const core = createCore(options);
  const publisher = createCameraPublisher(core, (error) =>
    local.refuseCamera(error),
  );
  const share = createScreenShare(core, (sharing) => local.setSharing(sharing));
  const watching = createWatching({
    start: options.watch ?? {},
    ask: (message) => request(core, message),
    subscribe: (offer) => negotiate(core, { type: "subscribe", ...offer }),
    onWish: (wish) => core.events.emit("watch", wish),
  });
  const local = createLocal({
    publisher,
    muted: options.muted ?? false,
    report: (update) => request(core, { type: "update", ...update }),
    onModerated: (change) => {
      if (change.sharing === false) share.stop();
      core.events.emit("moderated", change);
    },
    cameraProblem: () => {
      const { level, message } = core.room.overload;
      return level < REFUSES_CAMERAS
        ? undefined
        : new CallError("overloaded", message);
    },
    onCameraRefused: (error) => core.events.emit("cameraRefused", error),
  });
  return {
    core,
    publisher,
    share,
    subscriber: createMixSubscriber(core, watching),
    watching,
    local,
    sound: createSound({ ask: (message) => request(core, message) }),
    token: undefined,
    saidMuted: false,
    joining: undefined,
    joined: undefined,
    closed: false,
  };
};

/** Sends of each source what is shown of it. */
export const obeyHints = (
  { core, publisher, share }: Parts,
  hints: readonly UplinkHint[],
): void => {
  for (const hint of hints)
    (hint.source === "share" ? share : publisher).setNeed(hint);
  core.events.emit("uplink", hints);
};
