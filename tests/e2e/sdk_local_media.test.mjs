// What the Web SDK captures and sends: custom tracks, mirror and rotation, the small stream, devices and their loss.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';

let server, alice, bob;

before(async () => {
  server = await Server.start();
  alice = await Participant.open(server, 'alice', 0);
  bob = await Participant.open(server, 'bob', 1);
  assert.deepEqual(await bob.enter(1, { publish: false, viewSize: [640, 360] }), { ok: true });
  // Two halves, red and blue, in a format that shows a turn.
  await alice.page.evaluate(() => {
    window.halves = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [640, 360];
      const context = canvas.getContext('2d');
      setInterval(() => {
        context.fillStyle = '#f00';
        context.fillRect(0, 0, 320, 360);
        context.fillStyle = '#00f';
        context.fillRect(320, 0, 320, 360);
      }, 50);
      return canvas.captureStream(20).getVideoTracks()[0];
    };
  });
  assert.deepEqual(await alice.enter(1, { publish: false }), { ok: true });
});

beforeEach(async () => {
  await alice.call('stopLocalVideo');
  await alice.call('stopLocalAudio');
});

after(async () => {
  await alice?.close();
  await bob?.close();
  await server?.close();
});

/** Red or blue at a quarter, in the middle of a side, as bob sees it: {width, height, left, top}. */
const seen = () =>
  bob.page.evaluate(() => {
    const video = document.querySelector('#alice-main video');
    if (!video?.videoWidth) return null;
    const { videoWidth: width, videoHeight: height } = video;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const colour = (x, y) => {
      const [r, , b] = context.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1).data;
      return r - b > 100 ? 'red' : b - r > 100 ? 'blue' : 'neither';
    };
    return { width, height, left: colour(0.2, 0.5), top: colour(0.5, 0.2) };
  });
const looks = (match) =>
  eventually(`bob sees ${JSON.stringify(match)}`, async () => {
    const picture = await seen();
    return picture && Object.entries(match).every(([key, value]) => picture[key] === value) && picture;
  });

test('a track of the application is sent, mirrored and turned as it asks', { timeout: 90_000 }, async () => {
  await alice.page.evaluate(() => window.trtc.startLocalVideo({ option: { videoTrack: window.halves(), profile: '360p' } }));
  await looks({ left: 'red' });
  const update = async (option) => assert.equal((await alice.call('updateLocalVideo', { option })).ok, true);
  await update({ mirror: 'both' });
  await looks({ left: 'blue' });
  await update({ mirror: 'view' });
  await looks({ left: 'red' });
  await update({ rotation: 90 });
  const turned = await looks({ top: 'red' });
  assert.ok(turned.height > turned.width, JSON.stringify(turned));
  const differ = await alice.page.evaluate(() => window.trtc.getVideoTrack({ processed: true }) !== window.trtc.getVideoTrack());
  assert.equal(differ, true);
  await update({ rotation: 0 });
  await looks({ left: 'red' });
});

test('the small stream has the size that the publisher gave it, and who asks for it gets it', { timeout: 60_000 }, async () => {
  const option = { profile: '720p', small: { width: 160, height: 90, frameRate: 10, bitrate: 100 } };
  await alice.call('startLocalVideo', { option });
  await eventually('the large stream', async () => ((await seen())?.height ?? 0) >= 180);
  await bob.call('updateRemoteVideo', { userId: 'alice', streamType: 'main', option: { small: true } });
  await looks({ width: 160, height: 90 });
  await bob.call('updateRemoteVideo', { userId: 'alice', streamType: 'main', option: { small: false } });
  await eventually('the large stream again', async () => (await seen()).height >= 180);
});

test('the devices are listed by name', { timeout: 30_000 }, async () => {
  for (const [name, kind] of [['getCameraList', 'videoinput'], ['getMicrophoneList', 'audioinput'], ['getSpeakerList', 'audiooutput']]) {
    const list = await alice.page.evaluate((name) => window.TRTC[name]().then((all) => all.map((d) => d.toJSON())), name);
    assert.ok(list.length > 0 && list.every((d) => d.kind === kind && d.deviceId !== '' && d.label !== ''), `${name}: ${JSON.stringify(list)}`);
  }
});

