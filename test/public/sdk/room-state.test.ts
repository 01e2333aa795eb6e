import test from "ava";
import type {
  Incoming,
  PlayedInfo,
  ServerMessage,
} from "../../../public/sdk/protocol.js";
import {
  EMPTY_ROOM,
  reduceRoom,
  selfIn,
} from "../../../public/sdk/room-state.js";
import { participantOf } from "../../helpers/people.js";

const OPTIONS = {
  ...{ title: "R", muteOnEntry: false, agc: true, stereo: false, loudest: 0 },
  sounds: { join: false, leave: false, alone: false, recording: true },
  ...{ record: false, recordingLimits: {} },
};

const joined: Incoming<"joined"> = {
  type: "joined",
  participant: "ann",
  token: "t",
  resumed: false,
  room: "r",
  ...OPTIONS,
  chat: [],
  role: "participant",
  participants: [participantOf("ann"), participantOf("bob", { talking: true })],
  recordings: [],
  lives: [],
  iceServers: [],
};

const room = reduceRoom(EMPTY_ROOM, joined);

test("joining shows everybody, and who talks already", (t) => {
  t.is(selfIn(room)?.id, "ann");
  t.deepEqual(room.talkers, ["bob"]);
  t.is(selfIn(EMPTY_ROOM), undefined);
});

test("who comes is added at the end, who changes keeps the place, who goes is gone", (t) => {
  const ids = (state: typeof room): string[] =>
    state.participants.map(({ id }) => id);
  const come = reduceRoom(room, {
    type: "participant",
    participant: participantOf("cy"),
  });
  t.deepEqual(ids(come), ["ann", "bob", "cy"]);
  const change = reduceRoom(come, {
    type: "participant",
    participant: participantOf("bob", { muted: true }),
  });
  t.deepEqual(ids(change), ["ann", "bob", "cy"]);
  t.true(change.participants[1]?.muted);
  const go = reduceRoom(change, {
    type: "gone",
    participant: "bob",
    reason: "left",
  });
  t.deepEqual(ids(go), ["ann", "cy"]);
  t.deepEqual(go.talkers, []);
});

test("talkers are marked, and only rows that changed are new", (t) => {
  const next = reduceRoom(room, {
    type: "talking",
    talkers: ["bob", "ann"],
    spoke: {},
  });
  t.true(next.participants.every(({ talking }) => talking));
  t.is(next.participants[1], room.participants[1]);
  t.not(next.participants[0], room.participants[0]);
});

test("one's own role follows the server, others' roles do not become one's own", (t) => {
  const moderator = { role: "moderator" } as const;
  const other = reduceRoom(room, {
    type: "participant",
    participant: participantOf("bob", moderator),
  });
  t.is(other.role, "participant");
  const own = reduceRoom(room, {
    type: "participant",
    participant: participantOf("ann", moderator),
  });
  t.is(own.role, "moderator");
});

test("a recording is followed from its start to its end as one", (t) => {
  const recording = {
    ...{ id: "x", startedAt: "2026-01-01T00:00:00Z" },
    format: "mp4" as const,
  };
  const started = reduceRoom(room, {
    type: "recording",
    recording: { ...recording, state: "recording" },
  });
  const ended = reduceRoom(started, {
    type: "recording",
    recording: { ...recording, state: "stopped" },
  });
  t.deepEqual(
    ended.recordings.map(({ state }) => state),
    ["stopped"],
  );
});

test("what is not about the room changes nothing", (t) => {
  t.is(reduceRoom(room, { type: "pong" }), room);
  t.is(
    reduceRoom(room, { type: "restart", peers: ["publish"], reason: "" }),
    room,
  );
  // A message of a newer server.
  t.is(reduceRoom(room, { type: "new" } as never), room);
});

test("a resumed seat keeps the tile map, a new one has none yet", (t) => {
  const tiled = reduceRoom(room, {
    type: "tiles",
    view: "main",
    layout: "grid",
    width: 1280,
    height: 720,
    timestamp: 0,
    pages: 1,
    page: 0,
    tiles: [],
  });
  t.false("type" in tiled.tiles!);
  t.is(reduceRoom(tiled, { ...joined, resumed: true }).tiles?.width, 1280);
  t.is(reduceRoom(tiled, joined).tiles, undefined);
});

test("what is received and what the server gives up is known, and forgotten with a new seat", (t) => {
  const quality = {
    view: "main",
    rung: "360p",
    wanted: "auto",
    codec: "H264",
    encoder: "libx264",
    lost: 0,
  } as const;
  const received = reduceRoom(room, { type: "quality", quality });
  t.is(received.quality, quality);
  const busy = reduceRoom(received, {
    type: "overload",
    level: 2,
    message: "Busy.",
  });
  t.deepEqual(busy.overload, { level: 2, message: "Busy." });
  t.is(reduceRoom(busy, { ...joined, resumed: true }).overload.level, 2);
  const fresh = reduceRoom(busy, joined);
  t.deepEqual([fresh.quality, fresh.overload.level], [undefined, 0]);
});

test("what is written is kept in its order, and a new seat has the server's own list", (t) => {
  const said = (text: string) => ({ from: "bob", name: "Bob", text, at: "" });
  const line = (text: string) => ({ type: "chat", ...said(text) }) as const;
  let state = room;
  for (let count = 0; count < 105; count++)
    state = reduceRoom(state, line(String(count)));
  t.is(state.chat.length, 100);
  t.is(state.chat.at(-1)?.text, "104");
  const last = said("last");
  t.deepEqual(reduceRoom(state, { ...joined, chat: [last] }).chat, [last]);
});

test("who stops talking has talked for longer, and options are the room's", (t) => {
  const spoke = { bob: 4.2 };
  const next = reduceRoom(room, { type: "talking", talkers: ["ann"], spoke });
  t.deepEqual(
    next.participants.map((one) => one.spoke),
    [0, 4.2],
  );
  const options = { ...OPTIONS, title: "Daily", muteOnEntry: true };
  const told = reduceRoom(next, { type: "options", ...options });
  t.deepEqual(told.options, options);
});

test("what plays, who hears whom and which interpreters there are is as it was told last, and told anew with a seat", (t) => {
  const sound: PlayedInfo = {
    id: "s",
    kind: "sound",
    file: "a.mp3",
    state: "playing",
    position: 0,
    loop: false,
    volume: 1,
  };
  const channels = { channels: ["french"], chosen: "french" };
  const hearing = { ...room.hearing, sidebar: ["bob"] };
  const routing = { ...room.routing, greenRoom: ["bob"] };
  const messages: ServerMessage[] = [
    { type: "playing", playing: [sound] },
    { type: "channels", ...channels },
    { type: "hearing", ...hearing },
    { type: "routing", routing },
  ];
  const told = messages.reduce(reduceRoom, room);
  const { playing } = told;
  t.deepEqual(playing, [sound]);
  t.like(told, { channels, hearing, routing });
  const again = reduceRoom(told, { ...joined, resumed: true });
  t.like(again, { ...room, participants: joined.participants });
});
