/** The questions that the pages of recordings ask. */
import { cloneTemplate, type Parts } from "../dom.js";
import type { LibraryApi } from "./api.js";
import { endsText, type Share } from "./text.js";

/** Shows it, and forgets it when it is closed. */
export const open = (
  template: string,
): { parts: Parts; dialog: HTMLDialogElement } => {
  const parts = cloneTemplate(template);
  const dialog = parts.root as HTMLDialogElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return { parts, dialog };
};

/** Resolves with whether it was said to be deleted. */
export const askToDelete = (name: string): Promise<boolean> => {
  const { parts, dialog } = open("confirm-delete");
  parts.text("confirm-name").textContent = name;
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "delete");
  });
};

/** Tells in the dialog what went wrong. */
export const saying =
  (parts: Parts) =>
  (error: unknown): void => {
    const told = parts.text("dialog-problem");
    told.hidden = error === undefined;
    told.textContent =
      error instanceof Error ? error.message : String(error ?? "");
  };

const shareItem = (
  { expires }: Share,
  end: () => Promise<void>,
): HTMLElement => {
  const item = document.createElement("li");
  const text = document.createElement("span");
  const button = document.createElement("button");
  text.textContent = `A link ${endsText(expires)}`;
  button.type = "button";
  button.className = "quiet";
  button.textContent = "End it";
  button.onclick = () => void end();
  item.append(text, button);
  return item;
};

const copied = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without a secure connection, or not allowed: the address is there to be copied by hand.
    return false;
  }
};

/** Makes links to a recording, lists them and ends them. */
export const openSharing = (api: LibraryApi, id: string): void => {
  const { parts } = open("share-dialog");
  const say = saying(parts);
  const made = parts.get("share-url", HTMLInputElement);
  const list = async (): Promise<void> => {
    const shares = await api.shares(id);
    parts.text("shares-box").hidden = shares.length === 0;
    parts.text("shares").replaceChildren(
      ...shares.map((share) =>
        shareItem(share, async () => {
          await api.unshare(id, share.id).catch(say);
          await list().catch(say);
        }),
      ),
    );
  };
  const make = async (): Promise<void> => {
    const seconds = parts.get("share-for", HTMLSelectElement).value;
    made.value = await api.share(id, Number(seconds));
    parts.text("share-made").hidden = false;
    made.select();
    say(undefined);
    await list();
  };
  parts.button("share-make").onclick = () => void make().catch(say);
  parts.button("share-copy").onclick = async () => {
    made.select();
    if (await copied(made.value))
      parts.button("share-copy").textContent = "Copied";
  };
  list().catch(say);
};

/** Asks for a room, and lets the recording come into it. */
export const openPlayInto = (api: LibraryApi, id: string): void => {
  const { parts, dialog } = open("play-into-dialog");
  const say = saying(parts);
  const room = parts.get("play-room", HTMLInputElement);
  api.rooms().then((names) => {
    const options = names.map((name) => new Option(name, name));
    parts.text("play-rooms").replaceChildren(...options);
    if (room.value === "" && names.length === 1) room.value = names[0]!;
  }, say);
  parts.get("play-form", HTMLFormElement).onsubmit = (event) => {
    if ((event.submitter as HTMLButtonElement | null)?.value !== "play") return;
    event.preventDefault();
    parts.button("play-start").disabled = true;
    say(undefined);
    api
      .playInto(room.value.trim(), id)
      .then(() => dialog.close(), say)
      .finally(() => {
        parts.button("play-start").disabled = false;
      });
  };
};
