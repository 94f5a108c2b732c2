// The local microphone, camera and screen: their calls in order, their lines published, their losses repaired.

import { ERROR_CODE, EXTRA_CODE } from '../api/constants';
import type { TRTCEventTypes } from '../api/event_types';
import type {
  LocalAudioConfig,
  LocalVideoConfig,
  ScreenShareConfig,
  UpdateLocalAudioConfig,
  UpdateScreenShareConfig,
} from '../api/types';
import type { Emitter } from '../base/emitter';
import { invalidOperation, RtcError } from '../base/errors';
import { log } from '../base/log';
import { Operation } from '../base/operation';
import type { Line, Outgoing } from '../media/outgoing';
import { videoEvents } from '../remote/video_events';
import { Camera } from './camera';
import type { DeviceType } from './devices';
import { Microphone } from './microphone';
import { recover } from './recover';
import { Screen } from './screen';

/** After a phone was turned the camera needs a moment to deliver the other format. */
const TURN_MS = 500;

export interface LocalMediaDeps {
  events: Emitter<TRTCEventTypes>;
  outgoing: Outgoing;
  /** Brings a line's changes to the room, if there is one. */
  publish(line: Line): Promise<void>;
  /** In a room as audience: nothing may be published. */
  isAudience(): boolean;
  /** A description has to say that a line is stereo. */
  stereoChanged(): void;
  /** Tracks are captured, others than before or none. */
  captured(type: 'camera' | 'microphone', source: MediaStreamTrack | null): void;
  /** Who we are in the room; '' outside of one. */
  userId(): string;
}

/** Camera or microphone, and what it takes to bring it back. */
interface Device {
  source: Camera | Microphone;
  operation: Operation;
  line: Line;
  extraCode: number;
}

export class LocalMedia {
  readonly microphone: Microphone;
  readonly camera: Camera;
  readonly screen: Screen;
  private readonly audioOperation = new Operation('the microphone');
  private readonly videoOperation = new Operation('the camera');
  private readonly screenOperation = new Operation('the screen share');
  private readonly devices: Record<'camera' | 'microphone', Device>;

  constructor(private readonly deps: LocalMediaDeps) {
    const { events, outgoing } = deps;
    this.microphone = new Microphone(outgoing.microphone, {
      lost: () => void this.lost('microphone'),
      track: (track, source) => this.tellTrack('microphone', track, source),
      interrupted: (on) => {
        const [state, reason] = on
          ? (['PAUSED', 'mute'] as const)
          : (['PLAYING', 'unmute'] as const);
        events.emit('audio-play-state-changed', { userId: '', state, reason });
      },
    });
    this.camera = new Camera(
      outgoing.camera,
      {
        lost: () => void this.lost('camera'),
        track: (track, source) => this.tellTrack('camera', track, source),
        // The preview's player tells it.
        interrupted: () => undefined,
      },
      videoEvents(events, '', 'main', deps.userId),
    );
    this.screen = new Screen(
      outgoing.screen,
      outgoing.screenSound,
      {
        ended: () => void this.screenEnded(),
        track: (track) =>
          events.emit('track', { userId: '', streamType: 'sub', track, sourceTrack: track }),
      },
      videoEvents(events, '', 'sub', deps.userId),
    );
    this.devices = {
      camera: {
        source: this.camera,
        operation: this.videoOperation,
        line: outgoing.camera,
        extraCode: EXTRA_CODE.CAMERA_LOST,
      },
      microphone: {
        source: this.microphone,
        operation: this.audioOperation,
        line: outgoing.microphone,
        extraCode: EXTRA_CODE.MICROPHONE_LOST,
      },
    };
    window.screen.orientation?.addEventListener?.('change', this.turned);
  }

  startAudio(config: LocalAudioConfig): Promise<void> {
    this.checkRole(config);
    const { microphone } = this.deps.outgoing;
    return this.audioOperation.start(async (signal) => {
      await this.microphone.start(config, signal);
      await this.publishFirst(microphone, signal, () => this.microphone.stop());
      if (microphone.stereo) this.deps.stereoChanged();
    });
  }

  updateAudio(config: UpdateLocalAudioConfig): Promise<void> {
    if (!this.audioOperation.active) {
      const message = 'the microphone is not started';
      throw invalidOperation(EXTRA_CODE.MICROPHONE_NOT_STARTED, message);
    }
    return this.audioOperation.update(async () => {
      await this.microphone.update(config);
      await this.deps.publish(this.deps.outgoing.microphone);
    });
  }

  stopAudio(): Promise<void> {
    return this.audioOperation.stop(async () => {
      this.microphone.stop();
      this.deps.captured('microphone', null);
      await this.withdraw(this.deps.outgoing.microphone);
    });
  }

