import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RtcError } from '../src/base/errors';
import type { CheckedMethod } from '../src/api/validate';
import { validate } from '../src/api/validate';

class FakeElement {}
class FakeTrack {}

beforeEach(() => {
  vi.stubGlobal('HTMLElement', FakeElement);
  vi.stubGlobal('MediaStreamTrack', FakeTrack);
  vi.stubGlobal('document', { getElementById: (id: string) => (id === 'there' ? {} : null) });
});
afterEach(() => void vi.unstubAllGlobals());

function extraCode(method: CheckedMethod, ...args: unknown[]): number | undefined {
  try {
    validate(method, args);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(RtcError);
    expect((error as RtcError).code).toBe(5000);
    return (error as RtcError).extraCode;
  }
}

const room = { sdkAppId: 1400000001, userId: 'alice', userSig: 'sig', roomId: 1 };
const without = (key: keyof typeof room) => ({ ...room, [key]: undefined });

describe('enterRoom', () => {
  it.each([
    ['everything needed', room, undefined],
    ['no config', undefined, 5001],
    ['no sdkAppId', without('sdkAppId'), 5001],
    ['no userId', without('userId'), 5001],
    ['no userSig', without('userSig'), 5001],
    ['sdkAppId as text', { ...room, sdkAppId: '1' }, 5002],
    ['sdkAppId not a number', { ...room, sdkAppId: NaN }, 5002],
    ['sdkAppId 0', { ...room, sdkAppId: 0 }, 5007],
    ['empty userId', { ...room, userId: '' }, 5003],
    ['no room', without('roomId'), 5015],
    ['room 0', { ...room, roomId: 0 }, 5012],
    ['room 1.5', { ...room, roomId: 1.5 }, 5012],
    ['room too large', { ...room, roomId: 4294967295 }, 5012],
    ['largest room', { ...room, roomId: 4294967294 }, undefined],
    ['room as text', { ...room, roomId: '12' }, 5016],
    ['string room', { ...without('roomId'), strRoomId: 'a b#~' }, undefined],
    ['empty string room', { ...without('roomId'), strRoomId: '' }, 5013],
    ['string room with a slash', { ...without('roomId'), strRoomId: 'a/b' }, 5013],
    ['string room of 65', { ...without('roomId'), strRoomId: 'x'.repeat(65) }, 5013],
    ['string room as number', { ...without('roomId'), strRoomId: 1 }, 5002],
    ['roomId counts before a bad strRoomId', { ...room, strRoomId: '/' }, undefined],
    ['unknown scene', { ...room, scene: 'disco' }, 5005],
    ['unknown role', { ...room, role: 'guest' }, 5005],
    ['autoReceiveAudio as text', { ...room, autoReceiveAudio: 'yes' }, 5002],
    ['unknown members', { ...room, more: 1 }, undefined],
  ])('with %s', (_, config, code) => expect(extraCode('enterRoom', config)).toBe(code));
});

describe('local media', () => {
  it.each<[CheckedMethod, unknown, number | undefined]>([
    ['startLocalAudio', undefined, undefined],
    ['startLocalAudio', { mute: 'microphone' }, undefined],
    ['startLocalAudio', { mute: 'all' }, 5005],
    ['startLocalAudio', { option: { profile: 'best' } }, 5005],
    ['startLocalAudio', { option: { captureVolume: -1 } }, 5006],
    ['startLocalAudio', { option: { earMonitorVolume: 101 } }, 5008],
    ['startLocalAudio', { option: { audioTrack: {} } }, 5004],
    ['startLocalAudio', { option: { audioTrack: new FakeTrack() } }, undefined],
    ['updateLocalAudio', undefined, 5001],
    ['startLocalVideo', { view: 'there' }, undefined],
    ['startLocalVideo', { view: 'elsewhere' }, 5009],
    ['startLocalVideo', { view: {} }, 5010],
    ['startLocalVideo', { view: [new FakeElement(), {}] }, 5010],
    ['startLocalVideo', { view: [new FakeElement()] }, undefined],
    ['startLocalVideo', { view: null }, undefined],
    ['startLocalVideo', { option: { profile: '720p' } }, undefined],
    ['startLocalVideo', { option: { profile: '721p' } }, 5005],
    ['startLocalVideo', { option: { profile: 720 } }, 5002],
    ['startLocalVideo', { option: { profile: { width: 640 } } }, 5001],
    ['startLocalVideo', { option: { rotation: 45 } }, 5005],
    ['startLocalVideo', { option: { mirror: 'publish' } }, undefined],
    ['startScreenShare', { option: { profile: '720p_2' } }, undefined],
    ['startScreenShare', { option: { fillMode: 'stretch' } }, 5005],
  ])('%s(%j)', (method, config, code) => expect(extraCode(method, config)).toBe(code));
});

describe('remote media', () => {
  it.each<[CheckedMethod, unknown[], number | undefined]>([
    ['startRemoteVideo', [{ userId: 'bob', streamType: 'main' }], undefined],
    ['startRemoteVideo', [{ userId: 'bob' }], 5001],
    ['startRemoteVideo', [{ userId: 'bob', streamType: 'aux' }], 5005],
    ['stopRemoteVideo', [{ userId: 'bob' }], 5014],
    ['stopRemoteVideo', [{ userId: '*' }], undefined],
    ['muteRemoteAudio', ['bob', true], undefined],
    ['muteRemoteAudio', ['bob'], 5001],
    ['muteRemoteAudio', ['bob', 1], 5002],
    ['setRemoteAudioVolume', ['bob', -1], 5006],
    ['setRemoteAudioVolume', ['bob', 150], undefined],
  ])('%s(%j)', (method, args, code) => expect(extraCode(method, ...args)).toBe(code));
});

describe('the rest', () => {
  it.each<[CheckedMethod, unknown[], number | undefined]>([
    ['getPermissions', [], undefined],
    ['getPermissions', [{ request: false, types: ['camera'] }], undefined],
    ['getPermissions', [{ types: 'camera' }], 5002],
    ['getPermissions', [{ types: ['speaker'] }], 5005],
    ['startPlugin', [], 5001],
    ['callExperimentalAPI', ['preconnect', { enable: true }], 5005],
    ['callExperimentalAPI', ['enableAudioFrameEvent', { enable: true }], 5001],
    ['callExperimentalAPI', ['enableAudioFrameEvent', { enable: true, userId: '' }], undefined],
    [
      'callExperimentalAPI',
      ['enableAudioFrameEvent', { enable: true, userId: '', sampleRate: 1 }],
      5005,
    ],
    ['callExperimentalAPI', ['pauseRemotePlayer', { userId: '' }], 5003],
    ['callExperimentalAPI', ['requestFullScreen', {}], 5001],
  ])('%s(%j)', (method, args, code) => expect(extraCode(method, ...args)).toBe(code));
});

it('names the parameter in the message', () => {
  expect(() => validate('startLocalVideo', [{ option: { rotation: 45 } }])).toThrow(
    /config\.option\.rotation/,
  );
  expect(() => validate('muteRemoteAudio', ['bob', 1])).toThrow(/mute must be a boolean/);
});
