// At most so many messages and bytes within any second.

const WINDOW_MS = 1000;

export class RateLimit {
  private recent: { at: number; bytes: number }[] = [];

  constructor(
    private readonly most: { messages: number; bytes: number },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a message of that size; false, and it does not count, if it is beyond the limit. */
  take(bytes: number): boolean {
    const now = this.now();
    this.recent = this.recent.filter(({ at }) => now - at < WINDOW_MS);
    const used = this.recent.reduce((sum, message) => sum + message.bytes, 0);
    if (this.recent.length >= this.most.messages || used + bytes > this.most.bytes) return false;
    this.recent.push({ at: now, bytes });
    return true;
  }
}
