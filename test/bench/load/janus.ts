/** A participant of Janus' AudioBridge: one peer connection both ways, spoken to over its WebSocket. */
import { once } from "node:events";
import { WebSocket } from "ws";
import { PAYLOAD_TYPE, createTalker } from "./peers.js";
import { createRtpSender } from "./rtp.js";
import {
  advance,
  count,
  nothing,
  sendOn,
  type Someone,
  type Stream,
} from "./participant.js";

type Reply = {
  janus: string;
  transaction?: string;
  data?: { id: number };
  plugindata?: { data: { error?: string } };
  error?: { reason: string };
  jsep?: { sdp: string };
};

/** Janus closes a session that says nothing for 60 s. */
const KEEP_ALIVE_MS = 20_000;

const openJanus = async (url: string) => {
  const socket = new WebSocket(url, "janus-protocol");
  const waiting = new Map<string, (reply: Reply) => void>();
  let last = 0;
  socket.on("message", (data) => {
    const reply = JSON.parse(String(data)) as Reply;
    // The word that a request has arrived; its outcome follows as an event.
    if (reply.janus === "ack") return;
    waiting.get(reply.transaction ?? "")?.(reply);
  });
  await once(socket, "open");
  const send = (message: object, transaction: string): void =>
    socket.send(JSON.stringify({ ...message, transaction }));
  return {
    send: (message: object) => send(message, "none"),
    request: async (message: object): Promise<Reply> => {
      const transaction = String(++last);
      const answer = new Promise<Reply>((resolve) => {
        waiting.set(transaction, resolve);
      });
      send(message, transaction);
      const reply = await answer;
      waiting.delete(transaction);
      const problem = reply.error?.reason ?? reply.plugindata?.data.error;
      if (problem !== undefined) throw new Error(`Janus: ${problem}`);
      return reply;
    },
    close: () => socket.close(),
  };
};

type JanusSocket = Awaited<ReturnType<typeof openJanus>>;

const attach = async (janus: JanusSocket) => {
  const session = await janus.request({ janus: "create" });
  const session_id = session.data!.id;
  const plugin = "janus.plugin.audiobridge";
  const handle = await janus.request({ janus: "attach", session_id, plugin });
  return { session_id, handle_id: handle.data!.id };
};

/** Takes part, sends, and receives all but itself. */
export const joinAudioBridge = async (options: {
  ws: string;
  room: number;
  index: number;
  muted: boolean;
  voice: Buffer[];
}): Promise<Someone> => {
  const { ws, room, index, muted, voice } = options;
  const janus = await openJanus(ws);
  const address = await attach(janus);
  const ask = (body: object, jsep?: object) =>
    janus.request({ janus: "message", ...address, body, jsep });
  await ask({ request: "join", room, display: `p${index}`, muted });
  const ssrc = 1000 + 10 * index;
  const peer = createTalker(`janus-${index}`, ssrc);
  const received = nothing();
  count(received, peer.tracks);
  const sdp = await peer.offer();
  const { jsep } = await ask(
    { request: "configure", muted },
    { type: "offer", sdp },
  );
  peer.accept(jsep!.sdp);
  await peer.open;
  const sender = createRtpSender(
    { ssrc, payloadType: PAYLOAD_TYPE.opus },
    sendOn(peer.tracks[0]!),
  );
  const stream: Stream = {
    units: voice,
    every: 20,
    clockRate: 48_000,
    send: sender.sound,
    next: 0,
    offset: 0,
    startedAt: performance.now() + ((index * 7) % 33),
    done: 0,
  };
  const { session_id } = address;
  const alive = setInterval(
    () => janus.send({ janus: "keepalive", session_id }),
    KEEP_ALIVE_MS,
  );
  return {
    received,
    tick: (now) => advance(stream, now),
    close: () => {
      clearInterval(alive);
      janus.close();
      peer.close();
    },
  };
};
