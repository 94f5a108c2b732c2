// How long to wait before the next try to connect.

const DELAYS_MS = [0, 250, 500, 1000, 2000];
const SPREAD = 0.2;

export class Backoff {
  private tries = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** 0, 250, 500, 1000, then always 2000 ms, each ± 20 % so that a crowd does not come at once. */
  next(): number {
    const base = DELAYS_MS[Math.min(this.tries++, DELAYS_MS.length - 1)];
    return Math.round(base * (1 + SPREAD * (2 * this.random() - 1)));
  }

  reset(): void {
    this.tries = 0;
  }
}
