// What each call's parameters must be.

import { AUDIO_PROFILES, SCREEN_PROFILES, VIDEO_PROFILES } from '../local/profiles';
import { EXTRA_CODE } from './constants';
import type { ExperimentalAPIFunctionMap } from './types';
import type { Rule } from './rules';
import {
  anyString,
  anything,
  boolean,
  byType,
  instance,
  invalid,
  listOf,
  number,
  object,
  oneOf,
  optional,
  required,
  string,
  view,
} from './rules';

const MAX_ROOM_ID = 4294967294;
const STR_ROOM_ID = /^[a-zA-Z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~,]{1,64}$/;

const oneRoom: Rule = (value, path) => {
  const { roomId, strRoomId } = value as { roomId?: unknown; strRoomId?: unknown };
  if (typeof roomId === 'string') {
    throw invalid(
      EXTRA_CODE.ROOM_ID_IS_STRING,
      `${path}.roomId must be a number; for a string there is strRoomId`,
    );
  }
  if (roomId !== undefined) {
    number()(roomId, `${path}.roomId`);
    const id = roomId as number;
    if (!Number.isInteger(id) || id < 1 || id > MAX_ROOM_ID) {
      throw invalid(EXTRA_CODE.ROOM_ID_RANGE, `${path}.roomId must be 1 to ${MAX_ROOM_ID}`);
    }
    return;
  }
  if (strRoomId === undefined) {
    throw invalid(EXTRA_CODE.NO_ROOM_ID, `${path}: roomId or strRoomId is required`);
  }
  anyString(strRoomId, `${path}.strRoomId`);
  if (!STR_ROOM_ID.test(strRoomId as string)) {
    const message = `${path}.strRoomId must have 1 to 64 of the allowed characters`;
    throw invalid(EXTRA_CODE.STR_ROOM_ID, message);
  }
};

const enterRoom: Rule = (value, path) => {
  object({
    sdkAppId: required(number({ min: 1 })),
    userId: required(string),
    userSig: required(string),
    scene: optional(oneOf('rtc', 'live')),
    role: optional(oneOf('anchor', 'audience')),
    autoReceiveAudio: optional(boolean),
    autoReceiveVideo: optional(boolean),
    enableAutoPlayDialog: optional(boolean),
    privateMapKey: optional(anyString),
    proxy: optional(byType({ string: anyString, object: anything })),
  })(value, path);
  oneRoom(value, path);
};

const switchRoom: Rule = (value, path) => {
  object({ userSig: optional(string), privateMapKey: optional(anyString) })(value, path);
  oneRoom(value, path);
};

const profile = (names: object) =>
  byType({
    string: oneOf(...Object.keys(names)),
    object: object({
      width: required(number({ min: 1 })),
      height: required(number({ min: 1 })),
      frameRate: required(number({ min: 1 })),
      bitrate: required(number({ min: 1 })),
    }),
  });
const fillMode = optional(oneOf('contain', 'cover', 'fill'));
const qosPreference = optional(oneOf('smooth', 'clear'));
const track = optional(instance('MediaStreamTrack'));

const localAudio = object({
  publish: optional(boolean),
  mute: optional(byType({ boolean, string: oneOf('microphone') })),
  muteKeepVolumeDetection: optional(boolean),
  option: optional(
    object({
      microphoneId: optional(anyString),
      profile: optional(oneOf(...Object.keys(AUDIO_PROFILES))),
      audioTrack: track,
      captureVolume: optional(number({ min: 0 })),
      earMonitorVolume: optional(number({ min: 0, max: 100 })),
      echoCancellation: optional(byType({ boolean, string: oneOf('remote-only', 'all') })),
      autoGainControl: optional(boolean),
      noiseSuppression: optional(boolean),
    }),
  ),
});

const localVideo = object({
  view: optional(view),
  publish: optional(boolean),
  mute: optional(byType({ boolean, string })),
  option: optional(
    object({
      cameraId: optional(anyString),
      useFrontCamera: optional(boolean),
      profile: optional(profile(VIDEO_PROFILES)),
      fillMode,
      mirror: optional(byType({ boolean, string: oneOf('view', 'publish', 'both') })),
      small: optional(
        byType({ boolean, string: profile(VIDEO_PROFILES), object: profile(VIDEO_PROFILES) }),
      ),
      qosPreference,
      videoTrack: track,
      rotation: optional(oneOf(0, 90, 180, 270)),
    }),
  ),
});

const screenShare = object({
  view: optional(view),
  publish: optional(boolean),
  streamType: optional(oneOf('main', 'sub')),
  muteSystemAudio: optional(boolean),
  option: optional(
    object({
      profile: optional(profile(SCREEN_PROFILES)),
      fillMode,
      systemAudio: optional(boolean),
      audioTrack: track,
      videoTrack: track,
      captureElement: optional(instance('HTMLElement')),
      preferDisplaySurface: optional(oneOf('current-tab', 'tab', 'window', 'monitor')),
      selfBrowserSurface: optional(oneOf('include', 'exclude')),
      qosPreference,
    }),
  ),
});

const streamType = optional(oneOf('main', 'sub'));

