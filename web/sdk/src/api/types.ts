// The types of the public API's parameters and results.

import type { AudioProfileName, ScreenProfileName, VideoProfileName } from '../local/profiles';
import type { Scene, UserRole } from './enums';

/** `main`: the camera; `sub`: the screen. */
export type StreamType = 'main' | 'sub';
/** How a picture fills its view; as CSS `object-fit`. */
export type FillMode = 'contain' | 'cover' | 'fill';
/** What to keep when the network is weak: frame rate (`smooth`) or resolution (`clear`). */
export type QosPreference = 'smooth' | 'clear';
/** Where to show a picture: id of an element, an element, several, or none. */
export type View = string | HTMLElement | HTMLElement[] | null;
export type PublishState = 'starting' | 'started' | 'stopped';
/** Video codec of what this client sends. */
export type VideoCodec = 'VP8' | 'H264';
/** 0 trace, 1 debug, 2 info, 3 warning, 4 error, 5 nothing. */
export type LogLevel = 0 | 1 | 2 | 3 | 4 | 5;

export interface VideoProfile {
  width: number;
  height: number;
  frameRate: number;
  /** kbit/s */
  bitrate: number;
}

/** Options of `TRTC.create`. */
export interface TRTCOptions {
  /**
   * Address of the Plaza server, `http(s)://` or `ws(s)://`. Default: the server that the SDK was loaded
   * from, else the page's own.
   */
  serverUrl?: string;
  /**
   * Codec of the video that this client sends; `VP8` by default, `H264` with `enableSEI`. Both are received in any
   * case.
   */
  videoCodec?: VideoCodec;
  /** Send and receive SEI messages with the frames of H.264 video; false by default. */
  enableSEI?: boolean;
  /** Ask the user for a click when the browser refuses to play sound; true by default. */
  enableAutoPlayDialog?: boolean;
  /** Accepted for applications that pass them; without effect. */
  plugins?: unknown[];
  assetsPath?: string;
  volumeType?: number;
  enableAutoSwitchWhenRecapturing?: boolean;
  enableVolumeControlInIOS?: boolean;
}

export interface TurnServerOptions {
  url: string;
  username?: string;
  credential?: string;
  credentialType?: 'password';
}

export interface ProxyServer {
  /** Signalling goes to this `ws(s)://` address instead of `serverUrl`. */
  websocketProxy?: string;
  turnServer?: TurnServerOptions | TurnServerOptions[];
  iceTransportPolicy?: RTCIceTransportPolicy;
  /** Accepted; without effect. */
  loggerProxy?: string;
  webtransportProxy?: string;
  scheduleProxy?: string;
  unifiedProxy?: string;
}

export interface EnterRoomConfig {
  sdkAppId: number;
  /** At most 32 bytes of `a-zA-Z0-9_-`. */
  userId: string;
  userSig: string;
  /** 1 to 4294967294; counts when `strRoomId` is given too. */
  roomId?: number;
  /** At most 64 bytes; room "123" is not room 123. */
  strRoomId?: string;
  /** `rtc` by default. */
  scene?: Scene;
  /** `anchor` by default; matters in scene `live` only. */
  role?: UserRole;
  /** Receive and play everyone's audio; true by default. */
  autoReceiveAudio?: boolean;
  /** Receive everyone's video at once, before `startRemoteVideo` shows it; false by default. */
  autoReceiveVideo?: boolean;
  enableAutoPlayDialog?: boolean;
  proxy?: ProxyServer | string;
  privateMapKey?: string;
  /** Accepted; without effect. */
  latencyLevel?: number;
  businessInfo?: string;
  userDefineRecordId?: string;
  playoutDelay?: PlayoutDelay;
  quickStart?: QuickStartConfig;
}

export interface PlayoutDelay {
  min: number;
  max: number;
}

export interface QuickStartConfig {
  remoteUserId: string;
  small?: boolean;
  domain?: string;
}

