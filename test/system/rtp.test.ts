/** Plain RTP through the whole server, with ffmpeg as everybody's equipment. */
import test, { type ExecutionContext } from "ava";
import { ask } from "../helpers/ask.js";
import { freeRtpPort } from "../helpers/ports.js";
import { record, sendTone, type CodecName } from "../helpers/rtp.js";
import { startServer } from "../helpers/server.js";
import { udpPortsOf } from "../helpers/sockets.js";
import { toneLevel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const HERE = "127.0.0.1";

type Joined = {
  participant: string;
  address: string;
  port: number;
  ssrc: number;
  srtp?: { suite: "AES_CM_128_HMAC_SHA1_80"; key: string };
  sdp: string;
  receive: string;
};

const start = async (t: ExecutionContext) => {
  const server = await startServer(t, {
    env: { TUTTI_RTP_HOSTS: "127.0.0.0/8" },
  });
  const api = <Result>(method: string, path: string, body?: unknown) =>
    ask<Result>(server, `/v1/rooms/red${path}`, method, body);
  const join = async (
    name: string,
    codec: CodecName,
    hz: number,
    more = {},
  ) => {
    const to = { address: HERE, port: await freeRtpPort() };
    const joined = await api<Joined>("POST", "/rtp", {
      ...{ name, codec: codec === "wide" ? "l16" : codec, ...to, ...more },
    });
    const crypto = (
      more as { srtp?: { suite: "AES_CM_128_HMAC_SHA1_80"; key: string } }
    ).srtp;
    const sender = sendTone({ codec, hz, to: joined, crypto });
    t.teardown(sender.stop);
    return { ...joined, stop: sender.stop };
  };
  return { server, api, join };
};

const levels = (samples: Int16Array, tones: number[]): number[] =>
  tones.map((hz) => toneLevel(samples.subarray(-96_000), 48_000, hz));

const TONES = [440, 660, 880];

/** Each of these hears the tones of the two others, and not its own. */
const hearEachOther = async (t: ExecutionContext, all: Joined[]) => {
  const recorded = await Promise.all(
    all.map(({ receive }) => record(receive, 4)),
  );
  for (const [i, samples] of recorded.entries()) {
    const found = levels(samples, TONES);
    t.log(found.map((it) => it.toFixed(1)).join(" "));
    for (const [j, level] of found.entries())
      if (i === j) t.true(level < -60, `own ${level}`);
      else t.true(level > -30, `${i} hears ${j} at ${level}`);
  }
};

const SRTP = {
  suite: "AES_CM_128_HMAC_SHA1_80",
  key: Buffer.alloc(30, "k").toString("base64"),
} as const;

test.serial(
  "three without WebRTC hear each other, before and after their mixer is killed, and leave nothing behind",
  async (t) => {
    const { server, api, join } = await start(t);
    const all = [
      await join("Ann", "opus", TONES[0]!),
      await join("Bob", "pcmu", TONES[1]!),
      await join("Cid", "opus", TONES[2]!, { srtp: SRTP }),
    ];
    await hearEachOther(t, all);
    const [mixer] = server.mixers();
    t.is(
      udpPortsOf(mixer!.pid).filter((port) =>
        all.some((one) => port === one.port || port === one.port + 1),
      ).length,
      6,
    );

    process.kill(mixer!.pid, "SIGKILL");
    await until({
      what: "everybody is in the mix again",
      read: () =>
        api<{ inMix: unknown }[]>("GET", "/participants").catch(() => []),
      accept: (people) =>
        people.length === 3 && people.every(({ inMix }) => inMix === true),
      within: 20_000,
    });
    const again = await api<Joined[]>("GET", "/rtp");
    t.deepEqual(
      again.map(({ port }) => port),
      all.map(({ port }) => port),
    );
    await hearEachOther(t, again);

    const host = server
      .mixers()
      .find(({ pid }) => udpPortsOf(pid).includes(all[0]!.port))!;
    await fetch(`${server.url}/v1/rooms/red`, { method: "DELETE" });
    await until({
      what: "the sockets are gone",
      read: () => udpPortsOf(host.pid),
      accept: (ports) => ports.length === 0,
    });
    t.pass();
  },
);

test.serial("forwards carry the mix, or one voice alone", async (t) => {
  const { api, join } = await start(t);
  const ann = await join("Ann", "opus", TONES[0]!);
  await join("Bob", "pcma", TONES[1]!);
  const forward = async (body: object) => {
    const to = { address: HERE, port: await freeRtpPort() };
    return api<{ id: string; sdp: string }>("POST", "/rtp-forwards", {
      ...to,
      ...body,
    });
  };
  const mix = await forward({ codec: "pcmu" });
  const alone = await forward({
    codec: "opus",
    what: { participant: ann.participant },
    srtp: {},
  });
  const plain = await forward({
    codec: "l16",
    rate: 16_000,
    what: { participant: ann.participant },
  });
  const recorded = await Promise.all(
    [mix, alone, plain].map(({ sdp }) => record(sdp, 4)),
  );
  const [both, first, second] = recorded.map((it) => levels(it, TONES));
  t.log(both, first, second);
  t.true(both![0]! > -30 && both![1]! > -30 && both![2]! < -55);
  for (const one of [first!, second!]) t.true(one[0]! > -30 && one[1]! < -60);
  t.is((await api<unknown[]>("GET", "/rtp-forwards")).length, 3);
  // What is of somebody goes with them.
  await api("DELETE", `/participants/${ann.participant}`);
  t.deepEqual(
    (await api<{ id: string }[]>("GET", "/rtp-forwards")).map(({ id }) => id),
    [mix.id],
  );
  await api("DELETE", `/rtp-forwards/${mix.id}`);
  t.deepEqual(await api("GET", "/rtp-forwards"), []);
});

test.serial("who sends nothing any more leaves after its time", async (t) => {
  const { api, join } = await start(t);
  await join("Ann", "opus", TONES[0]!);
  const bob = await join("Bob", "pcmu", TONES[1]!, { timeout: 1 });
  const people = () => api<{ name: string }[]>("GET", "/participants");
  await until({
    what: "Bob is in the mix",
    read: () =>
      api<{ stats: { received: number } }>("GET", `/rtp/${bob.participant}`),
    accept: ({ stats }) => stats.received > 20,
  });
  await bob.stop();
  await until({
    what: "Bob has left",
    read: people,
    accept: (all) => all.length === 1,
  });
  t.is((await people())[0]?.name, "Ann");
});
