import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test from "ava";
import { describe, parseConfig, SETTINGS } from "../../server/config.js";
import { CERT, KEY as CERT_KEY } from "../helpers/certificate.js";
import { problemsOf } from "../helpers/config.js";

const KEY = "0123456789abcdef0123456789abcdef";

test("an empty environment gives the documented defaults, for this machine alone", (t) => {
  const config = parseConfig({ PATH: "/bin" });
  t.like(config, {
    host: "127.0.0.1",
    port: 8080,
    recordings: resolve("recordings"),
    mediaPorts: { min: 40_000, max: 49_999 },
    rtpHosts: [],
    rtmpPort: 0,
    openRooms: true,
    apiKey: undefined,
    tls: undefined,
    maxParticipants: 50,
    spareMixer: true,
    video: { width: 1280, height: 720, fps: 30 },
    encoder: "auto",
    logLevel: "info",
    trustProxy: false,
  });
  t.deepEqual([config.mediaAddresses, config.iceServers], [[], []]);
  t.deepEqual(config.codecs, ["h264", "vp8"]);
  t.deepEqual(config.liveHosts, []);
  t.true(config.mixers >= 1);
});

test("the configuration is frozen all the way down", (t) => {
  const config = parseConfig({});
  t.throws(() => Object.assign(config, { port: 1 }), { instanceOf: TypeError });
  t.throws(() => Object.assign(config.video, { fps: 1 }), {
    instanceOf: TypeError,
  });
});

test("every variable is read", (t) => {
  const ice = [{ urls: ["turn:a.example"], username: "u", credential: "c" }];
  const config = parseConfig({
    TUTTI_HOST: "0.0.0.0",
    TUTTI_PORT: "0",
    TUTTI_RECORDINGS: "/var/tutti",
    TUTTI_RENDERS: "4",
    TUTTI_MEDIA: "/srv/media",
    TUTTI_FEED_HOSTS: "*.Example.org, rtsp://192.0.2.7:554",
    TUTTI_MIXERS: "3",
    TUTTI_MEDIA_IP: "192.0.2.1, 2001:db8::1",
    TUTTI_MEDIA_PORTS: "50000-50099",
    TUTTI_RTP_HOSTS: "10.0.0.0/8, ::1",
    TUTTI_RTMP_PORT: "1935",
    TUTTI_ICE_SERVERS: JSON.stringify(ice),
    TUTTI_API_KEY: KEY,
    TUTTI_OPEN_ROOMS: "lobby, hall_2",
    TUTTI_MAX_PARTICIPANTS: "8",
    TUTTI_VIDEO: "640x360@15",
    TUTTI_CODECS: "vp8, h264,av1",
    TUTTI_ENCODER: "vaapi",
    TUTTI_LIVE_HOSTS: "Live.example.org, 192.0.2.7:1935",
    TUTTI_LOG_LEVEL: "warn",
    TUTTI_SPARE_MIXER: "false",
    TUTTI_PIN_TRIES: "7",
    TUTTI_TRUST_PROXY: "true",
    TUTTI_RESUME_SECONDS: "90",
    TUTTI_KEEP_DAYS: "30",
    TUTTI_KEEP_BYTES: "2.5 GB",
    TUTTI_S3_BUCKET: "recordings",
    TUTTI_S3_ENDPOINT: "https://s3.example.org:9000/",
    TUTTI_S3_REGION: "eu-central-1",
    TUTTI_S3_KEY: "AK",
    TUTTI_S3_SECRET: "hush",
    TUTTI_S3_PREFIX: "tutti/",
    TUTTI_S3_KEEP: "false",
  });
  t.deepEqual(
    { ...config },
    {
      host: "0.0.0.0",
      port: 0,
      recordings: "/var/tutti",
      ...{ resumeSeconds: 90, renders: 4 },
      media: "/srv/media",
      feedHosts: [
        { scheme: undefined, host: "*.example.org", port: undefined },
        { scheme: "rtsp", host: "192.0.2.7", port: "554" },
      ],
      mixers: 3,
      spareMixer: false,
      mediaAddresses: ["192.0.2.1", "2001:db8::1"],
      mediaPorts: { min: 50_000, max: 50_099 },
      rtpHosts: ["10.0.0.0/8", "::1"],
      rtmpPort: 1935,
      iceServers: ice,
      apiKey: KEY,
      openRooms: ["lobby", "hall_2"],
      maxParticipants: 8,
      video: { width: 640, height: 360, fps: 15 },
      codecs: ["vp8", "h264", "av1"],
      encoder: "vaapi",
      liveHosts: ["live.example.org", "192.0.2.7:1935"],
      logLevel: "warn",
      pinTries: 7,
      trustProxy: true,
      keepDays: 30,
      keepBytes: 2_500_000_000,
      s3: {
        bucket: "recordings",
        endpoint: "https://s3.example.org:9000",
        region: "eu-central-1",
        credentials: { key: "AK", secret: "hush", file: undefined },
        prefix: "tutti/",
        keep: false,
      },
      tls: undefined,
    },
  );
});

