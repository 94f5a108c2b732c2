// The package: the class as default and by name, its error, and the types.

import { TRTC } from './trtc';

export * from './api/event_types';
export type * from './api/types';
export { RtcError } from './base/errors';
export type { AudioProfileName, ScreenProfileName, VideoProfileName } from './local/profiles';
export { TRTC };
export default TRTC;
