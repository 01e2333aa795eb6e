import type { ChoiceKind, Devices } from "./devices.js";
import { cloneTemplate, setSentences } from "./dom.js";
import { createMeter } from "./meter.js";

const LABELS = {
  microphone: "Microphone",
  camera: "Camera",
  speaker: "Speaker",
} as const satisfies Record<ChoiceKind, string>;

const fill = (
  select: HTMLSelectElement,
  kind: ChoiceKind,
  devices: Devices,
): void => {
  const list = devices.list(kind).filter(({ deviceId }) => deviceId !== "");
  const options = list.map(
    ({ deviceId, label }, index) =>
      new Option(label || `${LABELS[kind]} ${index + 1}`, deviceId),
  );
  const none = new Option(kind === "speaker" ? "Default" : "Not available");
  none.value = "";
  select.replaceChildren(...(options.length > 0 ? options : [none]));
  select.disabled = options.length === 0;
  const chosen =
    kind === "speaker" ? devices.speaker() : devices[kind].deviceId;
  if (options.some(({ value }) => value === chosen)) select.value = chosen;
};

/** Why a device that is wanted is not there, as sentences. */
export const problemsOf = ({ microphone, camera }: Devices): string[] =>
  [microphone.problem, camera.problem].filter(
    (problem) => problem !== undefined,
  );

const canChooseSpeaker = (): boolean =>
  "setSinkId" in HTMLMediaElement.prototype;

/**
 * The choice of microphone, camera and loudspeaker with the microphone's meter, put into `place`; what does not work is
 * said in `problems`. The returned function ends it.
 */
export const showDeviceChoice = (
  devices: Devices,
  place: HTMLElement,
  problems: HTMLElement,
): (() => void) => {
  const parts = cloneTemplate("device-choice");
  const kinds = Object.keys(LABELS) as ChoiceKind[];
  const meter = createMeter(parts.text("meter"));
  for (const kind of kinds) {
    const select = parts.get(kind, HTMLSelectElement);
    select.onchange = () => void devices.choose(kind, select.value);
  }
  const render = (): void => {
    for (const kind of kinds)
      fill(parts.get(kind, HTMLSelectElement), kind, devices);
    parts.text("speaker-field").hidden =
      !canChooseSpeaker() || devices.list("speaker").length === 0;
    setSentences(problems, problemsOf(devices));
    meter.setTrack(devices.microphone.track);
  };
  place.replaceChildren(parts.root);
  const stop = devices.onChange(render);
  render();
  return () => {
    stop();
    meter.close();
    parts.root.remove();
  };
};
