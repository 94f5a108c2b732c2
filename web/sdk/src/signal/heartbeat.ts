// Watches one socket: pings, and says when the other side is silent for too long.

/** A socket is dead after so many intervals without a frame. */
const SILENT_INTERVALS = 2;
/** How long a probe (the network may have changed) waits for a sign of life. */
const PROBE_TIMEOUT_MS = 2000;

export class Heartbeat {
  private pinging: ReturnType<typeof setInterval> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private silenceMs = 0;
  private probing = false;

  constructor(
    private readonly ping: () => void,
    private readonly dead: () => void,
  ) {}

  start(intervalMs: number): void {
    this.stop();
    this.silenceMs = SILENT_INTERVALS * intervalMs;
    this.pinging = setInterval(this.ping, intervalMs);
    this.heard();
  }

  stop(): void {
    clearInterval(this.pinging);
    clearTimeout(this.deadline);
    this.pinging = this.deadline = undefined;
  }

  heard(): void {
    if (this.pinging === undefined) return;
    this.probing = false;
    this.expect(this.silenceMs);
  }

  /** Asks for a sign of life now. */
  probe(): void {
    if (this.pinging === undefined || this.probing) return;
    this.probing = true;
    this.ping();
    this.expect(PROBE_TIMEOUT_MS);
  }

  private expect(withinMs: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(this.dead, withinMs);
  }
}
