import { beforeEach, expect, it } from 'vitest';
import { Outgoing } from '../src/media/outgoing';
import { Publisher } from '../src/room/publisher';
import type { SendingTrack } from '../src/signal/messages';

let outgoing: Outgoing;
let publisher: Publisher;
let log: string[];
let told: SendingTrack[][];
let allowed: boolean;
let tell: () => Promise<void>;

beforeEach(() => {
  outgoing = new Outgoing();
  log = [];
  told = [];
  allowed = true;
  tell = async () => undefined;
  publisher = new Publisher({
    apply: async (line) => void log.push(`apply ${line.name}`),
    tell: (tracks) => {
      told.push(tracks);
      return tell();
    },
    allowed: () => allowed,
    changed: (c) => log.push(`${c.mediaType} ${c.state}${c.reason ? ` ${c.reason}` : ''}`),
  });
  outgoing.camera.wanted = true;
});

it('changes the sender, then tells the server, then the application', async () => {
  await publisher.sync(outgoing.camera);
  expect(log).toEqual(['video starting', 'apply camera', 'video started']);
  expect(told).toMatchObject([[{ mid: '1', kind: 'video', streamType: 'main', published: true }]]);
});

it('says nothing about a change that keeps it published', async () => {
  await publisher.sync(outgoing.camera);
  log.length = 0;
  outgoing.camera.muted = true;
  await publisher.sync(outgoing.camera);
  expect(log).toEqual(['apply camera']);
  expect(told[1]).toMatchObject([{ published: true, muted: true }]);
});

it('tells the server nothing that it knows', async () => {
  publisher.announced([outgoing.camera.wire(true)]);
  await publisher.sync(outgoing.camera);
  expect(told).toEqual([]);
  outgoing.camera.muted = true;
  await publisher.sync(outgoing.camera);
  await publisher.sync(outgoing.camera);
  expect(told).toHaveLength(1);
});

it('tells again what the server refused', async () => {
  tell = () => Promise.reject(new Error('no'));
  await expect(publisher.sync(outgoing.camera)).rejects.toThrow('no');
  tell = async () => undefined;
  await publisher.sync(outgoing.camera);
  expect(told).toHaveLength(2);
});

it('says why it stopped when the server refuses', async () => {
  tell = () => Promise.reject(new Error('no'));
  await expect(publisher.sync(outgoing.camera)).rejects.toThrow('no');
  expect(log.at(-1)).toBe('video stopped error');
});

it('tells a stop before it had begun from a plain stop', async () => {
  let open!: () => void;
  tell = () => new Promise((resolve) => (open = resolve));
  const first = publisher.sync(outgoing.camera);
  await Promise.resolve();
  await Promise.resolve();
  publisher.left();
  expect(log.at(-1)).toBe('video stopped api-call');
  open();
  await first;
});

it('publishes nothing as audience, and everything wanted on becoming anchor', async () => {
  allowed = false;
  await publisher.sync(outgoing.camera);
  expect(told[0]).toMatchObject([{ published: false }]);
  allowed = true;
  await publisher.sync(outgoing.camera);
  expect(log).toEqual(['apply camera', 'video starting', 'apply camera', 'video started']);
});

it('counts what was wanted on entering as started, once', () => {
  publisher.entered(outgoing.lines);
  publisher.entered(outgoing.lines);
  expect(log).toEqual(['video starting', 'video started']);
});

it('tells the sizes of the active layers only', () => {
  const layer = { active: true, scaleResolutionDownBy: 1, maxBitrate: 1, maxFramerate: 1 };
  outgoing.camera.encodings = [
    { ...layer, rid: 'q', width: 320, height: 180 },
    { ...layer, rid: 'h', width: 640, height: 360, active: false },
  ];
  expect(outgoing.camera.wire(true).layers).toEqual([{ rid: 'q', width: 320, height: 180 }]);
});
