// The server's side of the resumable channel for tests: sockets that the test breaks, a session that outlives them.

import type { Socket } from '../src/signal/channel';

type Frame = Record<string, unknown> & { type: string };

/** One socket between the client and `FakeServer`; frames travel in microtasks or not at all once it is cut. */
export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private up = true;
  /** What was sent before a proper close still arrives; what a cut finds on the way does not. */
  private lost = false;

  constructor(
    private readonly server: FakeServer,
    private readonly delayMs: number,
  ) {
    setTimeout(() => {
      if (!this.up) return;
      if (this.server.reachable) this.onopen?.();
      else this.cut(1006);
    }, delayMs);
  }

  send(text: string): void {
    setTimeout(
      () => this.lost || this.server.receive(this, JSON.parse(text) as Frame),
      this.delayMs,
    );
  }

  deliver(frame: object): void {
    const text = JSON.stringify(frame);
    setTimeout(() => this.up && this.onmessage?.({ data: text }), this.delayMs);
  }

  close(): void {
    this.up = false;
    this.server.forget(this);
  }

  /** Both sides lose what is on the way. */
  cut(code = 1006): void {
    if (!this.up) return;
    this.lost = true;
    this.close();
    this.onclose?.({ code });
  }

  /** Nothing arrives any more, and nobody is told. */
  freeze(): void {
    this.deliver = () => undefined;
    this.send = () => undefined;
  }
}

export class FakeServer {
  reachable = true;
  delayMs = 1;
  /** The newest socket. */
  socket: FakeSocket | null = null;
  opened = 0;
  joins: Frame[] = [];
  resumes = 0;
  /** Numbered messages of the client, each as often as it got through the books. */
  got: Frame[] = [];
  onRequest: (frame: Frame) => void = () => undefined;
  onJoin: (frame: Frame) => object = () => ({});

  private session: { token: string; sent: number; seen: number; queue: Frame[] } | null = null;
  private sessions = 0;
  /** The socket that the session uses: the one that joined or resumed last. */
  private attached: FakeSocket | null = null;

  open = (): FakeSocket => {
    this.opened++;
    this.socket = new FakeSocket(this, this.delayMs);
    return this.socket;
  };

  forget(socket: FakeSocket): void {
    if (this.socket === socket) this.socket = null;
    if (this.attached === socket) this.attached = null;
  }

  /** As after kill -9: no session is left. */
  restart(): void {
    this.session = null;
    this.socket?.cut();
  }

  send(message: object): void {
    if (!this.session) throw new Error('no session');
    const frame = {
      ...message,
      seq: ++this.session.sent,
      ack: this.session.seen,
    } as never as Frame;
    this.session.queue.push(frame);
    this.attached?.deliver(frame);
  }

  frame(frame: object): void {
    this.socket?.deliver(frame);
  }

  get unacknowledged(): number {
    return this.session?.queue.length ?? 0;
  }

  receive(socket: FakeSocket, frame: Frame): void {
    if (this.session && typeof frame.ack === 'number' && frame.type !== 'resume')
      this.acked(frame.ack);
    if (frame.type === 'join') return this.join(socket, frame);
    if (frame.type === 'resume') return this.resume(socket, frame);
    if (frame.type === 'ping') return socket.deliver({ type: 'pong', ack: this.session?.seen });
    if (frame.type === 'ack' || typeof frame.seq !== 'number' || !this.session) return;
    if (frame.seq <= this.session.seen) return;
    if (frame.seq !== this.session.seen + 1) throw new Error(`gap before ${frame.seq}`);
    this.session.seen = frame.seq;
    this.got.push(frame);
    this.onRequest(frame);
  }

  private acked(ack: number): void {
    if (this.session)
      this.session.queue = this.session.queue.filter((f) => (f.seq as number) > ack);
  }

  private join(socket: FakeSocket, frame: Frame): void {
    this.joins.push(frame);
    const answer = this.onJoin(frame);
    if ((answer as Frame).type === 'error') return socket.deliver(answer);
    this.attached = socket;
    this.session = { token: `token${++this.sessions}`, sent: 0, seen: 0, queue: [] };
    socket.deliver({
      type: 'joined',
      sessionId: `s${this.sessions}`,
      resumeToken: this.session.token,
      ack: 0,
      room: { event: { epoch: 1, number: 1 }, scene: 'rtc', members: [] },
      ...answer,
    });
  }

  private resume(socket: FakeSocket, frame: Frame): void {
    if (!this.session || frame.resumeToken !== this.session.token) {
      return socket.deliver({ type: 'error', code: -120005, message: 'session unknown' });
    }
    this.resumes++;
    this.attached = socket;
    this.acked(frame.ack as number);
    socket.deliver({ type: 'resumed', ack: this.session.seen });
    for (const f of this.session.queue) socket.deliver(f);
  }
}
