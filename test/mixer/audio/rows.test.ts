/** Who hears whom: rows of the matrix as they are heard, each voice a tone of its own. */
import test, { type ExecutionContext } from "ava";
import type { MixRow } from "../../../mixer/contract-sound.js";
import type { AudioMix } from "../../../mixer/audio/mix.js";
import type { Channels } from "../../../mixer/audio/planes.js";
import { goertzel, peak } from "../../helpers/tone.js";
import {
  ann,
  bob,
  cat,
  channelOf,
  createRoom,
  dan,
  eve,
  full,
  minus,
  type Voice,
} from "../../helpers/voices.js";

const EVERY: readonly Channels[] = [1, 2];
const voices = [ann, bob, cat, dan];
const RATE = 48_000;

/** Half a second of one channel, after the first half; in stereo somebody in the middle has -3 dB on each. */
const levelOf = (
  samples: Int16Array,
  { hz }: Voice,
  channels: Channels,
): number => {
  const one = channelOf(samples, 0, channels).subarray(RATE / 2);
  return goertzel(one, RATE, hz) + (channels === 2 ? 3.01 : 0);
};

type Expected = Record<string, Partial<Record<string, number>>>;

/** Levels beneath the voice's own at which each listener hears each voice; `undefined`: not at all. */
const assertHeard = (
  t: ExecutionContext,
  room: ReturnType<typeof createRoom>,
  channels: Channels,
  expected: Expected,
): void => {
  const ways = Object.fromEntries(
    Object.keys(expected).map((id) => [
      id,
      id.startsWith("/")
        ? (mix: AudioMix) => mix.listen(undefined, id.slice(1)).samples
        : minus(id),
    ]),
  );
  const heard = room.hear(50, ways);
  for (const [listener, levels] of Object.entries(expected))
    for (const voice of voices) {
      const level = levelOf(heard[listener]!, voice, channels);
      const beneath = levels[voice.id];
      const what = `${listener} hears ${voice.id} at ${level}`;
      if (beneath === undefined) t.true(level < -80, what);
      else t.true(Math.abs(level - voice.level - beneath) < 0.1, what);
    }
};

const ALL = { ann: 0, bob: 0, cat: 0, dan: 0 };
const but = (id: keyof typeof ALL) => ({ ...ALL, [id]: undefined });

const cases: {
  title: string;
  rows: Record<string, MixRow>;
  channels?: Record<string, MixRow>;
  expected: Expected;
}[] = [
  {
    title: "without rows everybody hears all but themselves",
    rows: {},
    expected: { ann: but("ann"), bob: but("bob"), "/": ALL },
  },
  {
    title: "two groups do not hear each other, and viewers hear neither",
    rows: {
      ann: { otherwise: 0, gains: { ann: 1, bob: 1 } },
      bob: { otherwise: 0, gains: { ann: 1, bob: 1 } },
      cat: { otherwise: 0, gains: { cat: 1, dan: 1 } },
      dan: { gains: { ann: 0, bob: 0 } },
    },
    channels: { "": { otherwise: 0 } },
    expected: {
      ann: { bob: 0 },
      bob: { ann: 0 },
      cat: { dan: 0 },
      dan: { cat: 0 },
      "/": {},
    },
  },
  {
    title: "who whispers hears the room at -12 dB, and the room does not hear",
    rows: {
      ann: { otherwise: 0.25, gains: { bob: 1 } },
      bob: { otherwise: 0.25, gains: { ann: 1 } },
      cat: { gains: { ann: 0, bob: 0 } },
    },
    channels: { "": { gains: { ann: 0, bob: 0 } } },
    expected: {
      ann: { bob: 0, cat: -12.04, dan: -12.04 },
      bob: { ann: 0, cat: -12.04, dan: -12.04 },
      cat: { dan: 0 },
      dan: but("dan"),
      "/": { cat: 0, dan: 0 },
    },
  },
  {
    title: "a coach and a green room hear all and are heard by one",
    rows: {
      bob: { gains: { dan: 0 } },
      cat: { gains: { ann: 0, dan: 0 } },
    },
    channels: { "": { gains: { ann: 0, dan: 0 } } },
    expected: {
      ann: but("ann"),
      bob: { ann: 0, cat: 0 },
      cat: { bob: 0 },
      dan: but("dan"),
      "/": { bob: 0, cat: 0 },
    },
  },
  {
    title: "under an interpreter the original is at -14 dB, on its channel",
    rows: {
      ann: { duck: { by: ["dan"], gain: 0.2 } },
      bob: { gains: { dan: 0 } },
    },
    channels: {
      "": { gains: { dan: 0 } },
      french: { duck: { by: ["dan"], gain: 0.2 } },
    },
    expected: {
      ann: { bob: -13.98, cat: -13.98, dan: 0 },
      bob: { ann: 0, cat: 0 },
      "/": { ann: 0, bob: 0, cat: 0 },
      "/french": { ann: -13.98, bob: -13.98, cat: -13.98, dan: 0 },
      "/other": { ann: 0, bob: 0, cat: 0 },
    },
  },
];

