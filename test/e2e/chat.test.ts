import test from "ava";
import { type Person } from "../helpers/conference.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test);

const TEXT = "Look: <b>https://example.org</b> 東京";

const linesOf = ({ page }: Person): Promise<string[]> =>
  page.getByTestId("chat").locator(".line-text").allTextContents();

const reads = (person: Person, lines: string[]): Promise<unknown> =>
  until({
    what: `${person.name} has ${lines.length} lines`,
    read: () => linesOf(person),
    accept: (found) => found.join("\n") === lines.join("\n"),
  });

const unread = ({ page }: Person): Promise<string> =>
  page.locator("[data-part=unread]").innerText();

const openChat = ({ page }: Person): Promise<void> =>
  page.locator("[data-part=toggle-chat]").click();

test.serial(
  "what is written arrives as it was typed, is counted until it is seen, and is there for who comes later",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    await openChat(red);
    await red.page.keyboard.type(TEXT);
    await red.page.keyboard.press("Enter");
    await Promise.all([reads(red, [TEXT]), reads(green, [TEXT])]);
    t.is(await unread(green), "1");
    t.is(await unread(red), "", "one's own is no news");
    await openChat(green);
    t.is(await unread(green), "");
    // Letters are text in there, and no commands.
    await green.page.keyboard.type("mmm");
    await green.page.keyboard.press("Shift+Enter");
    await green.page.keyboard.type("v");
    await green.page.keyboard.press("Enter");
    await Promise.all([
      reads(red, [TEXT, "mmm\nv"]),
      reads(green, [TEXT, "mmm\nv"]),
    ]);
    const all = await call.participants();
    t.true(all.every(({ muted, camera }) => !muted && camera));

    const late = await call.join("blue");
    await reads(late, [TEXT, "mmm\nv"]);
    t.is(await unread(late), "", "what was written before is no news");
    const names = late.page.getByTestId("chat").locator(".line-from");
    t.deepEqual(await names.allTextContents(), [red.name, green.name]);
    t.deepEqual([red.problems, green.problems, late.problems], [[], [], []]);
  },
);

test.serial(
  "who comes back after a lost socket has what was written meanwhile, once",
  async (t) => {
    const call = conference(t);
    const [red, green] = await Promise.all([
      call.join("red"),
      call.join("green"),
    ]);
    const write = async (text: string): Promise<void> => {
      await red.page.locator("[data-part=chat-input]").fill(text);
      await red.page.keyboard.press("Enter");
    };
    await openChat(red);
    await write("one");
    await reads(green, ["one"]);
    await green.page.evaluate(() => window.tools.closeSockets());
    await write("two");
    await reads(green, ["one", "two"]);
    t.is(await unread(green), "2");
  },
);
