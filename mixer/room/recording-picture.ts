/** The pictures that a recording takes: of its view, or of the same view without those who are not to be recorded. */
import type { RenditionName, ViewName } from "../contract.js";
import type { EncodedUnit } from "../media.js";
import type { PictureCodecName } from "../output/codecs.js";
import type { VideoRendition, UnitSink } from "./rendition.js";
import { rungFor } from "./rungs.js";
import type { View } from "./view.js";
import type { Views } from "./views.js";

export type RecordingPictureOptions = {
  views: Views;
  codec: PictureCodecName;
  view: ViewName;
  rendition: RenditionName;
  write: (unit: EncodedUnit) => void;
};

export type RecordingPicture = {
  readonly size: { width: number; height: number; fps: number };
  /** Pictures come, and cost an encode, only while it is on. */
  watch(on: boolean): void;
  /** Whether somebody is to be left out; the change comes with a key frame, and without a hole. */
  mask(masked: boolean): void;
  requestKey(): void;
  /** Idempotent. */
  close(): void;
};

type Source = { view: View; rendition: VideoRendition; close(): void };

/** What is recorded of a view: a moving picture, of 720p unless another size is wished. */
const recordedRendition = (
  codec: PictureCodecName,
  view: View,
  wanted: RenditionName,
): VideoRendition => {
  const named = rungFor(view.rungs, wanted === "auto" ? "high" : wanted);
  const moving = named === "slides" || named === "audio" ? "180p" : named;
  return view.rendition(codec, moving);
};

/** One that reads a rendition, and gives back what it took. */
const openSource = (
  { codec, views, rendition: wanted }: RecordingPictureOptions,
  view: View,
  take: (source: Source, unit: EncodedUnit) => void,
): Source => {
  const rendition = recordedRendition(codec, view, wanted);
  const sink: UnitSink = (unit) => take(source, unit);
  const source: Source = {
    rendition,
    view,
    close: () => {
      rendition.removeSink(sink);
      view.refresh();
      views.release(view);
    },
  };
  rendition.addSink(sink);
  view.refresh();
  return source;
};

/** Of two sources one is written, and another takes over with its first key frame. */
const createSwitch = (write: (unit: EncodedUnit) => void) => {
  let written: Source | undefined;
  let coming: Source | undefined;
  return {
    get written() {
      return written;
    },
    get newest() {
      return coming ?? written;
    },
    take: (source: Source, unit: EncodedUnit): void => {
      if (source === coming && unit.key) {
        written?.close();
        written = coming;
        coming = undefined;
      }
      if (source === written) write(unit);
    },
    begin: (source: Source): void => {
      written = source;
    },
    /** Undefined: what is written stays. */
    follow: (source: Source | undefined): void => {
      coming?.close();
      coming = source;
    },
    end: (): void => {
      coming?.close();
      written?.close();
      coming = written = undefined;
    },
  };
};

/** Holds the view until it is closed, even if it is removed meanwhile. Throws `not-found`. */
export const openRecordingPicture = (
  options: RecordingPictureOptions,
): RecordingPicture => {
  const { views, codec, rendition, write } = options;
  const view = views.hold(options.view);
  const { rung } = recordedRendition(codec, view, rendition);
  const { width, height, fps } = rung;
  const sources = createSwitch(write);
  let masked = false;
  let closed = false;
  const open = (): Source => {
    const shown = masked ? views.holdMasked(view) : views.holdAgain(view);
    return openSource(options, shown, sources.take);
  };
  const watch = (on: boolean): void => {
    if (closed || on === (sources.written !== undefined)) return;
    if (on) sources.begin(open());
    else sources.end();
  };
  return {
    size: { width, height, fps },
    watch,
    mask: (on) => {
      if (on === masked) return;
      masked = on;
      const { written } = sources;
      if (written === undefined) return;
      const isSo = (written.view !== view) === on;
      sources.follow(isSo ? undefined : open());
    },
    requestKey: () => sources.newest?.rendition.stream.requestKey(),
    close: () => {
      watch(false);
      if (closed) return;
      closed = true;
      views.release(view);
    },
  };
};
