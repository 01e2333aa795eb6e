import test from "ava";
import {
  pushTarget,
  presetText,
} from "../../../../mixer/output/live/target.js";
import {
  checkTarget,
  maskTarget,
} from "../../../../server/rooms/live/target.js";

const HOSTS = ["live.example.org", "192.0.2.7:1935", "[2001:db8::1]"];

for (const url of [
  "rtmp://live.example.org/app/key",
  "rtmps://LIVE.example.org:443/app/key?a=b&c=d",
  "rtmp://192.0.2.7:1935/app/instance/key",
  "srt://live.example.org:9000?streamid=publish:room&passphrase=0123456789",
  "srt://[2001:db8::1]:9000?mode=caller",
])
  test(`${url} is an address of a push`, (t) => {
    t.notThrows(() => checkTarget(url, HOSTS));
    t.notThrows(() => pushTarget(url));
  });

for (const [url, says] of [
  ["http://live.example.org/app/key", /must begin with rtmp/],
  ["file:///etc/passwd", /must begin with rtmp/],
  ["live.example.org/app/key", /is not an address/],
  ["rtmp:///app/key", /no host/],
  ["rtmp://live.example.org/key", /application\/key/],
  ["rtmp://live.example.org/app/", /application\/key/],
  ["rtmp://live.example.org//etc/passwd", /application\/key/],
  ["rtmp://ann:secret@live.example.org/app/key", /name and a password/],
  ["rtmp://live.example.org/app/key\n-f", /printable/],
  ["rtmp://live.example.org/app/key with words", /printable/],
  [`rtmp://live.example.org/app/${"k".repeat(900)}`, /at most 900/],
  ["srt://live.example.org", /needs a port/],
  ["srt://live.example.org:9000?mode=listener", /mode must be caller/],
  ["srt://live.example.org:9000?localaddr=0.0.0.0", /"localaddr" is not/],
  ["rtmp://other.example.org/app/key", /TUTTI_LIVE_HOSTS/],
  ["rtmp://192.0.2.7/app/key", /TUTTI_LIVE_HOSTS/],
  ["rtmp://127.0.0.1/app/key", /TUTTI_LIVE_HOSTS/],
  ["rtmp://0x7f000001/app/key", /TUTTI_LIVE_HOSTS/],
] as const)
  test(`${url.slice(0, 60)} is refused: ${says.source}`, (t) => {
    t.throws(() => checkTarget(url, HOSTS), { message: says });
  });

test("without configured hosts nothing may be pushed anywhere; with * everywhere", (t) => {
  const url = "rtmp://anything.example/app/key";
  t.throws(() => checkTarget(url, []), { message: /TUTTI_LIVE_HOSTS/ });
  t.notThrows(() => checkTarget(url, ["*"]));
});

test("what is shown of an address has neither the key nor what a query says", (t) => {
  for (const [url, shown] of [
    ["rtmp://host/app/key", "rtmp://host/app/***"],
    ["rtmps://host:443/app/key?k=1", "rtmps://host:443/app/***?***"],
    ["srt://host:9000?passphrase=x", "srt://host:9000?***"],
    ["srt://host:9000", "srt://host:9000"],
  ] as const)
    t.is(maskTarget(url), shown);
});

test("ffmpeg's command line has the host alone, the rest is in its file of options", (t) => {
  const rtmp = pushTarget("rtmps://host:443/app/inst/key?s_bl=1&a=b");
  t.is(rtmp.address, "rtmps://host:443/");
  t.is(
    presetText(rtmp.secrets),
    "rtmp_app=app/inst\nrtmp_playpath=key?s_bl=1&a=b\ntls_verify=1\n",
  );
  const srt = pushTarget("srt://host:9000?streamid=a/b&passphrase=secret-long");
  t.is(srt.address, "srt://host:9000?mode=caller&pkt_size=1316");
  t.is(presetText(srt.secrets), "srt_streamid=a/b\npassphrase=secret-long\n");
  t.throws(() => pushTarget("http://host/a/b"), { instanceOf: TypeError });
});
