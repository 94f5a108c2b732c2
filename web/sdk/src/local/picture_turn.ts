// Turns or mirrors a picture before it is sent.

import { log } from '../base/log';
import { own } from './capture';

export interface Turn {
  /** Degrees, clockwise. */
  rotation: 0 | 90 | 180 | 270;
  mirror: boolean;
}

export function turnsNothing({ rotation, mirror }: Turn): boolean {
  return rotation === 0 && !mirror;
}

export interface Size {
  width: number;
  height: number;
}

/** The size that comes out of a turn. */
export function turnedSize({ width, height }: Size, { rotation }: Turn): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

type Canvas = HTMLCanvasElement | OffscreenCanvas;

function paint(canvas: Canvas, image: CanvasImageSource, size: Size, turn: Turn): void {
  Object.assign(canvas, turnedSize(size, turn));
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | null;
  if (!context) return;
  context.translate(canvas.width / 2, canvas.height / 2);
  // What is seen is mirrored, so the mirror comes after the rotation.
  if (turn.mirror) context.scale(-1, 1);
  context.rotate((turn.rotation * Math.PI) / 180);
  context.drawImage(image, -size.width / 2, -size.height / 2, size.width, size.height);
}

/** Chromium's streams of frames; they go on in a hidden page. */
interface FrameStreams {
  MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack }) => {
    readable: ReadableStream<VideoFrame>;
  };
  MediaStreamTrackGenerator?: new (init: {
    kind: 'video';
  }) => MediaStreamTrack & { writable: WritableStream<VideoFrame> };
}

/** A track with the picture of `source`, turned; it ends with `source` or when it is stopped. */
export function turnedTrack(
  source: MediaStreamTrack,
  turn: Turn,
  frameRate: number,
): MediaStreamTrack {
  const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = window as FrameStreams;
  if (!MediaStreamTrackProcessor || !MediaStreamTrackGenerator) {
    return own(paintedTrack(source, turn, frameRate));
  }
  const canvas = new OffscreenCanvas(1, 1);
  const generator = new MediaStreamTrackGenerator({ kind: 'video' });
  const turning = new TransformStream<VideoFrame, VideoFrame>({
    transform(frame, controller) {
      paint(canvas, frame, { width: frame.displayWidth, height: frame.displayHeight }, turn);
      controller.enqueue(new VideoFrame(canvas, { timestamp: frame.timestamp }));
      frame.close();
    },
  });
  new MediaStreamTrackProcessor({ track: source }).readable
    .pipeThrough(turning)
    .pipeTo(generator.writable)
    .catch((error) => log.debug('a turned picture ended:', error));
  return own(generator);
}

function paintedTrack(source: MediaStreamTrack, turn: Turn, frameRate: number): MediaStreamTrack {
  const video = document.createElement('video');
  video.muted = video.playsInline = true;
  video.srcObject = new MediaStream([source]);
  void video.play().catch((error) => log.warn('a picture can not be turned:', error));
  const canvas = document.createElement('canvas');
  const [track] = canvas.captureStream(frameRate).getVideoTracks();
  const timer = setInterval(() => {
    if (track.readyState === 'ended' || source.readyState === 'ended') return clearInterval(timer);
    const { videoWidth: width, videoHeight: height } = video;
    if (width > 0) paint(canvas, video, { width, height }, turn);
  }, 1000 / frameRate);
  return track;
}
