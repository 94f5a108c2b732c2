import { expect, it } from 'vitest';
import { wantedSize } from '../src/remote/view_size';

const view = (width: number, height: number, visible = true) => ({ width, height, visible });

it('asks for the physical pixels of the view', () => {
  expect(wantedSize([view(640, 360)], 1)).toEqual({ width: 640, height: 360 });
  expect(wantedSize([view(640, 360)], 2)).toEqual({ width: 1280, height: 720 });
  expect(wantedSize([view(641, 361)], 1.5)).toEqual({ width: 961, height: 541 });
});

it('asks for the largest of several views that can be seen', () => {
  expect(wantedSize([view(160, 90), view(640, 360), view(1920, 1080, false)], 1)).toEqual({
    width: 640,
    height: 360,
  });
});

it('knows when nothing can be seen', () => {
  expect(wantedSize([], 1)).toBeNull();
  expect(wantedSize([view(0, 360)], 1)).toBeNull();
  expect(wantedSize([view(640, 360, false)], 1)).toBeNull();
});
