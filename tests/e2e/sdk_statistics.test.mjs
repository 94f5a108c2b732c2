// STATISTICS and NETWORK_QUALITY of a real call: every documented member is filled with what is sent and received.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';

let server, alice, bob;

before(async () => {
  server = await Server.start();
  alice = await Participant.open(server, 'alice', 0);
  bob = await Participant.open(server, 'bob', 1);
  for (const person of [alice, bob]) {
    assert.deepEqual(await person.enter(1), { ok: true });
    await person.page.evaluate(() => {
      window.told = { statistics: [], 'network-quality': [] };
      for (const name of Object.keys(window.told)) window.trtc.on(name, (event) => window.told[name].push({ ...event, at: performance.now() }));
    });
  }
  await bob.sees(alice);
  await alice.sees(bob);
});

after(async () => {
  await alice?.close();
  await bob?.close();
  await server?.close();
});

const told = (person, name) => person.page.evaluate((name) => window.told[name], name);
/** The newest of the events for which `match` holds. */
const where = (person, name, match, what) =>
  eventually(`${person.userId}: ${name} ${what}`, async () => (await told(person, name)).reverse().find(match), 20_000);

test('what is sent and received is told with its size, rate and loudness', { timeout: 60_000 }, async () => {
  const filled = ({ localStatistics: { audio, video }, remoteStatistics: [remote] }) =>
    audio.bitrate > 0 && video.length > 0 && remote?.video.length > 0 && remote.audio.bitrate > 0 && remote.video[0].bitrate > 0 && remote.video[0].frameRate > 0;
  const { localStatistics: local, remoteStatistics, ...link } = await where(bob, 'statistics', filled, 'filled');
  for (const name of ['rtt', 'upLoss', 'downLoss', 'bytesSent', 'bytesReceived']) assert.ok(Number.isFinite(link[name]) && link[name] >= 0, `${name}: ${link[name]}`);
  assert.ok(link.bytesSent > 10_000 && link.bytesReceived > 10_000, JSON.stringify(link));
  assert.ok(link.rtt < 500 && link.upLoss <= 100 && link.downLoss <= 100);
  assert.ok(local.audio.audioLevel > 0.01 && local.audio.audioLevel <= 1, JSON.stringify(local.audio));
  const [big, small] = local.video;
  assert.equal(big.videoType, 'big');
  assert.ok(big.width > 0 && big.height > 0 && big.frameRate > 0 && big.bitrate > 0, JSON.stringify(big));
  if (small) assert.ok(small.videoType === 'small' && small.width < big.width);
  assert.deepEqual(remoteStatistics.map((user) => user.userId), ['alice']);
  const [{ audio, video: [video] }] = remoteStatistics;
  assert.ok(audio.audioLevel > 0.01 && audio.jitterBufferDelay > 0 && audio.bitrate < 200, JSON.stringify(audio));
  assert.ok(video.videoType === 'big' && video.width >= 160 && video.bitrate < 2000 && video.jitterBufferDelay >= 0, JSON.stringify(video));
});

test('the small stream and a screen are named as such', { timeout: 60_000 }, async () => {
  await bob.call('updateRemoteVideo', { userId: 'alice', streamType: 'main', option: { small: true } });
  await alice.call('startScreenShare', { option: { profile: '720p' } });
  const videos = (s) => s.remoteStatistics[0]?.video ?? [];
  const { remoteStatistics: [{ video }] } = await where(bob, 'statistics', (s) => videos(s).some((v) => v.videoType === 'sub' && v.width > 0), 'with a screen');
  assert.deepEqual(video.map((v) => v.videoType).sort(), ['small', 'sub']);
  await where(alice, 'statistics', (s) => s.localStatistics.video.some((v) => v.videoType === 'sub' && v.width > 0), 'with the own screen');
  await alice.call('stopScreenShare');
  await where(alice, 'statistics', (s) => s.localStatistics.video.every((v) => v.videoType !== 'sub'), 'without a screen');
});

test('the quality of a good network is told every two seconds', { timeout: 60_000 }, async () => {
  const quality = await where(bob, 'network-quality', (q) => q.uplinkNetworkQuality > 0, 'known');
  for (const name of ['uplinkRTT', 'uplinkLoss', 'downlinkRTT', 'downlinkLoss']) assert.ok(Number.isFinite(quality[name]), `${name}: ${quality[name]}`);
  assert.ok(quality.uplinkNetworkQuality <= 5 && quality.downlinkNetworkQuality >= 1 && quality.downlinkNetworkQuality <= 5);
  const times = (await told(bob, 'network-quality')).map((q) => q.at);
  assert.ok(times.length >= 3);
  assert.ok(Math.abs(times[2] - times[1] - 2000) < 1000, `${times.slice(0, 4)}`);
});

test('without the server it is "disconnected", and outside of a room nothing is told', { timeout: 60_000 }, async () => {
  await server.kill();
  await where(bob, 'network-quality', (q) => q.uplinkNetworkQuality === 6 && q.downlinkNetworkQuality === 6, 'disconnected');
  await server.start();
  await where(bob, 'network-quality', (q) => q.uplinkNetworkQuality > 0 && q.uplinkNetworkQuality < 6, 'again');
  await bob.call('exitRoom');
  const before = (await told(bob, 'network-quality')).length;
  await alice.page.evaluate(() => new Promise((resolve) => window.trtc.on('network-quality', resolve)));
  await alice.page.evaluate(() => new Promise((resolve) => window.trtc.on('network-quality', resolve)));
  assert.equal((await told(bob, 'network-quality')).length, before);
});
