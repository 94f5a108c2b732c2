// The page's side of SEI messages: gives the encoded frames of one connection to a worker.

import { log } from '../../base/log';
import type { SeiMessage } from './nal';
import type { Found, Frame, Order, Side } from './worker';

/** Text of worker.ts, set by the build. */
declare const PLAZA_SEI_WORKER: string;

/** Chromium's way before RTCRtpScriptTransform. */
interface EncodedStreams {
  createEncodedStreams?(): { readable: ReadableStream<Frame>; writable: WritableStream<Frame> };
}
type End = RTCRtpSender | RTCRtpReceiver;

const hasTransform = () => typeof RTCRtpScriptTransform === 'function';

/** Whether this browser lets a script look into encoded frames. */
export function canTransform(): boolean {
  return (
    hasTransform() ||
    (typeof RTCRtpSender === 'function' && 'createEncodedStreams' in RTCRtpSender.prototype)
  );
}

/** What a connection must be made with for its frames to be reached. */
export function seiConfiguration(): RTCConfiguration {
  return hasTransform() ? {} : ({ encodedInsertableStreams: true } as RTCConfiguration);
}

export class Sei {
  private readonly worker: Worker;
  private readonly ends: End[] = [];
  private readonly transceivers: RTCRtpTransceiver[] = [];

  /** `found`: a message came by the m-line with that mid. */
  constructor(found: (mid: string, message: SeiMessage) => void) {
    const url = URL.createObjectURL(new Blob([PLAZA_SEI_WORKER], { type: 'text/javascript' }));
    this.worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.worker.onmessage = ({ data: { receiver, ...message } }: MessageEvent<Found>) => {
      const { mid } = this.transceivers[receiver];
      if (mid !== null) found(mid, message);
    };
    // A page may forbid such workers. Better no messages than no picture.
    this.worker.onerror = (event) => {
      log.error('SEI messages are off, their worker failed:', event.message);
      for (const end of this.ends) end.transform = null;
    };
  }

  /** Messages for `line` travel with the frames of this sender. */
  attachSender(sender: RTCRtpSender, line: string): void {
    this.attach(sender, { send: line });
  }

  /** Messages in the frames of this receiver are found. */
  attachReceiver(transceiver: RTCRtpTransceiver): void {
    this.transceivers.push(transceiver);
    this.attach(transceiver.receiver, { receive: this.transceivers.length - 1 });
  }

  /** What is not looked into passes as it is; needed where all frames of a connection are held. */
  pass(end: End): void {
    if (hasTransform()) return;
    const streams = (end as EncodedStreams).createEncodedStreams?.();
    streams?.readable.pipeTo(streams.writable).catch(() => undefined);
  }

  send(line: string, message: SeiMessage): void {
    this.order({ line, message });
  }

  close(): void {
    this.worker.terminate();
  }

  private attach(end: End, side: Side): void {
    if (hasTransform()) {
      this.ends.push(end);
      end.transform = new RTCRtpScriptTransform(this.worker, side);
      return;
    }
    const streams = (end as EncodedStreams).createEncodedStreams?.();
    if (!streams) return;
    const { readable, writable } = streams;
    this.order({ side, readable, writable }, [readable, writable]);
  }

  private order(order: Order, transfer: Transferable[] = []): void {
    this.worker.postMessage(order, transfer);
  }
}
