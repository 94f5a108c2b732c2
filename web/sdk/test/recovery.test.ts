import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Recovery } from '../src/media/recovery';

let log: string[];
let tell: boolean;
let recovery: Recovery;

beforeEach(() => {
  vi.useFakeTimers();
  log = [];
  tell = true;
  recovery = new Recovery({
    up: (up) => log.push(up ? 'up' : 'down'),
    remedy: (remedy) => log.push(remedy),
    blocked: () => {
      log.push('blocked');
      return tell;
    },
  });
});
afterEach(() => void vi.useRealTimers());

describe('recovery of the media connection', () => {
  it('does nothing when the connection comes up in time', () => {
    recovery.expect();
    vi.advanceTimersByTime(500);
    recovery.state('connected');
    vi.advanceTimersByTime(60_000);
    expect(log).toEqual(['up']);
  });

  it('gives a disconnected connection two seconds to come back', () => {
    recovery.state('connected');
    recovery.state('disconnected');
    vi.advanceTimersByTime(1900);
    recovery.state('connected');
    vi.advanceTimersByTime(60_000);
    expect(log).toEqual(['up', 'down', 'up']);
  });

  it('restarts ICE at once when the connection failed', () => {
    recovery.state('connected');
    recovery.state('failed');
    expect(log).toEqual(['up', 'down', 'restart']);
  });

  it('tries a restart and a new connection in turn, and says once that it is blocked', () => {
    recovery.expect();
    vi.advanceTimersByTime(8000 * 6);
    expect(log).toEqual(['restart', 'fresh', 'restart', 'blocked', 'fresh', 'restart', 'fresh']);
  });

  it('says that it is blocked as soon as somebody can hear it', () => {
    tell = false;
    recovery.expect();
    vi.advanceTimersByTime(32_000);
    tell = true;
    vi.advanceTimersByTime(16_000);
    expect(log.filter((l) => l === 'blocked')).toHaveLength(2);
  });

  it('begins with a restart again after it was up', () => {
    recovery.expect();
    vi.advanceTimersByTime(8000);
    recovery.state('connected');
    recovery.state('failed');
    expect(log).toEqual(['restart', 'up', 'down', 'restart']);
  });

  it('is quiet when stopped', () => {
    recovery.expect();
    recovery.stop();
    vi.advanceTimersByTime(60_000);
    expect(log).toEqual([]);
  });
});
