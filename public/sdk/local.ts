import type { Outgoing, ParticipantInfo } from "./protocol.js";
import type { MediaKind, Publisher } from "./publisher.js";

type Update = Omit<Extract<Outgoing, { type: "update" }>, "type">;

/** What a moderator, or the server, did to us. */
export type Moderated = { muted?: true; camera?: false };

export type LocalOptions = {
  publisher: Publisher;
  muted: boolean;
  /** Tells the server; rejects while there is no seat, which `joined` makes good. */
  report: (update: Update) => Promise<unknown>;
  onModerated: (change: Moderated) => void;
};

export type Local = {
  /** How the server shall see us: without a microphone one is muted. */
  state(): { muted: boolean; camera: boolean };
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>;
  setMuted(muted: boolean): void;
  /** What the server says of us with the seat. What we did meanwhile is newer, and is told. */
  seated(self: ParticipantInfo): void;
  /** What the server says of us later. */
  follow(self: ParticipantInfo): void;
};

type Seen = { muted: boolean; camera: boolean };

type Reporter = {
  /** What the server is known to believe. */
  believed(seen: Seen): void;
  /** Tells the server what differs from what it was told last. */
  tell(seen: Seen): void;
  /** Whether something told is still on its way: until it arrives, what the server says of us is older than what we want. */
  busy(): boolean;
};

const createReporter = (
  report: LocalOptions["report"],
  start: Seen,
): Reporter => {
  let told = start;
  let pending = 0;
  return {
    believed: (seen) => {
      told = seen;
    },
    tell: (seen) => {
      const update: Update = {};
      if (seen.muted !== told.muted) update.muted = seen.muted;
      if (seen.camera !== told.camera) update.camera = seen.camera;
      told = seen;
      if (Object.keys(update).length === 0) return;
      pending++;
      report(update)
        // Refused or offline: the next `joined` compares again.
        .catch(() => undefined)
        .finally(() => pending--);
    },
    busy: () => pending > 0,
  };
};

/**
 * One's own microphone, camera and mute, here and as the server knows them. What one wants oneself is told to the server;
 * what others do (mute, camera off) is obeyed; nobody else can switch a microphone on.
 */
export const createLocal = (options: LocalOptions): Local => {
  const { publisher, onModerated } = options;
  let microphone: MediaStreamTrack | null = null;
  let camera: MediaStreamTrack | null = null;
  let { muted } = options;

  const state = (): Seen => ({
    muted: muted || microphone === null,
    camera: camera !== null,
  });
  const reporter = createReporter(options.report, state());
  const apply = (): void => {
    if (microphone !== null) microphone.enabled = !muted;
    reporter.tell(state());
  };
  const obey = (self: ParticipantInfo): void => {
    const now = state();
    reporter.believed({ muted: self.muted, camera: self.camera });
    const change: Moderated = {};
    if (self.muted && !now.muted) change.muted = muted = true;
    if (!self.camera && now.camera) {
      change.camera = false;
      camera = null;
      void publisher.setTrack("video", null);
    }
    if (Object.keys(change).length > 0) onModerated(change);
  };

  return {
    state,
    setTrack: async (kind, track) => {
      if (kind === "audio") microphone = track;
      else camera = track;
      apply();
      await publisher.setTrack(kind, track);
    },
    setMuted: (next) => {
      muted = next;
      apply();
    },
    seated: ({ muted, camera }) => {
      reporter.believed({ muted, camera });
      apply();
    },
    follow: (self) => {
      if (reporter.busy()) return;
      obey(self);
      // If somebody switched us on from afar, it is still off here, and everybody may know.
      apply();
    },
  };
};