test("with an API key rooms are closed unless TUTTI_OPEN_ROOMS opens them", (t) => {
  t.false(parseConfig({ TUTTI_API_KEY: KEY }).openRooms);
  t.true(
    parseConfig({ TUTTI_API_KEY: KEY, TUTTI_OPEN_ROOMS: "true" }).openRooms,
  );
});

test("an empty variable counts as unset", (t) => {
  t.is(parseConfig({ TUTTI_API_KEY: "", TUTTI_PORT: " " }).port, 8080);
});

const refused = test.macro<[name: string, text: string, says: RegExp]>({
  exec: (t, name, text, says) => {
    const problems = problemsOf({ [name]: text });
    t.is(problems.length, 1, problems.join("\n"));
    t.true(problems[0]?.startsWith(name));
    t.regex(problems[0] ?? "", says);
  },
  title: (_, name, text) => `${name}=${text} is refused with a reason`,
});

for (const [name, text, says] of [
  ["TUTTI_HOST", "host:80", /without a port/],
  ["TUTTI_HOST", "0.0.0.0", /set TUTTI_API_KEY/],
  ["TUTTI_HOST", "::", /set TUTTI_API_KEY/],
  ["TUTTI_HOST", "192.0.2.7", /set TUTTI_API_KEY/],
  ["TUTTI_HOST", "127.example.org", /set TUTTI_API_KEY/],
  ["TUTTI_PORT", "65536", /from 0 to 65535, not "65536"/],
  ["TUTTI_FEED_HOSTS", "file://etc", /must be hosts/],
  ["TUTTI_PORT", "80a", /whole number/],
  ["TUTTI_PORT", "-1", /whole number/],
  ["TUTTI_MIXERS", "0", /from 1/],
  ["TUTTI_MEDIA_IP", "example.org", /IP addresses/],
  ["TUTTI_MEDIA_PORTS", "50000", /40000-49999/],
  ["TUTTI_MEDIA_PORTS", "50000-40000", /lower one first/],
  ["TUTTI_MEDIA_PORTS", "80-90000", /1024 to 65535/],
  ["TUTTI_RTP_HOSTS", "10.0.0.0/33", /ranges such as/],
  ["TUTTI_RENDERS", "0", /from 1 to 16/],
  ["TUTTI_RTP_HOSTS", "localhost", /IP addresses/],
  ["TUTTI_ICE_SERVERS", "stun:x", /JSON array/],
  ["TUTTI_ICE_SERVERS", '[{"urls":"http://x"}]', /0\.urls/],
  ["TUTTI_ICE_SERVERS", '[{"url":"stun:x"}]', /RTCIceServer/],
  ["TUTTI_API_KEY", "two words", /printable ASCII/],
  ["TUTTI_OPEN_ROOMS", "../etc", /names of rooms/],
  ["TUTTI_OPEN_ROOMS", "false", /set TUTTI_API_KEY/],
  ["TUTTI_OPEN_ROOMS", "lobby", /set TUTTI_API_KEY/],
  ["TUTTI_MAX_PARTICIPANTS", "1001", /from 1 to 1000/],
  ["TUTTI_VIDEO", "1280x720", /1280x720@30/],
  ["TUTTI_VIDEO", "1281x720@30", /even/],
  ["TUTTI_VIDEO", "1280x720@120", /1 to 60/],
  ["TUTTI_CODECS", "h265,vp8", /h264, vp8, vp9, av1/],
  ["TUTTI_CODECS", "vp8,vp8", /each once/],
  ["TUTTI_CODECS", "vp9,av1", /h264 or vp8 among them/],
  ["TUTTI_CODECS", ",", /h264 or vp8 among them/],
  ["TUTTI_ENCODER", "gpu", /one of auto, software, vaapi, nvenc/],
  ["TUTTI_LIVE_HOSTS", "rtmp://live.example.org/", /hosts with commas/],
  ["TUTTI_LOG_LEVEL", "loud", /one of trace/],
  ["TUTTI_TRUST_PROXY", "yes", /true or false/],
  ["TUTTI_KEEP_DAYS", "0", /from 1 to 3650/],
  ["TUTTI_KEEP_BYTES", "5 GiB", /such as 50000000 or 50 GB/],
  ["TUTTI_KEEP_BYTES", "0", /must be bytes/],
  ["TUTTI_S3_BUCKET", "a/b", /name of a bucket/],
  ["TUTTI_S3_ENDPOINT", "s3.example.org", /http or https address/],
  ["TUTTI_S3_PREFIX", "/tutti", /without a slash before/],
  ["TUTTI_S3_KEEP", "no", /true or false/],
  ["TUTTI_S3_SECRET_FILE", "/no/where", /cannot be read/],
  ["TUTTI_PROT", "80", /is not a setting/],
  ["TUTTI_TLS_CERT", "/no/where.pem", /set both/],
] as const)
  test(refused, name, text, says);

