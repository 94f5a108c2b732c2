// A still picture as a video track, to publish instead of the camera.

import { EXTRA_CODE } from '../api/constants';
import { invalid } from '../api/rules';
import type { VideoProfile } from '../api/types';
import { own } from './capture';

/** Browsers send nothing for a canvas that is not painted again; this is often enough for who begins to watch. */
const REPAINT_MS = 200;

export async function pictureTrack(
  address: string,
  profile: VideoProfile,
): Promise<MediaStreamTrack> {
  const image = new Image();
  image.crossOrigin = 'anonymous';
  image.src = address;
  try {
    await image.decode();
  } catch {
    throw invalid(EXTRA_CODE.NOT_ALLOWED_VALUE, `mute: no picture can be loaded from ${address}`);
  }
  const canvas = document.createElement('canvas');
  canvas.width = profile.width;
  canvas.height = profile.height;
  const [track] = canvas.captureStream(profile.frameRate).getVideoTracks();
  const paint = () => {
    if (track.readyState === 'ended') return clearInterval(timer);
    const scale = Math.min(canvas.width / image.width, canvas.height / image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    const [x, y] = [(canvas.width - width) / 2, (canvas.height - height) / 2];
    canvas.getContext('2d')?.drawImage(image, x, y, width, height);
  };
  const timer = setInterval(paint, REPAINT_MS);
  paint();
  return own(track);
}
