import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { openSource } from "../../../mixer/feed/sources.js";
import { makeFolder } from "../../helpers/folder.js";

test("files are found by names in their folder, and nowhere else", async (t) => {
  const root = await makeFolder(t);
  const [media, recordings] = [join(root, "media"), join(root, "recordings")];
  for (const folder of [media, join(media, "ads"), join(recordings, ".sounds")])
    mkdirSync(folder, { recursive: true });
  for (const file of [
    ...["media/a.mp4", "media/ads/b c.mp3", "media/.hidden", "secret.mp4"],
    ...["recordings/r.mp4", "recordings/.sounds/u"],
  ])
    writeFileSync(join(root, file), "");
  symlinkSync(join(root, "secret.mp4"), join(media, "out.mp4"));
  symlinkSync(join(media, "a.mp4"), join(media, "in.mp4"));
  symlinkSync(root, join(media, "up"));
  const open = async (kind: "media" | "recording" | "upload", name: string) =>
    (await openSource({ kind, name }, { media, recordings })).url;
  t.is(await open("media", "a.mp4"), `file:${media}/a.mp4`);
  t.is(await open("media", "in.mp4"), `file:${media}/a.mp4`);
  t.is(await open("media", "ads/b c.mp3"), `file:${media}/ads/b c.mp3`);
  t.is(await open("recording", "r.mp4"), `file:${recordings}/r.mp4`);
  t.is(await open("upload", "u"), `file:${recordings}/.sounds/u`);
  for (const name of [
    ...["none.mp4", "../secret.mp4", "ads/../../secret.mp4", "out.mp4"],
    ...[join(media, "a.mp4"), "up/secret.mp4", ".hidden", "ads", ".", "..", ""],
    ...["a.mp4\0", "ads//b c.mp3", "./a.mp4", "..\\secret.mp4"],
  ])
    await t.throwsAsync(open("media", name), { message: /There is no file/ });
  await t.throwsAsync(open("recording", ".sounds/u"));
  const nowhere = openSource({ kind: "media", name: "a.mp4" }, { recordings });
  await t.throwsAsync(nowhere, { message: /no folder of media/ });
});

for (const [url, protocols] of [
  ["https://a.example/x.m3u8", "http,https,tcp,tls,crypto"],
  ["rtmp://a.example/live/x", "rtmp,rtmps,tcp,tls"],
  ["rtsp://a.example/x", "rtsp,rtsps,rtp,udp,tcp,tls"],
] as const)
  test(`${url} may lead to no file`, async (t) => {
    const input = await openSource({ kind: "url", url }, { recordings: "/" });
    const at = input.options.indexOf("-protocol_whitelist");
    t.is(input.options[at + 1], protocols);
  });

for (const url of ["file:///etc/passwd", "concat:a", "/etc/passwd", "data:,x"])
  test(`${url} is no address`, async (t) => {
    const opened = openSource({ kind: "url", url }, { recordings: "/" });
    await t.throwsAsync(opened, { name: "MixerError" });
  });
