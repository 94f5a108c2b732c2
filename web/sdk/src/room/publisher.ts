// Publishes the sending lines: the sender first, then the server, then the application hears how it went.

import type { PublishState } from '../api/types';
import { RtcError } from '../base/errors';
import type { Line, LineName } from '../media/outgoing';
import type { SendingTrack } from '../signal/messages';

export interface PublishChange {
  mediaType: 'audio' | 'video' | 'screen';
  state: PublishState;
  prevState: PublishState;
  reason?: 'timeout' | 'error' | 'api-call';
  error?: RtcError;
}

export interface PublisherDeps {
  apply(line: Line): Promise<void>;
  tell(tracks: SendingTrack[]): Promise<void>;
  /** Whether the role lets us publish. */
  allowed(): boolean;
  changed(change: PublishChange): void;
}

const MEDIA_TYPES: Partial<Record<LineName, PublishChange['mediaType']>> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'screen',
};

export class Publisher {
  private readonly states = new Map<Line, PublishState>();
  /** What the server knows of each line. */
  private readonly told = new Map<string, string>();

  constructor(private readonly deps: PublisherDeps) {}

  /** Makes the sender and the server follow the line; resolves when the server knows. */
  async sync(line: Line): Promise<void> {
    const wanted = line.wanted && this.deps.allowed();
    if (wanted && this.state(line) === 'stopped') this.become(line, 'starting');
    try {
      await this.deps.apply(line);
      await this.tell(line);
    } catch (error) {
      this.told.delete(line.mid);
      const rtcError = RtcError.convertFrom(error);
      this.become(line, 'stopped', { reason: 'error', error: rtcError });
      throw rtcError;
    }
    this.settle(line);
  }

  /** The frame to enter with says this of the lines. */
  announced(tracks: SendingTrack[]): void {
    for (const track of tracks) this.told.set(track.mid, JSON.stringify(track));
  }

  /** Entering or coming back told the server about all lines. */
  entered(lines: readonly Line[]): void {
    for (const line of lines) {
      const wanted = line.wanted && this.deps.allowed();
      if (wanted && this.state(line) === 'stopped') this.become(line, 'starting');
      this.settle(line);
    }
  }

  left(): void {
    for (const line of this.states.keys()) this.stop(line);
  }

  private async tell(line: Line): Promise<void> {
    const track = line.wire(this.deps.allowed());
    const text = JSON.stringify(track);
    if (this.told.get(line.mid) === text) return;
    this.told.set(line.mid, text);
    await this.deps.tell([track]);
  }

  private settle(line: Line): void {
    if (line.wanted && this.deps.allowed()) this.become(line, 'started');
    else this.stop(line);
  }

  private stop(line: Line): void {
    const early = this.state(line) === 'starting';
    this.become(line, 'stopped', early ? { reason: 'api-call' } : {});
  }

  private state(line: Line): PublishState {
    return this.states.get(line) ?? 'stopped';
  }

  private become(
    line: Line,
    state: PublishState,
    why: Pick<PublishChange, 'reason' | 'error'> = {},
  ): void {
    const prevState = this.state(line);
    if (state === prevState) return;
    this.states.set(line, state);
    const mediaType = MEDIA_TYPES[line.name];
    if (mediaType) this.deps.changed({ mediaType, state, prevState, ...why });
  }
}
