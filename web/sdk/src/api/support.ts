// What this browser can do.

import { canUse } from '../media/codecs';
import type { SupportDetail, SupportResult } from './types';

export function checkSupport(): SupportResult {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  const webrtc =
    typeof RTCPeerConnection === 'function' && 'addTransceiver' in RTCPeerConnection.prototype;
  const detail: SupportDetail = {
    isBrowserSupported: webrtc && typeof WebSocket === 'function',
    isWebRTCSupported: webrtc,
    isWebCodecsSupported: 'VideoEncoder' in window,
    isMediaDevicesSupported: typeof media?.getUserMedia === 'function',
    isScreenShareSupported: typeof media?.getDisplayMedia === 'function',
    isSmallStreamSupported: webrtc && 'setParameters' in RTCRtpSender.prototype,
    isH264EncodeSupported: webrtc && canUse('send', 'H264'),
    isH264DecodeSupported: webrtc && canUse('recv', 'H264'),
    isVp8EncodeSupported: webrtc && canUse('send', 'VP8'),
    isVp8DecodeSupported: webrtc && canUse('recv', 'VP8'),
  };
  const encodes = detail.isH264EncodeSupported || detail.isVp8EncodeSupported;
  const decodes = detail.isH264DecodeSupported || detail.isVp8DecodeSupported;
  const result = detail.isBrowserSupported && detail.isMediaDevicesSupported && encodes && decodes;
  return { result, detail };
}
