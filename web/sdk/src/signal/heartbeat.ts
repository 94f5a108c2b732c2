// Watches one socket: pings, and says when the other side is silent for too long.

/** A socket is dead after so many intervals without a frame. */
const SILENT_INTERVALS = 2;
/** How long a probe (the network may have changed) waits for a sign of life. */
const PROBE_TIMEOUT_MS = 2000;

export class Heartbeat {
  private timer: ReturnType<typeof setInterval> | undefined;
  private probing: ReturnType<typeof setTimeout> | undefined;
  private lastHeard = 0;

  constructor(
    private readonly ping: () => void,
    private readonly dead: () => void,
  ) {}

  start(intervalMs: number): void {
    this.stop();
    this.lastHeard = Date.now();
    this.timer = setInterval(() => {
      if (Date.now() - this.lastHeard > SILENT_INTERVALS * intervalMs) this.dead();
      else this.ping();
    }, intervalMs);
  }

  stop(): void {
    clearInterval(this.timer);
    clearTimeout(this.probing);
    this.timer = this.probing = undefined;
  }

  heard(): void {
    this.lastHeard = Date.now();
    clearTimeout(this.probing);
    this.probing = undefined;
  }

  /** Asks for a sign of life now. */
  probe(): void {
    if (this.timer === undefined || this.probing !== undefined) return;
    this.ping();
    this.probing = setTimeout(this.dead, PROBE_TIMEOUT_MS);
  }
}
