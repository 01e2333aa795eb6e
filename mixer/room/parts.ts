/** What a room is made of, and how its parts hear of each other. */
import type {
  EventName,
  Events,
  MixerOptions,
  ParticipantId,
  RoomId,
  SoundOptions,
  ViewSettings,
} from "../contract.js";
import type { Counters } from "../counters.js";
import type { EncoderChoice } from "../video/encoder.js";
import { createDemand, type Demand, type DemandOptions } from "./demand.js";
import { createLevels } from "./levels.js";
import { Lives } from "./lives.js";
import type { Load } from "./load.js";
import { Participants } from "./participants.js";
import { Places } from "./places.js";
import { createPlayed, type Played } from "./played.js";
import { Recordings } from "./recordings.js";
import { createRtp, type Rtp } from "./rtp.js";
import { Sound } from "./sound.js";
import { Subscriptions } from "./subscriptions.js";
import type { View } from "./view.js";
import { Views } from "./views.js";

export type Emit = <Name extends EventName>(
  name: Name,
  data: Events[Name],
) => void;

export type RoomOptions = {
  name: RoomId;
  /** Settings of the view `main`. */
  main: ViewSettings;
  /** Mono and everybody if absent. */
  sound?: SoundOptions;
  mixer: MixerOptions;
  counters: Counters;
  load: Load;
  emit: Emit;
  /** A fault that costs a picture, not the room. */
  onError: (error: unknown) => void;
};

export type Parts = {
  readonly sound: Sound;
  readonly places: Places;
  readonly levels: ReturnType<typeof createLevels>;
  readonly participants: Participants;
  readonly rtp: Rtp;
  readonly played: Played;
  readonly views: Views;
  readonly subscriptions: Subscriptions;
  readonly recordings: Recordings;
  readonly lives: Lives;
  readonly demand: Demand;
};

type Setup = RoomOptions & {
  /** Those that have been made; all of them when the room is there. */
  parts: () => Parts;
  /** Who is there has changed by itself. */
  refresh: () => void;
};

const hearIn = ({ sound }: Parts, { compositor }: View): void =>
  compositor.setTalkers(sound.mix.talkers, sound.mix.speaking);

const makeSound = (setup: Setup): Sound => {
  const { name: room, counters, load, emit, parts, sound } = setup;
  const onTalkers = (talkers: ReadonlySet<ParticipantId>): void => {
    for (const view of parts().views.all()) hearIn(parts(), view);
    emit("talking", { room, talkers: [...talkers] });
  };
  return new Sound(counters, load, onTalkers, sound);
};

type Heard = Pick<Parts, "sound" | "places">;

/** Those who are there, whichever way they came. */
const makePeople = (setup: Setup, { sound, places }: Heard) => {
  const { name: room, mixer, counters, load, emit, onError, parts } = setup;
  const common = { mixer, counters, load, sound };
  const views = () => parts().views.all();
  return {
    participants: new Participants({
      ...{ ...common, places, views, onError },
      onIngest: (participant, source, state) =>
        emit("ingest", { room, participant, source, state }),
    }),
    rtp: createRtp({
      ...{ ...setup, sound },
      mediaOf: (id) => parts().participants.require(id).media,
      onChange: setup.refresh,
    }),
    played: createPlayed({
      ...{ ...common, folders: mixer, views },
      onFeed: (status) => emit("feed", { room, ...status }),
      onSound: (status) => emit("sound", { room, ...status }),
      isThere: (id) => parts().participants.has(id),
    }),
  };
};

const makeViews = (setup: Setup): Views => {
  const { name: room, main, mixer, emit, onError, parts } = setup;
  const { counters, load } = setup;
  return new Views({
    // The server's configuration knows no other words.
    encoder: mixer.encoder as EncoderChoice,
    ...{ main, counters, load, onError },
    isThere: (id) => parts().participants.has(id),
    onOpen: (view) => {
      parts().participants.showIn(view);
      parts().played.showIn(view);
      hearIn(parts(), view);
    },
    onMoved: (from, to) => parts().subscriptions.move(from, to),
    onLayout: (layout) => {
      parts().demand.touch();
      parts().places.follow(layout);
      emit("layout", { room, layout });
    },
  });
};

/** All that takes something out of the room. */
const makeTakers = (setup: Setup, { sound, views }: TakenFrom) => {
  const { name: room, mixer, counters, load, emit, parts, refresh } = setup;
  return {
    subscriptions: new Subscriptions({
      ...{ mixer, counters, load, sound, views },
      onStatus: (subscription, state) => {
        refresh();
        emit("subscription", { room, subscription, state });
      },
      onQuality: (subscription, quality) => {
        parts().demand.touch();
        emit("quality", { room, subscription, quality });
      },
    }),
    recordings: new Recordings({
      ...{ directory: mixer.recordings, sound, views },
      onStatus: (recording, status) =>
        emit("recording", { room, recording, ...status }),
    }),
    lives: new Lives({
      ...{ sound, views, onChange: refresh },
      onStatus: (status) => emit("live", { room, ...status }),
    }),
  };
};

type TakenFrom = Pick<Parts, "sound" | "views">;

/** Throws `bad-request` for settings of the main view that make no picture. */
export const createParts = (
  options: RoomOptions,
  refresh: () => void,
): Parts => {
  // What opens with the first view asks for those that are there already.
  const made: Partial<Parts> = {};
  const add = <Some extends Partial<Parts>>(some: Some): Some => {
    Object.assign(made, some);
    return some;
  };
  const parts = () => made as Parts;
  const setup: Setup = { ...options, parts, refresh };
  const { name: room, emit } = options;
  const sound = makeSound(setup);
  const places = new Places(sound.mix);
  const levels = createLevels(sound.mix, (heard) =>
    emit("levels", { room, levels: heard }),
  );
  add({ sound, places, levels });
  const { participants } = add(makePeople(setup, { sound, places }));
  const views = makeViews(setup);
  const onHints: DemandOptions["onHints"] = (participant, hints) =>
    emit("uplink", { room, participant, hints });
  add({ views, demand: createDemand({ views, participants, onHints }) });
  add(makeTakers(setup, { sound, views }));
  return parts();
};
