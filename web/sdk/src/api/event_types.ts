// What each event carries.

import type { RtcError } from '../base/errors';
import type { BannedReason, NetworkQualityValue, PEER_LEAVE_REASON } from './enums';
import type { ConnectionState, PlayerState } from './enums';
import type { PermissionResult, PublishState, StreamType, TRTCStatistics } from './types';

/** Grades: 0 unknown, 1 excellent, 2 good, 3 average, 4 poor, 5 very poor, 6 disconnected. */
export interface NetworkQuality {
  uplinkNetworkQuality: NetworkQualityValue;
  downlinkNetworkQuality: NetworkQualityValue;
  /** Round trips in milliseconds, losses in %. */
  uplinkRTT: number;
  uplinkLoss: number;
  downlinkRTT: number;
  downlinkLoss: number;
}

/** The payload of each event, as the list of its handler's arguments. */
export interface TRTCEventTypes {
  error: [error: RtcError];
  'autoplay-failed': [
    event: { userId: string; mediaType: 'audio' | 'video' | 'screen'; resume: () => Promise<void> },
  ];
  'kicked-out': [event: { reason: BannedReason }];
  'remote-user-enter': [event: { userId: string }];
  /** `reason`: 0 left, 1 timed out, 2 kicked, 3 became audience */
  'remote-user-exit': [event: { userId: string; reason?: PEER_LEAVE_REASON }];
  'remote-audio-available': [event: { userId: string }];
  'remote-audio-unavailable': [event: { userId: string }];
  'remote-video-available': [event: { userId: string; streamType: StreamType }];
  'remote-video-unavailable': [event: { userId: string; streamType: StreamType }];
  /** Loudest first; `userId` '' is the local microphone. `volume` is 0 to 100, rounded; `floatVolume` is not. */
  'audio-volume': [event: { result: { userId: string; volume: number; floatVolume: number }[] }];
  'connection-state-changed': [
    event: { prevState: ConnectionState; state: ConnectionState; isReconnecting?: boolean },
  ];
  'audio-play-state-changed': [event: { userId: string; state: PlayerState; reason: string }];
  'video-play-state-changed': [
    event: { userId: string; streamType: StreamType; state: PlayerState; reason: string },
  ];
  'screen-share-stopped': [];
  'device-changed': [
    event: {
      type: 'camera' | 'microphone' | 'speaker';
      action: 'add' | 'remove' | 'active';
      device: MediaDeviceInfo;
    },
  ];
  'publish-state-changed': [
    event: {
      mediaType: 'audio' | 'video' | 'screen';
      state: PublishState;
      prevState: PublishState;
      reason?: 'timeout' | 'error' | 'api-call';
      error?: RtcError;
    },
  ];
  track: [
    event: {
      userId: string;
      streamType?: StreamType;
      track: MediaStreamTrack;
      sourceTrack: MediaStreamTrack;
    },
  ];
  'first-video-frame': [
    event: { userId: string; streamType: StreamType; width: number; height: number },
  ];
  'video-size-changed': [
    event: { userId: string; streamType: StreamType; newWidth: number; newHeight: number },
  ];
  'network-quality': [event: NetworkQuality];
  statistics: [statistics: TRTCStatistics];
  'sei-message': [
    event: { userId: string; streamType: StreamType; seiPayloadType: number; data: ArrayBuffer },
  ];
  /** 40 ms of samples, -1 to 1; `callExperimentalAPI('enableAudioFrameEvent')` turns it on. */
  'audio-frame': [event: { data: Float32Array }];
  'permission-state-change': [event: PermissionResult];
  'picture-in-picture-state-changed': [event: PictureInPictureStateChangedEvent];
  'full-screen-state-changed': [event: FullScreenStateChangedEvent];
}

export interface PictureInPictureStateChangedEvent {
  userId: string;
  streamType: StreamType;
  isPictureInPicture: boolean;
  /** Only while it is. */
  pictureInPictureWindow?: PictureInPictureWindow;
}

export interface FullScreenStateChangedEvent {
  userId: string;
  streamType: StreamType;
  isFullScreen: boolean;
}
