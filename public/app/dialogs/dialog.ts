/** What every dialog is given. */
import type { Call, CallEvents, ParticipantInfo } from "../../sdk/index.js";

export type DialogName = "broadcast" | "play" | "routing" | "rtp" | "room";

export type DialogOptions = {
  /** Where it lies in the page. */
  place: HTMLElement;
  call: Call;
  /** Access token from the page's address. */
  token: string | undefined;
};

export type Dialog = {
  readonly call: Call;
  readonly token: string | undefined;
  readonly body: HTMLElement;
  /** What is refused is said in the dialog. Resolves with whether it was done. */
  ask(asked: Promise<unknown>): Promise<boolean>;
  /** Now, and whenever one of these happens. */
  follow(events: readonly (keyof CallEvents)[], render: () => void): void;
  /** Calls back when it closes. */
  onClose(stop: () => void): void;
};

/** Whoever has this id, if still in the room. */
export const personIn = (
  { call }: Dialog,
  id: string | undefined,
): ParticipantInfo | undefined =>
  call.room().participants.find((one) => one.id === id);
