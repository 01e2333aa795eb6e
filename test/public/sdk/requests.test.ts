import test from "ava";
import { asCallError, CallError, isFinal } from "../../../public/sdk/errors.js";
import { readMessage, writeMessage } from "../../../public/sdk/protocol.js";
import { createRequests } from "../../../public/sdk/requests.js";

test("each reply finds its own request, in any order", async (t) => {
  const requests = createRequests();
  const first = requests.open(0);
  const second = requests.open(0);
  t.true(requests.settle({ type: "pong", id: second.id }));
  t.true(requests.settle({ type: "done", id: first.id }));
  t.is((await first.reply).type, "done");
  t.is((await second.reply).type, "pong");
});

test("an error rejects its request with code and message", async (t) => {
  const requests = createRequests();
  const { id, reply } = requests.open(0);
  requests.settle({
    type: "error",
    id,
    error: { code: "room-full", message: "The room is full" },
  });
  const error = await t.throwsAsync(reply, { instanceOf: CallError });
  t.is(error?.code, "room-full");
  t.is(error?.message, "The room is full");
});

test("what nobody asked for is an event, not a reply", (t) => {
  const requests = createRequests();
  const { id } = requests.open(0);
  t.false(requests.settle({ type: "talking", talkers: [], spoke: {} }));
  t.false(requests.settle({ type: "done" }));
  t.false(requests.settle({ type: "done", id: id + 1 }));
  t.true(requests.settle({ type: "done", id }));
  t.false(requests.settle({ type: "done", id }), "a second reply");
});

test("a request that waited too long is given up, a younger one is not", async (t) => {
  const requests = createRequests();
  const old = requests.open(1000);
  const young = requests.open(2000);
  requests.expire(1500);
  await t.throwsAsync(old.reply, { instanceOf: CallError });
  t.false(requests.settle({ type: "done", id: old.id }));
  t.true(requests.settle({ type: "done", id: young.id }));
});

test("a lost socket fails everything that waits", async (t) => {
  const requests = createRequests();
  const replies = [requests.open(0).reply, requests.open(0).reply];
  requests.fail(new CallError("offline", "gone"));
  for (const reply of replies) await t.throwsAsync(reply, { message: "gone" });
});

test("refusals are final, troubles are not", (t) => {
  for (const code of ["room-full", "wrong-pin", "not-acceptable", "forbidden"])
    t.true(isFinal(new CallError(code, "")), code);
  for (const code of ["offline", "timeout", "mixer-failed", "overloaded"])
    t.false(isFinal(new CallError(code, "")), code);
  t.false(isFinal(new TypeError("a bug")));
  t.is(asCallError(new TypeError("a bug")).code, "internal");
});

test("a message goes out with its id", (t) => {
  const text = writeMessage({ type: "record", state: "recording" }, 7);
  t.deepEqual(JSON.parse(text), { type: "record", state: "recording", id: 7 });
});

for (const text of ["", "{", "null", "3", "[]", '{"type":3}', "{}"])
  test(`${JSON.stringify(text)} from the socket is no message`, (t) => {
    t.is(readMessage(text), undefined);
  });

test("bytes from the socket are no message", (t) => {
  t.is(readMessage(new ArrayBuffer(2)), undefined);
  t.deepEqual(readMessage('{"type":"pong"}'), { type: "pong" });
});
