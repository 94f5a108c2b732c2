// The public class. Each method checks its parameters, then hands over; what happens is in room/, local/ and remote/.

import { ERROR_CODE, EVENT, EXTRA_CODE, TYPE } from './api/constants';
import type { TRTCEventTypes } from './api/event_types';
import { experiments } from './api/experimental';
import { noSuchPlugin } from './api/plugins';
import { defaultServerUrl, signalUrl } from './api/server_url';
import { checkSupport } from './api/support';
import type { UserRole } from './api/enums';
import type {
  EnterRoomConfig,
  ExperimentalAPIFunctionMap,
  LocalAudioConfig,
  LocalVideoConfig,
  LogLevel,
  PermissionOption,
  PermissionResult,
  RemoteVideoConfig,
  ScreenShareConfig,
  SEIOptions,
  SwitchRoomConfig,
  StopRemoteVideoConfig,
  SupportResult,
  TrackConfig,
  TRTCOptions,
  UpdateLocalAudioConfig,
  UpdateScreenShareConfig,
  VideoFrameConfig,
} from './api/types';
import type { CheckedMethod } from './api/validate';
import { validate } from './api/validate';
import { Emitter } from './base/emitter';
import { invalidOperation, notSupported, operationFailed, RtcError } from './base/errors';
import { log, setLogLevel } from './base/log';
import { DeviceWatcher, listDevices } from './local/devices';
import { LocalMedia } from './local/local_media';
import { permissions, PermissionWatcher } from './local/permissions';
import { AudioFrames } from './media/audio_frames';
import { canUse } from './media/codecs';
import { Outgoing } from './media/outgoing';
import { VolumeMeter } from './media/volume';
import { setSpeaker } from './remote/audio_player';
import { Autoplay } from './remote/autoplay';
import { RemoteMedia, toWire } from './remote/remote_media';
import { Room } from './room/room';
import { SeiSender } from './room/sei_sender';

const DEFAULT_VOLUME_INTERVAL_MS = 2000;

/** Where this script came from; null in bundles that do not know. */
declare const PLAZA_SCRIPT_URL: string | undefined;
const scriptUrl = typeof PLAZA_SCRIPT_URL === 'string' ? PLAZA_SCRIPT_URL : undefined;

/** Runs `run` with checked arguments; every failure leaves as an `RtcError` that names the function. */
async function call<T>(
  name: CheckedMethod,
  args: unknown[],
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    validate(name, args);
    return await run();
  } catch (error) {
    throw RtcError.convertFrom(error, name);
  }
}

/** As `call`, for what is done at once. */
function now<T>(name: CheckedMethod, args: unknown[], run: () => T): T {
  try {
    validate(name, args);
    return run();
  } catch (error) {
    throw RtcError.convertFrom(error, name);
  }
}

/** All that were created and not destroyed: the speaker is everybody's. */
const instances = new Set<TRTC>();

/** One user in at most one room at a time. */
export class TRTC {
  static readonly EVENT = EVENT;
  static readonly TYPE = TYPE;
  static readonly ERROR_CODE = ERROR_CODE;
  /** Set by frameworks that build on this; without effect. */
  static frameWorkType = 0;

  private readonly events = new Emitter<TRTCEventTypes>();
  private readonly outgoing = new Outgoing();
  private readonly autoplay: Autoplay;
  private readonly local: LocalMedia;
  private readonly remote: RemoteMedia;
  private readonly room: Room;
  private readonly sei: SeiSender;
  private readonly meter: VolumeMeter;
  private readonly frames: AudioFrames;
  private readonly devices: DeviceWatcher;
  private readonly permissions: PermissionWatcher;
  private destroyed = false;

