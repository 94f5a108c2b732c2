// How loud everybody is, told at an interval.

/** 0 to 100 over the 60 dB below full scale, which is how loudness is heard. */
const RANGE_DB = 60;

export function toVolume(level: number): number {
  if (level <= 0) return 0;
  const volume = ((20 * Math.log10(level) + RANGE_DB) / RANGE_DB) * 100;
  return Math.min(100, Math.max(0, volume));
}

/** What a receiver heard last, 0 to 1. */
export function receiverLevel(receiver: RTCRtpReceiver): number {
  let loudest = 0;
  for (const source of receiver.getSynchronizationSources()) {
    loudest = Math.max(loudest, source.audioLevel ?? 0);
  }
  return loudest;
}

export interface Loudness {
  userId: string;
  /** 0 to 1 */
  level: number;
}

export interface VolumeResult {
  userId: string;
  volume: number;
  floatVolume: number;
}

/** Loudest first, each user once. */
export function volumes(all: Loudness[]): VolumeResult[] {
  const byUser = new Map<string, number>();
  for (const { userId, level } of all) {
    byUser.set(userId, Math.max(level, byUser.get(userId) ?? 0));
  }
  return [...byUser]
    .map(([userId, level]) => {
      const floatVolume = toVolume(level);
      return { userId, volume: Math.round(floatVolume), floatVolume };
    })
    .sort((a, b) => b.floatVolume - a.floatVolume);
}

const LEAST_INTERVAL_MS = 100;

export class VolumeMeter {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly measure: () => Loudness[],
    private readonly tell: (result: VolumeResult[]) => void,
  ) {}

  /** An interval of 0 or less turns it off. */
  run(intervalMs: number, inBackground: boolean): void {
    clearInterval(this.timer);
    if (intervalMs <= 0) return;
    this.timer = setInterval(
      () => {
        if (inBackground || !document.hidden) this.tell(volumes(this.measure()));
      },
      Math.max(LEAST_INTERVAL_MS, intervalMs),
    );
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
