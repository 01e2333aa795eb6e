import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { listMedia } from "../../../server/recordings/media-folder.js";
import { makeFolder } from "../../helpers/folder.js";

test("files are listed by the names that a mixer takes, in order, without what is hidden", async (t) => {
  const folder = await makeFolder(t);
  await mkdir(join(folder, "b/c"), { recursive: true });
  await mkdir(join(folder, ".secret"));
  for (const name of ["z.mp3", "a.wav", "b/c/d.opus", ".hidden", ".secret/x"])
    await writeFile(join(folder, name), "");
  t.deepEqual(await listMedia(folder), ["a.wav", "b/c/d.opus", "z.mp3"]);
});

test("a folder that is not there has nothing, and one that holds itself has an end", async (t) => {
  const folder = await makeFolder(t);
  t.deepEqual(await listMedia(join(folder, "none")), []);
  await symlink(folder, join(folder, "loop"));
  t.true((await listMedia(folder)).length <= 1);
});

test("of more files than anybody looks through there are some", async (t) => {
  const folder = await makeFolder(t);
  const names = Array.from({ length: 510 }, (_, index) => `${index}.mp3`);
  await Promise.all(names.map((name) => writeFile(join(folder, name), "")));
  t.is((await listMedia(folder)).length, 500);
});
