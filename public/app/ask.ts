import { notify } from "./notices.js";

/** Waits for what the server was asked; what it refuses is said in its own words. Never rejects. */
export const ask = async (asked: Promise<unknown>): Promise<void> => {
  try {
    await asked;
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error));
  }
};