export interface SwitchRoomConfig {
  /** 1 to 4294967294; counts when `strRoomId` is given too. */
  roomId?: number;
  strRoomId?: string;
  /** That of `enterRoom` by default. */
  userSig?: string;
  privateMapKey?: string;
}

export interface LocalAudioConfig {
  /** true by default */
  publish?: boolean;
  mute?: boolean | 'microphone';
  /** Keep measuring the microphone's level while muted. */
  muteKeepVolumeDetection?: boolean;
  option?: {
    microphoneId?: string;
    /** `standard` by default */
    profile?: AudioProfileName;
    audioTrack?: MediaStreamTrack;
    /** 100 by default; more amplifies. */
    captureVolume?: number;
    /** 0 to 100: hear oneself; 0 by default. */
    earMonitorVolume?: number;
    echoCancellation?: boolean | 'remote-only' | 'all';
    autoGainControl?: boolean;
    noiseSuppression?: boolean;
  };
}

export interface UpdateLocalAudioConfig extends LocalAudioConfig {
  option?: {
    microphoneId?: string;
    audioTrack?: MediaStreamTrack;
    captureVolume?: number;
    earMonitorVolume?: number;
    echoCancellation?: boolean;
    autoGainControl?: boolean;
    noiseSuppression?: boolean;
  };
}

export interface LocalVideoConfig {
  view?: View;
  /** true by default */
  publish?: boolean;
  /** Accepted; without effect. */
  forcePublish?: boolean;
  /** true: camera off; a string: address of a picture to publish instead of the camera. */
  mute?: boolean | string;
  option?: {
    cameraId?: string;
    useFrontCamera?: boolean;
    /** `480p` by default */
    profile?: VideoProfileName | VideoProfile;
    fillMode?: FillMode;
    /** `view` by default: the preview only. `publish` and `both` are not supported and mirror the view. */
    mirror?: boolean | string;
    /** Accepted: the camera is always sent in as many layers as its size allows. */
    small?: VideoProfileName | VideoProfile | boolean;
    qosPreference?: QosPreference;
    videoTrack?: MediaStreamTrack;
    /** Accepted; without effect. */
    avoidCropping?: boolean;
    rotation?: 0 | 90 | 180 | 270;
  };
}

export interface ScreenShareConfig {
  view?: View;
  publish?: boolean;
  /** Screens are published as `sub`. */
  streamType?: StreamType;
  muteSystemAudio?: boolean;
  option?: {
    /** `1080p` by default */
    profile?: ScreenProfileName | VideoProfile;
    fillMode?: FillMode;
    systemAudio?: boolean;
    echoCancellation?: boolean;
    autoGainControl?: boolean;
    noiseSuppression?: boolean;
    audioTrack?: MediaStreamTrack;
    videoTrack?: MediaStreamTrack;
    captureElement?: HTMLElement;
    preferDisplaySurface?: 'current-tab' | 'tab' | 'window' | 'monitor';
    selfBrowserSurface?: 'include' | 'exclude';
    qosPreference?: QosPreference;
  };
}

export interface UpdateScreenShareConfig extends ScreenShareConfig {
  option?: {
    fillMode?: FillMode;
    qosPreference?: QosPreference;
    audioTrack?: MediaStreamTrack;
    videoTrack?: MediaStreamTrack;
  };
}

export interface RemoteVideoConfig {
  userId: string;
  streamType: StreamType;
  view?: View;
  option?: {
    fillMode?: FillMode;
    mirror?: boolean;
    /** Receive the smallest layer whatever the size of the view. */
    small?: boolean;
    /** Receive nothing while no view can be seen. */
    receiveWhenViewVisible?: boolean;
    /** What visibility is measured against; the window by default. */
    viewRoot?: HTMLElement;
    /** Address of a picture to show until the first frame comes. */
    poster?: string;
    /** Show it in a window above all others; only in answer to a touch or click. */
    pictureInPicture?: boolean;
    /** Show it on the whole screen; only in answer to a touch or click. */
    fullScreen?: boolean;
    /** Accepted; without effect. */
    canvasRender?: boolean;
    draggable?: boolean;
  };
}

