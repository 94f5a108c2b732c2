// A Chromium with fake devices of its own, and a page with the Web SDK in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--disable-background-networking', '--no-first-run', '--disable-component-update', '--disable-sync',
  '--autoplay-policy=no-user-gesture-required', '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows', '--auto-accept-this-tab-capture'];

/** Launches Chromium; `video` and `audio` are files from sources.mjs, `without` flags of ours to leave out. Close with `close()`. */
export async function launch({ video, audio, flags = [], without = [], viewport = { width: 1280, height: 720 } } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'plaza-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    viewport,
    args: [...FLAGS.filter((flag) => !without.includes(flag)), ...(video ? [`--use-file-for-fake-video-capture=${video}`] : []),
      ...(audio ? [`--use-file-for-fake-audio-capture=${audio}`] : []), ...flags],
  });
  return {
    context,
    async newPage(url) {
      const page = await context.newPage();
      page.messages = [];
      page.on('console', (message) => page.messages.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => page.messages.push(`uncaught: ${error.stack}`));
      if (url) await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      for (let attempt = 0; attempt < 5; ++attempt) {
        try {
          rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
          return;
        } catch {
          // the browser's last writes race with the removal
        }
      }
    },
  };
}

/** Polls `probe` until it gives something true; throws with `what` and the last value after `limit` ms. */
export async function eventually(what, probe, limit = 15_000) {
  const deadline = Date.now() + limit;
  let last;
  do {
    last = await probe();
    if (last) return last;
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (Date.now() < deadline);
  throw new Error(`${what}: not within ${limit} ms (last: ${JSON.stringify(last)})`);
}
