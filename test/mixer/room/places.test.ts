/** Voices that are heard where their tiles are seen. */
import test from "ava";
import type { ViewLayout } from "../../../mixer/contract.js";
import { Places } from "../../../mixer/room/places.js";

const create = () => {
  const placed: Record<string, number> = {};
  const mix = {
    has: (id: string) => id !== "gone",
    setPlace: (id: string, place: number) => {
      placed[id] = Math.round(place * 1000) / 1000;
    },
  };
  return { places: new Places(mix), placed };
};

const map = (
  tiles: [participant: string, x: number, source?: "camera" | "share"][],
  view = "main",
): ViewLayout => ({
  view,
  layout: "grid",
  width: 1000,
  height: 500,
  timestamp: 0,
  pages: 1,
  page: 0,
  tiles: tiles.map(([participant, x, source = "camera"]) => ({
    ...{ participant, source, state: "live", x },
    ...{ y: 0, z: 0, width: 200, height: 200 },
  })),
});

const spread = { pan: 0.3, spread: true };

test("who is spread is where the middle of the tile is, at most 0.8 to a side", (t) => {
  const { places, placed } = create();
  for (const id of ["ann", "bob", "cat"]) places.set(id, spread);
  places.set("dan", { pan: -1, spread: false });
  places.follow(
    map([
      ["ann", 0],
      ["bob", 400],
      ["cat", 900],
      ["dan", 800],
    ]),
  );
  t.deepEqual(placed, { ann: -0.64, bob: 0, cat: 0.8, dan: -1 });
  places.set("ann", { pan: 0.5, spread: false });
  t.is(placed["ann"], 0.5);
});

test("other views, shared screens and people who are gone place nobody; who is on no tile stays", (t) => {
  const { places, placed } = create();
  for (const id of ["ann", "bob", "gone"]) places.set(id, spread);
  places.follow(map([["ann", 800]]));
  t.deepEqual(placed, { ann: 0.64, bob: 0 });
  places.follow(map([["ann", 0]], "hall"));
  places.follow(map([["ann", 0, "share"]]));
  places.follow(map([["bob", 0]]));
  t.deepEqual(placed, { ann: 0.64, bob: -0.64 });
  places.forget("bob");
  places.set("bob", spread);
  t.is(placed["bob"], 0, "another of that id begins in the middle");
});
