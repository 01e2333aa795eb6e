import test from "ava";
import { startHttp } from "../../helpers/http.js";

test("a telephone hears another more quietly, and then as everybody does", async (t) => {
  const { call } = await startHttp(t);
  const join = async (name: string): Promise<string> => {
    const json = { name, codec: "pcma" };
    return (await call("POST", "/v1/rooms/red/rtp", { json })).json.participant;
  };
  const [ann, bob] = [await join("Ann"), await join("Bob")];
  const path = `/v1/rooms/red/participants/${ann}/balances`;
  t.deepEqual((await call("GET", path)).json, {});
  const set = (speaker: string, gain: unknown) =>
    call("PUT", `${path}/${speaker}`, { json: { gain } });
  t.deepEqual((await set(bob, 0.25)).json, { [bob]: 0.25 });
  t.deepEqual((await call("GET", path)).json, { [bob]: 0.25 });
  for (const [speaker, gain, status] of [
    [bob, 4.1, 400],
    [bob, "1", 400],
    [ann, 0, 409],
    ["nobody", 0, 404],
  ] as const)
    t.is((await set(speaker, gain)).status, status);
  t.deepEqual((await set(bob, 1)).json, {});
  const stranger = "/v1/rooms/red/participants/nobody/balances";
  t.is((await call("GET", stranger)).status, 404);
});