test("every problem is named at once", (t) => {
  const problems = problemsOf({
    TUTTI_PORT: "x",
    TUTTI_HOST: "0.0.0.0",
    TUTTI_VIDEOS: "",
    TUTTI_TLS_CERT: "/no/cert.pem",
    TUTTI_TLS_KEY: "/no/key.pem",
  });
  t.is(problems.length, 5, problems.join("\n"));
});

test("localhost, 127.x and ::1 need no key", (t) => {
  for (const host of ["localhost", "127.0.0.53", "::1"])
    t.is(parseConfig({ TUTTI_HOST: host }).host, host);
});

test("a bad secret is not repeated in the problem", (t) => {
  t.notRegex(problemsOf({ TUTTI_API_KEY: "my secret" }).join(), /my secret/);
  t.notRegex(problemsOf({ TUTTI_ICE_SERVERS: "hunter2" }).join(), /hunter2/);
});

test("what is printed has every setting and no secret", (t) => {
  const text = describe(
    parseConfig({
      TUTTI_API_KEY: KEY,
      TUTTI_ICE_SERVERS: JSON.stringify([
        { urls: "turn:a.example", username: "u", credential: "hunter2" },
      ]),
    }),
  );
  for (const { name } of SETTINGS) t.true(text.includes(name), name);
  t.true(text.includes("turn:a.example"));
  t.notRegex(text, new RegExp(`${KEY}|hunter2`));
});

test("a certificate and its key are read; one that is not theirs is refused", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tutti-config-"));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const [cert, key, other] = ["cert.pem", "key.pem", "other.pem"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(cert, CERT);
  writeFileSync(key, CERT_KEY);
  writeFileSync(other, privateKey.export({ type: "pkcs8", format: "pem" }));
  const { tls } = parseConfig({ TUTTI_TLS_CERT: cert, TUTTI_TLS_KEY: key });
  t.like(tls, { certFile: cert, keyFile: key });
  t.regex(tls?.key ?? "", /PRIVATE KEY/);
  const [problem] = problemsOf({ TUTTI_TLS_CERT: cert, TUTTI_TLS_KEY: other });
  t.regex(problem ?? "", /not a certificate and its key/);
  writeFileSync(key, "nonsense");
  t.is(problemsOf({ TUTTI_TLS_CERT: cert, TUTTI_TLS_KEY: key }).length, 1);
});
