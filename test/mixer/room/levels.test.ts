import test from "ava";
import { createLevels } from "../../../mixer/room/levels.js";
import { ann, bob, createRoom } from "../../helpers/voices.js";

test("the levels of all talkers come in one message, only while asked for and while somebody talks", (t) => {
  const { mix, silent, tick } = createRoom([ann, bob]);
  mix.add("cat");
  silent.add("bob");
  const told: object[] = [];
  const levels = createLevels(mix, (found) => told.push(found));
  const second = () => {
    told.length = 0;
    for (let i = 0; i < 50; i++) {
      tick();
      if (i % 5 === 0) levels.look();
    }
    return told;
  };
  t.deepEqual(second(), [], "nobody asked");
  levels.setWanted(true);
  t.deepEqual(
    second(),
    Array.from({ length: 10 }, () => ({ ann: -23 })),
  );
  silent.delete("bob");
  t.deepEqual(second().at(-1), { ann: -23, bob: -23 });
  silent.add("ann").add("bob");
  second();
  t.deepEqual(second(), [], "nobody talks");
  silent.clear();
  levels.setWanted(false);
  t.deepEqual(second(), []);
});
