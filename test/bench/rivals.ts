/** The same work done by other programs, where they are installed: nine pictures of 640x360 scaled into one of 720p. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { show } from "./cost.js";

const FRAMES = 300;
const [WIDTH, HEIGHT] = [416, 234];
const PLACES = [0, 1, 2].flatMap((row) =>
  [0, 1, 2].map((column) => ({ x: column * WIDTH, y: row * HEIGHT })),
);

/** CPU and time of a program as bash tells them, in seconds; undefined = not installed. */
const time = async (
  program: string,
  args: string[],
): Promise<{ cpu: number; wall: number } | undefined> => {
  const run = promisify(execFile);
  const script = 'TIMEFORMAT="%U %S %R"; command -v "$0" >&2 && time "$0" "$@"';
  try {
    const { stderr } = await run("bash", ["-c", script, program, ...args]);
    const [user, system, wall] = stderr.trim().split("\n").at(-1)!.split(" ");
    return { cpu: Number(user) + Number(system), wall: Number(wall) };
  } catch (error) {
    const { code } = error as { code: unknown };
    if (code === 1) return undefined;
    throw error;
  }
};

/** `sources`: the same program making the same pictures for nothing; what that takes, its start too, is not counted. */
const compare = async (
  program: string,
  what: string,
  args: string[],
  sources: string[],
): Promise<void> => {
  const used = await time(program, args);
  const idle = await time(program, sources);
  if (used === undefined || idle === undefined) {
    console.log(`${program}: not installed, not compared`);
    return;
  }
  const each = (seconds: number) => (seconds * 1000) / FRAMES;
  const cost = {
    cpu: each(used.cpu - idle.cpu),
    wall: each(used.wall - idle.wall),
  };
  show(`${what} (sources: ${each(idle.cpu).toFixed(2)} more)`, cost);
};

export const xstack = (): Promise<void> => {
  const inputs = PLACES.map(
    (_, at) => `[${at}:v]scale=${WIDTH}:${HEIGHT}[v${at}]`,
  );
  const names = PLACES.map((_, at) => `[v${at}]`).join("");
  const places = PLACES.map(({ x, y }) => `${x}_${y}`).join("|");
  const graph = `${inputs.join(";")};${names}xstack=inputs=9:layout=${places}`;
  const color = "color=red:size=640x360:rate=30,format=yuv420p";
  const source = ["-f", "lavfi", "-i", color];
  const quiet = ["-nostdin", "-hide_banner", "-loglevel", "error"];
  return compare(
    "ffmpeg",
    "ffmpeg program, scale + xstack of 9",
    [
      ...[...quiet, ...PLACES.flatMap(() => source)],
      ...["-filter_complex", graph, "-frames:v", `${FRAMES}`],
      ...["-f", "null", "-"],
    ],
    [
      ...[...quiet, ...PLACES.flatMap(() => source)],
      ...PLACES.flatMap((_, at) => [
        ...["-map", `${at}:v`, "-frames:v", `${FRAMES}`],
        ...["-c:v", "wrapped_avframe", "-f", "null", "-"],
      ]),
    ],
  );
};

export const gstreamer = (): Promise<void> => {
  const pads = PLACES.flatMap(({ x, y }, at) => [
    `sink_${at}::xpos=${x}`,
    `sink_${at}::ypos=${y}`,
    `sink_${at}::width=${WIDTH}`,
    `sink_${at}::height=${HEIGHT}`,
  ]);
  const raw = (width: number, height: number) =>
    `video/x-raw,format=I420,width=${width},height=${height},framerate=30/1`;
  const sources = (into: (at: number) => string[]) =>
    PLACES.flatMap((_, at) => [
      ...["videotestsrc", `num-buffers=${FRAMES}`, "pattern=red", "!"],
      ...[raw(640, 360), "!", ...into(at)],
    ]);
  const sink = ["fakesink", "sync=false"];
  return compare(
    "gst-launch-1.0",
    "GStreamer compositor of 9",
    [
      ...["-q", "compositor", "name=c", ...pads, "!", raw(1280, 720), "!"],
      ...[...sink, ...sources((at) => [`c.sink_${at}`])],
    ],
    ["-q", ...sources(() => sink)],
  );
};
