// The shared screen and its sound, handed to their sending lines.

import type { ScreenShareConfig, UpdateScreenShareConfig } from '../api/types';
import { resolveViews } from '../base/views';
import { single } from '../media/layers';
import type { Line } from '../media/outgoing';
import type { VideoPlayerHandler } from '../remote/video_player';
import { VideoPlayer } from '../remote/video_player';
import { measured } from './camera';
import { captureScreen, release } from './capture';
import { audioEncoding } from './microphone';
import { screenProfile } from './profiles';

const SOUND_KBPS = 128;

export interface ScreenHandler {
  /** The share was ended by other means than `stop`. */
  ended(): void;
  track(track: MediaStreamTrack): void;
}

export class Screen {
  private config: ScreenShareConfig = {};
  private video: MediaStreamTrack | null = null;
  private audio: MediaStreamTrack | null = null;
  readonly player: VideoPlayer;
  private listening = new AbortController();

  constructor(
    private readonly line: Line,
    private readonly soundLine: Line,
    private readonly handler: ScreenHandler,
    player: VideoPlayerHandler,
  ) {
    this.player = new VideoPlayer({ fillMode: 'contain', mirror: false }, player);
  }

  get track(): MediaStreamTrack | null {
    return this.video;
  }

  get soundTrack(): MediaStreamTrack | null {
    return this.audio;
  }

  async start(config: ScreenShareConfig, signal: AbortSignal): Promise<void> {
    this.config = { ...config, option: { ...config.option } };
    const { option = {} } = this.config;
    const { video, audio } = option.videoTrack
      ? { video: option.videoTrack, audio: option.audioTrack ?? null }
      : await captureScreen(screenProfile(option.profile), option);
    if (signal.aborted) {
      release(video);
      release(audio);
      throw signal.reason as Error;
    }
    this.use(video, option.audioTrack ?? audio);
    this.apply();
  }

  update(config: UpdateScreenShareConfig): void {
    const { option = {}, ...rest } = config;
    this.config = { ...this.config, ...rest, option: { ...this.config.option, ...option } };
    if (option.videoTrack || option.audioTrack) {
      const [video, audio] = [this.video, this.audio];
      this.use(option.videoTrack ?? video, option.audioTrack ?? audio);
      if (video !== this.video) release(video);
      if (audio !== this.audio) release(audio);
    }
    this.apply();
  }

  stop(): void {
    this.player.close();
    this.listening.abort();
    release(this.video);
    release(this.audio);
    this.video = this.audio = null;
    for (const line of [this.line, this.soundLine]) {
      Object.assign(line, { track: null, wanted: false, muted: false });
    }
  }

  private use(video: MediaStreamTrack | null, audio: MediaStreamTrack | null): void {
    this.listening.abort();
    this.listening = new AbortController();
    const isNew = video !== this.video;
    this.video = video;
    this.audio = audio;
    if (!video) return;
    const { signal } = this.listening;
    video.addEventListener('ended', () => this.handler.ended(), { signal });
    if (isNew) this.handler.track(video);
  }

  private apply(): void {
    const { publish = true, muteSystemAudio = false, option = {} } = this.config;
    const smooth = option.qosPreference === 'smooth';
    if (this.video) this.video.contentHint = smooth ? 'motion' : 'detail';
    Object.assign(this.line, {
      track: this.video,
      wanted: publish,
      degradation: smooth ? 'maintain-framerate' : 'maintain-resolution',
      encodings: single(measured(this.video, screenProfile(option.profile))),
    });
    Object.assign(this.soundLine, {
      track: muteSystemAudio ? null : this.audio,
      wanted: publish && this.audio !== null,
      muted: muteSystemAudio,
      stereo: true,
      encodings: [audioEncoding(SOUND_KBPS)],
    });
    this.player.setLook({ fillMode: option.fillMode ?? 'contain' });
    this.player.setTrack(this.video);
    this.player.setViews(resolveViews(this.config.view));
  }
}
