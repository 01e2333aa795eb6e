/** Reading of request bodies: whole, bounded, of the right type. */
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { ConferenceError } from "../errors.js";
import { parseWith } from "./parse.js";

/** What a route takes as its body. */
export type BodySpec<Body> = {
  /** The media type, without parameters. */
  readonly type: string;
  /** Bytes. */
  readonly limit: number;
  /** False where nothing at all is as good as an empty object. */
  readonly required: boolean;
  /** For the document. */
  readonly schema: z.ZodType;
  parse(text: string): Body;
  /** Takes it as it comes, in place of `parse`: for what is not held in memory. `limit` is then its business. */
  receive?(request: IncomingMessage): Body;
};

/** Bytes. Our largest body without pictures is a few kilobytes; this is what a generous client may add. */
const JSON_LIMIT = 64 * 1024;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConferenceError("bad-request", "body: not JSON", { cause });
  }
};

/** A JSON body; an absent one counts as `{}`, so that the schema says which field is missing. */
export const jsonBody = <Schema extends z.ZodType>(
  schema: Schema,
  limit = JSON_LIMIT,
): BodySpec<z.output<Schema>> => ({
  type: "application/json",
  limit,
  required: !schema.safeParse({}).success,
  schema,
  parse: (text) =>
    parseWith(schema, text === "" ? {} : parseJson(text), "body"),
});

/** A body of text that something else reads. */
export const textBody = (type: string, limit: number): BodySpec<string> => ({
  type,
  limit,
  required: true,
  schema: z.string(),
  parse: (text) => {
    if (text.trim() !== "") return text;
    throw new ConferenceError("bad-request", `body: ${type} is missing`);
  },
});

/** A body of bytes of any type. */
export const streamBody = (type: string): BodySpec<IncomingMessage> => ({
  type,
  limit: Infinity,
  required: true,
  schema: z.string().meta({ format: "binary" }),
  parse: () => {
    throw new ConferenceError("bad-request", "body: missing");
  },
  receive: (request) => request,
});

const tooLarge = (limit: number): ConferenceError =>
  new ConferenceError("too-large", `body: more than ${limit} bytes`);

/** The rest of a refused body is thrown away as it comes, so that the client can read why. */
const collect = (request: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (error: Error): void => {
      request.off("data", take);
      request.resume();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) refuse(tooLarge(limit));
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("close", () =>
      reject(new ConferenceError("bad-request", "body: ended too early")),
    );
    request.once("error", reject);
  });

const decode = (bytes: Buffer): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConferenceError("bad-request", "body: not UTF-8", { cause });
  }
};

const isEmpty = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] === undefined &&
  Number(headers["content-length"] ?? 0) === 0;

const checkHeaders = (
  { headers }: IncomingMessage,
  { type, limit }: Pick<BodySpec<unknown>, "type" | "limit">,
): void => {
  const given = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (given !== type)
    throw new ConferenceError(
      "unsupported-media-type",
      `Content-Type must be ${type}`,
    );
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity")
    throw new ConferenceError(
      "unsupported-media-type",
      `Content-Encoding ${encoding} is not understood`,
    );
  if (Number(headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
};

/** Reads and parses the body. Throws `unsupported-media-type`, `too-large` or `bad-request`. */
export const readBody = async <Body>(
  request: IncomingMessage,
  spec: BodySpec<Body>,
): Promise<Body> => {
  if (isEmpty(request)) {
    if (spec.required && spec.receive === undefined)
      checkHeaders(request, spec);
    return spec.parse("");
  }
  if (spec.receive !== undefined) return spec.receive(request);
  checkHeaders(request, spec);
  return spec.parse(decode(await collect(request, spec.limit)));
};
