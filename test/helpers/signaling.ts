/** A real HTTP server on a free port with the signaling on it, and real sockets that talk to it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { WebSocket } from "ws";
import { createAccess, type AccessConfig } from "../../server/rooms/access.js";
import { attachSignaling } from "../../server/signaling/attach.js";
import type { ConnectionTimings } from "../../server/signaling/connection.js";
import type { ServerMessage } from "../../server/signaling/messages.js";
import { createLibrary } from "../../server/recordings/library.js";
import { createUploads } from "../../server/recordings/uploads.js";
import { parseFeedHost } from "../../server/rooms/feed-hosts.js";
import { makeFolder } from "./folder.js";
import { noPushes } from "./pushes.js";
import { startRooms } from "./rooms.js";
import { createDiary, silentLog } from "./supervisor.js";

type Of<Type extends ServerMessage["type"]> = Extract<
  ServerMessage,
  { type: Type }
>;

export const ICE_SERVERS = [{ urls: "stun:stun.example.org" }];

export const startSignaling = async (
  t: ExecutionContext,
  {
    connection,
    access = { openRooms: true },
    ...rest
  }: Parameters<typeof startRooms>[1] & {
    connection?: Partial<ConnectionTimings>;
    access?: AccessConfig;
  } = {},
) => {
  const rooms = await startRooms(t, rest);
  const folder = await makeFolder(t);
  const library = createLibrary({ directory: folder, log: silentLog });
  t.teardown(() => library.close());
  const shelf = {
    ...{ library, folder: join(folder, "media") },
    keeping: { fetch: () => Promise.resolve() },
    feedHosts: [parseFeedHost("*.example.com")],
    pushes: noPushes(),
    uploads: createUploads({
      directory: folder,
      inspect: (source) =>
        rooms.supervisor.pick().request("media.inspect", { source }),
    }),
  };
  const server = createServer((_, response) => response.end());
  const signaling = attachSignaling({
    server,
    directory: rooms.directory,
    access: createAccess(access),
    shelf,
    config: {
      iceServers: ICE_SERVERS,
      liveHosts: ["live.example.com"],
      rtpHosts: ["127.0.0.0/8"],
    },
    log: silentLog,
    timings: connection,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(async () => {
    await signaling.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ...rooms, signaling, shelf, url: `ws://127.0.0.1:${port}/ws` };
};

/** An open socket. */
export const openClient = async (url: string) => {
  const diary = createDiary<ServerMessage>();
  const socket = new WebSocket(url);
  const closed = once(socket, "close").then(([code, reason]) => ({
    code: code as number,
    reason: String(reason),
  }));
  socket.on("message", (data) => diary.add(JSON.parse(String(data))));
  await once(socket, "open");
  let lastId = 0;
  /** A closed socket says nothing more: then waiting is in vain. */
  const next = <Message extends ServerMessage>(
    fits: (message: ServerMessage) => boolean,
  ): Promise<Message> =>
    Promise.race([
      diary.until(fits) as Promise<Message>,
      closed.then(({ code, reason }): never => {
        throw new Error(`The socket closed: ${code} ${reason}`);
      }),
    ]);
  const until = <Type extends ServerMessage["type"]>(
    type: Type,
    fits: (message: Of<Type>) => boolean = () => true,
  ): Promise<Of<Type>> =>
    next((message) => message.type === type && fits(message as Of<Type>));
  const request = async (message: object): Promise<ServerMessage> => {
    const id = ++lastId;
    socket.send(JSON.stringify({ ...message, id }));
    return next((reply) => "id" in reply && reply.id === id);
  };
  return {
    socket,
    closed,
    heard: diary.entries,
    until,
    /** Sends it with an `id` and resolves with the reply that carries it. */
    request,
    send: (text: string) => socket.send(text),
    /** The code of the error that it is answered with; the type of any other answer. */
    refusal: async (message: object): Promise<string> => {
      const reply = await request(message);
      return reply.type === "error" ? reply.error.code : reply.type;
    },
    join: async (room: string, more: object = {}) => {
      const reply = await request({ type: "join", room, name: "Ann", ...more });
      if (reply.type !== "joined") throw new Error(JSON.stringify(reply));
      return reply;
    },
  };
};
