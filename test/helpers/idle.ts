/** Whether the machine has a core to spare. */
import { availableParallelism, loadavg } from "node:os";

/** False where more runs than there are cores: timers, and browsers above all, come late then. */
export const isIdle = (): boolean => loadavg()[0]! < availableParallelism();
