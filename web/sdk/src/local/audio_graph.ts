// WebAudio around the microphone: its level, its gain, and hearing oneself.

import { audioContext } from '../media/audio_context';

export class AudioGraph {
  private readonly context = audioContext();
  private readonly source: MediaStreamAudioSourceNode;
  private readonly gain = this.context.createGain();
  private readonly analyser = this.context.createAnalyser();
  private monitor: GainNode | null = null;
  private output: MediaStreamAudioDestinationNode | null = null;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.gain).connect(this.analyser);
  }

  /** Root mean square of the last moment, 0 to 1. */
  level(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    return Math.sqrt(sum / this.samples.length);
  }

  /** 100: as it is captured. */
  setVolume(volume: number): void {
    this.gain.gain.value = volume / 100;
  }

  /** The track with the volume applied. */
  get outgoing(): MediaStreamTrack {
    if (!this.output) {
      this.output = this.context.createMediaStreamDestination();
      this.gain.connect(this.output);
    }
    return this.output.stream.getAudioTracks()[0];
  }

  /** Lets the user hear their microphone, 0 to 100. */
  setMonitor(volume: number): void {
    if (!this.monitor && volume > 0) {
      this.monitor = this.context.createGain();
      this.gain.connect(this.monitor).connect(this.context.destination);
    }
    if (this.monitor) this.monitor.gain.value = volume / 100;
  }

  close(): void {
    this.source.disconnect();
    this.gain.disconnect();
    this.monitor?.disconnect();
    this.output?.stream.getTracks().forEach((track) => track.stop());
  }
}
