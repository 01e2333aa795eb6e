import test from "ava";
import {
  parseFeedHosts,
  shownUrl,
  whyNot,
} from "../../../server/rooms/feed-hosts.js";

const HOSTS =
  "media.example, *.cams.example, rtsp://192.0.2.7:554, https://only.example";

for (const url of [
  ...["http://media.example/a.mp4", "rtmp://MEDIA.example/live/x"],
  ...["https://a.cams.example/x", "http://a.b.cams.example:8080/x"],
  ...["rtsp://192.0.2.7/x", "rtsp://192.0.2.7:554/x", "https://only.example/"],
  "http://user:word@media.example/",
])
  test(`${url} is allowed`, (t) => {
    t.is(whyNot(url, parseFeedHosts(HOSTS)), undefined);
  });

for (const [url, why] of [
  ["http://other.example/", /does not name http:\/\/other.example/],
  ["http://media.example.evil.example/", /does not name/],
  ["http://cams.example/", /does not name/],
  ["http://evilcams.example/", /does not name/],
  ["http://media.example@evil.example/", /evil.example/],
  ["rtsp://192.0.2.7:8554/x", /does not name/],
  ["rtmp://192.0.2.7:554/x", /does not name/],
  ["http://only.example/", /does not name/],
  ["file:///etc/passwd", /not by file/],
  ["file://media.example/etc/passwd", /not by file/],
  ["concat:http://media.example/", /not by concat/],
  ["media.example", /not a URL/],
  ["", /not a URL/],
] as const)
  test(`"${url}" is not`, (t) => {
    t.regex(whyNot(url, parseFeedHosts(HOSTS)) ?? "", why);
  });

test("nothing is allowed where nothing is said, and * allows every host", (t) => {
  t.truthy(whyNot("http://a.example/", parseFeedHosts()));
  t.is(whyNot("http://a.example/", parseFeedHosts("*")), undefined);
  t.truthy(whyNot("ftp://a.example/", parseFeedHosts("*")));
});

test("a password is not shown", (t) => {
  t.is(shownUrl("rtsp://me:word@a.example/x"), "rtsp://me:***@a.example/x");
});
