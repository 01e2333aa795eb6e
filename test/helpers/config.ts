/** What the configuration says of an environment that it refuses. */
import { ConfigError, parseConfig } from "../../server/config.js";

/** None for one that it takes. */
export const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
