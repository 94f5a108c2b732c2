import { describe, expect, it } from 'vitest';
import { layerCount, simulcast, single } from '../src/media/layers';

const picture = (width: number, height: number) => ({
  width,
  height,
  frameRate: 15,
  bitrate: 1500,
});
const active = (width: number, height: number) =>
  simulcast(picture(width, height))
    .filter((e) => e.active)
    .map((e) => `${e.rid} ${e.width}x${e.height}`);

describe('layers of a camera picture', () => {
  it.each([
    [1920, 1080, 3],
    [1280, 720, 3],
    [960, 540, 3],
    [720, 1280, 3],
    [640, 480, 2],
    [640, 360, 2],
    [480, 270, 2],
    [320, 240, 1],
    [160, 120, 1],
  ])('%i x %i is sent in %i', (width, height, count) =>
    expect(layerCount(width, height)).toBe(count),
  );

  it('halves the size from layer to layer, lowest first', () => {
    expect(active(1280, 720)).toEqual(['q 320x180', 'h 640x360', 'f 1280x720']);
  });

  it('uses the first rids for a small picture, with the full size last', () => {
    expect(active(640, 480)).toEqual(['q 320x240', 'h 640x480']);
    expect(active(320, 240)).toEqual(['q 320x240']);
  });

  it('always names all rids, because encodings can not be added later', () => {
    expect(simulcast(picture(160, 120)).map((e) => e.rid)).toEqual(['q', 'h', 'f']);
  });

  it('gives the full layer the bit rate of the profile and the others a share', () => {
    expect(simulcast(picture(1280, 720)).map((e) => e.maxBitrate)).toEqual([
      166_667, 500_000, 1_500_000,
    ]);
  });

  it('never falls below a bit rate that can be looked at', () => {
    const low = simulcast({ width: 1280, height: 720, frameRate: 15, bitrate: 300 });
    expect(low[0].maxBitrate).toBe(80_000);
  });
});

it('sends a screen in one encoding without a rid', () => {
  const [only, ...others] = single(picture(1920, 1080));
  expect(others).toEqual([]);
  expect(only).toMatchObject({ scaleResolutionDownBy: 1, maxBitrate: 1_500_000, maxFramerate: 15 });
  expect(only.rid).toBeUndefined();
});

describe('a small stream of the application', () => {
  const picture = { width: 1280, height: 720, frameRate: 15, bitrate: 1500 };
  const small = { width: 160, height: 120, frameRate: 10, bitrate: 100 };

  it('is the lowest layer, fitted in the format of the picture', () => {
    expect(simulcast(picture, small)[0]).toMatchObject({
      rid: 'q',
      active: true,
      scaleResolutionDownBy: 8,
      width: 160,
      height: 90,
      maxBitrate: 100_000,
      maxFramerate: 10,
    });
    expect(simulcast(picture, small).slice(1)).toEqual(simulcast(picture).slice(1));
  });

  it('is never larger or faster than the layer above it', () => {
    const large = { width: 1920, height: 1080, frameRate: 60, bitrate: 100 };
    expect(simulcast(picture, large)[0]).toMatchObject({
      scaleResolutionDownBy: 2,
      maxFramerate: 15,
    });
  });

  it('does not exist for a picture that is sent in one size', () => {
    const tiny = { ...picture, width: 320, height: 180 };
    expect(simulcast(tiny, small)).toEqual(simulcast(tiny));
  });
});
