/** A participant's socket to the server, as far as a load needs it. */
import { once } from "node:events";
import { WebSocket } from "ws";
import type {
  ClientMessageInput,
  ServerMessage,
} from "../../../server/signaling/messages.js";

export type Signaling = {
  /** @throws Error when the server refuses */
  request(message: ClientMessageInput): Promise<ServerMessage>;
  /** Says goodbye, so that no seat is kept. */
  close(): void;
};

/** `tell`: what comes without having been asked for. */
export const openSignaling = async (
  url: string,
  tell: (message: ServerMessage) => void = () => undefined,
): Promise<Signaling> => {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (message: ServerMessage) => void>();
  let lastId = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    if ("id" in message && typeof message.id === "number")
      waiting.get(message.id)?.(message);
    else tell(message);
  });
  await once(socket, "open");
  return {
    request: async (message) => {
      const id = ++lastId;
      const reply = new Promise<ServerMessage>((resolve) => {
        waiting.set(id, resolve);
      });
      socket.send(JSON.stringify({ ...message, id }));
      const answer = await reply;
      waiting.delete(id);
      if (answer.type === "error") throw new Error(answer.error.message);
      return answer;
    },
    close: () => {
      socket.send(JSON.stringify({ type: "leave" }));
      socket.close();
    },
  };
};
