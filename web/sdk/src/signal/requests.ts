// Requests that wait for their `result`.

import { serverError } from '../base/errors';
import type { Result } from './messages';

/** The session was lost before the answer came; whoever asked decides whether to ask again in the new one. */
export class SessionLost extends Error {
  constructor() {
    super('the session was lost before the answer came');
  }
}

interface Pending {
  resolve: (result: Result) => void;
  reject: (error: Error) => void;
}

export class Requests {
  private readonly pending = new Map<number, Pending>();

  /** Rejects with an `RtcError` that holds the server's code, or with `SessionLost`. */
  wait(seq: number): Promise<Result> {
    return new Promise((resolve, reject) => this.pending.set(seq, { resolve, reject }));
  }

  settle(result: Result): void {
    const waiting = this.pending.get(result.re);
    this.pending.delete(result.re);
    if (result.error) waiting?.reject(serverError(result.error));
    else waiting?.resolve(result);
  }

  fail(error: Error): void {
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of all) reject(error);
  }
}