  startVideo(config: LocalVideoConfig): Promise<void> {
    this.checkRole(config);
    return this.videoOperation.start(async (signal) => {
      await this.camera.start(config, signal);
      await this.publishFirst(this.deps.outgoing.camera, signal, () => this.camera.stop());
    });
  }

  updateVideo(config: LocalVideoConfig): Promise<void> {
    if (!this.videoOperation.active) {
      throw invalidOperation(EXTRA_CODE.CAMERA_NOT_STARTED, 'the camera is not started');
    }
    return this.videoOperation.update(async () => {
      await this.camera.update(config);
      await this.deps.publish(this.deps.outgoing.camera);
    });
  }

  stopVideo(): Promise<void> {
    return this.videoOperation.stop(async () => {
      this.camera.stop();
      await this.withdraw(this.deps.outgoing.camera);
    });
  }

  startScreen(config: ScreenShareConfig): Promise<void> {
    this.checkRole(config);
    const { screen, screenSound } = this.deps.outgoing;
    return this.screenOperation.start(async (signal) => {
      await this.screen.start(config, signal);
      await this.publishFirst(screen, signal, () => this.screen.stop());
      if (!screenSound.wanted) return;
      await this.publishFirst(screenSound, signal, () => this.screen.stop());
    });
  }

  updateScreen(config: UpdateScreenShareConfig): Promise<void> {
    if (!this.screenOperation.active) {
      throw invalidOperation(EXTRA_CODE.CAMERA_NOT_STARTED, 'the screen share is not started');
    }
    return this.screenOperation.update(async () => {
      this.screen.update(config);
      await this.deps.publish(this.deps.outgoing.screen);
      await this.deps.publish(this.deps.outgoing.screenSound);
    });
  }

  stopScreen(): Promise<void> {
    return this.screenOperation.stop(() => this.withdrawScreen());
  }

  close(): void {
    window.screen.orientation?.removeEventListener?.('change', this.turned);
    for (const source of [this.microphone, this.camera, this.screen]) source.stop();
    for (const op of [this.audioOperation, this.videoOperation, this.screenOperation]) op.ended();
  }

  private checkRole(config: { publish?: boolean }): void {
    if (config.publish === false || !this.deps.isAudience()) return;
    throw invalidOperation(EXTRA_CODE.AUDIENCE, 'audience may not publish; switch the role first');
  }

  /** If the server does not take what was just started, it is stopped again. */
  private async publishFirst(line: Line, signal: AbortSignal, undo: () => void): Promise<void> {
    try {
      await this.deps.publish(line);
      signal.throwIfAborted();
    } catch (error) {
      if (!signal.aborted) undo();
      throw error;
    }
  }

  /** Stopping succeeds for the application whatever the server says. */
  private async withdraw(line: Line): Promise<void> {
    await this.deps.publish(line).catch((error) => log.warn('withdrawing failed:', error));
  }

  private async withdrawScreen(): Promise<void> {
    this.screen.stop();
    await this.withdraw(this.deps.outgoing.screen);
    await this.withdraw(this.deps.outgoing.screenSound);
  }

  private async screenEnded(): Promise<void> {
    this.screenOperation.ended();
    this.deps.events.emit('screen-share-stopped');
    await this.withdrawScreen();
  }

  /** A device was plugged in: what was lost may come back by it. */
  plugged(type: DeviceType): void {
    if (type === 'speaker') return;
    const { source, operation } = this.devices[type];
    if (operation.started && source.track && !source.live) void this.lost(type);
  }

  private async lost(type: 'camera' | 'microphone'): Promise<void> {
    const { source, operation, line, extraCode } = this.devices[type];
    log.warn(`the ${type} is gone; trying another one`);
    const recapture = () =>
      operation.update(async () => {
        if (source.live) return;
        await source.recapture();
        await this.deps.publish(line);
      });
    try {
      await recover(recapture, () => operation.started && !source.live);
    } catch (cause) {
      if (!operation.started) return;
      const originError = cause instanceof Error ? cause : undefined;
      const message = `the ${type} was lost`;
      const code = ERROR_CODE.DEVICE_ERROR;
      this.deps.events.emit('error', new RtcError({ code, extraCode, message, originError }));
    }
  }

  private tellTrack(
    type: 'camera' | 'microphone',
    track: MediaStreamTrack,
    sourceTrack: MediaStreamTrack,
  ): void {
    this.deps.events.emit('track', { userId: '', streamType: 'main', track, sourceTrack });
    this.deps.captured(type, sourceTrack);
  }

  private readonly turned = () => {
    setTimeout(() => {
      if (this.videoOperation.started && this.camera.remeasure()) {
        void this.withdraw(this.deps.outgoing.camera);
      }
    }, TURN_MS);
  };
}
