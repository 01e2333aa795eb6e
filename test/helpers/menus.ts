/** The page's menus and dialogs, as people use them. */
import type { Locator } from "playwright-core";
import type { Person } from "./conference.js";
import { until } from "./until.js";

/** The menu of somebody in the list of people. */
export const openMenuOf = async (by: Person, { id }: Person): Promise<void> => {
  const row = by.page.locator(`[data-participant="${id}"]`);
  await row.locator("[data-part=person-menu]").click();
};

export const choose = (person: Person, item: string): Promise<void> =>
  person.page.locator(`[data-item="${item}"]`).click();

export const chooseMore = async (
  person: Person,
  item: string,
): Promise<void> => {
  await person.page.locator("[data-part=more]").click();
  await choose(person, item);
};

export const chooseRecord = async (
  person: Person,
  item: string,
): Promise<void> => {
  await person.page.getByTestId("record").click();
  await choose(person, item);
};

/** A row of the dialog that is open. */
export const rowOf = ({ page }: Person, id: string): Locator =>
  page.locator(`dialog[open] [data-row="${id}"]`);

/** Opens a moderators' dialog from the menu. */
export const openDialog = async (
  person: Person,
  name: string,
): Promise<void> => {
  await chooseMore(person, name);
  await person.page.locator(`dialog[data-dialog="${name}"]`).waitFor();
};

export const closeDialog = async ({ page }: Person): Promise<void> => {
  await page.keyboard.press("Escape");
  await page.locator("dialog[data-dialog]").waitFor({ state: "detached" });
};

/** How loud one is for another, once that has settled. */
export const levelOf = async (
  listener: Person,
  speaker: Person,
): Promise<number> => {
  const seen: number[] = [];
  const { value } = await until({
    what: `${speaker.name} is steady for ${listener.name}`,
    read: async () => {
      const [level] = await listener.levels([speaker.colour]);
      seen.push(level!);
      return seen.slice(-4);
    },
    accept: (last) =>
      last.length === 4 && Math.max(...last) - Math.min(...last) < 1,
  });
  return value.at(-1)!;
};

/** Waits until a part of the page says this. */
export const shows = async (person: Person, part: string, text: string) => {
  await until({
    what: `${person.name} reads "${text}"`,
    // What is hidden has a text too.
    read: () =>
      person.page
        .locator(`[data-part=${part}]:visible`)
        .allInnerTexts()
        .then((texts) => texts.join()),
    accept: (shown) => shown === text,
  });
};
