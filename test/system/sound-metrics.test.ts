/** What Prometheus reads of the sound, of tones whose levels are known: ffmpeg sends them as plain RTP. */
import test from "ava";
import { freeRtpPort } from "../helpers/ports.js";
import { sendTone } from "../helpers/rtp.js";
import { startServer } from "../helpers/server.js";
import { until } from "../helpers/until.js";

const HERE = "127.0.0.1";
/** An eighth of full scale, which is what ffmpeg's `sine` makes, and 3 dB less. */
const LEVEL = -18.06 - 3;
const TONES = [440, 610, 830, 1070, 1370];
const LOUD = 4;

test("peaks, gain reduction, limiting and clipping are those of what comes out", async (t) => {
  const { url } = await startServer(t, {
    env: { TUTTI_RTP_HOSTS: "127.0.0.0/8" },
  });
  const call = async <Result>(
    method: string,
    path: string,
    body: object,
  ): Promise<Result> => {
    const headers = { "Content-Type": "application/json" };
    const sent = { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/v1/rooms/red${path}`, sent);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Result;
  };
  /** `audio_` figures of the only mixer. */
  const figure = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const line = new RegExp(`^tutti_mixer_audio_${name}{.*} (\\S+)$`, "m");
    return Number(line.exec(text)?.[1]);
  };
  const within = (name: string, least: number, most: number) =>
    until({
      what: `${name} is ${least} to ${most}`,
      read: () => figure(name),
      accept: (is) => is >= least && is <= most,
      within: 40_000,
    });
  const join = async (hz: number): Promise<string> => {
    const to = { address: HERE, port: await freeRtpPort() };
    const asked = { name: `${hz}`, codec: "l16", payloadType: 98, ...to };
    const joined = await call<{ participant: string; port: number }>(
      ...["POST", "/rtp", asked],
    );
    const sender = sendTone({
      ...{ codec: "wide", hz },
      to: { address: HERE, port: joined.port },
    });
    t.teardown(sender.stop);
    return joined.participant;
  };

  // Levels are those that were sent.
  await call("PUT", "", { agc: false });
  const ann = await join(TONES[0]!);
  await call("POST", "/rtp-forwards", {
    ...{ codec: "opus", address: HERE, port: await freeRtpPort() },
  });
  await within("peak_dbfs", LEVEL - 0.5, LEVEL + 0.5);
  t.is(await figure("gain_reduction_decibels"), 0);
  t.is(await figure("limited_seconds_total"), 0);

  await call("PATCH", `/participants/${ann}`, { gain: LOUD });
  const louder = LEVEL + 20 * Math.log10(LOUD);
  await within("peak_dbfs", louder - 0.5, louder + 0.5);
  t.is(await figure("gain_reduction_decibels"), 0);

  const others = await Promise.all(TONES.slice(1).map(join));
  for (const id of others)
    await call("PATCH", `/participants/${id}`, { gain: LOUD });
  const sum = louder + 20 * Math.log10(TONES.length);
  await within("peak_dbfs", -1.5, -1.04);
  // The tones are not in step from one sample on.
  await within("gain_reduction_decibels", sum + 1.05 - 1.5, sum + 1.05 + 0.5);
  const before = await figure("limited_seconds_total");
  await within("limited_seconds_total", before + 1, before + 60);
  t.is(await figure("samples_clipped_total"), 0);

  for (const id of [ann, ...others])
    await call("PATCH", `/participants/${id}`, { gain: 0.25 });
  const quiet = LEVEL - 20 * Math.log10(4) + 20 * Math.log10(TONES.length);
  await within("peak_dbfs", quiet - 3, quiet + 0.5);
  await within("gain_reduction_decibels", 0, 0);
});
