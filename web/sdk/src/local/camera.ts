// The camera: captured or brought by the application, turned, previewed, muted, handed to its sending line.

import type { LocalVideoConfig, VideoProfile } from '../api/types';
import { resolveViews } from '../base/views';
import { simulcast } from '../media/layers';
import type { Line } from '../media/outgoing';
import type { VideoPlayerHandler } from '../remote/video_player';
import { VideoPlayer } from '../remote/video_player';
import { captureCamera, release } from './capture';
import { pictureTrack } from './picture';
import type { Turn } from './picture_turn';
import { turnedSize, turnedTrack, turnsNothing } from './picture_turn';
import { videoProfile } from './profiles';
import type { LocalSourceHandler } from './source';
import { Source } from './source';

type Option = NonNullable<LocalVideoConfig['option']>;

export class Camera {
  readonly player: VideoPlayer;
  private config: LocalVideoConfig = {};
  private readonly source: Source;
  /** The source as it is sent, if it is turned, and what it was made from. */
  private turned: { track: MediaStreamTrack; key: string } | null = null;
  private told: MediaStreamTrack | null = null;

  constructor(
    private readonly line: Line,
    private readonly handler: LocalSourceHandler,
    player: VideoPlayerHandler,
  ) {
    this.source = new Source(handler);
    this.player = new VideoPlayer({ fillMode: 'cover', mirror: true }, player);
  }

  get track(): MediaStreamTrack | null {
    return this.source.track;
  }

  /** As it is sent. */
  get processedTrack(): MediaStreamTrack | null {
    return this.turned?.track ?? this.source.track;
  }

  get live(): boolean {
    return this.source.live;
  }

  async start(config: LocalVideoConfig, signal: AbortSignal): Promise<void> {
    this.config = { ...config, option: { ...config.option } };
    const track = await this.capture();
    if (signal.aborted) {
      release(track);
      throw signal.reason as Error;
    }
    this.source.use(track);
    this.apply();
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
  }

  stop(): void {
    this.player.close();
    this.turn({ rotation: 0, mirror: false }, 0);
    this.source.drop();
    this.told = null;
    Object.assign(this.line, { track: null, wanted: false, muted: false });
  }

  /** After the device was lost: whichever camera there is. */
  async recapture(): Promise<void> {
    delete this.config.option?.cameraId;
    this.source.use(await this.capture());
    this.apply();
  }

  /** The size that comes out of the camera may change, as when a phone is turned. True if it did. */
  remeasure(): boolean {
    const before = JSON.stringify(this.line.encodings);
    if (this.source.track) this.apply();
    return JSON.stringify(this.line.encodings) !== before;
  }

  /** Captures as the configuration says now; if that fails the one before holds. */
  private async replace(before: LocalVideoConfig): Promise<void> {
    // Phones do not open a camera twice: the old track goes first.
    this.source.drop();
    try {
      this.source.use(await this.capture());
    } catch (error) {
      this.config = before;
      this.source.use(await this.capture().catch(() => null));
      this.apply();
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

  private apply(): void {
    const { publish = true, mute = false, option = {} } = this.config;
    const profile = videoProfile(option.profile);
    const turn = turnOf(option);
    this.turn(turn, profile.frameRate);
    const picture = measured(this.source.track, profile);
    const { line } = this;
    line.track = this.processedTrack;
    line.wanted = publish;
    line.muted = mute === true;
    line.degradation =
      option.qosPreference === 'clear' ? 'maintain-resolution' : 'maintain-framerate';
    line.encodings = simulcast({ ...picture, ...turnedSize(picture, turn) }, smallProfile(option));
    this.show(option);
    this.tell();
  }

  private turn(turn: Turn, frameRate: number): void {
    const { track } = this.source;
    const key = track && !turnsNothing(turn) ? JSON.stringify([track.id, turn, frameRate]) : '';
    if (key === (this.turned?.key ?? '')) return;
    release(this.turned?.track ?? null);
    this.turned = track && key ? { track: turnedTrack(track, turn, frameRate), key } : null;
  }

  private show({ fillMode = 'cover', mirror = 'view' }: Option): void {
    this.player.setLook({ fillMode, mirror: mirror !== false && mirror !== 'publish' });
    this.player.setTrack(this.source.track);
    this.player.setViews(resolveViews(this.config.view));
  }

  private tell(): void {
    const [track, source] = [this.processedTrack, this.source.track];
    if (!track || !source || track === this.told) return;
    this.told = track;
    this.handler.track(track, source);
  }
}

function turnOf({ rotation = 0, mirror }: Option): Turn {
  return { rotation, mirror: mirror === 'publish' || mirror === 'both' };
}

/** What the application wants the smallest layer to be, where it says. */
function smallProfile({ small }: Option): VideoProfile | undefined {
  return small === undefined || typeof small === 'boolean' ? undefined : videoProfile(small);
}

/** The profile in the size that really comes. */
export function measured(track: MediaStreamTrack | null, profile: VideoProfile): VideoProfile {
  const { width, height } = track?.getSettings() ?? {};
  return width && height ? { ...profile, width, height } : profile;
}
