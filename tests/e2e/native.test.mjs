// Two native participants in a room of a real server: each counts the other's frames.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Relay } from './harness/relay.mjs';
import { PLAZA, Server } from './harness/server.mjs';

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.close());

/** Runs `plaza client` to its end; gives its exit code and the last line of its JSON. */
function runClient(user, room, seconds, ...options) {
  const address = options.includes('--server') ? [] : ['--server', server.url];
  const words = ['client', ...address, '--room', room, '--user', user, '--duration', String(seconds), '--json'];
  const child = spawn(PLAZA, [...words, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, err, ...JSON.parse(out.trim().split('\n').at(-1) || '{}') })));
}

const from = (run, user) => run.sources.find((source) => source.userId === user && source.streamType === 'main');

test('two native participants see and hear each other, whole', { timeout: 60_000 }, async () => {
  const [alice, bob] = await Promise.all([runClient('alice', '1', 6), runClient('bob', '1', 6, '--simulcast')]);
  for (const [me, other] of [[alice, from(alice, 'bob')], [bob, from(bob, 'alice')]]) {
    assert.equal(me.code, 0, me.err);
    assert.equal(me.end.reason, 'left');
    assert.ok(other, 'the other is in a slot');
    assert.ok(other.video.frames > 60, `${other.video.frames} frames`);
    assert.ok(other.video.keyframes > 0);
    assert.equal(other.video.damagedFrames, 0);
    assert.ok(other.audio.packets > 150, `${other.audio.packets} packets of sound`);
  }
});

test('who watches nothing receives nothing', { timeout: 60_000 }, async () => {
  const [alice, bob] = await Promise.all([
    runClient('alice', 'string:2', 4, '--watch', 'none'),
    runClient('bob', 'string:2', 4, '--publish', 'none'),
  ]);
  assert.deepEqual(alice.sources, []);
  assert.equal(alice.code, 0);
  assert.ok(from(bob, 'alice').video.frames > 30);
  assert.equal(bob.sent.video.packets, 0);
});

test('a wrong signature ends the command with the server’s reason', { timeout: 60_000 }, async () => {
  const refused = await runClient('alice', '3', 4, '--app', '1400000000', '--usersig', 'eJw-nonsense');
  assert.equal(refused.code, 1);
  assert.equal(refused.end.reason, 'refused');
  assert.match(refused.err, /refused/);
});

test('a signalling socket that is cut for five seconds loses nothing, and media never stops', { timeout: 60_000 }, async () => {
  const relay = await Relay.start(server);
  try {
    const running = [runClient('alice', '5', 12, '--server', relay.url), runClient('bob', '5', 12)];
    await sleep(3000);
    await relay.tell('cut tcp');
    await sleep(5000);
    await relay.tell('heal');
    const [alice, bob] = await Promise.all(running);
    for (const [me, other] of [[alice, 'bob'], [bob, 'alice']]) {
      assert.equal(me.code, 0, me.err);
      assert.equal(me.joins, 1);
      assert.equal(me.connections, 1);
      assert.ok(from(me, other).video.frames > 300, `${from(me, other).video.frames} frames`);
    }
    assert.equal(alice.resumes, 1);
    assert.equal(bob.resumes, 0);
  } finally {
    await relay.close();
  }
});

test('a killed server is found again, and the room with it', { timeout: 60_000 }, async () => {
  const running = [runClient('alice', '4', 14), runClient('bob', '4', 14)];
  await sleep(3000);
  await server.kill();
  await server.start();
  const [alice, bob] = await Promise.all(running);
  for (const [me, other] of [[alice, 'bob'], [bob, 'alice']]) {
    assert.equal(me.code, 0, me.err);
    assert.equal(me.joins, 2);
    assert.ok(from(me, other).video.frames > 200, `${from(me, other).video.frames} frames`);
  }
});
