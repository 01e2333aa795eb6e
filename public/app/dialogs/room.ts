import type { OptionsChange, OptionsInfo } from "../../sdk/index.js";
import type { Dialog } from "./dialog.js";
import { fieldRow, paragraph, section, selectRow, switchRow } from "./rows.js";
import {
  durationChoices,
  loudestChoices,
  NO_LIMIT,
  numberOf,
} from "./room-text.js";

type SwitchName = "muteOnEntry" | "agc" | "stereo" | "record";

const SWITCHES: readonly { id: SwitchName; label: string; note: string }[] = [
  {
    id: "muteOnEntry",
    label: "Mute whoever comes",
    note: "They may unmute",
  },
  {
    id: "agc",
    label: "Everybody equally loud",
    note: "But for those in music mode",
  },
  {
    id: "stereo",
    label: "Stereo: voices have places",
    note: "Changes while you listen",
  },
  {
    id: "record",
    label: "Record every meeting here",
    note: "From when somebody comes until the last one leaves",
  },
];

const SOUNDS: readonly { id: keyof OptionsInfo["sounds"]; label: string }[] = [
  { id: "join", label: "A chime when somebody comes" },
  { id: "leave", label: "A chime when somebody goes" },
  { id: "recording", label: "A chime when a recording begins or ends" },
  { id: "alone", label: "Music for whoever is alone" },
];

type Asked = (change: OptionsChange) => void;
type Part = { root: HTMLElement; show(options: OptionsInfo): void };

const nameField = (ask: Asked): Part => {
  const { root, input } = fieldRow({
    ...{ id: "title", label: "Its name", maxLength: 100 },
  });
  let shown = "";
  input.onchange = () => {
    const title = input.value.trim();
    if (title === "") input.value = shown;
    else ask({ title });
  };
  return {
    root,
    show: ({ title }) => {
      // Not while somebody writes another one.
      if (title !== shown || document.activeElement !== input)
        input.value = title;
      shown = title;
    },
  };
};

const habits = (ask: Asked): Part => {
  const rows = SWITCHES.map(({ id, label, note }) => ({
    id,
    row: switchRow({ id, label, note }, (on) => ask({ [id]: on })),
  }));
  const loudest = selectRow(
    { id: "loudest", label: "Voices heard at a time", note: "The loudest" },
    (value) => ask({ loudest: Number(value) }),
  );
  return {
    root: section(
      "In the call",
      ...rows.map(({ row }) => row.root),
      loudest.root,
    ),
    show: (options) => {
      for (const { id, row } of rows) row.set(options[id]);
      const { loudest: now } = options;
      loudest.set(loudestChoices(now), String(now));
    },
  };
};

const chimes = (ask: Asked, current: () => OptionsInfo["sounds"]): Part => {
  const rows = SOUNDS.map(({ id, label }) => ({
    id,
    row: switchRow({ id: `sound-${id}`, label }, (on) =>
      ask({ sounds: { ...current(), [id]: on } }),
    ),
  }));
  return {
    root: section("What it lets be heard", ...rows.map(({ row }) => row.root)),
    show: ({ sounds }) => {
      for (const { id, row } of rows) row.set(sounds[id]);
    },
  };
};

/** Of a gigabyte. */
const GIGA = 1e9;

const limits = (
  ask: Asked,
  current: () => OptionsInfo["recordingLimits"],
): Part => {
  const duration = selectRow(
    { id: "max-duration", label: "A recording ends after" },
    (value) =>
      ask({
        recordingLimits: { ...current(), maxDuration: numberOf(value) },
      }),
  );
  const size = selectRow({ id: "max-size", label: "or at" }, (value) =>
    ask({ recordingLimits: { ...current(), maxSize: numberOf(value) } }),
  );
  const sizes = [1, 2, 5, 10].map((count) => ({
    value: String(count * GIGA),
    label: `${count} GB`,
  }));
  return {
    root: section(
      "Recordings",
      duration.root,
      size.root,
      paragraph("For recordings that begin from now on."),
    ),
    show: ({ recordingLimits: { maxDuration, maxSize } }) => {
      duration.set(durationChoices(maxDuration), String(maxDuration ?? ""));
      const chosen = String(maxSize ?? "");
      const other = { value: chosen, label: `${(maxSize ?? 0) / GIGA} GB` };
      const isOther =
        chosen !== "" && !sizes.some(({ value }) => value === chosen);
      size.set([NO_LIMIT, ...sizes, ...(isOther ? [other] : [])], chosen);
    },
  };
};

/** The room's options that may be changed from within. */
export const fillRoom = ({ body, call, ask, follow }: Dialog): void => {
  const options = (): OptionsInfo => call.room().options;
  const render = (): void => {
    for (const { show } of parts) show(options());
  };
  const change: Asked = (asked) =>
    void ask(call.configure(asked)).then((done) => {
      // What was refused is as it was.
      if (!done) render();
    });
  const parts = [
    nameField(change),
    habits(change),
    chimes(change, () => options().sounds),
    limits(change, () => options().recordingLimits),
  ];
  body.append(...parts.map(({ root }) => root));
  follow(["options", "joined"], render);
};
