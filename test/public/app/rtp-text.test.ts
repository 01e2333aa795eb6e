import test from "ava";
import {
  forwardText,
  hostText,
  readTarget,
  sessionText,
  whatChoices,
} from "../../../public/app/dialogs/rtp-text.js";

test("an address and a port go together, or neither is said", (t) => {
  t.deepEqual(readTarget(" ", ""), {});
  t.deepEqual(readTarget(" 192.0.2.9 ", "5004"), {
    address: "192.0.2.9",
    port: 5004,
  });
  for (const [address, port] of [
    ["192.0.2.9", ""],
    ["", "5004"],
    ["192.0.2.9", "0"],
    ["192.0.2.9", "65536"],
    ["192.0.2.9", "5e3"],
  ] as const)
    t.is(readTarget(address, port), undefined);
});

test("where something is sent to is said so that a port is told from an address", (t) => {
  t.is(hostText("2001:db8::1", 5004), "[2001:db8::1]:5004");
  const session = {
    ...{ participant: "a", codec: "pcma" as const, rate: 8000, channels: 1 },
    ...{ ptime: 20, address: "192.0.2.1", port: 40_002, payloadType: 8 },
    ...{ ssrc: 1, rtcpMux: false, timeout: 30, sdp: "" },
  };
  t.is(sessionText(session), "Sends to 192.0.2.1:40002 (PCMA, 8 kHz)");
  const from = { address: "192.0.2.1", port: 40_004 };
  const forward = { ...session, id: "f", what: { participant: "a" }, from };
  t.is(
    forwardText(forward, () => "Ann"),
    "Ann → 192.0.2.1:40002 (PCMA)",
  );
  t.deepEqual(
    whatChoices([{ id: "a", name: "Ann" }]).map(({ label }) => label),
    ["All that is heard", "Ann alone"],
  );
});
