/** What a connection receives while we answer, and while we negotiate with ourselves. */
import test, { type ExecutionContext } from "ava";
import {
  createNegotiation,
  type Negotiation,
} from "../../../mixer/ingest/negotiation.js";
import {
  openConnection,
  startAudioSink,
  startVideoSink,
} from "../../../mixer/ingest/wrtc.js";
import { soundStats } from "../../../mixer/renewal.js";
import { parseOffer } from "../../../mixer/sdp.js";
import { openSender } from "../../helpers/peer.js";
import { rms } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const TONE = 600;
const PORTS = { min: 20_000, max: 40_000 };

/** How long the tone was away at most, ms, and how often a picture came. */
const createEars = () => {
  const heard = { longest: 0, tracks: 0, pictures: 0, audible: false };
  let since = performance.now();
  return {
    heard,
    forget: (): void => {
      heard.longest = 0;
      since = performance.now();
    },
    onBlock: (samples: Int16Array): void => {
      heard.audible = rms(samples) > -40;
      heard.longest = Math.max(heard.longest, performance.now() - since);
      if (heard.audible) since = performance.now();
    },
  };
};

const open = async (
  t: ExecutionContext,
  edit: (offer: string) => string = (offer) => offer,
) => {
  const peer = openConnection({
    iceServers: [],
    bundlePolicy: "max-bundle",
    portRange: PORTS,
  });
  const ears = createEars();
  const sinks: { stop: () => void }[] = [];
  peer.ontrack = ({ track }) => {
    ears.heard.tracks++;
    sinks.push(
      track.kind === "audio"
        ? startAudioSink(track, ({ samples }) => ears.onBlock(samples))
        : startVideoSink(track, () => ears.heard.pictures++),
    );
  };
  const negotiation: Negotiation = createNegotiation(peer, {
    ice: { mediaAddresses: [], mediaPorts: PORTS, iceServers: [] },
    sendsStereo: () => false,
    stereo: () => false,
    videoBitrate: 500_000,
  });
  const sender = openSender({ tone: TONE, colour: [120, 90, 200] });
  t.teardown(() => {
    sender.close();
    for (const sink of sinks) sink.stop();
    peer.close();
  });
  const negotiate = async (): Promise<void> => {
    const offer = edit(await sender.offer());
    await sender.accept(await negotiation.answer(parseOffer(offer)));
  };
  await negotiate();
  const count = async (): Promise<number> =>
    soundStats((await peer.getStats()).values())?.packetsReceived ?? 0;
  const hears = (): Promise<unknown> =>
    until({
      what: "the tone is heard",
      read: () => ears.heard.audible,
      accept: (audible) => audible,
    });
  await until({
    what: "a second of sound has come",
    read: count,
    accept: (packets) => packets > 50,
  });
  return { ...ears, negotiation, negotiate, count, hears };
};

const withoutSource = (offer: string): string =>
  offer
    .split(/(?=^m=)/m)
    .map((section) =>
      section.startsWith("m=audio")
        ? section.replace(/^a=ssrc.*\r\n/gm, "")
        : section,
    )
    .join("");

for (const [what, edit] of [
  ["that names its source", undefined],
  ["that does not", withoutSource],
] as const)
  test.serial(
    `a sound ${what} is received anew, with a short gap, while pictures go on`,
    async (t) => {
      const it = await open(t, edit);
      await it.hears();
      const { tracks, pictures } = it.heard;
      const before = await it.count();
      it.forget();
      await it.negotiation.renew();
      // Statistics are kept for 50 ms.
      await until({
        what: "there is another stream",
        read: it.count,
        accept: (packets) => packets < before,
      });
      await until({
        what: "half a second of it has come",
        read: it.count,
        accept: (packets) => packets >= 25,
      });
      await it.hears();
      t.log(`${it.heard.longest.toFixed(0)} ms without the tone`);
      t.true(it.heard.longest < 400, "200 ms on a quiet machine");
      t.is(it.heard.tracks, tracks);
      t.true(it.heard.pictures > pictures);
    },
  );

test.serial("a client negotiates before, meanwhile and after", async (t) => {
  const it = await open(t);
  await Promise.all([it.negotiation.renew(), it.negotiate()]);
  await it.negotiation.renew();
  await it.negotiate();
  it.heard.audible = false;
  const pictures = it.heard.pictures;
  await it.hears();
  await until({
    what: "pictures go on",
    read: () => it.heard.pictures,
    accept: (count) => count > pictures + 5,
  });
  t.pass();
});

test.serial("without an offer there is nothing to receive anew", async (t) => {
  const peer = openConnection({
    iceServers: [],
    bundlePolicy: "max-bundle",
    portRange: PORTS,
  });
  t.teardown(() => peer.close());
  const negotiation = createNegotiation(peer, {
    ice: { mediaAddresses: [], mediaPorts: PORTS, iceServers: [] },
    sendsStereo: () => false,
    stereo: () => false,
    videoBitrate: 500_000,
  });
  await t.notThrowsAsync(negotiation.renew());
  await t.throwsAsync(
    negotiation.answer(
      parseOffer(
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n",
      ),
    ),
    { message: /Nothing in the offer fits/ },
  );
});