for (const channels of EVERY)
  for (const { title, rows, channels: names = {}, expected } of cases)
    test(`${title}: ${channels} channels`, (t) => {
      const room = createRoom(voices, channels);
      for (const [id, row] of Object.entries(rows)) room.mix.setRow(id, row);
      for (const [name, row] of Object.entries(names))
        room.mix.setChannel(name, row);
      // A second for everybody to be found talking.
      for (let i = 0; i < 50; i++) room.tick();
      assertHeard(t, room, channels, expected);
    });

for (const channels of EVERY)
  test(`of one's own voice not one bit is left at any gain, place and row: ${channels} channels`, (t) => {
    for (const gain of [0.1, 0.7, 1, 3.3, 4])
      for (const place of channels === 2 ? [-1, -0.3, 0, 0.55, 1] : [0]) {
        const { mix, hear } = createRoom([ann], channels);
        mix.setGain("ann", gain);
        mix.setPlace("ann", place);
        if (place > 0) mix.setRow("ann", { gains: { ann: 4, bob: 2 } });
        if (place < 0) mix.setRow("ann", { otherwise: 0.5 });
        const { ann: heard, full: all } = hear(
          40,
          { ann: minus("ann"), full },
          (tick) => {
            if (tick === 20) mix.setGain("ann", gain / 2);
            if (tick === 30 && channels === 2) mix.setPlace("ann", -place);
          },
        );
        t.is(peak(heard), 0, `gain ${gain}, place ${place}`);
        t.true(peak(all) > 0);
      }
  });

test("a private balance is on top of the row", (t) => {
  const room = createRoom(voices);
  room.mix.setRow("ann", { otherwise: 0.25, gains: { bob: 1 } });
  room.mix.setBalances("ann", { bob: 0.5, cat: 2 });
  for (let i = 0; i < 20; i++) room.tick();
  assertHeard(t, room, 1, { ann: { bob: -6.02, cat: -6.02, dan: -12.04 } });
});

test("who is unaffected keeps the shared output, and equal rows share theirs", (t) => {
  const { mix, tick } = createRoom([dan, eve]);
  const listeners = Array.from({ length: 20 }, (_, i) => `listener${i}`);
  for (const id of listeners) mix.add(id);
  const settle = (): number => {
    for (let i = 0; i < 5; i++) {
      tick();
      for (const id of [undefined, ...listeners]) mix.listen(id);
    }
    return mix.outputs;
  };
  t.is(settle(), 1);
  const shared = mix.listen();
  for (const id of listeners.slice(0, 5))
    mix.setRow(id, { gains: { dan: 0 }, otherwise: 1 });
  t.is(settle(), 2);
  t.is(mix.listen(), shared);
  for (const id of listeners.slice(5)) t.is(mix.listen(id), shared);
  mix.setBalances("listener0", { eve: 0.5 });
  t.is(settle(), 3);
  mix.setDeaf("listener1", true);
  mix.setDeaf("listener2", true);
  t.is(settle(), 4);
  for (const id of listeners) {
    mix.setRow(id, undefined);
    mix.setDeaf(id, false);
    mix.setBalances(id, {});
  }
  t.is(settle(), 1);
  t.is(mix.listen(), shared);
});

test("a bad gain is refused, and changes nothing", (t) => {
  const { mix, tick } = createRoom([bob]);
  mix.add("ann");
  const bad: MixRow[] = [
    { otherwise: -1 },
    { otherwise: 5 },
    { gains: { bob: NaN } },
    { duck: { by: ["bob"], gain: 4.1 } },
  ];
  for (const row of bad) {
    t.throws(() => mix.setRow("ann", row), { instanceOf: TypeError });
    t.throws(() => mix.setChannel("", row), { instanceOf: TypeError });
  }
  tick();
  t.is(mix.listen("ann"), mix.listen());
});
