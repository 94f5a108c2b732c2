// Names of the original for values that are plain strings and numbers here, as types and as values.

import type { DeviceType } from '../local/devices';
import { AUDIO_PROFILES, SCREEN_PROFILES, VIDEO_PROFILES } from '../local/profiles';
import { EVENT, TYPE } from './constants';
import type * as types from './types';

export const Scene = { LIVE: 'live', RTC: 'rtc' } as const;
export type Scene = (typeof Scene)[keyof typeof Scene];

export const UserRole = { ANCHOR: 'anchor', AUDIENCE: 'audience' } as const;
export type UserRole = (typeof UserRole)[keyof typeof UserRole];

export const TRTCStreamType = { Main: 'main', Sub: 'sub' } as const;
export type TRTCStreamType = types.StreamType;

export const TRTCVideoType = { Big: 'big', Small: 'small', Sub: 'sub' } as const;
export type TRTCVideoType = types.VideoType;

export const TRTCDeviceType = {
  Camera: 'camera',
  Microphone: 'microphone',
  Speaker: 'speaker',
} as const;
export type TRTCDeviceType = DeviceType;

export const TRTCDeviceAction = { Remove: 'remove', Add: 'add', Active: 'active' } as const;
export type TRTCDeviceAction = (typeof TRTCDeviceAction)[keyof typeof TRTCDeviceAction];

export const PlayerState = { PAUSED: 'PAUSED', PLAYING: 'PLAYING', STOPPED: 'STOPPED' } as const;
export type PlayerState = (typeof PlayerState)[keyof typeof PlayerState];

export const ConnectionState = {
  CONNECTED: 'CONNECTED',
  DISCONNECTED: 'DISCONNECTED',
  CONNECTING: 'CONNECTING',
} as const;
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

export const BannedReason = {
  BANNED: 'banned',
  KICK: 'kick',
  ROOM_DISBAND: 'room_disband',
} as const;
export type BannedReason = (typeof BannedReason)[keyof typeof BannedReason];

export const PEER_LEAVE_REASON = {
  NORMAL_LEAVE: 0,
  TIMEOUT_LEAVE: 1,
  KICK: 2,
  ROLE_CHANGE: 3,
} as const;
export type PEER_LEAVE_REASON = (typeof PEER_LEAVE_REASON)[keyof typeof PEER_LEAVE_REASON];

export const NetworkQualityValue = {
  UNKNOWN: 0,
  EXCELLENT: 1,
  GOOD: 2,
  POOR: 3,
  BAD: 4,
  VERY_BAD: 5,
  DISCONNECTED: 6,
} as const;
export type NetworkQualityValue = (typeof NetworkQualityValue)[keyof typeof NetworkQualityValue];

export const LOG_LEVEL = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, NONE: 5 } as const;
export type LOG_LEVEL = types.LogLevel;

export {
  AUDIO_PROFILES as audioProfileMap,
  EVENT as TRTCEvent,
  SCREEN_PROFILES as screenProfileMap,
  TYPE as TRTCType,
  VIDEO_PROFILES as videoProfileMap,
};
