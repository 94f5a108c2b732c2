import { expect, it } from 'vitest';
import { chooseCodecs } from '../src/media/codecs';

const codec = (mimeType: string, sdpFmtpLine?: string) => ({
  mimeType,
  clockRate: 90000,
  sdpFmtpLine,
});
const h264 = (profile: string, mode: number) =>
  codec('video/H264', `packetization-mode=${mode};profile-level-id=${profile}`);
const ALL = [
  codec('video/VP8'),
  codec('video/rtx'),
  h264('42001f', 1),
  h264('42e01f', 0),
  h264('42e01f', 1),
  codec('video/VP9', 'profile-id=0'),
  codec('video/AV1'),
  codec('video/red'),
];
const names = (first: 'VP8' | 'H264', only: boolean) =>
  chooseCodecs(ALL, first, only).map((c) => c.mimeType);

it('offers VP8 and one H.264, the wished one first, with retransmission', () => {
  expect(names('VP8', false)).toEqual(['video/VP8', 'video/H264', 'video/rtx']);
  expect(names('H264', false)).toEqual(['video/H264', 'video/VP8', 'video/rtx']);
});

it('offers one codec alone when it is forced', () => {
  expect(names('H264', true)).toEqual(['video/H264', 'video/rtx']);
  expect(names('VP8', true)).toEqual(['video/VP8', 'video/rtx']);
});

it('keeps Opus alone of the audio codecs', () => {
  const audio = [codec('audio/opus'), codec('audio/red'), codec('audio/PCMU'), codec('audio/CN')];
  expect(chooseCodecs(audio, 'VP8', false).map((c) => c.mimeType)).toEqual(['audio/opus']);
});