test('a speaker is chosen, and one that does not exist is refused', { timeout: 30_000 }, async () => {
  await bob.page.evaluate(async () => {
    await window.TRTC.getSpeakerList();
    await window.TRTC.setCurrentSpeaker('default');
  });
  await alice.call('startLocalAudio');
  await bob.waitForEvent('audio-play-state-changed', { userId: 'alice', state: 'PLAYING' });
  const refused = await bob.page.evaluate(() => window.TRTC.setCurrentSpeaker('nowhere').then(() => null, (e) => [e.code, e.extraCode, e.functionName]));
  assert.deepEqual(refused, [5300, 5301, 'setCurrentSpeaker']);
  await bob.page.evaluate(() => window.TRTC.setCurrentSpeaker('default'));
});

test('a device that comes into use is told, and so is one that is plugged out and in', { timeout: 30_000 }, async () => {
  await alice.page.evaluate(() => (window.changes = []) && window.trtc.on('device-changed', ({ type, action, device }) => window.changes.push(`${type} ${action} ${device.label !== ''}`)));
  const told = (change) => eventually(`"${change}" is told`, () => alice.page.evaluate((change) => window.changes.includes(change), change));
  await alice.call('startLocalVideo');
  await alice.call('startLocalAudio');
  for (const type of ['camera', 'microphone']) await alice.waitForEvent('device-changed', { type, action: 'active' });
  await alice.page.evaluate(async () => {
    const cameras = await window.TRTC.getCameraList();
    const media = navigator.mediaDevices;
    const list = media.enumerateDevices.bind(media);
    const without = (await list()).filter((d) => d.deviceId !== cameras[0].deviceId);
    media.enumerateDevices = async () => without;
    media.dispatchEvent(new Event('devicechange'));
    window.plugIn = () => {
      media.enumerateDevices = list;
      media.dispatchEvent(new Event('devicechange'));
    };
  });
  await told('camera remove true');
  await alice.page.evaluate(() => window.plugIn());
  await told('camera add true');
});

test('a camera and a microphone that are lost are captured anew', { timeout: 60_000 }, async () => {
  await alice.call('startLocalVideo');
  await alice.call('startLocalAudio', { option: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  await bob.sees(alice);
  await alice.page.evaluate(() => {
    window.before = [window.trtc.getVideoTrack(), window.trtc.getAudioTrack()];
    for (const track of window.before) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });
  await eventually('other tracks', () =>
    alice.page.evaluate(() => [window.trtc.getVideoTrack(), window.trtc.getAudioTrack()].every((t, i) => t?.readyState === 'live' && t !== window.before[i])));
  await bob.sees(alice);
  await bob.hears(alice, 400);
  assert.deepEqual(await alice.events('error'), []);
});

test('a camera that stays away is told, and comes back when it is plugged in', { timeout: 60_000 }, async () => {
  await alice.call('startLocalVideo');
  await bob.sees(alice);
  await alice.page.evaluate(() => {
    const media = navigator.mediaDevices;
    window.capture = media.getUserMedia.bind(media);
    media.getUserMedia = async () => {
      throw new DOMException('gone', 'NotFoundError');
    };
    window.errors = [];
    window.trtc.on('error', ({ code, extraCode }) => window.errors.push(`${code} ${extraCode}`));
    const track = window.trtc.getVideoTrack();
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  await eventually('the loss is told', () => alice.page.evaluate(() => window.errors.includes('5300 5308')));
  await alice.page.evaluate(async () => {
    const media = navigator.mediaDevices;
    media.getUserMedia = window.capture;
    const list = media.enumerateDevices.bind(media);
    media.enumerateDevices = async () => (await list()).filter((d) => d.kind !== 'videoinput');
    media.dispatchEvent(new Event('devicechange'));
    await new Promise((resolve) => window.trtc.on('device-changed', ({ action }) => action === 'remove' && resolve()));
    media.enumerateDevices = list;
    media.dispatchEvent(new Event('devicechange'));
  });
  await bob.sees(alice);
});

test('permissions are told, and their changes', { timeout: 30_000 }, async () => {
  const origin = new URL(alice.page.url()).origin;
  assert.deepEqual(await alice.page.evaluate(() => window.TRTC.getPermissions()), { camera: 'granted', microphone: 'granted' });
  await alice.page.evaluate(() => (window.permissions = []) && window.trtc.on('permission-state-change', (state) => window.permissions.push(state)));
  const session = await alice.browser.context.newCDPSession(alice.page);
  const setting = (setting) => session.send('Browser.setPermission', { permission: { name: 'camera' }, setting, origin });
  await setting('denied');
  await eventually('the change is told', () => alice.page.evaluate(() => window.permissions.some((p) => p.camera === 'denied')));
  assert.equal((await alice.page.evaluate(() => window.TRTC.getPermissions({ request: false }))).camera, 'denied');
  await setting('granted');
});
