/** One participant's own picture in a file beside a recording. */
import type { ParticipantId, RecordingId, SourceKind } from "../contract.js";
import type { EncodedUnit } from "../media.js";
import { startRecorder, type Recorder } from "../output/recorder.js";
import { pictureOf } from "../output/tracks/files.js";
import type { UnitSink } from "./rendition.js";
import type { Views } from "./views.js";

export type OwnPictureOptions = {
  directory: string;
  recording: RecordingId;
  participant: ParticipantId;
  source: SourceKind;
  views: Views;
  /** Where in the recording's file a moment is. */
  place: Recorder["place"];
  /** A sentence for people. */
  onProblem: (reason: string) => void;
};

export type OwnPicture = {
  /** Pictures come, and cost an encode, only while it is on. Nothing before its file is there: to be said again. */
  watch(on: boolean): void;
  /** Resolves when the file is final; never rejects. Idempotent. */
  close(): Promise<void>;
};

/** The participant's picture as the views have it: of a camera an avatar while there is none. */
const openPictures = (
  { views, participant, source }: OwnPictureOptions,
  take: UnitSink,
) => {
  const view = views.holdAlone(participant, source);
  const rendition = view.rendition("h264", view.rungs[0]!.name);
  let on = false;
  const watch = (wanted: boolean): void => {
    if (wanted === on) return;
    on = wanted;
    if (on) rendition.addSink(take);
    else rendition.removeSink(take);
    view.refresh();
  };
  return {
    watch,
    size: rendition.rung,
    requestKey: () => rendition.stream.requestKey(),
    close: () => {
      watch(false);
      views.release(view);
    },
  };
};

export const openOwnPicture = (options: OwnPictureOptions): OwnPicture => {
  const { directory, recording, participant, source } = options;
  const { place, onProblem } = options;
  let recorder: Recorder | undefined;
  /** Something was left out: only a key frame can follow. */
  let torn = true;
  const take = (unit: EncodedUnit): void => {
    const time = place(unit.pts);
    const known = typeof time === "number";
    if (known && (unit.key || !torn)) {
      torn = false;
      recorder?.writeVideo({ ...unit, pts: time });
    } else {
      torn = true;
      if (known) pictures.requestKey();
    }
  };
  const pictures = openPictures(options, take);
  const { width, height, fps } = pictures.size;
  const opening = startRecorder({
    ...pictureOf(directory, recording, participant, source),
    video: { width, height, fps },
    onStatus: ({ state, reason = "" }) => {
      if (state === "failed")
        onProblem(`The picture of one participant has ended: ${reason}`);
    },
    requestKey: pictures.requestKey,
  }).then(
    (opened) => {
      recorder = opened;
    },
    (error: Error) => onProblem(error.message),
  );
  const close = async (): Promise<void> => {
    pictures.close();
    await opening;
    // Who was there for too short a time has no picture.
    await recorder?.stop().catch(() => undefined);
  };
  let closing: Promise<void> | undefined;
  return {
    watch: (on) => {
      if (closing !== undefined || recorder === undefined) return;
      pictures.watch(on);
      torn ||= !on;
    },
    close: () => (closing ??= close()),
  };
};
