/** RTP of one sender. A packet is written into one buffer that is used again: whoever sends it copies it at once. */
const HEADER = 12;
const MAX_PAYLOAD = 1150;

export type RtpSender = {
  /** One encoded picture, in as many packets as it needs. */
  picture(frame: Buffer, timestamp: number): void;
  /** One packet of sound. */
  sound(packet: Buffer, timestamp: number): void;
  /** Packets so far. */
  readonly sent: () => number;
};

export const createRtpSender = (
  { ssrc, payloadType }: { ssrc: number; payloadType: number },
  send: (packet: Buffer) => void,
): RtpSender => {
  const packet = Buffer.alloc(HEADER + 1 + MAX_PAYLOAD);
  let sequence = ssrc & 0xffff;
  let sent = 0;
  const write = (length: number, timestamp: number, marker: boolean): void => {
    packet[0] = 0x80;
    packet[1] = payloadType | (marker ? 0x80 : 0);
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE(timestamp >>> 0, 4);
    packet.writeUInt32BE(ssrc, 8);
    sequence = (sequence + 1) & 0xffff;
    sent += 1;
    send(packet.subarray(0, HEADER + length));
  };
  return {
    sent: () => sent,
    sound: (data, timestamp) => {
      data.copy(packet, HEADER);
      write(data.length, timestamp, false);
    },
    picture: (frame, timestamp) => {
      for (let from = 0; from < frame.length; from += MAX_PAYLOAD) {
        const to = Math.min(from + MAX_PAYLOAD, frame.length);
        // VP8's shortest descriptor (RFC 7741): all it says is where a picture begins.
        packet[HEADER] = from === 0 ? 0x10 : 0;
        frame.copy(packet, HEADER + 1, from, to);
        write(1 + to - from, timestamp, to === frame.length);
      }
    },
  };
};
