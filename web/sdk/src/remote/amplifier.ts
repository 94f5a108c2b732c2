// Makes a remote track louder than it came, which an element alone can not do.

import { audioContext } from '../media/audio_context';

export class Amplifier {
  private readonly context = audioContext();
  private readonly source: MediaStreamAudioSourceNode;
  private readonly gain = this.context.createGain();
  private readonly output = this.context.createMediaStreamDestination();
  /** Chromium decodes a remote track only while an element plays it too. */
  private readonly puller = document.createElement('audio');

  constructor(track: MediaStreamTrack) {
    const stream = new MediaStream([track]);
    this.puller.muted = true;
    this.puller.srcObject = stream;
    void this.puller.play().catch(() => undefined);
    this.source = this.context.createMediaStreamSource(stream);
    this.source.connect(this.gain).connect(this.output);
  }

  get stream(): MediaStream {
    return this.output.stream;
  }

  setVolume(volume: number): void {
    this.gain.gain.value = volume / 100;
  }

  /** The user touched the page: sound may run now. */
  resume(): void {
    audioContext();
  }

  close(): void {
    this.source.disconnect();
    this.gain.disconnect();
    this.puller.srcObject = null;
  }
}
