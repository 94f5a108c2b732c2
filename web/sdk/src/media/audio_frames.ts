// The raw samples of what is heard or said, for applications that ask for them.

import type { EnableAudioFrameEventOptions } from '../api/types';

/** Text of frame_worklet.ts, set by the build. */
declare const PLAZA_FRAME_WORKLET: string;

/** Listens to any number of tracks, mixed. */
class Tap {
  private readonly sources = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();

  private constructor(
    private readonly context: AudioContext,
    private readonly node: AudioWorkletNode,
  ) {}

  static async open(
    { sampleRate = 48000, channelCount = 1, port }: EnableAudioFrameEventOptions,
    tell: (data: Float32Array) => void,
  ): Promise<Tap> {
    const context = new AudioContext({ sampleRate });
    const code = new Blob([PLAZA_FRAME_WORKLET], { type: 'text/javascript' });
    const url = URL.createObjectURL(code);
    try {
      await context.audioWorklet.addModule(url);
    } finally {
      URL.revokeObjectURL(url);
    }
    const node = new AudioWorkletNode(context, 'plaza-frames', {
      channelCount,
      channelCountMode: 'explicit',
      processorOptions: { channelCount },
    });
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => tell(data);
    if (port) node.port.postMessage(port, [port]);
    // Browsers run what leads to an output; this one stays silent.
    node.connect(context.destination);
    return new Tap(context, node);
  }

  listen(tracks: MediaStreamTrack[]): void {
    for (const [track, source] of this.sources) {
      if (tracks.includes(track)) continue;
      source.disconnect();
      this.sources.delete(track);
    }
    for (const track of tracks) {
      if (this.sources.has(track)) continue;
      const source = this.context.createMediaStreamSource(new MediaStream([track]));
      source.connect(this.node);
      this.sources.set(track, source);
    }
  }

  close(): void {
    this.listen([]);
    this.node.port.postMessage(null);
    void this.context.close();
  }
}

export class AudioFrames {
  private readonly taps = new Map<string, Tap>();

  /** `tracksOf`: what is heard of a user; '' is the microphone, `*` all others. */
  constructor(
    private readonly tracksOf: (userId: string) => MediaStreamTrack[],
    private readonly tell: (data: Float32Array) => void,
  ) {}

  async enable(options: EnableAudioFrameEventOptions): Promise<void> {
    const { enable, userId } = options;
    const tap = enable ? await Tap.open(options, this.tell) : null;
    this.taps.get(userId)?.close();
    this.taps.delete(userId);
    if (!tap) return;
    this.taps.set(userId, tap);
    tap.listen(this.tracksOf(userId));
  }

  /** Other tracks than before are heard. */
  refresh(): void {
    for (const [userId, tap] of this.taps) tap.listen(this.tracksOf(userId));
  }

  close(): void {
    for (const tap of this.taps.values()) tap.close();
    this.taps.clear();
  }
}
