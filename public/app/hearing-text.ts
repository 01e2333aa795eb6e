/** What people are told of where they stand: who hears them, and whom they hear. Pure. */
import type { HearingInfo, ParticipantInfo } from "../sdk/index.js";

type People = readonly Pick<ParticipantInfo, "id" | "name">[];

const namesOf = (ids: readonly string[], people: People): string[] =>
  ids.flatMap((id) => people.find((one) => one.id === id)?.name ?? []);

/** "Ann", "Ann and Bob", "Ann, Bob and Cy". */
export const listed = (names: readonly string[]): string =>
  names.length < 2
    ? (names[0] ?? "")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** What is not as everybody expects it in a call; undefined when all is. What keeps one from being heard comes first. */
export const hearingText = (
  { group, sidebar, greenRoom, interprets, coaches, coachedBy }: HearingInfo,
  people: People,
): string | undefined => {
  if (greenRoom) return "Green room: you hear the call, it does not hear you";
  if (coaches.length > 0)
    return `Only ${listed(namesOf(coaches, people)) || "nobody"} can hear you`;
  if (sidebar !== null) {
    const others = listed(namesOf(sidebar, people));
    return others === ""
      ? "You whisper, and nobody is there to hear it"
      : `You whisper with ${others}`;
  }
  if (interprets !== null) return `You interpret: ${interprets}`;
  if (group !== null) return `You are in ${group}, and hear nobody else`;
  if (coachedBy.length > 0)
    return `${listed(namesOf(coachedBy, people))} speaks to you alone`;
  return undefined;
};