export interface StopRemoteVideoConfig {
  /** `*`: everyone */
  userId: string;
  streamType?: StreamType;
}

export interface TrackConfig {
  /** Empty or absent: the local user. */
  userId?: string;
  streamType?: StreamType;
  processed?: boolean;
}

export interface SEIOptions {
  /** 243 by default. With 5, user data of the standard, the message begins with a UUID of 16 bytes. */
  seiPayloadType?: number;
  /** With the frames of the shared screen instead of the camera's. */
  toSubStream?: boolean;
}

export interface VideoFrameConfig {
  /** Empty or absent: the local user. */
  userId?: string;
  /** `main` by default */
  streamType?: StreamType;
}

export interface EnableAudioFrameEventOptions {
  enable: boolean;
  /** '' is the microphone, `*` all others, mixed. */
  userId: string;
  /** 48000 by default. */
  sampleRate?: number;
  /** 1 by default; the samples of two are interleaved. */
  channelCount?: number;
  /** Where the frames go instead of the event. */
  port?: MessagePort;
}

export interface RemotePlayerOptions {
  userId: string;
  /** `main` by default */
  streamType?: StreamType;
}

export interface RequestFullScreenOptions {
  enable: boolean;
  /** The first video shown, if absent. */
  userId?: string;
  /** `main` by default */
  streamType?: StreamType;
}

export type RequestPictureInPictureOptions = RequestFullScreenOptions;

/** Names and options of `callExperimentalAPI`. */
export interface ExperimentalAPIFunctionMap {
  enableAudioFrameEvent: EnableAudioFrameEventOptions;
  pauseRemotePlayer: RemotePlayerOptions;
  resumeRemotePlayer: RemotePlayerOptions;
  requestPictureInPicture: RequestPictureInPictureOptions;
  requestFullScreen: RequestFullScreenOptions;
}

/** As the browser says it; null: it can not be asked. */
export type Permission = PermissionState | null;

export interface PermissionOption {
  /** Ask the user where nothing was decided yet; true by default. */
  request?: boolean;
  /** Both by default. */
  types?: ('camera' | 'microphone')[];
}

export interface PermissionResult {
  camera: Permission;
  microphone: Permission;
}

/** `big` and `small`: the largest and the smallest layer of a camera; `sub`: a screen. */
export type VideoType = 'big' | 'small' | 'sub';

export interface AudioStatistic {
  /** kbit/s */
  bitrate: number;
  /** 0 to 1 */
  audioLevel: number;
}

export interface VideoStatistic {
  width: number;
  height: number;
  frameRate: number;
  /** kbit/s */
  bitrate: number;
  videoType: VideoType;
}

export interface LocalStatistic {
  audio: AudioStatistic;
  video: VideoStatistic[];
}

export interface RemoteStatistic {
  userId: string;
  /** `jitterBufferDelay`: milliseconds from arriving to being played. */
  audio: AudioStatistic & { jitterBufferDelay: number };
  video: (VideoStatistic & { jitterBufferDelay: number })[];
}

export interface TRTCStatistics {
  /** Milliseconds to the server and back. */
  rtt: number;
  /** % */
  upLoss: number;
  /** % */
  downLoss: number;
  /** Since entering, signalling included. */
  bytesSent: number;
  bytesReceived: number;
  localStatistics: LocalStatistic;
  remoteStatistics: RemoteStatistic[];
}

export interface SupportDetail {
  isBrowserSupported: boolean;
  isWebRTCSupported: boolean;
  isWebCodecsSupported: boolean;
  isMediaDevicesSupported: boolean;
  isScreenShareSupported: boolean;
  isSmallStreamSupported: boolean;
  isH264EncodeSupported: boolean;
  isH264DecodeSupported: boolean;
  isVp8EncodeSupported: boolean;
  isVp8DecodeSupported: boolean;
}

export interface SupportResult {
  result: boolean;
  detail: SupportDetail;
}
