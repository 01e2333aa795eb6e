/** What was kept of single participants, over HTTP. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { makeFolder } from "../../helpers/folder.js";
import { startHttp } from "../../helpers/http.js";
import { ANN, CY, makeRecording } from "../../helpers/tracks.js";

const run = promisify(execFile);

test("sound, picture and screen of somebody are served, by ranges, and lie in the package", async (t) => {
  const { call, folder } = await startHttp(t);
  const members = [{ ...ANN, screen: "blue" }, CY];
  const entry = await makeRecording(folder, "weekly", members, 1);
  await writeFile(join(folder, "weekly.json"), JSON.stringify(entry));
  const path = "/v1/recordings/weekly";
  const [ann] = (await call("GET", path)).json.tracks;
  for (const [ending, type, { size }] of [
    ["opus", "audio/ogg", ann.audio],
    ["mp4", "video/mp4", ann.video],
    ["share.mp4", "video/mp4", ann.share],
  ] as const) {
    const url = `${path}/tracks/ann.${ending}`;
    const file = await call("GET", url);
    t.is(file.status, 200, ending);
    t.is(file.headers["content-type"], type);
    t.is(file.bytes.length, size);
    const headers = { range: "bytes=0-3" };
    t.is((await call("GET", url, { headers })).status, 206);
  }
  for (const missing of ["cy.share.mp4", "cy.mp4", "nobody.opus"])
    t.is((await call("GET", `${path}/tracks/${missing}`)).status, 404);
  t.is((await call("GET", `${path}/tracks/a.b.mp4`)).status, 400);

  const archive = join(await makeFolder(t), "all.tar");
  await writeFile(archive, (await call("GET", `${path}/package`)).bytes);
  const { stdout } = await run("tar", ["-tf", archive]);
  for (const name of ["Ann-ann.opus", "Ann-ann.mp4", "Ann-ann.share.mp4"])
    t.true(stdout.includes(`weekly/tracks/${name}\n`), stdout);
});
