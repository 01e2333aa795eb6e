/** What a mixer does for each request of the contract. */
import {
  MixerError,
  type FeedRequests,
  type LiveRequests,
  type MixerOptions,
  type RecordingResult,
  type RequestName,
  type Requests,
  type RoomId,
} from "./contract.js";
import { createCounters } from "./counters.js";
import { createCheck } from "./output/check.js";
import { createPreview } from "./output/preview.js";
import { repairRecording } from "./output/recorder.js";
import { repairTracks } from "./output/tracks/files.js";
import { addCandidate } from "./room/candidates.js";
import { feedHandlers } from "./requests-feed.js";
import { liveHandlers } from "./requests-live.js";
import { createLoad } from "./room/load.js";
import { Room, type Emit } from "./room/room.js";
import { rtpHandlers } from "./requests-rtp.js";
import { soundHandlers } from "./requests-sound.js";
import { createStatsReader } from "./stats.js";

export type RequestHandlers = {
  readonly [Name in RequestName]: (
    params: Requests[Name]["params"],
  ) => Requests[Name]["result"] | Promise<Requests[Name]["result"]>;
};

export type HandlersOptions = {
  options: MixerOptions;
  emit: Emit;
  onError: (error: unknown) => void;
};

/** The rooms of this process, behind the contract. */
export const createHandlers = (setup: HandlersOptions): RequestHandlers => {
  const rooms = new Map<RoomId, Room>();
  const counters = createCounters();
  const load = createLoad();
  const mixer = setup.options;
  const stats = createStatsReader(counters, load);
  const parts = { ...setup, mixer: setup.options, counters, load };
  const find = (name: RoomId): Room => {
    const room = rooms.get(name);
    if (room === undefined)
      throw new MixerError("not-found", `No room ${name} here`);
    return room;
  };
  const closeRoom = async (name: RoomId): Promise<null> => {
    const room = rooms.get(name);
    if (room === undefined) return null;
    rooms.delete(name);
    await room.close();
    stats.retire(room);
    stats.watchLoop(rooms.size > 0);
    return null;
  };
  return {
    "room.open": ({ room: name, main, sound }) => {
      if (!rooms.has(name))
        rooms.set(name, new Room({ ...parts, name, main, sound }));
      stats.watchLoop(true);
      return null;
    },
    "room.close": ({ room }) => closeRoom(room),
    ...peopleHandlers(find),
    ...roomHandlers(find),
    ...recordingHandlers(find),
    ...feedHandlers(find, mixer),
    ...liveHandlers(find),
    "recording.repair": (params) => repair(mixer.recordings, params),
    "recording.preview": createPreview(setup.options.recordings),
    "recording.check": createCheck(setup.options.recordings),
    stats: () => stats.read([...rooms.values()]),
  };
};

/** First what lies beside it, so that it is there when the file is. */
const repair = async (
  directory: string,
  params: Requests["recording.repair"]["params"],
): Promise<RecordingResult> => {
  const tracks = await repairTracks(directory, params.recording);
  const result = await repairRecording({ directory, ...params });
  return tracks === undefined ? result : { ...result, tracks };
};

type OwnHandlers =
  | keyof FeedRequests
  | keyof LiveRequests
  | "room.open"
  | "room.close"
  | "recording.repair"
  | "recording.preview"
  | "recording.check"
  | "stats";

type PeopleHandlers =
  "participant.add" | "participant.update" | "participant.remove";

const peopleHandlers = (
  find: (name: RoomId) => Room,
): Pick<RequestHandlers, PeopleHandlers> => ({
  "participant.add": ({ room, participant }) => {
    find(room).participants.add(participant);
    return null;
  },
  "participant.update": ({ room, participant, change }) => {
    find(room).participants.update(participant, change);
    return null;
  },
  "participant.remove": ({ room, participant }) => {
    find(room).removeParticipant(participant);
    return null;
  },
});

const roomHandlers = (
  find: (name: RoomId) => Room,
): Omit<RequestHandlers, OwnHandlers | PeopleHandlers | RecordingHandlers> => ({
  ...rtpHandlers(find),
  ...soundHandlers(find),
  publish: async (params) => ({ sdp: await find(params.room).publish(params) }),
  unpublish: (params) => {
    find(params.room).unpublish(params);
    return null;
  },
  subscribe: async (params) => ({
    sdp: await find(params.room).subscribe(params),
  }),
  "subscription.set": (params) => {
    find(params.room).subscriptions.set(params);
    return null;
  },
  unsubscribe: ({ room, subscription }) => {
    find(room).unsubscribe(subscription);
    return null;
  },
  candidate: async (params) => {
    await addCandidate(find(params.room), params);
    return null;
  },
  "layout.get": ({ room, view }) => find(room).layout(view),
  "view.set": ({ room, view, settings }) => find(room).setView(view, settings),
  "view.remove": ({ room, view }) => {
    find(room).views.remove(view);
    return null;
  },
  picture: async ({ room, view }) => ({ jpeg: await find(room).picture(view) }),
});

type RecordingHandlers =
  "recording.start" | "recording.pause" | "recording.resume" | "recording.stop";

const recordingHandlers = (
  find: (name: RoomId) => Room,
): Pick<RequestHandlers, RecordingHandlers> => ({
  "recording.start": async (params) => {
    await find(params.room).startRecording(params);
    return null;
  },
  "recording.pause": async (params) => {
    await find(params.room).pauseRecording(params);
    return null;
  },
  "recording.resume": async (params) => {
    await find(params.room).resumeRecording(params);
    return null;
  },
  "recording.stop": (params) => find(params.room).stopRecording(params),
});
