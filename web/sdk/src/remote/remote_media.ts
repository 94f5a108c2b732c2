// Everything that is received: audio played as it comes, video shown where the application wants it.

import { EXTRA_CODE } from '../api/constants';
import type { TRTCEventTypes } from '../api/event_types';
import type { RemoteVideoConfig, StreamType } from '../api/types';
import type { Emitter } from '../base/emitter';
import { invalidOperation } from '../base/errors';
import { log } from '../base/log';
import { Operation } from '../base/operation';
import type { Loudness } from '../media/volume';
import { receiverLevel } from '../media/volume';
import type { SlotChange } from '../room/slots';
import type { VideoWish } from '../room/wishes';
import type { WireStreamType } from '../signal/messages';
import { AudioPlayer } from './audio_player';
import type { Autoplay } from './autoplay';
import { RemoteVideo } from './remote_video';
import type { VideoPlayerHandler } from './video_player';

/** Told the server what to send. */
type Watch = (userId: string, streamType: WireStreamType, video: VideoWish) => Promise<void>;

export const toWire = (streamType: StreamType): WireStreamType =>
  streamType === 'sub' ? 'aux' : 'main';
export const fromWire = (streamType: WireStreamType): StreamType =>
  streamType === 'aux' ? 'sub' : 'main';

const key = (userId: string, streamType: StreamType) => `${streamType} ${userId}`;

interface Heard {
  userId: string;
  player: AudioPlayer;
  receiver: RTCRtpReceiver;
}
interface Shown {
  userId: string;
  streamType: StreamType;
  video: RemoteVideo | null;
  operation: Operation;
}

export class RemoteMedia {
  private readonly heard = new Map<string, Heard>();
  private readonly shown = new Map<string, Shown>();
  private readonly videoTracks = new Map<string, MediaStreamTrack>();
  private readonly userVolumes = new Map<string, number>();
  private defaultVolume = 100;

  constructor(
    private readonly events: Emitter<TRTCEventTypes>,
    private readonly autoplay: Autoplay,
    private readonly watch: Watch,
  ) {}

  /** A slot begins or ends to carry somebody. */
  slot(change: SlotChange, receiver: RTCRtpReceiver): void {
    const streamType = fromWire(change.streamType);
    const name = key(change.userId, streamType);
    if (change.kind === 'audio') {
      this.heard.get(name)?.player.close();
      this.heard.delete(name);
      if (change.on) this.hear(name, change.userId, receiver);
    } else if (change.on) {
      this.videoTracks.set(name, receiver.track);
      this.shown.get(name)?.video?.setTrack(receiver.track);
    } else {
      this.videoTracks.delete(name);
      this.shown.get(name)?.video?.setTrack(null);
    }
    if (change.on) this.tellTrack(change.userId, streamType, receiver.track);
  }

  async startVideo(config: RemoteVideoConfig): Promise<void> {
    const { userId, streamType } = config;
    const shown = this.entry(userId, streamType);
    await shown.operation.start(async (signal) => {
      const video = new RemoteVideo(config, this.videoHandler(userId, streamType), (wish) =>
        this.wish(userId, streamType, wish),
      );
      shown.video = video;
      video.setTrack(this.videoTracks.get(key(userId, streamType)) ?? null);
      try {
        await this.watch(userId, toWire(streamType), video.wish());
        signal.throwIfAborted();
      } catch (error) {
        this.hide(shown);
        throw error;
      }
    });
  }

  async updateVideo(config: RemoteVideoConfig): Promise<void> {
    const { userId, streamType } = config;
    const shown = this.entry(userId, streamType);
    if (!shown.operation.active) {
      const message = `the ${streamType} video of ${userId} is not started`;
      throw invalidOperation(EXTRA_CODE.NO_REMOTE_STREAM, message);
    }
    await shown.operation.update(async () => {
      shown.video?.update(config);
      if (shown.video) await this.watch(userId, toWire(streamType), shown.video.wish());
    });
  }

