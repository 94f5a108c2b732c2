// The constant tables of the public API: events, types, error codes. Names and values are promises.

/** Names of the events, for `trtc.on(TRTC.EVENT.X, …)`. */
export const EVENT = {
  ERROR: 'error',
  AUTOPLAY_FAILED: 'autoplay-failed',
  KICKED_OUT: 'kicked-out',
  REMOTE_USER_ENTER: 'remote-user-enter',
  REMOTE_USER_EXIT: 'remote-user-exit',
  REMOTE_AUDIO_AVAILABLE: 'remote-audio-available',
  REMOTE_AUDIO_UNAVAILABLE: 'remote-audio-unavailable',
  REMOTE_VIDEO_AVAILABLE: 'remote-video-available',
  REMOTE_VIDEO_UNAVAILABLE: 'remote-video-unavailable',
  AUDIO_VOLUME: 'audio-volume',
  AUDIO_FRAME: 'audio-frame',
  NETWORK_QUALITY: 'network-quality',
  CONNECTION_STATE_CHANGED: 'connection-state-changed',
  AUDIO_PLAY_STATE_CHANGED: 'audio-play-state-changed',
  VIDEO_PLAY_STATE_CHANGED: 'video-play-state-changed',
  SCREEN_SHARE_STOPPED: 'screen-share-stopped',
  DEVICE_CHANGED: 'device-changed',
  PUBLISH_STATE_CHANGED: 'publish-state-changed',
  TRACK: 'track',
  STATISTICS: 'statistics',
  SEI_MESSAGE: 'sei-message',
  CUSTOM_MESSAGE: 'custom-message',
  FIRST_VIDEO_FRAME: 'first-video-frame',
  PERMISSION_STATE_CHANGE: 'permission-state-change',
  VIDEO_SIZE_CHANGED: 'video-size-changed',
  REALTIME_TRANSCRIBER_MESSAGE: 'realtime-transcriber-message',
  REALTIME_TRANSCRIBER_STATE_CHANGED: 'realtime-transcriber-state-changed',
  PICTURE_IN_PICTURE_STATE_CHANGED: 'picture-in-picture-state-changed',
  FULL_SCREEN_STATE_CHANGED: 'full-screen-state-changed',
} as const;

/** Values that parameters take. */
export const TYPE = {
  SCENE_LIVE: 'live',
  SCENE_RTC: 'rtc',
  ROLE_ANCHOR: 'anchor',
  ROLE_AUDIENCE: 'audience',
  STREAM_TYPE_MAIN: 'main',
  STREAM_TYPE_SUB: 'sub',
  AUDIO_PROFILE_STANDARD: 'standard',
  AUDIO_PROFILE_STANDARD_STEREO: 'standard-stereo',
  AUDIO_PROFILE_HIGH: 'high',
  AUDIO_PROFILE_HIGH_STEREO: 'high-stereo',
  QOS_PREFERENCE_SMOOTH: 'smooth',
  QOS_PREFERENCE_CLEAR: 'clear',
  SPEAKER: 'Speakerphone',
  HEADSET: 'Headset earpiece',
} as const;

/** Classes of errors, the `code` of an `RtcError`. */
export const ERROR_CODE = {
  INVALID_PARAMETER: 5000,
  INVALID_OPERATION: 5100,
  ENV_NOT_SUPPORTED: 5200,
  DEVICE_ERROR: 5300,
  SERVER_ERROR: 5400,
  OPERATION_FAILED: 5500,
  OPERATION_ABORT: 5998,
  UNKNOWN_ERROR: 5999,
} as const;

/** The `extraCode`s that this SDK gives, by their class. */
export const EXTRA_CODE = {
  // INVALID_PARAMETER
  REQUIRED: 5001,
  WRONG_TYPE: 5002,
  EMPTY: 5003,
  WRONG_INSTANCE: 5004,
  NOT_ALLOWED_VALUE: 5005,
  NEGATIVE: 5006,
  BELOW_MINIMUM: 5007,
  ABOVE_MAXIMUM: 5008,
  ELEMENT_NOT_FOUND: 5009,
  NOT_AN_ELEMENT: 5010,
  ROOM_ID_RANGE: 5012,
  STR_ROOM_ID: 5013,
  STREAM_TYPE_REQUIRED: 5014,
  NO_ROOM_ID: 5015,
  ROOM_ID_IS_STRING: 5016,
  // INVALID_OPERATION
  NOT_IN_ROOM: 5101,
  NO_REMOTE_USER: 5102,
  NO_REMOTE_STREAM: 5103,
  REPEATED_CALL: 5104,
  CAMERA_NOT_STARTED: 5105,
  MICROPHONE_NOT_STARTED: 5106,
  AUDIENCE: 5107,
  // ENV_NOT_SUPPORTED
  NOT_HTTPS: 5201,
  NO_WEBRTC: 5202,
  NO_H264_ENCODE: 5203,
  NO_SCREEN_SHARE: 5205,
  // DEVICE_ERROR
  NOT_FOUND: 5301,
  NOT_ALLOWED: 5302,
  NOT_READABLE: 5303,
  OVERCONSTRAINED: 5304,
  INVALID_STATE: 5305,
  SECURITY: 5306,
  ABORT: 5307,
  CAMERA_LOST: 5308,
  MICROPHONE_LOST: 5309,
  // OPERATION_FAILED
  MEDIA_BLOCKED: 5501,
  REENTRY_FAILED: 5502,
} as const;
