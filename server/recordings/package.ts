/** All that there is of one meeting, as one archive. */
import { basename, extname } from "node:path";
import { TRACK_ENDINGS } from "./tracks.js";
import type { RecordingEntry } from "./entry.js";
import type { Library, LibraryFile } from "./library.js";
import type { RemoteFile } from "./keeping.js";
import type { TarEntry } from "./tar.js";
import { toVtt } from "./timeline/chapters.js";

/** Names go into archives that any system unpacks. */
const plain = (name: string): string =>
  name
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 40);

type AnyFile = LibraryFile & Partial<Pick<RemoteFile, "open">>;

/** Where what is in it comes from: from here, or from the bucket. */
export type PackageSource = {
  file(): Promise<AnyFile>;
  track(participant: string, ending: string): Promise<AnyFile>;
  library: Pick<Library, "preview" | "timeline">;
};

const fileEntry = (name: string, file: AnyFile): TarEntry => ({
  ...{ name, modified: file.modified },
  content: file,
});

/** What is not there is left out. */
const ifThere = async (
  file: Promise<AnyFile>,
  name: string,
): Promise<TarEntry[]> => {
  try {
    return [fileEntry(name, await file)];
  } catch {
    return [];
  }
};

/**
 * The file, its description, tracks, timeline, chapters, thumbnail and waveform. Throws `no-such-recording`, and
 * `conflict` while it is recorded.
 */
export const packageOf = async (
  source: PackageSource,
  entry: RecordingEntry,
): Promise<TarEntry[]> => {
  const { id, title, tracks = [] } = entry;
  const { library } = source;
  const whole = await source.file();
  const modified = whole.modified;
  const text = (name: string, content: string): TarEntry => ({
    ...{ name, modified, content: Buffer.from(content) },
  });
  const json = (name: string, value: unknown): TarEntry =>
    text(name, `${JSON.stringify(value, undefined, 2)}\n`);
  const timeline = await library.timeline(id);
  const files = tracks.flatMap(({ participant, name, ...kinds }) =>
    TRACK_ENDINGS.flatMap(([kind, ending]) => {
      if (kinds[kind] === undefined) return [];
      const file = source.track(participant, ending);
      const shown = `tracks/${plain(name)}-${participant.slice(0, 16)}`;
      return [ifThere(file, `${shown}.${ending}`)];
    }),
  );
  const [thumbnail, waveform, peaks, ...beside] = await Promise.all([
    ifThere(library.preview(id, "thumbnail"), "thumbnail.jpg"),
    ifThere(library.preview(id, "waveform"), "waveform.png"),
    ifThere(library.preview(id, "peaks"), "waveform.json"),
    ...files,
  ]);
  const entries = [
    json("recording.json", entry),
    ...(timeline === undefined
      ? []
      : [
          json("timeline.json", timeline),
          text("chapters.vtt", toVtt(timeline.chapters)),
        ]),
    ...thumbnail,
    ...waveform,
    ...peaks,
    fileEntry(`${plain(title) || "recording"}${extname(whole.name)}`, whole),
    ...beside.flat(),
  ];
  return entries.map((one) => ({
    ...one,
    name: `${basename(id)}/${one.name}`,
  }));
};
