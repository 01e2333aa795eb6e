/** What the REST interface takes and gives of plain RTP. */
import { z } from "zod";
import type { RtpCodec } from "../mixer/contract.js";
import { ConferenceError } from "./errors.js";
import { id } from "./picture.js";
import { personName } from "./played.js";

const codecName = z.enum(["opus", "pcmu", "pcma", "l16"]);
const suite = z.enum(["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"]);
const address = z.union([z.ipv4(), z.ipv6()]).describe("An IP address");
const port = z.int().min(1).max(65_535);

const codecShape = {
  codec: codecName,
  rate: z
    .union(
      [8000, 16_000, 24_000, 32_000, 44_100, 48_000].map((hz) => z.literal(hz)),
    )
    .optional()
    .describe("Of L16: 48000 if absent; the others have one rate each"),
  channels: z
    .union([z.literal(1), z.literal(2)])
    .optional()
    .describe("Of Opus and L16: 1 if absent"),
  payloadType: z
    .int()
    .min(0)
    .max(127)
    .optional()
    .describe("0 for pcmu, 8 for pcma, 111 for opus, 97 for l16 if absent"),
  ptime: z
    .union([z.literal(5), z.literal(10), z.literal(20)])
    .optional()
    .describe(
      "Milliseconds in a packet that the server sends; what it gets may have others",
    ),
};

const receiveKey = z.strictObject({
  suite: suite.default("AES_CM_128_HMAC_SHA1_80"),
  key: z
    .string()
    .regex(/^[A-Za-z0-9+/]{40}$/, "must be 30 bytes as base64")
    .describe("Key and salt with which the other side sends (RFC 4568)"),
});

export const rtpJoin = z.strictObject({
  name: personName,
  muted: z.boolean().default(false),
  ...codecShape,
  address: address
    .optional()
    .describe(
      "Where the server sends, and the only address whose packets it takes; if absent, that of whoever sends first",
    ),
  port: port.optional().describe("Together with address"),
  rtcpMux: z
    .boolean()
    .default(false)
    .describe("RTCP over the port of RTP; else over the next one"),
  timeout: z
    .int()
    .min(1)
    .max(86_400)
    .default(30)
    .describe("Seconds without a packet after which the participant leaves"),
  srtp: receiveKey.optional(),
});

const sendKey = z.object({
  suite,
  key: z.string().describe("Key and salt with which the server sends"),
});

const host = z.object({ address: z.string(), port: z.int() });

export const rtpResult = z.object({
  participant: id,
  codec: codecName,
  rate: z.int(),
  channels: z.int(),
  ptime: z.int(),
  address: z.string().describe("Where to send"),
  port: z
    .int()
    .describe("Of RTP; RTCP goes to the next one unless multiplexed"),
  payloadType: z.int(),
  ssrc: z.int().describe("Of what the server sends"),
  rtcpMux: z.boolean(),
  timeout: z.int(),
  srtp: sendKey.optional(),
  sdp: z.string().describe("The server's side of the session, as SIP has it"),
  receive: z
    .string()
    .optional()
    .describe(
      "What the server sends to the given address, as SDP for whoever receives there (ffmpeg -i); absent where none was given",
    ),
});

export const rtpDetail = rtpResult.extend({
  stats: z.object({
    received: z.int(),
    sent: z.int(),
    lost: z.int().describe("Never came, or too late; made up"),
    late: z.int(),
    duplicate: z.int(),
    foreign: z.int().describe("From another address; dropped"),
    invalid: z
      .int()
      .describe("No RTP, another payload type, or forged; dropped"),
    remote: z
      .object({
        lost: z.number().describe("0 to 1"),
        roundTrip: z.number().optional().describe("Milliseconds"),
      })
      .describe("Of what the server sends, as the other side reports"),
    from: host.optional().describe("Where packets come from"),
  }),
});

