import { beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../src/room/roster';
import { Roster } from '../src/room/roster';
import type { Member, RemoteTrack } from '../src/signal/messages';

const mic: RemoteTrack = { kind: 'audio', streamType: 'main', muted: false };
const camera: RemoteTrack = {
  kind: 'video',
  streamType: 'main',
  muted: false,
  width: 640,
  height: 360,
};
const screen: RemoteTrack = { kind: 'video', streamType: 'aux', muted: false };
const member = (userId: string, ...tracks: RemoteTrack[]): Member => ({
  userId,
  role: 'anchor',
  tracks,
});
const at = (number: number, epoch = 1) => ({ epoch, number });
const show = (changes: Change[]) =>
  changes.map((c) =>
    [c.type, c.userId, 'streamType' in c ? c.streamType : '', 'reason' in c ? c.reason : '']
      .filter((part) => part !== '')
      .join(' '),
  );

let roster: Roster;
beforeEach(() => void (roster = new Roster()));

describe('the first snapshot', () => {
  it('tells who is there and what they publish', () => {
    expect(show(roster.snapshot(at(5), [member('bob', mic, camera), member('carol')]))).toEqual([
      'enter bob',
      'audio-on bob',
      'video-on bob main',
      'enter carol',
    ]);
  });

  it('does not count muted tracks as available', () => {
    const muted = { ...camera, muted: true };
    expect(show(roster.snapshot(at(5), [member('bob', muted)]))).toEqual(['enter bob']);
    expect(roster.hasVideo('bob', 'main')).toBe(false);
  });
});

describe('events', () => {
  beforeEach(() => void roster.snapshot(at(5), [member('bob', mic)]));

  it('that are not newer than the snapshot are ignored', () => {
    const left = { type: 'member-left' as const, userId: 'bob', reason: 'leave' };
    expect(roster.apply({ ...left, event: at(5) })).toEqual([]);
    expect(roster.apply({ ...left, event: at(9, 0) })).toEqual([]);
    expect(show(roster.apply({ ...left, event: at(6) }))).toEqual(['audio-off bob', 'exit bob 0']);
  });

  it('of a new epoch are newer whatever their number', () => {
    const joined = { type: 'member-joined' as const, userId: 'dave', role: 'anchor' as const };
    expect(show(roster.apply({ ...joined, tracks: [], event: at(1, 2) }))).toEqual(['enter dave']);
  });

  it.each([
    ['leave', 0],
    ['timeout', 1],
    ['kick', 2],
    ['role', 3],
    ['something new', 0],
  ])('of leaving give the reason %s as %i', (reason, number) => {
    const changes = roster.apply({ type: 'member-left', userId: 'bob', reason, event: at(6) });
    expect(changes.at(-1)).toEqual({ type: 'exit', userId: 'bob', reason: number });
  });

  it('of muting look like the track coming and going', () => {
    const update = (muted: boolean, number: number) =>
      show(
        roster.apply({
          type: 'track-updated',
          userId: 'bob',
          track: { kind: 'audio', streamType: 'main', muted },
          event: at(number),
        }),
      );
    expect(update(true, 6)).toEqual(['audio-off bob']);
    expect(update(false, 7)).toEqual(['audio-on bob']);
  });

  it('of a size alone tell nothing', () => {
    const track = { ...mic, width: 1 };
    expect(roster.apply({ type: 'track-updated', userId: 'bob', track, event: at(6) })).toEqual([]);
  });

  it('keep camera and screen apart', () => {
    const publish = (track: RemoteTrack, number: number) =>
      show(roster.apply({ type: 'track-published', userId: 'bob', track, event: at(number) }));
    expect(publish(camera, 6)).toEqual(['video-on bob main']);
    expect(publish(screen, 7)).toEqual(['video-on bob aux']);
    expect(
      show(
        roster.apply({
          type: 'track-unpublished',
          userId: 'bob',
          kind: 'video',
          streamType: 'main',
          event: at(8),
        }),
      ),
    ).toEqual(['video-off bob main']);
    expect(roster.hasVideo('bob', 'aux')).toBe(true);
  });

  it('make one audio of microphone and shared sound', () => {
    const sound: RemoteTrack = { kind: 'audio', streamType: 'aux' };
    expect(
      roster.apply({ type: 'track-published', userId: 'bob', track: sound, event: at(6) }),
    ).toEqual([]);
    const stop = (streamType: 'main' | 'aux', number: number) =>
      show(
        roster.apply({
          type: 'track-unpublished',
          userId: 'bob',
          kind: 'audio',
          streamType,
          event: at(number),
        }),
      );
    expect(stop('main', 7)).toEqual([]);
    expect(stop('aux', 8)).toEqual(['audio-off bob']);
  });

  it('about strangers are ignored', () => {
    const event = { type: 'track-published' as const, userId: 'eve', track: mic, event: at(6) };
    expect(roster.apply(event)).toEqual([]);
  });
});

describe('a snapshot after coming back', () => {
  beforeEach(() => void roster.snapshot(at(5), [member('bob', mic, camera), member('carol', mic)]));

  it('tells nothing when nothing changed, also in a new epoch', () => {
    const same = [member('carol', mic), member('bob', mic, camera)];
    expect(roster.snapshot(at(1, 2), same)).toEqual([]);
  });

  it('tells only what differs: who left, who came, what was stopped and started', () => {
    const now = [member('bob', mic, screen), member('dave', camera)];
    expect(show(roster.snapshot(at(30), now))).toEqual([
      'audio-off carol',
      'exit carol 0',
      'video-off bob main',
      'video-on bob aux',
      'enter dave',
      'video-on dave main',
    ]);
  });

  it('waits for those who are not back yet after a restart of the server', () => {
    expect(roster.snapshot(at(1, 2), [member('bob', mic, camera)])).toEqual([]);
    expect(roster.has('carol')).toBe(true);
    expect(roster.isPresent('carol')).toBe(false);
    const back = { type: 'member-joined' as const, userId: 'carol', role: 'anchor' as const };
    expect(show(roster.apply({ ...back, tracks: [camera], event: at(2, 2) }))).toEqual([
      'audio-off carol',
      'video-on carol main',
    ]);
    expect(roster.dropMissing()).toEqual([]);
  });

  it('lets go of those who do not come back', () => {
    roster.snapshot(at(1, 2), [member('bob', mic, camera)]);
    expect(show(roster.dropMissing())).toEqual(['audio-off carol', 'exit carol 1']);
  });

  it('counts from its own number afterwards', () => {
    roster.snapshot(at(1, 2), []);
    const joined = { type: 'member-joined' as const, userId: 'x', role: 'anchor' as const };
    expect(roster.apply({ ...joined, event: at(99, 1) })).toEqual([]);
    expect(show(roster.apply({ ...joined, event: at(2, 2) }))).toEqual(['enter x']);
  });
});
