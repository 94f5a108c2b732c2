// The room as the application sees it: enter, exit, roles, and the room's news as events. The stay itself is a Session.

import { EXTRA_CODE } from '../api/constants';
import type { TRTCEventTypes } from '../api/event_types';
import type { UserRole } from '../api/enums';
import type {
  EnterRoomConfig,
  SwitchRoomConfig,
  TurnServerOptions,
  VideoCodec,
} from '../api/types';
import type { Emitter } from '../base/emitter';
import { invalidOperation, notSupported, RtcError } from '../base/errors';
import { inBackground } from '../base/log';
import { Operation } from '../base/operation';
import type { Line, Outgoing } from '../media/outgoing';
import type { SeiMessage } from '../media/sei/nal';
import type { Names } from '../media/statistics';
import { fromWire } from '../remote/remote_media';
import type { RemoteMedia } from '../remote/remote_media';
import type { WireStreamType } from '../signal/messages';
import { QualityWatch } from './quality_watch';
import type { Change } from './roster';
import { Session } from './session';
import type { VideoWish } from './wishes';
import { EVERYBODY } from './wishes';

export interface EnterOptions {
  url: string;
  config: EnterRoomConfig;
  codec: { first: VideoCodec; only: boolean };
  /** Look into frames for SEI messages. */
  sei: boolean;
}

export class Room {
  private session: Session | null = null;
  private entered: EnterOptions | null = null;
  private quality: QualityWatch | null = null;
  private readonly operation = new Operation('the room');
  /** What was asked of audio before entering. */
  private readonly earlyAudio = new Map<string, boolean>();

  constructor(
    private readonly events: Emitter<TRTCEventTypes>,
    private readonly remote: RemoteMedia,
    private readonly outgoing: Outgoing,
  ) {}

  get active(): boolean {
    return this.operation.active;
  }

  /** Who we are in the room; '' outside of one. */
  get userId(): string {
    return this.session?.userId ?? '';
  }

  get isAudience(): boolean {
    return this.session !== null && this.session.currentRole === 'audience';
  }

  enter(options: EnterOptions): Promise<void> {
    return this.operation.start((signal) => this.join(options, signal));
  }

  /** Goes on in another room, in the same role and with what is published. */
  async switchTo({ roomId, strRoomId, privateMapKey, userSig }: SwitchRoomConfig): Promise<void> {
    this.require();
    let failure: Error | undefined;
    await this.operation.update(async (signal) => {
      const { session, entered } = this;
      if (!session || !entered) return;
      const role = session.currentRole;
      await session.leave();
      for (const change of session.roster.dropAll()) this.changed(change);
      this.forget();
      const config: EnterRoomConfig = {
        ...entered.config,
        ...{ roomId, strRoomId, privateMapKey, role },
        userSig: userSig ?? entered.config.userSig,
      };
      try {
        await this.join({ ...entered, config }, signal);
      } catch (error) {
        failure = RtcError.convertFrom(error);
      }
    });
    if (!failure) return;
    this.operation.ended();
    throw failure;
  }

  exit(): Promise<void> {
    return this.operation.stop(async () => {
      await this.session?.leave();
      this.forget();
    });
  }

  async switchRole(role: UserRole, privateMapKey: string | undefined): Promise<void> {
    const session = this.require();
    if (!session.roleMatters) {
      throw invalidOperation(undefined, 'roles are switched in scene live only');
    }
    await this.operation.update(() => session.switchRole(role, privateMapKey));
  }

  /** Without effect outside of a room: what is wanted then is published on entering. */
  async publish(line: Line): Promise<void> {
    const { session } = this;
    try {
      await session?.publish(line);
    } catch (error) {
      // Leaving meanwhile ends the publishing; the capture goes on.
      if (session === this.session) throw error;
    }
  }

  /** Sends a message with the next frames of `line`; errors say why that can not be. */
  sendSei(line: Line, message: SeiMessage): void {
    const published = this.session && !this.isAudience && line.wanted && line.track !== null;
    if (!published) {
      const message = 'publish the video before sending SEI messages with it';
      throw invalidOperation(EXTRA_CODE.SEI_WITHOUT_VIDEO, message);
    }
    if (this.session?.sendSei(line, message)) return;
    throw notSupported(
      EXTRA_CODE.NO_SEI,
      'only H.264 carries SEI messages, and not in every browser',
    );
  }

  renegotiate(): void {
    if (this.operation.started) this.session?.renegotiate();
  }

  async watchVideo(userId: string, stream: WireStreamType, video: VideoWish): Promise<void> {
    await this.session?.watchVideo(userId, stream, video);
  }

  async watchAudio(userId: string, audio: boolean): Promise<void> {
    if (!this.session) return void this.earlyAudio.set(userId, audio);
    if (userId !== EVERYBODY && !this.session.roster.has(userId)) throw noSuchUser(userId);
    await this.session.watchAudio(userId, audio);
  }

