// WHIP in and WHEP out: a browser without our SDK publishes, others play, beside members of the room.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';
import { WhipPage } from './harness/whip.mjs';

let server, publisher, player, bob, app;
const signatures = {};

before(async () => {
  server = await Server.start();
  for (const user of ['encoder', 'viewer', 'bob', 'stranger']) {
    const { sdkAppId, userSig } = await server.userSig(user);
    app = sdkAppId;
    signatures[user] = userSig;
  }
  [publisher, player, bob] = await Promise.all([WhipPage.open(server, 0), WhipPage.open(server, 2), Participant.open(server, 'bob', 1)]);
});

after(() => Promise.all([publisher?.close(), player?.close(), bob?.close()]).then(() => server?.close()));

const whip = (room, user) => `/whip/${app}/${room}/${user}`;
const whep = (room, user, query = '') => `/whep/${app}/${room}/${user}${query}`;
const request = (path, options) => fetch(server.url + path, options);

test('who watches a room that is not there is asked to come again', async () => {
  const early = await player.start(whep(11, 'viewer'), signatures.viewer, { egress: true });
  assert.equal(early.status, 409);
});

test('a WHIP publisher is seen and heard in the room and by WHEP', { timeout: 90_000 }, async () => {
  const begun = await publisher.start(whip(11, 'encoder'), signatures.encoder);
  assert.equal(begun.status, 201, begun.body);
  assert.match(begun.location, new RegExp(`^/whip/${app}/11/encoder/[\\w-]{20,}$`));
  assert.match(begun.etag, /^".+"$/);

  await bob.load();
  assert.deepEqual(await bob.enter(11), { ok: true });
  await bob.sees({ userId: 'encoder', index: 0 });
  await bob.hears({ userId: 'encoder' }, 400);

  const playing = await player.start(whep(11, 'viewer', '?from=encoder'), signatures.viewer, { egress: true, kinds: ['video', 'audio'] });
  assert.equal(playing.status, 201, playing.body);
  assert.match(playing.link, /rel="urn:ietf:params:whep:ext:core:layer"/);
  await player.sees(0);

  await test('ICE restarts by PATCH, and the picture goes on', async () => {
    const restarted = await player.restartIce(playing.location);
    assert.equal(restarted.status, 200, restarted.body);
    assert.equal(restarted.type, 'application/trickle-ice-sdpfrag');
    assert.ok(restarted.changed && restarted.etag !== playing.etag);
    await eventually('connected again', async () => (await player.connectionState()) === 'connected');
    await player.sees(0);
  });

  await test('candidates are taken, under the tag of the ICE session only', async () => {
    const trickle = (tag) => request(begun.location, {
      method: 'PATCH', body: 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=candidate:x odd\r\n',
      headers: { 'Content-Type': 'application/trickle-ice-sdpfrag', ...(tag && { 'If-Match': tag }) } });
    assert.equal((await trickle(begun.etag)).status, 204);
    assert.equal((await trickle('"other"')).status, 412);
    assert.equal((await trickle()).status, 428);
  });

  await test('DELETE ends it for everybody', async () => {
    assert.equal((await request(begun.location, { method: 'DELETE' })).status, 200);
    await bob.waitForEvent('remote-user-exit', { userId: 'encoder' });
    assert.equal((await request(begun.location, { method: 'DELETE' })).status, 404);
    assert.equal((await request(playing.location, { method: 'DELETE' })).status, 200);
  });
});

test('without a name WHEP shows the main speaker, and the size that is asked for', { timeout: 90_000 }, async () => {
  await bob.load();
  assert.deepEqual(await bob.enter('stage', { create: {} }), { ok: true });
  const playing = await player.start(whep('stage', 'viewer'), signatures.viewer, { egress: true });
  assert.equal(playing.status, 201, playing.body);
  await player.sees(1);
  const begun = await publisher.start(whip('stage', 'encoder'), signatures.encoder, { simulcast: true });
  assert.equal(begun.status, 201, begun.body);
  await bob.sees({ userId: 'encoder', index: 0 });
  await bob.call('exitRoom');
  const large = await player.sees(0);
  assert.ok(large.frames > 0);
});

test('each fault has its status', async () => {
  const sdp = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
  const post = (path, { token = signatures.encoder, type = 'application/sdp', body = sdp } = {}) =>
    request(path, { method: 'POST', body, headers: { 'Content-Type': type, ...(token && { Authorization: `Bearer ${token}` }) } });
  const status = async (response) => (await response).status;
  assert.equal(await status(post(whip(1, 'encoder'), { token: '' })), 401);
  assert.equal(await status(post(whip(1, 'encoder'), { type: 'text/plain' })), 415);
  assert.equal(await status(post(whip(1, 'encoder'), { body: 'hello' })), 400);
  assert.equal(await status(post(whip(1, 'encoder'))), 422);
  assert.equal(await status(post(whip(0, 'encoder'), { body: offer })), 400);
  assert.equal(await status(post(whip(1, 'a/b'))), 404);
  assert.equal(await status(post('/whip/abc/1/encoder')), 400);
  assert.equal(await status(post(whip(1, 'encoder'), { body: offer, token: 'eJw-nonsense' })), 401);
  assert.equal(await status(post(whip(1, 'encoder'), { body: offer, token: signatures.bob })), 401);
  assert.equal(await status(request(whip(1, 'encoder'))), 405);
  assert.equal(await status(request(`${whip(1, 'encoder')}/none`, { method: 'DELETE' })), 404);
  assert.equal(await status(request(`${whip(1, 'encoder')}?streamType=side`, { method: 'POST' })), 400);
  const options = await request(whip(1, 'encoder'), { method: 'OPTIONS' });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('Accept-Post'), 'application/sdp');
  assert.equal(options.headers.get('Access-Control-Allow-Origin'), '*');
  const head = await request(whep(1, 'viewer'), { method: 'HEAD' });
  assert.equal(head.headers.get('Content-Type'), 'application/sdp');
});

const offer = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0',
  'a=mid:0', 'a=sendonly', 'a=rtcp-mux', 'a=rtpmap:111 opus/48000/2', 'a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=setup:actpass',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`, ''].join('\r\n');
