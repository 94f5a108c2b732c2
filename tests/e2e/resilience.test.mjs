// What breaks, and who notices: the signalling socket, the server killed, the server asked to end.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Relay } from './harness/relay.mjs';
import { Server } from './harness/server.mjs';
import { TONES } from './harness/sources.mjs';

let server, relay, alice, bob;

// Alice's signalling goes through the relay; her media does not.
beforeEach(async () => {
  server = await Server.start();
  relay = await Relay.start(server);
  alice = await Participant.open(server, 'alice', 0, { url: relay.url });
  bob = await Participant.open(server, 'bob', 1);
  for (const person of [alice, bob]) assert.deepEqual(await person.enter(7), { ok: true });
  await alice.sees(bob);
  await bob.sees(alice);
});

afterEach(async () => {
  await alice?.close();
  await bob?.close();
  await relay?.close();
  await server?.close();
});

const namesOf = (events) => events.map(({ name, userId }) => `${name} ${userId ?? ''}`);

test('a signalling socket cut for 5 s: others notice nothing, media goes on, no event is lost or doubled', { timeout: 120_000 }, async () => {
  const before = (await bob.events()).length;
  const framesBefore = (await alice.picture('bob')).frames;
  await relay.tell('cut tcp');
  await alice.waitForEvent('connection-state-changed', { state: 'DISCONNECTED' });
  // What happens meanwhile is told later, once and in order.
  assert.equal((await bob.call('updateLocalAudio', { mute: true })).ok, true);
  assert.equal((await bob.call('updateLocalAudio', { mute: false })).ok, true);
  assert.equal((await bob.call('updateLocalVideo', { mute: true })).ok, true);
  assert.equal((await bob.call('updateLocalVideo', { mute: false })).ok, true);
  const aliceBefore = (await alice.events()).length;
  await new Promise((resolve) => setTimeout(resolve, 5000)); // the cut itself: what is tested is its length
  const framesDuring = (await alice.picture('bob')).frames;
  assert.ok(framesDuring - framesBefore >= 30, `media stopped: ${framesDuring - framesBefore} frames in 5 s`);
  await relay.tell('heal');
  await alice.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true });
  await alice.waitForEvent('remote-video-available', { userId: 'bob' });
  await eventually('the missed events arrive', async () => (await alice.events()).slice(aliceBefore).filter((e) => e.name.startsWith('remote-')).length >= 4);
  await alice.sees(bob);
  await bob.sees(alice);
  const told = namesOf((await alice.events()).slice(aliceBefore)).filter((name) => name.startsWith('remote-'));
  assert.deepEqual(told, ['remote-audio-unavailable bob', 'remote-audio-available bob', 'remote-video-unavailable bob', 'remote-video-available bob']);
  const seenByBob = namesOf((await bob.events()).slice(before)).filter((name) => name.includes('alice'));
  assert.deepEqual(seenByBob.filter((name) => name.startsWith('remote-')), []);
});

test('a server killed with -9 and started again: everybody is back within 5 s', { timeout: 120_000 }, async () => {
  await server.kill();
  await server.start();
  const started = Date.now();
  await Promise.all([alice.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true }, 5000),
    bob.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true }, 5000)]);
  await Promise.all([alice.sees(bob, { frames: 3, limit: 10_000 }), bob.sees(alice, { frames: 3, limit: 10_000 })]);
  console.log(`picture back ${Date.now() - started} ms after the server was ready`);
  await bob.hears(alice, TONES[0]);
  for (const person of [alice, bob]) {
    const names = namesOf(await person.events());
    assert.equal(names.filter((name) => name.startsWith('kicked-out') || name.startsWith('error')).length, 0);
  }
});

test('a server asked to end tells its clients and exits with 0', { timeout: 60_000 }, async () => {
  const { code, signal } = await server.terminate();
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  await alice.waitForEvent('connection-state-changed', { state: 'DISCONNECTED' });
  await server.start();
  await alice.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true });
  await alice.sees(bob);
});
