/** An RTSP camera with nothing but a microphone: one session over TCP, PCMU of one tone at the pace of time. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { sine } from "./tone.js";

const RATE = 8_000;
const SAMPLES = 160;

/** G.711 µ-law. */
const encode = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0;
  const size = Math.min(32_635, Math.abs(sample)) + 132;
  const exponent = 31 - Math.clz32(size) - 7;
  const mantissa = (size >> (exponent + 3)) & 15;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
};

const sdp = [
  ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=camera", "t=0 0"],
  ...["m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=control:audio", ""],
].join("\r\n");

/** Interleaved on channel 0. */
const packet = (tone: number, number: number): Buffer => {
  const data = Buffer.alloc(16 + SAMPLES);
  data.set([0x24, 0]);
  data.writeUInt16BE(12 + SAMPLES, 2);
  data.set([0x80, 0], 4);
  data.writeUInt16BE(number & 0xffff, 6);
  data.writeUInt32BE(number * SAMPLES, 8);
  data.writeUInt32BE(7, 12);
  const from = number * SAMPLES;
  sine(tone, { from, count: SAMPLES, rate: RATE }).forEach(
    (sample, i) => (data[16 + i] = encode(sample)),
  );
  return data;
};

const HEADERS: Record<string, string> = {
  OPTIONS: "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n",
  DESCRIBE: `Content-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n`,
  SETUP:
    "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1;timeout=60\r\n",
  PLAY: "Session: 1\r\n",
};

const serve = (socket: Socket, tone: number): void => {
  let timer: NodeJS.Timeout | undefined;
  const play = (): void => {
    let sent = 0;
    const start = performance.now();
    timer = setInterval(() => {
      while (sent * 20 < performance.now() - start)
        socket.write(packet(tone, sent++));
    }, 20);
  };
  socket.on("data", (data) => {
    const text = data.toString("latin1");
    for (const [, method = "", cseq] of text.matchAll(
      /^([A-Z]+) rtsp:[^]*?CSeq: (\d+)/gm,
    )) {
      const body = method === "DESCRIBE" ? sdp : "";
      const headers = HEADERS[method] ?? "";
      socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\n${headers}\r\n${body}`);
      if (method === "PLAY") play();
    }
  });
  socket.on("error", () => undefined);
  socket.on("close", () => clearInterval(timer));
};

export const startCamera = async (tone: number) => {
  const sockets = new Set<Socket>();
  let answers = true;
  const server = createServer((socket) => {
    if (!answers) return socket.destroy();
    sockets.add(socket);
    serve(socket, tone);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `rtsp://127.0.0.1:${port}/camera`,
    /** The line is cut, and nobody gets through until it is called back. */
    drop: () => {
      answers = false;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    callBack: () => {
      answers = true;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
