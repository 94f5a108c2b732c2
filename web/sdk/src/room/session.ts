// One stay in one room: the channel, the media link and what is known of the room, wired together. It lives on over
// broken sockets, lost sessions and restarted servers until `leave`, a kick or a refusal.

import { ERROR_CODE, EXTRA_CODE } from '../api/constants';
import type { UserRole } from '../api/enums';
import type { EnterRoomConfig, VideoCodec } from '../api/types';
import { Emitter } from '../base/emitter';
import type { ServerError } from '../base/errors';
import { operationFailed, RtcError, serverError } from '../base/errors';
import { inBackground, log } from '../base/log';
import { orAborted } from '../base/operation';
import type { Line, Outgoing } from '../media/outgoing';
import { MediaLink } from '../media/link';
import type { Sample } from '../media/sample';
import { sample } from '../media/sample';
import type { SeiMessage } from '../media/sei/nal';
import type { Socket } from '../signal/channel';
import { Channel } from '../signal/channel';
import type {
  Join,
  Joined,
  Request,
  Result,
  RoomEvent,
  ServerMessage,
  Slot,
  Speakers,
  WireStreamType,
} from '../signal/messages';
import { ROOM_EVENTS, SIGNAL_ERROR } from '../signal/messages';
import { Requests, SessionLost } from '../signal/requests';
import type { Traffic } from '../signal/traffic';
import { countedSocket } from '../signal/traffic';
import { joinFrame } from './join';
import type { StateChange } from './link_state';
import { LinkState } from './link_state';
import type { PublishChange } from './publisher';
import { Publisher } from './publisher';
import type { Change } from './roster';
import { Roster } from './roster';
import type { SlotChange } from './slots';
import { SlotTable } from './slots';
import type { VideoWish } from './wishes';
import { EVERYBODY, Wishes } from './wishes';

export interface SessionEvents {
  change: [change: Change];
  /** A slot begins or ends to carry somebody; `receiver` is where the track comes from. */
  slot: [change: SlotChange, receiver: RTCRtpReceiver];
  state: [change: StateChange];
  publish: [change: PublishChange];
  sei: [message: SeiMessage & { userId: string; streamType: WireStreamType }];
  kicked: [reason: 'kick' | 'banned' | 'room_disband'];
  /** Over, and not by our will. */
  failed: [error: RtcError];
  /** Something lasting is wrong, but the session goes on. */
  trouble: [error: RtcError];
}

export interface SessionOptions {
  url: string;
  config: EnterRoomConfig;
  codec: { first: VideoCodec; only: boolean };
  rtc: RTCConfiguration;
  outgoing: Outgoing;
  /** Look into frames for SEI messages. */
  sei?: boolean;
  /** For tests. */
  open?: (url: string) => Socket;
}

/** Entering a room gives up when the server can't be reached for so long. */
const ENTER_TIMEOUT_MS = 15_000;
const LEAVE_TIMEOUT_MS = 1000;
/** After a restart of the server the others come back within this time, or they have left. */
const MISSING_GRACE_MS = 15_000;

export class Session extends Emitter<SessionEvents> {
  readonly roster = new Roster();
  /** Bytes of signalling. */
  readonly traffic: Traffic = { sent: 0, received: 0 };
  private role: UserRole;
  private readonly channel: Channel;
  private readonly requests = new Requests();
  private readonly media: MediaLink;
  private readonly slots = new SlotTable();
  private readonly wishes = new Wishes();
  private readonly link = new LinkState((change) => this.emit('state', change));
  private readonly publisher: Publisher;
  private entry: { resolve: () => void; reject: (error: Error) => void } | null = null;
  private afterRejoin: (() => void)[] = [];
  private missingTimer: ReturnType<typeof setTimeout> | undefined;
  private watching: Promise<void> | null = null;
  private over = false;
  private lingering = false;

  constructor(private readonly options: SessionOptions) {
    super();
    this.role = this.roleMatters ? (options.config.role ?? 'anchor') : 'anchor';
    this.publisher = new Publisher({
      apply: (line) => this.media.apply(line),
      tell: (tracks) => this.desire({ type: 'publish', tracks }),
      allowed: () => this.role === 'anchor',
      changed: (change) => this.emit('publish', change),
    });
    this.media = this.createMedia();
    this.channel = this.createChannel();
  }

  get userId(): string {
    return this.options.config.userId;
  }

  get currentRole(): UserRole {
    return this.role;
  }

  get roleMatters(): boolean {
    return this.options.config.scene === 'live';
  }

  /** Resolves in the room; rejects when refused, aborted, or the server can't be reached. */
  async enter(signal: AbortSignal): Promise<void> {
    const joined = new Promise<void>((resolve, reject) => (this.entry = { resolve, reject }));
    const timer = setTimeout(
      () => this.entry?.reject(operationFailed('the server can not be reached')),
      ENTER_TIMEOUT_MS,
    );
    this.link.entering();
    this.channel.open();
    try {
      await orAborted(joined, signal);
    } catch (error) {
      if (signal.aborted) this.abandon();
      this.end();
      throw error;
    } finally {
      clearTimeout(timer);
      this.entry = null;
    }
  }

