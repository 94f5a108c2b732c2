import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RtcError } from '../src/base/errors';
import { RateLimit } from '../src/base/rate_limit';
import { Outgoing } from '../src/media/outgoing';
import { seiMessages, seiUnit, withUnits } from '../src/media/sei/nal';
import { SeiOutbox } from '../src/media/sei/outbox';
import { SeiSender } from '../src/room/sei_sender';
import { seededRandom } from './random';

const bytes = (...values: number[]) => Uint8Array.from(values);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const AUD = bytes(0, 0, 0, 1, 0x09, 0xf0);
const SPS = bytes(0, 0, 0, 1, 0x67, 0x42, 0xe0, 0x1f);
const PPS = bytes(0, 0, 0, 1, 0x68, 0xce);
const IDR = bytes(0, 0, 1, 0x65, 0x88, 0x80, 0, 0, 3, 1);
const SLICE = bytes(0, 0, 0, 1, 0x41, 0x9a, 1, 2);

describe('an SEI unit', () => {
  it('is what the standard says', () => {
    expect(seiUnit({ payloadType: 243, data: bytes(1, 2, 3) })).toEqual(
      bytes(0, 0, 0, 1, 6, 243, 3, 1, 2, 3, 0x80),
    );
  });

  it('codes large types and sizes in steps of 255', () => {
    const unit = seiUnit({ payloadType: 300, data: new Uint8Array(600).fill(9) });
    expect([...unit.subarray(4, 11)]).toEqual([6, 255, 45, 255, 255, 90, 9]);
  });

  it('never holds a start code', () => {
    const data = bytes(0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0);
    const unit = seiUnit({ payloadType: 5, data });
    expect([...unit.subarray(4)].join()).not.toMatch(/\b0,0,[012]\b/);
    expect(seiMessages(join(unit, SLICE))).toEqual([{ payloadType: 5, data }]);
  });

  it('gives back whatever was put in', () => {
    const next = seededRandom(7);
    for (let round = 0; round < 300; round++) {
      // Mostly zeros and small values, where escapes are.
      const size = 1 + Math.floor(next() * 1024);
      const data = Uint8Array.from({ length: size }, () => Math.floor(next() * 5) % 4);
      const message = { payloadType: round % 2 ? 5 : 243, data };
      const frame = withUnits(join(SPS, PPS, IDR), [seiUnit(message)]);
      expect(frame && seiMessages(frame)).toEqual([message]);
    }
  });
});

describe('a frame', () => {
  const unit = seiUnit({ payloadType: 243, data: bytes(7) });

  it('gets units after its parameter sets and before its first slice, and keeps the rest', () => {
    expect(withUnits(join(AUD, SPS, PPS, IDR, IDR), [unit, unit])).toEqual(
      join(AUD, SPS, PPS, unit, unit, IDR, IDR),
    );
    expect(withUnits(SLICE, [unit])).toEqual(join(unit, SLICE));
  });

  it('without a slice, or of another codec, stays as it is', () => {
    expect(withUnits(join(SPS, PPS), [unit])).toBe(null);
    // A VP8 key frame.
    expect(withUnits(bytes(0x10, 2, 0, 0x9d, 1, 0x2a, 0, 0, 1, 6), [unit])).toBe(null);
    expect(withUnits(new Uint8Array(0), [unit])).toBe(null);
  });

  it('gives its messages in order, also several of one unit', () => {
    const two = bytes(0, 0, 1, 6, 5, 1, 10, 243, 2, 11, 12, 0x80);
    expect(seiMessages(join(AUD, unit, two, SLICE))).toEqual([
      { payloadType: 243, data: bytes(7) },
      { payloadType: 5, data: bytes(10) },
      { payloadType: 243, data: bytes(11, 12) },
    ]);
  });

  it('is not searched behind its first slice', () => {
    expect(seiMessages(join(SLICE, unit))).toEqual([]);
  });

  it('that is cut short gives what is whole', () => {
    const whole = join(unit, seiUnit({ payloadType: 243, data: new Uint8Array(300).fill(1) }));
    for (let size = 0; size < whole.length; size++) {
      const ours = ({ payloadType }: { payloadType: number }) => payloadType === 243;
      const found = seiMessages(whole.subarray(0, size)).filter(ours);
      expect(found.length).toBeLessThanOrEqual(size >= unit.length ? 1 : 0);
    }
  });

  it('of noise gives nothing wrong and does not throw', () => {
    const next = seededRandom(3);
    for (let round = 0; round < 2000; round++) {
      const noise = Uint8Array.from(
        { length: 40 },
        () => [0, 0, 1, 6, 255, 3][Math.floor(next() * 6)],
      );
      for (const { data } of seiMessages(join(bytes(0, 0, 1), noise))) {
        expect(data.length).toBeLessThan(40);
      }
    }
  });
});

