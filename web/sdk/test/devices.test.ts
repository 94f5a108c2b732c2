import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DeviceChange } from '../src/local/devices';
import { compareDevices, DeviceWatcher } from '../src/local/devices';
import { permissions } from '../src/local/permissions';
import { recover } from '../src/local/recover';

const device = (kind: MediaDeviceKind, deviceId: string) =>
  ({ kind, deviceId, label: deviceId }) as MediaDeviceInfo;
const camera = device('videoinput', 'c1');
const microphone = device('audioinput', 'm1');
const show = ({ type, action, device }: DeviceChange) => `${type} ${action} ${device.deviceId}`;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('devices', () => {
  it('are compared by kind and id, removals first', () => {
    const changes = compareDevices([camera, microphone], [microphone, device('videoinput', 'c2')]);
    expect(changes.map(show)).toEqual(['camera remove c1', 'camera add c2']);
  });

  it('that had no ids before a permission are not told as new when they get them', () => {
    const hidden = device('videoinput', '');
    expect(compareDevices([hidden, microphone], [camera, microphone])).toEqual([]);
    expect(compareDevices([microphone], [camera, microphone]).map(show)).toEqual(['camera add c1']);
  });

  it('are told when plugged in and out, and when they come into use, once', async () => {
    let present = [camera, microphone];
    const media = Object.assign(new EventTarget(), { enumerateDevices: async () => present });
    vi.stubGlobal('navigator', { mediaDevices: media });
    const log: string[] = [];
    const watcher = new DeviceWatcher((change) => log.push(show(change)));
    await vi.waitFor(() => watcher.use('camera', 'c1'));
    await watcher.use('camera', 'c1');
    await watcher.use('microphone', undefined);
    expect(log).toEqual(['camera active c1']);
    present = [microphone];
    media.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(log).toHaveLength(2));
    present = [camera, microphone];
    media.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(log).toHaveLength(3));
    await watcher.use('camera', 'c1');
    expect(log.slice(1)).toEqual(['camera remove c1', 'camera add c1', 'camera active c1']);
  });
});

describe('a lost device', () => {
  it('is tried again with growing pauses, and the last failure is told', async () => {
    vi.useFakeTimers();
    const times: number[] = [];
    const start = Date.now();
    const attempt = async () => {
      times.push(Date.now() - start);
      throw new Error(`try ${times.length}`);
    };
    const result = recover(attempt, () => true).catch((error: Error) => error.message);
    await vi.runAllTimersAsync();
    expect(await result).toBe('try 4');
    expect(times).toEqual([0, 1000, 3000, 7000]);
  });

  it('is not tried any more once one try succeeds or it is not wanted', async () => {
    vi.useFakeTimers();
    let tries = 0;
    const wanted = recover(
      async () => {
        if (++tries < 2) throw new Error('no');
      },
      () => true,
    );
    await vi.runAllTimersAsync();
    await wanted;
    expect(tries).toBe(2);
    const unwanted = recover(
      async () => void ++tries,
      () => false,
    );
    await vi.runAllTimersAsync();
    await unwanted;
    expect(tries).toBe(2);
  });
});

describe('permissions', () => {
  function browser(states: Record<string, PermissionState>) {
    const asked: object[] = [];
    vi.stubGlobal('navigator', {
      permissions: {
        query: async ({ name }: { name: string }) => {
          if (!(name in states)) throw new TypeError('unknown');
          return { state: states[name] };
        },
      },
      mediaDevices: {
        getUserMedia: async (constraints: object) => {
          asked.push(constraints);
          for (const name of Object.keys(states)) states[name] = 'granted';
          return { getTracks: () => [] };
        },
      },
    });
    return asked;
  }

  it('are told as they are without asking', async () => {
    const asked = browser({ camera: 'prompt', microphone: 'denied' });
    expect(await permissions({ request: false })).toEqual({
      camera: 'prompt',
      microphone: 'denied',
    });
    expect(asked).toEqual([]);
  });

  it('are asked for where open, and only there', async () => {
    const asked = browser({ camera: 'prompt', microphone: 'granted' });
    expect(await permissions()).toEqual({ camera: 'granted', microphone: 'granted' });
    expect(asked).toEqual([{ video: true, audio: false }]);
  });

  it('that can not be queried are null', async () => {
    browser({});
    expect(await permissions()).toEqual({ camera: null, microphone: null });
  });
});
