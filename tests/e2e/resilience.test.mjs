// What breaks between clients and server, and who notices: signalling cut, stalled and forgotten on the way, the server
// killed, the server asked to end. One call goes on through all of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './harness/browser.mjs';
import { Meter } from './harness/meter.mjs';
import { Participant } from './harness/participant.mjs';
import { Relay } from './harness/relay.mjs';
import { Server } from './harness/server.mjs';
import { TONES } from './harness/sources.mjs';

const CUT_MS = 5000;
/** Docs/signalling.md: a client that hears nothing for two ping intervals counts its socket as dead. */
const SILENCE_MS = 10_000;
/** "Everybody is back within 5 s." */
const BACK_MS = 5000;
/** Longer than this nothing may be missing where media is said not to stop: room for a machine under load. */
const GAP_MS = 2000;
/** 15 frames a second are sent. */
const LEAST_FPS = 5;

let server, relay, alice, bob, aliceSeen, bobSeen;

// Alice's signalling goes through the relay; her media does not.
before(async () => {
  server = await Server.start();
  relay = await Relay.start(server);
  [alice, bob] = await Promise.all([Participant.open(server, 'alice', 0, { url: relay.url }), Participant.open(server, 'bob', 1)]);
  for (const person of [alice, bob]) assert.deepEqual(await person.enter(7), { ok: true });
  await Promise.all([alice.sees(bob), bob.sees(alice)]);
  aliceSeen = await Meter.start(bob, alice, TONES[alice.index]);
  bobSeen = await Meter.start(alice, bob, TONES[bob.index]);
  await Promise.all([alice.hears(bob, TONES[bob.index]), bob.hears(alice, TONES[alice.index])]);
});

after(async () => {
  await alice?.close();
  await bob?.close();
  await relay?.close();
  await server?.close();
});

const states = async (person, since) => (await person.events('connection-state-changed', since)).map(({ state }) => state);
const told = async (person, of, since) =>
  (await person.events(undefined, since)).filter(({ name, userId }) => userId === of.userId && name.startsWith('remote-')).map(({ name }) => name.slice('remote-'.length));

/** The states that a player went through, without repetitions. */
async function playing(person, of, media, since) {
  const all = (await person.events(`${media}-play-state-changed`, since)).filter(({ userId }) => userId === of.userId).map(({ state }) => state);
  return all.filter((state, i) => state !== all[i - 1]);
}

/** Fails unless picture and sound went on without a break. */
function assertUnbroken(what, seconds, media) {
  console.log(`${what}: ${media.frames} frames in ${seconds} s, longest freeze ${media.longestFreezeMs} ms; ` +
    `tone in ${Math.round(media.toneShare * 100)} % of samples, longest silence ${media.longestSilenceMs} ms`);
  assert.ok(media.frames >= LEAST_FPS * seconds && media.longestFreezeMs <= GAP_MS, `${what}: the picture stopped`);
  assert.ok(media.toneShare > 0.7 && media.longestSilenceMs <= GAP_MS, `${what}: the sound stopped`);
}

const BOB_SAYS = ['audio-unavailable', 'audio-available', 'audio-unavailable', 'audio-available', 'video-unavailable', 'video-available'];

/** Bob mutes and unmutes: what alice misses meanwhile. Each call is done when the server knows. */
async function bobSpeaks() {
  for (const [method, times] of [['updateLocalAudio', 2], ['updateLocalVideo', 1]])
    for (let i = 0; i < times; ++i)
      for (const mute of [true, false]) assert.deepEqual(await bob.call(method, { mute }), { ok: true, value: null });
}

/** What both missed of each other arrives, once and in order, and the call is whole. */
async function assertCaughtUp(since) {
  await eventually('alice hears what she missed', async () => (await told(alice, bob, since)).length >= BOB_SAYS.length);
  await eventually('bob hears what alice said', async () => (await told(bob, alice, since)).length >= 2);
  await Promise.all([alice.sees(bob), bob.sees(alice)]);
  assert.deepEqual(await told(alice, bob, since), BOB_SAYS);
  assert.deepEqual(await told(bob, alice, since), ['audio-unavailable', 'audio-available']);
}

/** Alice's signalling is away for 5 s: nobody notices, media goes on, and what both say meanwhile waits. */
async function cutSignalling(command) {
  const began = Date.now();
  await relay.tell(command);
  await bobSpeaks();
  const bobIsBack = Date.now() + 500;
  await sleep(began + CUT_MS - Date.now());
  const saying = [alice.call('updateLocalAudio', { mute: true }), alice.call('updateLocalAudio', { mute: false })];
  await alice.page.evaluate(() => undefined); // the calls have begun
  const ends = Date.now();
  assertUnbroken('bob of alice', CUT_MS / 1000, await aliceSeen.between(began, ends));
  if (ends - bobIsBack > 2000) assertUnbroken('alice of bob', (ends - bobIsBack) / 1000, await bobSeen.between(bobIsBack, ends));
  assert.deepEqual(await told(bob, alice, began), [], 'bob noticed');
  assert.deepEqual(await told(alice, bob, began), [], 'alice heard through the cut');
  await relay.tell('heal');
  const healed = Date.now();
  return { began, healed, said: () => Promise.all(saying) };
}

