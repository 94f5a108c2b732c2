// Gathers what a browser gives in small blocks into frames of 40 ms, channels interleaved.

const FRAME_SECONDS = 0.04;

export class FrameCollector {
  private frame: Float32Array<ArrayBuffer>;
  private filled = 0;

  constructor(
    sampleRate: number,
    private readonly channelCount: number,
    private readonly tell: (frame: Float32Array<ArrayBuffer>) => void,
  ) {
    this.frame = new Float32Array(Math.round(sampleRate * FRAME_SECONDS) * channelCount);
  }

  /** One block, an array for each channel; a missing channel is a copy of the first, no channel at all is silence. */
  add(channels: readonly Float32Array[], samples: number): void {
    for (let i = 0; i < samples; i++) {
      for (let c = 0; c < this.channelCount; c++) {
        this.frame[this.filled++] = (channels[c] ?? channels[0])?.[i] ?? 0;
      }
      if (this.filled === this.frame.length) this.flush();
    }
  }

  private flush(): void {
    const full = this.frame;
    this.frame = new Float32Array(full.length);
    this.filled = 0;
    this.tell(full);
  }
}
