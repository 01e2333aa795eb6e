/** What the page remembers from visit to visit. */
export type Preferences = {
  name: string;
  /** Device ids; empty = the browser's choice. */
  microphone: string;
  camera: string;
  speaker: string;
  /** As in quality-text.ts; empty = automatic. */
  quality: string;
};

const KEY = "tutti";

const NOTHING: Preferences = {
  name: "",
  microphone: "",
  camera: "",
  speaker: "",
  quality: "",
};

/** Preferences from stored text; whatever of it is not right is as if never stored. Pure. */
export const parsePreferences = (text: string | null): Preferences => {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "{}");
  } catch {
    stored = {};
  }
  const preferences = { ...NOTHING };
  if (typeof stored !== "object" || stored === null) return preferences;
  for (const key of Object.keys(NOTHING) as (keyof Preferences)[]) {
    const value = (stored as Partial<Record<string, unknown>>)[key];
    if (typeof value === "string") preferences[key] = value.slice(0, 256);
  }
  return preferences;
};

export const loadPreferences = (): Preferences => {
  try {
    return parsePreferences(localStorage.getItem(KEY));
  } catch {
    // Storage is barred in some private windows: nothing is remembered then.
    return { ...NOTHING };
  }
};

export const savePreferences = (change: Partial<Preferences>): void => {
  try {
    const preferences = { ...loadPreferences(), ...change };
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // As above; the call does not depend on it.
  }
};
