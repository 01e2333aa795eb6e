import test from "ava";
import { offer, sdp, startHttp } from "../../helpers/http.js";

test("a server is live at once, and ready while a mixer is up", async (t) => {
  const { call, supervisor } = await startHttp(t);
  t.like(await call("GET", "/livez"), {
    status: 200,
    json: { status: "live" },
  });
  t.like(await call("GET", "/readyz"), {
    status: 200,
    json: { status: "ready" },
  });
  t.like(await call("HEAD", "/readyz"), { status: 200, text: "" });
  await supervisor.close();
  const { status, json } = await call("GET", "/readyz");
  t.is(status, 503);
  t.is(json.error.code, "overloaded");
  t.is((await call("GET", "/livez")).status, 200);
});

test("the figures are Prometheus text of server, rooms, requests and every mixer", async (t) => {
  const { call } = await startHttp(t, { fake: { count: 2 } });
  await call("POST", "/whip/room", sdp(offer()));
  await call("GET", "/v1/rooms/nowhere");
  await call("GET", "/no/such/path");
  const { status, headers, text } = await call("GET", "/metrics");
  t.is(status, 200);
  t.regex(headers["content-type"] ?? "", /^text\/plain; version=0\.0\.4/);
  const lines = text.split("\n");
  for (const line of [
    "tutti_rooms 1",
    "tutti_participants 1",
    'tutti_mixer_up{mixer="0"} 1',
    'tutti_mixer_up{mixer="1"} 1',
    'tutti_http_request_duration_seconds_count{method="POST",route="/whip/{room}",status="201"} 1',
    'tutti_http_request_duration_seconds_count{method="GET",route="/v1/rooms/{room}",status="404"} 1',
    'tutti_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
  ])
    t.true(lines.includes(line), `${line}\n${text}`);
  t.regex(text, /^process_cpu_seconds_total [\d.]+$/m);
  t.regex(text, /^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
  t.regex(text, /^tutti_mixer_memory_bytes\{mixer="0"\} 1$/m);
  for (const line of lines)
    t.regex(
      line,
      /^$|^# (HELP|TYPE) \w+ .+$|^\w+(\{.*\})? [\d.e+-]+$|NaN/,
      line,
    );
});

test("asking for the figures twice at once counts nothing twice", async (t) => {
  const { call } = await startHttp(t);
  const both = await Promise.all([
    call("GET", "/metrics"),
    call("GET", "/metrics"),
  ]);
  for (const { text } of both)
    t.regex(text, /^tutti_mixer_memory_bytes\{mixer="0"\} 1$/m);
});
