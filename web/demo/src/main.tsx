// The page begins here. The address may say: room, name, user (an exact user id), codec (VP8 or H264),
// join (enter at once).

import { render } from 'preact';
import type { VideoCodec } from 'plaza-rtc-sdk';
import { App } from './app';
import { Call } from './call';
import './demo.css';

const address = new URLSearchParams(location.search);
const codec = address.get('codec');
const call = new Call(
  codec === 'H264' || codec === 'VP8' ? (codec satisfies VideoCodec) : undefined,
);
const userId = address.get('user') ?? undefined;
const room = address.get('room') ?? String(100000 + Math.floor(Math.random() * 900000));
const name = address.get('name') ?? userId ?? '';

const devices = Promise.all([call.setMicrophone(true), call.setCamera(true)]);
if (address.has('join') && userId) void devices.then(() => call.enter(room, userId));

const root = document.getElementById('app');
if (root) render(<App call={call} start={{ name, room, userId }} />, root);

// For the console of the browser, and for tests.
Object.assign(window, { plaza: call });
