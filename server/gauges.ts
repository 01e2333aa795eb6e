import { Gauge, type Registry } from "prom-client";

/** Makes gauges that are read when they are scraped. */
export const gauges =
  (register: Registry) =>
  (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(read());
      },
    });
  };
