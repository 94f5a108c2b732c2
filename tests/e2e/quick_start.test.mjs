// A page as the public quick start of trtc-sdk-v5 tells to write one runs with two changes: the import, and `serverUrl`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, launch } from './harness/browser.mjs';
import { PageServer } from './harness/page_server.mjs';
import { Server } from './harness/server.mjs';
import { PATTERNS, camera, tone } from './harness/sources.mjs';

/** The documented steps: create, listen, enter, microphone and camera, show others, mute, share, leave, destroy. */
const SCRIPT = `
import TRTC from 'trtc-sdk-v5';

const { sdkAppId, userId, userSig } = Object.fromEntries(new URLSearchParams(location.search));
const note = (text) => document.querySelector('#notes').append(text + '\\n');
const trtc = TRTC.create();

trtc.on(TRTC.EVENT.ERROR, (error) => note('error ' + error.code));
trtc.on(TRTC.EVENT.KICKED_OUT, ({ reason }) => note('kicked out: ' + reason));
trtc.on(TRTC.EVENT.AUTOPLAY_FAILED, ({ userId }) => note('click to hear ' + userId));
trtc.on(TRTC.EVENT.REMOTE_USER_ENTER, ({ userId }) => note(userId + ' entered'));
trtc.on(TRTC.EVENT.REMOTE_USER_EXIT, ({ userId }) => note(userId + ' left'));
trtc.on(TRTC.EVENT.REMOTE_AUDIO_AVAILABLE, ({ userId }) => note(userId + ' can be heard'));
trtc.on(TRTC.EVENT.REMOTE_AUDIO_UNAVAILABLE, ({ userId }) => note(userId + ' can not be heard'));
trtc.on(TRTC.EVENT.REMOTE_VIDEO_AVAILABLE, ({ userId, streamType }) => {
  const view = document.createElement('div');
  view.id = userId + '_' + streamType;
  document.querySelector('#remote').append(view);
  trtc.startRemoteVideo({ userId, streamType, view: view.id, option: { fillMode: 'contain' } });
});
trtc.on(TRTC.EVENT.REMOTE_VIDEO_UNAVAILABLE, ({ userId, streamType }) => {
  document.querySelector('#' + userId + '_' + streamType).remove();
});

const actions = {
  async start() {
    const { result } = await TRTC.isSupported();
    if (!result) return note('not supported');
    try {
      await trtc.enterRoom({ roomId: 8888, scene: 'rtc', sdkAppId: Number(sdkAppId), userId, userSig });
      note('entered');
    } catch (error) {
      return note('not entered: ' + error);
    }
    const [first] = await TRTC.getCameraList();
    await trtc.startLocalAudio();
    await trtc.startLocalVideo({ view: 'local', option: { cameraId: first.deviceId, profile: '360p' } });
    note('publishing');
  },
  async mute() {
    await trtc.updateLocalAudio({ mute: true });
    await trtc.updateLocalVideo({ mute: true });
  },
  async unmute() {
    await trtc.updateLocalAudio({ mute: false });
    await trtc.updateLocalVideo({ mute: false });
  },
  async share() {
    await trtc.startScreenShare({ option: { profile: '720p' } });
  },
  async unshare() {
    await trtc.stopScreenShare();
  },
  async end() {
    await trtc.exitRoom();
    await trtc.stopLocalAudio();
    await trtc.stopLocalVideo();
    trtc.destroy();
    note('ended');
  },
};
for (const button of document.querySelectorAll('button')) button.onclick = actions[button.id];
`;
const PAGE = `<!doctype html>
<link rel="icon" href="data:,">
<style>#local, #remote > div { display: inline-block; width: 320px; height: 180px }</style>
<body>
${['start', 'mute', 'unmute', 'share', 'unshare', 'end'].map((id) => `<button id="${id}">${id}</button>`).join('\n')}
<div id="local"></div><div id="remote"></div><pre id="notes"></pre>
<script type="module" src="/app.js"></script>`;

let server, pages;
const people = {};

before(async () => {
  server = await Server.start();
  const ported = SCRIPT.replace("from 'trtc-sdk-v5'", `from '${server.url}/sdk/plaza.js'`).replace('TRTC.create()', `TRTC.create({ serverUrl: '${server.url}' })`);
  const changed = ported.split('\n').filter((line, i) => line !== SCRIPT.split('\n')[i]);
  assert.equal(changed.length, 2, changed.join('\n'));
  pages = await PageServer.start({ '/': PAGE, '/app.js': ported });
  for (const [index, userId] of ['ada', 'grace'].entries()) {
    const { sdkAppId, userSig } = await server.userSig(userId);
    const browser = await launch({ video: camera(index), audio: tone(index) });
    const page = await browser.newPage();
    await page.goto(`${pages.url}/?${new URLSearchParams({ sdkAppId, userId, userSig })}`);
    people[userId] = { browser, page, index };
  }
});

after(async () => {
  for (const { browser } of Object.values(people)) await browser.close();
  await pages?.close();
  await server?.close();
});

const press = (userId, id) => people[userId].page.locator(`#${id}`).click();
const notes = (userId, text) =>
  eventually(`${userId} notes "${text}"`, async () => (await people[userId].page.locator('#notes').textContent()).split('\n').includes(text));
/** The colour in the middle of the video in `view`. */
const colour = (userId, view) =>
  people[userId].page.evaluate((view) => {
    const video = document.getElementById(view)?.querySelector('video');
    if (!video || video.readyState < 2) return null;
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d');
    context.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 8, 8, 0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, view);
const shows = (userId, view, of) =>
  eventually(`${userId} shows ${of} in #${view}`, async () => (await colour(userId, view))?.every((c, i) => Math.abs(c - PATTERNS[people[of].index].rgb[i]) < 70), 20_000);

test('two people call each other with the page of the quick start', { timeout: 120_000 }, async () => {
  for (const userId of ['ada', 'grace']) {
    await press(userId, 'start');
    await notes(userId, 'publishing');
    await shows(userId, 'local', userId);
  }
  await notes('ada', 'grace entered');
  for (const [one, other] of [['ada', 'grace'], ['grace', 'ada']]) {
    await notes(one, `${other} can be heard`);
    await shows(one, `${other}_main`, other);
  }
});

test('muting, sharing and leaving are seen at the other side', { timeout: 120_000 }, async () => {
  const { page } = people.grace;
  await press('ada', 'mute');
  await notes('grace', 'ada can not be heard');
  await page.locator('#ada_main').waitFor({ state: 'detached' });
  await press('ada', 'unmute');
  await shows('grace', 'ada_main', 'ada');
  await press('ada', 'share');
  await eventually('the screen is shown', () => colour('grace', 'ada_sub'));
  await press('ada', 'unshare');
  await page.locator('#ada_sub').waitFor({ state: 'detached' });
  await press('ada', 'end');
  await notes('ada', 'ended');
  await notes('grace', 'ada left');
  await page.locator('#ada_main').waitFor({ state: 'detached' });
  for (const { page } of Object.values(people)) assert.deepEqual(page.messages.filter((m) => /^(error|uncaught)/.test(m)), []);
});
