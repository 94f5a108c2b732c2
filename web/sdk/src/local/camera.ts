// The camera: captured or brought by the application, previewed, muted, handed to its sending line.

import type { LocalVideoConfig, VideoProfile } from '../api/types';
import { log } from '../base/log';
import { resolveViews } from '../base/views';
import { simulcast } from '../media/layers';
import type { Line } from '../media/outgoing';
import type { VideoPlayerHandler } from '../remote/video_player';
import { VideoPlayer } from '../remote/video_player';
import { captureCamera, release } from './capture';
import { pictureTrack } from './picture';
import type { LocalSourceHandler } from './microphone';
import { videoProfile } from './profiles';

type Option = NonNullable<LocalVideoConfig['option']>;

export class Camera {
  private config: LocalVideoConfig = {};
  private source: MediaStreamTrack | null = null;
  private readonly player: VideoPlayer;

  constructor(
    private readonly line: Line,
    private readonly handler: LocalSourceHandler,
    player: VideoPlayerHandler,
  ) {
    this.player = new VideoPlayer({ fillMode: 'cover', mirror: true }, player);
  }

  get track(): MediaStreamTrack | null {
    return this.source;
  }

  async start(config: LocalVideoConfig, signal: AbortSignal): Promise<void> {
    this.config = { ...config, option: { ...config.option } };
    const source = await this.capture();
    if (signal.aborted) {
      release(source);
      throw signal.reason as Error;
    }
    this.use(source);
    this.apply();
    this.show();
  }

  async update(config: LocalVideoConfig): Promise<void> {
    const { option = {}, ...rest } = config;
    const before = this.config;
    this.config = { ...before, ...rest, option: { ...before.option, ...option } };
    if (option.useFrontCamera !== undefined) delete this.config.option?.cameraId;
    if (option.cameraId) delete this.config.option?.useFrontCamera;
    const device = option.cameraId !== undefined || option.useFrontCamera !== undefined;
    if (device && !option.videoTrack) delete this.config.option?.videoTrack;
    const muting = config.mute !== undefined && config.mute !== (before.mute ?? false);
    if (device || muting || option.videoTrack || option.profile) await this.replace(before);
    this.apply();
    this.show();
  }

  stop(): void {
    this.player.close();
    release(this.source);
    this.source = null;
    Object.assign(this.line, { track: null, wanted: false, muted: false });
  }

  /** After the device was lost: whichever camera there is. */
  async recapture(): Promise<void> {
    delete this.config.option?.cameraId;
    this.use(await this.capture());
    this.apply();
    this.show();
  }

  /** The size that comes out of the camera may change, as when a phone is turned. True if it did. */
  remeasure(): boolean {
    const before = JSON.stringify(this.line.encodings);
    if (this.source) this.apply();
    return JSON.stringify(this.line.encodings) !== before;
  }

  /** Captures as the configuration says now; if that fails the one before holds. */
  private async replace(before: LocalVideoConfig): Promise<void> {
    // Phones do not open a camera twice: the old track goes first.
    release(this.source);
    this.source = null;
    try {
      this.use(await this.capture());
    } catch (error) {
      this.config = before;
      this.use(await this.capture().catch(() => null));
      this.apply();
      this.show();
      throw error;
    }
  }

  /** null: muted, nothing is captured, and the camera's light is off. */
  private async capture(): Promise<MediaStreamTrack | null> {
    const { mute = false, option = {} } = this.config;
    const profile = videoProfile(option.profile);
    if (typeof mute === 'string') return pictureTrack(mute, profile);
    if (mute) return null;
    if (option.videoTrack) return option.videoTrack;
    return captureCamera({ deviceId: option.cameraId, front: option.useFrontCamera, profile });
  }

  private use(source: MediaStreamTrack | null): void {
    this.source = source;
    if (!source) return;
    source.onended = () => this.handler.lost();
    this.handler.track(source);
  }

  private apply(): void {
    const { publish = true, mute = false, option = {} } = this.config;
    if (option.rotation) log.warn('rotation is not supported yet');
    const profile = videoProfile(option.profile);
    this.line.track = this.source;
    this.line.wanted = publish;
    this.line.muted = mute === true;
    this.line.degradation =
      option.qosPreference === 'clear' ? 'maintain-resolution' : 'maintain-framerate';
    this.line.encodings = simulcast(measured(this.source, profile));
  }

  private show(): void {
    const option: Option = this.config.option ?? {};
    const { fillMode = 'cover', mirror = 'view' } = option;
    this.player.setLook({ fillMode, mirror: mirror !== false && mirror !== 'publish' });
    this.player.setTrack(this.source);
    this.player.setViews(resolveViews(this.config.view));
  }
}

/** The profile in the size that really comes. */
export function measured(track: MediaStreamTrack | null, profile: VideoProfile): VideoProfile {
  const { width, height } = track?.getSettings() ?? {};
  return width && height ? { ...profile, width, height } : profile;
}
