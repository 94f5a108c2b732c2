// Everything that is received: video shown where the application wants it, audio (remote_audio) played as it comes.

import { EXTRA_CODE } from '../api/constants';
import type { TRTCEventTypes } from '../api/event_types';
import type { RemoteVideoConfig, StreamType } from '../api/types';
import type { Emitter } from '../base/emitter';
import { invalidOperation } from '../base/errors';
import { log } from '../base/log';
import { Operation } from '../base/operation';
import type { SlotChange } from '../room/slots';
import type { VideoWish } from '../room/wishes';
import type { WireStreamType } from '../signal/messages';
import type { Autoplay } from './autoplay';
import { RemoteAudio } from './remote_audio';
import { RemoteVideo } from './remote_video';
import { videoEvents } from './video_events';

/** Told the server what to send. */
type Watch = (userId: string, streamType: WireStreamType, video: VideoWish) => Promise<void>;

export const toWire = (streamType: StreamType): WireStreamType =>
  streamType === 'sub' ? 'aux' : 'main';
export const fromWire = (streamType: WireStreamType): StreamType =>
  streamType === 'aux' ? 'sub' : 'main';

const key = (userId: string, streamType: StreamType) => `${streamType} ${userId}`;

interface Shown {
  userId: string;
  streamType: StreamType;
  video: RemoteVideo | null;
  operation: Operation;
}

export class RemoteMedia {
  readonly audio: RemoteAudio;
  private readonly shown = new Map<string, Shown>();
  private readonly videoTracks = new Map<string, MediaStreamTrack>();

  /** `audioChanged`: others are heard, or fewer. */
  constructor(
    private readonly events: Emitter<TRTCEventTypes>,
    private readonly autoplay: Autoplay,
    private readonly watch: Watch,
    audioChanged: () => void,
  ) {
    this.audio = new RemoteAudio(events, autoplay, audioChanged);
  }

  /** A slot begins or ends to carry somebody. */
  slot(change: SlotChange, receiver: RTCRtpReceiver): void {
    const { userId } = change;
    const streamType = fromWire(change.streamType);
    if (change.kind === 'audio') {
      this.audio.receive(userId, streamType, change.on ? receiver : null);
    } else {
      const name = key(userId, streamType);
      if (change.on) this.videoTracks.set(name, receiver.track);
      else this.videoTracks.delete(name);
      this.shown.get(name)?.video?.setTrack(change.on ? receiver.track : null);
    }
    if (!change.on) return;
    const { track } = receiver;
    this.events.emit('track', { userId, streamType, track, sourceTrack: track });
  }

  async startVideo(config: RemoteVideoConfig): Promise<void> {
    const { userId, streamType } = config;
    const shown = this.entry(userId, streamType);
    await shown.operation.start(async (signal) => {
      const video = new RemoteVideo(config, videoEvents(this.events, userId, streamType), (wish) =>
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

  /** What is shown of that stream; nothing unless its video was started. */
  video(userId: string, streamType: StreamType): RemoteVideo | null {
    return this.shown.get(key(userId, streamType))?.video ?? null;
  }

  /** The first video that is shown. */
  firstVideo(): RemoteVideo | null {
    return [...this.shown.values()].find((shown) => shown.video)?.video ?? null;
  }

  videoTrack(userId: string, streamType: StreamType): MediaStreamTrack | null {
    return this.videoTracks.get(key(userId, streamType)) ?? null;
  }

  /** The room was left. */
  clear(): void {
    for (const { userId, streamType } of [...this.shown.values()]) this.gone(userId, streamType);
    this.audio.clear();
    this.videoTracks.clear();
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

  /** The view has another size, or is seen or not seen. */
  private wish(userId: string, streamType: StreamType, wish: VideoWish): void {
    this.watch(userId, toWire(streamType), wish).catch((error) =>
      log.warn('a size could not be asked for:', error),
    );
  }
}
