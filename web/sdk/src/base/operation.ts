// Order among the start, update and stop calls of one thing (the room, the camera, one remote video).

import { EXTRA_CODE } from '../api/constants';
import { aborted, invalidOperation } from './errors';

type Phase = 'idle' | 'starting' | 'started' | 'stopping';

/**
 * Rules: a start while one runs is refused (5998), a start of what is started too (5104). A stop during a start
 * aborts it: the start rejects with 5998 at once, the stop goes on when its remains are cleaned up. Updates run one
 * after another, after a running start; a stop aborts those that wait.
 */
export class Operation {
  private phase: Phase = 'idle';
  private abort = new AbortController();
  /** Settles (never rejects) when everything accepted so far is done. */
  private tail: Promise<void> = Promise.resolve();
  private stopping: Promise<void> | null = null;

  constructor(private readonly what: string) {}

  get active(): boolean {
    return this.phase === 'starting' || this.phase === 'started';
  }

  get started(): boolean {
    return this.phase === 'started';
  }

  /** `run` must look at the signal after each await, and clean up what it did when it throws. */
  async start(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.phase === 'starting') throw aborted(`${this.what} is being started already`);
    if (this.phase === 'started') {
      throw invalidOperation(EXTRA_CODE.REPEATED_CALL, `${this.what} is started already`);
    }
    this.phase = 'starting';
    this.abort = new AbortController();
    const { signal } = this.abort;
    const work = this.tail.then(async () => {
      signal.throwIfAborted();
      await run(signal);
    });
    this.follow(work);
    try {
      await orAborted(work, signal);
      if (this.phase === 'starting') this.phase = 'started';
    } catch (error) {
      if (this.phase === 'starting') this.phase = 'idle';
      throw error;
    }
  }

  async update(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.abort;
    const work = this.tail.then(async () => {
      signal.throwIfAborted();
      await run(signal);
    });
    this.follow(work);
    await orAborted(work, signal);
  }

  /** Without effect on what is not started. */
  async stop(run: () => Promise<void>): Promise<void> {
    if (this.phase === 'idle') return;
    if (this.phase === 'stopping' && this.stopping) return this.stopping;
    this.phase = 'stopping';
    this.abort.abort(aborted(`${this.what} was stopped meanwhile`));
    this.stopping = this.tail.then(run).finally(() => {
      if (this.phase === 'stopping') this.phase = 'idle';
      this.stopping = null;
    });
    this.follow(this.stopping);
    return this.stopping;
  }

  /** The thing ended by itself (kicked out, the share stopped by the browser): nothing to undo. */
  ended(): void {
    this.abort.abort(aborted(`${this.what} ended meanwhile`));
    this.phase = 'idle';
  }

  private follow(work: Promise<void>): void {
    this.tail = work.catch(() => undefined);
  }
}

/** `work`, or the signal's reason as soon as it is aborted. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
