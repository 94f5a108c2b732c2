// How long from enterRoom() to the first picture: Chromium enters a room where another one publishes, signalling and
// media both behind the relay, again and again. Peer: the round trips that are spent, each named in docs/performance.md.
// Options: --entries N (50), --trips 0,100 (round-trip times in ms).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Participant } from '../../tests/e2e/harness/participant.mjs';
import { Relay } from '../../tests/e2e/harness/relay.mjs';
import { Server } from '../../tests/e2e/harness/server.mjs';

const ROOM = 7;

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
}

const entries = Number(option('entries', '50'));
const trips = option('trips', '0,100').split(',').map(Number);

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** One entry in the viewer's page: ms from the call of enterRoom() to its steps, the last one the first decoded frame. */
function enterOnce(viewer, signature) {
  return viewer.page.evaluate(async ({ url, signature, room }) => {
    const trtc = TRTC.create({ serverUrl: url });
    const element = window.view('first-frame', 640, 360);
    const marks = {};
    let begun;
    const mark = (name) => (marks[name] ??= performance.now() - begun);
    const firstFrame = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('no picture in 15 s')), 15_000);
      trtc.on(TRTC.EVENT.REMOTE_VIDEO_AVAILABLE, async ({ userId, streamType }) => {
        mark('available');
        await trtc.startRemoteVideo({ userId, streamType, view: element });
        const video = element.querySelector('video');
        video.requestVideoFrameCallback(() => resolve(mark('frame')));
      });
    });
    begun = performance.now();
    await trtc.enterRoom({ ...signature, roomId: room });
    mark('entered');
    await firstFrame;
    await trtc.exitRoom();
    trtc.destroy();
    return marks;
  }, { url: viewer.url, signature, room: ROOM });
}

async function measure(trip) {
  const server = await Server.start(['--rtc.announce', '127.0.0.2'], { workers: 2 });
  const relay = await Relay.start(server, { udp: true, workers: 2 });
  const publisher = await Participant.open(server, 'publisher', 0, { url: relay.url });
  const viewer = await Participant.open(server, 'viewer', 1, { url: relay.url });
  try {
    await publisher.enter(ROOM);
    const { sdkAppId, userSig } = await server.userSig('viewer');
    const signature = { sdkAppId, userId: 'viewer', userSig };
    await enterOnce(viewer, signature);  // Chromium's own first time is not ours
    await relay.tell(`both delay=${trip / 2}`);
    const runs = [];
    for (let i = 0; i < entries; ++i) runs.push(await enterOnce(viewer, signature));
    return runs;
  } finally {
    await publisher.close();
    await viewer.close();
    await relay.close();
    await server.close();
  }
}

const results = [];
console.log('| round trip | entries | entered: median | first frame: median | 95 % |\n| --- | --- | --- | --- | --- |');
for (const trip of trips) {
  const runs = await measure(trip);
  const of = (name, share) => Math.round(quantile(runs.map((run) => run[name]), share));
  const row = { roundTripMs: trip, entries, enteredMedianMs: of('entered', 0.5), frameMedianMs: of('frame', 0.5), frameP95Ms: of('frame', 0.95) };
  results.push(row);
  console.log(`| ${trip} ms | ${entries} | ${row.enteredMedianMs} ms | ${row.frameMedianMs} ms | ${row.frameP95Ms} ms |`);
}
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'bench');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'first_frame.json'), `${JSON.stringify(results, null, 2)}\n`);
