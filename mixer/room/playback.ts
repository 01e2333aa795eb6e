/** Starts what feeds a participant or plays over a room, whatever its source is. */
import {
  MixerError,
  type MediaSource,
  type Playback,
  type PlaybackStatus,
} from "../contract.js";
import { Player, type PlayerOptions } from "../feed/player.js";
import { openSource, type Folders } from "../feed/sources.js";
import { playTune, type Playing } from "../feed/tune-player.js";

export type PlaybackOptions = Omit<PlayerOptions, "input" | keyof Playback> & {
  source: MediaSource;
  playback: Playback;
  folders: Folders;
};

/** Made as soon as the source is found; `begun` then tells what became of it. */
export type Started = {
  player: Playing & Partial<Pick<Player, "picture">>;
  /**
   * Of an address at once; of a file when it plays, or rejects with `bad-request` when that cannot be. Settles with
   * `close` too.
   */
  begun: Promise<PlaybackStatus>;
  /** Resolves when no process is left. Idempotent. */
  close: () => Promise<void>;
};

const isOver = ({ state }: PlaybackStatus): boolean => state === "failed";

/** Throws `not-found` for a file that is not there, `bad-request` for an address of no use. */
export const startPlayback = async (
  options: PlaybackOptions,
): Promise<() => Started> => {
  const { source, folders } = options;
  if (source.kind === "tune") return () => startTune(options, source.name);
  const input = await openSource(source, folders);
  return () => startPlayer(options, input);
};

const startTune = (
  { playback, onSound, onStatus }: PlaybackOptions,
  name: Parameters<typeof playTune>[0],
): Started => {
  const player = playTune(name, { ...playback, onSound, onStatus });
  return {
    player,
    begun: Promise.resolve(player.status),
    close: () => player.close(),
  };
};

const startPlayer = (
  { playback, source, onStatus, ...sinks }: PlaybackOptions,
  input: PlayerOptions["input"],
): Started => {
  const isLive = source.kind === "url" || source.kind === "push";
  let settle: (status: PlaybackStatus) => void = () => undefined;
  const first = new Promise<PlaybackStatus>((resolve) => (settle = resolve));
  const player = new Player({
    ...playback,
    ...sinks,
    input,
    onStatus: (status) => {
      if (status.state !== "connecting") settle(status);
      onStatus(status);
    },
  });
  if (isLive) settle(player.status);
  const begun = first.then((status) => {
    if (isLive || !isOver(status)) return status;
    const message = `It cannot be played: ${status.reason}`;
    throw new MixerError("bad-request", message);
  });
  begun.catch(() => undefined);
  return {
    player,
    begun,
    close: () => {
      settle(player.status);
      return player.close();
    },
  };
};
