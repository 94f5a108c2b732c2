// The resumable channel: numbered messages to and from the server, each once and in order, over as many sockets as
// it takes. docs/signalling.md is its specification; it knows nothing about rooms or media.

import type { ServerError } from '../base/errors';
import { log } from '../base/log';
import { Backoff } from './backoff';
import { Heartbeat } from './heartbeat';
import { ACK_EVERY, Ledger } from './ledger';
import type { Join, Joined, Request, ServerMessage, Speakers } from './messages';
import { SIGNAL_ERROR } from './messages';

/** What the channel needs of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface ChannelHandler {
  /** Makes the frame to enter with; asked for again when the session is lost, then with the token of the lost one. */
  join(resumeToken: string | undefined): Promise<Join>;
  joined(message: Joined): void;
  /** The session is gone with all that was not answered; a `join` follows. */
  lost(): void;
  message(message: ServerMessage): void;
  speakers(message: Speakers): void;
  /** Whether messages flow now. */
  online(up: boolean): void;
  /** The server does not let us in (again); the channel is closed. */
  refused(error: ServerError): void;
}

export interface ChannelOptions {
  url: string;
  open: (url: string) => Socket;
  random?: () => number;
}

/** An acknowledgement goes out within 500 ms; this leaves some for the way. */
const ACK_DELAY_MS = 300;
/** From opening a socket to `joined` or `resumed`. */
const HANDSHAKE_TIMEOUT_MS = 5000;
const DEFAULT_PING_MS = 5000;
const CLOSE_KICKED = 4001;
/** Refusals that pass: when coming back, the channel tries again. */
const PASSING_ERRORS = new Set<number>([
  SIGNAL_ERROR.TOO_MANY_REQUESTS,
  SIGNAL_ERROR.SHUTTING_DOWN,
  SIGNAL_ERROR.INTERNAL,
]);

type Phase = 'idle' | 'waiting' | 'joining' | 'resuming' | 'open' | 'closed';

export class Channel {
  private phase: Phase = 'idle';
  private socket: Socket | null = null;
  private ledger = new Ledger();
  private readonly backoff: Backoff;
  private readonly heartbeat: Heartbeat;
  private resumeToken: string | undefined;
  private sessionAlive = false;
  private everJoined = false;
  private joinFrame: Promise<Join> | null = null;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private handshakeTimer: ReturnType<typeof setTimeout> | undefined;
  private pingMs = DEFAULT_PING_MS;

  constructor(
    private readonly options: ChannelOptions,
    private readonly handler: ChannelHandler,
  ) {
    this.backoff = new Backoff(options.random);
    this.heartbeat = new Heartbeat(
      () => this.ping(),
      () => this.broken('silent'),
    );
  }

  open(): void {
    if (this.phase === 'idle') this.connect();
  }

  /** Sends a numbered message, now or when a socket is there again; returns its number. */
  send(message: Request): number {
    const { seq, text } = this.ledger.enqueue(message);
    if (this.phase === 'open') this.socket?.send(text);
    if (this.ledger.overflown) this.giveUpSession();
    return seq;
  }

  /** The network may have changed: find out now whether the socket still works, or try now instead of later. */
  probe(): void {
    if (this.phase === 'open') this.heartbeat.probe();
    if (this.phase === 'waiting') this.connect();
  }

  close(): void {
    // The server keeps what was not acknowledged.
    this.sendAck();
    this.phase = 'closed';
    this.dropSocket(1000);
    clearTimeout(this.retryTimer);
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.phase = this.sessionAlive ? 'resuming' : 'joining';
    const socket = this.options.open(this.options.url);
    this.socket = socket;
    const current = () => this.socket === socket;
    socket.onopen = () => current() && this.handshake(socket);
    socket.onmessage = (event) => current() && this.received(event.data);
    socket.onclose = (event) => current() && this.socketClosed(event.code);
    this.handshakeTimer = setTimeout(() => this.broken('no handshake'), HANDSHAKE_TIMEOUT_MS);
  }

  private handshake(socket: Socket): void {
    if (this.phase === 'resuming') {
      this.frame({ type: 'resume', resumeToken: this.resumeToken, ack: this.ledger.received });
    } else {
      void this.sendJoin(socket);
    }
  }

  private async sendJoin(socket: Socket): Promise<void> {
    this.joinFrame ??= this.handler.join(this.resumeToken);
    try {
      const frame = await this.joinFrame;
      if (this.socket === socket && this.phase === 'joining') this.frame(frame);
    } catch (error) {
      this.joinFrame = null;
      if (this.socket === socket) this.refuse({ code: 0, message: String(error) });
    }
  }

