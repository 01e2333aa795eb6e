/** An ffmpeg that is not gone as soon as its output has ended, as on a busy machine. */
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import test from "ava";
import { runFfmpeg } from "../../mixer/ffmpeg.js";
import { makeFolder } from "../helpers/folder.js";

/** Ends its output a while before itself. */
const LATE = `#!/bin/sh
ffmpeg "$@"
code=$?
exec >&-
sleep 0.3
exit $code
`;

test("one that outlives its output has not failed, and all that it wrote is there", async (t) => {
  const program = join(await makeFolder(t), "late");
  await writeFile(program, LATE);
  await chmod(program, 0o755);
  process.env.FFMPEG_PATH = program;
  const output = new PassThrough();
  let bytes = 0;
  output.on("data", (data: Buffer) => (bytes += data.length));
  const over = new Promise((resolve) => output.once("close", resolve));
  const { ended } = runFfmpeg({
    ...{ input: "sine=sample_rate=48000:duration=1", output },
    arguments: { input: ["-f", "lavfi"], output: ["-f", "s16le"] },
  });
  t.deepEqual(await ended, { ok: true, message: "", errors: "" });
  await over;
  t.is(bytes, 96_000);
});
