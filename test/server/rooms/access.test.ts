import test from "ava";
import { SignJWT } from "jose";
import { createAccess } from "../../../server/rooms/access.js";

const KEY = "a key of more than thirty-two characters";
const encode = (text: string) => new TextEncoder().encode(text);

type Given = { key?: string; alg?: string; expires?: string | null };
const token = (
  claims: Record<string, unknown> = {},
  { key = KEY, alg = "HS256", expires = "1h" }: Given = {},
): Promise<string> => {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg });
  if (expires !== null) jwt.setExpirationTime(expires);
  return jwt.sign(encode(key));
};

const closed = createAccess({ apiKey: KEY, openRooms: false });

test("without a key everybody may do everything", async (t) => {
  const access = createAccess({ openRooms: true });
  for (const header of [undefined, "", "Bearer nonsense"]) {
    const grant = await access.verifyBearer(header);
    t.deepEqual(grant, { role: "moderator" });
    t.true(access.mayManage(grant!, "red"));
    t.true(access.mayManage(grant!));
  }
  t.is((await access.admit("red")).role, "moderator");
  t.is((await access.admit("red", "nonsense")).role, "moderator");
});

test("the key itself, and a token signed with it, are let in", async (t) => {
  t.deepEqual(
    await closed.verifyBearer(`Bearer ${KEY.replaceAll(" ", "")}`),
    undefined,
  );
  const spaceless = createAccess({ apiKey: "k".repeat(32), openRooms: false });
  t.deepEqual(await spaceless.verifyBearer(`bearer ${"k".repeat(32)}`), {
    role: "moderator",
  });
  t.is((await closed.admit("red", KEY)).role, "moderator");
  const claims = { room: "red", role: "moderator", name: "Ann" };
  t.deepEqual(await closed.admit("red", await token(claims)), claims as never);
  t.deepEqual(await closed.admit("blue", await token()), {
    role: "participant",
  });
});

const FORGED: [title: string, make: () => Promise<string>][] = [
  ["another key's", () => token({}, { key: `${KEY}.` })],
  ["an expired", () => token({}, { expires: "-1s" })],
  ["an endless", () => token({}, { expires: null })],
  ["a differently signed", () => token({}, { alg: "HS512" })],
  ["a strange role's", () => token({ role: "king" })],
  ["a strange room's", () => token({ room: "../x" })],
  ["an empty", () => Promise.resolve("")],
  ["a nonsense", () => Promise.resolve("a.b.c")],
  [
    "an unsigned",
    () =>
      Promise.resolve(
        `${btoa('{"alg":"none"}')}.${btoa('{"exp":9999999999}')}.`,
      ),
  ],
];

for (const [title, make] of FORGED)
  test(`${title} token opens nothing`, async (t) => {
    const forged = await make();
    t.is(await closed.verifyBearer(`Bearer ${forged}`), undefined);
    await t.throwsAsync(closed.admit("red", forged), {
      code: "not-authorised",
    });
  });

test("where there is a key, nothing and a header of another kind prove nothing", async (t) => {
  for (const header of [undefined, "", "Bearer", `Basic ${KEY}`, KEY])
    t.is(await closed.verifyBearer(header), undefined);
  await t.throwsAsync(closed.admit("red"), { code: "not-authorised" });
});

test("a token for one room opens no other, and manages no other", async (t) => {
  const mine = await token({ room: "red", role: "moderator" });
  await t.throwsAsync(closed.admit("blue", mine), { code: "forbidden" });
  const grant = (await closed.verifyBearer(`Bearer ${mine}`))!;
  t.true(closed.mayManage(grant, "red"));
  t.false(closed.mayManage(grant, "blue"));
  t.false(closed.mayManage(grant));
});

test("a participant's token manages nothing", async (t) => {
  const grant = (await closed.verifyBearer(`Bearer ${await token()}`))!;
  t.false(closed.mayManage(grant, "red"));
  t.false(closed.mayManage(grant));
});

test("open rooms ask for nothing, the others do", async (t) => {
  const some = createAccess({ apiKey: KEY, openRooms: ["lobby"] });
  t.is((await some.admit("lobby")).role, "moderator");
  await t.throwsAsync(some.admit("red"), { code: "not-authorised" });
  const all = createAccess({ apiKey: KEY, openRooms: true });
  t.is((await all.admit("red")).role, "moderator");
  t.is((await all.admit("red", await token())).role, "participant");
  t.is(await all.verifyBearer(), undefined, "the API stays closed");
});