  /** `*`: everybody's; without a stream type: all of the user's. */
  async stopVideo(userId: string, streamType?: StreamType): Promise<void> {
    const meant = [...this.shown.values()].filter(
      (shown) =>
        (userId === '*' || shown.userId === userId) &&
        (streamType === undefined || shown.streamType === streamType),
    );
    await Promise.all(
      meant.map((shown) =>
        shown.operation.stop(async () => {
          this.hide(shown);
          await this.watch(shown.userId, toWire(shown.streamType), false);
        }),
      ),
    );
  }

  /** The stream is not there any more, and has to be started again when it is. False if it was not started. */
  gone(userId: string, streamType: StreamType): boolean {
    const shown = this.shown.get(key(userId, streamType));
    if (!shown) return false;
    this.hide(shown);
    shown.operation.ended();
    return this.shown.delete(key(userId, streamType));
  }

  setVolume(userId: string, volume: number): void {
    if (userId === '*') {
      this.defaultVolume = volume;
      this.userVolumes.clear();
    } else {
      this.userVolumes.set(userId, volume);
    }
    for (const heard of this.heard.values()) heard.player.setVolume(this.volumeOf(heard.userId));
  }

  loudness(): Loudness[] {
    return [...this.heard.values()].map(({ userId, receiver }) => ({
      userId,
      level: receiverLevel(receiver),
    }));
  }

  audioTrack(userId: string, streamType: StreamType): MediaStreamTrack | null {
    return this.heard.get(key(userId, streamType))?.player.track ?? null;
  }

  videoTrack(userId: string, streamType: StreamType): MediaStreamTrack | null {
    return this.videoTracks.get(key(userId, streamType)) ?? null;
  }

  /** The room was left. */
  clear(): void {
    for (const { userId, streamType } of [...this.shown.values()]) this.gone(userId, streamType);
    for (const { player } of this.heard.values()) player.close();
    this.heard.clear();
    this.videoTracks.clear();
    this.userVolumes.clear();
    this.defaultVolume = 100;
    this.autoplay.close();
  }

  private entry(userId: string, streamType: StreamType): Shown {
    const name = key(userId, streamType);
    let shown = this.shown.get(name);
    if (!shown) {
      const operation = new Operation(`the ${streamType} video of ${userId}`);
      shown = { userId, streamType, video: null, operation };
      this.shown.set(name, shown);
    }
    return shown;
  }

  private hide(shown: Shown): void {
    shown.video?.close();
    shown.video = null;
  }

  private hear(name: string, userId: string, receiver: RTCRtpReceiver): void {
    const player = new AudioPlayer(receiver.track, this.autoplay, {
      state: (state, reason) =>
        this.events.emit('audio-play-state-changed', { userId, state, reason }),
      blocked: (resume) =>
        this.events.emit('autoplay-failed', { userId, mediaType: 'audio', resume }),
    });
    player.setVolume(this.volumeOf(userId));
    this.heard.set(name, { userId, player, receiver });
  }

  private volumeOf(userId: string): number {
    return this.userVolumes.get(userId) ?? this.defaultVolume;
  }

  /** The view has another size, or is seen or not seen. */
  private wish(userId: string, streamType: StreamType, wish: VideoWish): void {
    this.watch(userId, toWire(streamType), wish).catch((error) =>
      log.warn('a size could not be asked for:', error),
    );
  }

  private tellTrack(userId: string, streamType: StreamType, track: MediaStreamTrack): void {
    this.events.emit('track', { userId, streamType, track, sourceTrack: track });
  }

  private videoHandler(userId: string, streamType: StreamType): VideoPlayerHandler {
    return videoEvents(this.events, userId, streamType);
  }
}

/** A player's news as events of the API. */
export function videoEvents(
  events: Emitter<TRTCEventTypes>,
  userId: string,
  streamType: StreamType,
): VideoPlayerHandler {
  const mediaType = streamType === 'sub' ? 'screen' : 'video';
  return {
    state: (state, reason) =>
      events.emit('video-play-state-changed', { userId, streamType, state, reason }),
    firstFrame: (width, height) =>
      events.emit('first-video-frame', { userId, streamType, width, height }),
    size: (newWidth, newHeight) =>
      events.emit('video-size-changed', { userId, streamType, newWidth, newHeight }),
    blocked: (resume) => events.emit('autoplay-failed', { userId, mediaType, resume }),
  };
}
