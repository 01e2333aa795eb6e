/** Pauses of a recording: the part ends, and the next one follows it without a hole. */
import { fail, openOf, sentence, type Open, type Writer } from "./writer.js";
import { lengthOf, notePause, sealPart } from "./work.js";

/** Ends the part, and finds where the next one begins. Never rejects. */
const closePart = async (
  writer: Writer,
  { number, startedAt, part, stitch }: Open,
): Promise<void> => {
  for (const bytes of stitch.ending()) part.write(bytes);
  try {
    await part.close();
    // So that another process, if this one dies, leaves no hole either.
    await notePause(writer.options, number);
    const sealed = await sealPart(writer.options, number);
    if (sealed) writer.endedAt = startedAt + (await lengthOf(sealed));
  } catch (error) {
    fail(writer, sentence(error));
  }
};

/** Resolves when all until now is on disk. What comes until `resumeWriter` is let go. */
export const pauseWriter = (writer: Writer): Promise<void> => {
  const { phase } = writer;
  writer.paused = true;
  writer.joined = true;
  if (phase.is === "ended") return writer.closing;
  writer.early.length = 0;
  // A part that is being closed after its ffmpeg's death goes to "paused" by itself.
  if (phase.is !== "restarting") writer.phase = { is: "paused" };
  const open = openOf(phase);
  if (open !== undefined) writer.closing = closePart(writer, open);
  return writer.closing;
};

/** Goes on with the next key frame, once the part before is closed. */
export const resumeWriter = async (writer: Writer): Promise<void> => {
  writer.paused = false;
  await writer.closing;
  if (writer.paused || writer.phase.is !== "paused") return;
  writer.phase = { is: "waiting" };
  writer.options.requestKey();
};
