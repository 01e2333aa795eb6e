/**
 * The units of one part as a stream without holes in its sound. Pure: times are given, counted from the part's start.
 */
import type { Micros } from "../media.js";
import {
  SOUND_CODECS,
  type Pictures,
  type SoundCodec,
  type SoundCodecName,
} from "./codecs.js";
import { matroskaHead, matroskaUnit, type Track } from "./matroska.js";

const VIDEO_TRACK = 1;
const AUDIO_TRACK = 2;
/** Two pictures may never have the same time; Matroska counts in milliseconds, MP4 in 90 kHz. */
const LEAST_STEP: Micros = 1_000;

/** By how much frames that follow each other may seem apart: rounding, and encoders that count from a sum. */
const JITTER: Micros = 1_000;
/** Sound this late is taken as missing: its track must go on, since ffmpeg writes neither track long before the other. */
const LATEST_SOUND: Micros = 500_000;

export type AudioFormat = {
  codec: SoundCodecName;
  sampleRate: 48000;
  channels: 1 | 2;
  /** AudioSpecificConfig, OpusHead; none for PCM. */
  extradata?: Buffer;
};
export type VideoFormat = { width: number; height: number; fps: number };

/** The pictures of a part; there are none in sound alone. */
export type Picture = { format: VideoFormat; pictures: Pictures };

export type Stitch = {
  /** What the stream begins with. */
  readonly head: Buffer;
  /** How much of the sound is silence that was put in for what did not come, until now. */
  readonly filled: Micros;
  /** The bytes of one access unit, after silence if the sound has stayed behind. */
  video(data: Buffer, key: boolean, time: Micros): Buffer[];
  /** The bytes of one unit of sound, after as much silence as is missing before it; none when its time is already taken. */
  audio(data: Buffer, time: Micros): Buffer[];
  /** Silence up to `time`. */
  silence(time: Micros): Buffer[];
  /** Silence up to the end of the last picture, for a part that another one follows at once. */
  ending(): Buffer[];
};

const pictureTrack = ({ format, pictures }: Picture): Track => ({
  number: VIDEO_TRACK,
  codec: pictures.codec,
  private: pictures.private,
  unitDuration: 1_000_000 / format.fps,
  media: { kind: "video", width: format.width, height: format.height },
});

const soundTrack = (audio: AudioFormat, sound: SoundCodec): Track => {
  const { sampleRate, channels, extradata } = audio;
  const micros = (samples: number): Micros =>
    Math.round((samples * 1_000_000) / sampleRate);
  return {
    number: AUDIO_TRACK,
    codec: sound.codec,
    private: extradata,
    unitDuration: micros(sound.unitSamples),
    delay: sound.delay && micros(sound.delay),
    media: {
      kind: "audio",
      sampleRate,
      channels,
      depth: audio.codec === "pcm" ? 16 : undefined,
    },
  };
};

/** How many samples of silence come next in a hole. */
const pieceOf = (sound: SoundCodec, hole: number): number =>
  sound.leastSamples === sound.unitSamples
    ? sound.unitSamples
    : Math.min(sound.unitSamples, Math.round(hole));

/**
 * The sound's track: what came, and silence where nothing came. Beside a picture it begins late enough that no decoder's
 * delay lies before the picture: whoever joins parts would move both for that.
 */
const createSoundTrack = (audio: AudioFormat, besidePicture: boolean) => {
  const { channels } = audio;
  const sound = SOUND_CODECS[audio.codec];
  const { unitSamples, leastSamples, delay = 0 } = sound;
  const sample = 1_000_000 / audio.sampleRate;
  const unit = unitSamples * sample;
  /** A hole of less is left. */
  const leastHole = Math.max(leastSamples * sample - JITTER, JITTER);
  let end = besidePicture ? delay * sample : 0;
  let empty = true;
  let filled = 0;

  const silence = (time: Micros): Buffer[] => {
    const units: Buffer[] = [];
    while (time - end >= leastHole) {
      empty = false;
      const samples = pieceOf(sound, (time - end) / sample);
      const data = sound.silence(samples, channels);
      units.push(matroskaUnit(AUDIO_TRACK, Math.floor(end), true, [data]));
      end += samples * sample;
      filled += samples * sample;
    }
    return units;
  };
  /** What of a unit is not there yet: of samples the rest can be taken, of a coded unit all. */
  const newIn = (data: Buffer, time: Micros): Buffer => {
    const taken = Math.round((end - time) / sample);
    return leastSamples === 1 && taken > 0
      ? data.subarray(taken * channels * 2)
      : data;
  };
  return {
    track: soundTrack(audio, sound),
    get filled() {
      return filled;
    },
    silence,
    put: (data: Buffer, time: Micros): Buffer[] => {
      if (time < end - unit / 2) return [];
      // What begins before the file cannot be moved, only left out or (samples) cut.
      if (empty && leastSamples > 1 && time < end) return [];
      const rest = newIn(data, time);
      const at = rest === data ? Math.max(time, 0) : Math.ceil(end);
      // Containers say where the first one begins; silence before it would be whole units, and leave a hole.
      const units = empty && leastSamples > 1 ? [] : silence(at);
      empty = false;
      units.push(matroskaUnit(AUDIO_TRACK, at, true, [rest]));
      end = rest === data ? at + unit : Math.max(time, 0) + unit;
      return units;
    },
  };
};

type SoundTrack = Omit<ReturnType<typeof createSoundTrack>, "track"> & {
  track?: Track;
};

const NO_SOUND: SoundTrack = { filled: 0, silence: () => [], put: () => [] };

/**
 * Players disagree about a hole in the sound (some close it, and lose lip-sync), so a hole of a frame or more is filled
 * with silent frames. A hole in the pictures just shows the last one for longer.
 */
export const createStitch = (
  audio: AudioFormat | undefined,
  picture?: Picture,
): Stitch => {
  const sound: SoundTrack = audio
    ? createSoundTrack(audio, picture !== undefined)
    : NO_SOUND;
  const tracks = [
    ...(picture ? [pictureTrack(picture)] : []),
    ...(sound.track ? [sound.track] : []),
  ];
  let lastPicture = -LEAST_STEP;
  return {
    head: matroskaHead(tracks),
    get filled() {
      return sound.filled;
    },
    silence: sound.silence,
    ending: () =>
      picture === undefined
        ? []
        : sound.silence(lastPicture + 1_000_000 / picture.format.fps),
    video: (data, key, time) => {
      if (picture === undefined) return [];
      lastPicture = Math.max(time, lastPicture + LEAST_STEP);
      const units = sound.silence(time - LATEST_SOUND);
      const sample = picture.pictures.sample(data);
      units.push(matroskaUnit(VIDEO_TRACK, lastPicture, key, sample));
      return units;
    },
    audio: sound.put,
  };
};