  private constructor(private readonly options: TRTCOptions) {
    const { events, outgoing } = this;
    instances.add(this);
    this.autoplay = new Autoplay(options.enableAutoPlayDialog ?? true);
    this.remote = new RemoteMedia(
      events,
      this.autoplay,
      (userId, streamType, video) => this.room.watchVideo(userId, streamType, video),
      () => this.frames.refresh(),
    );
    this.room = new Room(events, this.remote, outgoing);
    this.local = new LocalMedia({
      events,
      outgoing,
      publish: (line) => this.room.publish(line),
      isAudience: () => this.room.isAudience,
      stereoChanged: () => this.room.renegotiate(),
      captured: (type, source) => this.captured(type, source),
      userId: () => this.room.userId,
    });
    this.sei = new SeiSender(options.enableSEI ?? false, outgoing, this.room);
    this.meter = new VolumeMeter(
      () => this.loudness(),
      (result) => events.emit('audio-volume', { result }),
    );
    this.frames = new AudioFrames(
      (userId) => this.heard(userId),
      (data) => events.emit('audio-frame', { data }),
    );
    this.devices = new DeviceWatcher((change) => {
      events.emit('device-changed', change);
      if (change.action === 'add') this.local.plugged(change.type);
    });
    this.permissions = new PermissionWatcher((result) =>
      events.emit('permission-state-change', result),
    );
  }

  /** A new client. Several may live beside each other. */
  static create(options: TRTCOptions = {}): TRTC {
    return now('create', [options], () => new TRTC(options));
  }

  /** What this browser can do. */
  static async isSupported(): Promise<SupportResult> {
    return checkSupport();
  }

  /** Which lines go to the console; the second argument is accepted and has no effect. */
  static setLogLevel(level: LogLevel, _enableUploadLog?: boolean): void {
    now('setLogLevel', [level], () => setLogLevel(level));
  }

  /** Whether camera and microphone may be used; asks the user where that is open, unless `request` is false. */
  static getPermissions(option: PermissionOption = {}): Promise<PermissionResult> {
    return call('getPermissions', [option], () => permissions(option));
  }

  static getCameraList(requestPermission = true): Promise<MediaDeviceInfo[]> {
    return listDevices('camera', requestPermission);
  }

  static getMicrophoneList(requestPermission = true): Promise<MediaDeviceInfo[]> {
    return listDevices('microphone', requestPermission);
  }

  static getSpeakerList(requestPermission = true): Promise<MediaDeviceInfo[]> {
    return listDevices('speaker', requestPermission);
  }

  /** Plays all remote audio on another output. */
  static setCurrentSpeaker(speakerId: string): Promise<void> {
    return call('setCurrentSpeaker', [speakerId], async () => {
      await setSpeaker(speakerId);
      for (const instance of instances) void instance.devices.use('speaker', speakerId);
    });
  }

  /** Enters a room. What was started before is published there. */
  enterRoom(config: EnterRoomConfig): Promise<void> {
    return call('enterRoom', [config], () => {
      this.checkAlive();
      if (typeof RTCPeerConnection !== 'function') {
        throw notSupported(EXTRA_CODE.NO_WEBRTC, 'this browser has no WebRTC');
      }
      const { enableAutoPlayDialog } = config;
      if (enableAutoPlayDialog !== undefined) this.autoplay.enableDialog(enableAutoPlayDialog);
      const { videoCodec, enableSEI: sei = false } = this.options;
      if (videoCodec === 'H264' && !canUse('send', 'H264')) {
        throw notSupported(EXTRA_CODE.NO_H264_ENCODE, 'this browser encodes no H.264');
      }
      const first = videoCodec ?? (sei ? 'H264' : 'VP8');
      const codec = { first, only: videoCodec !== undefined };
      return this.room.enter({ url: this.signalUrl(config), config, codec, sei });
    });
  }

  /** Leaves the room; what is captured stays. Ends an `enterRoom` that is under way. */
  async exitRoom(): Promise<void> {
    await this.room.exit();
  }

  /** Goes on in another room: camera, microphone and screen too, the others of the old room are gone. */
  switchRoom(config: SwitchRoomConfig): Promise<void> {
    return call('switchRoom', [config], () => this.room.switchTo(config));
  }

