// What `callExperimentalAPI` can do.

import { invalidOperation } from '../base/errors';
import type { AudioFrames } from '../media/audio_frames';
import type { RemoteMedia } from '../remote/remote_media';
import type { RemoteVideo } from '../remote/remote_video';
import { fullScreen, pictureInPicture } from '../remote/windows';
import { EXTRA_CODE } from './constants';
import type {
  ExperimentalAPIFunctionMap,
  RemotePlayerOptions,
  RequestFullScreenOptions,
} from './types';

type Experiments = {
  [K in keyof ExperimentalAPIFunctionMap]: (
    options: ExperimentalAPIFunctionMap[K],
  ) => Promise<void>;
};

export function experiments(remote: RemoteMedia, frames: AudioFrames): Experiments {
  const shown = (video: RemoteVideo | null): HTMLVideoElement => {
    const element = video?.player.element;
    if (element) return element;
    throw invalidOperation(EXTRA_CODE.NO_REMOTE_STREAM, 'no such video is shown');
  };
  const meant = ({ userId, streamType = 'main' }: RequestFullScreenOptions) =>
    shown(userId ? remote.video(userId, streamType) : remote.firstVideo());
  const players = ({ userId, streamType = 'main' }: RemotePlayerOptions) => ({
    video: remote.video(userId, streamType)?.player,
    audio: remote.audio.player(userId, streamType),
  });

  return {
    enableAudioFrameEvent: (options) => frames.enable(options),
    pauseRemotePlayer: async (options) => {
      const { video, audio } = players(options);
      video?.pause();
      audio?.pause();
    },
    resumeRemotePlayer: async (options) => {
      const { video, audio } = players(options);
      await Promise.all([video?.resume(), audio?.play()]);
    },
    requestPictureInPicture: (options) => pictureInPicture(meant(options), options.enable),
    requestFullScreen: (options) => fullScreen(meant(options), options.enable),
  };
}
