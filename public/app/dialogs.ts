import type { Call } from "../sdk/index.js";
import type { DialogName } from "./dialogs/dialog.js";
import type { Parts } from "./dom.js";
import { notify } from "./notices.js";

export type Dialogs = {
  open(name: DialogName): void;
  close(): void;
};

/** The moderators' dialogs. Their code is loaded with the first of them: most people never open any. */
export const createDialogs = (
  { root }: Parts,
  call: Call,
  token: string | undefined,
): Dialogs => {
  let closed = false;
  let closeOpen: (() => void) | undefined;
  const open = async (name: DialogName): Promise<void> => {
    try {
      const { openDialog } = await import("./dialogs/index.js");
      closeOpen?.();
      if (!closed) closeOpen = openDialog(name, { place: root, call, token });
    } catch {
      notify("That could not be loaded. Is the server there?");
    }
  };
  return {
    open: (name) => void open(name),
    close: () => {
      closed = true;
      closeOpen?.();
    },
  };
};
