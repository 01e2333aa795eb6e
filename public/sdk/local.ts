import { CallError } from "./errors.js";
import type { Outgoing, ParticipantInfo } from "./protocol.js";
import type { MediaKind, Publisher } from "./publisher.js";

type Update = Omit<Extract<Outgoing, { type: "update" }>, "type">;

/** Of oneself, as everybody sees it. */
const KEYS = [
  "muted",
  "camera",
  "sharing",
  "deaf",
  "held",
  "music",
  "denoise",
  "recorded",
] as const;

/** What everybody sees of one's devices, and of how one listens. */
export type Seen = Record<(typeof KEYS)[number], boolean>;

/** What is as one says oneself, and as a moderator says. */
const CHOICES = ["deaf", "held", "music", "denoise", "recorded"] as const;
export type Choices = Pick<Seen, (typeof CHOICES)[number]>;

/** What a moderator, or the server, did to us. */
export type Moderated = {
  muted?: true;
  camera?: false;
  sharing?: false;
} & Partial<Choices>;

export type LocalOptions = {
  publisher: Pick<Publisher, "setTrack" | "setMusic">;
  muted: boolean;
  /** Tells the server; rejects while there is no seat, which `joined` makes good. */
  report: (update: Update) => Promise<unknown>;
  onModerated: (change: Moderated) => void;
  /** Why no camera can be switched on now, if that is known. */
  cameraProblem: () => CallError | undefined;
  /** The server is full: the owner of the track should stop it. */
  onCameraRefused: (error: CallError) => void;
};

/** How the server gave the seat. */
export type Seating = {
  /** The room muted us on entry, which we did not ask for. */
  silenced?: boolean;
  /** It is the seat that we had. */
  resumed?: boolean;
};

export type Local = {
  /** How the server shall see us: without a microphone one is muted. */
  state(): Seen;
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): Promise<void>;
  setMuted(muted: boolean): void;
  setSharing(sharing: boolean): void;
  choose(change: Partial<Choices>): void;
  /** The server takes no camera now. */
  refuseCamera(error: CallError): void;
  /** What the server says of us with the seat. What we did meanwhile is newer, and is told; but for
   * a microphone that the room silenced on entry: its owner says when it is on. */
  seated(self: ParticipantInfo, seating?: Seating): void;
  /** What the server says of us later. */
  follow(self: ParticipantInfo): void;
};

type Reporter = {
  /** What the server is known to believe. */
  believed(seen: Seen): void;
  /** Whether the server was told all this, as far as is known. */
  knows(seen: Seen): boolean;
  /** Tells the server what differs from what it was told last. */
  tell(seen: Seen): void;
  /** Whether something told is still on its way: until it arrives, what the server says of us is older than what we want. */
  busy(): boolean;
};

/** What of `next` differs. */
const difference = (from: Seen, next: Seen): Update => {
  const update: Update = {};
  for (const key of KEYS) if (next[key] !== from[key]) update[key] = next[key];
  return update;
};

const createReporter = (
  report: LocalOptions["report"],
  start: Seen,
  on: {
    refused: (update: Update, error: unknown) => void;
    /** Nothing is on its way any more. */
    settled: () => void;
  },
): Reporter => {
  let told = start;
  let pending = 0;
  const send = async (update: Update): Promise<void> => {
    pending++;
    const before = told;
    const now = (told = { ...told, ...update });
    try {
      await report(update);
    } catch (error) {
      // Refused or offline: the next `joined` compares again.
      if (told === now) told = before;
      on.refused(update, error);
    } finally {
      pending--;
      if (pending === 0) on.settled();
    }
  };
  const unknown = (seen: Seen): Update => difference(told, seen);
  return {
    believed: (seen) => {
      told = seen;
    },
    knows: (seen) => Object.keys(unknown(seen)).length === 0,
    tell: (seen) => {
      const update = unknown(seen);
      if (Object.keys(update).length > 0) void send(update);
    },
    busy: () => pending > 0,
  };
};

const seenOf = (self: ParticipantInfo): Seen => {
  const { muted, camera, sharing, deaf, held, music, denoise } = self;
  const { recorded = true } = self;
  return { muted, camera, sharing, deaf, held, music, denoise, recorded };
};

/** What one wants oneself. */
type Wish = Choices & {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  muted: boolean;
  sharing: boolean;
};

