/** A picture that is composed anew, frame by frame, from the tracks of those who are to be seen. */
import type { RenderPicture } from "../contract.js";
import type { Micros } from "../media.js";
import { createCompositor, type Compositor } from "../video/compositor.js";
import { sourceIdOf, type SourceId } from "../video/layouts/index.js";
import { createCast } from "./cast.js";
import { createFootage, type Footage } from "./footage.js";
import { largestTiles } from "./sizes.js";

export type FilmOptions = RenderPicture & {
  /** Seconds since the recording's zero. */
  from: number;
  /** Seconds. */
  duration: number;
  /** Told how many pictures are made. */
  onPicture: (count: number) => void;
};

/** So long before the cut it looks on, in seconds: cameras have a picture by then, and the talker is the large one. */
const BEFORE = 1;
/** The compositor's clock where the recording's is zero: it must not be negative. */
const ZERO: Micros = 10_000_000;
/** A picture is being encoded, one waits, one is on its way to there; the fourth is written. */
const RING = 4;

/** The canvas without the ends of its rows, as ffmpeg reads it. */
const createCopier = ({ width, height, frame }: Compositor) => {
  const planes = frame.data!.slice(0, 3);
  const strides = frame.linesize.slice(0, 3);
  const ring = Array.from({ length: RING }, () =>
    Buffer.allocUnsafeSlow((width * height * 3) / 2),
  );
  let turn = 0;
  return (): Buffer => {
    const into = ring[turn++ % RING]!;
    let at = 0;
    for (const [plane, data] of planes.entries()) {
      const row = plane === 0 ? width : width >> 1;
      const stride = strides[plane]!;
      const rows = plane === 0 ? height : height >> 1;
      if (stride === row) at += data.copy(into, at, 0, row * rows);
      else
        for (let y = 0; y < rows; y++)
          at += data.copy(into, at, y * stride, y * stride + row);
    }
    return into;
  };
};

const showNew = async (
  compositor: Compositor,
  footages: ReadonlyMap<SourceId, Footage>,
  until: Micros,
): Promise<void> => {
  const each = [...footages].map(async ([id, footage]) => {
    const picture = await footage.until(until);
    if (picture !== undefined) compositor.putFrame(id, picture, ZERO + until);
  });
  await Promise.all(each);
};

/**
 * Raw pictures (I420), `settings.fps` a second. One is valid until the third one after it is asked for. Whoever stops
 * early returns it, which gives everything back. Throws what the compositor throws for wrong settings.
 */
export async function* film(options: FilmOptions): AsyncGenerator<Buffer> {
  const { settings, events, videos, from, duration, onPicture } = options;
  const { fps } = settings;
  const largest = largestTiles(options);
  const compositor = createCompositor({ view: "render", settings });
  const footages = new Map(
    videos.map((video) => {
      const { participant, source = "camera" } = video;
      const most = source === "camera" ? largest(participant) : settings;
      const id = sourceIdOf(participant, source);
      return [id, createFootage({ video, most })];
    }),
  );
  const seen = new Set(footages.keys());
  const cast = createCast(compositor, events, seen);
  const copy = createCopier(compositor);
  const total = Math.round(duration * fps);
  const first = -Math.min(BEFORE * fps, Math.floor(from * fps));
  let picture: Buffer | undefined;
  try {
    for (let count = first; count < total; count++) {
      const time = from + count / fps;
      cast.until(time);
      // Times in files are rounded: what is nearer to this picture than to the next belongs to it.
      await showNew(compositor, footages, (time + 0.5 / fps) * 1_000_000);
      const changed = await compositor.compose(ZERO + time * 1_000_000);
      if (changed || picture === undefined) picture = copy();
      if (count < 0) continue;
      yield picture;
      onPicture(count + 1);
    }
  } finally {
    compositor.close();
    await Promise.all([...footages.values()].map((one) => one.close()));
  }
}
