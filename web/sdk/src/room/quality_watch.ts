// Looks at the connection every two seconds and tells what it sees.

import type { TRTCEventTypes } from '../api/event_types';
import type { Emitter } from '../base/emitter';
import { log } from '../base/log';
import type { Sample } from '../media/sample';
import type { Names } from '../media/statistics';
import { noQuality, Statistics } from '../media/statistics';
import type { Traffic } from '../signal/traffic';

const INTERVAL_MS = 2000;

export interface Measured {
  /** null while media is not connected. */
  sample(): Promise<Sample | null>;
  names: Names;
  signalling: Traffic;
}

export class QualityWatch {
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly statistics: Statistics;
  private connected = false;

  constructor(
    private readonly measured: Measured,
    private readonly events: Emitter<TRTCEventTypes>,
  ) {
    this.statistics = new Statistics(measured.names);
  }

  start(): void {
    this.timer = setInterval(() => void this.look(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    const { events } = this;
    // Nobody pays for what nobody wants.
    if (!events.has('statistics') && !events.has('network-quality')) return;
    try {
      const sample = await this.measured.sample();
      if (this.timer === undefined) return;
      if (!sample) return events.emit('network-quality', noQuality(this.connected));
      this.connected = true;
      const { statistics, quality } = this.statistics.next(sample, this.measured.signalling);
      events.emit('network-quality', quality);
      events.emit('statistics', statistics);
    } catch (error) {
      log.warn('no statistics:', error);
    }
  }
}
