/** Milliseconds a notice stays: long enough to read two sentences. */
const STAY = 7000;
/** More than these would hide the call. */
const AT_MOST = 3;

/** What was said in a call is of no use after it. */
export const clearNotices = (): void =>
  document.querySelector("#notices")?.replaceChildren();

/** Says something in passing. The same notice again only stays longer. */
export const notify = (text: string): void => {
  const list = document.querySelector("#notices");
  if (list === null) return;
  for (const shown of [...list.children])
    if (shown.textContent === text) shown.remove();
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = text;
  list.append(notice);
  while (list.children.length > AT_MOST) list.firstElementChild?.remove();
  setTimeout(() => notice.remove(), STAY);
};
