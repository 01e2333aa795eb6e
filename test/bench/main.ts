/** `npm run bench -- NAME [options]`: measures what the product promises in figures. */
import { print } from "./figures.js";

type Bench = { run: (args: string[]) => Promise<void> };

const BENCHES: Record<string, { about: string; load: () => Promise<Bench> }> = {
  room: {
    about: "what a room of synthetic participants costs (--help)",
    load: () => import("./room.js"),
  },
  latency: {
    about: "mouth to ear, glass to glass and lip-sync, in Chromium",
    load: () => import("./latency.js"),
  },
  joins: {
    about: "time to the first picture, and memory after many joins",
    load: () => import("./joins.js"),
  },
  ladder: {
    about: "what a browser hears and sees behind a line that is cut",
    load: () => import("./ladder.js"),
  },
  churn: {
    about:
      "the largest gap in the picture while people and layouts come and go",
    load: () => import("./churn.js"),
  },
  audio: {
    about: "rooms of voices, beside Janus' AudioBridge (--help)",
    load: () => import("./audio.js"),
  },
  recording: {
    about: "what recordings cost a call, and how soon a file is there",
    load: () => import("./recording.js"),
  },
  "recording-kills": {
    about: "what is lost when ffmpeg, the mixer or everything is killed",
    load: () => import("./recording-kills.js"),
  },
  meeting: {
    about:
      "whether the recording of a call of Chromium pages keeps the time (--help)",
    load: () => import("./meeting.js"),
  },
  render: {
    about: "how fast a recording is made anew from its tracks (--help)",
    load: () => import("./render.js"),
  },
  talkers: {
    about:
      "how soon a voice is told, how often something else is (--voices=DIR)",
    load: () => import("./talkers.js"),
  },
  "audio-core": {
    about: "the pure part of the audio mix",
    load: () => import("./audio-core.js"),
  },
  video: {
    about: "layout, scaling, composing and encoding",
    load: () => import("./video-core.js"),
  },
};

// Whoever has read enough (`| head`) ends the output, not the clean end of what was started.
process.stdout.on("error", () => undefined);

const [name = "", ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  print("npm run bench -- NAME [options]");
  for (const [known, { about }] of Object.entries(BENCHES))
    print(`  ${known.padEnd(16)} ${about}`);
  process.exitCode = name === "" ? 0 : 1;
} else {
  await (await bench.load()).run(args);
}