  /** Says goodbye if the server can hear it, and ends. */
  async leave(): Promise<void> {
    if (this.link.signallingUp && !this.over) {
      const timeout = new Promise((resolve) => setTimeout(resolve, LEAVE_TIMEOUT_MS));
      await Promise.race([this.request({ type: 'leave' }).catch(() => undefined), timeout]);
    }
    this.end();
  }

  /** Says goodbye without waiting: the page is going away. */
  vanish(): void {
    this.goodbye();
    this.end();
  }

  /** What was sent before closing still goes out. */
  private goodbye(): void {
    this.channel.send({ type: 'leave' });
    this.channel.close();
  }

  /** Given up while the server may just be letting us in: stay to say goodbye, or it keeps a ghost of us. */
  private abandon(): void {
    this.lingering = true;
    setTimeout(() => this.channel.close(), LEAVE_TIMEOUT_MS);
  }

  async switchRole(role: UserRole, privateMapKey?: string): Promise<void> {
    const before = this.role;
    // Coming back meanwhile enters with the new role already.
    this.role = role;
    try {
      await this.desire({ type: 'role', role, privateMapKey });
    } catch (error) {
      this.role = before;
      throw error;
    }
    await this.publishAgain();
  }

  publish(line: Line): Promise<void> {
    return this.publisher.sync(line);
  }

  /** Asks for video of a stream, in a size, or for it no more. */
  watchVideo(userId: string, streamType: WireStreamType, video: VideoWish): Promise<void> {
    this.wishes.set(userId, streamType, { video });
    return this.tellWishes();
  }

  /** A watched video is gone: back to what holds for everybody. */
  unwatchVideo(userId: string, streamType: WireStreamType): void {
    const { autoReceiveVideo = false } = this.options.config;
    inBackground(this.watchVideo(userId, streamType, autoReceiveVideo), 'watching');
  }

  watchAudio(userId: string, audio: boolean): Promise<void> {
    const users = userId === EVERYBODY ? [EVERYBODY, ...this.roster.userIds()] : [userId];
    for (const user of users) {
      for (const streamType of ['main', 'aux'] as const) {
        this.wishes.set(user, streamType, { audio });
      }
    }
    return this.tellWishes();
  }

  /** Negotiates again, for what only a description can say (stereo). */
  renegotiate(): void {
    this.media.negotiate({});
  }

  /** The network under us may be another one. */
  networkChanged(): void {
    this.channel.probe();
    this.media.negotiate({ iceRestart: true });
  }

  /** Counters of the media connection; null while it is not up. */
  async sample(): Promise<Sample | null> {
    const report = await this.media.stats();
    return report && sample(report, performance.now());
  }

  /** Whose stream comes by that m-line. */
  occupant(mid: string) {
    return this.slots.occupant(mid);
  }

  /** Sends a message with the next frames of `line`; false if the connection can not carry it. */
  sendSei(line: Line, message: SeiMessage): boolean {
    return this.media.sendSei(line, message);
  }

  private readonly seiFound = (mid: string, message: SeiMessage) => {
    const occupant = this.slots.occupant(mid);
    if (occupant) this.emit('sei', { ...occupant, ...message });
  };

  private createMedia(): MediaLink {
    const { rtc, codec, outgoing, sei } = this.options;
    return new MediaLink(
      { configuration: rtc, codec, lines: outgoing.lines, onSei: sei ? this.seiFound : undefined },
      {
        request: (sdp) => this.request({ type: 'offer', sdp, tracks: this.sendingTracks() }),
        replaced: () => this.emitSlots(this.slots.reset()),
        slots: (slots) => this.applySlots(slots),
        up: (up) => this.link.mediaIs(up),
        blocked: () => this.mediaBlocked(),
      },
    );
  }

  private createChannel(): Channel {
    const { url, open = (u) => countedSocket(u, this.traffic) } = this.options;
    return new Channel(
      { url, open },
      {
        join: (resumeToken) => this.join(resumeToken),
        joined: (message) => void this.joined(message),
        lost: () => this.requests.fail(new SessionLost()),
        message: (message) => this.received(message),
        speakers: (_: Speakers) => undefined,
        online: (up) => this.link.signallingIs(up),
        refused: (error) => this.refused(error),
      },
    );
  }

  private async join(resumeToken: string | undefined): Promise<Join> {
    const offer = await this.media.joinOffer();
    const tracks = this.sendingTracks();
    this.publisher.announced(tracks);
    return joinFrame(this.options.config, { offer, resumeToken, role: this.role, tracks });
  }

  private sendingTracks() {
    return this.options.outgoing.lines.map((line) => line.wire(this.role === 'anchor'));
  }

