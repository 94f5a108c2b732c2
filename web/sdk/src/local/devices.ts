// Lists of cameras, microphones and speakers, and what changes in them.

import { deviceError } from '../base/errors';
import { log } from '../base/log';

export type DeviceType = 'camera' | 'microphone' | 'speaker';

const KINDS: Record<DeviceType, MediaDeviceKind> = {
  camera: 'videoinput',
  microphone: 'audioinput',
  speaker: 'audiooutput',
};
const TYPES: Record<MediaDeviceKind, DeviceType> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
};

/** The devices of one type. Browsers hide names before a permission: `ask` opens a device briefly to get it. */
export async function listDevices(type: DeviceType, ask: boolean): Promise<MediaDeviceInfo[]> {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (!media) return [];
  let devices = await ofType(media, type);
  if (ask && devices.some((device) => device.label === '')) {
    await askPermission(media, type);
    devices = await ofType(media, type);
  }
  return devices;
}

async function ofType(media: MediaDevices, type: DeviceType): Promise<MediaDeviceInfo[]> {
  const devices = await media.enumerateDevices();
  return devices.filter((device) => device.kind === KINDS[type]);
}

async function askPermission(media: MediaDevices, type: DeviceType): Promise<void> {
  try {
    const video = type === 'camera';
    const stream = await media.getUserMedia({ video, audio: !video });
    stream.getTracks().forEach((track) => track.stop());
  } catch (error) {
    throw deviceError(error, type);
  }
}

export interface DeviceChange {
  type: DeviceType;
  action: 'add' | 'remove';
  device: MediaDeviceInfo;
}

/** What is in `after` and not in `before`, and the other way round. */
export function compareDevices(
  before: MediaDeviceInfo[],
  after: MediaDeviceInfo[],
): DeviceChange[] {
  const key = (device: MediaDeviceInfo) => `${device.kind} ${device.deviceId}`;
  const missing =
    (from: MediaDeviceInfo[], action: 'add' | 'remove') => (device: MediaDeviceInfo) =>
      from.some((other) => key(other) === key(device))
        ? []
        : [{ type: TYPES[device.kind], action, device }];
  return [...before.flatMap(missing(after, 'remove')), ...after.flatMap(missing(before, 'add'))];
}

/** Tells about devices that are plugged in and out. */
export class DeviceWatcher {
  private known: MediaDeviceInfo[] = [];
  private readonly media = navigator.mediaDevices as MediaDevices | undefined;

  constructor(private readonly changed: (change: DeviceChange) => void) {
    this.media?.addEventListener('devicechange', this.check);
    void this.list().then((devices) => (this.known = devices));
  }

  close(): void {
    this.media?.removeEventListener('devicechange', this.check);
  }

  private readonly check = () => {
    void this.list().then((devices) => {
      // Before a permission devices have no ids, and all look like one.
      const named = (list: MediaDeviceInfo[]) => list.filter((device) => device.deviceId !== '');
      const changes = compareDevices(named(this.known), named(devices));
      this.known = devices;
      changes.forEach(this.changed);
    });
  };

  private async list(): Promise<MediaDeviceInfo[]> {
    try {
      return (await this.media?.enumerateDevices()) ?? [];
    } catch (error) {
      log.warn('the devices can not be listed:', error);
      return [];
    }
  }
}
