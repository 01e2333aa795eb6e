import { pino, type Logger } from "pino";
import type { LogLevel } from "./setting-parsers.js";

export type Log = Logger;

/**
 * JSON lines on standard error, which leaves standard output to the ready line.
 * Writes do not block the event loop; what is still buffered is written when the process exits.
 */
export const createLog = ({ level }: { level: LogLevel }): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: false }),
  );
