/** The picture's part of the contract: layouts, views, renditions, and what each client is asked to send. */

export type ParticipantId = string;

/** A view's name: `main`, or another that was made, or an implicit one. */
export type ViewName = string;

export type Rect = { x: number; y: number; width: number; height: number };

/** `live`: shows its camera; `off`: avatar; `waiting`: camera on, no picture yet; `stalled`: no frame for 1 s. */
export type TileState = "live" | "off" | "waiting" | "stalled";

/** Each participant may send two pictures. */
export type SourceKind = "camera" | "share";

export type LayoutName =
  /** Best fit, up to 49 a page. */
  | "grid"
  /** One large, the others in a strip. */
  | "speaker"
  /** The shared screen large, faces in a strip, the speaker among them. */
  | "share"
  /** One full, the next small in its corner. */
  | "pip"
  /** The first two (screen or speaker first), equally large. */
  | "side-by-side"
  /** The one in focus alone. */
  | "solo";

/** How a picture goes into its region: `auto` crops where that loses less than a third, else letterboxes. */
export type Fit = "auto" | "crop" | "letterbox" | "blur";
export type LabelPolicy = "on" | "off" | "talking";

/** Who fills a region of a custom layout. Who is named by several regions fills the first; `next` is whoever is left, in order. */
export type RegionSource =
  | { participant: ParticipantId }
  | { role: string }
  | "speaker"
  | "share"
  | "next";

/** Fractions of the canvas, 0 to 1. Higher `z` lies above; equal ones in their order. */
export type Region = {
  x: number;
  y: number;
  width: number;
  height: number;
  z?: number;
  fit?: Fit;
  source?: RegionSource;
};

/** A PNG or JPEG as base64, at most 1 MiB decoded. */
export type PictureData = string;

export type CustomLayout = {
  regions: Region[];
  background?: { colour?: string; image?: PictureData };
  /** Drawn over everything; `height` follows from the picture. */
  logo?: { image: PictureData; x: number; y: number; width: number };
  labels?: LabelPolicy;
};

export type LayoutChoice = LayoutName | CustomLayout;

/** How soon the large tile follows the talker. */
export type Temperament = "calm" | "normal" | "fast";

/** What a view shows, and how large. A change of anything but the size never restarts an encoder. */
export type ViewSettings = {
  width: number;
  height: number;
  fps: number;
  layout: LayoutChoice;
  /** A shared screen takes over (layout `share`) and gives back. */
  autoShare: boolean;
  /** Kept large whoever talks. */
  pinned?: ParticipantId;
  temperament: Temperament;
  labels: LabelPolicy;
  /** Page of a grid with more than 49, from 0. */
  page: number;
};

/**
 * Views that exist without being set, while somebody watches: `solo:ID` (one participant alone) and `own:ID` (the main
 * view without that participant's own tile; costs an encode of its own).
 */
export const IMPLICIT_VIEW = /^(solo|own):([A-Za-z0-9_-]{1,64})$/;

export type TilePlace = Rect & {
  participant: ParticipantId;
  source: SourceKind;
  state: TileState;
  /** Lies above tiles of lower z. */
  z: number;
};

export type ViewLayout = {
  view: ViewName;
  /** The layout in effect: `share` while a screen takes over. */
  layout: LayoutName | "custom";
  /** Who is kept large; undefined = nobody. */
  pinned?: ParticipantId;
  width: number;
  height: number;
  /** RTP timestamp (90 kHz, the same in every rendition) of the first picture of which this is true. */
  timestamp: number;
  /** Pages of the grid, and which one is shown, from 0. */
  pages: number;
  page: number;
  tiles: TilePlace[];
};

/** The rungs of the ladder, best first; heights are of a 16:9 canvas, others have as many pixels. */
export const RUNGS = [
  "1080p",
  "720p",
  "540p",
  "360p",
  "180p",
  "slides",
  "audio",
] as const;
export type RungName = (typeof RUNGS)[number];

/** `auto` follows the line; `high`, `medium` and `low` are 720p (or the canvas, if smaller), 360p and 180p. */
export type RenditionName = "auto" | "high" | "medium" | "low" | RungName;

/** What a subscription gets now and why; told when it changes, at most once a second. */
export type SubscriptionQuality = {
  view: ViewName;
  /** The rung that is sent. */
  rung: RungName;
  /** What was asked for. */
  wanted: RenditionName;
  /** At most this rung, for a data saver; undefined = no cap. */
  cap?: RungName;
  codec: string;
  /** The library or device that encodes it, e.g. `libx264`. */
  encoder: string;
  /** Bits per second that the line is thought to carry; undefined = not known yet. */
  estimate?: number;
  /** Fraction lost, 0 to 1. */
  lost: number;
  /** Milliseconds. */
  roundTrip?: number;
};

/** What a participant should send of one source: the most that any watched view shows of it. All zero = nothing: stop sending. */
export type UplinkHint = {
  source: SourceKind;
  width: number;
  height: number;
  fps: number;
  /** Bits per second. */
  bitrate: number;
};

/**
 * What a mixer gives up under load, in this order: 1 tiles are drawn less often, 2 fewer output frames, 3 smaller
 * output, 4 further cameras and then joins are refused. 0 = nothing.
 */
export type OverloadLevel = 0 | 1 | 2 | 3 | 4;
