// H.264 and VP8, each forced, from publisher to viewer.
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
});

after(async () => {
  await alice?.close();
  await bob?.close();
  await server?.close();
});

for (const [room, codec] of [[1, 'H264'], [2, 'VP8']]) {
  test(`${codec} is sent, forwarded and decoded`, { timeout: 90_000 }, async () => {
    for (const person of [alice, bob]) {
      await person.load();
      assert.deepEqual(await person.enter(room, { create: { videoCodec: codec } }), { ok: true });
    }
    await alice.sees(bob);
    await bob.sees(alice);
    const decoded = await eventually('the decoder names its codec', () => alice.inboundVideoCodecs());
    assert.deepEqual(decoded, [`video/${codec}`]);
  });
}
