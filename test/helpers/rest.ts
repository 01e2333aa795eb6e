/** The REST interface of a running server, and its mix, by a client without a browser. */
import { openReceiver, type Receiver, type Sender } from "./peer.js";
import type { Server } from "./server.js";
import { until } from "./until.js";

// Tests look into many shapes; the schemas are checked on their own.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type RestAnswer = { status: number; json: any };

let rooms = 0;

export const createRest = ({ url }: Pick<Server, "url">) => {
  const send = async (
    method: string,
    path: string,
    body?: RequestInit["body"],
    type = "application/json",
  ): Promise<RestAnswer> => {
    const headers = { "content-type": type };
    const response = await fetch(url + path, {
      method,
      ...(body !== undefined && { body, headers }),
    });
    const text = await response.text();
    const { status } = response;
    return { status, json: text === "" ? undefined : JSON.parse(text) };
  };
  const api = (
    method: string,
    path: string,
    json?: unknown,
  ): Promise<RestAnswer> =>
    send(method, path, json === undefined ? undefined : JSON.stringify(json));
  return {
    api,
    /** Bytes. */
    upload: (path: string, body: Uint8Array<ArrayBuffer>) =>
      send("POST", path, body, "application/octet-stream"),
    openRoom: async (options: object = {}): Promise<string> => {
      const room = `room-${process.pid}-${++rooms}`;
      await api("PUT", `/v1/rooms/${room}`, options);
      return room;
    },
    /** Sends by WHIP, as a participant; the caller closes the sender. Resolves with what makes the participant leave. */
    publish: async (
      room: string,
      sender: Sender,
    ): Promise<() => Promise<void>> => {
      const response = await fetch(`${url}/whip/${room}`, {
        method: "POST",
        headers: { "content-type": "application/sdp" },
        body: await sender.offer(),
      });
      await sender.accept(await response.text());
      const session = new URL(response.headers.get("location")!, url);
      const authorization = `Bearer ${response.headers.get("tutti-token")}`;
      return async () => {
        await fetch(session, { method: "DELETE", headers: { authorization } });
      };
    },
    /** The room's mix by WHEP; the caller closes it. `session` is its path. */
    watch: async (
      room: string,
      how?: { stereo: boolean },
    ): Promise<Receiver & { session: string }> => {
      const receiver = openReceiver(how);
      const response = await fetch(`${url}/whep/${room}`, {
        method: "POST",
        headers: { "content-type": "application/sdp" },
        body: await receiver.offer(),
      });
      await receiver.accept(await response.text());
      await until({
        what: "the viewer is connected",
        read: () => receiver.peer.connectionState,
        accept: (state) => state === "connected",
      });
      return { ...receiver, session: response.headers.get("location")! };
    },
  };
};

export type Rest = ReturnType<typeof createRest>;
