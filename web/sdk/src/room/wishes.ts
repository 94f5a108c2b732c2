// What the application wants to receive, and what the server has been told of it.

import type { StreamWish, WireStreamType } from '../signal/messages';

export type VideoWish = StreamWish['video'];
interface Wish {
  audio?: boolean;
  video?: VideoWish;
}

/** Everybody who is not named. */
export const EVERYBODY = '*';

export class Wishes {
  private readonly wanted = new Map<string, Wish>();
  private readonly told = new Map<string, string>();

  set(userId: string, streamType: WireStreamType, wish: Wish): void {
    const key = `${streamType} ${userId}`;
    this.wanted.set(key, { ...this.wanted.get(key), ...wish });
  }

  video(userId: string, streamType: WireStreamType): VideoWish | undefined {
    return this.wanted.get(`${streamType} ${userId}`)?.video;
  }

  /** The server keeps no wishes for users who left, and neither do we. */
  forget(userId: string): void {
    for (const streamType of ['main', 'aux']) {
      this.wanted.delete(`${streamType} ${userId}`);
      this.told.delete(`${streamType} ${userId}`);
    }
  }

  /** The server knows nothing of one user's streams, or in a new session of nobody's. */
  untold(userId?: string): void {
    if (userId === undefined) return this.told.clear();
    this.told.delete(`main ${userId}`);
    this.told.delete(`aux ${userId}`);
  }

  /** What to tell the server now, of the users that it knows; counts as told. */
  takeChanges(knows: (userId: string) => boolean = () => true): StreamWish[] {
    const changes: StreamWish[] = [];
    for (const [key, wish] of this.wanted) {
      const space = key.indexOf(' ');
      const streamType = key.slice(0, space) as WireStreamType;
      const userId = key.slice(space + 1);
      const text = JSON.stringify(wish);
      if (this.told.get(key) === text || !knows(userId)) continue;
      this.told.set(key, text);
      changes.push({ userId, streamType, ...wish });
    }
    return changes;
  }
}
