import { expect, it } from 'vitest';
import { FrameCollector } from '../src/media/frame_collector';

function collect(rate: number, channels: number, blocks: Float32Array[][], samples = 128) {
  const frames: Float32Array[] = [];
  const collector = new FrameCollector(rate, channels, (frame) => frames.push(frame));
  for (const block of blocks) collector.add(block, samples);
  return frames;
}
const ramp = (from: number) => Float32Array.from({ length: 128 }, (_, i) => from + i);

it('gives 40 ms at a time, whatever the size of the blocks', () => {
  const blocks = Array.from({ length: 16 }, (_, i) => [ramp(i * 128)]);
  const frames = collect(48000, 1, blocks);
  expect(frames.map((frame) => frame.length)).toEqual([1920]);
  expect(frames[0][0]).toBe(0);
  expect(frames[0][1919]).toBe(1919);
});

it('interleaves two channels, and doubles one', () => {
  const blocks = Array.from({ length: 3 }, () => [ramp(0), ramp(1000)]);
  const [stereo] = collect(8000, 2, blocks);
  expect([...stereo.slice(0, 4)]).toEqual([0, 1000, 1, 1001]);
  const [doubled] = collect(
    8000,
    2,
    blocks.map(([left]) => [left]),
  );
  expect([...doubled.slice(0, 4)]).toEqual([0, 0, 1, 1]);
});

it('is silent while nothing is connected', () => {
  const [frame] = collect(8000, 1, [[], [], []]);
  expect(frame.length).toBe(320);
  expect(frame.every((sample) => sample === 0)).toBe(true);
});
