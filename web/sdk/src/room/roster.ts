// Who is in the room and what they publish. Snapshots and events in, what the application should hear out.

import type { EventNumber, Member, RemoteTrack, RoomEvent } from '../signal/messages';

export type Change =
  | { type: 'enter' | 'audio-on' | 'audio-off'; userId: string }
  | { type: 'exit'; userId: string; reason: 0 | 1 | 2 | 3 }
  | { type: 'video-on' | 'video-off'; userId: string; streamType: 'main' | 'aux' };

const LEAVE_REASONS: Record<string, 0 | 1 | 2 | 3> = { leave: 0, timeout: 1, kick: 2, role: 3 };

interface Entry {
  tracks: Map<string, RemoteTrack>;
  /** Was there before the server was restarted, and has not come back yet. */
  missing: boolean;
}

export class Roster {
  private readonly members = new Map<string, Entry>();
  private last: EventNumber = { epoch: 0, number: 0 };

  has(userId: string): boolean {
    return this.members.has(userId);
  }

  userIds(): string[] {
    return [...this.members.keys()];
  }

  hasVideo(userId: string, streamType: 'main' | 'aux'): boolean {
    return available(this.members.get(userId)).has(`video-${streamType}`);
  }

  /** Whether the server knows this user too. */
  isPresent(userId: string): boolean {
    return this.members.get(userId)?.missing === false;
  }

  /**
   * The room as it is now: first or after coming back. Returns only what differs from what was known. In a new epoch
   * (the server was restarted) the others are on their way back too: who is not there yet counts as missing, not as
   * gone, until `dropMissing`.
   */
  snapshot(event: EventNumber, members: Member[]): Change[] {
    const restarted = event.epoch !== this.last.epoch;
    this.last = event;
    const changes: Change[] = [];
    const present = new Set(members.map((m) => m.userId));
    for (const [userId, entry] of [...this.members]) {
      if (present.has(userId)) continue;
      if (restarted) entry.missing = true;
      else changes.push(...this.remove(userId, 0));
    }
    for (const member of members) changes.push(...this.put(member.userId, member.tracks));
    return changes;
  }

  /** Who is missing has timed out. */
  dropMissing(): Change[] {
    const missing = [...this.members].filter(([, entry]) => entry.missing);
    return missing.flatMap(([userId]) => this.remove(userId, 1));
  }

  /** An event; nothing if it is not newer than what is known. */
  apply(message: RoomEvent): Change[] {
    if (!isNewer(message.event, this.last)) return [];
    this.last = message.event;
    const { userId } = message;
    switch (message.type) {
      case 'member-joined':
        return this.put(userId, message.tracks ?? []);
      case 'member-left':
        return this.remove(userId, LEAVE_REASONS[message.reason ?? 'leave'] ?? 0);
      case 'track-published':
      case 'track-updated':
        return this.edit(userId, (tracks) => {
          const key = trackKey(message.track);
          tracks.set(key, { ...tracks.get(key), ...message.track });
        });
      case 'track-unpublished':
        return this.edit(userId, (tracks) => tracks.delete(trackKey(message)));
      case 'role-changed':
        return [];
    }
  }

  /** The room was left for another one: everybody is gone. */
  dropAll(): Change[] {
    return [...this.members.keys()].flatMap((userId) => this.remove(userId, 0));
  }

  private put(userId: string, tracks: RemoteTrack[]): Change[] {
    const known = this.members.get(userId);
    const entry: Entry = { tracks: new Map(tracks.map((t) => [trackKey(t), t])), missing: false };
    this.members.set(userId, entry);
    const entered: Change[] = known ? [] : [{ type: 'enter', userId }];
    return [...entered, ...compare(userId, available(known), available(entry))];
  }

  private edit(userId: string, change: (tracks: Entry['tracks']) => void): Change[] {
    const entry = this.members.get(userId);
    if (!entry) return [];
    const before = available(entry);
    change(entry.tracks);
    return compare(userId, before, available(entry));
  }

  private remove(userId: string, reason: 0 | 1 | 2 | 3): Change[] {
    const entry = this.members.get(userId);
    if (!entry) return [];
    this.members.delete(userId);
    return [...compare(userId, available(entry), new Set()), { type: 'exit', userId, reason }];
  }
}

function trackKey(track: { kind: string; streamType: string }): string {
  return `${track.kind}-${track.streamType}`;
}

function isNewer(event: EventNumber, than: EventNumber): boolean {
  return event.epoch > than.epoch || (event.epoch === than.epoch && event.number > than.number);
}

type Availability = 'audio' | 'video-main' | 'video-aux';

/** A user's audio is one thing to the application, be it of the microphone or of a shared screen. */
function available(entry: Entry | undefined): Set<Availability> {
  const on = new Set<Availability>();
  for (const { kind, streamType, muted } of entry?.tracks.values() ?? []) {
    if (!muted) on.add(kind === 'audio' ? 'audio' : `video-${streamType}`);
  }
  return on;
}

const CHANGE_ORDER: Availability[] = ['audio', 'video-main', 'video-aux'];

function compare(userId: string, before: Set<Availability>, after: Set<Availability>): Change[] {
  return CHANGE_ORDER.filter((what) => before.has(what) !== after.has(what)).map((what) => {
    const on = after.has(what);
    if (what === 'audio') return { type: on ? 'audio-on' : 'audio-off', userId };
    const streamType = what === 'video-main' ? 'main' : 'aux';
    return { type: on ? 'video-on' : 'video-off', userId, streamType };
  });
}
