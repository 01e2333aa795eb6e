import { performance } from "node:perf_hooks";
import test from "ava";
import { createCanvas } from "@napi-rs/canvas";
import { isIdle } from "../../helpers/idle.js";
import { renderAvatar } from "../../../mixer/video/avatar.js";
import { fontsFor } from "../../../mixer/video/fonts.js";
import { renderLabel } from "../../../mixer/video/label.js";
import type { Overlay } from "../../../mixer/video/overlay.js";
import {
  cleanName,
  fitText,
  initialsOf,
  measuring,
  setFont,
} from "../../../mixer/video/text.js";
import { unpackWoff } from "../../../mixer/video/woff.js";

const SIZE = 32;

/** The opacity of each pixel of a text drawn with these families. */
const drawn = (text: string, fonts: string): string => {
  const context = createCanvas(400, 64).getContext("2d");
  setFont(context, text, { fonts, size: SIZE });
  context.fillText(text, 8, 44);
  const { data } = context.getImageData(0, 0, 400, 64);
  return Buffer.from(data.filter((_, at) => at % 4 === 3)).toString("base64");
};

/** A private-use character has no glyph in any font: what is drawn for it is the empty box. */
const TOFU = "\u{f8fff}";

const SCRIPTS = {
  Vietnamese: "NguyễnẾẰ",
  Japanese: "山田ひらカナ",
  Arabic: "محمد",
  Cyrillic: "Ольга",
  Greek: "Ελένη",
  Devanagari: "हिन्दी",
  Korean: "김민준",
  Thai: "สมชาย",
  Hebrew: "דוד",
  Chinese: "张伟这们",
  Polish: "Łukasz",
  emoji: "😀🎉❤️",
};

for (const [script, text] of Object.entries(SCRIPTS)) {
  test(`${script} is drawn with its own glyphs, not with empty boxes`, async (t) => {
    const fonts = await fontsFor(text);
    const tofu = drawn(TOFU, fonts);
    t.not(tofu, drawn(" ", fonts), "the empty box can be seen");
    const seen = new Set<string>();
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const picture = drawn(segment, fonts);
      t.not(picture, tofu, segment);
      t.not(picture, drawn(" ", fonts), segment);
      seen.add(picture);
    }
    t.true(seen.size > 1, "different characters look different");
  });
}

test("Arabic letters are joined, and emoji joined to one stay one", async (t) => {
  const width = async (text: string) => {
    const context = measuring();
    setFont(context, text, { fonts: await fontsFor(text), size: SIZE });
    return context.measureText(text).width;
  };
  const name = "محمد";
  const apart = [...name].join("\u200c");
  const fonts = await fontsFor(name);
  t.not(drawn(name, fonts), drawn(apart, fonts));
  t.true((await width("👨‍👩‍👧")) < 1.5 * (await width("😀")));
  t.true((await width("🇻🇳")) < 1.5 * (await width("😀")));
});

/** The part of an overlay that is not clear. */
const covered = ({ layers, width, height }: Overlay): number =>
  layers[0].keep.filter((keep) => keep < 250).length / (width * height);

const label = (name: string, muted = false, maxWidth = 300) =>
  renderLabel({ name, muted, fontSize: 18, maxWidth });

test("a label is as wide as its name, even, and never wider than it may be", async (t) => {
  for (const name of [
    "Ann",
    "Nguyễn Thị Ánh Ngọc",
    "W".repeat(5000),
    "م".repeat(300),
  ]) {
    const overlay = (await label(name))!;
    t.true(overlay.width <= 300, name.slice(0, 20));
    t.is((overlay.width % 2) + (overlay.height % 2), 0);
    t.true(covered(overlay) > 0.9);
  }
  t.true((await label("Ann"))!.width < 80);
});

test("a muted label is wider by its sign, which stands even without a name", async (t) => {
  t.true((await label("Ann", true))!.width > (await label("Ann"))!.width + 15);
  t.true((await label("", true))!.width < 60);
  t.is(await label(""), undefined);
  t.is(await label("Ann", true, 20), undefined, "no room");
});

test("too long a text ends in an ellipsis and fits", async (t) => {
  const text = "Maximiliane von und zu Hohenstein";
  const context = measuring();
  setFont(context, text, { fonts: await fontsFor(text), size: SIZE });
  const shown = fitText(context, text, 200);
  t.regex(shown, /^Maxi.*…$/u);
  t.true(context.measureText(shown).width <= 200);
  t.is(fitText(context, "Ann", 200), "Ann");
});

for (const [name, expected] of [
  ["Ann Smith", "AS"],
  ["ann", "A"],
  ["Ann Maria van der Berg", "AB"],
  ["Nguyễn Ễlan", "NỄ"],
  ["山田 太郎", "山"],
  ["محمد علي", "م"],
  ["👩‍🚀 Ann", "👩‍🚀"],
  ["(Bob)", "B"],
  ["  ", ""],
  ["...", ""],
] as const) {
  test(`the initials of "${name}" are "${expected}"`, (t) => {
    t.is(initialsOf(name), expected);
  });
}

test("a name cannot turn the line around, break it or bring half a character", (t) => {
  t.is(cleanName("Ann\u202enod\n\tBob\u0000"), "Annnod Bob");
  t.is(cleanName("A\ud83d B"), "A B");
  t.is(cleanName("e\u0301"), "\u00e9");
});

const avatar = (name: string, state: "off" | "waiting" | "stalled") =>
  renderAvatar({ name, state, width: 416, height: 234 });

test("an avatar fits its tile, and says by its looks why there is no picture", async (t) => {
  const pictures = new Set<string>();
  for (const state of ["off", "waiting", "stalled"] as const) {
    for (const name of ["Ann", "Bob", ""]) {
      const overlay = await avatar(name, state);
      t.true(overlay.width <= 416 && overlay.height <= 234, `${name} ${state}`);
      t.is((overlay.width % 2) + (overlay.height % 2), 0);
      pictures.add(Buffer.from(overlay.layers[0].add).toString("base64"));
    }
  }
  t.is(pictures.size, 9);
});

test("the smallest tile of a crowded room still takes an avatar", async (t) => {
  for (const state of ["off", "waiting", "stalled"] as const) {
    const overlay = await renderAvatar({
      name: "A B",
      state,
      width: 20,
      height: 16,
    });
    t.true(overlay.width <= 20 && overlay.height > 0);
  }
});

// Serial: other tests would hold up the same loop. 3 to 12 ms were seen, 89 ms when Skia unpacked the font itself.
test.serial(
  "the largest emoji font does not hold up the event loop for an audio tick",
  async (t) => {
    let last = performance.now();
    let longest = 0;
    const probe = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await fontsFor("🇯🇵");
    clearInterval(probe);
    t.log(`longest hold-up ${longest.toFixed(1)} ms`);
    t.true(longest < (isIdle() ? 40 : 200), `${longest} ms`);
  },
);

test("what is not WOFF is refused", async (t) => {
  await t.throwsAsync(unpackWoff(Buffer.alloc(100)), { message: /WOFF/ });
  await t.throwsAsync(unpackWoff(Buffer.alloc(3)), { message: /WOFF/ });
});
