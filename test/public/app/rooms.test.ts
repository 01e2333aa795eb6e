import test from "ava";
import { barsOf, BARS } from "../../../public/app/meter.js";
import { parsePreferences } from "../../../public/app/preferences.js";
import { roomId, roomOfPath, suggestRoom } from "../../../public/app/rooms.js";
import { ID_PATTERN } from "../../../server/signaling/messages.js";

for (const [typed, id] of [
  ["standup", "standup"],
  ["  Café am Montag! ", "cafe-am-montag"],
  ["Họp Đội", "hop-doi"],
  ["https://example.org/r/Team_1?name=x", "Team_1"],
  ["../../etc/passwd", "etc-passwd"],
  ["会議", ""],
  ["", ""],
  ["x".repeat(100), "x".repeat(64)],
] as const)
  test(`"${typed.slice(0, 40)}" is the room "${id.slice(0, 40)}"`, (t) => {
    t.is(roomId(typed), id);
    if (id !== "") t.regex(id, ID_PATTERN);
  });

for (const [path, room] of [
  ["/r/monday", "monday"],
  ["/r/monday/", "monday"],
  ["/", undefined],
  ["/r/", undefined],
  ["/r/a b", undefined],
  ["/r/a/b", undefined],
] as const)
  test(`the page ${path} is of the room ${room}`, (t) => {
    t.is(roomOfPath(path), room);
  });

test("made-up rooms are valid at both ends of chance", (t) => {
  for (const random of [0, 0.5, 0.999999])
    t.regex(
      suggestRoom(() => random),
      ID_PATTERN,
    );
});

for (const text of [null, "", "{", "3", "null", "[]", '{"name":3}'])
  test(`stored preferences ${JSON.stringify(text)} are as if never stored`, (t) => {
    t.deepEqual(parsePreferences(text), {
      name: "",
      microphone: "",
      camera: "",
      speaker: "",
      quality: "",
    });
  });

test("what is right in stored preferences is kept", (t) => {
  const { name, camera } = parsePreferences('{"name":"Ann","camera":false}');
  t.deepEqual([name, camera], ["Ann", ""]);
});

test("the meter is dark in silence and full at full scale", (t) => {
  t.is(barsOf(0), 0);
  t.is(barsOf(1), BARS);
  t.true(barsOf(0.1) > barsOf(0.01));
});
