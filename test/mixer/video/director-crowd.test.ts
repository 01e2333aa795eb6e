import test from "ava";
import { play, type Scene } from "../../helpers/director.js";

const LAUGHTER: [claim: string, scene: Scene, expected: string][] = [
  [
    "laughter of three moves nothing",
    {
      speech: [
        ["b", 1_000, 2_600],
        ["c", 1_100, 2_500],
        ["d", 1_240, 2_900],
      ],
    },
    "a@0",
  ],
  [
    "not even when the third begins 450 ms after the first",
    {
      speech: [
        ["b", 1_000, 2_600],
        ["c", 1_200, 2_500],
        ["d", 1_440, 2_900],
      ],
    },
    "a@0",
  ],
  [
    "nor when some laugh for a moment only",
    {
      speech: [
        ["b", 1_000, 1_100],
        ["c", 1_100, 1_200],
        ["d", 1_200, 2_200],
      ],
    },
    "a@0",
  ],
  [
    "the large one's laughing counts too, and leaves it large",
    {
      speech: [
        ["a", 1_000, 2_600],
        ["c", 1_100, 2_500],
        ["d", 1_240, 2_900],
      ],
    },
    "a@0",
  ],
  [
    "who goes on when the others have laughed is taken for a speaker after 1.2 s",
    {
      speech: [
        ["b", 1_000, 6_000],
        ["c", 1_100, 2_400],
        ["d", 1_240, 2_600],
      ],
    },
    "a@0 b@4300",
  ],
  [
    "who begins to speak into the laughter is heard",
    {
      present: { 0: "abcde" },
      speech: [
        ["a", 1_000, 4_000],
        ["b", 1_000, 4_000],
        ["c", 1_100, 4_000],
        ["d", 1_240, 4_000],
        ["e", 2_000, 5_000],
      ],
    },
    "a@0 e@2300",
  ],
  [
    "two who begin at once are no laughter: the first is large when nobody has joined for 500 ms",
    {
      speech: [
        ["b", 1_000, 5_000],
        ["c", 1_200, 5_000],
      ],
    },
    "a@0 b@1500",
  ],
  [
    "three who begin one after the other are no laughter",
    {
      speech: [
        ["b", 1_000, 1_500],
        ["c", 1_600, 2_100],
        ["d", 2_200, 6_000],
      ],
    },
    "a@0 b@1300 d@3300",
  ],
];

for (const [claim, scene, expected] of LAUGHTER)
  test(claim, (t) => t.is(play(scene), expected));

const LEAVING: [claim: string, scene: Scene, expected: string][] = [
  [
    "nobody is there: nobody is large; who comes first is",
    { speech: [], present: { 0: "", 1_000: "c", 2_000: "cd" } },
    "-@0 c@1000",
  ],
  [
    "the large one leaves: at once the one before",
    {
      speech: [
        ["c", 0, 500],
        ["d", 3_000, 3_500],
      ],
      present: { 0: "abcd", 3_600: "abc" },
    },
    "a@0 c@300 d@3300 c@3600",
  ],
  [
    "and without one before, the first seat",
    {
      speech: [["c", 0, 500]],
      present: { 0: "abcd", 3_000: "bd" },
    },
    "a@0 c@300 b@3000",
  ],
  [
    "the large one leaves while another talks: at once that one, hold or not",
    {
      speech: [
        ["c", 0, 1_000],
        ["d", 1_000, 6_000],
      ],
      present: { 0: "abcd", 1_500: "abd" },
    },
    "a@0 c@300 d@1500",
  ],
  [
    "who is large by leave of another is not held",
    {
      speech: [
        ["c", 0, 1_000],
        ["d", 1_500, 6_000],
      ],
      present: { 0: "abcd", 1_480: "abd" },
    },
    "a@0 c@300 a@1480 d@1800",
  ],
  [
    "a talker who is not there is not chosen, nor remembered",
    {
      speech: [["x", 0, 6_000]],
      present: { 0: "abc", 3_000: "abcx" },
    },
    "a@0 x@3300",
  ],
  [
    "somebody else's leave changes nothing",
    {
      speech: [["b", 0, 6_000]],
      present: { 0: "abcd", 1_000: "bcd", 2_000: "b" },
    },
    "a@0 b@300",
  ],
];

for (const [claim, scene, expected] of LEAVING)
  test(claim, (t) => t.is(play(scene), expected));
