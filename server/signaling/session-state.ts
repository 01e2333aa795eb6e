/** What the parts of one session share. `session.ts` makes it and is its only owner. */
import type { IncomingHttpHeaders } from "node:http";
import type { Logger } from "pino";
import type { ParticipantId } from "../../mixer/contract.js";
import type { Access } from "../rooms/access.js";
import type { Directory, Listener, Room } from "../rooms/types.js";
import type { Shelf } from "../shelf.js";
import type { Connection, ConnectionTimings } from "./connection.js";
import type { RTCIceServerLike } from "./messages.js";

export type SessionDependencies = {
  directory: Directory;
  access: Access;
  /** What may be played into rooms. */
  shelf: Shelf;
  config: {
    readonly iceServers: readonly RTCIceServerLike[];
    /** Where pushes may go. */
    readonly liveHosts: readonly string[];
    /** With whom plain RTP may be exchanged; with nobody if absent. */
    readonly rtpHosts?: readonly string[];
    /** False if absent. */
    readonly trustProxy?: boolean;
  };
  log: Logger;
};

export type Joined = {
  readonly name: "joined";
  readonly room: Room;
  readonly participant: ParticipantId;
  readonly listener: Listener;
};

export type SessionState =
  | { readonly name: "greeting"; readonly deadline: NodeJS.Timeout }
  | { readonly name: "joining" }
  | Joined
  | { readonly name: "closed" };

export type Session = SessionDependencies & {
  /** Of the request that it came by. */
  readonly headers: IncomingHttpHeaders;
  readonly address: string | undefined;
  readonly connection: Connection;
  readonly timings: ConnectionTimings;
  state: SessionState;
  /** Joins that were refused. */
  refusals: number;
  /** Settles with the join that is under way; never rejects. */
  joining: Promise<unknown>;
  /** Offers and candidates are handled in the order in which they came; never rejects. */
  media: Promise<unknown>;
  /** Messages that are not answered yet. */
  pending: number;
};