  private async joined(message: Joined): Promise<void> {
    if (this.over) return this.goodbye();
    try {
      const answered = this.media.joined(message.answer ?? '');
      if (message.slots) this.applySlots(message.slots);
      this.wishes.untold();
      inBackground(this.tellWishes(), 'watching');
      for (const change of this.roster.snapshot(message.room.event, message.room.members)) {
        this.roomChanged(change);
      }
      this.awaitMissing();
      await answered;
      if (this.over) return;
      if (message.need) this.media.need(message.need.pairs);
      this.publisher.entered(this.options.outgoing.lines);
      this.afterRejoin.splice(0).forEach((done) => done());
      this.entry?.resolve();
    } catch (error) {
      const failure = operationFailed(`the server's answer can not be used: ${String(error)}`);
      if (this.entry) this.entry.reject(failure);
      else this.fail(failure);
    }
  }

  private awaitMissing(): void {
    clearTimeout(this.missingTimer);
    this.missingTimer = setTimeout(
      () => this.roster.dropMissing().forEach((change) => this.roomChanged(change)),
      MISSING_GRACE_MS,
    );
  }

  private received(message: ServerMessage): void {
    switch (message.type) {
      case 'result':
        return this.requests.settle(message);
      case 'slots':
        return this.applySlots(message.slots);
      case 'need':
        return this.media.need(message.pairs);
      case 'media-failed':
        log.warn('the server gave up the media connection:', message.reason);
        return this.media.negotiate({ fresh: true });
      case 'kicked':
        return this.kicked(message.reason);
      default:
        // What a newer server may say beyond this is not for us.
        if (ROOM_EVENTS.has(message.type)) this.roomEvent(message);
    }
  }

  private roomEvent(message: RoomEvent): void {
    if (message.userId === this.options.config.userId) {
      if (message.type === 'role-changed') this.roleChanged(message.role);
      return;
    }
    const changes = this.roster.apply(message);
    changes.forEach((change) => this.roomChanged(change));
    if (message.type === 'member-joined') {
      // Who was missing after a restart of the server is new to it: it has to hear our wishes again.
      this.wishes.untold(message.userId);
      inBackground(this.tellWishes(), 'watching');
    }
  }

  /** An administrator changed our role. */
  private roleChanged(role: UserRole): void {
    this.role = role;
    inBackground(this.publishAgain(), 'publishing');
  }

  private publishAgain(): Promise<void[]> {
    const wanted = this.options.outgoing.lines.filter((line) => line.wanted);
    return Promise.all(wanted.map((line) => this.publisher.sync(line)));
  }

  private roomChanged(change: Change): void {
    if (change.type === 'exit') this.wishes.forget(change.userId);
    this.emit('change', change);
  }

  private applySlots(slots: Slot[]): void {
    this.emitSlots(this.slots.apply(slots));
  }

  private emitSlots(changes: SlotChange[]): void {
    for (const change of changes) {
      const receiver = this.media.receiver(change.mid);
      if (receiver || !change.on) this.emit('slot', change, receiver as RTCRtpReceiver);
      else log.warn(`the server named an m-line that does not exist: ${change.mid}`);
    }
  }

  private request(message: Request): Promise<Result> {
    if (this.over) return Promise.reject(new SessionLost());
    return this.requests.wait(this.channel.send(message));
  }

  /** A request about something that entering anew says as well: a lost session fulfils it as soon as we are back. */
  private async desire(message: Request): Promise<void> {
    try {
      await this.request(message);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      if (!this.over) await new Promise<void>((done) => this.afterRejoin.push(done));
    }
  }

  /** Wishes made in one go are told in one message. */
  private tellWishes(): Promise<void> {
    this.watching ??= Promise.resolve().then(() => {
      this.watching = null;
      const present = (userId: string) => userId === EVERYBODY || this.roster.isPresent(userId);
      const streams = this.wishes.takeChanges(present);
      return streams.length > 0 ? this.desire({ type: 'watch', streams }) : undefined;
    });
    return this.watching;
  }

  private mediaBlocked(): boolean {
    if (!this.link.signallingUp) return false;
    const message = 'no media connection to the server: its UDP and TCP ports may be blocked';
    this.emit('trouble', operationFailed(message, EXTRA_CODE.MEDIA_BLOCKED));
    return true;
  }

  private kicked(reason: string): void {
    this.end();
    this.emit('kicked', reason === 'banned' || reason === 'room_disband' ? reason : 'kick');
  }

  private refused(error: ServerError): void {
    const cause = serverError(error);
    if (!this.entry && error.code === SIGNAL_ERROR.ENTERED_ELSEWHERE) return this.kicked('kick');
    if (this.entry) return this.entry.reject(cause);
    const message = `the room can not be entered again: ${cause.message}`;
    this.fail(operationFailed(message, EXTRA_CODE.REENTRY_FAILED, cause));
  }

  private fail(error: RtcError): void {
    if (this.over) return;
    this.end();
    this.emit('failed', error);
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.missingTimer);
    if (!this.lingering) this.channel.close();
    this.media.close();
    this.emitSlots(this.slots.reset());
    this.publisher.left();
    this.requests.fail(
      new RtcError({ code: ERROR_CODE.OPERATION_ABORT, message: 'the room was left meanwhile' }),
    );
    this.afterRejoin.splice(0).forEach((done) => done());
    this.link.left();
  }
}
