import { describe, expect, it } from 'vitest';
import { defaultServerUrl, signalUrl } from '../src/api/server_url';

const PAGE = 'https://app.example/rooms?id=1';

describe('the default server', () => {
  it.each([
    ['https://rtc.example/sdk/plaza.js', 'https://rtc.example'],
    ['https://rtc.example/sdk/plaza.umd.js?v=2', 'https://rtc.example'],
    ['https://rtc.example/base/sdk/plaza.js', 'https://rtc.example/base'],
    ['https://cdn.example/app.js', 'https://app.example'],
    [undefined, 'https://app.example'],
  ])('of script %s is %s', (script, server) => expect(defaultServerUrl(script, PAGE)).toBe(server));
});

describe('the address of signalling', () => {
  it.each([
    ['https://rtc.example', 'wss://rtc.example/v1/signal'],
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/v1/signal'],
    ['http://127.0.0.1:8080/', 'ws://127.0.0.1:8080/v1/signal'],
    ['wss://rtc.example/plaza/', 'wss://rtc.example/plaza/v1/signal'],
    ['wss://rtc.example/v1/signal', 'wss://rtc.example/v1/signal'],
    ['/plaza', 'wss://app.example/plaza/v1/signal'],
    ['https://rtc.example/?x=1#y', 'wss://rtc.example/v1/signal'],
  ])('on %s is %s', (server, url) => expect(signalUrl(server, PAGE)).toBe(url));

  it.each(['ftp://rtc.example', 'http://'])('on %s is refused', (server) =>
    expect(() => signalUrl(server, PAGE)).toThrow(/serverUrl/),
  );
});
