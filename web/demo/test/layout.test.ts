import { describe, expect, it } from 'vitest';
import type { Rect } from '../src/layout';
import { arrange } from '../src/layout';

const LAPTOP = { width: 1280, height: 640 };
const PHONE = { width: 380, height: 640 };

function overlap(a: Rect, b: Rect): boolean {
  const apart =
    a.x + a.width <= b.x + 0.01 ||
    b.x + b.width <= a.x + 0.01 ||
    a.y + a.height <= b.y + 0.01 ||
    b.y + b.height <= a.y + 0.01;
  return !apart;
}

describe.each([
  ['laptop', LAPTOP],
  ['phone', PHONE],
])('on a %s', (_, area) => {
  it.each([1, 2, 3, 4, 5, 9, 16, 25])('%i tiles stay inside and apart', (count) => {
    for (const stage of [-1, 0]) {
      const rects = arrange(area, count, stage);
      expect(rects).toHaveLength(count);
      for (const [i, rect] of rects.entries()) {
        expect(rect.x).toBeGreaterThanOrEqual(-0.01);
        expect(rect.y).toBeGreaterThanOrEqual(-0.01);
        expect(rect.x + rect.width).toBeLessThanOrEqual(area.width + 0.01);
        expect(rect.y + rect.height).toBeLessThanOrEqual(area.height + 0.01);
        expect(rects.slice(i + 1).some((other) => overlap(rect, other))).toBe(false);
      }
    }
  });

  it('makes the stage the largest', () => {
    const rects = arrange(area, 5, 2);
    const sizes = rects.map((r) => r.width * r.height);
    expect(sizes.indexOf(Math.max(...sizes))).toBe(2);
  });
});

it('puts two side by side on a laptop and one above the other on a phone', () => {
  const [a, b] = arrange(LAPTOP, 2);
  expect(a.y).toBe(b.y);
  const [c, d] = arrange(PHONE, 2);
  expect(c.x).toBe(d.x);
});

it('places nothing where there is no room', () => {
  expect(arrange({ width: 0, height: 0 }, 3)).toEqual([]);
  expect(arrange(LAPTOP, 0)).toEqual([]);
});
