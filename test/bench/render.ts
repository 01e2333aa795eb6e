/** `npm run bench -- render`: how fast a recording is made anew, and what it takes. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import type {
  LayoutName,
  RenderEvent,
  RenderPlan,
} from "../../mixer/contract.js";
import { startRenderChild } from "../../server/mixers/render-child.js";
import { descendants, readProcess } from "../helpers/processes.js";
import { MAIN_VIEW } from "../helpers/view-settings.js";
import { print } from "./figures.js";

const runProgram = promisify(execFile);

const HELP = `render: tracks of a meeting into a film of 1280x720@30, by a render process
  --people 4     each with a picture and a voice
  --size 1280x720  of their pictures
  --seconds 20   of the meeting`;

const lavfi = (source: string): string[] => ["-f", "lavfi", "-i", source];

/** Moving pictures with the grain of a camera, and a tone. */
const makeTracks = async (
  folder: string,
  { people, size, seconds }: { people: number; size: string; seconds: number },
): Promise<void> => {
  for (let at = 0; at < people; at++) {
    const film = `testsrc2=s=${size}:r=30:d=${seconds},hue=h=${at * 60},noise=alls=8:allf=t`;
    const tone = `sine=frequency=${300 + at * 100}:sample_rate=48000:duration=${seconds}`;
    const h264 = ["-c:v", "libx264", "-preset", "superfast", "-b:v", "1500k"];
    const files = ["mp4", "opus"].map((kind) => join(folder, `${at}.${kind}`));
    const [video = "", audio = ""] = files;
    const quiet = ["-v", "error", "-y"];
    await runProgram("ffmpeg", [...quiet, ...lavfi(film), ...h264, video]);
    await runProgram("ffmpeg", [
      ...quiet,
      ...lavfi(tone),
      "-c:a",
      "libopus",
      audio,
    ]);
  }
};

const planOf = (
  folder: string,
  people: number,
  { layout, duration }: { layout: LayoutName; duration: number },
): RenderPlan => {
  const ids = Array.from({ length: people }, (_, at) => String(at));
  const events = ids.flatMap((participant): RenderEvent[] => [
    { at: 0, type: "joined", participant, name: `Person ${participant}` },
    { at: 0, type: "camera", participant, on: true },
  ]);
  const videos = ids.map((participant) => ({
    ...{ participant, start: 0 },
    path: join(folder, `${participant}.mp4`),
  }));
  const voices = ids.map((id) => join(folder, `${id}.opus`));
  const picture = { settings: { ...MAIN_VIEW, layout }, events, videos };
  return {
    ...{ output: join(folder, "out.mp4"), format: "mp4", from: 0, duration },
    source: { kind: "tracks", voices, picture },
  };
};

/** CPU and memory of the process and its ffmpegs, the largest that were seen. */
const watch = (pid: number) => {
  const cpu = new Map<number, number>();
  let memory = 0;
  const look = (): void => {
    const own = readProcess(pid);
    const all = [...(own ? [own] : []), ...descendants(pid)];
    for (const one of all) cpu.set(one.pid, one.cpuSeconds);
    memory = Math.max(
      memory,
      all.reduce((sum, one) => sum + one.memory, 0),
    );
  };
  const timer = setInterval(look, 200);
  return () => {
    clearInterval(timer);
    const seconds = [...cpu.values()].reduce((sum, one) => sum + one, 0);
    return { seconds, memory };
  };
};

const measure = async (plan: RenderPlan, layout: string): Promise<void> => {
  const start = performance.now();
  const child = startRenderChild(plan, () => undefined, process.env);
  const end = watch(child.pid!);
  await child.done;
  const took = (performance.now() - start) / 1000;
  const { seconds, memory } = end();
  const load = loadavg()[0]!.toFixed(1);
  const cost = (seconds / plan.duration).toFixed(2);
  print(
    `${layout.padEnd(8)} ${(plan.duration / took).toFixed(2)} x real time, ${cost} s of CPU a second, ${Math.round(memory / 1e6)} MB (load ${load})`,
  );
};

export const run = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      people: { type: "string", default: "4" },
      size: { type: "string", default: "1280x720" },
      seconds: { type: "string", default: "20" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return print(HELP);
  const [people, duration] = [Number(values.people), Number(values.seconds)];
  const folder = await mkdtemp(join(tmpdir(), "tutti-bench-"));
  try {
    await makeTracks(folder, { people, size: values.size, seconds: duration });
    for (const layout of ["grid", "speaker"] as const)
      await measure(planOf(folder, people, { layout, duration }), layout);
  } finally {
    await rm(folder, { recursive: true });
  }
};
