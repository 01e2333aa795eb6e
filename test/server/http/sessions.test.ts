import test from "ava";
import { createSessions, type Session } from "../../../server/http/sessions.js";

const session = (id: string): Session => ({
  kind: "whip",
  room: "r",
  id,
  etag: `"${id}"`,
});

test("a session whose media are gone is not found", (t) => {
  const live = new Set(["a", "b"]);
  const sessions = createSessions(({ id }) => live.has(id));
  sessions.add(session("a"));
  sessions.add(session("b"));
  live.delete("a");
  t.is(sessions.find("whip", "r", "a"), undefined);
  t.is(sessions.find("whip", "r", "b")?.etag, '"b"');
  t.is(sessions.find("whep", "r", "b"), undefined);
  t.is(sessions.find("whip", "x", "b"), undefined);
  sessions.remove(session("b"));
  t.is(sessions.find("whip", "r", "b"), undefined);
});

test("sessions that nobody ended are forgotten as others come", (t) => {
  let asked = 0;
  const sessions = createSessions(() => {
    asked++;
    return false;
  });
  for (let n = 0; n < 10_000; n++) sessions.add(session(`s${n}`));
  // All are dead, so each look at them forgets them all: one look for each of them, not for each pair.
  t.true(asked <= 10_000, String(asked));
});
