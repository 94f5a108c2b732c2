import { describe, expect, it } from 'vitest';
import type { RtcError } from '../src/base/errors';
import { Operation } from '../src/base/operation';

/** Work that ends when the test says so. */
function gate() {
  let open!: () => void;
  let fail!: (error: Error) => void;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { open, fail, run: () => promise };
}
const codeOf = (promise: Promise<void>) =>
  promise.then(
    () => 0,
    (e: RtcError) => e.extraCode ?? e.code,
  );
const nothing = async () => undefined;

describe('an operation', () => {
  it('refuses a start of what is started', async () => {
    const op = new Operation('camera');
    await op.start(nothing);
    expect(await codeOf(op.start(nothing))).toBe(5104);
  });

  it('refuses a start while one is under way, which goes on', async () => {
    const op = new Operation('camera');
    const { open, run } = gate();
    const first = codeOf(op.start(run));
    expect(await codeOf(op.start(nothing))).toBe(5998);
    open();
    expect(await first).toBe(0);
    expect(op.started).toBe(true);
  });

  it('can be started again after a failed start', async () => {
    const op = new Operation('camera');
    const { fail, run } = gate();
    const first = op.start(run);
    fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    expect(await codeOf(op.start(nothing))).toBe(0);
  });

  it('aborts a start at once when stopped, and stops when the start has cleaned up', async () => {
    const op = new Operation('camera');
    const { open, run } = gate();
    const log: string[] = [];
    const start = op.start(async (signal) => {
      await run();
      log.push(signal.aborted ? 'start saw the abort' : 'started');
    });
    await Promise.resolve();
    const stop = op.stop(async () => void log.push('stopped'));
    expect(await codeOf(start)).toBe(5998);
    expect(log).toEqual([]);
    open();
    await stop;
    expect(log).toEqual(['start saw the abort', 'stopped']);
    expect(op.active).toBe(false);
  });

  it('does nothing when stopped while not started', async () => {
    const log: string[] = [];
    await new Operation('camera').stop(async () => void log.push('stopped'));
    expect(log).toEqual([]);
  });

  it('starts after a running stop', async () => {
    const op = new Operation('camera');
    await op.start(nothing);
    const { open, run } = gate();
    const log: string[] = [];
    const stop = op.stop(async () => {
      await run();
      log.push('stopped');
    });
    const start = op.start(async () => void log.push('started'));
    open();
    await Promise.all([stop, start]);
    expect(log).toEqual(['stopped', 'started']);
    expect(op.started).toBe(true);
  });

  it('runs updates one after another, after the start', async () => {
    const op = new Operation('camera');
    const { open, run } = gate();
    const log: string[] = [];
    const all = [
      op.start(async () => {
        await run();
        log.push('started');
      }),
      op.update(async () => void log.push('first')),
      op.update(async () => void log.push('second')),
    ];
    open();
    await Promise.all(all);
    expect(log).toEqual(['started', 'first', 'second']);
  });

  it('aborts waiting updates when stopped', async () => {
    const op = new Operation('camera');
    await op.start(nothing);
    const { open, run } = gate();
    const log: string[] = [];
    const first = codeOf(op.update(run));
    const second = codeOf(op.update(async () => void log.push('never')));
    const stop = op.stop(async () => void log.push('stopped'));
    open();
    await stop;
    expect(await first).toBe(5998);
    expect(await second).toBe(5998);
    expect(log).toEqual(['stopped']);
  });

  it('is idle after it ended by itself', async () => {
    const op = new Operation('camera');
    await op.start(nothing);
    op.ended();
    expect(op.active).toBe(false);
    expect(await codeOf(op.start(nothing))).toBe(0);
  });
});
