// Named qualities of what is captured and sent.

import type { VideoProfile } from '../api/types';

export interface AudioProfile {
  sampleRate: number;
  channelCount: number;
  /** kbit/s */
  bitrate: number;
}

export const AUDIO_PROFILES = {
  standard: { sampleRate: 48000, channelCount: 1, bitrate: 40 },
  'standard-stereo': { sampleRate: 48000, channelCount: 2, bitrate: 64 },
  high: { sampleRate: 48000, channelCount: 1, bitrate: 128 },
  'high-stereo': { sampleRate: 48000, channelCount: 2, bitrate: 192 },
} as const satisfies Record<string, AudioProfile>;

export const VIDEO_PROFILES = {
  '120p': { width: 160, height: 120, frameRate: 15, bitrate: 200 },
  '180p': { width: 320, height: 180, frameRate: 15, bitrate: 350 },
  '240p': { width: 320, height: 240, frameRate: 15, bitrate: 400 },
  '360p': { width: 640, height: 360, frameRate: 15, bitrate: 800 },
  '480p': { width: 640, height: 480, frameRate: 15, bitrate: 900 },
  '720p': { width: 1280, height: 720, frameRate: 15, bitrate: 1500 },
  '1080p': { width: 1920, height: 1080, frameRate: 15, bitrate: 2000 },
  '1440p': { width: 2560, height: 1440, frameRate: 30, bitrate: 4860 },
  '4K': { width: 3840, height: 2160, frameRate: 30, bitrate: 9000 },
} as const satisfies Record<string, VideoProfile>;

export const SCREEN_PROFILES = {
  '480p': { width: 640, height: 480, frameRate: 5, bitrate: 900 },
  '480p_2': { width: 640, height: 480, frameRate: 30, bitrate: 1000 },
  '720p': { width: 1280, height: 720, frameRate: 5, bitrate: 1200 },
  '720p_2': { width: 1280, height: 720, frameRate: 30, bitrate: 3000 },
  '1080p': { width: 1920, height: 1080, frameRate: 5, bitrate: 1600 },
  '1080p_2': { width: 1920, height: 1080, frameRate: 30, bitrate: 4000 },
} as const satisfies Record<string, VideoProfile>;

export type AudioProfileName = keyof typeof AUDIO_PROFILES;
export type VideoProfileName = keyof typeof VIDEO_PROFILES;
export type ScreenProfileName = keyof typeof SCREEN_PROFILES;

export function audioProfile(name: AudioProfileName = 'standard'): AudioProfile {
  return AUDIO_PROFILES[name];
}

export function videoProfile(profile: VideoProfileName | VideoProfile = '480p'): VideoProfile {
  return typeof profile === 'string' ? VIDEO_PROFILES[profile] : profile;
}

export function screenProfile(profile: ScreenProfileName | VideoProfile = '1080p'): VideoProfile {
  return typeof profile === 'string' ? SCREEN_PROFILES[profile] : profile;
}