  /** Becomes anchor or audience; only in scene `live`. */
  switchRole(
    role: UserRole,
    option: { privateMapKey?: string; latencyLevel?: number } = {},
  ): Promise<void> {
    return call('switchRole', [role, option], () =>
      this.room.switchRole(role, option.privateMapKey),
    );
  }

  /** Frees everything; the room must have been left. */
  destroy(): void {
    if (this.room.active) {
      throw RtcError.convertFrom(operationFailed('exit the room before destroying'), 'destroy');
    }
    this.destroyed = true;
    instances.delete(this);
    this.meter.stop();
    this.frames.close();
    this.devices.close();
    this.permissions.close();
    this.local.close();
    this.remote.clear();
    this.events.off('*');
  }

  startLocalAudio(config: LocalAudioConfig = {}): Promise<void> {
    return call('startLocalAudio', [config], () => this.alive().startAudio(config));
  }

  updateLocalAudio(config: UpdateLocalAudioConfig): Promise<void> {
    return call('updateLocalAudio', [config], () => this.local.updateAudio(config));
  }

  async stopLocalAudio(): Promise<void> {
    await this.local.stopAudio();
  }

  startLocalVideo(config: LocalVideoConfig = {}): Promise<void> {
    return call('startLocalVideo', [config], () => this.alive().startVideo(config));
  }

  updateLocalVideo(config: LocalVideoConfig): Promise<void> {
    return call('updateLocalVideo', [config], () => this.local.updateVideo(config));
  }

  async stopLocalVideo(): Promise<void> {
    await this.local.stopVideo();
  }

  startScreenShare(config: ScreenShareConfig = {}): Promise<void> {
    return call('startScreenShare', [config], () => this.alive().startScreen(config));
  }

  updateScreenShare(config: UpdateScreenShareConfig): Promise<void> {
    return call('updateScreenShare', [config], () => this.local.updateScreen(config));
  }

  async stopScreenShare(): Promise<void> {
    await this.local.stopScreen();
  }

  /** Shows the video of a remote user, after `REMOTE_VIDEO_AVAILABLE`. */
  startRemoteVideo(config: RemoteVideoConfig): Promise<void> {
    return call('startRemoteVideo', [config], () => {
      this.room.requireVideo(config.userId, toWire(config.streamType));
      return this.remote.startVideo(config);
    });
  }

  updateRemoteVideo(config: RemoteVideoConfig): Promise<void> {
    return call('updateRemoteVideo', [config], () => {
      this.room.requireVideo(config.userId, toWire(config.streamType));
      return this.remote.updateVideo(config);
    });
  }

  stopRemoteVideo(config: StopRemoteVideoConfig): Promise<void> {
    return call('stopRemoteVideo', [config], () =>
      this.remote.stopVideo(config.userId, config.userId === '*' ? undefined : config.streamType),
    );
  }

  /** Receives somebody's audio no more, or again; `*`: everybody's. */
  muteRemoteAudio(userId: string, mute: boolean): Promise<void> {
    return call('muteRemoteAudio', [userId, mute], () => this.room.watchAudio(userId, !mute));
  }

  /** 0 to 100, above amplifies; `*`: everybody. */
  setRemoteAudioVolume(userId: string, volume = 100): void {
    now('setRemoteAudioVolume', [userId, volume], () =>
      this.remote.audio.setVolume(userId, volume),
    );
  }

  /** Sends up to 1 KB with the next frames of the camera, in H.264; at most 30 times and 8 KB a second. */
  sendSEIMessage(buffer: ArrayBuffer, options: SEIOptions = {}): void {
    now('sendSEIMessage', [buffer, options], () => this.sei.send(buffer, options));
  }

  /** Rejects: there are no plugins yet. */
  startPlugin(name: string, _options?: unknown): Promise<never> {
    return call('startPlugin', [name], () => noSuchPlugin(name));
  }

  updatePlugin(name: string, _options?: unknown): Promise<never> {
    return call('updatePlugin', [name], () => noSuchPlugin(name));
  }

  stopPlugin(name: string, _options?: unknown): Promise<never> {
    return call('stopPlugin', [name], () => noSuchPlugin(name));
  }

