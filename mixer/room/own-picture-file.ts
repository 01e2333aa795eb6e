/** One participant's own picture in a file beside a recording. */
import type { ParticipantId, RecordingId } from "../contract.js";
import type { EncodedUnit } from "../media.js";
import { startRecorder, type Recorder } from "../output/recorder.js";
import { pictureOf } from "../output/tracks/files.js";
import type { UnitSink } from "./rendition.js";
import type { Views } from "./views.js";

export type OwnPictureOptions = {
  directory: string;
  recording: RecordingId;
  participant: ParticipantId;
  views: Views;
  /** Where in the recording's file a moment is. */
  place: Recorder["place"];
  /** A sentence for people. */
  onProblem: (reason: string) => void;
};

export type OwnPicture = {
  /** Pictures come, and cost an encode, only while it is on; at first they do. */
  watch(on: boolean): void;
  /** Resolves when the file is final; never rejects. Idempotent. */
  close(): Promise<void>;
};

/** The participant's picture as the views have it: an avatar while there is none. */
const openPictures = (
  { views, participant }: OwnPictureOptions,
  take: UnitSink,
) => {
  const view = views.holdAlone(participant);
  const rendition = view.rendition("h264", view.rungs[0]!.name);
  rendition.addSink(take);
  view.refresh();
  return {
    size: rendition.rung,
    requestKey: () => rendition.stream.requestKey(),
    close: () => {
      rendition.removeSink(take);
      view.refresh();
      views.release(view);
    },
  };
};

type Pictures = ReturnType<typeof openPictures>;

export const openOwnPicture = (options: OwnPictureOptions): OwnPicture => {
  const { directory, recording, participant, place, onProblem } = options;
  let recorder: Recorder | undefined;
  /** Something was left out: only a key frame can follow. */
  let torn = true;
  const take = (unit: EncodedUnit): void => {
    const time = place(unit.pts);
    if (typeof time !== "number" || (torn && !unit.key)) {
      torn = true;
      if (typeof time === "number") pictures?.requestKey();
      return;
    }
    torn = false;
    recorder?.writeVideo({ ...unit, pts: time });
  };
  let pictures: Pictures | undefined = openPictures(options, take);
  const watch = (on: boolean): void => {
    if (on === (pictures !== undefined)) return;
    pictures?.close();
    pictures = on ? openPictures(options, take) : undefined;
    torn = true;
  };
  const { width, height, fps } = pictures.size;
  const opening = startRecorder({
    ...pictureOf(directory, recording, participant),
    video: { width, height, fps },
    onStatus: ({ state, reason = "" }) => {
      if (state === "failed")
        onProblem(`The picture of one participant has ended: ${reason}`);
    },
    requestKey: () => pictures?.requestKey(),
  }).then(
    (opened) => {
      recorder = opened;
      torn = true;
    },
    (error: Error) => onProblem(error.message),
  );
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    watch(false);
    await opening;
    // Who was there for too short a time has no picture.
    await recorder?.stop().catch(() => undefined);
  };
  return {
    watch: (on) => {
      if (closing === undefined) watch(on);
    },
    close: () => (closing ??= close()),
  };
};
