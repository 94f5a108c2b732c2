// Typed events. A handler that throws is logged and stops nobody else.

import { log } from './log';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- handlers of all events share one table
type Handler = (...args: any[]) => void;
type EventMap = { [name: string]: unknown[] };

interface Listener {
  handler: Handler;
  context: unknown;
}

export class Emitter<Events extends { [K in keyof Events]: unknown[] } = EventMap> {
  private readonly listeners = new Map<keyof Events, Listener[]>();

  on<K extends keyof Events>(event: K, handler: (...args: Events[K]) => void, context?: unknown) {
    const list = this.listeners.get(event) ?? [];
    this.listeners.set(event, [...list, { handler, context }]);
  }

  /** Without a handler all of the event's listeners go, with `*` all of all events. */
  off<K extends keyof Events>(
    event: K | '*',
    handler?: (...args: Events[K]) => void,
    context?: unknown,
  ) {
    if (event === '*') return this.listeners.clear();
    if (!handler) return void this.listeners.delete(event);
    const stays = (l: Listener) =>
      l.handler !== handler || (context !== undefined && l.context !== context);
    this.listeners.set(event, (this.listeners.get(event) ?? []).filter(stays));
  }

  emit<K extends keyof Events>(event: K, ...args: Events[K]): void {
    for (const { handler, context } of this.listeners.get(event) ?? []) {
      try {
        handler.apply(context, args);
      } catch (error) {
        log.error(`a handler of "${String(event)}" threw`, error);
      }
    }
  }

  has(event: keyof Events): boolean {
    return (this.listeners.get(event)?.length ?? 0) > 0;
  }
}
