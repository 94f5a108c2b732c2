// The frame to enter a room with.

import type { UserRole } from '../api/enums';
import type { EnterRoomConfig } from '../api/types';
import type { Join, SendingTrack } from '../signal/messages';

/** Set by the build. */
declare const PLAZA_VERSION: string;
export const VERSION = typeof PLAZA_VERSION === 'string' ? PLAZA_VERSION : '0.0.0';

interface State {
  offer: string;
  tracks: SendingTrack[];
  role: UserRole;
  resumeToken: string | undefined;
}

export function joinFrame(config: EnterRoomConfig, state: State): Join {
  const { sdkAppId, userId, userSig, roomId, strRoomId, privateMapKey } = config;
  return {
    type: 'join',
    protocol: 1,
    sdkAppId,
    userId,
    userSig,
    resumeToken: state.resumeToken,
    ...(roomId !== undefined ? { roomId } : { strRoomId }),
    scene: config.scene ?? 'rtc',
    role: state.role,
    privateMapKey,
    offer: state.offer,
    tracks: state.tracks,
    autoSubscribe: {
      audio: config.autoReceiveAudio ?? true,
      video: config.autoReceiveVideo ?? false,
    },
    client: { name: 'plaza-web', version: VERSION },
  };
}
