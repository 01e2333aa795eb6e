/** Who sends two channels: whether both are decoded may change, and the sender is not asked. */
import test from "ava";
import { createIngest } from "../../../mixer/ingest/ingest.js";
import { openSender } from "../../helpers/peer.js";
import { goertzel, join, sine } from "../../helpers/tone.js";
import { until } from "../../helpers/until.js";

const RATE = 48_000;
const [LEFT, RIGHT] = [440, 660];

const both = (from: number, count: number): Int16Array => {
  const sides = [LEFT, RIGHT].map((hz) => sine(hz, { from, count }));
  return Int16Array.from(
    { length: 2 * count },
    (_, i) => sides[i % 2]![i >> 1]!,
  );
};

test.serial(
  "both channels are decoded when they are wanted, and their mean when they are not, by one answer",
  async (t) => {
    let stereo = false;
    let blocks: Int16Array[] = [];
    let channels = 0;
    const ingest = createIngest({
      ice: {
        ...{ mediaAddresses: [], iceServers: [] },
        mediaPorts: { min: 20_000, max: 40_000 },
      },
      sendsStereo: () => true,
      stereo: () => stereo,
      videoBitrate: 500_000,
      onAudio: ({ samples, channelCount }) => {
        if (channelCount !== channels) blocks = [];
        channels = channelCount;
        blocks.push(samples.slice());
      },
      ...{ onVideo: () => undefined, onState: () => undefined },
      onRenewed: () => undefined,
    });
    const sender = openSender({ sound: both, channels: 2 });
    t.teardown(() => {
      sender.close();
      ingest.close();
    });
    const answer = await ingest.answer(await sender.offer());
    t.is(answer.match(/stereo=1/g)?.length, 1);
    await sender.accept(answer);
    /** The tones on each side, once a second of so many channels has come. */
    const levels = async (count: 1 | 2): Promise<number[][]> => {
      await until({
        what: `a second of ${count} channels`,
        read: () => (channels === count ? blocks.length : 0),
        accept: (read) => read >= 150,
      });
      const heard = join(blocks.slice(-50));
      return [0, count - 1].map((side) => {
        const one = heard.filter((_, i) => i % count === side);
        return [LEFT, RIGHT].map((hz) => goertzel(one, RATE, hz));
      });
    };
    for (const wanted of [false, true, false, true]) {
      stereo = wanted;
      await ingest.followStereo();
      const [left, right] = await levels(wanted ? 2 : 1);
      const apart = [left![0]! - left![1]!, right![1]! - right![0]!];
      t.log({ wanted, left, right });
      if (wanted) t.true(apart.every((it) => it > 20));
      else t.true(apart.every((it) => Math.abs(it) < 3));
    }
    // Nothing to do is nothing.
    await ingest.followStereo();
  },
);
