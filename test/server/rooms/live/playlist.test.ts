import test from "ava";
import type { LivePiece } from "../../../../mixer/contract.js";
import {
  masterPlaylist,
  mediaPlaylist,
  promisesFor,
} from "../../../../server/rooms/live/playlist.js";
import { createWindow } from "../../../../server/rooms/live/window.js";

const PICTURE = { width: 1280, height: 720, fps: 30 };

const head = (track: string, bitrate: number): LivePiece => ({
  kind: "head",
  track,
  data: Uint8Array.of(1),
  codec: track === "audio" ? "mp4a.40.2" : "avc1.42c01f",
  bitrate,
  ...(track === "audio" ? {} : { picture: PICTURE }),
});

const part = (track: string, index: number): LivePiece => ({
  kind: "part",
  track,
  data: Uint8Array.of(index),
  first: index % 4 === 0,
  independent: index % 4 === 0,
  duration: 0.5,
  at: Date.UTC(2026, 0, 1) + 500 * index,
});

/** A window with so many parts, four a segment. */
const filled = (parts: number) => {
  const window = createWindow();
  for (const [track, bitrate] of [
    ["720p", 1_500_000],
    ["audio", 96_000],
  ] as const) {
    window.take(head(track, bitrate));
    for (let i = 0; i < parts; i++) window.take(part(track, i));
  }
  return window;
};

const lines = (text: string, start: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(start));

test("one playlist names all renditions, best first, the sound once for all of them", (t) => {
  const window = filled(1);
  window.take(head("360p", 450_000));
  const text = masterPlaylist(window.tracks, true);
  t.deepEqual(
    text.split("\n").filter((line) => /^[^#]/.test(line)),
    ["720p.m3u8", "360p.m3u8", "audio.m3u8"],
  );
  t.regex(
    text,
    /BANDWIDTH=2633400,AVERAGE-BANDWIDTH=1755600,CODECS="avc1\.42c01f,mp4a\.40\.2",RESOLUTION=1280x720,FRAME-RATE=30\.000,AUDIO="sound"/,
  );
  t.is(lines(text, "#EXT-X-MEDIA:TYPE=AUDIO").length, 1);
  t.is(
    lines(masterPlaylist(window.tracks, false), "#EXT-X-STREAM-INF").length,
    2,
  );
});

test("with low latency the newest parts are told, and the one that comes next", (t) => {
  const window = filled(30);
  const track = window.tracks.get("720p")!;
  const text = mediaPlaylist(track, window, promisesFor(true));
  t.is(lines(text, "#EXTINF:2.00000,").length, 7);
  t.is(lines(text, "#EXT-X-PART:").length, 14);
  t.deepEqual(lines(text, "#EXT-X-PRELOAD-HINT"), [
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="720p/7-2.m4s"',
  ]);
  t.deepEqual(lines(text, "#EXT-X-RENDITION-REPORT"), [
    '#EXT-X-RENDITION-REPORT:URI="audio.m3u8",LAST-MSN=7,LAST-PART=1',
  ]);
  t.is(lines(text, "#EXT-X-MAP").length, 1);
  const { parts, target, holdBack } = promisesFor(true);
  t.true(parts!.holdBack >= 3 * parts!.target && holdBack >= 3 * target);
});

test("without, only whole segments are", (t) => {
  const window = filled(30);
  const text = mediaPlaylist(
    window.tracks.get("720p")!,
    window,
    promisesFor(false),
  );
  t.is(lines(text, "#EXTINF").length, 7);
  t.deepEqual(lines(text, "#EXT-X-PART"), []);
  t.deepEqual(lines(text, "#EXT-X-PRELOAD"), []);
});

test("half a minute is kept, whatever comes, and numbers go on", (t) => {
  const window = filled(400);
  const track = window.tracks.get("720p")!;
  t.true(track.segments.length <= 17, `${track.segments.length}`);
  const text = mediaPlaylist(track, window, promisesFor(true));
  t.deepEqual(lines(text, "#EXT-X-MEDIA-SEQUENCE"), [
    `#EXT-X-MEDIA-SEQUENCE:${100 - track.segments.length}`,
  ]);
});

test("a mixer that begins anew is a discontinuity with another head; once it has left the window it is counted", (t) => {
  const window = filled(8);
  const track = window.tracks.get("720p")!;
  window.take(head("720p", 1_500_000));
  window.take(part("720p", 0));
  const playlist = (): string =>
    mediaPlaylist(track, window, promisesFor(true));
  t.is(lines(playlist(), "#EXT-X-DISCONTINUITY").length, 2);
  t.deepEqual(lines(playlist(), "#EXT-X-MAP"), [
    '#EXT-X-MAP:URI="720p/head-0.mp4"',
    '#EXT-X-MAP:URI="720p/head-1.mp4"',
  ]);
  for (let i = 1; i < 200; i++) window.take(part("720p", i));
  t.deepEqual(lines(playlist(), "#EXT-X-DISCONTINUITY"), [
    "#EXT-X-DISCONTINUITY-SEQUENCE:1",
  ]);
  t.deepEqual([...track.heads.keys()], [1]);
});

test("what is over says so, and hints at nothing", (t) => {
  const window = filled(5);
  window.end();
  const track = window.tracks.get("720p")!;
  const text = mediaPlaylist(track, window, promisesFor(true));
  t.regex(text, /#EXT-X-ENDLIST\n$/);
  t.deepEqual(lines(text, "#EXT-X-PRELOAD"), []);
  t.is(lines(text, "#EXTINF").length, 2);
});

test("who waits is woken by the next piece, or goes after a while", async (t) => {
  const window = filled(1);
  const woken = window.changed(10_000);
  window.take(part("720p", 1));
  await woken;
  await window.changed(5);
  t.pass();
});
