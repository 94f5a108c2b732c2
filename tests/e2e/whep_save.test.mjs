// ffmpeg plays what WHEP delivers, by way of the native client, which saves it.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GstreamerPeer } from './harness/gstreamer.mjs';
import { PLAZA, Server } from './harness/server.mjs';

let server, app, folder;
const signatures = {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plaza-saved-'));
  server = await Server.start();
  for (const user of ['encoder', 'viewer']) {
    const { sdkAppId, userSig } = await server.userSig(user);
    app = sdkAppId;
    signatures[user] = userSig;
  }
});

after(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function client(...words) {
  const child = spawn(PLAZA, ['client', '--duration', '8', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (log += data));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, log })));
}

/** {frames, seconds} of what ffmpeg decodes of a file, which must not complain. */
function decode(file) {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-'], { encoding: 'utf8' });
  assert.equal(run.stderr, '', `ffmpeg on ${file}`);
  const probe = execFileSync('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames:format=duration', '-of', 'json', file], { encoding: 'utf8' });
  const { streams, format } = JSON.parse(probe);
  return { frames: Number(streams[0].nb_read_frames), seconds: Number(format.duration) };
}

for (const [room, codec, ending] of [[1, 'VP8', 'ivf'], [2, 'H264', 'h264']]) {
  test(`${codec} by WHEP and by signalling is saved, and ffmpeg decodes it`, { timeout: 90_000 }, async () => {
    const publisher = await GstreamerPeer.start(server, `/whip/${app}/${room}/encoder`, signatures.encoder, 'publish', codec);
    try {
      const byWhep = join(folder, `whep-${codec}`);
      const bySignalling = join(folder, `signalling-${codec}`);
      const runs = await Promise.all([
        client('--whep', `${server.url}/whep/${app}/${room}/viewer?from=encoder`, '--usersig', signatures.viewer, '--save', byWhep),
        client('--server', server.url, '--room', String(room), '--user', 'robot', '--publish', 'none', '--save', bySignalling),
      ]);
      for (const { code, log } of runs) assert.equal(code, 0, log);
      for (const [where, user] of [[byWhep, 'whep'], [bySignalling, 'encoder']]) {
        assert.deepEqual(readdirSync(where).sort(), [`${user}_main.${ending}`, `${user}_main_audio.ogg`]);
        const video = decode(join(where, `${user}_main.${ending}`));
        assert.ok(video.frames > 60, `${video.frames} frames`);
        const audio = decode(join(where, `${user}_main_audio.ogg`));
        assert.ok(audio.seconds > 5 && audio.seconds < 9, `${audio.seconds} s of sound`);
      }
    } finally {
      await publisher.close();
    }
  });
}
