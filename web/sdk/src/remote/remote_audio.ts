// The audio that is received: played as it comes, each user at a volume of their own.

import type { TRTCEventTypes } from '../api/event_types';
import type { StreamType } from '../api/types';
import type { Emitter } from '../base/emitter';
import type { Loudness } from '../media/volume';
import { receiverLevel } from '../media/volume';
import { AudioPlayer } from './audio_player';
import type { Autoplay } from './autoplay';

interface Heard {
  userId: string;
  streamType: StreamType;
  player: AudioPlayer;
  receiver: RTCRtpReceiver;
}

const key = (userId: string, streamType: StreamType) => `${streamType} ${userId}`;

export class RemoteAudio {
  private readonly heard = new Map<string, Heard>();
  private readonly userVolumes = new Map<string, number>();
  private defaultVolume = 100;

  /** `changed`: others are heard, or fewer. */
  constructor(
    private readonly events: Emitter<TRTCEventTypes>,
    private readonly autoplay: Autoplay,
    private readonly changed: () => void,
  ) {}

  /** A user's audio begins to come from `receiver`; null: it ends. */
  receive(userId: string, streamType: StreamType, receiver: RTCRtpReceiver | null): void {
    const name = key(userId, streamType);
    this.heard.get(name)?.player.close();
    this.heard.delete(name);
    if (receiver) {
      const player = this.play(userId, receiver.track);
      this.heard.set(name, { userId, streamType, player, receiver });
    }
    this.changed();
  }

  /** `*`: everybody's, also of those who come later. */
  setVolume(userId: string, volume: number): void {
    if (userId === '*') {
      this.defaultVolume = volume;
      this.userVolumes.clear();
    } else {
      this.userVolumes.set(userId, volume);
    }
    for (const heard of this.heard.values()) heard.player.setVolume(this.volumeOf(heard.userId));
  }

  loudness(): Loudness[] {
    return [...this.heard.values()].map(({ userId, receiver }) => ({
      userId,
      level: receiverLevel(receiver),
    }));
  }

  track(userId: string, streamType: StreamType): MediaStreamTrack | null {
    return this.player(userId, streamType)?.track ?? null;
  }

  /** All that is heard of a user, of everybody for `*`. */
  tracks(userId: string): MediaStreamTrack[] {
    const meant = [...this.heard.values()].filter((h) => userId === '*' || h.userId === userId);
    return meant.map((h) => h.player.track);
  }

  player(userId: string, streamType: StreamType): AudioPlayer | undefined {
    return this.heard.get(key(userId, streamType))?.player;
  }

  /** The room was left. */
  clear(): void {
    for (const { player } of this.heard.values()) player.close();
    this.heard.clear();
    this.userVolumes.clear();
    this.defaultVolume = 100;
    this.changed();
  }

  private play(userId: string, track: MediaStreamTrack): AudioPlayer {
    const { events } = this;
    const player = new AudioPlayer(track, this.autoplay, {
      state: (state, reason) => events.emit('audio-play-state-changed', { userId, state, reason }),
      blocked: (resume) => events.emit('autoplay-failed', { userId, mediaType: 'audio', resume }),
    });
    player.setVolume(this.volumeOf(userId));
    return player;
  }

  private volumeOf(userId: string): number {
    return this.userVolumes.get(userId) ?? this.defaultVolume;
  }
}
