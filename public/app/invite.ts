import { sayBriefly } from "./brief.js";
import type { Parts } from "./dom.js";

/** The address for others: this page, without one's own name and wishes. */
const inviteLink = (): string => location.origin + location.pathname;

export const copy = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without a secure connection, or not allowed.
    return false;
  }
};

/** Makes the button copy the link; where that is not possible it shows the link, to be copied by hand. */
export const setUpInvite = (parts: Parts): void => {
  const text = parts.text("invite-text");
  const label = text.textContent;
  parts.button("invite").onclick = async () => {
    if (!(await copy(inviteLink()))) {
      text.textContent = inviteLink();
      return;
    }
    sayBriefly(text, "Link copied", label);
  };
};
