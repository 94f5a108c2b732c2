// Runs in a worker: looks into the encoded frames that come by. Built into the SDK as text.

import type { SeiMessage } from './nal';
import { seiMessages, withUnits } from './nal';
import { SeiOutbox } from './outbox';

/** Which frames: those of a line that is sent, or those that a receiver gets. */
export type Side = { send: string } | { receive: number };
/** From the page. */
export type Order =
  | { line: string; message: SeiMessage }
  | { side: Side; readable: ReadableStream<Frame>; writable: WritableStream<Frame> };
/** To the page. */
export interface Found extends SeiMessage {
  receiver: number;
}

export interface Frame {
  data: ArrayBuffer;
  getMetadata(): { synchronizationSource?: number };
}
interface Transformer {
  options: Side;
  readable: ReadableStream<Frame>;
  writable: WritableStream<Frame>;
}
interface Scope {
  onmessage: (event: { data: Order }) => void;
  onrtctransform: (event: { transformer: Transformer }) => void;
  postMessage(found: Found, transfer: Transferable[]): void;
}
const scope = self as unknown as Scope;

/** What people send: user data, and the types that TRTC's SDKs use. Others come from encoders. */
const USER_TYPES = [5, 242, 243];

const outboxes = new Map<string, SeiOutbox>();
function outbox(line: string): SeiOutbox {
  const known = outboxes.get(line) ?? new SeiOutbox();
  outboxes.set(line, known);
  return known;
}

function send(line: string, frame: Frame): void {
  const units = outbox(line).take(frame.getMetadata().synchronizationSource ?? 0, Date.now());
  if (units.length === 0) return;
  const data = withUnits(new Uint8Array(frame.data), units);
  if (data) frame.data = data.buffer as ArrayBuffer;
}

function receive(receiver: number, frame: Frame): void {
  for (const { payloadType, data } of seiMessages(new Uint8Array(frame.data))) {
    if (!USER_TYPES.includes(payloadType)) continue;
    scope.postMessage({ receiver, payloadType, data }, [data.buffer]);
  }
}

function handle(side: Side, readable: ReadableStream<Frame>, writable: WritableStream<Frame>) {
  const look = new TransformStream<Frame, Frame>({
    transform(frame, controller) {
      if ('send' in side) send(side.send, frame);
      else receive(side.receive, frame);
      controller.enqueue(frame);
    },
  });
  // It ends with its connection.
  readable
    .pipeThrough(look)
    .pipeTo(writable)
    .catch(() => undefined);
}

scope.onrtctransform = ({ transformer: { options, readable, writable } }) =>
  handle(options, readable, writable);
scope.onmessage = ({ data: order }) => {
  if ('message' in order) outbox(order.line).add(order.message, Date.now());
  else handle(order.side, order.readable, order.writable);
};
