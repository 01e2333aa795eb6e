export type KeyActions = {
  toggleMicrophone: () => void;
  toggleCamera: () => void;
  /** The space bar went down and up again; not while an element has it for itself. */
  talk?: (pressed: boolean) => void;
};

/** Where letters are text. */
const TYPES = "input, textarea, select, [contenteditable]";
/** Where the space bar presses something. */
const PRESSES = `${TYPES}, button, a, summary, dialog`;

const isIn = (event: Event, selector: string): boolean =>
  event.target instanceof Element && event.target.closest(selector) !== null;

/** M, V and the space bar, for the whole page. The returned function ends it. */
export const listenToKeys = (actions: KeyActions): (() => void) => {
  const ending = new AbortController();
  const { signal } = ending;
  let talking = false;
  const talk = (pressed: boolean): void => {
    if (talking === pressed) return;
    talking = pressed;
    actions.talk?.(pressed);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.code === "Space" && !isIn(event, PRESSES)) {
      event.preventDefault();
      talk(true);
    }
    if (isIn(event, TYPES)) return;
    if (event.key.toLowerCase() === "m") actions.toggleMicrophone();
    if (event.key.toLowerCase() === "v") actions.toggleCamera();
  };
  addEventListener("keydown", onKeyDown, { signal });
  addEventListener(
    "keyup",
    (event) => {
      if (event.code === "Space") talk(false);
    },
    { signal },
  );
  // The key may come up in another window.
  addEventListener("blur", () => talk(false), { signal });
  return () => {
    talk(false);
    ending.abort();
  };
};
