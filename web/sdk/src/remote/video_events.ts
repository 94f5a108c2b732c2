// A video player's news as events of the API.

import type { TRTCEventTypes } from '../api/event_types';
import type { StreamType } from '../api/types';
import type { Emitter } from '../base/emitter';
import type { VideoPlayerHandler } from './video_player';

/** `userId` '' is the local user, who in the size event has a name as soon as there is one: `localId`. */
export function videoEvents(
  events: Emitter<TRTCEventTypes>,
  userId: string,
  streamType: StreamType,
  localId: () => string = () => '',
): VideoPlayerHandler {
  const mediaType = streamType === 'sub' ? 'screen' : 'video';
  const who = { userId, streamType };
  return {
    state: (state, reason) => events.emit('video-play-state-changed', { ...who, state, reason }),
    firstFrame: (width, height) => events.emit('first-video-frame', { ...who, width, height }),
    size: (newWidth, newHeight) =>
      events.emit('video-size-changed', {
        userId: userId || localId(),
        streamType,
        newWidth,
        newHeight,
      }),
    blocked: (resume) => events.emit('autoplay-failed', { userId, mediaType, resume }),
    pictureInPicture: (pictureInPictureWindow) => {
      const isPictureInPicture = pictureInPictureWindow !== undefined;
      events.emit('picture-in-picture-state-changed', {
        ...who,
        isPictureInPicture,
        ...(isPictureInPicture && { pictureInPictureWindow }),
      });
    },
    fullScreen: (isFullScreen) =>
      events.emit('full-screen-state-changed', { ...who, isFullScreen }),
  };
}
