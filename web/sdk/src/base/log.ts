// Log lines on the console, by level.

import type { LogLevel } from '../api/types';

const METHODS = ['debug', 'debug', 'info', 'warn', 'error'] as const;
let threshold: LogLevel = 2;

export function setLogLevel(level: LogLevel): void {
  threshold = level;
}

function write(level: 0 | 1 | 2 | 3 | 4, parts: unknown[]): void {
  if (level >= threshold) console[METHODS[level]]('[plaza]', ...parts);
}

export const log = {
  trace: (...parts: unknown[]) => write(0, parts),
  debug: (...parts: unknown[]) => write(1, parts),
  info: (...parts: unknown[]) => write(2, parts),
  warn: (...parts: unknown[]) => write(3, parts),
  error: (...parts: unknown[]) => write(4, parts),
};

/** For work that nobody waits for: its failure is logged. */
export function inBackground(work: Promise<unknown>, what: string): void {
  work.catch((error) => log.debug(`${what} failed:`, error));
}
