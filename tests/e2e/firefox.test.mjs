// Firefox and Chromium in one room, each codec that both have.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';

let server, chromium, firefox;

before(async () => {
  server = await Server.start();
  [chromium, firefox] = await Promise.all([Participant.open(server, 'chromium', 0), Participant.open(server, 'firefox', 1, { firefox: true })]);
});

after(() => Promise.all([chromium?.close(), firefox?.close()]).then(() => server?.close()));

for (const [room, codec] of [[1, 'VP8']]) {
  test(`Firefox and Chromium see and hear each other: ${codec}`, { timeout: 120_000 }, async () => {
    for (const person of [chromium, firefox]) {
      await person.load();
      assert.deepEqual(await person.enter(room, { create: { videoCodec: codec } }), { ok: true });
    }
    await firefox.sees(chromium);
    await firefox.hears(chromium, 400);
    // Firefox's camera is its own moving colours.
    let first;
    await eventually('Chromium decodes Firefox', async () => {
      const picture = await chromium.picture('firefox');
      first ??= picture?.frames;
      return picture && picture.frames - first >= 20;
    }, 30_000);
  });
}