  /** What may still change; the names and their options are those of `ExperimentalAPIFunctionMap`. */
  callExperimentalAPI<T extends keyof ExperimentalAPIFunctionMap>(
    name: T,
    options: ExperimentalAPIFunctionMap[T],
  ): Promise<void> {
    return call('callExperimentalAPI', [name, options], () =>
      experiments(this.remote, this.frames)[name](options),
    );
  }

  /** Tells `AUDIO_VOLUME` every `interval` ms, at least 100; 0 or less turns it off. */
  enableAudioVolumeEvaluation(
    interval = DEFAULT_VOLUME_INTERVAL_MS,
    enableInBackground = false,
  ): void {
    now('enableAudioVolumeEvaluation', [interval, enableInBackground], () =>
      this.meter.run(interval, enableInBackground),
    );
  }

  on<K extends keyof TRTCEventTypes>(
    event: K,
    handler: (...args: TRTCEventTypes[K]) => void,
    context?: unknown,
  ): this {
    this.events.on(event, handler, context);
    return this;
  }

  /** Without a handler all of the event's handlers go, with `*` all of all events. */
  off<K extends keyof TRTCEventTypes>(
    event: K | '*',
    handler?: (...args: TRTCEventTypes[K]) => void,
    context?: unknown,
  ): this {
    this.events.off(event, handler, context);
    return this;
  }

  /** The audio track of a user, or with no user id of the microphone; null if there is none. */
  getAudioTrack(config: TrackConfig | string = {}): MediaStreamTrack | null {
    const {
      userId,
      streamType = 'main',
      processed,
    } = typeof config === 'string' ? { userId: config } : config;
    if (userId) return this.remote.audio.track(userId, streamType);
    if (streamType === 'sub') return this.local.screen.soundTrack;
    const { microphone } = this.local;
    return processed ? microphone.processedTrack : microphone.track;
  }

  /** The video track of a user, or with no user id of camera or screen; null if there is none. */
  getVideoTrack(config: TrackConfig = {}): MediaStreamTrack | null {
    const { userId, streamType = 'main', processed } = config;
    if (userId) return this.remote.videoTrack(userId, streamType);
    if (streamType === 'sub') return this.local.screen.track;
    const { camera } = this.local;
    return processed ? camera.processedTrack : camera.track;
  }

  /** The picture that is shown of a user now, as data URL of a PNG; empty if none is. */
  getVideoSnapshot({ userId, streamType = 'main' }: VideoFrameConfig = {}): string {
    if (userId) return this.remote.video(userId, streamType)?.player.snapshot() ?? '';
    const { camera, screen } = this.local;
    return (streamType === 'sub' ? screen : camera).player.snapshot();
  }

  private captured(type: 'camera' | 'microphone', source: MediaStreamTrack | null): void {
    this.frames.refresh();
    void this.devices.use(type, source?.getSettings().deviceId);
  }

  /** Tracks to take samples of: '' is the microphone, `*` all others. */
  private heard(userId: string): MediaStreamTrack[] {
    if (userId !== '') return this.remote.audio.tracks(userId);
    const { track } = this.local.microphone;
    return track ? [track] : [];
  }

  private loudness() {
    const others = this.remote.audio.loudness();
    if (!this.local.microphone.track) return others;
    return [{ userId: '', level: this.local.microphone.level() }, ...others];
  }

  private signalUrl(config: EnterRoomConfig): string {
    const { proxy } = config;
    const websocketProxy = typeof proxy === 'string' ? proxy : proxy?.websocketProxy;
    const server =
      websocketProxy ?? this.options.serverUrl ?? defaultServerUrl(scriptUrl, location.href);
    const url = signalUrl(server, location.href);
    log.debug('server', url);
    return url;
  }

  private alive(): LocalMedia {
    this.checkAlive();
    return this.local;
  }

  private checkAlive(): void {
    if (this.destroyed) {
      throw invalidOperation(undefined, 'this object was destroyed');
    }
  }
}
