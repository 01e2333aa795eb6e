/** How a live output gets what it sends. */
import type { AacEncoder } from "../audio/aac.js";
import type { EncodedUnit } from "../media.js";
import type { UnitSink, VideoRendition } from "./rendition.js";
import type { SamplesSink, Sound } from "./sound.js";
import type { View } from "./view.js";

export type LiveSinks = {
  pictures: { rendition: VideoRendition; write: UnitSink }[];
  writeAudio(unit: EncodedUnit): void;
};

/** Feeds it, and keeps the encodes running, until the returned function is called; the encoder of the sound is closed then. */
export const tieLive = (
  { pictures, writeAudio }: LiveSinks,
  { aac, sound, view }: { aac: AacEncoder; sound: Sound; view: View },
): (() => void) => {
  const writeSound: SamplesSink = (samples, pts) => {
    for (const unit of aac.encode(samples, pts)) writeAudio(unit);
  };
  for (const { rendition, write } of pictures) rendition.addSink(write);
  sound.addSink(writeSound);
  view.refresh();
  return () => {
    for (const { rendition, write } of pictures) rendition.removeSink(write);
    sound.removeSink(writeSound);
    aac.close();
    view.refresh();
  };
};
