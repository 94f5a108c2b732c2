// SEI messages in H.264 frames: byte streams of NAL units (ITU-T H.264, annex B, 7.3.2.3 and 7.4.1.1).

export interface SeiMessage {
  payloadType: number;
  data: Uint8Array;
}

const SLICE = 1;
const IDR_SLICE = 5;
const SEI = 6;
/** The last bits of a unit: a one, then zeros to the end of the byte. */
const TRAILING_BITS = 0x80;
const START_CODE = [0, 0, 0, 1];

interface Unit {
  /** Where the start code begins, with the zeros before it. */
  start: number;
  /** Where the unit's header is. */
  header: number;
  type: number;
}

/** Units from the first on; an empty list: this is no byte stream, and so no H.264. */
function* units(frame: Uint8Array): Generator<Unit> {
  let zeros = 0;
  for (let i = 0; i < frame.length - 1; i++) {
    if (frame[i] === 1 && zeros >= 2) {
      yield { start: i - zeros, header: i + 1, type: frame[i + 1] & 0x1f };
    } else if (zeros === i && frame[i] !== 0) {
      return;
    }
    zeros = frame[i] === 0 ? zeros + 1 : 0;
  }
}

const isSlice = ({ type }: Unit) => type >= SLICE && type <= IDR_SLICE;

/** A unit with its start code, that carries one message. */
export function seiUnit({ payloadType, data }: SeiMessage): Uint8Array {
  const payload = [...coded(payloadType), ...coded(data.length), ...data, TRAILING_BITS];
  return Uint8Array.from([...START_CODE, SEI, ...escaped(payload)]);
}

/** `frame` with `added` before its first slice, where parameter sets have gone before; null if it has no slice. */
export function withUnits(frame: Uint8Array, added: Uint8Array[]): Uint8Array | null {
  for (const unit of units(frame)) {
    if (!isSlice(unit)) continue;
    const parts = [frame.subarray(0, unit.start), ...added, frame.subarray(unit.start)];
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
  return null;
}

/** The messages before the first slice; what is cut short is left out. */
export function seiMessages(frame: Uint8Array): SeiMessage[] {
  const found: SeiMessage[] = [];
  let sei: Unit | null = null;
  for (const unit of units(frame)) {
    if (sei) found.push(...messagesOf(unescaped(frame.subarray(sei.header + 1, unit.start))));
    if (isSlice(unit)) return found;
    sei = unit.type === SEI ? unit : null;
  }
  if (sei) found.push(...messagesOf(unescaped(frame.subarray(sei.header + 1))));
  return found;
}

function messagesOf(payload: Uint8Array): SeiMessage[] {
  const messages: SeiMessage[] = [];
  let at = 0;
  const number = () => {
    let value = 0;
    while (payload[at] === 0xff) value += payload[at++];
    return value + (payload[at++] ?? 0);
  };
  let end = payload.length;
  while (payload[end - 1] === 0) end--;
  // The last byte holds the trailing bits.
  end--;
  while (at < end) {
    const payloadType = number();
    const size = number();
    if (at + size > end) break;
    messages.push({ payloadType, data: payload.slice(at, at + size) });
    at += size;
  }
  return messages;
}

/** A number as so many 255 and a rest. */
function coded(value: number): number[] {
  return [...Array<number>(Math.floor(value / 255)).fill(255), value % 255];
}

/** Within a unit two zeros are followed by a 3 where a start code could be read otherwise. */
function escaped(payload: number[]): number[] {
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros === 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return bytes;
}

function unescaped(unit: Uint8Array): Uint8Array {
  return unit.filter(
    (byte, i) => !(byte === 3 && i >= 2 && unit[i - 1] === 0 && unit[i - 2] === 0),
  );
}
