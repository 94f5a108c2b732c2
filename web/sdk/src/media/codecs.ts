// Which codecs and header extensions an m-line offers: few, so that an offer with many slots stays small.

import type { VideoCodec } from '../api/types';
import type { Kind } from '../signal/messages';

type Codec = RTCRtpCodec;

/** Constrained baseline, level 3.1: what every browser encodes and decodes. */
const H264_PROFILE = /profile-level-id=42e01f/i;
const H264_MODE = /packetization-mode=1/;

const EXTENSIONS = [
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'urn:3gpp:video-orientation',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
];

const name = (codec: Codec) => codec.mimeType.split('/')[1].toUpperCase();

function isUseful(codec: Codec): boolean {
  const parameters = codec.sdpFmtpLine ?? '';
  switch (name(codec)) {
    case 'OPUS':
    case 'VP8':
    case 'RTX':
      return true;
    case 'H264':
      return H264_PROFILE.test(parameters) && H264_MODE.test(parameters);
    default:
      return false;
  }
}

/** The useful ones of `codecs`, `first` in front; with `only`, no other video codec at all. */
export function chooseCodecs(codecs: Codec[], first: VideoCodec, only: boolean): Codec[] {
  const rank = (codec: Codec) => (name(codec) === first ? 0 : name(codec) === 'RTX' ? 2 : 1);
  const other = first === 'VP8' ? 'H264' : 'VP8';
  return codecs
    .filter((codec) => isUseful(codec) && !(only && name(codec) === other))
    .sort((a, b) => rank(a) - rank(b));
}

function capabilities(direction: 'send' | 'recv', kind: Kind): Codec[] {
  const api = direction === 'send' ? RTCRtpSender : RTCRtpReceiver;
  return api.getCapabilities(kind)?.codecs ?? [];
}

export function canUse(direction: 'send' | 'recv', codec: VideoCodec): boolean {
  if (typeof RTCRtpSender === 'undefined') return false;
  return capabilities(direction, 'video').some((c) => name(c) === codec && isUseful(c));
}

interface HeaderExtension {
  uri: string;
  direction: RTCRtpTransceiverDirection;
}
/** Not in every browser, and not in TypeScript's library. */
type ExtensionControl = {
  getHeaderExtensionsToNegotiate?: () => HeaderExtension[];
  setHeaderExtensionsToNegotiate?: (extensions: HeaderExtension[]) => void;
};

/** Trims what `transceiver` will offer. */
export function trimOffer(transceiver: RTCRtpTransceiver, first: VideoCodec, only: boolean): void {
  const direction = transceiver.direction === 'recvonly' ? 'recv' : 'send';
  const kind = transceiver.receiver.track.kind as Kind;
  const codecs = chooseCodecs(capabilities(direction, kind), first, only && direction === 'send');
  if (codecs.length > 0) transceiver.setCodecPreferences?.(codecs);
  trimExtensions(transceiver as ExtensionControl);
}

function trimExtensions(transceiver: ExtensionControl): void {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.();
  if (!extensions) return;
  const trimmed = extensions.map((e) =>
    EXTENSIONS.includes(e.uri) ? e : { ...e, direction: 'stopped' as const },
  );
  transceiver.setHeaderExtensionsToNegotiate?.(trimmed);
}
