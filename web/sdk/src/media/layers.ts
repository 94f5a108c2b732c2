// Which simulcast layers a picture is sent in.

/** One encoding as the browser takes it, and the size it comes out with. */
export interface Encoding {
  rid?: string;
  active: boolean;
  scaleResolutionDownBy: number;
  /** bit/s */
  maxBitrate: number;
  maxFramerate: number;
  width: number;
  height: number;
}

export interface Picture {
  width: number;
  height: number;
  frameRate: number;
  /** kbit/s, of the whole picture's layer */
  bitrate: number;
}

/** Lowest first. A small picture uses the first ones only. */
export const RIDS = ['q', 'h', 'f'] as const;

/**
 * Browsers (libwebrtc) refuse layers beyond these numbers of pixels, and they leave out the last ones, the largest.
 * So the layers in use must be the first ones, with the last of them at full size.
 */
const THREE_LAYERS_FROM = 960 * 540;
const TWO_LAYERS_FROM = 480 * 270;

/** Share of the full layer's bit rate, for the layers below it, next first. */
const SHARES = [1, 1 / 3, 1 / 9];
const LEAST_BITRATE = 80_000;

export function layerCount(width: number, height: number): 1 | 2 | 3 {
  const pixels = width * height;
  if (pixels >= THREE_LAYERS_FROM) return 3;
  return pixels >= TWO_LAYERS_FROM ? 2 : 1;
}

/**
 * The encodings of a camera picture: always one for each rid, those not needed inactive. `small` is what the smallest
 * of several layers shall be.
 */
export function simulcast(picture: Picture, small?: Picture): Encoding[] {
  const count = layerCount(picture.width, picture.height);
  const encodings = RIDS.map((rid, i) => {
    const below = Math.max(0, count - 1 - i);
    return { rid, ...encoding(picture, 2 ** below, SHARES[below]), active: i < count };
  });
  if (small && count > 1)
    encodings[0] = { ...encodings[0], ...smallest(picture, small, encodings[1]) };
  return encodings;
}

/** Fits `small` in the picture's own format; a layer is never larger than the next. */
function smallest(picture: Picture, small: Picture, next: Encoding): Omit<Encoding, 'active'> {
  const fit = Math.max(picture.width / small.width, picture.height / small.height);
  const scale = Math.max(fit, next.scaleResolutionDownBy);
  const { width, height } = encoding(picture, scale, 1);
  const maxFramerate = Math.min(small.frameRate, picture.frameRate);
  const maxBitrate = small.bitrate * 1000;
  return { scaleResolutionDownBy: scale, maxBitrate, maxFramerate, width, height };
}

/** The encoding of a picture that is sent in one size. */
export function single(picture: Picture): Encoding[] {
  return [encoding(picture, 1, 1)];
}

function encoding(picture: Picture, scale: number, share: number): Encoding {
  return {
    active: true,
    scaleResolutionDownBy: scale,
    maxBitrate: Math.max(LEAST_BITRATE, Math.round(picture.bitrate * 1000 * share)),
    maxFramerate: picture.frameRate,
    width: Math.floor(picture.width / scale),
    height: Math.floor(picture.height / scale),
  };
}
