import type { LiveInfo } from "../../sdk/index.js";
import { copy } from "../invite.js";
import type { Dialog } from "./dialog.js";
import {
  actions,
  button,
  createList,
  fieldRow,
  paragraph,
  section,
} from "./rows.js";
import { sayBriefly } from "../brief.js";
import { cloneTemplate } from "../dom.js";
import { isRunning, liveLink, liveState } from "./broadcast-text.js";

/** HLS: one's own viewers. */
const viewers = ({ call, ask, follow }: Dialog): HTMLElement => {
  const state = paragraph();
  state.setAttribute("role", "status");
  const link = fieldRow({
    id: "viewer-link",
    label: "Link for viewers",
    note: "It shows “starts soon” until you begin",
  });
  link.input.readOnly = true;
  link.input.value = liveLink(location.origin, call.room().room);
  link.input.onfocus = () => link.input.select();
  const copyLink = button("copy-link", "Copy the link", () => {
    void copy(link.input.value).then((done) => {
      if (!done) return link.input.focus();
      sayBriefly(copyLink, "Link copied", "Copy the link");
    });
  });
  const hls = (): LiveInfo | undefined =>
    call.room().lives.find((one) => one.kind === "hls" && isRunning(one));
  const toggle = button(
    "go-live",
    "",
    () => {
      const running = hls();
      void ask(running ? call.endLive(running.id) : call.goLive());
    },
    "primary",
  );
  follow(["live", "joined"], () => {
    const running = hls();
    state.textContent =
      running === undefined
        ? "Nobody outside of the call can watch it now."
        : liveState(running);
    toggle.textContent = running ? "End the broadcast" : "Go live";
    toggle.classList.toggle("danger", running !== undefined);
  });
  return section(
    "For viewers with a browser",
    state,
    link.root,
    actions(copyLink, toggle),
  );
};

/** One push that runs. */
const pushRow = (
  { call, ask }: Dialog,
  { id }: LiveInfo,
): { root: HTMLElement; update(live: LiveInfo): void } => {
  const { root, text } = cloneTemplate("row-output");
  text("actions").append(
    button(`end-${id}`, "Stop", () => void ask(call.endLive(id))),
  );
  return {
    root,
    update: (live) => {
      text("label").textContent = live.target ?? "Somewhere";
      text("note").textContent = liveState(live);
    },
  };
};

/** RTMP and SRT: services that broadcast for one. */
const services = (dialog: Dialog): HTMLElement => {
  const { call, ask, follow } = dialog;
  const list = document.createElement("ul");
  const show = createList<LiveInfo>(
    list,
    ({ id }) => id,
    (live) => {
      const { root, update } = pushRow(dialog, live);
      return { root, update };
    },
  );
  const address = fieldRow({
    id: "push-url",
    label: "Address with its key",
    note: "RTMP, RTMPS or SRT; the key is shown to nobody again",
    placeholder: "rtmp://live.example.org/app/key",
    maxLength: 900,
  });
  address.input.autocomplete = "off";
  address.input.spellcheck = false;
  const start = async (): Promise<void> => {
    const url = address.input.value.trim();
    if (url !== "" && (await ask(call.goLive(url)))) address.input.value = "";
  };
  const send = button("push", "Send there too", () => void start());
  address.input.onkeydown = ({ key }) => {
    if (key === "Enter") void start();
  };
  follow(["live", "joined"], () =>
    show(
      call.room().lives.filter((one) => one.kind === "push" && isRunning(one)),
    ),
  );
  return section(
    "To a broadcasting service",
    list,
    address.root,
    actions(send),
  );
};

export const fillBroadcast = (dialog: Dialog): void => {
  const { body, call, ask } = dialog;
  body.append(viewers(dialog));
  void ask(
    call.playable().then(({ pushes }) => {
      body.append(
        pushes
          ? services(dialog)
          : paragraph(
              "This server sends to no broadcasting service: its configuration (TUTTI_LIVE_HOSTS) names none.",
            ),
      );
    }),
  );
};
