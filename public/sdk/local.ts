import type { Outgoing, ParticipantInfo } from "./protocol.js";
import type { MediaKind, Publisher } from "./publisher.js";

type Update = Omit<Extract<Outgoing, { type: "update" }>, "type">;

/** What everybody sees of one's devices. */
export type Seen = { muted: boolean; camera: boolean; sharing: boolean };

/** What a moderator, or the server, did to us. */
export type Moderated = { muted?: true; camera?: false; sharing?: false };

export type LocalOptions = {
  publisher: Pick<Publisher, "setTrack">;
  muted: boolean;
  /** Tells the server; rejects while there is no seat, which `joined` makes good. */
  report: (update: Update) => Promise<unknown>;
  onModerated: (change: Moderated) => void;
};

export type Local = {
  /** How the server shall see us: without a microphone one is muted. */
  state(): Seen;
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>;
  setMuted(muted: boolean): void;
  setSharing(sharing: boolean): void;
  /** What the server says of us with the seat. What we did meanwhile is newer, and is told; but for
   * a microphone that the room `silenced` on entry: its owner says when it is on. */
  seated(self: ParticipantInfo, silenced?: boolean): void;
  /** What the server says of us later. */
  follow(self: ParticipantInfo): void;
};

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
      if (seen.sharing !== told.sharing) update.sharing = seen.sharing;
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

const seenOf = ({ muted, camera, sharing }: ParticipantInfo): Seen => ({
  muted,
  camera,
  sharing,
});

/** What one wants oneself. */
type Wish = {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  muted: boolean;
  sharing: boolean;
};

const seenWith = ({ microphone, camera, muted, sharing }: Wish): Seen => ({
  muted: muted || microphone === null,
  camera: camera !== null,
  sharing,
});

/** Gives up what others have switched off, and says what that was. */
const yieldTo = (wish: Wish, self: ParticipantInfo): Moderated => {
  const now = seenWith(wish);
  const change: Moderated = {};
  if (self.muted && !now.muted) change.muted = wish.muted = true;
  if (!self.camera && now.camera) {
    change.camera = false;
    wish.camera = null;
  }
  if (!self.sharing && now.sharing) change.sharing = wish.sharing = false;
  return change;
};

/**
 * One's own microphone, camera, mute and share, here and as the server knows them. What one wants oneself is told to the
 * server; what others do (mute, camera off) is obeyed; nobody else can switch a microphone on.
 */
export const createLocal = (options: LocalOptions): Local => {
  const { publisher, onModerated, muted } = options;
  const wish: Wish = { microphone: null, camera: null, muted, sharing: false };
  const state = (): Seen => seenWith(wish);
  const reporter = createReporter(options.report, state());
  const apply = (): void => {
    if (wish.microphone !== null) wish.microphone.enabled = !wish.muted;
    reporter.tell(state());
  };
  const obey = (self: ParticipantInfo): void => {
    const change = yieldTo(wish, self);
    reporter.believed(seenOf(self));
    if (change.camera === false) void publisher.setTrack("video", null);
    if (Object.keys(change).length > 0) onModerated(change);
  };

  return {
    state,
    setTrack: async (kind, track) => {
      wish[kind === "audio" ? "microphone" : "camera"] = track;
      apply();
      await publisher.setTrack(kind, track);
    },
    setMuted: (muted) => {
      wish.muted = muted;
      apply();
    },
    setSharing: (sharing) => {
      wish.sharing = sharing;
      apply();
    },
    seated: (self, silenced = false) => {
      if (silenced && !wish.muted) {
        wish.muted = true;
        onModerated({ muted: true });
      }
      reporter.believed(seenOf(self));
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
