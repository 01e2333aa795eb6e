import type {
  Channels,
  ChatMessage,
  HearingInfo,
  Incoming,
  LiveInfo,
  OptionsInfo,
  Overload,
  ParticipantInfo,
  PlayedInfo,
  Quality,
  RecordingInfo,
  Role,
  Routing,
  ServerMessage,
} from "./protocol.js";

export type TileMap = Omit<Incoming<"tiles">, "type">;

/** A room as this client knows it. Parts that a message did not change keep their identity. */
export type RoomState = {
  /** Own participant id; undefined before the first `joined`. */
  readonly self: string | undefined;
  readonly role: Role;
  readonly room: string;
  readonly options: OptionsInfo;
  /** Everybody, oneself included, in the order they came. */
  readonly participants: readonly ParticipantInfo[];
  readonly talkers: readonly string[];
  readonly recordings: readonly RecordingInfo[];
  /** What was written lately, oldest first. */
  readonly chat: readonly ChatMessage[];
  /** What leaves the room for an audience, also what is over. */
  readonly lives: readonly LiveInfo[];
  /** What plays in the room; for moderators, others are not told. */
  readonly playing: readonly PlayedInfo[];
  /** Interpreters, and which of them one hears. */
  readonly channels: Channels;
  readonly hearing: HearingInfo;
  /** Who hears whom, as it was said; for moderators. */
  readonly routing: Routing;
  /** Of the view that is watched. */
  readonly tiles: TileMap | undefined;
  /** What is received now; undefined until the server has said it. */
  readonly quality: Quality | undefined;
  readonly overload: Overload;
};

const NO_OVERLOAD: Overload = { level: 0, message: "" };

const NO_OPTIONS: OptionsInfo = {
  title: "",
  muteOnEntry: false,
  agc: true,
  stereo: false,
  loudest: 0,
  sounds: { join: false, leave: false, alone: false, recording: true },
  record: false,
  recordingLimits: {},
};

/** What is so unless the server says otherwise after `joined`. */
const NOTHING_SPECIAL = {
  playing: [],
  channels: { channels: [], chosen: null },
  hearing: {
    ...{ group: null, sidebar: null, greenRoom: false, interprets: null },
    ...{ coaches: [], coachedBy: [] },
  },
  routing: {
    ...{ groups: [], sidebars: [], channels: [], coaches: [], greenRoom: [] },
  },
} satisfies Partial<RoomState>;

export const EMPTY_ROOM: RoomState = {
  self: undefined,
  role: "participant",
  room: "",
  options: NO_OPTIONS,
  participants: [],
  talkers: [],
  recordings: [],
  chat: [],
  lives: [],
  ...NOTHING_SPECIAL,
  tiles: undefined,
  quality: undefined,
  overload: NO_OVERLOAD,
};

const putById = <Item extends { id: string }>(
  items: readonly Item[],
  item: Item,
): readonly Item[] =>
  items.some(({ id }) => id === item.id)
    ? items.map((other) => (other.id === item.id ? item : other))
    : [...items, item];

const optionsIn = (message: OptionsInfo): OptionsInfo => {
  const { title, muteOnEntry, agc, stereo, loudest, sounds } = message;
  const { record, recordingLimits } = message;
  const heard = { muteOnEntry, agc, stereo, loudest, sounds };
  return { title, ...heard, record, recordingLimits };
};

type Reducers = {
  readonly [Type in ServerMessage["type"]]?: (
    state: RoomState,
    message: Incoming<Type>,
  ) => RoomState;
};

const setTalkers = (
  state: RoomState,
  { talkers, spoke }: Incoming<"talking">,
): RoomState => ({
  ...state,
  talkers,
  participants: state.participants.map((participant) => {
    const talking = talkers.includes(participant.id);
    if (participant.talking === talking) return participant;
    const said = spoke[participant.id] ?? participant.spoke;
    return { ...participant, talking, spoke: said };
  }),
});

/** As many as the server keeps. */
const MOST_CHAT = 100;

const reducers: Reducers = {
  joined: (state, message) => ({
    self: message.participant,
    role: message.role,
    room: message.room,
    options: optionsIn(message),
    ...NOTHING_SPECIAL,
    participants: message.participants,
    talkers: message.participants
      .filter(({ talking }) => talking)
      .map(({ id }) => id),
    recordings: message.recordings,
    chat: message.chat,
    lives: message.lives,
    // A new seat may be on another server, which says anew how it is.
    tiles: message.resumed ? state.tiles : undefined,
    quality: message.resumed ? state.quality : undefined,
    overload: message.resumed ? state.overload : NO_OVERLOAD,
  }),
  participant: (state, { participant }) => ({
    ...state,
    role: participant.id === state.self ? participant.role : state.role,
    participants: putById(state.participants, participant),
  }),
  gone: (state, message) => ({
    ...state,
    participants: state.participants.filter(
      ({ id }) => id !== message.participant,
    ),
    talkers: state.talkers.filter((id) => id !== message.participant),
  }),
  talking: setTalkers,
  chat: (state, { type: _type, ...message }) => ({
    ...state,
    chat: [...state.chat, message].slice(-MOST_CHAT),
  }),
  options: (state, message) => ({ ...state, options: optionsIn(message) }),
  playing: (state, { playing }) => ({ ...state, playing }),
  channels: (state, { type: _type, ...channels }) => ({ ...state, channels }),
  hearing: (state, { type: _type, ...hearing }) => ({ ...state, hearing }),
  routing: (state, { routing }) => ({ ...state, routing }),
  recording: (state, { recording }) => ({
    ...state,
    recordings: putById(state.recordings, recording),
  }),
  live: (state, { live }) => ({ ...state, lives: putById(state.lives, live) }),
  tiles: (state, { type: _type, ...tiles }) => ({ ...state, tiles }),
  quality: (state, { quality }) => ({ ...state, quality }),
  overload: (state, { level, message }) => ({
    ...state,
    overload: { level, message },
  }),
};

/** The room after this message; the same object when it says nothing about the room. */
export const reduceRoom = (
  state: RoomState,
  message: ServerMessage,
): RoomState => {
  const reduce = reducers[message.type] as
    ((state: RoomState, message: ServerMessage) => RoomState) | undefined;
  return reduce === undefined ? state : reduce(state, message);
};

/** What is known of oneself; undefined before `joined`. */
export const selfIn = (state: RoomState): ParticipantInfo | undefined =>
  state.participants.find(({ id }) => id === state.self);
