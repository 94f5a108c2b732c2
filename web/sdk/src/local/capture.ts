// The browser's capture calls, with their failures as `RtcError`.

import { EXTRA_CODE, TYPE } from '../api/constants';
import type { ScreenShareConfig, VideoProfile } from '../api/types';
import { deviceError, notSupported } from '../base/errors';
import type { AudioProfile } from './profiles';

export interface MicrophoneWish {
  deviceId?: string;
  profile: AudioProfile;
  echoCancellation?: boolean | 'remote-only' | 'all';
  autoGainControl?: boolean;
  noiseSuppression?: boolean;
}

export interface CameraWish {
  deviceId?: string;
  front?: boolean;
  profile: VideoProfile;
}

export interface ScreenTracks {
  video: MediaStreamTrack;
  audio: MediaStreamTrack | null;
}

/** Tracks that this SDK made; the application's own are the application's to stop. */
const ours = new WeakSet<MediaStreamTrack>();

export function own<T extends MediaStreamTrack | null | undefined>(track: T): T {
  if (track) ours.add(track);
  return track;
}

export function isOwn(track: MediaStreamTrack): boolean {
  return ours.has(track);
}

/** The SDK needs `track` no more. */
export function release(track: MediaStreamTrack | null): void {
  if (!track) return;
  if (ours.has(track)) track.stop();
  else track.enabled = true;
}

function devices(): MediaDevices {
  // Not TypeScript's idea of it: on a page without TLS the member does not exist.
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (media) return media;
  throw notSupported(
    EXTRA_CODE.NOT_HTTPS,
    'browsers capture only on pages that came by HTTPS or from localhost',
  );
}

const exactly = (deviceId: string | undefined) => (deviceId ? { exact: deviceId } : undefined);

/** On Android an output is chosen by its microphone, which goes by name. */
async function microphoneId(id: string | undefined, media: MediaDevices) {
  if (id !== TYPE.SPEAKER && id !== TYPE.HEADSET) return id;
  const devices = await media.enumerateDevices();
  return devices.find((d) => d.kind === 'audioinput' && d.label.includes(id))?.deviceId;
}

export async function captureMicrophone(wish: MicrophoneWish): Promise<MediaStreamTrack> {
  const media = devices();
  const constraints = {
    deviceId: exactly(await microphoneId(wish.deviceId, media)),
    channelCount: wish.profile.channelCount,
    sampleRate: wish.profile.sampleRate,
    echoCancellation: wish.echoCancellation ?? true,
    autoGainControl: wish.autoGainControl ?? true,
    noiseSuppression: wish.noiseSuppression ?? true,
  } as MediaTrackConstraints;
  try {
    const stream = await media.getUserMedia({ audio: constraints });
    return own(stream.getAudioTracks()[0]);
  } catch (error) {
    throw deviceError(error, 'microphone');
  }
}

export async function captureCamera(wish: CameraWish): Promise<MediaStreamTrack> {
  const media = devices();
  const { width, height, frameRate } = wish.profile;
  const facing = wish.front === undefined ? undefined : wish.front ? 'user' : 'environment';
  const constraints: MediaTrackConstraints = {
    deviceId: exactly(wish.deviceId),
    facingMode: facing,
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
  };
  try {
    const stream = await media.getUserMedia({ video: constraints });
    return own(stream.getVideoTracks()[0]);
  } catch (error) {
    throw deviceError(error, 'camera');
  }
}

type DisplayOptions = DisplayMediaStreamOptions & {
  preferCurrentTab?: boolean;
  selfBrowserSurface?: string;
  systemAudio?: string;
};

const SURFACES = { tab: 'browser', 'current-tab': 'browser', window: 'window', monitor: 'monitor' };

export async function captureScreen(
  profile: VideoProfile,
  option: NonNullable<ScreenShareConfig['option']>,
): Promise<ScreenTracks> {
  const media = devices();
  if (typeof media.getDisplayMedia !== 'function') {
    throw notSupported(EXTRA_CODE.NO_SCREEN_SHARE, 'this browser can not share a screen');
  }
  const inTab =
    option.captureElement !== undefined || option.preferDisplaySurface === 'current-tab';
  const { echoCancellation, autoGainControl, noiseSuppression } = option;
  const options: DisplayOptions = {
    video: {
      width: { max: profile.width },
      height: { max: profile.height },
      frameRate: profile.frameRate,
      displaySurface: SURFACES[option.preferDisplaySurface ?? 'monitor'],
    },
    audio: option.systemAudio ? { echoCancellation, autoGainControl, noiseSuppression } : false,
    selfBrowserSurface: option.selfBrowserSurface ?? (inTab ? 'include' : undefined),
    systemAudio: option.systemAudio ? 'include' : 'exclude',
  };
  if (inTab) options.preferCurrentTab = true;
  try {
    const stream = await media.getDisplayMedia(options);
    const video = own(stream.getVideoTracks()[0]);
    if (option.captureElement) await cropTo(video, option.captureElement);
    return { video, audio: own(stream.getAudioTracks()[0] ?? null) };
  } catch (error) {
    throw deviceError(error, 'screen');
  }
}

/** Region capture; only some browsers have it. */
async function cropTo(track: MediaStreamTrack, element: HTMLElement): Promise<void> {
  const { CropTarget } = window as { CropTarget?: { fromElement(e: Element): Promise<unknown> } };
  const { cropTo } = track as { cropTo?: (target: unknown) => Promise<void> };
  if (CropTarget && cropTo) await cropTo.call(track, await CropTarget.fromElement(element));
}
