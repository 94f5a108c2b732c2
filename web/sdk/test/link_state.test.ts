import { beforeEach, expect, it } from 'vitest';
import { LinkState } from '../src/room/link_state';

let log: string[];
let link: LinkState;
beforeEach(() => {
  log = [];
  link = new LinkState((c) =>
    log.push(`${c.prevState} > ${c.state}${c.isReconnecting ? ' again' : ''}`),
  );
});

const CONNECTED = ['DISCONNECTED > CONNECTING', 'CONNECTING > CONNECTED'];
const LOST = ['CONNECTED > DISCONNECTED', 'DISCONNECTED > CONNECTING again'];

function enter(): void {
  link.entering();
  link.signallingIs(true);
}

it('is connected as soon as the room is entered, whether media flows or not', () => {
  enter();
  expect(log).toEqual(CONNECTED);
  link.mediaIs(true);
  expect(log).toEqual(CONNECTED);
});

it('is reconnecting while signalling is away', () => {
  enter();
  link.signallingIs(false);
  expect(log).toEqual([...CONNECTED, ...LOST]);
  link.signallingIs(true);
  expect(log.at(-1)).toBe('CONNECTING > CONNECTED again');
});

it('is reconnecting while media is away, and connected when both are back', () => {
  enter();
  link.mediaIs(false);
  link.signallingIs(false);
  link.mediaIs(true);
  expect(log).toEqual([...CONNECTED, ...LOST]);
  link.signallingIs(true);
  expect(log.at(-1)).toBe('CONNECTING > CONNECTED again');
});

it('is disconnected after leaving, and begins anew', () => {
  enter();
  link.mediaIs(false);
  link.left();
  expect(log.at(-1)).toBe('CONNECTING > DISCONNECTED');
  enter();
  expect(log.slice(-2)).toEqual(CONNECTED);
});
