/** A TURN server (coturn) on this machine, which takes its clients by TCP alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import type { ExecutionContext } from "ava";
import { freePort } from "./ports.js";
import { until } from "./until.js";

const EXECUTABLE = "/usr/bin/turnserver";
export const hasTurn = existsSync(EXECUTABLE);

const USER = { username: "ann", credential: "secret" };
const HERE = "127.0.0.1";

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect(port, HERE);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/** Resolves with how it is told to pages (`RTCIceServer`). It ends with the test. */
export const startTurn = async (t: ExecutionContext) => {
  const port = await freePort();
  const { username, credential } = USER;
  const child = spawn(
    EXECUTABLE,
    [
      // No file of its own, no telnet.
      ...["-n", "--no-cli", "--log-file", "stdout", "--pidfile", "/dev/null"],
      ...["--listening-ip", HERE, "--listening-port", String(port)],
      ...["--relay-ip", HERE, "--allow-loopback-peers"],
      ...["--no-udp", "--no-tls", "--no-dtls"],
      ...["--lt-cred-mech", "--user", `${username}:${credential}`],
      ...["--realm", "test"],
    ],
    { stdio: "ignore" },
  );
  const gone = once(child, "exit");
  t.teardown(async () => {
    child.kill();
    await gone;
  });
  await until({
    what: "the TURN server listens",
    read: () => isListening(port),
    accept: (listening) => listening,
  });
  return { urls: `turn:${HERE}:${port}?transport=tcp`, ...USER };
};