export const forwardStart = z.strictObject({
  ...codecShape,
  address,
  port,
  what: z
    .union([z.literal("mix"), z.strictObject({ participant: id })])
    .default("mix")
    .describe("The mix, or one participant's voice alone"),
  srtp: z
    .union([
      z.strictObject({ suite: suite.default("AES_CM_128_HMAC_SHA1_80") }),
      receiveKey,
    ])
    .optional()
    .describe("Encrypted with this key, or with one that the server makes"),
});

export const forwardResult = z.object({
  id,
  what: z.union([z.literal("mix"), z.object({ participant: id })]),
  codec: codecName,
  rate: z.int(),
  channels: z.int(),
  ptime: z.int(),
  payloadType: z.int(),
  address: z.string().describe("Where it goes"),
  port: z.int(),
  from: host.describe("Where it comes from"),
  ssrc: z.int(),
  srtp: sendKey.optional(),
  sdp: z.string().describe("For whoever receives it (ffmpeg -i)"),
});

/** What a moderator asks for over the WebSocket: one of these, or only what there is. */
export const rtpShape = {
  join: rtpJoin.optional(),
  forward: forwardStart.optional(),
  /** A forward. */
  end: id.optional(),
};

/** Of a check of them. */
export const oneAtMost = [
  (asked: { join?: unknown; forward?: unknown; end?: unknown }): boolean =>
    [asked.join, asked.forward, asked.end].filter((it) => it !== undefined)
      .length <= 1,
  {
    path: ["join"] as string[],
    message: "only one of join, forward, end is possible",
  },
] as const;

/** Plain RTP of a room, for its moderators. */
export type RtpInfo = {
  /** Whether the configuration lets any address exchange RTP with this server. */
  allowed: boolean;
  participants: z.output<typeof rtpResult>[];
  forwards: z.output<typeof forwardResult>[];
  /** The participant or forward that was asked for. */
  made?: string;
};

type CodecShape = z.output<z.ZodObject<typeof codecShape>>;

const PAYLOAD_TYPES = { opus: 111, pcmu: 0, pcma: 8, l16: 97 } as const;
const RATES = { opus: 48_000, pcmu: 8000, pcma: 8000, l16: 48_000 } as const;
/** Bytes of a payload that reaches everybody, as other packets have. */
const MOST_BYTES = 1150;
/** Types that stand for RTCP where both share a port (RFC 5761). */
const isReserved = (type: number): boolean => type >= 64 && type <= 95;

const refuse = (message: string): never => {
  throw new ConferenceError("bad-request", message);
};

const ptimeOf = ({ codec, ptime }: CodecShape, bytesPerMs: number): number => {
  const fits = (ms: number): boolean => ms * bytesPerMs <= MOST_BYTES;
  if (codec === "opus" && (ptime ?? 20) !== 20)
    return refuse("ptime: of opus it is 20");
  if (codec === "opus") return 20;
  if (ptime !== undefined && !fits(ptime))
    return refuse(`ptime: ${ptime} ms of this are too much for a packet`);
  return ptime ?? [20, 10, 5].find(fits) ?? 5;
};

/** What was asked for with all that was left out. Throws `bad-request` for what does not go together. */
export const codecOf = (asked: CodecShape): RtpCodec => {
  const { codec: name, channels = 1 } = asked;
  const rate = asked.rate ?? RATES[name];
  if (name !== "l16" && rate !== RATES[name])
    return refuse(`rate: of ${name} it is ${RATES[name]}`);
  if (RATES[name] === 8000 && channels !== 1)
    return refuse(`channels: of ${name} it is 1`);
  const payloadType = asked.payloadType ?? PAYLOAD_TYPES[name];
  if (isReserved(payloadType))
    return refuse("payloadType: 64 to 95 are taken by RTCP");
  const bytes = name === "l16" ? 2 : 1;
  const ptime = ptimeOf(asked, (bytes * channels * rate) / 1000);
  return { name, rate, channels, payloadType, ptime };
};
