// Whether this page may use camera and microphone.

import type { PermissionOption, PermissionResult } from '../api/types';
import { log } from '../base/log';

type Device = 'camera' | 'microphone';
const DEVICES: readonly Device[] = ['camera', 'microphone'];

async function status(name: Device): Promise<PermissionStatus | null> {
  const api = navigator.permissions as Permissions | undefined;
  // Not every browser knows these names.
  return api?.query({ name: name as PermissionName }).catch(() => null) ?? null;
}

async function query(): Promise<PermissionResult> {
  const [camera, microphone] = await Promise.all(DEVICES.map(status));
  return { camera: camera?.state ?? null, microphone: microphone?.state ?? null };
}

/** What was decided; with `request` the user is asked for what was not. */
export async function permissions(option: PermissionOption = {}): Promise<PermissionResult> {
  const { request = true, types = DEVICES } = option;
  const now = await query();
  const undecided = types.filter((type) => now[type] === 'prompt' || now[type] === null);
  if (!request || undecided.length === 0) return now;
  const media = navigator.mediaDevices as MediaDevices | undefined;
  try {
    const stream = await media?.getUserMedia({
      video: undecided.includes('camera'),
      audio: undecided.includes('microphone'),
    });
    stream?.getTracks().forEach((track) => track.stop());
  } catch (error) {
    log.info('the user was asked for a permission:', error);
  }
  return query();
}

/** Tells when the user, or the browser, changes a permission. */
export class PermissionWatcher {
  private readonly watched: PermissionStatus[] = [];
  private closed = false;

  constructor(private readonly changed: (result: PermissionResult) => void) {
    for (const name of DEVICES) void this.watch(name);
  }

  close(): void {
    this.closed = true;
    for (const permission of this.watched) permission.removeEventListener('change', this.tell);
  }

  private async watch(name: Device): Promise<void> {
    const permission = await status(name);
    if (!permission || this.closed) return;
    this.watched.push(permission);
    permission.addEventListener('change', this.tell);
  }

  private readonly tell = () => {
    void query().then((result) => !this.closed && this.changed(result));
  };
}
