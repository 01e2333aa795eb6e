/** A call of real browsers on a real server, in the words of what its people hear and see. */
import type { ExecutionContext } from "ava";
import type { Browser } from "playwright-core";
import type { SourceKind, ViewLayout } from "../../mixer/contract.js";
import type { ParticipantDetail } from "../../server/rooms/types.js";
import { ask } from "./ask.js";
import { openPage, type OpenedPage } from "./browser.js";
import type { Persona } from "./page/devices.js";
import type { MixStats, SentStats } from "./page/peers.js";
import type { Area } from "./page/see.js";
import type { Server } from "./server.js";
import { until } from "./until.js";

/** dB below full scale. A test's tone arrives at about -12; what is below `SILENT` nobody hears beside it. */
const AUDIBLE = -30;
/** 50 dB below a tone of -12. */
export const SILENT = -62;

/** Colours that stay apart through two codecs, and tones that are no harmonics of each other. */
export const PERSONAS = {
  red: { tone: 440, colour: "#c02020" },
  green: { tone: 610, colour: "#209020" },
  blue: { tone: 830, colour: "#2030c0" },
  yellow: { tone: 1090, colour: "#b0a010" },
  /** What everybody's screen shows and plays, if it is shared. */
  magenta: { tone: 1370, colour: "#b020a0" },
} as const;
export type ColourName = keyof typeof PERSONAS;

