/** Where moderators may put people, for people. Pure. */
import type { Routing } from "../../sdk/index.js";
import type { Apart } from "../routing-forms.js";
import type { Choice } from "./rows.js";

/** As many as are offered; more come from the API. */
const GROUPS = ["Group A", "Group B", "Group C", "Group D"];

/** As a choice's value, and back. */
export const formatApart = (apart: Apart): string => {
  if (apart.in === "group") return `group:${apart.name}`;
  return apart.in === "sidebar" ? `sidebar:${apart.index}` : apart.in;
};

export const parseApart = (value: string): Apart => {
  const [kind, ...rest] = value.split(":");
  if (kind === "group") return { in: "group", name: rest.join(":") };
  if (kind === "sidebar") return { in: "sidebar", index: Number(rest[0]) };
  return { in: kind === "green-room" ? "green-room" : "room" };
};

/** One whisper more than there are: the last one is new. */
const sidebarChoices = (count: number): Choice[] =>
  Array.from({ length: count + 1 }, (_, index) => ({
    value: formatApart({ in: "sidebar", index }),
    label: count === 0 ? "Whispering" : `Whispering ${index + 1}`,
  }));

const groupChoices = (routing: Routing): Choice[] => {
  const others = routing.groups
    .map(({ name }) => name)
    .filter((name) => !GROUPS.includes(name));
  return [...GROUPS, ...others].map((name) => ({
    value: formatApart({ in: "group", name }),
    label: name,
  }));
};

export const apartChoices = (routing: Routing): Choice[] => [
  { value: "room", label: "In the room" },
  ...sidebarChoices(routing.sidebars.length),
  ...groupChoices(routing),
  { value: "green-room", label: "Green room" },
];
