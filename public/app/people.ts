import type { Levels, ParticipantInfo } from "../sdk/index.js";
import { cloneTemplate, setIcon, type Parts } from "./dom.js";
import { levelShare } from "./meter.js";
import { initialsOf, noteOf, spokeOf, voiceOf } from "./people-text.js";
import { createSpeakingTimes } from "./speaking-time.js";

export type PeopleState = {
  participants: readonly ParticipantInfo[];
  self: string | undefined;
};

export type People = {
  /** `now` in milliseconds of one clock, for speaking times. */
  render(state: PeopleState, now: number): void;
  /** Who is not in it is silent. */
  setLevels(levels: Levels): void;
};

const createRow = (
  id: string,
  onMenu: (participant: string, button: HTMLButtonElement) => void,
): Parts => {
  const row = cloneTemplate("person");
  row.root.dataset.participant = id;
  const button = row.button("person-menu");
  button.onclick = () => onMenu(id, button);
  return row;
};

const setText = (element: HTMLElement, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

const renderRow = (
  row: Parts,
  person: ParticipantInfo,
  self: string | undefined,
  spoke: number,
): void => {
  const { dataset } = row.root;
  dataset.talking = String(person.talking);
  dataset.muted = String(person.muted);
  dataset.away = String(person.state === "away" || person.held);
  setText(row.text("initials"), initialsOf(person.name));
  setText(row.text("name"), person.name);
  setText(row.text("note"), noteOf(person, self));
  setText(row.text("spoke"), spokeOf(spoke));
  row.text("spoke-box").hidden = spokeOf(spoke) === "";
  row.get("camera-state", SVGElement).classList.toggle("gone", person.camera);
  row.get("mic-state", SVGElement).setAttribute("aria-label", voiceOf(person));
  setIcon(row, "mic-state-icon", person.muted ? "mic-off" : "mic");
  row
    .button("person-menu")
    .setAttribute("aria-label", `What to do with ${person.name}`);
};

/** Takes away the rows of those who are gone. */
const removeOthers = (
  rows: Map<string, Parts>,
  participants: readonly ParticipantInfo[],
): void => {
  const here = new Set(participants.map(({ id }) => id));
  for (const [id, { root }] of rows)
    if (!here.has(id)) {
      root.remove();
      rows.delete(id);
    }
};

/** The list of people. Rows stay the same elements while their person stays, so that focus does too. */
export const createPeople = (
  list: HTMLElement,
  onMenu: (participant: string, button: HTMLButtonElement) => void,
): People => {
  const rows = new Map<string, Parts>();
  const times = createSpeakingTimes();
  return {
    render: ({ participants, self }, now) => {
      times.update(participants, now);
      removeOthers(rows, participants);
      for (const person of participants) {
        const known = rows.get(person.id);
        const row = known ?? createRow(person.id, onMenu);
        renderRow(row, person, self, times.of(person, now));
        if (known === undefined) {
          rows.set(person.id, row);
          list.append(row.root);
        }
      }
    },
    setLevels: (levels) => {
      for (const [id, row] of rows)
        row
          .text("level")
          .style.setProperty("--level", String(levelShare(levels[id])));
    },
  };
};
