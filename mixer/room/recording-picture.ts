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

type Source = { view: View; rendition: VideoRendition; sink: UnitSink };

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

/** Holds the view until it is closed, even if it is removed meanwhile. Throws `not-found`. */
export const openRecordingPicture = (
  options: RecordingPictureOptions,
): RecordingPicture => {
  const { views, codec, rendition: wanted, write } = options;
  const view = views.hold(options.view);
  const { rung } = recordedRendition(codec, view, wanted);
  let written: Source | undefined;
  /** Takes over with its first key frame. */
  let coming: Source | undefined;
  let masked = false;
  let closed = false;

  const take = (source: Source, unit: EncodedUnit): void => {
    if (source === coming && unit.key) {
      const before = written;
      written = coming;
      coming = undefined;
      drop(before);
    }
    if (source === written) write(unit);
  };
  const open = (): Source => {
    const shown = masked ? views.holdMasked(view) : view;
    const rendition = recordedRendition(codec, shown, wanted);
    const source: Source = {
      view: shown,
      rendition,
      sink: (unit) => take(source, unit),
    };
    rendition.addSink(source.sink);
    shown.refresh();
    return source;
  };
  const drop = (source: Source | undefined): void => {
    if (source === undefined) return;
    source.rendition.removeSink(source.sink);
    source.view.refresh();
    if (source.view !== view) views.release(source.view);
  };
  const watch = (on: boolean): void => {
    if (closed || on === (written !== undefined)) return;
    if (on) written = open();
    else {
      drop(coming);
      drop(written);
      coming = written = undefined;
    }
  };
  return {
    size: { width: rung.width, height: rung.height, fps: rung.fps },
    watch,
    mask: (on) => {
      if (on === masked) return;
      masked = on;
      if (written === undefined) return;
      drop(coming);
      coming = (written.view !== view) === on ? undefined : open();
    },
    requestKey: () => (coming ?? written)?.rendition.stream.requestKey(),
    close: () => {
      watch(false);
      if (closed) return;
      closed = true;
      views.release(view);
    },
  };
};