test('signalling reset for 5 s: others notice nothing, media goes on, all is told once and in order', { timeout: 60_000 }, async () => {
  const { began, healed, said } = await cutSignalling('cut tcp');
  assert.deepEqual(await states(alice, began), ['DISCONNECTED', 'CONNECTING']);
  await alice.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true }, { since: healed });
  for (const result of await said()) assert.deepEqual(result, { ok: true, value: null });
  await assertCaughtUp(began);
  assert.deepEqual(await states(bob, began), []);
});

test('signalling stalled for 5 s: not even the client notices', { timeout: 60_000 }, async () => {
  const sockets = (await alice.sockets()).length;
  const { began, said } = await cutSignalling('stall tcp');
  for (const result of await said()) assert.deepEqual(result, { ok: true, value: null });
  await assertCaughtUp(began);
  assert.deepEqual([await states(alice, began), await states(bob, began)], [[], []]);
  assert.equal((await alice.sockets()).length, sockets);
});

test('a signalling socket that is dead without a word is found and replaced', { timeout: 60_000 }, async () => {
  const began = Date.now();
  await relay.tell('forget tcp');
  await bobSpeaks();
  const back = await alice.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true }, { since: began, limit: 2 * SILENCE_MS });
  const lost = (await alice.events('connection-state-changed', began)).find(({ state }) => state === 'DISCONNECTED');
  console.log(`found dead after ${lost.at - began} ms, replaced after ${back.at - began} ms`);
  // A ping was on its way at most one interval before; the rest is room for a machine under load.
  assert.ok(lost.at - began <= SILENCE_MS + 2000, 'found too late');
  const seconds = (back.at - began) / 1000;
  assertUnbroken('bob of alice', seconds, await aliceSeen.between(began, back.at));
  assert.deepEqual(await told(bob, alice, began), []);
  for (const mute of [true, false]) assert.equal((await alice.call('updateLocalAudio', { mute })).ok, true);
  await assertCaughtUp(began);
});

test('a server killed with -9 and started again: everybody is back within 5 s, and nobody hears of leaving', { timeout: 60_000 }, async () => {
  const began = Date.now();
  await server.kill();
  await sleep(1500); // as long as a supervisor takes
  await server.start();
  const ready = Date.now();
  const meters = [aliceSeen, bobSeen];
  await eventually('picture and sound are back', async () => {
    const media = await Promise.all(meters.map((meter) => meter.between(ready)));
    return media.every(({ frames, toneShare }) => frames > 30 && toneShare > 0.5);
  }, 30_000);
  for (const meter of meters) {
    const { firstFrameMs, firstToneMs } = await meter.between(ready);
    console.log(`${meter.viewer.userId} of ${meter.other.userId}: picture ${firstFrameMs} ms, tone ${firstToneMs} ms after the server was ready`);
    assert.ok(firstFrameMs <= BACK_MS && firstToneMs <= BACK_MS, 'back too late');
  }
  for (const [person, other] of [[alice, bob], [bob, alice]]) {
    assert.deepEqual(await states(person, began), ['DISCONNECTED', 'CONNECTING', 'CONNECTED']);
    assert.deepEqual(await told(person, other, began), []);
    for (const media of ['audio', 'video']) assert.deepEqual(await playing(person, other, media, began), ['STOPPED', 'PLAYING']);
  }
});

test('a server asked to end tells its clients, exits with 0 and leaves nothing behind', { timeout: 60_000 }, async () => {
  const began = Date.now();
  const { code, signal } = await server.terminate();
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  assert.deepEqual(server.processes(), []);
  for (const person of [alice, bob]) {
    await person.waitForEvent('connection-state-changed', { state: 'DISCONNECTED' }, { since: began });
    const told = await eventually('the socket is closed', async () => (await person.sockets()).filter(({ closed }) => closed?.at >= began)[0]);
    assert.equal(told.received.at(-1), 'goaway');
    assert.equal(told.closed.code, 1001);
  }
  await server.start();
  const ready = Date.now();
  for (const person of [alice, bob]) await person.waitForEvent('connection-state-changed', { state: 'CONNECTED', isReconnecting: true }, { since: ready });
  await Promise.all([alice.sees(bob), bob.sees(alice)]);
  for (const [person, other] of [[alice, bob], [bob, alice]]) assert.deepEqual(await told(person, other, began), []);
});
