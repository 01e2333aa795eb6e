/** The texts of HLS (RFC 8216bis), from a window. Pure. */
import { durationOf, type Part, type Segment, type Track } from "./window.js";

/** What players are promised, in seconds. */
export type Promises = {
  /** No segment is longer, rounded. */
  target: number;
  /** How far behind the end players stay, at least three targets. */
  holdBack: number;
  /** With parts: no part is longer, and how far behind players stay that fetch them. */
  parts?: { target: number; holdBack: number };
};

/** As the mixer cuts: see `cuttingFor` there. 1.5 s is the least that three parts allow. */
export const promisesFor = (lowLatency: boolean): Promises =>
  lowLatency
    ? { target: 2, holdBack: 6, parts: { target: 0.5, holdBack: 1.5 } }
    : { target: 1, holdBack: 3 };

/** Of how many of the last targets parts are told: RFC 8216bis, 6.2.2. */
const TARGETS_OF_PARTS = 3;
/** The sound comes with every picture; and headers. */
const OVERHEAD = 1.1;
/** How much more than its average a second may have. */
const PEAK = 1.5;

const SOUND = "audio";

const soundGroup = `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="${SOUND}.m3u8"`;

const variant = (track: Track, sound: Track): string => {
  const { picture, codec, bitrate } = track.facts;
  const both = picture === undefined ? bitrate : bitrate + sound.facts.bitrate;
  const codecs =
    picture === undefined ? codec : `${codec},${sound.facts.codec}`;
  const attributes = [
    `BANDWIDTH=${Math.round(both * OVERHEAD * PEAK)}`,
    `AVERAGE-BANDWIDTH=${Math.round(both * OVERHEAD)}`,
    `CODECS="${codecs}"`,
    ...(picture === undefined
      ? []
      : [
          `RESOLUTION=${picture.width}x${picture.height}`,
          `FRAME-RATE=${picture.fps.toFixed(3)}`,
        ]),
    `AUDIO="sound"`,
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(",")}\n${track.name}.m3u8`;
};

/** All renditions, in this order; `audio` only where it is one of them: it is there for the others in any case. */
export const masterPlaylist = (
  tracks: ReadonlyMap<string, Track>,
  withSoundAlone: boolean,
): string => {
  const sound = tracks.get(SOUND);
  if (sound === undefined) return "";
  const pictures = [...tracks.values()]
    .filter(({ facts }) => facts.picture !== undefined)
    .sort((a, b) => b.facts.bitrate - a.facts.bitrate);
  const shown = withSoundAlone ? [...pictures, sound] : pictures;
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    soundGroup,
    ...shown.map((track) => variant(track, sound)),
    "",
  ].join("\n");
};

const partLine = (track: Track, number: number, part: Part, i: number) =>
  `#EXT-X-PART:DURATION=${part.duration.toFixed(5)},URI="${track.name}/${number}-${i}.m4s"${part.independent ? ",INDEPENDENT=YES" : ""}`;

const segmentLines = (
  track: Track,
  segment: Segment,
  withParts: boolean,
): string[] => {
  const { number, head, parts, discontinuity, complete } = segment;
  const first = parts[0];
  const isNewHead = track.segments.find((it) => it.head === head) === segment;
  return [
    ...(discontinuity ? ["#EXT-X-DISCONTINUITY"] : []),
    ...(isNewHead ? [`#EXT-X-MAP:URI="${track.name}/head-${head}.mp4"`] : []),
    ...(first === undefined
      ? []
      : [`#EXT-X-PROGRAM-DATE-TIME:${new Date(first.at).toISOString()}`]),
    ...(withParts
      ? parts.map((part, i) => partLine(track, number, part, i))
      : []),
    ...(complete
      ? [
          `#EXTINF:${durationOf(segment).toFixed(5)},`,
          `${track.name}/${number}.m4s`,
        ]
      : []),
  ];
};

/** The number of the first segment whose parts are told. */
const partsFrom = ({ segments }: Track, seconds: number): number => {
  let behind = 0;
  for (const segment of segments.toReversed()) {
    if (behind >= seconds) return segment.number + 1;
    behind += durationOf(segment);
  }
  return 0;
};

/** The part that comes next: players ask for it before it is there. */
const hint = (track: Track): string => {
  const last = track.segments.at(-1);
  const grows = last !== undefined && !last.complete;
  const number = grows ? last.number : track.nextSegment;
  const part = grows ? last.parts.length : 0;
  return `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${track.name}/${number}-${part}.m4s"`;
};

const report = ({ name, segments }: Track): string[] => {
  const last = segments.at(-1);
  if (last === undefined) return [];
  const { number, parts } = last;
  return [
    `#EXT-X-RENDITION-REPORT:URI="${name}.m3u8",LAST-MSN=${number},LAST-PART=${parts.length - 1}`,
  ];
};

const control = ({ holdBack, parts }: Promises): string[] => {
  const told = ["CAN-BLOCK-RELOAD=YES", `HOLD-BACK=${holdBack.toFixed(1)}`];
  if (parts) told.push(`PART-HOLD-BACK=${parts.holdBack.toFixed(1)}`);
  return [
    `#EXT-X-SERVER-CONTROL:${told.join(",")}`,
    ...(parts ? [`#EXT-X-PART-INF:PART-TARGET=${parts.target}`] : []),
  ];
};

/** One track of the window. */
export const mediaPlaylist = (
  track: Track,
  { tracks, ended }: { tracks: ReadonlyMap<string, Track>; ended: boolean },
  promises: Promises,
): string => {
  const { parts, target } = promises;
  const from = parts
    ? partsFrom(track, TARGETS_OF_PARTS * target)
    : track.nextSegment;
  const listed = track.segments.filter(
    ({ complete }) => complete || parts !== undefined,
  );
  const others = [...tracks.values()].filter((other) => other !== track);
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    `#EXT-X-TARGETDURATION:${target}`,
    ...control(promises),
    `#EXT-X-MEDIA-SEQUENCE:${track.segments[0]?.number ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${track.discontinuities}`,
    ...listed.flatMap((segment) =>
      segmentLines(track, segment, segment.number >= from),
    ),
    ...(ended ? ["#EXT-X-ENDLIST"] : []),
    ...(parts && !ended ? [hint(track), ...others.flatMap(report)] : []),
    "",
  ].join("\n");
};
