// The demo as a person uses it: check devices, join, see and hear, share the screen, hang up; on a laptop and a phone.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch } from './harness/browser.mjs';
import { Server } from './harness/server.mjs';
import { camera, tone } from './harness/sources.mjs';

// PLAZA_SCREENSHOTS=folder keeps pictures of what the test saw.
const pictures = process.env.PLAZA_SCREENSHOTS;
let server, laptop, phone, first, second;

const keep = (page, name) => {
  if (!pictures) return undefined;
  mkdirSync(pictures, { recursive: true });
  return page.screenshot({ path: `${pictures}/${name}.png` });
};

before(async () => {
  server = await Server.start();
  laptop = await launch({ video: camera(0), audio: tone(0), viewport: { width: 1280, height: 800 } });
  phone = await launch({ video: camera(1), audio: tone(1), viewport: { width: 390, height: 844 } });
});

after(async () => {
  await laptop?.close();
  await phone?.close();
  await server?.close();
});

const join = async (page, name) => {
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('join-button').click();
  await page.getByTestId('room').waitFor();
};

test('two people check their devices and join by a link', { timeout: 90_000 }, async () => {
  first = await laptop.newPage(`${server.url}/?room=standup`);
  await first.getByTestId('lobby').waitFor();
  await keep(first, 'lobby-laptop');
  await join(first, 'Ada');
  second = await phone.newPage(`${server.url}/?room=standup`);
  await keep(second, 'lobby-phone');
  await join(second, 'Grace');
  for (const page of [first, second]) {
    await page.locator('[data-testid=tile]').nth(1).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=tile] video')].filter((v) => v.videoWidth > 0 && v.readyState >= 2).length >= 2);
  }
  await keep(first, 'call-laptop');
  await keep(second, 'call-phone');
});

test('muting shows at the other side', { timeout: 60_000 }, async () => {
  await second.getByTestId('microphone-button').click();
  await first.locator('[data-testid=tile][data-audio=off]').or(first.locator('[data-testid=tile][data-audio=false]')).first().waitFor();
  await second.getByTestId('camera-button').click();
  await first.locator('[data-testid=tile][data-video=off]').or(first.locator('[data-testid=tile][data-video=false]')).first().waitFor();
  await keep(first, 'muted-laptop');
  await second.getByTestId('microphone-button').click();
  await second.getByTestId('camera-button').click();
});

test('a shared screen is a tile of its own', { timeout: 60_000 }, async () => {
  await first.getByTestId('screen-button').click();
  await second.locator('[data-testid=tile]').nth(2).waitFor();
  await keep(second, 'screen-phone');
  await first.getByTestId('screen-button').click();
});

test('hanging up takes one out of the call', { timeout: 60_000 }, async () => {
  await second.getByTestId('hangup-button').click();
  await second.getByTestId('left').waitFor();
  await first.waitForFunction(() => document.querySelectorAll('[data-testid=tile]').length === 1);
  assert.deepEqual(first.messages.filter((message) => message.startsWith('uncaught')), []);
});
