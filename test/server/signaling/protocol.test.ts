import { readFileSync } from "node:fs";
import test from "ava";
import {
  CLIENT_MESSAGE_TYPES,
  parseMessage,
  SERVER_MESSAGE_TYPES,
} from "../../../server/signaling/messages.js";
import { inRoot } from "../../helpers/root.js";

const page = readFileSync(inRoot("PROTOCOL.md"), "utf8");

const part = (title: string): string =>
  page.split(/^## /m).find((text) => text.startsWith(title)) ?? "";

const sections = (title: string): { type: string; text: string }[] =>
  part(title)
    .split(/^### /m)
    .slice(1)
    .map((text) => ({ type: /^`(.*)`$/m.exec(text)?.[1] ?? "", text }));

const examples = (text: string): string[] =>
  [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json!);

for (const [title, types] of [
  ["What a client says", CLIENT_MESSAGE_TYPES],
  ["What the server says", SERVER_MESSAGE_TYPES],
] as const)
  test(`${title}: every message has its section in PROTOCOL.md, with an example, and no other has`, (t) => {
    const found = sections(title);
    t.deepEqual(found.map(({ type }) => type).sort(), [...types].sort());
    for (const { type, text } of found) {
      const given = examples(text);
      t.true(given.length > 0, `${type} has no example`);
      for (const json of given)
        t.is((JSON.parse(json) as { type: string }).type, type);
    }
  });

test("the examples of what a client says are valid messages", (t) => {
  for (const { text } of sections("What a client says"))
    for (const json of examples(text)) t.like(parseMessage(json), { ok: true });
});

test("every link inside the page leads to a heading of it", (t) => {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
    text!.toLowerCase().replaceAll("`", "").replaceAll(" ", "-"),
  );
  for (const [, target] of page.matchAll(/\]\(#([^)]*)\)/g))
    t.true(headings.includes(target!), target);
});
