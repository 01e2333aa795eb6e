import type { Call } from "../sdk/index.js";
import { problemsOf, showDeviceChoice } from "./device-choice.js";
import type { DeviceSlot } from "./device-slot.js";
import type { Devices } from "./devices.js";
import { setIcon, type Parts } from "./dom.js";
import { listenToKeys } from "./keyboard.js";
import { notify } from "./notices.js";

const WORDS = {
  microphone: { on: "Mute", off: "Unmute", icon: "mic" },
  camera: { on: "Stop camera", off: "Start camera", icon: "camera" },
} as const;

/** Focus stays where the keyboard put it; after a click the space bar shall talk, not press again. */
const onPress = (button: HTMLButtonElement, act: () => void): void => {
  button.onclick = (event) => {
    if (event.detail > 0) button.blur();
    act();
  };
};

const renderToggle = (parts: Parts, name: string, slot: DeviceSlot): void => {
  const { on, off, icon } = WORDS[slot.kind];
  const button = parts.button(name);
  button.setAttribute("aria-pressed", String(slot.on));
  button.classList.toggle("trouble", slot.problem !== undefined);
  parts.text(`${name}-text`).textContent = slot.on ? on : off;
  setIcon(parts, `${name}-icon`, slot.on ? icon : `${icon}-off`);
};

const openSettings = (parts: Parts, devices: Devices): void => {
  const dialog = parts.get("settings", HTMLDialogElement);
  const stop = showDeviceChoice(
    devices,
    dialog.querySelector<HTMLElement>("[data-part=devices]")!,
    dialog.querySelector<HTMLElement>("[data-part=problems]")!,
  );
  dialog.onclose = stop;
  dialog.showModal();
};

/** Hands the call what the devices have now; nothing happens to what has not changed. */
const createSync = (call: Call, devices: Devices): (() => void) => {
  let microphone: MediaStreamTrack | null = null;
  let camera: MediaStreamTrack | null = null;
  let muted: boolean | undefined;
  return () => {
    if (muted !== !devices.microphone.on) {
      muted = !devices.microphone.on;
      call.setMuted(muted);
    }
    if (microphone !== devices.microphone.track) {
      microphone = devices.microphone.track;
      void call.setMicrophone(microphone);
    }
    const picture = devices.camera.on ? devices.camera.track : null;
    if (camera !== picture) {
      camera = picture;
      void call.setCamera(camera);
    }
  };
};

/** Speaks while the key is down; somebody who was not muted before is not muted after. */
const createPushToTalk = (
  microphone: DeviceSlot,
): ((pressed: boolean) => void) => {
  let speaking = false;
  return (pressed) => {
    if (pressed === speaking || (pressed && microphone.on)) return;
    speaking = pressed;
    void microphone.setOn(pressed);
  };
};

export type Controls = {
  /** The choice of devices, over everything else. */
  openSettings: () => void;
  stop: () => void;
};

/** Microphone, camera and leave: the buttons, the keys, and the way from the devices into the call. */
export const setUpControls = (
  parts: Parts,
  call: Call,
  devices: Devices,
): Controls => {
  const toggle = (slot: DeviceSlot): void => void slot.setOn(!slot.on);
  const sync = createSync(call, devices);
  // Said at the door already.
  let told = problemsOf(devices).join();
  const render = (): void => {
    renderToggle(parts, "mic", devices.microphone);
    renderToggle(parts, "camera", devices.camera);
    sync();
    const problems = problemsOf(devices);
    if (problems.join() !== told) problems.forEach(notify);
    told = problems.join();
  };
  onPress(parts.button("mic"), () => toggle(devices.microphone));
  onPress(parts.button("camera"), () => toggle(devices.camera));
  parts.button("leave").onclick = () => call.leave();
  const stopKeys = listenToKeys({
    toggleMicrophone: () => toggle(devices.microphone),
    toggleCamera: () => toggle(devices.camera),
    talk: createPushToTalk(devices.microphone),
  });
  const stopDevices = devices.onChange(render);
  render();
  return {
    openSettings: () => openSettings(parts, devices),
    stop: () => {
      stopKeys();
      stopDevices();
      parts.get("settings", HTMLDialogElement).close();
    },
  };
};
