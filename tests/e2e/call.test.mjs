// The first call, whole: four people in a room see and hear each other through a real server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';
import { TONES } from './harness/sources.mjs';

let server;
const people = [];
const ROOM = 4711;

before(async () => {
  server = await Server.start();
  for (const [index, name] of ['alice', 'bob', 'carol', 'dave'].entries()) people.push(await Participant.open(server, name, index));
});

after(async () => {
  for (const person of people) await person.close();
  await server?.close();
});

test('four people enter and each decodes the three others', { timeout: 120_000 }, async () => {
  for (const person of people) assert.deepEqual(await person.enter(ROOM), { ok: true });
  for (const person of people) {
    for (const other of people) if (other !== person) await person.sees(other);
  }
});

test('each hears the three others', { timeout: 120_000 }, async () => {
  for (const person of people) {
    for (const other of people) if (other !== person) await person.hears(other, TONES[other.index]);
  }
});

test('a muted camera and microphone are announced, and come back', { timeout: 60_000 }, async () => {
  const [alice, bob] = people;
  assert.equal((await alice.call('updateLocalVideo', { mute: true })).ok, true);
  await bob.waitForEvent('remote-video-unavailable', { userId: 'alice', streamType: 'main' });
  assert.equal((await alice.call('updateLocalVideo', { mute: false })).ok, true);
  await bob.sees(alice);
  assert.equal((await alice.call('updateLocalAudio', { mute: true })).ok, true);
  await bob.waitForEvent('remote-audio-unavailable', { userId: 'alice' });
  assert.equal((await alice.call('updateLocalAudio', { mute: false })).ok, true);
  await bob.hears(alice, TONES[0]);
});

test('the layer follows the size of the view, down and up', { timeout: 60_000 }, async () => {
  const [, bob, carol] = people;
  await carol.page.evaluate(() => window.view('bob-main', 96, 54));
  await carol.sees(bob);
  const small = await carol.pictureWhere(bob, (picture) => picture.height <= 180);
  await carol.page.evaluate(() => window.view('bob-main', 1280, 720));
  const large = await carol.pictureWhere(bob, (picture) => picture.height >= 360);
  assert.ok(small.height < large.height);
});

test('a screen is shared beside the camera', { timeout: 60_000 }, async () => {
  const [alice, bob, , dave] = people;
  assert.equal((await dave.call('startScreenShare', { option: { profile: '720p' } })).ok, true);
  await alice.waitForEvent('remote-video-available', { userId: 'dave', streamType: 'sub' });
  await alice.pictureWhere(dave, (picture) => picture.frames > 3, 'sub');
  await alice.sees(dave);
  assert.equal((await dave.call('stopScreenShare')).ok, true);
  await alice.waitForEvent('remote-video-unavailable', { userId: 'dave', streamType: 'sub' });
  await bob.sees(dave);
});

test('who leaves is gone for the others, and may come back', { timeout: 60_000 }, async () => {
  const [alice, bob, carol] = people;
  assert.equal((await carol.call('exitRoom')).ok, true);
  await alice.waitForEvent('remote-user-exit', { userId: 'carol' });
  await bob.waitForEvent('remote-user-exit', { userId: 'carol' });
  await carol.page.evaluate(() => window.trtc.stopLocalVideo().then(() => window.trtc.stopLocalAudio()));
  assert.deepEqual(await carol.enter(ROOM), { ok: true });
  await alice.sees(carol);
  await carol.sees(alice);
});

test('a reloaded tab comes back into the call', { timeout: 60_000 }, async () => {
  const [alice, , , dave] = people;
  await dave.load();
  assert.deepEqual(await dave.enter(ROOM), { ok: true });
  await alice.sees(dave);
  await dave.sees(alice);
  await alice.hears(dave, TONES[3]);
});

test('a second entry of the same user takes over, and the first is told why', { timeout: 60_000 }, async () => {
  const [alice, bob] = people;
  const again = await Participant.open(server, 'bob', 4);
  try {
    assert.deepEqual(await again.enter(ROOM), { ok: true });
    await bob.waitForEvent('kicked-out', { reason: 'kick' });
    await alice.sees(again);
    await again.sees(alice);
  } finally {
    await again.close();
  }
});

test('a wrong signature is refused with its code', { timeout: 60_000 }, async () => {
  const [, bob] = people;
  await bob.load();
  const refused = await bob.enter(ROOM, { userSig: 'eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwg__' });
  assert.equal(refused.ok, false);
  assert.equal(refused.code, 5400);
  assert.equal(refused.extraCode, 70003);
});
