// Plays one remote audio track in an <audio> element of its own, so that volume and output are per user.

import { EXTRA_CODE } from '../api/constants';
import type { PlayerState } from '../api/enums';
import { deviceError, notSupported } from '../base/errors';
import { log } from '../base/log';
import { Amplifier } from './amplifier';
import type { Autoplay } from './autoplay';

export interface AudioPlayerHandler {
  state(state: PlayerState, reason: string): void;
  blocked(resume: () => Promise<void>): void;
}

const players = new Set<AudioPlayer>();
let speaker = '';

/** Plays everything on another output, also what comes later. */
export async function setSpeaker(speakerId: string): Promise<void> {
  const { setSinkId } = HTMLMediaElement.prototype as Partial<HTMLMediaElement>;
  if (!setSinkId) throw notSupported(EXTRA_CODE.NEWER_BROWSER, 'this browser chooses the output');
  try {
    await setSinkId.call(document.createElement('audio'), speakerId);
  } catch (error) {
    throw deviceError(error, 'speaker');
  }
  speaker = speakerId;
  await Promise.all([...players].map((player) => player.followSpeaker()));
}

export class AudioPlayer {
  private readonly element = document.createElement('audio');
  private readonly resume = () => this.play();
  private amplifier: Amplifier | null = null;
  private lastState: PlayerState = 'STOPPED';

  constructor(
    readonly track: MediaStreamTrack,
    private readonly autoplay: Autoplay,
    private readonly handler: AudioPlayerHandler,
  ) {
    this.element.autoplay = true;
    this.element.onplaying = () => this.state('PLAYING', 'playing');
    this.element.onpause = () => this.state('PAUSED', 'pause');
    track.addEventListener('mute', this.onMute);
    track.addEventListener('unmute', this.onUnmute);
    players.add(this);
    if (speaker) this.followSpeaker().catch((error) => log.warn('no such speaker:', error));
    this.attach(new MediaStream([track]));
  }

  /** 100: as it came; more is amplified. */
  setVolume(volume: number): void {
    const loud = volume > 100;
    if (loud && !this.amplifier) {
      this.amplifier = new Amplifier(this.track);
      this.attach(this.amplifier.stream);
    } else if (!loud && this.amplifier) {
      this.amplifier.close();
      this.amplifier = null;
      this.attach(new MediaStream([this.track]));
    }
    this.amplifier?.setVolume(volume);
    this.element.volume = loud ? 1 : Math.max(0, volume / 100);
  }

  async followSpeaker(): Promise<void> {
    await this.element.setSinkId(speaker);
  }

  pause(): void {
    this.element.pause();
  }

  async play(): Promise<void> {
    this.amplifier?.resume();
    await this.element.play();
    this.autoplay.forget(this.resume);
  }

  close(): void {
    players.delete(this);
    this.track.removeEventListener('mute', this.onMute);
    this.track.removeEventListener('unmute', this.onUnmute);
    this.element.onplaying = this.element.onpause = null;
    this.element.srcObject = null;
    this.amplifier?.close();
    this.autoplay.forget(this.resume);
    this.state('STOPPED', 'ended');
  }

  private attach(stream: MediaStream): void {
    this.element.srcObject = stream;
    this.play().catch((error: Error) => {
      // Others (AbortError) come from a stream that was replaced meanwhile.
      if (error.name !== 'NotAllowedError') return;
      this.autoplay.blocked(this.resume);
      this.handler.blocked(this.resume);
    });
  }

  private readonly onMute = () => this.state('PAUSED', 'mute');
  private readonly onUnmute = () => {
    // Before the first samples it is the element that tells.
    if (!this.element.paused && this.lastState === 'PAUSED') this.state('PLAYING', 'unmute');
  };

  private state(state: PlayerState, reason: string): void {
    if (state === this.lastState) return;
    this.lastState = state;
    this.handler.state(state, reason);
  }
}
