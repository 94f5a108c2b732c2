// GStreamer's webrtcbin publishes by WHIP and plays by WHEP, H.264 and VP8.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './harness/browser.mjs';
import { GstreamerPeer } from './harness/gstreamer.mjs';
import { Server } from './harness/server.mjs';

let server, app;
const signatures = {};

before(async () => {
  server = await Server.start();
  for (const user of ['encoder', 'viewer']) {
    const { sdkAppId, userSig } = await server.userSig(user);
    app = sdkAppId;
    signatures[user] = userSig;
  }
});

after(() => server?.close());

for (const [room, codec] of [[1, 'VP8'], [2, 'H264']]) {
  test(`${codec} by WHIP in and WHEP out`, { timeout: 90_000 }, async () => {
    const peers = [];
    try {
      peers.push(await GstreamerPeer.start(server, `/whip/${app}/${room}/encoder`, signatures.encoder, 'publish', codec));
      const player = await GstreamerPeer.start(server, `/whep/${app}/${room}/viewer?from=encoder`, signatures.viewer, 'play', codec);
      peers.push(player);
      await eventually('the player decodes both', () => player.counts.video > 20 && player.counts.audio > 50, 40_000);
      assert.equal(player.counts.width, 320);
    } finally {
      await Promise.all(peers.map((peer) => peer.close()));
    }
  });
}
