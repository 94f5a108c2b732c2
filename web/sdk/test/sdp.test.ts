import { describe, expect, it } from 'vitest';
import { withStereo } from '../src/media/sdp';

const audio = (mid: string, ...lines: string[]) =>
  [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    `a=mid:${mid}`,
    'a=rtpmap:111 opus/48000/2',
    ...lines,
    '',
  ].join('\r\n');
const FMTP = 'a=fmtp:111 minptime=10;useinbandfec=1';
const HEAD = 'v=0\r\ns=-\r\n';
const VIDEO = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n';

describe('withStereo', () => {
  it('marks the wanted audio sections and leaves the others alone', () => {
    const sdp = HEAD + audio('0', FMTP) + VIDEO + audio('2', FMTP);
    expect(withStereo(sdp, (mid) => mid === '2')).toBe(
      HEAD + audio('0', FMTP) + VIDEO + audio('2', `${FMTP};stereo=1`),
    );
  });

  it('leaves a section that is stereo already', () => {
    const sdp = HEAD + audio('0', `${FMTP};stereo=1`);
    expect(withStereo(sdp, () => true)).toBe(sdp);
  });

  it('is not fooled by sprop-stereo', () => {
    const sdp = HEAD + audio('0', 'a=fmtp:111 sprop-stereo=1');
    expect(withStereo(sdp, () => true)).toBe(
      HEAD + audio('0', 'a=fmtp:111 sprop-stereo=1;stereo=1'),
    );
  });

  it('adds the line where there is none', () => {
    expect(withStereo(HEAD + audio('0'), () => true)).toContain('a=fmtp:111 stereo=1');
  });

  it('does nothing to video or to what has no Opus', () => {
    const sdp = HEAD + VIDEO + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n';
    expect(withStereo(sdp, () => true)).toBe(sdp);
  });
});
