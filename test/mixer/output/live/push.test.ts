import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { readdir } from "node:fs/promises";
import test from "ava";
import { createPush } from "../../../../mixer/output/live/push.js";
import { encodeFlashBeep, SIZE } from "../../../helpers/flash-beep.js";
import { makeFolder } from "../../../helpers/folder.js";
import { descendants } from "../../../helpers/processes.js";
import { until } from "../../../helpers/until.js";

/** A push of so many seconds, of which each key frame is this much larger, written as fast as it goes. */
const pushTo = async (url: string, padding = 0) => {
  const { units, audio } = await encodeFlashBeep(4);
  const told: { state: string; reason?: string }[] = [];
  let asked = 0;
  const push = createPush({
    url,
    video: SIZE,
    audio,
    onStatus: (status) => told.push(status),
    requestKey: () => void asked++,
  });
  const fill = Buffer.alloc(padding, 0x55);
  let offset = 0;
  const write = (): void => {
    for (const { kind, unit } of units) {
      const pts = unit.pts + offset;
      const data = unit.key ? Buffer.concat([unit.data, fill]) : unit.data;
      if (kind === "video") push.writeVideo({ ...unit, data, pts });
      else push.writeAudio({ ...unit, pts });
    }
    offset += 4_000_000;
  };
  return { push, told, write, asked: () => asked };
};

test.serial(
  "a server that takes nothing costs a bounded wait: pictures are dropped, the connection is given up and tried again",
  async (t) => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    t.teardown(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const url = `rtmp://127.0.0.1:${port}/live/key`;
    const { push, told, write } = await pushTo(url, 400_000);
    write();
    write();
    t.true(push.counters.dropped > 0);
    t.is(told[0]?.state, "connecting");
    await until({
      what: "it is given up",
      read: () => told.at(-1)?.state,
      accept: (state) => state === "retrying",
      within: 20_000,
    });
    t.is(push.counters.reconnects, 1);
    await push.close();
    await push.close();
    t.deepEqual(
      descendants(process.pid).filter((it) => it.command.includes("ffmpeg")),
      [],
    );
  },
);

test.serial(
  "a server that is not there is tried again with ever longer waits, and told why without the key; nothing is left after the end",
  async (t) => {
    const folder = await makeFolder(t);
    process.env["TMPDIR"] = folder;
    const url = "rtmp://127.0.0.1:9/live/SECRET";
    const { push, told, write, asked } = await pushTo(url);
    const tries = () => told.filter(({ state }) => state === "retrying");
    for (const count of [1, 2]) {
      await until({
        what: `try ${count}`,
        read: () => {
          write();
          return tries().length;
        },
        accept: (found) => found >= count,
        within: 20_000,
      });
    }
    const [first, second] = tries();
    t.regex(first!.reason!, /refused.*tried again in 1 s/);
    t.regex(second!.reason!, /tried again in 2 s/);
    t.notRegex(JSON.stringify(told), /SECRET/);
    t.true(asked() > 0);
    await push.close();
    const before = told.length;
    write();
    t.is(told.length, before);
    t.deepEqual(await readdir(folder), [], "the file of the key is gone");
  },
);

test("an address that is none is refused at once", async (t) => {
  await t.throwsAsync(pushTo("http://127.0.0.1/a/b"), {
    instanceOf: TypeError,
  });
});
