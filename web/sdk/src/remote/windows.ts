// A video outside of its view: in a small window above all others, or on the whole screen.

import { EXTRA_CODE } from '../api/constants';
import { notSupported, operationFailed } from '../base/errors';

/** Both work only in answer to a touch or click, as browsers demand. */
async function ask(what: string, request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    const origin = error instanceof Error ? error : undefined;
    throw operationFailed(`${what}: ${String(error)}`, undefined, origin);
  }
}

export async function pictureInPicture(video: HTMLVideoElement, enable: boolean): Promise<void> {
  if (!document.pictureInPictureEnabled) {
    throw notSupported(EXTRA_CODE.NEWER_BROWSER, 'this browser has no picture in picture');
  }
  if (enable) await ask('picture in picture', () => video.requestPictureInPicture());
  else if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
}

export async function fullScreen(video: HTMLVideoElement, enable: boolean): Promise<void> {
  if (!document.fullscreenEnabled) {
    throw notSupported(EXTRA_CODE.NEWER_BROWSER, 'this browser has no full screen');
  }
  if (enable) await ask('full screen', () => video.requestFullscreen());
  else if (document.fullscreenElement === video) await document.exitFullscreen();
}

/** Resolves when `video` knows its size. */
export function loaded(video: HTMLVideoElement): Promise<void> {
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) return Promise.resolve();
  return new Promise((resolve) =>
    video.addEventListener('loadedmetadata', () => resolve(), { once: true }),
  );
}
