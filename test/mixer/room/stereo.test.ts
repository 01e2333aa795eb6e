/** A room that becomes stereo while people send: what is sent in two channels is heard so, and nobody is asked anew. */
import test from "ava";
import { soundHandlers } from "../../../mixer/requests-sound.js";
import { openRoom } from "../../helpers/room.js";
import { personOf } from "../../helpers/settings.js";
import { goertzel, join, sine } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const RATE = 48_000;
const SIDES = [440, 660];

const record = (from: number, count: number): Int16Array => {
  const sides = SIDES.map((hz) => sine(hz, { from, count, level: -26 }));
  return Int16Array.from(
    { length: 2 * count },
    (_, i) => sides[i % 2]![i >> 1]!,
  );
};

for (const source of ["camera", "share"] as const)
  test.serial(
    `a ${source} that sent two channels in a mono room is heard in two, and in one again`,
    async (t) => {
      const call = openRoom();
      t.teardown(call.close);
      const { room } = call;
      room.participants.add(
        personOf("ann", {
          ...{ agc: false, music: source === "camera" },
          sharing: source === "share",
        }),
      );
      const { peer } = await call.send("ann", source, {
        ...{ sound: record, channels: 2 },
      });
      const answer = peer.remoteDescription?.sdp;
      let blocks: Int16Array[] = [];
      room.sound.addSink((samples) => {
        if (samples.length !== blocks.at(-1)?.length) blocks = [];
        blocks.push(samples.slice());
      });
      const setStereo = (stereo: boolean): void => {
        const set = soundHandlers(() => room)["room.sound"];
        void set({ room: "demo", stereo, loudest: 0 });
      };
      /** How much louder the left tone is than the right one, on each of so many channels, in the last half second. */
      const differences = (channels: 1 | 2): number[] => {
        const heard = join(blocks.slice(-25));
        if (heard.length !== 25 * 960 * channels) return [];
        return [0, channels - 1].map((side) => {
          const one = heard.filter((_, i) => i % channels === side);
          const [left, right] = SIDES.map((hz) => goertzel(one, RATE, hz));
          return left! < -50 && right! < -50 ? 0 : left! - right!;
        });
      };
      const isMean = ([left, right]: number[]): boolean =>
        left !== undefined && Math.abs(left) < 3 && left === right;
      await until({
        what: "both are heard",
        read: () => goertzel(join(blocks.slice(-25)), RATE, SIDES[0]!),
        accept: (level) => level > -36,
      });
      for (const stereo of [true, false, true]) {
        setStereo(stereo);
        await until({
          what: stereo ? "each is on its side" : "both are on one",
          read: () => differences(stereo ? 2 : 1),
          accept: (found) =>
            stereo ? found[0]! > 20 && found[1]! < -20 : isMean(found),
        });
      }
      t.is(peer.remoteDescription?.sdp, answer);
      t.deepEqual(call.errors, []);
    },
  );
