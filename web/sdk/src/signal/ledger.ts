// The books of the resumable channel: what was sent and not acknowledged, what was received. No socket, no clock.

/** At most so much may wait unacknowledged; the session ends beyond. */
const MAX_WAITING = 1024;
const MAX_WAITING_CHARS = 4 * 1024 * 1024;
/** An acknowledgement is due after so many messages received, whatever the time. */
export const ACK_EVERY = 32;

interface Waiting {
  seq: number;
  text: string;
}

export class Ledger {
  private sent = 0;
  private waiting: Waiting[] = [];
  private waitingChars = 0;
  private seen = 0;
  private acknowledged = 0;

  /** Highest number received: the `ack` of what is sent next. */
  get received(): number {
    return this.seen;
  }

  /** How many received messages the other side has not heard about. */
  get owed(): number {
    return this.seen - this.acknowledged;
  }

  get overflown(): boolean {
    return this.waiting.length > MAX_WAITING || this.waitingChars > MAX_WAITING_CHARS;
  }

  /** Gives `message` its number and keeps it until it is acknowledged. */
  enqueue(message: object): { seq: number; text: string } {
    const seq = ++this.sent;
    const text = JSON.stringify({ ...message, seq, ack: this.seen });
    this.acknowledged = this.seen;
    this.waiting.push({ seq, text });
    this.waitingChars += text.length;
    return { seq, text };
  }

  /** The other side has received everything up to `ack`. */
  acknowledge(ack: unknown): void {
    if (typeof ack !== 'number' || ack > this.sent) return;
    while (this.waiting.length > 0 && this.waiting[0].seq <= ack) {
      this.waitingChars -= this.waiting[0].text.length;
      this.waiting.shift();
    }
  }

  /** Takes note of a numbered message: new, there before, or not the next one (something is missing). */
  accept(seq: number): 'new' | 'seen' | 'gap' {
    if (seq <= this.seen) return 'seen';
    if (seq !== this.seen + 1) return 'gap';
    this.seen = seq;
    return 'new';
  }

  /** `received` was told to the other side. */
  told(): void {
    this.acknowledged = this.seen;
  }

  /** What has to be sent again, in order. */
  unacknowledged(): string[] {
    return this.waiting.map((w) => w.text);
  }
}
