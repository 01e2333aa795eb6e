import type { ParticipantInfo } from "../sdk/index.js";
import { cloneTemplate, setIcon, type Parts } from "./dom.js";
import { initialsOf, noteOf, voiceOf } from "./people-text.js";

export type PeopleActions = {
  mute: (participant: string) => void;
  remove: (participant: string) => void;
};

export type PeopleState = {
  participants: readonly ParticipantInfo[];
  self: string | undefined;
  /** Whether we may mute and remove others. */
  moderator: boolean;
};

export type People = { render(state: PeopleState): void };

/** Removing somebody takes two presses: the first asks, and looking elsewhere takes it back. */
const confirmRemoval = (button: HTMLButtonElement, act: () => void): void => {
  const calm = (): void => {
    button.textContent = "Remove";
    delete button.dataset.armed;
  };
  button.onblur = calm;
  button.onclick = () => {
    const armed = button.dataset.armed !== undefined;
    calm();
    if (armed) return act();
    button.textContent = "Really?";
    button.dataset.armed = "";
    // Not every browser focuses what was clicked; without focus there is no blur.
    button.focus();
  };
};

const createRow = (id: string, actions: PeopleActions): Parts => {
  const row = cloneTemplate("person");
  row.root.dataset.participant = id;
  row.button("mute").onclick = () => actions.mute(id);
  confirmRemoval(row.button("remove"), () => actions.remove(id));
  return row;
};

const renderRow = (
  row: Parts,
  person: ParticipantInfo,
  { self, moderator }: PeopleState,
): void => {
  const { dataset } = row.root;
  dataset.talking = String(person.talking);
  dataset.muted = String(person.muted);
  dataset.away = String(person.state === "away");
  row.text("initials").textContent = initialsOf(person.name);
  row.text("name").textContent = person.name;
  row.text("note").textContent = noteOf(person, self);
  row.get("camera-state", SVGElement).classList.toggle("gone", person.camera);
  row.get("mic-state", SVGElement).setAttribute("aria-label", voiceOf(person));
  setIcon(row, "mic-state-icon", person.muted ? "mic-off" : "mic");
  row.text("actions").hidden = !moderator || person.id === self;
  const mute = row.button("mute");
  mute.disabled = person.muted;
  mute.setAttribute("aria-label", `Mute ${person.name}`);
  row.button("remove").setAttribute("aria-label", `Remove ${person.name}`);
};

/** The list of people. Rows stay the same elements while their person stays, so that focus does too. */
export const createPeople = (
  list: HTMLElement,
  actions: PeopleActions,
): People => {
  const rows = new Map<string, Parts>();
  return {
    render: (state) => {
      const here = new Set(state.participants.map(({ id }) => id));
      for (const [id, row] of rows)
        if (!here.has(id)) {
          row.root.remove();
          rows.delete(id);
        }
      for (const person of state.participants) {
        const known = rows.get(person.id);
        const row = known ?? createRow(person.id, actions);
        renderRow(row, person, state);
        if (known === undefined) {
          rows.set(person.id, row);
          list.append(row.root);
        }
      }
    },
  };
};
