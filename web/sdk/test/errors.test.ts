import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceError, RtcError, serverError } from '../src/base/errors';
import { settingsAddress } from '../src/base/system_settings';

const named = (name: string, message = '') => Object.assign(new Error(message), { name });
afterEach(() => void vi.unstubAllGlobals());

describe('an error of a device', () => {
  it.each([
    ['NotFoundError', 5301],
    ['NotAllowedError', 5302],
    ['NotReadableError', 5303],
    ['OverconstrainedError', 5304],
    ['InvalidStateError', 5305],
    ['SecurityError', 5306],
    ['AbortError', 5307],
  ])('%s is %i', (name, extraCode) => {
    const origin = named(name);
    expect(deviceError(origin, 'camera')).toMatchObject({
      code: 5300,
      extraCode,
      originError: origin,
    });
  });

  it('opens the settings of the system that refused it, and only then', () => {
    const open = vi.fn();
    vi.stubGlobal('window', { open });
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)' });
    const refused = (message: string) => deviceError(named('NotAllowedError', message), 'camera');
    refused('Permission denied by system').handler?.();
    expect(open.mock.calls[0][0]).toMatch(/^x-apple\.systempreferences:.*Privacy_Camera$/);
    expect(refused('Permission denied').handler).toBe(undefined);
  });

  it('knows settings of Windows and macOS', () => {
    expect(settingsAddress('microphone', 'Windows NT 10.0')).toBe('ms-settings:privacy-microphone');
    expect(settingsAddress('screen', 'Windows NT 10.0')).toBe(undefined);
    expect(settingsAddress('camera', 'X11; Linux x86_64')).toBe(undefined);
  });
});

it('an error of the server keeps its code, and where to find it in the log', () => {
  const error = serverError({ code: 70001, message: 'expired', requestId: 'r7' });
  expect(error).toMatchObject({ code: 5400, extraCode: 70001, message: 'expired (request r7)' });
});

it('any other error becomes one that names the function, once', () => {
  const error = RtcError.convertFrom(new TypeError('oops'), 'enterRoom');
  expect(error).toMatchObject({ code: 5999, functionName: 'enterRoom', message: 'oops' });
  expect(RtcError.convertFrom(error, 'exitRoom')).toBe(error);
  expect(error.functionName).toBe('enterRoom');
});
