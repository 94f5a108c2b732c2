// The media side of a session: the current connection, its renegotiations and its replacement.

import { log } from '../base/log';
import type { Result, Slot } from '../signal/messages';
import type { ConnectionOptions } from './connection';
import { Connection } from './connection';
import type { Line } from './outgoing';
import { Recovery } from './recovery';
import type { SeiMessage } from './sei/nal';

/** Slots of the first offer. */
const FIRST_PAIRS = 4;
/** More than the server ever gives; beyond, `need` is ignored. */
const MOST_PAIRS = 128;

export interface LinkHandler {
  /** Sends an offer; rejects if it failed or the session was lost. */
  request(sdp: string): Promise<Result>;
  /** The connection that counts is another one: tracks of the old one are dead. */
  replaced(): void;
  slots(slots: Slot[]): void;
  up(up: boolean): void;
  blocked(): boolean;
}

type Options = Pick<ConnectionOptions, 'configuration' | 'codec' | 'lines' | 'onSei'>;

interface Wanted {
  iceRestart: boolean;
  fresh: boolean;
}

export class MediaLink {
  private current: Connection | null = null;
  private joining: Connection | null = null;
  private wanted: Wanted | null = null;
  private negotiating = false;
  private pairs = FIRST_PAIRS;
  private readonly recovery: Recovery;

  constructor(
    private readonly options: Options,
    private readonly handler: LinkHandler,
  ) {
    this.recovery = new Recovery({
      up: (up) => handler.up(up),
      blocked: () => handler.blocked(),
      remedy: (remedy) =>
        this.negotiate(remedy === 'fresh' ? { fresh: true } : { iceRestart: true }),
    });
  }

  /** The offer to enter with: always of a new connection. */
  async joinOffer(): Promise<string> {
    this.joining?.close();
    this.joining = await this.create();
    return this.joining.offer();
  }

  /** The answer to `joinOffer`. */
  async joined(answer: string): Promise<void> {
    const connection = this.joining;
    this.joining = null;
    this.wanted = null;
    if (!connection) return;
    this.replace(connection);
    await connection.answer(answer);
    this.expect(connection);
  }

  /** The server wants so many slots. */
  need(pairs: number): void {
    if (pairs <= this.pairs) return;
    while (this.pairs < pairs) this.pairs *= 2;
    this.pairs = Math.min(this.pairs, MOST_PAIRS);
    this.negotiate({});
  }

  /** Makes an offer as soon as none is under way. */
  negotiate(wanted: Partial<Wanted>): void {
    this.wanted = {
      iceRestart: wanted.iceRestart || this.wanted?.iceRestart || false,
      fresh: wanted.fresh || this.wanted?.fresh || false,
    };
    if (!this.negotiating) void this.run();
  }

  /** A line has changed. */
  async apply(line: Line): Promise<void> {
    await this.joining?.apply(line);
    await this.current?.apply(line);
  }

  /** null while media is not connected. */
  async stats(): Promise<RTCStatsReport | null> {
    return this.current?.connected ? this.current.stats() : null;
  }

  /** False if the connection can not carry it. */
  sendSei(line: Line, message: SeiMessage): boolean {
    return this.current?.sendSei(line, message) ?? false;
  }

  receiver(mid: string): RTCRtpReceiver | undefined {
    return this.current?.receiver(mid);
  }

  close(): void {
    this.recovery.stop();
    this.wanted = null;
    this.joining?.close();
    this.current?.close();
    this.joining = this.current = null;
  }

  private async create(): Promise<Connection> {
    const connection: Connection = new Connection({
      ...this.options,
      pairs: this.pairs,
      onState: (state) => {
        log.debug('media connection', state);
        if (connection === this.current) this.recovery.state(state);
      },
    });
    for (const line of this.options.lines) await connection.apply(line);
    return connection;
  }

  /** It should come up now. An ICE restart may find it up. */
  private expect(connection: Connection): void {
    if (!connection.connected) this.recovery.expect();
  }

  private replace(connection: Connection): void {
    this.current?.close();
    this.current = connection;
    this.handler.replaced();
  }

  private async run(): Promise<void> {
    this.negotiating = true;
    while (this.wanted && this.current) {
      const wanted = this.wanted;
      this.wanted = null;
      try {
        await this.exchange(wanted);
      } catch (error) {
        if (this.current) log.warn('the renegotiation failed:', error);
      }
    }
    this.negotiating = false;
  }

  private async exchange({ iceRestart, fresh }: Wanted): Promise<void> {
    const before = this.current;
    const connection = fresh || !before ? await this.create() : before;
    try {
      connection.growTo(this.pairs);
      const { answer, slots } = await this.handler.request(await connection.offer(iceRestart));
      // Entering anew meanwhile made another connection the current one.
      if (this.current !== before) throw new Error('overtaken by a new session');
      if (connection !== before) this.replace(connection);
      if (answer !== undefined) await connection.answer(answer);
      if (slots) this.handler.slots(slots);
      if (iceRestart || fresh) this.expect(connection);
    } catch (error) {
      if (connection !== this.current) connection.close();
      throw error;
    }
  }
}