  /** Throws unless that video can be watched now. */
  requireVideo(userId: string, streamType: WireStreamType): void {
    // Who is in the room is told while entering is not over yet; the application may answer that at once.
    const known = this.session?.roster.has(userId) ? this.session : null;
    const { roster } = known ?? this.require();
    if (!known) throw noSuchUser(userId);
    if (roster.hasVideo(userId, streamType)) return;
    const message = `${userId} publishes no ${fromWire(streamType)} video`;
    throw invalidOperation(EXTRA_CODE.NO_REMOTE_STREAM, message);
  }

  private async join(options: EnterOptions, signal: AbortSignal): Promise<void> {
    const { outgoing } = this;
    const rtc = rtcConfiguration(options.config);
    const session = new Session({ ...options, rtc, outgoing });
    this.listen(session);
    this.session = session;
    this.entered = options;
    for (const [userId, audio] of this.earlyAudio) {
      inBackground(session.watchAudio(userId, audio), 'watching');
    }
    try {
      await session.enter(signal);
      this.watchPage(session);
      this.watchQuality(session);
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  private require(): Session {
    if (this.session && this.operation.started) return this.session;
    throw invalidOperation(EXTRA_CODE.NOT_IN_ROOM, 'enter a room first');
  }

  private listen(session: Session): void {
    const { events } = this;
    session.on('change', (change) => this.changed(change));
    session.on('slot', (change, receiver) => this.remote.slot(change, receiver));
    session.on('state', (change) => events.emit('connection-state-changed', change));
    session.on('publish', (change) => events.emit('publish-state-changed', change));
    session.on('trouble', (error) => events.emit('error', error));
    session.on('sei', ({ userId, streamType, payloadType, data }) =>
      events.emit('sei-message', {
        userId,
        streamType: fromWire(streamType),
        seiPayloadType: payloadType,
        data: data.buffer as ArrayBuffer,
      }),
    );
    session.on('kicked', (reason) => {
      this.ended();
      events.emit('kicked-out', { reason });
    });
    session.on('failed', (error) => {
      this.ended();
      events.emit('error', RtcError.convertFrom(error));
    });
  }

  private changed(change: Change): void {
    const { events, remote } = this;
    const { userId } = change;
    switch (change.type) {
      case 'enter':
        return events.emit('remote-user-enter', { userId });
      case 'exit':
        return events.emit('remote-user-exit', { userId, reason: change.reason });
      case 'audio-on':
        return events.emit('remote-audio-available', { userId });
      case 'audio-off':
        return events.emit('remote-audio-unavailable', { userId });
      case 'video-on':
        return events.emit('remote-video-available', {
          userId,
          streamType: fromWire(change.streamType),
        });
      case 'video-off': {
        const streamType = fromWire(change.streamType);
        if (remote.gone(userId, streamType)) this.session?.unwatchVideo(userId, change.streamType);
        return events.emit('remote-video-unavailable', { userId, streamType });
      }
    }
  }

  private watchQuality(session: Session): void {
    if (session !== this.session) return;
    const { events, outgoing, remote } = this;
    const names: Names = {
      sent: (mid) => outgoing.lines.find((line) => line.mid === mid)?.name,
      received: (mid) => {
        const occupant = session.occupant(mid);
        if (!occupant) return undefined;
        const { userId } = occupant;
        const streamType = fromWire(occupant.streamType);
        return { userId, streamType, small: remote.video(userId, streamType)?.small ?? false };
      },
    };
    const measured = { names, sample: () => session.sample(), signalling: session.traffic };
    this.quality = new QualityWatch(measured, events);
    this.quality.start();
  }

  private ended(): void {
    this.operation.ended();
    this.forget();
  }

  private forget(): void {
    this.quality?.stop();
    this.quality = null;
    this.session?.off('*');
    this.session = this.entered = null;
    this.earlyAudio.clear();
    this.remote.clear();
    window.removeEventListener('pagehide', this.pageHidden);
    window.removeEventListener('online', this.networkChanged);
    connection()?.removeEventListener('change', this.networkChanged);
  }

  private watchPage(session: Session): void {
    if (session !== this.session) return;
    window.addEventListener('pagehide', this.pageHidden);
    window.addEventListener('online', this.networkChanged);
    connection()?.addEventListener('change', this.networkChanged);
  }

  /** The others see somebody who closes the tab leave at once, not after a time-out. */
  private readonly pageHidden = (event: PageTransitionEvent) => {
    if (!event.persisted) this.session?.vanish();
  };

  private readonly networkChanged = () => this.session?.networkChanged();
}

function noSuchUser(userId: string): RtcError {
  return invalidOperation(EXTRA_CODE.NO_REMOTE_USER, `${userId} is not in the room`);
}

/** Network information, where the browser has it. */
function connection(): EventTarget | undefined {
  return (navigator as { connection?: EventTarget }).connection;
}

function rtcConfiguration({ proxy }: EnterRoomConfig): RTCConfiguration {
  if (typeof proxy !== 'object') return {};
  const { turnServer, iceTransportPolicy } = proxy;
  const servers = turnServer === undefined ? [] : [turnServer].flat();
  return { iceTransportPolicy, iceServers: servers.map(iceServer) };
}

function iceServer({ url, username, credential }: TurnServerOptions): RTCIceServer {
  return { urls: /^turns?:/.test(url) ? url : `turn:${url}`, username, credential };
}
