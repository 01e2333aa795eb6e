import type { RtpAsked, RtpInfo } from "../../sdk/index.js";
import { sayBriefly } from "../brief.js";
import { cloneTemplate } from "../dom.js";
import { copy } from "../invite.js";
import { personIn, type Dialog } from "./dialog.js";
import {
  actions,
  button,
  createList,
  fieldRow,
  paragraph,
  section,
  selectRow,
} from "./rows.js";
import {
  CODECS,
  forwardText,
  MIX,
  readTarget,
  sessionText,
  whatChoices,
  type CodecName,
} from "./rtp-text.js";

type Session = RtpInfo["participants"][number];
type Forward = RtpInfo["forwards"][number];

/** What the parts of the dialog share. */
type Desk = {
  dialog: Dialog;
  /** As the server said last. */
  now: RtpInfo;
  /** Asks for something, or only what there is, and shows it. */
  ask(asked?: RtpAsked): Promise<boolean>;
  onShow(show: () => void): void;
};

const EVENTS = ["participants", "joined"] as const;

/** For equipment and players that are told what to do by such a file. */
const copySdp = (id: string, sdp: () => string): HTMLButtonElement => {
  const made = button(`sdp-${id}`, "Copy SDP", () => {
    void copy(sdp()).then((done) => {
      sayBriefly(made, done ? "Copied" : "Not copied", "Copy SDP");
    });
  });
  return made;
};

const sessionRow = (desk: Desk, { participant: id, sdp }: Session) => {
  const { call, ask } = desk.dialog;
  const { root, text } = cloneTemplate("row-output");
  const mute = button(`mute-${id}`, "Mute", () => {
    const muted = personIn(desk.dialog, id)?.muted !== true;
    void ask(call.moderate(id, { muted }));
  });
  const remove = button(
    `remove-${id}`,
    "Remove",
    () => void ask(call.remove(id)),
  );
  let now = sdp;
  text("actions").append(
    mute,
    copySdp(id, () => now),
    remove,
  );
  return {
    root,
    update: (session: Session): void => {
      const person = personIn(desk.dialog, id);
      now = session.sdp;
      text("label").textContent = person?.name ?? "";
      text("note").textContent = sessionText(session);
      mute.textContent = person?.muted === true ? "Unmute" : "Mute";
    },
  };
};

const addressRows = (id: string, note: string) => {
  const address = fieldRow({
    ...{ id: `${id}-address`, label: "IP address", note, maxLength: 64 },
    placeholder: "192.0.2.9",
  });
  const port = fieldRow({
    ...{ id: `${id}-port`, label: "Port", maxLength: 5, placeholder: "5004" },
  });
  port.input.inputMode = "numeric";
  for (const { input } of [address, port]) {
    input.autocomplete = "off";
    input.spellcheck = false;
  }
  return { address, port };
};

/** Enter in any of them does it. */
const onEnter = (
  rows: readonly { input: HTMLInputElement }[],
  act: () => void,
): void => {
  for (const { input } of rows)
    input.onkeydown = ({ key }) => {
      if (key === "Enter") act();
    };
};

const people = (desk: Desk): HTMLElement => {
  const list = document.createElement("ul");
  const show = createList<Session>(
    list,
    ({ participant }) => participant,
    (session) => sessionRow(desk, session),
  );
  const name = fieldRow({ id: "rtp-name", label: "Name", maxLength: 64 });
  const codec = selectRow({ id: "rtp-codec", label: "How it sends" });
  codec.set(CODECS);
  const { address, port } = addressRows(
    "rtp",
    "Where it listens; empty: wherever it sends from",
  );
  const join = async (): Promise<void> => {
    const named = name.input.value.trim();
    const target = readTarget(address.input.value, port.input.value);
    if (named === "") return name.input.focus();
    if (target === undefined) return port.input.focus();
    const asked = { name: named, codec: codec.value as CodecName, ...target };
    if (await desk.ask({ join: asked })) name.input.value = "";
  };
  onEnter([name, address, port], () => void join());
  desk.onShow(() => show(desk.now.participants));
  const rows = [name, codec, address, port].map(({ root }) => root);
  return section(
    "In the call by RTP",
    paragraph("Telephone systems, studio equipment, programs: no browser."),
    list,
    ...rows,
    actions(button("rtp-join", "Let it in", () => void join())),
  );
};

const forwardRow = (desk: Desk, { id, sdp }: Forward) => {
  const { root, text } = cloneTemplate("row-output");
  const stop = button(`end-${id}`, "Stop", () => void desk.ask({ end: id }));
  text("actions").append(
    copySdp(id, () => sdp),
    stop,
  );
  return {
    root,
    update: (forward: Forward): void => {
      const nameOf = (of: string): string =>
        personIn(desk.dialog, of)?.name ?? "";
      text("label").textContent = forwardText(forward, nameOf);
      text("note").textContent = "";
    },
  };
};

const forwards = (desk: Desk): HTMLElement => {
  const list = document.createElement("ul");
  const show = createList<Forward>(
    list,
    ({ id }) => id,
    (forward) => forwardRow(desk, forward),
  );
  const what = selectRow({ id: "forward-what", label: "What" });
  const codec = selectRow({ id: "forward-codec", label: "How" });
  codec.set(CODECS);
  const { address, port } = addressRows("forward", "Who receives it");
  const send = async (): Promise<void> => {
    const to = readTarget(address.input.value, port.input.value);
    if (to?.address === undefined || to.port === undefined)
      return address.input.focus();
    const whose = what.value;
    const asked = {
      ...{ codec: codec.value as CodecName },
      ...{ address: to.address, port: to.port },
      what: whose === MIX ? ("mix" as const) : { participant: whose },
    };
    if (await desk.ask({ forward: asked })) port.input.value = "";
  };
  onEnter([address, port], () => void send());
  desk.onShow(() => {
    show(desk.now.forwards);
    what.set(whatChoices(desk.dialog.call.room().participants));
  });
  const rows = [what, codec, address, port].map(({ root }) => root);
  return section(
    "Sent on",
    list,
    ...rows,
    actions(button("forward", "Send it there", () => void send())),
  );
};

const idsOf = ({ dialog }: Desk): string =>
  dialog.call
    .room()
    .participants.map(({ id }) => id)
    .join();

const NOTHING: RtpInfo = { allowed: false, participants: [], forwards: [] };

/** Participants without WebRTC, and to whom the room is sent on. */
export const fillRtp = (dialog: Dialog): void => {
  const { body, call, ask, follow } = dialog;
  const shows: (() => void)[] = [];
  const desk: Desk = {
    dialog,
    now: NOTHING,
    ask: (asked) =>
      ask(
        call.rtp(asked).then((now) => {
          desk.now = now;
          for (const show of shows) show();
        }),
      ),
    onShow: (show) => void shows.push(show),
  };
  void desk.ask().then((done) => {
    if (!done) return;
    if (!desk.now.allowed)
      return body.append(
        paragraph(
          "This server exchanges RTP with nobody: its configuration (TUTTI_RTP_HOSTS) names no address.",
        ),
      );
    body.append(people(desk), forwards(desk));
    let known = idsOf(desk);
    follow(EVENTS, () => {
      for (const show of shows) show();
      const now = idsOf(desk);
      // Who comes and goes may have come by RTP, whoever has asked for it.
      if (now !== known) void desk.ask();
      known = now;
    });
  });
};
