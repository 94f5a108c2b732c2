// What the fake cameras and microphones of the tests send: pictures and sounds that can be told apart.
import { mkdtempSync, writeFileSync, openSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'plaza-sources-'));

/** Colours far apart in YUV; person i sends PATTERNS[i] over the whole picture but for a moving bar. */
export const PATTERNS = [
  { name: 'red', yuv: [82, 90, 240], rgb: [255, 0, 0] },
  { name: 'green', yuv: [145, 54, 34], rgb: [0, 255, 0] },
  { name: 'blue', yuv: [41, 240, 110], rgb: [0, 0, 255] },
  { name: 'yellow', yuv: [210, 16, 146], rgb: [255, 255, 0] },
  { name: 'cyan', yuv: [170, 166, 16], rgb: [0, 255, 255] },
];
export const TONES = [400, 700, 1100, 1600, 2300];

/** A y4m file of two seconds: PATTERNS[index] with a grey bar that moves, and with `detail` so that it costs bits to send. */
export function camera(index, { width = 640, height = 360, fps = 30, detail = false } = {}) {
  const path = join(folder, `camera-${index}-${width}x${height}${detail ? '-detail' : ''}.y4m`);
  const [y, u, v] = PATTERNS[index].yuv;
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const frames = fps * 2;
  for (let n = 0; n < frames; ++n) {
    const luma = Buffer.alloc(width * height, y);
    const left = Math.floor((n * width) / frames);
    for (let i = 0; detail && i < luma.length; ++i) luma[i] += ((i * 31 + n * 977) * 2654435761 >>> 27) - 16;
    for (let row = 0; row < height / 8; ++row) luma.fill(120, row * width + left, row * width + Math.min(width, left + 24));
    writeSync(file, 'FRAME\n');
    writeSync(file, luma);
    writeSync(file, Buffer.alloc((width * height) / 4, u));
    writeSync(file, Buffer.alloc((width * height) / 4, v));
  }
  closeSync(file);
  return path;
}

/** A mono 48 kHz wav file of two seconds (it loops): samples by `at(seconds)` in -1 to 1. */
export function wav(name, at, seconds = 2) {
  const rate = 48000;
  const count = rate * seconds;
  const data = Buffer.alloc(44 + count * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + count * 2, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(count * 2, 40);
  for (let n = 0; n < count; ++n) data.writeInt16LE(Math.round(at(n / rate) * 32000), 44 + n * 2);
  const path = join(folder, `${name}.wav`);
  writeFileSync(path, data);
  return path;
}

export function tone(index) {
  return wav(`tone-${index}`, (t) => 0.3 * Math.sin(2 * Math.PI * TONES[index] * t));
}
