/** What a button says for a moment after it has done something. */

/** Milliseconds. */
const SAY_FOR = 2500;

/** Says it, and after a moment the usual again. */
export const sayBriefly = (
  place: HTMLElement,
  said: string,
  usual: string,
): void => {
  place.textContent = said;
  setTimeout(() => {
    place.textContent = usual;
  }, SAY_FOR);
};
