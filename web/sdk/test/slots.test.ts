import { beforeEach, describe, expect, it } from 'vitest';
import type { SlotChange } from '../src/room/slots';
import { SlotTable } from '../src/room/slots';
import type { Slot } from '../src/signal/messages';

const PAIRS = [
  { slot: 0, audioMid: '4', videoMid: '5' },
  { slot: 1, audioMid: '6', videoMid: '7' },
];
const bob: Slot = { slot: 0, userId: 'bob', streamType: 'main', audio: true, video: true };
const show = (changes: SlotChange[]) =>
  changes.map((c) => `${c.on ? '+' : '-'}${c.mid} ${c.kind} ${c.userId} ${c.streamType}`);

describe('slots', () => {
  let table: SlotTable;
  beforeEach(() => {
    table = new SlotTable();
    table.apply(PAIRS);
  });

  it('are empty at first', () => expect(new SlotTable().apply(PAIRS)).toEqual([]));

  it('begin both halves of an occupant', () => {
    expect(show(table.apply([bob]))).toEqual(['+4 audio bob main', '+5 video bob main']);
  });

  it('begin only the half in use', () => {
    expect(show(table.apply([{ ...bob, video: false }]))).toEqual(['+4 audio bob main']);
    expect(show(table.apply([bob]))).toEqual(['+5 video bob main']);
  });

  it('say nothing when told the same again', () => {
    table.apply([bob]);
    expect(table.apply([bob])).toEqual([]);
  });

  it('end the old occupant before the new one begins', () => {
    table.apply([bob]);
    expect(show(table.apply([{ ...bob, userId: 'carol' }]))).toEqual([
      '-4 audio bob main',
      '-5 video bob main',
      '+4 audio carol main',
      '+5 video carol main',
    ]);
  });

  it('become empty by a null user', () => {
    table.apply([bob]);
    expect(show(table.apply([{ slot: 0, userId: null }]))).toEqual([
      '-4 audio bob main',
      '-5 video bob main',
    ]);
  });

  it('may be taken before their m-lines are known', () => {
    expect(table.apply([{ ...bob, slot: 9 }])).toEqual([]);
    expect(show(table.apply([{ slot: 9, audioMid: '20', videoMid: '21' }]))).toEqual([
      '+20 audio bob main',
      '+21 video bob main',
    ]);
  });

  it('keep their occupants when the pairs are told again', () => {
    table.apply([bob]);
    expect(table.apply(PAIRS)).toEqual([]);
  });

  it('end everything on a new connection', () => {
    table.apply([bob]);
    expect(show(table.reset())).toEqual(['-4 audio bob main', '-5 video bob main']);
    expect(table.apply(PAIRS)).toEqual([]);
  });
});