const remoteVideo = object({
  userId: required(string),
  streamType: required(oneOf('main', 'sub')),
  view: optional(view),
  option: optional(
    object({
      fillMode,
      mirror: optional(boolean),
      small: optional(boolean),
      receiveWhenViewVisible: optional(boolean),
      viewRoot: optional(instance('HTMLElement')),
      poster: optional(anyString),
      pictureInPicture: optional(boolean),
      fullScreen: optional(boolean),
    }),
  ),
});

const stopRemoteVideo: Rule = (value, path) => {
  object({ userId: required(string), streamType })(value, path);
  const given = value as { userId: string; streamType?: string };
  if (given.userId !== '*' && given.streamType === undefined) {
    const message = `${path}.streamType is required unless userId is '*'`;
    throw invalid(EXTRA_CODE.STREAM_TYPE_REQUIRED, message);
  }
};

/** What one message may hold, in bytes. */
const MESSAGE_LIMIT = 1024;

const message: Rule = (value, path) => {
  instance('ArrayBuffer')(value, path);
  const { byteLength } = value as ArrayBuffer;
  if (byteLength === 0) throw invalid(EXTRA_CODE.BUFFER_EMPTY, `${path} must not be empty`);
  if (byteLength > MESSAGE_LIMIT) {
    const problem = `${path} must have at most ${MESSAGE_LIMIT} bytes, not ${byteLength}`;
    throw invalid(EXTRA_CODE.BUFFER_TOO_LARGE, problem);
  }
};

const seiOptions = object({
  seiPayloadType: optional(oneOf(5, 243)),
  toSubStream: optional(boolean),
});

const experimental: Record<keyof ExperimentalAPIFunctionMap, Rule> = {
  enableAudioFrameEvent: object({
    enable: required(boolean),
    userId: required(anyString),
    sampleRate: optional(oneOf(8000, 16000, 32000, 44100, 48000)),
    channelCount: optional(oneOf(1, 2)),
    port: optional(instance('MessagePort')),
  }),
  pauseRemotePlayer: object({ userId: required(string), streamType }),
  resumeRemotePlayer: object({ userId: required(string), streamType }),
  requestPictureInPicture: object({ enable: required(boolean), streamType }),
  requestFullScreen: object({ enable: required(boolean), streamType }),
};

/** By method: a rule for each argument. */
const ARGUMENTS = {
  create: [
    optional(
      object({
        serverUrl: optional(string),
        videoCodec: optional(oneOf('VP8', 'H264')),
        enableSEI: optional(boolean),
        enableAutoPlayDialog: optional(boolean),
      }),
    ),
  ],
  enterRoom: [required(enterRoom)],
  switchRoom: [required(switchRoom)],
  switchRole: [
    required(oneOf('anchor', 'audience')),
    optional(object({ privateMapKey: optional(anyString) })),
  ],
  startLocalAudio: [optional(localAudio)],
  updateLocalAudio: [required(localAudio)],
  startLocalVideo: [optional(localVideo)],
  updateLocalVideo: [required(localVideo)],
  startScreenShare: [optional(screenShare)],
  updateScreenShare: [required(screenShare)],
  startRemoteVideo: [required(remoteVideo)],
  updateRemoteVideo: [required(remoteVideo)],
  stopRemoteVideo: [required(stopRemoteVideo)],
  muteRemoteAudio: [required(string), required(boolean)],
  setRemoteAudioVolume: [required(string), required(number({ min: 0 }))],
  enableAudioVolumeEvaluation: [optional(number()), optional(boolean)],
  setCurrentSpeaker: [required(string)],
  getPermissions: [
    optional(
      object({
        request: optional(boolean),
        types: optional(listOf(oneOf('camera', 'microphone'))),
      }),
    ),
  ],
  sendSEIMessage: [required(message), optional(seiOptions)],
  startPlugin: [required(string)],
  updatePlugin: [required(string)],
  stopPlugin: [required(string)],
  callExperimentalAPI: [required(oneOf(...Object.keys(experimental))), required(anything)],
  setLogLevel: [required(oneOf(0, 1, 2, 3, 4, 5))],
} satisfies Record<string, Rule[]>;

const NAMES: Partial<Record<keyof typeof ARGUMENTS, string[]>> = {
  switchRole: ['role', 'option'],
  muteRemoteAudio: ['userId', 'mute'],
  setRemoteAudioVolume: ['userId', 'volume'],
  enableAudioVolumeEvaluation: ['interval', 'enableInBackground'],
  setCurrentSpeaker: ['speakerId'],
  setLogLevel: ['level'],
  sendSEIMessage: ['buffer', 'options'],
  startPlugin: ['name'],
  updatePlugin: ['name'],
  stopPlugin: ['name'],
  callExperimentalAPI: ['name', 'options'],
};

export type CheckedMethod = keyof typeof ARGUMENTS;

/** Throws an `RtcError` (INVALID_PARAMETER) that names the first parameter at fault. */
export function validate(method: CheckedMethod, args: readonly unknown[]): void {
  const rules: Rule[] = ARGUMENTS[method];
  rules.forEach((rule, i) => rule(args[i], NAMES[method]?.[i] ?? 'config'));
  if (method === 'callExperimentalAPI')
    experimental[args[0] as keyof ExperimentalAPIFunctionMap](args[1], 'options');
}