describe('messages that wait', () => {
  const message = (n: number) => ({ payloadType: 243, data: bytes(n) });
  const unit = (n: number) => seiUnit(message(n));

  it('go once with each encoding, in order', () => {
    const outbox = new SeiOutbox();
    outbox.add(message(1), 0);
    outbox.add(message(2), 10);
    expect(outbox.take(111, 20)).toEqual([unit(1), unit(2)]);
    expect(outbox.take(111, 40)).toEqual([]);
    outbox.add(message(3), 50);
    expect(outbox.take(222, 60)).toEqual([unit(1), unit(2), unit(3)]);
    expect(outbox.take(111, 60)).toEqual([unit(3)]);
  });

  it('are forgotten after two seconds, and the oldest when there are too many', () => {
    const outbox = new SeiOutbox();
    outbox.add(message(1), 0);
    expect(outbox.take(111, 2000)).toEqual([]);
    for (let n = 0; n < 70; n++) outbox.add(message(n), 3000);
    const taken = outbox.take(111, 3000);
    expect(taken).toHaveLength(64);
    expect(taken[0]).toEqual(unit(6));
  });
});

describe('a rate', () => {
  it('is limited by messages and by bytes within any second', () => {
    let now = 0;
    const limit = new RateLimit({ messages: 3, bytes: 10 }, () => now);
    expect([4, 4, 4, 2, 1].map((size) => limit.take(size))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    now = 999;
    expect(limit.take(1)).toBe(false);
    now = 1000;
    expect(limit.take(10)).toBe(true);
    expect(limit.take(1)).toBe(false);
  });
});

describe('sending', () => {
  const sendSei = vi.fn();
  const outgoing = new Outgoing();
  const sender = (enabled = true) => new SeiSender(enabled, outgoing, { sendSei });
  const codeOf = (run: () => void) => {
    try {
      return run();
    } catch (error) {
      return (error as RtcError).extraCode ?? (error as RtcError).code;
    }
  };
  beforeEach(() => void sendSei.mockClear());

  it('goes with the camera as type 243, or as asked', () => {
    const buffer = bytes(1, 2).buffer;
    sender().send(buffer, {});
    expect(sendSei).toHaveBeenCalledWith(outgoing.camera, { payloadType: 243, data: bytes(1, 2) });
    const uuid = new Uint8Array(17).buffer;
    sender().send(uuid, { seiPayloadType: 5, toSubStream: true });
    expect(sendSei).toHaveBeenLastCalledWith(outgoing.screen, {
      payloadType: 5,
      data: new Uint8Array(17),
    });
  });

  it('is refused when not enabled, without a UUID, and too often', () => {
    expect(codeOf(() => sender(false).send(bytes(1).buffer, {}))).toBe(5108);
    expect(codeOf(() => sender().send(bytes(1).buffer, { seiPayloadType: 5 }))).toBe(5007);
    const often = sender();
    for (let n = 0; n < 8; n++) often.send(new ArrayBuffer(1024), {});
    expect(codeOf(() => often.send(new ArrayBuffer(1), {}))).toBe(5100);
    expect(sendSei).toHaveBeenCalledTimes(8);
  });
});
