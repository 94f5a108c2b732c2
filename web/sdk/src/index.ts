// The package: the class as default and by name, its error, and the types.

import { TRTC } from './trtc';

// Before the types of the same names: these are values too.
export * from './api/enums';
export type * from './api/event_types';
export type * from './api/types';
export { RtcError } from './base/errors';
export type { RTCErrorParams } from './base/errors';
export type {
  AudioProfile,
  AudioProfileName,
  ScreenProfileName,
  VideoProfileName,
} from './local/profiles';
export { TRTC };
export default TRTC;
