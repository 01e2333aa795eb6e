import test from "ava";
import { ConferenceError } from "../../../server/errors.js";
import { createPinGuard } from "../../../server/rooms/pin-guard.js";

const MINUTE = 60_000;

const openGuard = (tries = 5) => {
  let now = 0;
  const guard = createPinGuard(tries, () => now);
  const attempt = (
    pin: string | undefined,
    { address = "192.0.2.7", room = "red" } = {},
  ): Promise<string> =>
    guard
      .enter({ room, pin, address }, () => {
        if (pin === "1234") return Promise.resolve("in");
        const code = pin === "full" ? "room-full" : "wrong-pin";
        return Promise.reject(new ConferenceError(code, "no"));
      })
      .catch((error: ConferenceError) => error.code);
  return {
    attempt,
    pass: (ms: number): void => void (now += ms),
    wrong: async (count: number): Promise<string[]> => {
      const codes: string[] = [];
      for (let n = 0; n < count; n++) codes.push(await attempt("0000"));
      return codes;
    },
  };
};

test("five wrong PINs cost nothing, then even the right one has to wait, each time twice as long", async (t) => {
  const { attempt, pass, wrong } = openGuard();
  t.deepEqual(await wrong(5), Array(5).fill("wrong-pin"));
  for (const wait of [1000, 2000, 4000, 8000]) {
    pass(wait - 1);
    t.is(await attempt("1234"), "too-often");
    pass(1);
    t.is(await attempt("0000"), "wrong-pin");
  }
});

test("nobody waits more than a quarter of an hour, and after an hour of peace all is forgotten", async (t) => {
  const { attempt, pass, wrong } = openGuard();
  for (let n = 0; n < 30; n++) {
    pass(15 * MINUTE);
    t.is(await attempt("0000"), "wrong-pin");
  }
  pass(60 * MINUTE);
  t.deepEqual(await wrong(5), Array(5).fill("wrong-pin"));
});

test("other addresses, other rooms, and who says nothing do not wait; the whole network of an IPv6 address does", async (t) => {
  const { attempt, wrong } = openGuard();
  await wrong(6);
  t.is(await attempt("1234", { address: "192.0.2.8" }), "in");
  t.is(await attempt("1234", { room: "blue" }), "in");
  t.is(await attempt(undefined), "wrong-pin");
  for (let n = 1; n <= 5; n++)
    for (const network of ["2001:db8:1:2", "2001:db8"])
      await attempt("0000", { address: `${network}::${n}` });
  const others = ["2001:db8:1:2:3::9", "2001:db8::9:9", "2001:db8:1:3::9"];
  t.deepEqual(
    await Promise.all(others.map((address) => attempt("1234", { address }))),
    ["too-often", "too-often", "in"],
  );
});

test("the right PIN clears what was wrong before it; what else is refused is no guess", async (t) => {
  const { attempt, wrong } = openGuard();
  await wrong(4);
  t.is(await attempt("full"), "room-full");
  t.is(await attempt("1234"), "in");
  t.deepEqual(await wrong(5), Array(5).fill("wrong-pin"));
});

test("a hundred guesses at once are not a hundred first ones", async (t) => {
  const { attempt } = openGuard();
  const codes = await Promise.all(
    Array.from({ length: 100 }, () => attempt("0000")),
  );
  t.is(codes.filter((code) => code === "wrong-pin").length, 5);
});

test("with 0 nobody ever waits", async (t) => {
  const { wrong } = openGuard(0);
  t.deepEqual(await wrong(20), Array(20).fill("wrong-pin"));
});
