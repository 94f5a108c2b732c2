// SEI messages travel with the frames of H.264 video through the server to whoever watches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';

let server, alice, bob;
const create = { enableSEI: true };

before(async () => {
  server = await Server.start();
  alice = await Participant.open(server, 'alice', 0);
  bob = await Participant.open(server, 'bob', 1);
});

after(async () => {
  await alice?.close();
  await bob?.close();
  await server?.close();
});

const meet = async (room, { alice: forAlice = create, bob: forBob = create } = {}) => {
  for (const person of [alice, bob]) await person.load();
  assert.deepEqual(await bob.enter(room, { create: forBob, publish: false }), { ok: true });
  await bob.page.evaluate(() => {
    window.sei = [];
    window.trtc.on('sei-message', ({ data, ...who }) => window.sei.push({ ...who, text: new TextDecoder().decode(data), size: data.byteLength, whole: data instanceof ArrayBuffer }));
  });
  assert.deepEqual(await alice.enter(room, { create: forAlice }), { ok: true });
  await bob.sees(alice);
};

/** Sends a text; resolves to nothing or the error's extra code. */
const send = (text, options) =>
  alice.page.evaluate(({ text, options }) => {
    try {
      window.trtc.sendSEIMessage(new TextEncoder().encode(text).buffer, options);
      return null;
    } catch (error) {
      return error.extraCode ?? error.code;
    }
  }, { text, options });
const received = (match) =>
  eventually(`bob receives ${JSON.stringify(match)}`, () =>
    bob.page.evaluate((match) => window.sei.find((m) => Object.entries(match).every(([k, v]) => m[k] === v)), match));

test('messages of all sizes arrive whole, with who sent them, and the picture goes on', { timeout: 90_000 }, async () => {
  await meet(1);
  const texts = ['hello', 'a'.repeat(300), '\0\0\0\x01\0\0\x02'.repeat(100), 'z'.repeat(1024)];
  for (const text of texts) assert.equal(await send(text), null);
  for (const text of texts) {
    const message = await received({ text });
    assert.deepEqual({ ...message, text: '' }, { userId: 'alice', streamType: 'main', seiPayloadType: 243, size: text.length, text: '', whole: true });
  }
  const uuid = '0123456789abcdef';
  assert.equal(await send(`${uuid}later`, { seiPayloadType: 5 }), null);
  await received({ text: `${uuid}later`, seiPayloadType: 5 });
  assert.deepEqual(await bob.inboundVideoCodecs(), ['video/H264']);
  await bob.sees(alice);
});

test('messages travel with a shared screen too', { timeout: 60_000 }, async () => {
  assert.equal(await send('early', { toSubStream: true }), 5109);
  await alice.call('startScreenShare', { option: { profile: '720p' } });
  await bob.pictureWhere(alice, (picture) => picture.frames > 3, 'sub');
  assert.equal(await send('on the screen', { toSubStream: true }), null);
  await received({ text: 'on the screen', streamType: 'sub', userId: 'alice' });
  await alice.call('stopScreenShare');
});

test('what can not be sent is refused with its code', { timeout: 60_000 }, async () => {
  assert.equal(await send(''), 5017);
  assert.equal(await send('x'.repeat(1025)), 5018);
  assert.equal(await send('x', { seiPayloadType: 6 }), 5005);
  await alice.call('stopLocalVideo');
  assert.equal(await send('x'), 5109);
  await meet(2, { alice: {} });
  assert.equal(await send('x'), 5108);
  await meet(3, { alice: { ...create, videoCodec: 'VP8' } });
  assert.equal(await send('x'), 5207);
});

test('a browser of before RTCRtpScriptTransform sends and receives them too', { timeout: 90_000 }, async () => {
  for (const person of [alice, bob]) {
    await person.page.addInitScript(() => delete window.RTCRtpScriptTransform);
  }
  await meet(4);
  assert.equal(await alice.page.evaluate(() => typeof RTCRtpScriptTransform), 'undefined');
  assert.equal(await send('in the old way'), null);
  await received({ text: 'in the old way' });
  await bob.hears(alice, 400);
});
