/** A moderator brings equipment into the call and sends it on, from the page; ffmpeg is the equipment. */
import test from "ava";
import { PERSONAS } from "../helpers/conference.js";
import { joinTwo } from "../helpers/joining.js";
import { closeDialog, openDialog, rowOf } from "../helpers/menus.js";
import { freeRtpPort } from "../helpers/ports.js";
import { record, sendTone } from "../helpers/rtp.js";
import { useSuite } from "../helpers/suite.js";
import { toneLevel } from "../helpers/tone.js";
import { until } from "../helpers/until.js";

const { conference } = useSuite(test, {
  env: { TUTTI_RTP_HOSTS: "127.0.0.0/8" },
});

type Session = {
  participant: string;
  name: string;
  address: string;
  port: number;
};

test.serial(
  "a telephone is let in, heard, muted and removed by keys alone; the call is sent on to equipment, and no longer",
  async (t) => {
    const call = conference(t);
    const [red, green] = await joinTwo(call);
    const { keyboard } = red.page;
    await openDialog(red, "rtp");
    await rowOf(red, "rtp-name").locator("input").focus();
    await keyboard.type("Desk phone");
    await keyboard.press("Tab");
    await keyboard.type("Telephone: PCMU");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    const dialog = red.page.locator("dialog[open]");
    await dialog.getByText("Desk phone", { exact: true }).waitFor();
    const path = `/v1/rooms/${call.room}/rtp`;
    const [session] = await call.api<Session[]>(path);
    const where = `${session!.address}:${session!.port} (PCMU, 8 kHz)`;
    await dialog.getByText(`Sends to ${where}`).waitFor();
    const { tone } = PERSONAS.magenta;
    const to = { address: "127.0.0.1", port: session!.port };
    const sender = sendTone({ codec: "pcmu", hz: tone, to });
    t.teardown(sender.stop);
    await Promise.all([green.hears(["magenta"]), red.hears(["magenta"])]);
    const id = session!.participant;
    await rowOf(red, `mute-${id}`).press("Enter");
    await green.hearsNot(["magenta"]);
    await rowOf(red, `mute-${id}`).getByText("Unmute").waitFor();
    await rowOf(red, `mute-${id}`).press("Enter");
    await green.hears(["magenta"]);

    const port = await freeRtpPort();
    await rowOf(red, "forward-address").locator("input").fill("127.0.0.1");
    await rowOf(red, "forward-port").locator("input").fill(String(port));
    await keyboard.press("Enter");
    await dialog.getByText(`All → 127.0.0.1:${port} (OPUS)`).waitFor();
    const forwards = `/v1/rooms/${call.room}/rtp-forwards`;
    const [forward] = await call.api<{ id: string; sdp: string }[]>(forwards);
    const heard = await record(forward!.sdp, 4);
    for (const colour of ["red", "green", "magenta"] as const) {
      const last = heard.subarray(-96_000);
      const level = toneLevel(last, 48_000, PERSONAS[colour].tone);
      t.true(level > -35, `${colour}: ${level}`);
    }
    await rowOf(red, `end-${forward!.id}`).press("Enter");
    await until({
      what: "nothing is sent on",
      read: () => call.api<unknown[]>(forwards),
      accept: (all) => all.length === 0,
    });

    await rowOf(red, `remove-${id}`).press("Enter");
    await green.hearsNot(["magenta"]);
    await dialog
      .getByText("Desk phone", { exact: true })
      .waitFor({ state: "detached" });
    await rowOf(red, "forward-address").locator("input").fill("192.0.2.9");
    await rowOf(red, "forward-port").locator("input").fill("5004");
    await keyboard.press("Enter");
    await dialog.getByText("192.0.2.9 is not in TUTTI_RTP_HOSTS").waitFor();
    await closeDialog(red);
    t.deepEqual([red.problems, green.problems], [[], []]);
  },
);
