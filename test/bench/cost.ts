/** What a call costs. */

/** Milliseconds a call. */
export type Cost = { cpu: number; wall: number };

/** Milliseconds of CPU (all threads of this process) and of waiting, for each of `count` calls in a row. */
export const measure = async (
  count: number,
  run: (index: number) => Promise<unknown>,
): Promise<Cost> => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let index = 0; index < count; index++) await run(index);
  const used = process.cpuUsage(cpu);
  return {
    cpu: (used.user + used.system) / 1000 / count,
    wall: (performance.now() - start) / count,
  };
};

export const show = (what: string, { cpu, wall }: Cost): void =>
  console.log(
    `${what.padEnd(60)} ${cpu.toFixed(2).padStart(7)} ms CPU ${wall.toFixed(2).padStart(7)} ms wall`,
  );
