/** What a room makes of an encoder that comes and goes. */
import test, { type ExecutionContext } from "ava";
import type { FeedRequest } from "../../../server/rooms/playback.js";
import { mixerState, seatIn, startRooms } from "../../helpers/rooms.js";
import { until } from "../../helpers/until.js";

const createPush = () => {
  let onChange = (): void => undefined;
  const push = {
    live: false,
    closed: 0,
    watch: (told: () => void) => {
      onChange = told;
    },
    close: () => {
      push.closed++;
    },
  };
  return {
    push,
    become: (live: boolean): void => {
      push.live = live;
      onChange();
    },
  };
};

const open = async (t: ExecutionContext) => {
  const { directory } = await startRooms(t);
  const room = await directory.open("red");
  const ann = await seatIn(room, "Ann");
  const { push, become } = createPush();
  const request: FeedRequest = {
    source: { kind: "push", socket: "/nowhere" },
    shown: { push: "rtmp", url: "rtmp://localhost/live", key: "k" },
    ...{ name: "OBS", volume: 1, push },
    ...{ playing: true, position: 0, loop: false },
  };
  const { id } = await room.openFeed(request);
  const camera = () => room.participants().find((it) => it.id === id)?.camera;
  const becomes = (state: string, isSeen: boolean) =>
    until({
      what: `it is ${state}, with a camera: ${isSeen}`,
      read: () => [room.feed(id).state, camera()],
      accept: ([now, seen]) => now === state && seen === isSeen,
    });
  const asked = async (): Promise<object> =>
    (await mixerState(room, ann)).played?.[id] ?? {};
  return { room, ann, request, push, become, id, becomes, asked };
};

test("the mixer plays while somebody pushes, and the picture is shown", async (t) => {
  const { become, becomes, asked } = await open(t);
  await becomes("waiting", false);
  t.like(await asked(), { playing: false });
  become(true);
  await becomes("playing", true);
  t.like(await asked(), { playing: true });
  become(false);
  await becomes("waiting", false);
  t.like(await asked(), { playing: false });
  become(true);
  await becomes("playing", true);
});

test("one that was paused meanwhile stays so when somebody pushes", async (t) => {
  const { room, id, become, becomes, asked } = await open(t);
  await room.changeFeed(id, { playing: false });
  become(true);
  await becomes("paused", false);
  t.like(await asked(), { playing: false });
  await room.changeFeed(id, { playing: true });
  await becomes("playing", true);
});

test("the next mixer is told who pushes at that time", async (t) => {
  const { ann, become, becomes, asked, push } = await open(t);
  become(true);
  await becomes("playing", true);
  await ann.command("crash").catch(() => {});
  await ann.command("pid");
  await becomes("playing", true);
  t.like(await asked(), { playing: true });
  await ann.command("crash").catch(() => {});
  become(false);
  await ann.command("pid");
  await becomes("waiting", false);
  await until({
    what: "it does not play",
    read: asked,
    accept: (it) => "playing" in it && it.playing === false,
  });
  t.is(push.closed, 0);
});

test("its place goes with it, with the room, and with one that cannot be opened", async (t) => {
  const { room, id, push, request } = await open(t);
  await room.closeFeed(id);
  t.is(push.closed, 1);
  await room.openFeed(request);
  // Ann, this one, and one more is all that fit.
  await room.openFeed({ ...request, push: createPush().push });
  const late = createPush();
  await t.throwsAsync(room.openFeed({ ...request, push: late.push }), {
    code: "room-full",
  });
  t.is(late.push.closed, 1);
  await room.close("room-closed");
  t.is(push.closed, 2);
});
