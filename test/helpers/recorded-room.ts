/** A room in this process that records, and what comes of it. */
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type {
  RecordingFormat,
  SoundOptions,
  TrackKind,
} from "../../mixer/contract.js";
import { makeFolder } from "./folder.js";
import { openRoom } from "./room.js";
import { until } from "./until.js";

export const openRecordedRoom = async (
  t: ExecutionContext,
  options: { sound?: SoundOptions } = {},
) => {
  const directory = await makeFolder(t);
  const call = openRoom({ recordings: directory, ...options });
  t.teardown(call.close);
  const { room } = call;
  const start = (
    recording: string,
    format: RecordingFormat,
    tracks: TrackKind = "audio",
  ) =>
    room.startRecording({
      ...{ room: "demo", recording, format, tracks },
      ...{ view: "main", rendition: "low" },
    });
  const stop = async (recording: string) => {
    const result = await room.stopRecording({ room: "demo", recording });
    const tracks = (result.tracks ?? []).map((track) => ({
      ...track,
      sound: join(directory, track.audio?.file ?? ""),
      picture: join(directory, track.video?.file ?? ""),
    }));
    return { ...result, file: join(directory, result.file), tracks };
  };
  const hearsSomebody = () =>
    until({
      what: "somebody is heard",
      read: () => [...room.sound.mix.talkers].length,
      accept: (talkers) => talkers > 0,
    });
  return { ...call, directory, start, stop, hearsSomebody };
};
