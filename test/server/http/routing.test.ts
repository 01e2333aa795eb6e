import test from "ava";
import { offer, sdp, startHttp } from "../../helpers/http.js";

const PATH = "/v1/rooms/stage/routing";
const NOTHING = {
  groups: [],
  sidebars: [],
  channels: [],
  coaches: [],
  greenRoom: [],
};

test("who hears whom is read and said as a whole, and goes with those whom it names", async (t) => {
  const { call } = await startHttp(t);
  const join = async (): Promise<string> => {
    const { headers } = await call("POST", "/whip/stage", sdp(offer()));
    return headers.location ?? "";
  };
  const places = [await join(), await join()];
  const [ann, bob] = places.map((place) => place.split("/").at(-1));
  t.deepEqual((await call("GET", PATH)).json, NOTHING);

  const groups = [{ name: "red", members: [ann] }];
  const channels = [{ name: "french", interpreter: bob }];
  const said = await call("PUT", PATH, { json: { groups, channels } });
  t.is(said.status, 200);
  const now = {
    ...NOTHING,
    groups,
    channels: [{ ...channels[0], original: 0.2, listeners: [] }],
  };
  t.deepEqual(said.json, now);

  for (const json of [
    { greenRoom: [ann, "nobody"] },
    { groups: "none" },
    { groups: [...groups, { name: "blue", members: [ann] }] },
  ])
    t.true((await call("PUT", PATH, { json })).status >= 400);
  t.deepEqual((await call("GET", PATH)).json, now, "an error changes nothing");

  await call("DELETE", places[1]!);
  t.deepEqual((await call("GET", PATH)).json, { ...NOTHING, groups });
  t.deepEqual((await call("PUT", PATH, { json: {} })).json, NOTHING);
});
