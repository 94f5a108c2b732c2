// switchRoom: from one room into another with the same camera and microphone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';

let server, alice, bob, carol;

before(async () => {
  server = await Server.start();
  alice = await Participant.open(server, 'alice', 0);
  bob = await Participant.open(server, 'bob', 1);
  carol = await Participant.open(server, 'carol', 2);
});

after(async () => {
  for (const person of [alice, bob, carol]) await person?.close();
  await server?.close();
});

test('one who switches leaves one room and is seen and heard in the other', { timeout: 90_000 }, async () => {
  assert.deepEqual(await bob.enter(1), { ok: true });
  assert.deepEqual(await carol.enter(2), { ok: true });
  assert.deepEqual(await alice.enter(1), { ok: true });
  await bob.sees(alice);
  await alice.sees(bob);
  assert.deepEqual(await alice.call('switchRoom', { roomId: 2 }), { ok: true, value: null });
  await bob.waitForEvent('remote-user-exit', { userId: 'alice', reason: 0 });
  for (const [name, match] of [['remote-video-unavailable', { userId: 'bob' }], ['remote-user-exit', { userId: 'bob' }], ['remote-user-enter', { userId: 'carol' }]])
    await alice.waitForEvent(name, match);
  await carol.sees(alice);
  await carol.hears(alice, 400);
  await alice.sees(carol);
  assert.equal((await alice.events('error')).length, 0);
});

test('an audience of a live room goes from room to room and back', { timeout: 90_000 }, async () => {
  const live = { enter: { scene: 'live' } };
  for (const person of [alice, bob, carol]) await person.load();
  assert.deepEqual(await alice.enter('red', live), { ok: true });
  assert.deepEqual(await bob.enter('green', live), { ok: true });
  assert.deepEqual(await carol.enter('red', { enter: { scene: 'live', role: 'audience' }, publish: false }), { ok: true });
  await carol.sees(alice);
  assert.equal((await carol.call('switchRoom', { strRoomId: 'green' })).ok, true);
  await carol.sees(bob);
  assert.equal((await carol.call('startLocalAudio')).extraCode, 5107);
  assert.equal((await carol.call('switchRoom', { strRoomId: 'red' })).ok, true);
  await carol.sees(alice);
});

test('a switch is refused outside of a room, with a bad room, and with a bad signature', { timeout: 60_000 }, async () => {
  assert.equal((await carol.call('switchRoom', { roomId: 0 })).extraCode, 5012);
  assert.equal((await carol.call('switchRoom', {})).extraCode, 5015);
  const refused = await carol.call('switchRoom', { strRoomId: 'blue', userSig: 'nonsense' });
  assert.deepEqual([refused.ok, refused.code, refused.extraCode], [false, 5400, 70003]);
  await eventually('carol is in no room', async () => (await carol.call('switchRoom', { strRoomId: 'red' })).extraCode === 5101);
});
