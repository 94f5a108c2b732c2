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
  /** `active`: it is the one in use now. */
  action: 'add' | 'remove' | 'active';
  device: MediaDeviceInfo;
}

/** What is in `after` and not in `before`, and the other way round. */
export function compareDevices(
  before: MediaDeviceInfo[],
  after: MediaDeviceInfo[],
): DeviceChange[] {
  // Before a permission the devices of a kind have no ids, and all look like one.
  const hidden = new Set([...before, ...after].filter((d) => d.deviceId === '').map((d) => d.kind));
  const key = (device: MediaDeviceInfo) => `${device.kind} ${device.deviceId}`;
  const missing = (from: MediaDeviceInfo[], action: 'add' | 'remove') => {
    const known = new Set(from.map(key));
    return (device: MediaDeviceInfo) =>
      known.has(key(device)) || hidden.has(device.kind)
        ? []
        : [{ type: TYPES[device.kind], action, device }];
  };
  return [...before.flatMap(missing(after, 'remove')), ...after.flatMap(missing(before, 'add'))];
}

/** Tells about devices that are plugged in and out, and about those that come into use. */
export class DeviceWatcher {
  private known: MediaDeviceInfo[] = [];
  private readonly active = new Map<DeviceType, string>();
  private readonly media = navigator.mediaDevices as MediaDevices | undefined;

  constructor(private readonly changed: (change: DeviceChange) => void) {
    this.media?.addEventListener('devicechange', this.check);
    void this.list().then((devices) => (this.known = devices));
  }

  close(): void {
    this.media?.removeEventListener('devicechange', this.check);
  }

  /** A device of the type is used now; nobody is told twice. */
  async use(type: DeviceType, deviceId: string | undefined): Promise<void> {
    if (!deviceId || this.active.get(type) === deviceId) return;
    this.active.set(type, deviceId);
    this.known = await this.list();
    const isMeant = (d: MediaDeviceInfo) => d.kind === KINDS[type] && d.deviceId === deviceId;
    const device = this.known.find(isMeant);
    if (device && this.active.get(type) === deviceId) {
      this.changed({ type, action: 'active', device });
    }
  }

  private readonly check = () => {
    void this.list().then((devices) => {
      const changes = compareDevices(this.known, devices);
      this.known = devices;
      for (const { type, action, device } of changes) {
        const inUse = this.active.get(type) === device.deviceId;
        if (inUse && action === 'remove') this.active.delete(type);
      }
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
