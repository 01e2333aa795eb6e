import test from "ava";
import { renewSound, soundStats } from "../../mixer/renewal.js";

const HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n";
const VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ssrc:70 cname:a\r\n";
const AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n";
const SOURCE = "a=ssrc:6 cname:a\r\na=ssrc:6 msid:b c\r\n";
const OTHER = "a=ssrc:7 cname:a\r\na=ssrc:7 msid:b c\r\n";

for (const [what, sdp, other] of [
  ["another", HEAD + AUDIO + SOURCE + VIDEO, HEAD + AUDIO + OTHER + VIDEO],
  ["one", HEAD + AUDIO, `${HEAD}${AUDIO}a=ssrc:1 cname:1\r\n`],
] as const)
  test(`the sound is said to have ${what} source, and then what it has`, async (t) => {
    const applied: string[] = [];
    await renewSound(sdp, async (one) => void applied.push(one));
    t.deepEqual(applied, [other, sdp]);
  });

test("a refused description is followed by the right one", async (t) => {
  const sdp = HEAD + AUDIO + SOURCE;
  const applied: string[] = [];
  const apply = async (one: string): Promise<void> => {
    applied.push(one);
    if (one !== sdp) throw new Error("no");
  };
  await t.throwsAsync(renewSound(sdp, apply), { message: "no" });
  t.is(applied.at(-1), sdp);
});

test("statistics are those of received sound", (t) => {
  const sound = { type: "inbound-rtp", kind: "audio", packetsReceived: 5 };
  const reports = [
    { type: "codec" },
    { type: "inbound-rtp", kind: "video", packetsReceived: 3 },
    { type: "outbound-rtp", kind: "audio" },
  ];
  t.is(soundStats(reports), undefined);
  t.like(soundStats([...reports, sound]), { packetsReceived: 5 });
});
