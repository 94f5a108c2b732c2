// What camera and microphone have in common: a track in use, and what befalls it.

import { isOwn, release } from './capture';

export interface LocalSourceHandler {
  /** The device is gone; `recapture` may bring another one. */
  lost(): void;
  /** Another track is in use: `source` as captured, `track` as it is sent. */
  track(track: MediaStreamTrack, source: MediaStreamTrack): void;
  /** The system has taken the device away for a while, or given it back. */
  interrupted(on: boolean): void;
}

export class Source {
  private current: MediaStreamTrack | null = null;
  private listening = new AbortController();

  constructor(private readonly handler: LocalSourceHandler) {}

  get track(): MediaStreamTrack | null {
    return this.current;
  }

  /** Something comes from it. */
  get live(): boolean {
    return this.current?.readyState === 'live';
  }

  use(track: MediaStreamTrack | null): void {
    this.listening.abort();
    this.listening = new AbortController();
    this.current = track;
    if (!track) return;
    const { signal } = this.listening;
    const on = (event: string, listener: () => void) =>
      track.addEventListener(event, listener, { signal });
    // What becomes of the application's own tracks is the application's business.
    on('ended', () => isOwn(track) && this.handler.lost());
    on('mute', () => this.handler.interrupted(true));
    on('unmute', () => this.handler.interrupted(false));
  }

  /** Lets the track go. */
  drop(): void {
    const track = this.current;
    this.use(null);
    release(track);
  }
}
