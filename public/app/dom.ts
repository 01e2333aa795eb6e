/** The few things that every screen does with elements. Their markup is in index.html; text from people is only ever set as text. */

type Class<Kind extends Element> = abstract new (...args: never[]) => Kind;

const findPart = <Kind extends Element>(
  root: ParentNode,
  name: string,
  kind: Class<Kind>,
): Kind => {
  const element = root.querySelector(
    `[data-part="${name}"], [data-testid="${name}"]`,
  );
  if (element instanceof kind) return element;
  throw new TypeError(`There is no ${kind.name} "${name}" in the page`);
};

export type Parts = {
  readonly root: HTMLElement;
  /** The element with this `data-part` or `data-testid`. @throws TypeError when the page has none of this kind */
  get<Kind extends Element>(name: string, kind: Class<Kind>): Kind;
  button(name: string): HTMLButtonElement;
  text(name: string): HTMLElement;
};

/** A fresh copy of a template of index.html, and the way to its parts. */
export const cloneTemplate = (id: string): Parts => {
  const template = document.querySelector<HTMLTemplateElement>(
    `template#${id}`,
  );
  const root = template?.content.firstElementChild?.cloneNode(true);
  if (!(root instanceof HTMLElement))
    throw new TypeError(`There is no template "${id}" in the page`);
  return {
    root,
    get: (name, kind) => findPart(root, name, kind),
    button: (name) => findPart(root, name, HTMLButtonElement),
    text: (name) => findPart(root, name, HTMLElement),
  };
};

/** Puts a screen in place of the one that was there. */
export const showScreen = (screen: Parts): void => {
  document.querySelector("#screen")?.replaceChildren(screen.root);
};

export const setIcon = (parts: Parts, part: string, icon: string): void =>
  parts.get(part, SVGUseElement).setAttribute("href", `#i-${icon}`);

/** A list of sentences, each in its own paragraph. */
export const setSentences = (
  element: HTMLElement,
  sentences: readonly string[],
): void => {
  const shown = [...element.children].map(({ textContent }) => textContent);
  // Said once: writing the same again would have it read out again.
  if (shown.join("\n") === sentences.join("\n")) return;
  element.replaceChildren(
    ...sentences.map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    }),
  );
};
