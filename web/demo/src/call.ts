// The call as the page shows it: one TRTC client, and what it tells, in a store.

import TRTC from 'plaza-rtc-sdk';
import type { RtcError, StreamType, VideoCodec } from 'plaza-rtc-sdk';
import { Store } from './store';
import { toast } from './toasts';

export interface Person {
  userId: string;
  audio: boolean;
  camera: boolean;
  screen: boolean;
}

export interface CallState {
  phase: 'lobby' | 'entering' | 'in' | 'left';
  room: string;
  userId: string;
  microphone: boolean;
  camera: boolean;
  screen: boolean;
  people: Person[];
  speaking: ReadonlySet<string>;
  reconnecting: boolean;
  /** Why the call ended, where it was not by hanging up. */
  ended: string;
}

const SPEAKING_VOLUME = 35;
const VOLUME_INTERVAL_MS = 200;
const KICKED = {
  kick: 'You have joined this room from another place.',
  banned: 'You were removed from the room.',
  room_disband: 'The room was closed.',
};

export class Call {
  readonly state = new Store<CallState>({
    phase: 'lobby',
    room: '',
    userId: '',
    microphone: false,
    camera: false,
    screen: false,
    people: [],
    speaking: new Set(),
    reconnecting: false,
    ended: '',
  });
  /** Level of the own microphone, 0 to 100. */
  readonly level = new Store({ volume: 0 });
  readonly trtc: TRTC;

  constructor(videoCodec: VideoCodec | undefined) {
    this.trtc = TRTC.create({ videoCodec });
    this.listen();
    this.trtc.enableAudioVolumeEvaluation(VOLUME_INTERVAL_MS);
  }

  async enter(room: string, userId: string): Promise<void> {
    this.state.set({ phase: 'entering', room, userId, people: [], ended: '' });
    try {
      const signed = await signature(room, userId);
      const target = /^[1-9]\d{0,9}$/.test(room) ? { roomId: Number(room) } : { strRoomId: room };
      await this.trtc.enterRoom({ ...signed, ...target, scene: TRTC.TYPE.SCENE_RTC });
      this.state.set({ phase: 'in' });
    } catch (error) {
      this.state.set({ phase: 'lobby' });
      report('The room could not be entered', error);
    }
  }

  async hangUp(): Promise<void> {
    await this.trtc.exitRoom();
    await this.stopAll();
    this.state.set({ phase: 'left', people: [], reconnecting: false });
  }

  async setMicrophone(on: boolean, microphoneId?: string): Promise<void> {
    try {
      if (!this.trtc.getAudioTrack()) {
        if (on) await this.trtc.startLocalAudio({ option: { microphoneId } });
      } else {
        await this.trtc.updateLocalAudio({
          mute: !on,
          option: microphoneId ? { microphoneId } : {},
        });
      }
      this.state.set({ microphone: on });
    } catch (error) {
      report('The microphone does not work', error);
    }
  }

  async setCamera(on: boolean, cameraId?: string): Promise<void> {
    try {
      if (on && !this.trtc.getVideoTrack()) {
        await this.trtc.startLocalVideo({ option: { cameraId, profile: '720p' } });
      } else if (on) {
        await this.trtc.updateLocalVideo({ option: cameraId ? { cameraId } : {} });
      } else {
        await this.trtc.stopLocalVideo();
      }
      this.state.set({ camera: on });
    } catch (error) {
      report('The camera does not work', error);
    }
  }

  async setScreen(on: boolean): Promise<void> {
    try {
      if (on) await this.trtc.startScreenShare({ option: { systemAudio: true } });
      else await this.trtc.stopScreenShare();
      this.state.set({ screen: on });
    } catch (error) {
      // The user closed the browser's dialog: nothing to say.
      if ((error as RtcError).extraCode !== 5302) report('The screen can not be shared', error);
    }
  }

  /** Shows a local picture in `view`. */
  preview(streamType: StreamType, view: HTMLElement | null): void {
    const work =
      streamType === 'sub'
        ? this.trtc.updateScreenShare({ view })
        : this.trtc.updateLocalVideo({ view });
    work.catch(() => undefined);
  }

