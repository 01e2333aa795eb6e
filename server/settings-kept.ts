/** Settings of how long recordings are kept, and where else. */
import { readFileSync } from "node:fs";
import { setting } from "./setting.js";
import { integer, parseBoolean } from "./setting-parsers.js";

const UNITS: Record<string, number> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
};

const parseBytes = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const [, amount, unit = ""] =
    /^(\d{1,15}(?:\.\d{1,3})?)\s*([kmgt]?)b?$/i.exec(text) ?? [];
  const bytes = Number(amount) * (UNITS[unit.toLowerCase()] ?? NaN);
  if (bytes >= 1) return Math.floor(bytes);
  throw new Error("must be bytes, such as 50000000 or 50 GB");
};

/** Ten years: more is a slip of the pen. */
const parseDays = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : integer(1, 1, 3650)(text);

const parseEndpoint = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (/^https?:$/.test(url?.protocol ?? "") && url?.pathname === "/")
    return url.origin;
  throw new Error("must be the http or https address of a host");
};

const parseBucket = (text: string | undefined): string | undefined => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; others allow more, but nobody less.
  if (text === undefined || /^[A-Za-z0-9][\w.-]{1,61}[A-Za-z0-9]$/.test(text))
    return text;
  throw new Error("must be the name of a bucket");
};

const parsePrefix = (text = ""): string => {
  if (/^[\w!.*'()/-]{0,200}$/.test(text) && !text.startsWith("/")) return text;
  throw new Error(
    "must be what keys begin with, such as tutti/: letters, digits and _-./ without a slash before them",
  );
};

const parseText = (text: string | undefined): string | undefined => text;

export const keptSettings = {
  keepDays: setting({
    name: "TUTTI_KEEP_DAYS",
    fallback: "for ever",
    meaning:
      "recordings are removed so many days after their end, but for those that are in use or wait for their upload",
    parse: parseDays,
  }),
  keepBytes: setting({
    name: "TUTTI_KEEP_BYTES",
    fallback: "without a limit",
    meaning:
      "as many bytes (`500 MB`, `2 TB`) may recordings take here; beyond that the oldest are removed, but for those that run, are in use or wait for their upload",
    parse: parseBytes,
  }),
  s3Bucket: setting({
    name: "TUTTI_S3_BUCKET",
    fallback: "none",
    meaning:
      "S3 bucket into which every finished recording is copied with all that lies beside it, also those that were there before",
    parse: parseBucket,
  }),
  s3Endpoint: setting({
    name: "TUTTI_S3_ENDPOINT",
    fallback: "that of AWS",
    meaning: "address of another S3 server, such as `https://s3.example.com`",
    parse: parseEndpoint,
  }),
  s3Region: setting({
    name: "TUTTI_S3_REGION",
    fallback: "us-east-1",
    meaning: "region of the bucket",
    parse: (text = "us-east-1") => text,
  }),
  s3Key: setting({
    name: "TUTTI_S3_KEY",
    fallback: "what AWS' own variables and files say",
    meaning: "access key",
    parse: parseText,
  }),
  s3Secret: setting({
    name: "TUTTI_S3_SECRET",
    fallback: "none",
    meaning: "its secret",
    parse: parseText,
  }),
  s3SecretFile: setting({
    name: "TUTTI_S3_SECRET_FILE",
    fallback: "none",
    meaning: "file that has the secret, in place of `TUTTI_S3_SECRET`",
    parse: parseText,
  }),
  s3Prefix: setting({
    name: "TUTTI_S3_PREFIX",
    fallback: "none",
    meaning: "what keys in the bucket begin with, such as `tutti/`",
    parse: parsePrefix,
  }),
  s3Keep: setting({
    name: "TUTTI_S3_KEEP",
    fallback: "true",
    meaning:
      "`false` removes the files here when they are in the bucket for sure; they are then played from there, and fetched for as long as something is made of them",
    parse: parseBoolean(true),
  }),
};

/** Where recordings are copied to. */
export type S3 = {
  readonly bucket: string;
  /** Absent: that of AWS. */
  readonly endpoint?: string;
  readonly region: string;
  /** Absent: whatever the machine has. */
  readonly credentials?: {
    readonly key: string;
    readonly secret: string;
    /** Where the secret was read. */
    readonly file?: string;
  };
  readonly prefix: string;
  /** Whether the files stay here too. */
  readonly keep: boolean;
};

type Values = {
  [Key in keyof typeof keptSettings]: ReturnType<
    (typeof keptSettings)[Key]["parse"]
  >;
};

const readSecret = (
  { s3Secret, s3SecretFile }: Partial<Values>,
  problems: string[],
): string | undefined => {
  if (s3SecretFile === undefined) return s3Secret;
  if (s3Secret !== undefined)
    problems.push("TUTTI_S3_SECRET and TUTTI_S3_SECRET_FILE: set only one");
  try {
    return readFileSync(s3SecretFile, "utf8").trim();
  } catch (error) {
    problems.push(
      `TUTTI_S3_SECRET_FILE cannot be read: ${(error as Error).message}`,
    );
    return undefined;
  }
};

/** What the settings say together. Notes what does not fit. */
export const readS3 = (
  values: Partial<Values>,
  problems: string[],
): S3 | undefined => {
  const { s3Bucket: bucket, s3Endpoint: endpoint, s3Key: key } = values;
  const secret = readSecret(values, problems);
  if (bucket === undefined) {
    if (endpoint !== undefined || key !== undefined || secret !== undefined)
      problems.push("TUTTI_S3_BUCKET is missing: where should recordings go?");
    return undefined;
  }
  if ((key === undefined) !== (secret === undefined))
    problems.push("TUTTI_S3_KEY and its secret go together: set both");
  const { s3Region = "us-east-1", s3Prefix = "", s3Keep = true } = values;
  const credentials =
    key && secret ? { key, secret, file: values.s3SecretFile } : undefined;
  return {
    ...{ bucket, endpoint, credentials },
    ...{ region: s3Region, prefix: s3Prefix, keep: s3Keep },
  };
};

/** For people, a setting each. The secret is hidden. */
export const describeKept = ({
  keepDays,
  keepBytes,
  s3,
}: {
  readonly keepDays?: number;
  readonly keepBytes?: number;
  readonly s3?: S3;
}): Record<keyof typeof keptSettings, string> => ({
  keepDays: keepDays?.toString() ?? "for ever",
  keepBytes: keepBytes?.toString() ?? "without a limit",
  s3Bucket: s3?.bucket ?? "none",
  s3Endpoint: s3?.endpoint ?? "that of AWS",
  s3Region: s3?.region ?? "us-east-1",
  s3Key: s3?.credentials?.key ?? "what AWS' own variables and files say",
  s3Secret: s3?.credentials === undefined ? "none" : "(set)",
  s3SecretFile: s3?.credentials?.file ?? "none",
  s3Prefix: s3?.prefix || "none",
  s3Keep: String(s3?.keep ?? true),
});