  private received(data: unknown): void {
    const message = parse(data);
    if (!message) return log.warn('a frame of the server can not be read');
    this.heartbeat.heard();
    this.ledger.acknowledge(message.ack);
    switch (message.type) {
      case 'joined':
        return this.onJoined(message as unknown as Joined);
      case 'resumed':
        return this.onResumed();
      case 'error':
        return this.onError(message as unknown as ServerError);
      case 'speakers':
        return this.handler.speakers(message as unknown as Speakers);
      case 'goaway':
        return log.info('the server says goodbye:', message.reason);
      case 'ping':
        return this.frame({ type: 'pong', ack: this.ledger.received });
      case 'pong':
        // Only now: a server that takes sockets and drops them at once must not be asked in a tight loop.
        return this.backoff.reset();
      case 'ack':
        return;
      default:
        return this.onNumbered(message);
    }
  }

  private onJoined(message: Joined): void {
    if (this.phase !== 'joining') return;
    this.joinFrame = null;
    this.resumeToken = message.resumeToken;
    this.sessionAlive = this.everJoined = true;
    this.pingMs = message.settings?.pingIntervalMs ?? DEFAULT_PING_MS;
    this.opened(() => this.handler.joined(message));
  }

  private onResumed(): void {
    if (this.phase === 'resuming') this.opened(() => undefined);
  }

  /** `first` comes before what the application sends from its `online` handler. */
  private opened(first: () => void): void {
    clearTimeout(this.handshakeTimer);
    this.phase = 'open';
    this.heartbeat.start(this.pingMs);
    for (const text of this.ledger.unacknowledged()) this.socket?.send(text);
    first();
    // The handler may have closed the channel.
    if (this.isOpen()) this.handler.online(true);
  }

  private isOpen(): boolean {
    return this.phase === 'open';
  }

  private onError(error: ServerError): void {
    if (this.phase === 'resuming' && error.code === SIGNAL_ERROR.SESSION_UNKNOWN && this.socket) {
      this.phase = 'joining';
      this.loseSession();
      void this.sendJoin(this.socket);
    } else if (this.phase === 'joining' || this.phase === 'resuming') {
      if (this.everJoined && PASSING_ERRORS.has(error.code)) this.broken(error.message);
      else this.refuse(error);
    } else {
      log.warn(`the server could not read a frame: ${error.code} ${error.message}`);
    }
  }

  private onNumbered(message: Frame): void {
    if (typeof message.seq !== 'number') return;
    const verdict = this.ledger.accept(message.seq);
    if (verdict === 'gap') return this.broken('a message is missing');
    if (verdict === 'seen') return;
    if (this.ledger.owed >= ACK_EVERY) this.sendAck();
    else this.ackTimer ??= setTimeout(() => this.sendAck(), ACK_DELAY_MS);
    if (message.type === 'result' && typeof message.resumeToken === 'string') {
      this.resumeToken = message.resumeToken;
    }
    this.handler.message(message as unknown as ServerMessage);
  }

  private sendAck(): void {
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    if (this.phase !== 'open' || this.ledger.owed === 0) return;
    this.ledger.told();
    this.frame({ type: 'ack', ack: this.ledger.received });
  }

  private ping(): void {
    this.ledger.told();
    this.frame({ type: 'ping', ack: this.ledger.received });
  }

  private frame(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private socketClosed(code: number): void {
    if (code === CLOSE_KICKED) this.refuse({ code, message: 'the server closed the session' });
    else this.broken(`closed with ${code}`);
  }

  private broken(why: string): void {
    if (this.phase === 'closed') return;
    const wasOpen = this.phase === 'open';
    this.dropSocket();
    this.phase = 'waiting';
    const delay = this.backoff.next();
    log.info(`signalling: ${why}; next try in ${delay} ms`);
    this.retryTimer = setTimeout(() => this.connect(), delay);
    if (wasOpen) this.handler.online(false);
  }

  private loseSession(): void {
    this.sessionAlive = false;
    this.ledger = new Ledger();
    this.joinFrame = null;
    this.handler.lost();
  }

  /** Too much waits to be sent: start over with a new session. */
  private giveUpSession(): void {
    this.loseSession();
    this.broken('too many messages wait');
  }

  private refuse(error: ServerError): void {
    this.close();
    this.handler.refused(error);
  }

  private dropSocket(code?: number): void {
    this.heartbeat.stop();
    clearTimeout(this.handshakeTimer);
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }
}

type Frame = Record<string, unknown> & { type: string };

function parse(data: unknown): Frame | null {
  if (typeof data !== 'string') return null;
  try {
    const value = JSON.parse(data) as Frame | null;
    return value !== null && typeof value.type === 'string' ? value : null;
  } catch {
    return null;
  }
}
