// A Firefox with fake devices, driven by WebDriver BiDi; the same face as browser.mjs.
import puppeteer from 'puppeteer-core';

const PREFERENCES = {
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.gmp-manager.updateEnabled': false,
  'media.getusermedia.insecure.enabled': true,
  'media.devices.insecure.enabled': true,
  'app.update.disabledForTesting': true,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** Launches Firefox. Close with `close()`. */
export async function launchFirefox() {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: PREFERENCES,
  });
  return {
    async newPage(url) {
      const page = await browser.newPage();
      page.messages = [];
      page.on('console', (message) => page.messages.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => page.messages.push(`uncaught: ${error.stack}`));
      if (url) await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}
