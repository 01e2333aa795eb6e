/** What moderators choose among for their room. Pure. */
import type { Choice } from "./rows.js";

export const NO_LIMIT: Choice = { value: "", label: "No limit" };

/** Undefined for no limit. */
export const numberOf = (value: string): number | undefined =>
  value === "" ? undefined : Number(value);

/** What is chosen is among them, wherever it came from. */
const including = (choices: Choice[], chosen: Choice): Choice[] =>
  chosen.value === "" || choices.some(({ value }) => value === chosen.value)
    ? choices
    : [...choices, chosen];

export const durationText = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  return `${Math.round(minutes / 6) / 10} hours`;
};

const DURATIONS = [900, 1800, 3600, 7200, 14_400];

export const durationChoices = (chosen: number | undefined): Choice[] => {
  const choice = (seconds: number): Choice => ({
    value: String(seconds),
    label: durationText(seconds),
  });
  const all = [NO_LIMIT, ...DURATIONS.map(choice)];
  return chosen === undefined ? all : including(all, choice(chosen));
};

const LOUDEST = [2, 3, 4, 5, 8, 12];

export const loudestChoices = (chosen: number): Choice[] => {
  const choice = (count: number): Choice => ({
    value: String(count),
    label: count === 0 ? "All" : String(count),
  });
  return including([0, ...LOUDEST].map(choice), choice(chosen));
};
