/** As much of it as the tests use. */
declare module "s3rver" {
  import type { Server } from "node:http";

  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string; configs: string[] }[];
    });
    readonly httpServer?: Server;
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
