// Plays one remote audio track in an <audio> element of its own, so that volume and output are per user.

import type { PlayerState } from '../api/types';
import { log } from '../base/log';
import type { Autoplay } from './autoplay';

export interface AudioPlayerHandler {
  state(state: PlayerState, reason: string): void;
  blocked(resume: () => Promise<void>): void;
}

const players = new Set<AudioPlayer>();
let speaker = '';

/** Plays everything on another output, also what comes later. */
export async function setSpeaker(speakerId: string): Promise<void> {
  speaker = speakerId;
  await Promise.all([...players].map((player) => player.followSpeaker()));
}

export class AudioPlayer {
  private readonly element = document.createElement('audio');
  private readonly resume = () => this.play();

  constructor(
    readonly track: MediaStreamTrack,
    private readonly autoplay: Autoplay,
    private readonly handler: AudioPlayerHandler,
  ) {
    this.element.autoplay = true;
    this.element.onplaying = () => this.playing('playing');
    this.element.onpause = () => handler.state('PAUSED', 'pause');
    track.addEventListener('mute', this.onMute);
    track.addEventListener('unmute', this.onUnmute);
    players.add(this);
    if (speaker) this.followSpeaker().catch((error) => log.warn('no such speaker:', error));
    this.element.srcObject = new MediaStream([track]);
    this.play().catch((error: Error) => {
      if (error.name !== 'NotAllowedError') return;
      autoplay.blocked(this.resume);
      handler.blocked(this.resume);
    });
  }

  /** 0 to 100; more can't be played by an element and counts as 100. */
  setVolume(volume: number): void {
    this.element.volume = Math.min(1, Math.max(0, volume / 100));
  }

  async followSpeaker(): Promise<void> {
    const { setSinkId } = this.element as Partial<HTMLAudioElement>;
    await setSinkId?.call(this.element, speaker);
  }

  close(): void {
    players.delete(this);
    this.track.removeEventListener('mute', this.onMute);
    this.track.removeEventListener('unmute', this.onUnmute);
    this.element.onplaying = this.element.onpause = null;
    this.element.srcObject = null;
    this.autoplay.forget(this.resume);
    this.handler.state('STOPPED', 'ended');
  }

  private readonly onMute = () => this.handler.state('PAUSED', 'mute');
  private readonly onUnmute = () => {
    if (!this.element.paused) this.handler.state('PLAYING', 'unmute');
  };

  private async play(): Promise<void> {
    await this.element.play();
    this.autoplay.forget(this.resume);
  }

  private playing(reason: string): void {
    this.handler.state('PLAYING', reason);
  }
}
