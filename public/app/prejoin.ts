import { showDeviceChoice } from "./device-choice.js";
import type { DeviceSlot } from "./device-slot.js";
import type { Devices } from "./devices.js";
import { cloneTemplate, setIcon, showScreen, type Parts } from "./dom.js";
import { listenToKeys } from "./keyboard.js";
import { showPicture } from "./mix-view.js";

const setToggle = (parts: Parts, button: string, slot: DeviceSlot): void => {
  const icon = slot.kind === "camera" ? "camera" : "mic";
  parts.button(button).setAttribute("aria-pressed", String(slot.on));
  parts.button(button).classList.toggle("trouble", slot.problem !== undefined);
  setIcon(parts, `${button}-icon`, slot.on ? icon : `${icon}-off`);
};

const showPreview = (parts: Parts, { camera }: Devices): void => {
  const video = parts.get("preview", HTMLVideoElement);
  const track = camera.on ? camera.track : null;
  video.hidden = track === null;
  parts.text("preview-off").hidden = track !== null;
  showPicture(video, track);
};

/** The room's door: see and hear oneself, choose devices, say one's name. Resolves with the name when "join" is pressed. */
export const showPrejoin = (
  room: string,
  name: string,
  devices: Devices,
): Promise<string> => {
  const parts = cloneTemplate("prejoin");
  const input = parts.get("name", HTMLInputElement);
  input.value = name;
  parts.text("room").textContent = room;

  const render = (): void => {
    setToggle(parts, "mic", devices.microphone);
    setToggle(parts, "camera", devices.camera);
    showPreview(parts, devices);
  };
  const toggle = (slot: DeviceSlot): void => void slot.setOn(!slot.on);
  parts.button("mic").onclick = () => toggle(devices.microphone);
  parts.button("camera").onclick = () => toggle(devices.camera);
  const stops = [
    devices.onChange(render),
    showDeviceChoice(devices, parts.text("devices"), parts.text("problems")),
    listenToKeys({
      toggleMicrophone: () => toggle(devices.microphone),
      toggleCamera: () => toggle(devices.camera),
    }),
  ];
  render();
  showScreen(parts);
  input.focus();

  return new Promise((resolve) => {
    parts.get("form", HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      for (const stop of stops) stop();
      showPicture(parts.get("preview", HTMLVideoElement), null);
      resolve(input.value.trim() || "Guest");
    };
  });
};
