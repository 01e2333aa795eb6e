import type { Call } from "../sdk/index.js";
import { ask } from "./ask.js";
import type { Parts } from "./dom.js";
import { toggleMenu, type Menus } from "./menu.js";
import { createPeople } from "./people.js";
import type { Panels } from "./panels.js";
import { personMenu } from "./person-menu.js";

/** Milliseconds between two looks at how long somebody has talked. */
const LOOK_EVERY = 1000;

/** The list of people with their levels and menus. What moves in it does so only while it is seen. The returned function ends it. */
export const setUpPeople = (
  parts: Parts,
  call: Call,
  panels: Panels,
  menus: Menus,
): (() => void) => {
  const people = createPeople(parts.text("participants"), (id, button) =>
    toggleMenu(menus, button, () => personMenu(call, id)),
  );
  let timer: ReturnType<typeof setInterval> | undefined;
  const render = (): void => {
    const { participants, self, role, options, room } = call.room();
    people.render({ participants, self }, performance.now());
    parts.text("count").textContent = String(participants.length);
    parts.text("room").textContent = options.title || room;
    parts.button("mute-all").hidden =
      role !== "moderator" || participants.length < 2;
  };
  const follow = (): void => {
    const isSeen = panels.isSeen("people");
    call.setLevels(isSeen);
    clearInterval(timer);
    if (isSeen) timer = setInterval(render, LOOK_EVERY);
    else people.setLevels({});
  };
  parts.button("mute-all").onclick = () => {
    const { self } = call.room();
    void ask(call.muteAll(self === undefined ? [] : [self]));
  };
  call.on("levels", people.setLevels);
  call.on("talking", (talkers) => {
    // Levels are told of talkers: with the last of them they end.
    if (talkers.length === 0) people.setLevels({});
  });
  for (const event of ["participants", "joined", "options"] as const)
    call.on(event, render);
  panels.onChange(follow);
  follow();
  return () => clearInterval(timer);
};
