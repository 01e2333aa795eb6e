/**
 * What a page does when the server has no room, and with more people than a page of the grid shows. That the server is
 * full is said by a socket in between: filling it for real takes a minute of load.
 */
import { once } from "node:events";
import test from "ava";
import { WebSocket } from "ws";
import type { WebSocketRoute } from "playwright-core";
import {
  type ColourName,
  type Conference,
  type Someone,
} from "../helpers/conference.js";
import { useSuite } from "../helpers/suite.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test, {
  env: { TUTTI_MAX_PARTICIPANTS: "60" },
});

const FULL = { code: "overloaded", message: "The server is at its limit" };

type Sent = { type: string; id: number; sdp?: string; source?: string };

/** Joins over a socket that refuses what `isRefused` says. */
const joinThrough = async (
  call: Conference,
  colour: ColourName,
  isRefused: (message: Sent) => boolean,
): Promise<Someone> => {
  const someone = await call.open(colour);
  const between = (socket: WebSocketRoute): void => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const message = JSON.parse(String(text)) as Sent;
      const { id } = message;
      if (isRefused(message))
        socket.send(JSON.stringify({ type: "error", id, error: FULL }));
      else server.send(text);
    });
  };
  await someone.page.routeWebSocket(/\/ws$/, between);
  const path = `/r/${call.room}?name=${colour}&autojoin=1`;
  await someone.page.goto(`${call.server.url}${path}`);
  return someone;
};

const hasPicture = ({ type, sdp = "" }: Sent): boolean =>
  type === "publish" && sdp.includes("m=video");

const textOf = ({ page }: Someone, place: string) => ({
  what: `something is said in ${place}`,
  read: () => page.locator(place).innerText(),
});

test.serial(
  "a camera that a full server refuses is off and said to be, its owner is heard all the same, and it can be tried again",
  async (t) => {
    const call = conference(t);
    const green = await call.join("green");
    let full = true;
    const red = await joinThrough(
      call,
      "red",
      (message) => full && hasPicture(message),
    );
    await until({
      ...textOf(red, "#notices"),
      accept: (text) => /full and takes no further camera/.test(text),
    });
    const camera = red.page.getByTestId("camera");
    t.is(await camera.getAttribute("aria-pressed"), "false");
    await green.hears(["red"]);
    await red.hears(["green"]);
    const shown = () => call.participants();
    const mine = (await shown()).find(({ name }) => name === "red");
    t.like(mine, { camera: false, muted: false, inMix: true });
    await until({
      ...textOf(red, "[data-testid=status]"),
      accept: (text) => text === "Connected",
    });
    full = false;
    await camera.click();
    await green.sees({ ...green, ...red, id: mine!.id, colour: "red" });
    t.is(await camera.getAttribute("aria-pressed"), "true");
    await green.hears(["red"]);
  },
);

test.serial(
  "a screen that a full server refuses is not captured any more, and camera and microphone go on",
  async (t) => {
    const call = conference(t);
    const green = await call.join("green");
    const red = await joinThrough(
      call,
      "red",
      ({ type, source }) => type === "publish" && source === "share",
    );
    await green.hears(["red"]);
    const share = red.page.getByTestId("share");
    await share.click();
    await until({
      ...textOf(red, "#notices"),
      accept: (text) => text.includes(FULL.message),
    });
    await until({
      what: "nothing is shared",
      read: () => share.getAttribute("aria-pressed"),
      accept: (pressed) => pressed === "false",
    });
    t.true((await call.participants()).every(({ sharing }) => !sharing));
    await green.hears(["red"]);
  },
);

test.serial(
  "who is refused a seat because the server is full is told so, and comes in when there is room",
  async (t) => {
    const call = conference(t);
    let full = true;
    const red = await joinThrough(
      call,
      "red",
      ({ type }) => full && type === "join",
    );
    for (const place of ["[data-testid=status]", "[data-part=stage-text]"])
      await until({
        ...textOf(red, place),
        accept: (text) =>
          /full: you come in as soon as there is room/.test(text),
      });
    full = false;
    await until({
      ...textOf(red, "[data-testid=status]"),
      accept: (text) => text === "Connected",
    });
    t.is((await call.participants()).length, 1);
  },
);

/** People without media: a seat each, for as long as their sockets are open. */
const fill = async (call: Conference, count: number): Promise<WebSocket[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const url = call.server.url.replace("http", "ws");
      const socket = new WebSocket(`${url}/ws`);
      await once(socket, "open");
      const { room } = call;
      const name = `Guest ${index}`;
      socket.send(JSON.stringify({ type: "join", room, name }));
      await once(socket, "message");
      return socket;
    }),
  );

test.serial(
  "a grid of more than 49 has pages, which a moderator turns for everybody",
  async (t) => {
    const call = conference(t);
    const red = await call.join("red");
    const pager = red.page.locator("[data-part=pager]");
    await red.sees(red);
    t.false(await pager.isVisible());
    const sockets = await fill(call, 52);
    t.teardown(() => sockets.forEach((socket) => socket.terminate()));
    const page = (wanted: string) =>
      until({
        what: `page ${wanted}`,
        read: async () => (await pager.isVisible()) && pager.innerText(),
        accept: (text) => String(text).includes(wanted),
      });
    await page("1 / 2");
    t.is((await call.layout()).tiles.length, 49);
    t.true(await red.page.locator("[data-part=previous]").isDisabled());
    await red.page.locator("[data-part=next]").click();
    await page("2 / 2");
    t.is((await call.layout()).tiles.length, 4);
    await red.page.locator("[data-part=previous]").click();
    await page("1 / 2");
    await red.sees(red);
  },
);
