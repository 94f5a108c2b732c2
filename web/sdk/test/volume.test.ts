import { describe, expect, it } from 'vitest';
import { toVolume, volumes } from '../src/media/volume';

describe('volume', () => {
  it.each([
    [0, 0],
    [0.001, 0],
    [0.0316, 50],
    [1, 100],
    [2, 100],
  ])('of level %d is about %d', (level, volume) => expect(toVolume(level)).toBeCloseTo(volume, 0));

  it('lists the loudest first, rounded and not', () => {
    const [first, second] = volumes([
      { userId: '', level: 0.01 },
      { userId: 'bob', level: 0.5 },
    ]);
    expect(first).toMatchObject({ userId: 'bob', volume: 90 });
    expect(first.floatVolume).toBeCloseTo(89.97, 1);
    expect(second).toMatchObject({ userId: '', volume: 33 });
  });

  it('counts microphone and shared sound of one user as one', () => {
    expect(
      volumes([
        { userId: 'bob', level: 0.1 },
        { userId: 'bob', level: 1 },
      ]),
    ).toEqual([{ userId: 'bob', volume: 100, floatVolume: 100 }]);
  });
});
