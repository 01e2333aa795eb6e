import test from "ava";
import { offerStereo } from "../../../public/sdk/stereo.js";

const OFFER = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  "",
].join("\r\n");

test("both channels of Opus are asked for, once, and of nothing else", (t) => {
  const asked = offerStereo(OFFER);
  const lines = asked.split("\r\n");
  t.is(lines[2], "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1");
  t.deepEqual(
    lines.filter((_, at) => at !== 2),
    OFFER.split("\r\n").filter((_, at) => at !== 2),
  );
  t.is(offerStereo(asked), asked);
});

test("an offer without Opus is left as it is", (t) => {
  const other = OFFER.replace("opus", "pcmu");
  t.is(offerStereo(other), other);
  t.is(offerStereo(""), "");
});
