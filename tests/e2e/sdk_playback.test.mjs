// What the Web SDK shows and plays of others: frames, snapshots, volume, windows, samples, a browser that stops sound.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, launch } from './harness/browser.mjs';
import { PageServer } from './harness/page_server.mjs';
import { Participant } from './harness/participant.mjs';
import { Server } from './harness/server.mjs';
import { PATTERNS, TONES } from './harness/sources.mjs';

let server, alice, bob;

before(async () => {
  server = await Server.start();
  alice = await Participant.open(server, 'alice', 0);
  bob = await Participant.open(server, 'bob', 1);
  // The players' <audio> elements are in no document.
  await bob.page.evaluate(() => {
    window.audios = [];
    const create = document.createElement;
    document.createElement = function (name, ...rest) {
      const element = create.call(this, name, ...rest);
      if (name === 'audio') window.audios.push(element);
      return element;
    };
  });
  for (const person of [alice, bob]) assert.deepEqual(await person.enter(1), { ok: true });
  await bob.sees(alice);
  await bob.hears(alice, TONES[0]);
});

after(async () => {
  await alice?.close();
  await bob?.close();
  await server?.close();
});

/** {type, width, height, rgb of the centre} of a data URL. */
const decoded = (person, url) =>
  person.page.evaluate(async (url) => {
    const blob = await (await fetch(url)).blob();
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const [r, g, b] = context.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1).data;
    return { type: blob.type, width: bitmap.width, height: bitmap.height, rgb: [r, g, b] };
  }, url);

const isPattern = (rgb, index) => rgb.every((c, i) => Math.abs(c - PATTERNS[index].rgb[i]) < 70);

test('the first frame and its size are told, once', { timeout: 30_000 }, async () => {
  const first = await bob.waitForEvent('first-video-frame', { userId: 'alice', streamType: 'main' });
  assert.ok(first.width > 0 && first.height > 0, JSON.stringify(first));
  const { newWidth } = await bob.waitForEvent('video-size-changed', { userId: 'alice', streamType: 'main' });
  assert.equal(newWidth, first.width);
  assert.equal((await bob.events('first-video-frame')).length, 1);
  await bob.waitForEvent('audio-play-state-changed', { userId: 'alice', state: 'PLAYING' });
  await bob.waitForEvent('video-play-state-changed', { userId: 'alice', state: 'PLAYING', reason: 'playing' });
});

test('a snapshot is a PNG with the picture of the one who was asked for', { timeout: 30_000 }, async () => {
  const remote = await bob.call('getVideoSnapshot', { userId: 'alice', streamType: 'main' });
  const picture = await decoded(bob, remote.value);
  assert.equal(picture.type, 'image/png');
  assert.ok(picture.width >= 160 && picture.height >= 90);
  assert.ok(isPattern(picture.rgb, 0), `${picture.rgb}`);
  assert.equal((await bob.call('getVideoSnapshot', { userId: 'alice', streamType: 'sub' })).value, '');
  // One's own camera has a snapshot while its preview is shown.
  assert.equal((await bob.call('getVideoSnapshot')).value, '');
  await bob.page.evaluate(() => window.trtc.updateLocalVideo({ view: window.view('me') }));
  const own = await eventually('a local snapshot', async () => (await bob.call('getVideoSnapshot')).value);
  assert.ok(isPattern((await decoded(bob, own)).rgb, 1));
});

/** How loud alice is played at bob: the loudness of what his player plays, times its volume. */
const loudness = () =>
  bob.page.evaluate(async () => {
    const player = window.audios.find((audio) => audio.srcObject && !audio.muted);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(player.srcObject).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    await context.close();
    return player.volume * Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
  });

test('the volume of a user goes down to nothing and up to the double', { timeout: 60_000 }, async () => {
  const normal = await eventually('alice is played', loudness);
  const playedAt = async (volume, expected) => {
    await bob.call('setRemoteAudioVolume', 'alice', volume);
    await eventually(`alice at ${volume} %`, async () => Math.abs((await loudness()) / normal - expected) < 0.15);
  };
  await playedAt(0, 0);
  await playedAt(50, 0.5);
  await playedAt(200, 2);
  await playedAt(100, 1);
  await bob.hears(alice, TONES[0]);
});

test('the volume is told for everybody, oneself included', { timeout: 30_000 }, async () => {
  await bob.page.evaluate(() => {
    window.volumes = [];
    window.trtc.on('audio-volume', ({ result }) => window.volumes.push(result));
    window.trtc.enableAudioVolumeEvaluation(200);
  });
  const result = await eventually('both are loud', () =>
    bob.page.evaluate(() => window.volumes.find((r) => r.length === 2 && r.every((u) => u.volume > 30))));
  assert.deepEqual(result.map((u) => u.userId).sort(), ['', 'alice']);
  assert.ok(result[0].floatVolume >= result[1].floatVolume);
  assert.ok(Number.isInteger(result[0].volume));
  await bob.call('enableAudioVolumeEvaluation', 0);
});