  /** Shows somebody's picture in `view`; returns how to end it. */
  watch(userId: string, streamType: StreamType, view: HTMLElement): () => void {
    const fillMode = streamType === 'sub' ? 'contain' : 'cover';
    this.trtc
      .startRemoteVideo({ userId, streamType, view, option: { fillMode } })
      .catch((error: RtcError) => {
        // The picture went away or the tile was closed while it was being asked for.
        if (![5102, 5103, 5998].includes(error.extraCode ?? error.code)) {
          report('A video can not be shown', error);
        }
      });
    return () => void this.trtc.stopRemoteVideo({ userId, streamType });
  }

  private async stopAll(): Promise<void> {
    await this.trtc.stopScreenShare();
    await this.trtc.stopLocalVideo();
    await this.trtc.stopLocalAudio();
    this.state.set({ screen: false, camera: false, microphone: false, speaking: new Set() });
  }

  private listen(): void {
    const { EVENT } = TRTC;
    const { trtc } = this;
    trtc.on(EVENT.REMOTE_USER_ENTER, ({ userId }) => this.person(userId, {}));
    trtc.on(EVENT.REMOTE_USER_EXIT, ({ userId }) => {
      this.state.set({ people: this.state.get().people.filter((p) => p.userId !== userId) });
    });
    trtc.on(EVENT.REMOTE_AUDIO_AVAILABLE, ({ userId }) => this.person(userId, { audio: true }));
    trtc.on(EVENT.REMOTE_AUDIO_UNAVAILABLE, ({ userId }) => this.person(userId, { audio: false }));
    const video = (on: boolean) => (e: { userId: string; streamType: StreamType }) =>
      this.person(e.userId, e.streamType === 'sub' ? { screen: on } : { camera: on });
    trtc.on(EVENT.REMOTE_VIDEO_AVAILABLE, video(true));
    trtc.on(EVENT.REMOTE_VIDEO_UNAVAILABLE, video(false));
    trtc.on(EVENT.SCREEN_SHARE_STOPPED, () => this.state.set({ screen: false }));
    trtc.on(EVENT.AUDIO_VOLUME, ({ result }) => this.heard(result));
    trtc.on(EVENT.CONNECTION_STATE_CHANGED, ({ state, isReconnecting }) =>
      this.state.set({ reconnecting: state === 'CONNECTING' && isReconnecting === true }),
    );
    trtc.on(EVENT.KICKED_OUT, ({ reason }) => void this.ended(KICKED[reason]));
    trtc.on(EVENT.ERROR, (error) => {
      if (error.extraCode === 5502) void this.ended('The connection was lost for too long.');
      else report('Something does not work', error);
    });
  }

  private async ended(why: string): Promise<void> {
    await this.stopAll();
    this.state.set({ phase: 'left', people: [], ended: why, reconnecting: false });
  }

  private person(userId: string, change: Partial<Person>): void {
    const { people } = this.state.get();
    const known = people.find((p) => p.userId === userId);
    const fresh = { userId, audio: false, camera: false, screen: false };
    const next = { ...(known ?? fresh), ...change };
    this.state.set({
      people: known ? people.map((p) => (p === known ? next : p)) : [...people, next],
    });
  }

  private heard(result: { userId: string; volume: number }[]): void {
    this.level.set({ volume: result.find((r) => r.userId === '')?.volume ?? 0 });
    const loud = result.filter((r) => r.volume >= SPEAKING_VOLUME).map((r) => r.userId);
    const { speaking } = this.state.get();
    if (loud.length !== speaking.size || loud.some((userId) => !speaking.has(userId))) {
      this.state.set({ speaking: new Set(loud) });
    }
  }
}

async function signature(room: string, userId: string) {
  const query = new URLSearchParams({ userId, roomId: room });
  const response = await fetch(`demo/usersig?${query}`);
  if (!response.ok) throw new Error(`the server gives no signature (${response.status})`);
  return (await response.json()) as { sdkAppId: number; userId: string; userSig: string };
}

function report(what: string, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  toast(`${what}: ${why}`);
}
