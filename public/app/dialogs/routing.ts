import type { ParticipantInfo, Routing } from "../../sdk/index.js";
import { cloneTemplate } from "../dom.js";
import {
  apartOf,
  channelName,
  EVERYBODY,
  withApart,
  withChannel,
  withCoach,
  withoutChannel,
} from "../routing-forms.js";
import { personIn, type Dialog } from "./dialog.js";
import {
  actions,
  button,
  createList,
  fieldRow,
  paragraph,
  section,
  selectRow,
} from "./rows.js";
import { apartChoices, formatApart, parseApart } from "./routing-text.js";

/** What every part of the dialog works with. */
type Forms = {
  dialog: Dialog;
  /** As the server said last. */
  now(): Routing;
  set(next: Routing): Promise<boolean>;
};

const EVENTS = ["routing", "participants", "joined"] as const;

const peopleOf = ({ dialog }: Forms) =>
  dialog.call
    .room()
    .participants.map(({ id, name }) => ({ value: id, label: name }));

const nameOf = ({ dialog }: Forms, id: string): string =>
  personIn(dialog, id)?.name ?? "";

/** Everybody, with the place where they are. */
const places = (forms: Forms): HTMLElement => {
  const list = document.createElement("div");
  list.className = "dialog-rows";
  const show = createList<ParticipantInfo>(
    list,
    ({ id }) => id,
    ({ id, name }) => {
      const row = selectRow({ id: `place-${id}`, label: name }, (value) => {
        void forms.set(withApart(forms.now(), id, parseApart(value)));
      });
      const label = row.root.querySelector("[data-part=label]");
      return {
        root: row.root,
        update: (person) => {
          if (label !== null) label.textContent = person.name;
          const routing = forms.now();
          row.set(apartChoices(routing), formatApart(apartOf(routing, id)));
        },
      };
    },
  );
  forms.dialog.follow(EVENTS, () =>
    show(forms.dialog.call.room().participants),
  );
  return section(
    "Where people are",
    paragraph(
      "Who whispers hears the others whispering, and the room more quietly; the room does not hear them. Groups hear nobody else. The green room hears all and is heard by nobody else.",
    ),
    list,
  );
};

type Entry = { key: string; label: string; end: (routing: Routing) => Routing };

/** What was said, each with a way to take it back. */
const entries = (
  forms: Forms,
  read: (routing: Routing) => Entry[],
): HTMLElement => {
  const list = document.createElement("ul");
  const show = createList<Entry>(
    list,
    ({ key }) => key,
    (made) => {
      let entry = made;
      const { root, text } = cloneTemplate("row-output");
      text("actions").append(
        button(`end-${entry.key}`, "End", () => {
          void forms.set(entry.end(forms.now()));
        }),
      );
      return {
        root,
        update: (next) => {
          entry = next;
          text("label").textContent = entry.label;
        },
      };
    },
  );
  forms.dialog.follow(EVENTS, () => show(read(forms.now())));
  return list;
};

const interpreters = (forms: Forms): HTMLElement => {
  const who = selectRow({ id: "interpreter", label: "Who interprets" });
  const language = fieldRow({
    ...{ id: "language", label: "Into which language", maxLength: 64 },
    placeholder: "e.g. french",
  });
  const start = async (): Promise<void> => {
    const name = channelName(language.input.value);
    if (name === "" || who.value === "") return language.input.focus();
    if (await forms.set(withChannel(forms.now(), name, who.value)))
      language.input.value = "";
  };
  language.input.onkeydown = ({ key }) => {
    if (key === "Enter") void start();
  };
  forms.dialog.follow(EVENTS, () => who.set(peopleOf(forms)));
  return section(
    "Interpreters",
    paragraph(
      "Heard by those who choose the language; the original is quieter below.",
    ),
    entries(forms, ({ channels }) =>
      channels.map(({ name, interpreter }) => ({
        key: `channel-${name}`,
        label: `${name}: ${nameOf(forms, interpreter)}`,
        end: (routing) => withoutChannel(routing, name),
      })),
    ),
    who.root,
    language.root,
    actions(
      button("add-interpreter", "Let them interpret", () => void start()),
    ),
  );
};

const coaches = (forms: Forms): HTMLElement => {
  const coach = selectRow({ id: "coach-who", label: "Who coaches" });
  const pupil = selectRow({ id: "coach-whom", label: "and is heard by" });
  forms.dialog.follow(EVENTS, () => {
    coach.set(peopleOf(forms));
    pupil.set(peopleOf(forms));
  });
  const start = (): void => {
    if (coach.value === pupil.value) return;
    void forms.set(withCoach(forms.now(), coach.value, pupil.value, true));
  };
  return section(
    "Coaches",
    paragraph("They hear all, and are heard by one alone."),
    entries(forms, (routing) =>
      routing.coaches.map(({ coach: id, heardBy }) => ({
        key: `coach-${id}-${heardBy}`,
        label: `${nameOf(forms, id)}, for ${nameOf(forms, heardBy)}`,
        end: (now) => withCoach(now, id, heardBy, false),
      })),
    ),
    coach.root,
    pupil.root,
    actions(button("add-coach", "Let them coach", start)),
  );
};

/** Whispers, groups, interpreters, coaches and the green room. What is chosen is so at once. */
export const fillRouting = (dialog: Dialog): void => {
  const { body, call, ask } = dialog;
  const forms: Forms = {
    dialog,
    now: () => call.room().routing,
    set: (next) => ask(call.setRouting(next)),
  };
  body.append(
    places(forms),
    interpreters(forms),
    coaches(forms),
    actions(
      button("everybody", "Let everybody hear everybody", () => {
        void forms.set(EVERYBODY);
      }),
    ),
  );
};
