// The microphone: captured or brought by the application, muted, amplified, handed to its sending line.

import type { LocalAudioConfig, UpdateLocalAudioConfig } from '../api/types';
import type { Line } from '../media/outgoing';
import { AudioGraph } from './audio_graph';
import { captureMicrophone, release } from './capture';
import { audioProfile } from './profiles';
import type { LocalSourceHandler } from './source';
import { Source } from './source';

type Option = NonNullable<LocalAudioConfig['option']>;
const CAPTURE_OPTIONS: (keyof Option)[] = [
  'microphoneId',
  'echoCancellation',
  'autoGainControl',
  'noiseSuppression',
];

export class Microphone {
  private config: LocalAudioConfig = {};
  private readonly source: Source;
  private graph: AudioGraph | null = null;
  private told: MediaStreamTrack | null = null;

  constructor(
    private readonly line: Line,
    private readonly handler: LocalSourceHandler,
  ) {
    this.source = new Source(handler);
  }

  get track(): MediaStreamTrack | null {
    return this.source.track;
  }

  /** As it is sent, or would be if it were not muted. */
  get processedTrack(): MediaStreamTrack | null {
    const { captureVolume = 100 } = this.config.option ?? {};
    return captureVolume === 100 ? this.source.track : (this.graph?.outgoing ?? null);
  }

  get live(): boolean {
    return this.source.live;
  }

  async start(config: LocalAudioConfig, signal: AbortSignal): Promise<void> {
    this.config = { ...config, option: { ...config.option } };
    const source = await this.capture();
    if (signal.aborted) {
      release(source);
      throw signal.reason as Error;
    }
    this.use(source);
    this.apply();
  }

  async update(config: UpdateLocalAudioConfig): Promise<void> {
    const { option = {}, ...rest } = config;
    const before = this.config;
    this.config = { ...before, ...rest, option: { ...before.option, ...option } };
    // A device asked for by name takes the place of a track of the application's own.
    if (option.microphoneId && !option.audioTrack) delete this.config.option?.audioTrack;
    const capturing = CAPTURE_OPTIONS.some((name) => name in option);
    if (option.audioTrack || (capturing && !this.config.option?.audioTrack)) {
      await this.replace(before);
    }
    this.apply();
  }

  stop(): void {
    this.graph?.close();
    this.graph = null;
    this.source.drop();
    this.told = null;
    Object.assign(this.line, { track: null, wanted: false, muted: false });
  }

  /** After the device was lost: whichever microphone there is. */
  async recapture(): Promise<void> {
    delete this.config.option?.microphoneId;
    this.use(await this.capture());
    this.apply();
  }

  /** 0 to 1; what a muted microphone hears counts only if asked for. */
  level(): number {
    if (this.line.muted && !this.config.muteKeepVolumeDetection) return 0;
    return this.graph?.level() ?? 0;
  }

  /** Captures as the configuration says now; if that fails the one before holds, and the old track goes on. */
  private async replace(before: LocalAudioConfig): Promise<void> {
    const old = this.source.track;
    try {
      this.use(await this.capture());
    } catch (error) {
      this.config = before;
      throw error;
    }
    if (old !== this.source.track) release(old);
  }

  private async capture(): Promise<MediaStreamTrack> {
    const option: Option = this.config.option ?? {};
    if (option.audioTrack) return option.audioTrack;
    const { microphoneId, echoCancellation, autoGainControl, noiseSuppression } = option;
    return captureMicrophone({
      deviceId: microphoneId,
      profile: audioProfile(option.profile),
      echoCancellation,
      autoGainControl,
      noiseSuppression,
    });
  }

  private use(track: MediaStreamTrack): void {
    this.graph?.close();
    this.source.use(track);
    this.graph = new AudioGraph(track);
  }

  private apply(): void {
    const { publish = true, mute = false, option = {} } = this.config;
    const profile = audioProfile(option.profile);
    const muted = mute !== false;
    const [track, source] = [this.processedTrack, this.source.track];
    if (source) source.enabled = !muted || this.config.muteKeepVolumeDetection === true;
    this.graph?.setVolume(option.captureVolume ?? 100);
    this.graph?.setMonitor(muted ? 0 : (option.earMonitorVolume ?? 0));
    // What is muted leaves the sender, so that nothing at all goes out.
    this.line.track = muted ? null : track;
    this.line.wanted = publish;
    this.line.muted = muted;
    this.line.stereo = profile.channelCount > 1;
    this.line.encodings = [audioEncoding(profile.bitrate)];
    if (!track || !source || track === this.told) return;
    this.told = track;
    this.handler.track(track, source);
  }
}

/** Only the bit rate (given in kbit/s) counts for audio. */
export function audioEncoding(kbps: number) {
  return {
    active: true,
    scaleResolutionDownBy: 1,
    maxBitrate: kbps * 1000,
    maxFramerate: 0,
    width: 0,
    height: 0,
  };
}
