/** Schema of who hears whom, as clients say it; for the WebSocket and for REST. */
import { z } from "zod";
import { id } from "./picture.js";

/** As many as a room may have. */
const MOST = 1000;
/** More languages or groups than any event has. */
const MOST_FORMS = 100;

const people = z.array(id).max(MOST);

/** How much of the rest is left under a whisper: -12 dB. */
const UNDER_WHISPER = 0.25;
/** And of the original under an interpreter: -14 dB, so that one follows the voice and hears who speaks. */
const UNDER_INTERPRETER = 0.2;

const duck = z.number().min(0).max(1);

const group = z.strictObject({
  name: z.string().trim().min(1).max(64),
  members: people,
});

const sidebar = z.strictObject({
  members: people,
  room: duck.default(UNDER_WHISPER).describe("The gain of everybody else"),
});

const channel = z.strictObject({
  name: id.describe("What a listener or viewer chooses it by"),
  interpreter: id,
  original: duck
    .default(UNDER_INTERPRETER)
    .describe("The gain of everybody else while the interpreter talks"),
  listeners: people.default([]),
});

const coach = z.strictObject({ coach: id, heardBy: id });

const isOnce = (ids: readonly string[]): boolean =>
  new Set(ids).size === ids.length;

export const routingForms = z
  .strictObject({
    groups: z
      .array(group)
      .max(MOST_FORMS)
      .default([])
      .describe("One hears one's own group; who is in none, those in none"),
    sidebars: z
      .array(sidebar)
      .max(MOST_FORMS)
      .default([])
      .describe("They hear each other, and the room more quietly"),
    channels: z
      .array(channel)
      .max(MOST_FORMS)
      .default([])
      .describe("An interpreter, heard by those who chose the channel"),
    coaches: z
      .array(coach)
      .max(MOST_FORMS)
      .default([])
      .describe("They hear everybody and are heard by one"),
    greenRoom: people
      .default([])
      .describe("They hear everybody and are heard by each other"),
  })
  .refine(({ groups }) => isOnce(groups.flatMap(({ members }) => members)), {
    path: ["groups"],
    message: "nobody can be in two groups",
  })
  .refine(({ groups }) => isOnce(groups.map(({ name }) => name)), {
    path: ["groups"],
    message: "two groups have the same name",
  })
  .refine(
    ({ sidebars }) => isOnce(sidebars.flatMap(({ members }) => members)),
    { path: ["sidebars"], message: "nobody can be in two sidebars" },
  )
  .refine(({ channels }) => isOnce(channels.map(({ name }) => name)), {
    path: ["channels"],
    message: "two channels have the same name",
  })
  .refine(
    ({ channels }) => isOnce(channels.map(({ interpreter }) => interpreter)),
    { path: ["channels"], message: "nobody can interpret for two channels" },
  )
  .refine(
    ({ channels }) => isOnce(channels.flatMap(({ listeners }) => listeners)),
    { path: ["channels"], message: "nobody can listen to two channels" },
  );

export type RoutingForms = z.output<typeof routingForms>;
export type RoutingFormsInput = z.input<typeof routingForms>;
