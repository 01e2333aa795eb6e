/** From what people say of who hears whom (groups, whispers, interpreters…) to a row of gains for each listener. Pure. */
import type { MixRow, ParticipantId } from "../../mixer/contract.js";
import type { HearingInfo } from "../infos.js";
import type { RoutingForms } from "../routing.js";

export const NO_FORMS: RoutingForms = {
  groups: [],
  sidebars: [],
  channels: [],
  coaches: [],
  greenRoom: [],
};

/** Everybody who is named in them. */
export const namedIn = (forms: RoutingForms): Set<ParticipantId> =>
  new Set([
    ...forms.groups.flatMap(({ members }) => members),
    ...forms.sidebars.flatMap(({ members }) => members),
    ...forms.channels.flatMap(({ interpreter, listeners }) => [
      interpreter,
      ...listeners,
    ]),
    ...forms.coaches.flatMap(({ coach, heardBy }) => [coach, heardBy]),
    ...forms.greenRoom,
  ]);

/** The forms without somebody who has left; those that are nothing without them go too. */
export const without = (
  forms: RoutingForms,
  gone: ParticipantId,
): RoutingForms => {
  const others = (ids: readonly ParticipantId[]) =>
    ids.filter((id) => id !== gone);
  return {
    groups: forms.groups
      .map((group) => ({ ...group, members: others(group.members) }))
      .filter(({ members }) => members.length > 0),
    sidebars: forms.sidebars
      .map((sidebar) => ({ ...sidebar, members: others(sidebar.members) }))
      .filter(({ members }) => members.length > 0),
    channels: forms.channels
      .filter(({ interpreter }) => interpreter !== gone)
      .map((channel) => ({ ...channel, listeners: others(channel.listeners) })),
    coaches: forms.coaches.filter(
      ({ coach, heardBy }) => coach !== gone && heardBy !== gone,
    ),
    greenRoom: others(forms.greenRoom),
  };
};

/** The forms with somebody listening to a channel, or to none. */
export const withListener = (
  forms: RoutingForms,
  listener: ParticipantId,
  chosen: string | undefined,
): RoutingForms => ({
  ...forms,
  channels: forms.channels.map((channel) => {
    const others = channel.listeners.filter((id) => id !== listener);
    const listeners = channel.name === chosen ? [...others, listener] : others;
    return { ...channel, listeners };
  }),
});

/** What the forms say of one person; of a stranger nothing. */
type Place = {
  id?: ParticipantId;
  group?: string;
  sidebar?: RoutingForms["sidebars"][number];
  /** Which it hears, and which it speaks on. */
  channel?: RoutingForms["channels"][number];
  interprets: boolean;
  /** Who alone hears it. */
  coaches?: ReadonlySet<ParticipantId>;
  green: boolean;
};

const placeOf = (forms: RoutingForms, id: ParticipantId): Place => {
  const pupils = forms.coaches.filter(({ coach }) => coach === id);
  return {
    id,
    group: forms.groups.find(({ members }) => members.includes(id))?.name,
    sidebar: forms.sidebars.find(({ members }) => members.includes(id)),
    channel: forms.channels.find(({ listeners }) => listeners.includes(id)),
    interprets: forms.channels.some(({ interpreter }) => interpreter === id),
    coaches:
      pupils.length > 0
        ? new Set(pupils.map(({ heardBy }) => heardBy))
        : undefined,
    green: forms.greenRoom.includes(id),
  };
};

/** What of the forms one person is told. */
export const hearingOf = (
  forms: RoutingForms,
  self: ParticipantId,
): HearingInfo => {
  const { group, sidebar } = placeOf(forms, self);
  const { channels, coaches, greenRoom } = forms;
  const spoken = channels.find(({ interpreter }) => interpreter === self);
  return {
    group: group ?? null,
    sidebar: sidebar?.members.filter((id) => id !== self) ?? null,
    greenRoom: greenRoom.includes(self),
    interprets: spoken?.name ?? null,
    coaches: coaches
      .filter(({ coach }) => coach === self)
      .map(({ heardBy }) => heardBy),
    coachedBy: coaches
      .filter(({ heardBy }) => heardBy === self)
      .map(({ coach }) => coach),
  };
};

const STRANGER: Place = { interprets: false, green: false };

/** Of groups and sidebars: what a coach does not mind. */
const gainInCompany = (listener: Place, speaker: Place): number => {
  if (listener.group !== speaker.group) return 0;
  if (listener.sidebar === speaker.sidebar) return 1;
  return speaker.sidebar === undefined ? (listener.sidebar?.room ?? 1) : 0;
};

/** At which gain one hears another. */
const gainOf = (listener: Place, speaker: Place): number => {
  if (speaker.coaches?.has(listener.id ?? "") === false) return 0;
  // A coach's word comes from wherever it is: to a group, into a whisper.
  if (speaker.coaches !== undefined) return 1;
  if (speaker.green && !listener.green) return 0;
  if (speaker.interprets)
    return listener.channel?.interpreter === speaker.id ? 1 : 0;
  return listener.coaches === undefined ? gainInCompany(listener, speaker) : 1;
};

const rowOf = (
  listener: Place,
  speakers: readonly Place[],
): MixRow | undefined => {
  const otherwise = gainOf(listener, STRANGER);
  const gains: Record<ParticipantId, number> = {};
  for (const speaker of speakers) {
    const gain = gainOf(listener, speaker);
    if (gain !== otherwise) gains[speaker.id!] = gain;
  }
  const row: MixRow = {};
  if (Object.keys(gains).length > 0) row.gains = gains;
  if (otherwise !== 1) row.otherwise = otherwise;
  const { channel } = listener;
  if (channel !== undefined && channel.interpreter !== listener.id)
    row.duck = { by: [channel.interpreter], gain: channel.original };
  return Object.keys(row).length > 0 ? row : undefined;
};

export type Rows = {
  /** Of participants; who hears everybody is not among them. */
  listeners: Map<ParticipantId, MixRow>;
  /** Of those who are none: "" for whoever has chosen no channel. */
  channels: Map<string, MixRow>;
};

/** What was said of who hears whom, and what its mixer has been told. */
export type Hearing = {
  forms: RoutingForms;
  /** As the mixer has them. */
  told: Rows;
};

/**
 * The rows that forms make for these listeners. Gains of several forms are multiplied; whoever is in none of them hears
 * all who are in none, and nobody hears a voice that a form keeps from them.
 */
export const rowsOf = (
  forms: RoutingForms,
  listeners: Iterable<ParticipantId>,
): Rows => {
  const named = namedIn(forms);
  const places = [...named].map((id) => placeOf(forms, id));
  const byId = new Map(places.map((place) => [place.id, place]));
  const others = rowOf(STRANGER, places);
  const rows: Rows = { listeners: new Map(), channels: new Map() };
  for (const id of listeners) {
    const place = byId.get(id);
    const row = place === undefined ? others : rowOf(place, places);
    if (row !== undefined) rows.listeners.set(id, row);
  }
  if (others !== undefined) rows.channels.set("", others);
  for (const channel of forms.channels) {
    const row = rowOf({ ...STRANGER, channel }, places);
    if (row !== undefined) rows.channels.set(channel.name, row);
  }
  return rows;
};
