/** A bucket of an S3 server. The client is loaded when it is first needed: most servers have no bucket. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import type { S3 } from "../settings-kept.js";

/** Of what is in the bucket. */
export type Stored = { size: number; modified: Date };

export type Bucket = {
  /** Sends a file in parts and makes sure that it is there whole. Resolves with its size. */
  upload(file: {
    path: string;
    name: string;
    type: string;
    signal: AbortSignal;
  }): Promise<number>;
  /** A small text. */
  put(name: string, text: string, type: string): Promise<void>;
  /** Undefined when there is none. */
  look(name: string): Promise<Stored | undefined>;
  /** Both bytes included. */
  read(name: string, part: { start: number; end: number }): Promise<Readable>;
  /** Everything whose name begins so. */
  list(beginning: string): Promise<{ name: string; size: number }[]>;
  /** What `list` gives. */
  remove(beginning: string): Promise<void>;
  /** Where everybody else finds it. */
  urlOf(name: string): string;
  close(): void;
};

/** Bytes: S3 takes at most 10,000 parts of at least 5 MB; two of them are in memory at once. */
const PART = 8 * 1024 * 1024;
const MOST_PARTS = 9_000;
const PARTS_AT_ONCE = 2;

/** Milliseconds without an answer or a byte until a try counts as failed. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

const load = () =>
  Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/lib-storage")]);
type Sdk = Awaited<ReturnType<typeof load>>;

const connect = ([{ S3Client }]: Sdk, s3: S3): S3Client => {
  const { endpoint, region, credentials } = s3;
  return new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && {
      credentials: {
        accessKeyId: credentials.key,
        secretAccessKey: credentials.secret,
      },
    }),
    // Other servers than that of AWS refuse the newer checksums; each part is signed with its SHA-256 all the same.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: SILENCE_MS,
    },
  });
};

const isMissing = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata
    ?.httpStatusCode === 404;

type State = { s3: S3; sdk: Sdk; client: S3Client };
const keyOf = ({ s3 }: State, name: string) => ({
  Bucket: s3.bucket,
  Key: s3.prefix + name,
});

const look = async (
  state: State,
  name: string,
): Promise<Stored | undefined> => {
  const [{ HeadObjectCommand }] = state.sdk;
  try {
    const asked = new HeadObjectCommand(keyOf(state, name));
    const { ContentLength: size = 0, LastModified: modified = new Date(0) } =
      await state.client.send(asked);
    return { size, modified };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const upload = async (
  state: State,
  { path, name, type, signal }: Parameters<Bucket["upload"]>[0],
): Promise<number> => {
  const [, { Upload }] = state.sdk;
  const { size } = await stat(path);
  const abortController = new AbortController();
  const abort = (): void => abortController.abort();
  signal.throwIfAborted();
  signal.addEventListener("abort", abort);
  const body = createReadStream(path);
  try {
    await new Upload({
      client: state.client,
      params: { ...keyOf(state, name), Body: body, ContentType: type },
      partSize: Math.max(PART, Math.ceil(size / MOST_PARTS)),
      queueSize: PARTS_AT_ONCE,
      abortController,
    }).done();
  } finally {
    signal.removeEventListener("abort", abort);
    body.destroy();
  }
  const there = await look(state, name);
  if (there?.size === size) return size;
  throw new Error(`${name}: ${there?.size ?? 0} of ${size} bytes arrived`);
};

const list: (
  state: State,
  beginning: string,
) => ReturnType<Bucket["list"]> = async (state, beginning) => {
  const [{ paginateListObjectsV2 }] = state.sdk;
  const { Bucket, Key: Prefix } = keyOf(state, beginning);
  const { client, s3 } = state;
  const found: { name: string; size: number }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket, Prefix },
  ))
    for (const { Key = "", Size: size = 0 } of Contents)
      found.push({ name: Key.slice(s3.prefix.length), size });
  return found;
};

const remove = async (state: State, beginning: string): Promise<void> => {
  const [{ DeleteObjectCommand }] = state.sdk;
  for (const { name } of await list(state, beginning))
    await state.client.send(new DeleteObjectCommand(keyOf(state, name)));
};

const addressOf = ({ bucket, endpoint, region, prefix }: S3): string =>
  endpoint === undefined
    ? `https://${bucket}.s3.${region}.amazonaws.com/${prefix}`
    : `${endpoint}/${bucket}/${prefix}`;

export const createBucket = (s3: S3): Bucket => {
  let state: Promise<State> | undefined;
  const open = (): Promise<State> =>
    (state ??= load().then((sdk) => ({ s3, sdk, client: connect(sdk, s3) })));
  return {
    upload: async (file) => upload(await open(), file),
    put: async (name, text, type) => {
      const now = await open();
      const [{ PutObjectCommand }] = now.sdk;
      const body = { Body: text, ContentType: type };
      await now.client.send(
        new PutObjectCommand({ ...keyOf(now, name), ...body }),
      );
    },
    look: async (name) => look(await open(), name),
    read: async (name, { start, end }) => {
      const now = await open();
      const [{ GetObjectCommand }] = now.sdk;
      const Range = `bytes=${start}-${end}`;
      const { Body } = await now.client.send(
        new GetObjectCommand({ ...keyOf(now, name), Range }),
      );
      return Body as Readable;
    },
    list: async (beginning) => list(await open(), beginning),
    remove: async (beginning) => remove(await open(), beginning),
    urlOf: (name) => addressOf(s3) + name,
    close: () => void state?.then(({ client }) => client.destroy()),
  };
};
