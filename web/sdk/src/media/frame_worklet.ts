// Runs on the browser's audio thread: hands on what it hears. Built into the SDK as text.

import { FrameCollector } from './frame_collector';

interface Options {
  processorOptions: { channelCount: number };
}
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, type: new (options: Options) => object): void;
declare const sampleRate: number;

const BLOCK = 128;

class FrameProcessor extends AudioWorkletProcessor {
  private readonly collector: FrameCollector;
  private target: MessagePort = this.port;
  private running = true;

  constructor({ processorOptions }: Options) {
    super();
    this.collector = new FrameCollector(sampleRate, processorOptions.channelCount, (frame) =>
      this.target.postMessage(frame, [frame.buffer]),
    );
    /** A port of the application's own; null ends it. */
    this.port.onmessage = ({ data }: MessageEvent<MessagePort | null>) => {
      if (data) this.target = data;
      else this.running = false;
    };
  }

  process([input]: Float32Array[][]): boolean {
    this.collector.add(input, input[0]?.length ?? BLOCK);
    return this.running;
  }
}

registerProcessor('plaza-frames', FrameProcessor);
