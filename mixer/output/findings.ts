/** What a file's packets, and ffmpeg's lines about its pictures and sound, say of it. Pure. */
import type { RecordingChecks, Stretch } from "../contract.js";

/** Below is neither seen nor heard as a hole. Seconds. */
const LEAST_GAP = 1;
/** Lip-sync that nobody notices, in milliseconds: ITU-R BT.1359 calls 45 detectable. */
const MOST_OFFSET = 80;

type TrackTimes = {
  first: number;
  end: number;
  gaps: Stretch[];
};

const takeTime = (
  track: TrackTimes | undefined,
  time: number,
  length: number,
): TrackTimes => {
  if (track === undefined) return { first: time, end: time + length, gaps: [] };
  if (time - track.end > LEAST_GAP)
    track.gaps.push({ from: track.end, to: time });
  track.end = Math.max(track.end, time + length);
  return track;
};

/**
 * Takes the lines of ffmpeg's `framecrc` of copied packets: their times, in the time base of each track's comment line.
 */
export const createPacketTimes = () => {
  const tracks: (TrackTimes | undefined)[] = [];
  const bases: number[] = [];
  const kinds: string[] = [];
  const take = (line: string): void => {
    const [, about, index, value] =
      /^#(tb|media_type) (\d+): (\S+)/.exec(line) ?? [];
    if (about === "media_type") kinds[Number(index)] = value!;
    else if (about === "tb") {
      const [above = 0, below = 1] = value!.split("/").map(Number);
      bases[Number(index)] = above / below;
    }
    if (line.startsWith("#")) return;
    const [track = 0, , pts = NaN, length = 0] = line.split(",").map(Number);
    const base = bases[track];
    if (base === undefined || Number.isNaN(pts)) return;
    tracks[track] = takeTime(tracks[track], pts * base, length * base);
  };
  const find = (kind: string) => tracks[kinds.indexOf(kind)];
  return {
    take,
    get picture() {
      return find("video");
    },
    get sound() {
      return find("audio");
    },
  };
};

export type PacketTimes = ReturnType<typeof createPacketTimes>;

/** Takes what the filters blackdetect, silencedetect and ebur128 say, and the decoders' complaints. */
export const createHearing = () => {
  const heard = {
    black: [] as Stretch[],
    silence: [] as Stretch[],
    loudness: undefined as number | undefined,
    complaint: undefined as string | undefined,
  };
  let quietFrom = 0;
  return {
    heard,
    take: (line: string): void => {
      const [, from, to] = /black_start:(\S+) black_end:(\S+)/.exec(line) ?? [];
      if (to !== undefined)
        heard.black.push({ from: Number(from), to: Number(to) });
      const [, start] = /silence_start: (\S+)/.exec(line) ?? [];
      if (start !== undefined) quietFrom = Math.max(0, Number(start));
      const [, end] = /silence_end: (\S+)/.exec(line) ?? [];
      if (end !== undefined)
        heard.silence.push({ from: quietFrom, to: Number(end) });
      const [, loudness] = /^\s+I:\s+(\S+) LUFS/.exec(line) ?? [];
      // What never exceeds the gate of -70 has no loudness.
      if (loudness !== undefined && Number(loudness) > -70)
        heard.loudness = Number(loudness);
      if (/\[(error|fatal)\]/.test(line)) heard.complaint ??= line.trim();
    },
  };
};

export type Hearing = ReturnType<typeof createHearing>;

const offsetOf = (
  picture: number | undefined,
  sound: number | undefined,
): number | undefined =>
  picture === undefined || sound === undefined
    ? undefined
    : Math.round((sound - picture) * 1_000);

const lengthOf = ({ from, to }: Stretch): number => to - from;
const sum = (stretches: readonly Stretch[]): number =>
  stretches.reduce((all, stretch) => all + lengthOf(stretch), 0);
const nearly = (part: number, all: number): boolean => part > 0.98 * all;

/** What people should know. Black and silence are problems only if there is nothing else: people are silent at times. */
const problemsOf = (
  checks: Omit<RecordingChecks, "problems">,
  complaint: string | undefined,
): string[] => {
  const { duration, startOffset = 0, gaps, black, silence } = checks;
  const problems: string[] = [];
  if (complaint !== undefined)
    problems.push(`A decoder complains: ${complaint}`);
  if (Math.abs(startOffset) > MOST_OFFSET)
    problems.push(`Sound and picture begin ${startOffset} ms apart`);
  for (const { from, to } of gaps)
    problems.push(`Nothing from ${from.toFixed(1)} s to ${to.toFixed(1)} s`);
  if (nearly(sum(black), duration))
    problems.push("All of the picture is black");
  if (nearly(sum(silence), duration)) problems.push("All of it is silent");
  return problems;
};

export const checksOf = (
  duration: number,
  { picture, sound }: Pick<PacketTimes, "picture" | "sound">,
  { heard }: Hearing,
): RecordingChecks => {
  const { black, silence, loudness, complaint } = heard;
  const checks = {
    duration,
    // What lies before zero is a decoder's lead-in, which nobody hears.
    startOffset: offsetOf(picture?.first, sound && Math.max(0, sound.first)),
    endOffset: offsetOf(picture?.end, sound?.end),
    gaps: [...(picture?.gaps ?? []), ...(sound?.gaps ?? [])],
    ...{ black, silence, loudness },
    decodes: complaint === undefined,
  };
  return { ...checks, problems: problemsOf(checks, complaint) };
};
