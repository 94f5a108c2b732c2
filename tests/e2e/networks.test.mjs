// Networks that are not kind: UDP blocked, IPv6 only, addresses hidden.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Relay } from './harness/relay.mjs';
import { Server } from './harness/server.mjs';
import { TONES } from './harness/sources.mjs';

let server, relay, alice, bob;

afterEach(async () => {
  await alice?.close();
  await bob?.close();
  await relay?.close();
  await server?.close();
  server = relay = alice = bob = undefined;
});

/** Both enter and publish; gives the milliseconds from alice's call of enterRoom to bob's picture. */
async function meet(url) {
  alice = await Participant.open(server, 'alice', 0, { url });
  bob = await Participant.open(server, 'bob', 1, { url });
  assert.deepEqual(await bob.enter(7), { ok: true });
  await eventually("bob's media is up", () => bob.path());
  const started = Date.now();
  assert.deepEqual(await alice.enter(7), { ok: true });
  await alice.sees(bob, { frames: 1 });
  return Date.now() - started;
}

test('UDP blocked: media comes over TCP in under 3 s, and goes on', { timeout: 120_000 }, async () => {
  server = await Server.start(['--rtc.announce', '127.0.0.2']);
  relay = await Relay.start(server, { udp: true, tcp: true });
  await relay.tell('cut udp');
  const took = await meet();
  console.log(`bob's picture came ${took} ms after alice's call of enterRoom`);
  assert.ok(took < 3000, `${took} ms`);
  await bob.sees(alice, { frames: 30 });
  await alice.sees(bob, { frames: 30 });
  await alice.hears(bob, TONES[1]);
  for (const person of [alice, bob]) assert.equal((await person.path()).protocol, 'tcp');
  assert.ok((await server.metric('plaza_tcp_connections')) >= 2);
  assert.equal(await server.metric('plaza_tcp_refused'), 0);
  // Who leaves takes their connection along.
  await alice.call('exitRoom');
  await bob.call('exitRoom');
  await eventually('the connections are closed', async () => (await server.metric('plaza_tcp_connections')) === 0);
});

test('IPv6 alone: a call works', { timeout: 120_000 }, async () => {
  server = await Server.start([], { host: '::1' });
  await meet(server.url);
  await bob.sees(alice);
  await alice.hears(bob, TONES[1]);
  for (const person of [alice, bob]) {
    const { protocol, remote } = await person.path();
    assert.deepEqual({ protocol, remote }, { protocol: 'udp', remote: '::1' });
  }
});

test('IPv4 and IPv6 on one port: both are offered, over UDP and TCP', { timeout: 120_000 }, async () => {
  server = await Server.start(['--rtc.announce', '127.0.0.1,::1'], { mediaHost: '::' });
  await meet(server.url);
  await bob.sees(alice);
  const offered = await alice.page.evaluate(() => window.connections.at(-1).remoteDescription.sdp.match(/^a=candidate:.*$/gm));
  const kinds = new Set(offered.map((line) => line.split(' ')).map(([, , transport, , address]) => `${transport} ${address}`));
  assert.deepEqual([...kinds].sort(), ['tcp 127.0.0.1', 'tcp ::1', 'udp 127.0.0.1', 'udp ::1']);
});

test('a viewer whose browser hides its addresses behind mDNS names sees the others', { timeout: 120_000 }, async () => {
  server = await Server.start();
  bob = await Participant.open(server, 'bob', 1);
  assert.deepEqual(await bob.enter(7), { ok: true });
  alice = await Participant.open(server, 'alice', 0, { without: ['--use-fake-ui-for-media-stream'] });
  assert.deepEqual(await alice.enter(7, { publish: false }), { ok: true });
  await alice.sees(bob);
  const candidates = await alice.page.evaluate(() => window.connections.at(-1).localDescription.sdp.match(/^a=candidate:.*$/gm) ?? []);
  assert.ok(candidates.length > 0 && candidates.every((line) => / [0-9a-f-]+\.local /.test(line)), candidates.join('\n'));
});
