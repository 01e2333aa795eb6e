import type { PlayableInfo } from "../../sdk/index.js";
import type { Dialog } from "./dialog.js";
import { mayBe, parseSource, sourceChoices, type Source } from "./play-text.js";
import {
  actions,
  button,
  fieldRow,
  paragraph,
  section,
  selectRow,
  switchRow,
} from "./rows.js";

/** What the parts of the dialog share. */
export type Shelf = {
  dialog: Dialog;
  /** As the server said last. */
  has: PlayableInfo;
  /** Asks it, and shows what there is. */
  look(): Promise<void>;
};

const ALL = { value: "", label: "Everybody" };
/** dB: a sound is understood over voices, and voices still are. */
export const DUCK = 12;

/** What is chosen now. */
type Chosen = {
  source: Source | undefined;
  url: string;
  /** Undefined: everybody. */
  participant: string | undefined;
  loop: boolean;
  duck: number;
};

const playAsSound = ({ call, ask }: Dialog, chosen: Chosen): void => {
  const { source, participant, loop, duck } = chosen;
  if (source?.kind === "file" || source?.kind === "upload") {
    const how = { participant, loop, duck };
    void ask(call.playSound({ [source.kind]: source.name, ...how }));
  }
};

const showAsParticipant = ({ call, ask }: Dialog, chosen: Chosen): void => {
  const { source, url, loop } = chosen;
  if (source?.kind === "push") void ask(call.playFeed({ push: "rtmp" }));
  else if (source?.kind === "url") void ask(call.playFeed({ url, loop }));
  else if (source?.kind === "file" || source?.kind === "recording")
    void ask(call.playFeed({ [source.kind]: source.name, loop }));
};

/** The choices, one below the other. */
const createFields = ({ call, follow }: Dialog) => {
  const how = { loop: false, duck: 0 };
  let onChange = (): void => undefined;
  const what = selectRow({ id: "source", label: "What" }, () => onChange());
  const address = fieldRow({
    ...{ id: "feed-url", label: "Address", placeholder: "rtsp://…" },
    maxLength: 2048,
  });
  const heardBy = selectRow({ id: "heard-by", label: "As a sound heard by" });
  const loop = switchRow({ id: "loop", label: "Again and again" }, (on) => {
    how.loop = on;
  });
  const duck = switchRow(
    { id: "duck", label: "Voices quieter meanwhile" },
    (on) => {
      how.duck = on ? DUCK : 0;
    },
  );
  follow(["participants", "playing"], () => {
    const { participants, playing } = call.room();
    // A film hears nothing.
    const people = participants.filter(
      (one) => !playing.some(({ id }) => id === one.id),
    );
    const named = people.map(({ id, name }) => ({ value: id, label: name }));
    heardBy.set([ALL, ...named]);
  });
  const root = document.createElement("div");
  root.className = "dialog-rows";
  root.append(...[what, address, heardBy, loop, duck].map((row) => row.root));
  return {
    root,
    setSources: what.set,
    chosen: (): Chosen => ({
      ...how,
      source: parseSource(what.value),
      url: address.input.value.trim(),
      participant: heardBy.value === "" ? undefined : heardBy.value,
    }),
    /** Hides what does not matter for this source. */
    showFor: (source: Source | undefined): void => {
      address.root.hidden = source?.kind !== "url";
      heardBy.root.hidden = duck.root.hidden = !mayBe(source).sound;
    },
    onChange: (listener: () => void): void => {
      onChange = listener;
    },
  };
};

/** The choice of what to play and how. */
export const starting = (shelf: Shelf): HTMLElement => {
  const { dialog } = shelf;
  const fields = createFields(dialog);
  const sound = button(
    "play-sound",
    "Play as a sound",
    () => playAsSound(dialog, fields.chosen()),
    "primary",
  );
  const feed = button("play-feed", "Show as a participant", () =>
    showAsParticipant(dialog, fields.chosen()),
  );
  const none = paragraph(
    "There is nothing to play yet: upload a sound below, or put files into the server’s folder (TUTTI_MEDIA).",
  );
  const form = fields.root;
  form.append(actions(feed, sound));
  const render = (): void => {
    const { source } = fields.chosen();
    const may = mayBe(source);
    fields.showFor(source);
    sound.disabled = !may.sound;
    feed.disabled = !may.feed;
  };
  fields.onChange(render);
  const { look } = shelf;
  shelf.look = async () => {
    await look();
    const choices = sourceChoices(shelf.has);
    fields.setSources(choices);
    form.hidden = choices.length === 0;
    none.hidden = !form.hidden;
    render();
  };
  form.hidden = none.hidden = true;
  return section("Play", none, form);
};
