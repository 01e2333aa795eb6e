import { createHmac } from "node:crypto";
import test from "ava";
import {
  findRequest,
  hasTieBreaker,
  isSigned,
  isStun,
  withTieBreaker,
} from "../../../mixer/egress/stun.js";

/** The sample request of RFC 5769 §2.1, and its password. */
const SAMPLE = Buffer.from(
  "000100582112a442b7e7a701bc34d686fa87dfae" +
    "802200105354554e207465737420636c69656e74" +
    "002400046e0001ff" +
    "80290008932ff9b151263b36" +
    "000600096576746a3a68367659202020" +
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2" +
    "80280004e57a3bcf",
  "hex",
);
const PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";
const VALUE = BigInt("0x932ff9b151263b36");

test("the sample of the standard is read, and known to be signed", (t) => {
  t.true(isStun(SAMPLE));
  const request = findRequest(SAMPLE)!;
  t.true(hasTieBreaker(SAMPLE, request));
  t.true(isSigned(SAMPLE, request, PASSWORD));
  t.false(isSigned(SAMPLE, request, `${PASSWORD}x`));
});

test("another tie-breaker is signed as the sample is, and back it is the sample to the byte", (t) => {
  const request = findRequest(SAMPLE)!;
  const none = withTieBreaker(SAMPLE, request, BigInt(0), PASSWORD);
  t.false(hasTieBreaker(none, request));
  t.true(isSigned(none, request, PASSWORD));
  t.notDeepEqual(none.subarray(-4), SAMPLE.subarray(-4), "the fingerprint");
  t.deepEqual(withTieBreaker(none, request, VALUE, PASSWORD), SAMPLE);
});

test("what was changed on its way is not signed any more", (t) => {
  const request = findRequest(SAMPLE)!;
  for (let at = 20; at < request.integrity; at++) {
    const spoilt = Buffer.from(SAMPLE);
    spoilt[at]! ^= 1;
    const found = findRequest(spoilt);
    if (found !== undefined)
      t.false(isSigned(spoilt, found, PASSWORD), `${at}`);
  }
});

test("a request without a fingerprint is read, too", (t) => {
  const plain = Buffer.from(SAMPLE.subarray(0, -8));
  plain.writeUInt16BE(plain.length - 20, 2);
  const at = plain.length - 24;
  createHmac("sha1", PASSWORD)
    .update(plain.subarray(0, at))
    .digest()
    .copy(plain, at + 4);
  const request = findRequest(plain)!;
  t.is(request.fingerprint, undefined);
  t.true(isSigned(plain, request, PASSWORD));
  t.is(
    withTieBreaker(plain, request, BigInt(7), PASSWORD).length,
    plain.length,
  );
});

test("nothing else is a request: media, answers, halves and noise", (t) => {
  const answer = Buffer.from(SAMPLE);
  answer.writeUInt16BE(0x0101, 0);
  t.is(findRequest(answer), undefined);
  t.is(
    findRequest(Buffer.from([0x80, 111, 0, 1, ...Array(40).fill(0)])),
    undefined,
  );
  // Up to its fingerprint, without which it would be whole.
  for (let length = 0; length < SAMPLE.length - 8; length++) {
    const half = Buffer.from(SAMPLE.subarray(0, length));
    t.is(findRequest(half), undefined, `${length}`);
    if (length < 20) continue;
    // As long as it says: it has no signature, or one that is cut.
    half.writeUInt16BE(length - 20, 2);
    const found = findRequest(half);
    t.true(
      found === undefined || !isSigned(half, found, PASSWORD),
      `${length}`,
    );
  }
});
