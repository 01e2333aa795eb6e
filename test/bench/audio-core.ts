/** What the pure part of the audio mix costs: µs per tick, without encoders. */
import { createAudioMix } from "../../mixer/audio/mix.js";
import { noise, sine } from "../helpers/tone.js";
import { TICK, TICK_SAMPLES } from "../../mixer/media.js";
import { measureRooms } from "./audio-rooms.js";

const BLOCK = 480;
const TALKERS = 3;
const WARM_UP = 300;
const TICKS = 2000;

/** `TALKERS` voices, the rest microphones in quiet rooms, which send noise all the time as the peers do. */
const blocksOf = (index: number): Int16Array[] => {
  const signal =
    index < TALKERS
      ? sine(300 + 100 * index, { count: TICK_SAMPLES * 5, level: -15 })
      : noise(TICK_SAMPLES * 5, -65, index + 1);
  return Array.from({ length: signal.length / BLOCK }, (_, block) =>
    signal.slice(block * BLOCK, (block + 1) * BLOCK),
  );
};

const measureRoom = (sources: number): { total: number; write: number } => {
  const mix = createAudioMix();
  const ids = Array.from({ length: sources }, (_, index) => `p${index}`);
  const blocks = ids.map((_, index) => blocksOf(index));
  for (const id of ids) mix.add(id);
  let total = 0n;
  let write = 0n;
  for (let tick = 0; tick < WARM_UP + TICKS; tick++) {
    const now = tick * TICK;
    const began = process.hrtime.bigint();
    ids.forEach((id, index) => {
      const own = blocks[index]!;
      mix.write(id, own[(2 * tick) % own.length]!, 48_000, 1, now);
      mix.write(id, own[(2 * tick + 1) % own.length]!, 48_000, 1, now);
    });
    const written = process.hrtime.bigint();
    mix.tick(now);
    // Asked for, they are made.
    void mix.listen().samples;
    for (const id of mix.contributors) void mix.listen(id).samples;
    if (tick < WARM_UP) continue;
    total += process.hrtime.bigint() - began;
    write += written - began;
  }
  const micros = (nanos: bigint): number => Number(nanos) / TICKS / 1000;
  return { total: micros(total), write: micros(write) };
};

export const run = async (): Promise<void> => {
  for (const sources of [8, 50, 200]) {
    const { total, write } = measureRoom(sources);
    const core = (total / TICK) * 100;
    console.log(
      `audio core, ${sources} sources, ${TALKERS} talk: ${total.toFixed(0)} µs per tick` +
        ` (${write.toFixed(0)} of it taking blocks in), ${core.toFixed(2)} % of a core`,
    );
  }
  measureRooms();
};
