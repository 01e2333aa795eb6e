/** H.264 as containers want it: NAL units with their length in front, parameter sets in the head. Pure. */

const START_CODE = Buffer.from([0, 0, 1]);
const TYPE_MASK = 0x1f;
const SPS = 7;
const PPS = 8;
const ACCESS_UNIT_DELIMITER = 9;

/** The NAL units of an Annex B access unit, as views of it. */
export const nalUnits = (data: Buffer): Buffer[] => {
  const units: Buffer[] = [];
  let start = data.indexOf(START_CODE);
  while (start >= 0) {
    const from = start + START_CODE.length;
    start = data.indexOf(START_CODE, from);
    let end = start < 0 ? data.length : start;
    // A NAL unit never ends in a zero byte: these belong to the next start code.
    while (end > from && data[end - 1] === 0) end--;
    if (end > from) units.push(data.subarray(from, end));
  }
  return units;
};

export type ParameterSets = { sps: Buffer; pps: Buffer };

/** Copies of the first SPS and PPS; undefined when one is missing. */
export const parameterSets = (
  units: readonly Buffer[],
): ParameterSets | undefined => {
  const first = (type: number): Buffer | undefined =>
    units.find((unit) => (unit[0]! & TYPE_MASK) === type);
  const sps = first(SPS);
  const pps = first(PPS);
  if (sps === undefined || pps === undefined || sps.length < 4)
    return undefined;
  return { sps: Buffer.from(sps), pps: Buffer.from(pps) };
};

const withLength16 = (unit: Buffer): Buffer[] => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(unit.length);
  return [length, unit];
};

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15, 5.3.3.1: lengths of 4 bytes, one set of each. */
export const avcConfiguration = ({ sps, pps }: ParameterSets): Buffer =>
  Buffer.concat([
    Buffer.from([1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1]),
    ...withLength16(sps),
    Buffer.from([1]),
    ...withLength16(pps),
  ]);

/**
 * The chunks of a sample: each NAL unit after its length. Parameter sets that the head already has are left out; if
 * the encoder changed them, the new ones stay in the sample, where decoders find them.
 */
export const avcSample = (
  units: readonly Buffer[],
  { sps, pps }: ParameterSets,
): Buffer[] => {
  const chunks: Buffer[] = [];
  for (const unit of units) {
    const type = unit[0]! & TYPE_MASK;
    if (type === ACCESS_UNIT_DELIMITER) continue;
    if (type === SPS && unit.equals(sps)) continue;
    if (type === PPS && unit.equals(pps)) continue;
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(unit.length);
    chunks.push(length, unit);
  }
  return chunks;
};
