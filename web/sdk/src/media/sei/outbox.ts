// Messages that wait for a frame to travel with. Each encoding of a simulcast picture carries each of them once.

import type { SeiMessage } from './nal';
import { seiUnit } from './nal';

/** What no frame took for so long is not sent any more. */
const LIFETIME_MS = 2000;
const MOST_WAITING = 64;

interface Waiting {
  unit: Uint8Array;
  until: number;
  carried: Set<number>;
}

export class SeiOutbox {
  private waiting: Waiting[] = [];

  add(message: SeiMessage, now: number): void {
    this.waiting.push({ unit: seiUnit(message), until: now + LIFETIME_MS, carried: new Set() });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
  }

  /** What the next frame of the encoding with that SSRC is to carry. */
  take(ssrc: number, now: number): Uint8Array[] {
    this.waiting = this.waiting.filter(({ until }) => until > now);
    const next = this.waiting.filter(({ carried }) => !carried.has(ssrc));
    for (const { carried } of next) carried.add(ssrc);
    return next.map(({ unit }) => unit);
  }
}