const NOTHING = {
  microphone: null,
  camera: null,
  sharing: false,
  deaf: false,
  held: false,
  music: false,
  denoise: false,
  recorded: true,
} as const satisfies Omit<Wish, "muted">;

const seenWith = ({ microphone, camera, muted, ...rest }: Wish): Seen => ({
  ...rest,
  muted: muted || microphone === null,
  camera: camera !== null,
});

/** Gives up what others have switched off, takes over what they chose for us, and says what that was. */
const yieldTo = (wish: Wish, self: ParticipantInfo): Moderated => {
  const now = seenWith(wish);
  const said = seenOf(self);
  const change: Moderated = {};
  if (self.muted && !now.muted) change.muted = wish.muted = true;
  if (!self.camera && now.camera) {
    change.camera = false;
    wish.camera = null;
  }
  if (!self.sharing && now.sharing) change.sharing = wish.sharing = false;
  for (const key of CHOICES)
    if (said[key] !== now[key]) change[key] = wish[key] = said[key];
  return change;
};

type State = {
  readonly options: LocalOptions;
  readonly wish: Wish;
  readonly reporter: Reporter;
  /** What the server said of us while something of ours was on its way. */
  missed: ParticipantInfo | undefined;
};

const apply = ({ options, wish, reporter }: State): void => {
  if (wish.microphone !== null) wish.microphone.enabled = !wish.muted;
  options.publisher.setMusic(wish.music);
  reporter.tell(seenWith(wish));
};

const obey = (
  { options, wish, reporter }: State,
  self: ParticipantInfo,
): void => {
  const change = yieldTo(wish, self);
  reporter.believed(seenOf(self));
  if (change.camera === false) void options.publisher.setTrack("video", null);
  if (Object.keys(change).length > 0) options.onModerated(change);
};

const follow = (state: State, self: ParticipantInfo): void => {
  if (state.reporter.busy()) {
    state.missed = self;
    return;
  }
  obey(state, self);
  // If somebody switched us on from afar, it is still off here, and everybody may know.
  apply(state);
};

const refuseCamera = (state: State, error: CallError): void => {
  const { options, wish } = state;
  if (wish.camera === null) return;
  wish.camera = null;
  void options.publisher.setTrack("video", null);
  options.onCameraRefused(error);
  apply(state);
};

const seated = (
  state: State,
  self: ParticipantInfo,
  { silenced = false, resumed = false }: Seating = {},
): void => {
  const { options, wish, reporter } = state;
  state.missed = undefined;
  // What we have not touched since is as others have left it meanwhile.
  if (resumed && reporter.knows(seenWith(wish))) obey(state, self);
  if (silenced && !wish.muted) {
    wish.muted = true;
    options.onModerated({ muted: true });
  }
  reporter.believed(seenOf(self));
  apply(state);
};

const createState = (options: LocalOptions): State => {
  const wish: Wish = { ...NOTHING, muted: options.muted };
  const reporter = createReporter(options.report, seenWith(wish), {
    refused: ({ camera }, error) => {
      const full = error instanceof CallError && error.code === "overloaded";
      if (camera === true && full) refuseCamera(state, error);
    },
    settled: () => {
      const { missed } = state;
      state.missed = undefined;
      if (missed !== undefined) follow(state, missed);
    },
  });
  const state: State = { options, wish, reporter, missed: undefined };
  return state;
};

/**
 * One's own microphone, camera, share and choices, here and as the server knows them. What one wants oneself is told to the
 * server; what others do (mute, camera off) is obeyed; nobody else can switch a microphone on.
 */
export const createLocal = (options: LocalOptions): Local => {
  const state = createState(options);
  const { wish } = state;
  const change = (changed: Partial<Wish>): void => {
    Object.assign(wish, changed);
    apply(state);
  };
  return {
    state: () => seenWith(wish),
    setTrack: async (kind, track) => {
      const isNew = kind === "video" && track !== null && wish.camera === null;
      const problem = isNew ? options.cameraProblem() : undefined;
      if (problem !== undefined) return options.onCameraRefused(problem);
      change(kind === "audio" ? { microphone: track } : { camera: track });
      await options.publisher.setTrack(kind, track);
    },
    setMuted: (muted) => change({ muted }),
    setSharing: (sharing) => change({ sharing }),
    choose: change,
    refuseCamera: (error) => refuseCamera(state, error),
    seated: (...seat) => seated(state, ...seat),
    follow: (self) => follow(state, self),
  };
};
