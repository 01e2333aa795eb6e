import { captureBoth } from "./capture.js";
import type { DeviceKind } from "./device-problems.js";
import { createDeviceSlot, type DeviceSlot } from "./device-slot.js";
import { loadPreferences, savePreferences } from "./preferences.js";

export type ChoiceKind = DeviceKind | "speaker";

export type Devices = {
  readonly microphone: DeviceSlot;
  readonly camera: DeviceSlot;
  /** Id of the chosen loudspeaker; "" = the browser's choice. */
  speaker(): string;
  /** What can be chosen now; without names until the browser has been allowed to use one. */
  list(kind: ChoiceKind): readonly MediaDeviceInfo[];
  /** Asks the browser for both. Resolves when it has said yes or no to each; never rejects. */
  start(): Promise<void>;
  choose(kind: ChoiceKind, deviceId: string): Promise<void>;
  onChange(listener: () => void): () => void;
  /** Gives everything back. */
  close(): void;
};

const LIST_KINDS = {
  microphone: "audioinput",
  camera: "videoinput",
  speaker: "audiooutput",
} as const satisfies Record<ChoiceKind, MediaDeviceKind>;

const start = async (
  microphone: DeviceSlot,
  camera: DeviceSlot,
): Promise<void> => {
  const tracks =
    microphone.wanted && camera.wanted
      ? await captureBoth({
          microphone: microphone.deviceId,
          camera: camera.deviceId,
        })
      : undefined;
  if (tracks !== undefined) {
    microphone.offer(tracks.microphone);
    camera.offer(tracks.camera);
    return;
  }
  // One after the other: browsers that ask do not stack their questions.
  for (const slot of [microphone, camera])
    if (slot.wanted) await slot.setOn(true);
};

/** Calls back now and whenever what is plugged in changes, until the signal. */
const watchList = (
  onList: (list: MediaDeviceInfo[]) => void,
  signal: AbortSignal,
): (() => void) => {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  const read = (): void => {
    void media
      ?.enumerateDevices()
      .then((list) => signal.aborted || onList(list));
  };
  media?.addEventListener("devicechange", read, { signal });
  return read;
};

/** The microphone, camera and loudspeaker of this page, those chosen last time; `wanted` says which shall be on. */
export const createDevices = (
  wanted: Readonly<Record<DeviceKind, boolean>>,
): Devices => {
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  const chosen = loadPreferences();
  let all: MediaDeviceInfo[] = [];

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const slot = (kind: DeviceKind): DeviceSlot => {
    const start = { deviceId: chosen[kind], wanted: wanted[kind] };
    return createDeviceSlot(kind, start, changed);
  };
  const microphone = slot("microphone");
  const camera = slot("camera");
  const readList = watchList((list) => {
    all = list;
    microphone.plugged();
    camera.plugged();
    changed();
  }, closing.signal);

  return {
    microphone,
    camera,
    speaker: () => chosen.speaker,
    list: (kind) => all.filter((device) => device.kind === LIST_KINDS[kind]),
    start: async () => {
      await start(microphone, camera);
      readList();
    },
    choose: async (kind, deviceId) => {
      chosen[kind] = deviceId;
      savePreferences({ [kind]: deviceId });
      if (kind === "speaker") changed();
      else await { microphone, camera }[kind].choose(deviceId);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closing.abort();
      listeners.clear();
      microphone.close();
      camera.close();
    },
  };
};
