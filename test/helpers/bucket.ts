/**
 * A real S3 server in this process, with one bucket in a folder of its own. It knows keys and multipart uploads; it does
 * not check signatures of version 4.
 */
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import S3rver from "s3rver";
import type { S3 } from "../../server/settings-kept.js";
import { makeFolder } from "./folder.js";

/** What s3rver lets in; anybody else is refused. */
const CREDENTIALS = { key: "S3RVER", secret: "S3RVER" };
const BUCKET = "recordings";

const clientOf = (port: number): S3Client =>
  new S3Client({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
  });

/** What is in the bucket, as any other client sees it. */
const lookInto = (client: S3Client) => ({
  names: async (): Promise<string[]> => {
    const asked = new ListObjectsV2Command({ Bucket: BUCKET });
    const { Contents = [] } = await client.send(asked);
    return Contents.map(({ Key = "" }) => Key);
  },
  bytes: async (Key: string): Promise<Buffer> => {
    const asked = new GetObjectCommand({ Bucket: BUCKET, Key });
    const { Body } = await client.send(asked);
    return Buffer.from(await Body!.transformToByteArray());
  },
  text: async (Key: string): Promise<string> => {
    const asked = new GetObjectCommand({ Bucket: BUCKET, Key });
    return (await client.send(asked)).Body!.transformToString();
  },
  facts: async (Key: string) =>
    client.send(new HeadObjectCommand({ Bucket: BUCKET, Key })),
});

export const startBucket = async (t: ExecutionContext, port = 0) => {
  const directory = await makeFolder(t);
  const server = new S3rver({
    ...{ address: "127.0.0.1", port, silent: true, directory },
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port: taken } = await server.run();
  const client = clientOf(taken);
  const requests: string[] = [];
  server.httpServer?.on("request", ({ method, url }) =>
    requests.push(`${method} ${url}`),
  );
  t.teardown(async () => {
    client.destroy();
    server.httpServer?.closeAllConnections();
    await server.close();
  });
  return { port: taken, requests, ...lookInto(client) };
};

/** The settings of a server that copies to it. */
export const s3At = (port: number, about: Partial<S3> = {}): S3 => ({
  bucket: BUCKET,
  endpoint: `http://127.0.0.1:${port}`,
  region: "us-east-1",
  credentials: CREDENTIALS,
  prefix: "",
  keep: true,
  ...about,
});

/** A way to a port that breaks after so many bytes, as often as `cut` says; it counts. */
export const startBadLine = async (
  t: ExecutionContext,
  to: number,
  { after, cut }: { after: number; cut: () => boolean },
) => {
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    open.add(near).add(far);
    let bytes = 0;
    near.on("data", (chunk) => {
      bytes += chunk.length;
      if (bytes < after || !cut()) return;
      cuts++;
      near.destroy();
      far.destroy();
    });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, cuts: () => cuts };
};