test('a player is paused and goes on', { timeout: 30_000 }, async () => {
  const player = { userId: 'alice', streamType: 'main' };
  assert.equal((await bob.call('callExperimentalAPI', 'pauseRemotePlayer', player)).ok, true);
  await bob.waitForEvent('video-play-state-changed', { userId: 'alice', state: 'PAUSED', reason: 'pause' });
  await bob.waitForEvent('audio-play-state-changed', { userId: 'alice', state: 'PAUSED', reason: 'pause' });
  assert.equal((await bob.call('callExperimentalAPI', 'resumeRemotePlayer', player)).ok, true);
  await bob.sees(alice);
});

test('a video goes to the whole screen and to a window of its own, and back', { timeout: 60_000 }, async () => {
  // Browsers want a click for each.
  const inClick = (enable, name) =>
    bob.page.evaluate(({ enable, name }) => {
      document.body.onclick = () =>
        window.trtc.callExperimentalAPI(name, { enable }).catch((e) => window.events.push({ name: 'refused', message: `${e.code} ${e.message}` }));
    }, { enable, name }).then(() => bob.page.mouse.click(1, 1));
  for (const [name, event, member] of [
    ['requestFullScreen', 'full-screen-state-changed', 'isFullScreen'],
    ['requestPictureInPicture', 'picture-in-picture-state-changed', 'isPictureInPicture'],
  ]) {
    await inClick(true, name);
    await bob.waitForEvent(event, { userId: 'alice', streamType: 'main', [member]: true });
    await inClick(false, name);
    await bob.waitForEvent(event, { userId: 'alice', streamType: 'main', [member]: false });
  }
});

test('samples of the microphone and of others come in frames of 40 ms', { timeout: 60_000 }, async () => {
  await bob.page.evaluate(() => window.trtc.on('audio-frame', ({ data }) => (window.frame = { length: data.length, peak: Math.max(...data) })));
  const frameOf = async (options) => {
    await bob.page.evaluate(() => (window.frame = null));
    const enabled = await bob.call('callExperimentalAPI', 'enableAudioFrameEvent', { enable: true, ...options });
    assert.equal(enabled.ok, true, enabled.message);
    const frame = await eventually(`a frame with sound of ${JSON.stringify(options)}`, () =>
      bob.page.evaluate(() => window.frame?.peak > 0.05 && window.frame));
    await bob.call('callExperimentalAPI', 'enableAudioFrameEvent', { enable: false, userId: options.userId });
    return frame.length;
  };
  assert.equal(await frameOf({ userId: '' }), 1920);
  assert.equal(await frameOf({ userId: 'alice', sampleRate: 16000 }), 640);
  assert.equal(await frameOf({ userId: '*', sampleRate: 16000, channelCount: 2 }), 1280);
});

test('plugins and experiments that do not exist are refused by name', { timeout: 30_000 }, async () => {
  const plugin = await bob.call('startPlugin', 'VirtualBackground', {});
  assert.deepEqual([plugin.code, plugin.extraCode], [5000, 5005]);
  assert.match(plugin.message, /VirtualBackground/);
  const experiment = await bob.call('callExperimentalAPI', 'preconnect', { enable: false });
  assert.deepEqual([experiment.code, experiment.extraCode], [5000, 5005]);
});

test('a poster is shown until the first frame', { timeout: 30_000 }, async () => {
  const poster = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
  await bob.call('updateRemoteVideo', { userId: 'alice', streamType: 'main', option: { poster, fillMode: 'fill', mirror: true } });
  const look = await bob.page.evaluate(() => {
    const video = document.querySelector('#alice-main video');
    return [video.poster, video.style.objectFit, video.style.transform];
  });
  assert.deepEqual(look, [poster, 'fill', 'rotateY(180deg)']);
});

/** A page that only listens, and writes what it hears into the console: asking it would count as a touch. */
const listener = ({ sdkAppId, userSig }, dialog) => `<!doctype html><body>
  <script type="module">
    import TRTC from '${server.url}/sdk/plaza.js';
    const trtc = TRTC.create({ enableAutoPlayDialog: ${dialog} });
    let blocked;
    trtc.on('autoplay-failed', (event) => {
      console.log('failed', event.mediaType);
      blocked = event;
    });
    trtc.on('audio-play-state-changed', ({ state }) => console.log('audio', state));
    document.onclick = () => blocked?.resume().then(() => console.log('resumed'));
    await trtc.enterRoom({ sdkAppId: ${sdkAppId}, userId: 'carol', userSig: '${userSig}', roomId: 1 });
  </script>`;

test('where the browser plays no sound by itself, the application hears it and resumes', { timeout: 90_000 }, async () => {
  const signature = await server.userSig('carol');
  const pages = await PageServer.start({ '/own': listener(signature, false), '/asking': listener(signature, true) });
  const browser = await launch({ flags: ['--autoplay-policy=document-user-activation-required'] });
  try {
    const open = async (path) => {
      const page = await browser.newPage(pages.url + path);
      const says = (text) => eventually(`the page says "${text}"`, () => page.messages.includes(`log: ${text}`));
      await says('failed audio');
      assert.ok(!page.messages.includes('log: audio PLAYING'));
      return { page, says };
    };
    const own = await open('/own');
    await own.page.mouse.click(5, 5);
    await own.says('resumed');
    await own.says('audio PLAYING');
    await own.page.close();
    // By default the SDK asks for the click; its button has the focus.
    const asking = await open('/asking');
    await asking.page.keyboard.press('Enter');
    await asking.says('audio PLAYING');
  } finally {
    await browser.close();
    await pages.close();
  }
});
