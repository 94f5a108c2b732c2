// What to do when the WebRTC connection does not come up or breaks: wait, restart ICE, begin with a new one, give up.

export type Remedy = 'restart' | 'fresh';

export interface RecoveryHandler {
  /** Media flows, or does not any more. */
  up(up: boolean): void;
  remedy(remedy: Remedy): void;
  /**
   * Nothing helped for so long that the application should know; trying goes on. Returns whether it was told:
   * if not, because signalling is down too, it is asked again.
   */
  blocked(): boolean;
}

/** A connection often comes back by itself within this time. */
const DISCONNECTED_GRACE_MS = 2000;
/** So long may a connection take from the answer (or a remedy) on. */
const CONNECT_TIMEOUT_MS = 8000;
const BLOCKED_AFTER_MS = 30_000;

export class Recovery {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private downSince: number | undefined;
  private remedies = 0;
  private reported = false;
  private wasUp = false;

  constructor(private readonly handler: RecoveryHandler) {}

  /** A description was exchanged: the connection should come up now. */
  expect(): void {
    this.downSince ??= Date.now();
    this.wait(CONNECT_TIMEOUT_MS);
  }

  state(state: RTCPeerConnectionState): void {
    if (state === 'connected') return this.connected();
    if (state !== 'disconnected' && state !== 'failed') return;
    this.downSince ??= Date.now();
    if (this.wasUp) this.handler.up(false);
    this.wasUp = false;
    if (state === 'failed') this.act();
    else this.wait(DISCONNECTED_GRACE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private connected(): void {
    this.stop();
    this.downSince = undefined;
    this.remedies = 0;
    this.reported = false;
    if (!this.wasUp) this.handler.up(true);
    this.wasUp = true;
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.act(), ms);
  }

  private act(): void {
    this.wait(CONNECT_TIMEOUT_MS);
    if (!this.reported && Date.now() - (this.downSince ?? 0) >= BLOCKED_AFTER_MS) {
      this.reported = this.handler.blocked();
    }
    this.handler.remedy(this.remedies++ % 2 === 0 ? 'restart' : 'fresh');
  }
}
