import { expect, it } from 'vitest';
import { EVERYBODY, Wishes } from '../src/room/wishes';

it('tells each wish once, and again only when it changes', () => {
  const wishes = new Wishes();
  wishes.set('bob', 'main', { video: { width: 640, height: 360 } });
  expect(wishes.takeChanges()).toEqual([
    { userId: 'bob', streamType: 'main', video: { width: 640, height: 360 } },
  ]);
  wishes.set('bob', 'main', { video: { width: 640, height: 360 } });
  expect(wishes.takeChanges()).toEqual([]);
  wishes.set('bob', 'main', { video: false });
  expect(wishes.takeChanges()).toHaveLength(1);
});

it('keeps audio and video of a stream apart from each other', () => {
  const wishes = new Wishes();
  wishes.set('bob', 'main', { video: true });
  wishes.set('bob', 'main', { audio: false });
  expect(wishes.takeChanges()).toEqual([
    { userId: 'bob', streamType: 'main', video: true, audio: false },
  ]);
});

it('tells everything again in a new session', () => {
  const wishes = new Wishes();
  wishes.set(EVERYBODY, 'main', { audio: false });
  wishes.takeChanges();
  wishes.untold();
  expect(wishes.takeChanges()).toEqual([{ userId: '*', streamType: 'main', audio: false }]);
});

it('forgets who left', () => {
  const wishes = new Wishes();
  wishes.set('bob', 'main', { video: true });
  wishes.set('bob', 'aux', { video: true });
  wishes.forget('bob');
  expect(wishes.takeChanges()).toEqual([]);
});
