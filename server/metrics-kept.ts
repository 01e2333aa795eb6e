/** Figures of recordings as they lie: what there is, what was let go of, what was uploaded. */
import { Counter, type Registry } from "prom-client";
import { gauges } from "./gauges.js";
import type { Keeping } from "./recordings/keeping.js";

export const keptFigures = (
  register: Registry,
  keeping: Pick<Keeping, "figures">,
): void => {
  const gauge = gauges(register);
  gauge(
    "tutti_recordings_stored",
    "Recordings that there are, at the last look (every ten minutes, and at the end of each)",
    () => keeping.figures.stored.recordings,
  );
  gauge(
    "tutti_recordings_stored_bytes",
    "What they take of the disk, with all that lies beside them",
    () => keeping.figures.stored.bytes,
  );
  new Counter({
    name: "tutti_recordings_removed_total",
    help: "Recordings removed by themselves, because of their age or the space they take",
    labelNames: ["reason"],
    registers: [register],
    collect() {
      this.reset();
      const { age, size } = keeping.figures.removed;
      this.inc({ reason: "age" }, age);
      this.inc({ reason: "size" }, size);
    },
  });
  if (keeping.figures.uploads !== undefined) uploadFigures(register, keeping);
};

const uploadFigures = (
  register: Registry,
  keeping: Pick<Keeping, "figures">,
): void => {
  gauges(register)(
    "tutti_uploads_pending",
    "Recordings that are not in the bucket yet",
    () => keeping.figures.uploads?.pending ?? 0,
  );
  new Counter({
    name: "tutti_uploads_total",
    help: "Tries to bring a recording into the bucket",
    labelNames: ["result"],
    registers: [register],
    collect() {
      this.reset();
      const { uploaded = 0, failed = 0 } = keeping.figures.uploads ?? {};
      this.inc({ result: "uploaded" }, uploaded);
      this.inc({ result: "failed" }, failed);
    },
  });
};
