import test from "ava";
import { CounterMode, deriveKey, Srtp } from "../../../mixer/rtp/srtp.js";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

test("counter mode is that of RFC 3711, B.2", (t) => {
  const mode = new CounterMode(hex("2b7e151628aed2a6abf7158809cf4f3c"));
  const counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000");
  t.is(
    mode.stream(counter, 48).toString("hex"),
    [
      "e03ead0935c95e80e166b16dd92b4eb4",
      "d23513162b02d0f72a43a2fe4a5f97ab",
      "41e95b3bb0a2e8dd477901e4fca894c0",
    ].join(""),
  );
});

test("keys are derived as in RFC 3711, B.3", (t) => {
  const master = hex(
    "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6",
  );
  const derived = (label: number, bytes: number): string =>
    deriveKey(master, label, bytes).toString("hex");
  t.is(derived(0, 16), "c61e7a93744f39ee10734afe3ff7a087");
  t.is(derived(2, 14), "30cbbc08863d8c85d49db34a9ae1");
  t.is(derived(1, 20), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
});

/** The packet, key and result that libsrtp's test driver has (srtp_validate). */
test("a packet is encrypted and signed as libsrtp does", (t) => {
  const key = hex(
    "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6",
  );
  const plain = hex(`800f1234decafbadcafebabe${"ab".repeat(16)}`);
  const data = Buffer.alloc(60);
  plain.copy(data);
  const srtp = new Srtp("AES_CM_128_HMAC_SHA1_80", key.toString("base64"));
  const length = srtp.protect(data, plain.length);
  t.is(
    data.subarray(0, length).toString("hex"),
    "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
  );
});

const KEY = Buffer.alloc(30, 7).toString("base64");
const OTHER = Buffer.alloc(30, 8).toString("base64");

const packet = (sequence: number, text = "what is said"): Buffer => {
  const data = Buffer.alloc(12 + text.length);
  data[0] = 0x80;
  data.writeUInt16BE(sequence & 0xffff, 2);
  data.writeUInt32BE(99, 8);
  data.write(text, 12);
  return data;
};

const seal = (srtp: Srtp, plain: Buffer): Buffer => {
  const data = Buffer.alloc(plain.length + 14);
  plain.copy(data);
  return data.subarray(0, srtp.protect(data, plain.length));
};

for (const suite of [
  "AES_CM_128_HMAC_SHA1_80",
  "AES_CM_128_HMAC_SHA1_32",
] as const) {
  test(`${suite}: what was sealed is opened once, over the wrap of the numbers too`, (t) => {
    const [out, back] = [new Srtp(suite, KEY), new Srtp(suite, KEY)];
    for (let n = 65_500; n < 65_600; n++) {
      const sealed = seal(out, packet(n));
      t.false(sealed.includes("said"));
      const again = Buffer.from(sealed);
      t.deepEqual(back.unprotect(sealed), packet(n));
      t.is(back.unprotect(again), undefined);
    }
  });

  test(`${suite}: late packets are opened, forged and foreign ones are not`, (t) => {
    const [out, back] = [new Srtp(suite, KEY), new Srtp(suite, KEY)];
    const sealed = Array.from({ length: 300 }, (_, n) => seal(out, packet(n)));
    t.truthy(back.unprotect(Buffer.from(sealed[0]!)));
    t.truthy(back.unprotect(Buffer.from(sealed[200]!)));
    t.truthy(back.unprotect(Buffer.from(sealed[150]!)));
    t.is(back.unprotect(Buffer.from(sealed[20]!)), undefined);
    const forged = Buffer.from(sealed[201]!);
    forged[14]! ^= 1;
    t.is(back.unprotect(forged), undefined);
    t.is(new Srtp(suite, OTHER).unprotect(Buffer.from(sealed[5]!)), undefined);
    t.is(back.unprotect(Buffer.from("short")), undefined);
  });

  test(`${suite}: RTCP too`, (t) => {
    const [out, back] = [new Srtp(suite, KEY), new Srtp(suite, KEY)];
    const data = Buffer.alloc(60);
    data.write("80c80001000000631234", "hex");
    data.write("who says what", 12);
    const plain = Buffer.from(data.subarray(0, 28));
    const sealed = data.subarray(0, out.protectRtcp(data, 28));
    t.false(sealed.includes("says"));
    const again = Buffer.from(sealed);
    t.deepEqual(back.unprotectRtcp(sealed), plain);
    t.is(back.unprotectRtcp(again), undefined);
    t.is(back.unprotectRtcp(Buffer.alloc(30)), undefined);
  });
}

test("who comes late into a session finds its place after some starts of the numbers", (t) => {
  const suite = "AES_CM_128_HMAC_SHA1_80";
  const out = new Srtp(suite, KEY);
  for (let n = 0; n < 3 * 65_536; n += 20_000) seal(out, packet(n));
  const sealed = seal(out, packet(3 * 65_536));
  t.is(new Srtp(suite, KEY).unprotect(Buffer.from(sealed)), undefined);
  const late = new Srtp(suite, KEY, 16);
  t.deepEqual(late.unprotect(sealed), packet(3 * 65_536));
});