const rgb = (colour: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** Two encodings and a conversion there and back change a colour by less, other people differ by more. */
const COLOUR_TOLERANCE = 40;

export const isColour = (
  seen: readonly number[] | undefined,
  name: ColourName,
): boolean =>
  seen !== undefined &&
  rgb(PERSONAS[name].colour).every(
    (part, at) => Math.abs(part - seen[at]!) < COLOUR_TOLERANCE,
  );

export type Tile = ViewLayout["tiles"][number];

/** The middle of a tile in shares of the picture, away from label, border, signs and what the camera moves. */
const middleOf = (tile: Tile, { width, height }: ViewLayout): Area => ({
  x: (tile.x + 0.3 * tile.width) / width,
  y: (tile.y + 0.4 * tile.height) / height,
  width: (0.4 * tile.width) / width,
  height: (0.2 * tile.height) / height,
});

/** Whose tile, in which of the room's pictures; of the main one if not said. */
export type Shown = { id: string; source?: SourceKind; view?: string };

export type Someone = OpenedPage & {
  /** Of what this page receives. */
  stats(): Promise<MixStats>;
  /** Of the microphone and camera that this page sends. */
  sent(): Promise<SentStats>;
  /** Levels of these people's tones in what this page plays, in dB. */
  levels(who: readonly ColourName[]): Promise<number[]>;
  /** Waits until all of them are heard; resolves with the milliseconds that it took. */
  hears(who: readonly ColourName[], within?: number): Promise<number>;
  /** Waits until none of them is. */
  hearsNot(who: readonly ColourName[], within?: number): Promise<number>;
  /** Waits until the tile of this participant is this colour in the picture that the page plays. */
  sees(who: Pick<Person, "id" | "colour">, within?: number): Promise<number>;
  /** The colour in the middle of a participant's tile now; undefined without a tile or a picture. */
  colourOf(shown: string | Shown): Promise<number[] | undefined>;
  /** Waits until an area of the picture, in shares of it, is this colour. */
  seesAt(area: Area, colour: ColourName): Promise<void>;
  close(): Promise<void>;
};

export type Person = Someone & {
  readonly id: string;
  readonly name: string;
  readonly colour: ColourName;
};

export type JoinOptions = {
  room?: string;
  name?: string;
  microphone?: boolean;
  camera?: boolean;
  /** The camera shows what is hard to encode. */
  busy?: boolean;
  /** Nothing goes out but through a TURN server. */
  relayed?: boolean;
};

export type Conference = {
  readonly server: Server;
  readonly room: string;
  /** Opens the page of the call, with a microphone and a camera of this colour. Resolves when there is a seat. */
  join(colour: ColourName, options?: JoinOptions): Promise<Person>;
  /** A page of the server's origin that is in no call: for WHIP and WHEP. */
  open(colour: ColourName): Promise<Someone>;
  /** Requests JSON; `body` makes it what `method` says. @throws Error for a status of 400 and above */
  api<Result>(path: string, method?: string, body?: unknown): Promise<Result>;
  participants(room?: string): Promise<ParticipantDetail[]>;
  layout(room?: string, view?: string): Promise<ViewLayout>;
  /** What the mixer gives up because this machine has too much to do, 0 to 4: from 3 on the largest pictures. */
  overload(): Promise<number>;
};

type Layouts = (view?: string) => Promise<ViewLayout>;
type Eyes = Pick<Someone, "colourOf" | "seesAt" | "sees">;

/** What a page sees, of whatever browser. */
export const watch = (
  colourAt: (area: Area) => Promise<number[] | undefined>,
  layout: Layouts,
): Eyes => {
  const eyes: Eyes = {
    colourOf: async (shown) => {
      const whose = typeof shown === "string" ? { id: shown } : shown;
      const { id, source = "camera", view: name } = whose;
      const view = await layout(name);
      const tile = view.tiles.find(
        (one) => one.participant === id && one.source === source,
      );
      return tile && colourAt(middleOf(tile, view));
    },
    seesAt: async (area, colour) => {
      await until({
        what: `${JSON.stringify(area)} is ${colour}`,
        read: () => colourAt(area),
        accept: (seen) => isColour(seen, colour),
      });
    },
    sees: async ({ id, colour }, within) => {
      const { after } = await until({
        what: `the tile of ${id} is ${colour}`,
        read: () => eyes.colourOf(id),
        accept: (seen) => isColour(seen, colour),
        within,
      });
      return after;
    },
  };
  return eyes;
};

const perceive = (opened: OpenedPage, layout: Layouts): Someone => {
  const { page, context } = opened;
  const levels = (who: readonly ColourName[]): Promise<number[]> =>
    page.evaluate(
      (tones) => window.tools.levels(tones),
      who.map((name) => PERSONAS[name].tone),
    );
  const eyes = watch(
    (area) => page.evaluate((where) => window.tools.colour(where), area),
    layout,
  );
  const heard = async (
    who: readonly ColourName[],
    what: string,
    accept: (level: number) => boolean,
    within?: number,
  ): Promise<number> => {
    const { after } = await until({
      what: `${who.join(", ")} ${what}`,
      read: () => levels(who),
      accept: (found) => found.every(accept),
      within,
    });
    return after;
  };
  return {
    ...opened,
    ...eyes,
    levels,
    stats: () => page.evaluate(() => window.tools.stats()),
    sent: () => page.evaluate(() => window.tools.sent()),
    hears: (who, within) =>
      heard(who, "is heard", (level) => level > AUDIBLE, within),
    hearsNot: (who, within) =>
      heard(who, "is not heard", (level) => level < SILENT, within),
    close: () => context.close(),
  };
};

const NOTHING_SPECIAL = {
  microphone: true,
  camera: true,
  screen: PERSONAS.magenta,
};

let rooms = 0;

/** A room of its own on this server, with this browser for its people. Pages are closed with the test. */
export const startConference = (
  t: ExecutionContext,
  server: Server,
  browser: Browser,
): Conference => {
  rooms += 1;
  const room = `room-${process.pid}-${rooms}`;
  const api: Conference["api"] = (...asked) => ask(server, ...asked);
  const participants: Conference["participants"] = (of = room) =>
    api(`/v1/rooms/${of}/participants`);
  const layout: Conference["layout"] = (of = room, view = "main") =>
    api(`/v1/rooms/${of}/layout?view=${view}`);

  const overload: Conference["overload"] = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const [, level] =
      /^tutti_mixer_overload_level\S* (\d)/m.exec(metrics) ?? [];
    return Number(level ?? 0);
  };

  const visit = async (
    path: string,
    persona: Persona,
    of: string,
  ): Promise<Someone> => {
    const opened = await openPage(browser, `${server.url}${path}`, persona);
    t.teardown(() => opened.context.close());
    return perceive(opened, (view) => layout(of, view));
  };

  return {
    server,
    room,
    api,
    participants,
    layout,
    overload,
    open: (colour) =>
      visit("/livez", { ...PERSONAS[colour], ...NOTHING_SPECIAL }, room),
    join: async (colour, options = {}) => {
      const { room: of = room, name = `${colour} one` } = options;
      const persona = { ...PERSONAS[colour], ...NOTHING_SPECIAL, ...options };
      const query = new URLSearchParams({ name, autojoin: "1" });
      const someone = await visit(`/r/${of}?${query}`, persona, of);
      const { value } = await until({
        what: `${name} has a seat`,
        read: () => participants(of).catch(() => []),
        accept: (all) => all.some((one) => one.name === name),
      });
      const { id } = value.find((one) => one.name === name)!;
      return { ...someone, id, name, colour };
    },
  };
};
