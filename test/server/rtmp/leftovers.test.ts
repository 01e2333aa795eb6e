import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "ava";
import { removeLeftovers } from "../../../server/rtmp/leftovers.js";
import { makeFolder } from "../../helpers/folder.js";

const LISTEN = `
require("node:net").createServer().listen(process.argv[1], () => console.log());
`;

test("what a killed process has left goes, and nothing that somebody uses or that is none of it", async (t) => {
  const directory = await makeFolder(t);
  const folders = ["x-dead", "x-used", "x-empty", "x-other", "y-dead"];
  for (const name of folders) await mkdir(join(directory, name));
  const pathOf = (name: string) => join(directory, name, "socket");
  await writeFile(pathOf("x-other"), "not a socket");
  for (const name of ["x-dead", "y-dead"]) {
    const child = spawn(process.execPath, ["-e", LISTEN, pathOf(name)]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const used = createServer().listen(pathOf("x-used"));
  await once(used, "listening");
  t.teardown(() => used.close());
  await removeLeftovers(directory, "x-");
  t.deepEqual(
    (await readdir(directory)).sort(),
    folders.filter((name) => name !== "x-dead").sort(),
  );
  await t.notThrowsAsync(removeLeftovers(join(directory, "none"), "x-"));
});
