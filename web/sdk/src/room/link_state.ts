// The one connection state that applications see, made of two: signalling and media.

import type { ConnectionState } from '../api/enums';

export interface StateChange {
  prevState: ConnectionState;
  state: ConnectionState;
  isReconnecting: boolean;
}

export class LinkState {
  private state: ConnectionState = 'DISCONNECTED';
  private signalling = false;
  /** Until it was up once, media does not count: entering a room does not wait for it. */
  private mediaDown = false;
  private reconnecting = false;

  constructor(private readonly changed: (change: StateChange) => void) {}

  get current(): ConnectionState {
    return this.state;
  }

  get signallingUp(): boolean {
    return this.signalling;
  }

  entering(): void {
    this.reconnecting = false;
    this.become('CONNECTING');
  }

  signallingIs(up: boolean): void {
    this.signalling = up;
    this.update();
  }

  mediaIs(up: boolean): void {
    this.mediaDown = !up;
    this.update();
  }

  left(): void {
    this.signalling = this.mediaDown = this.reconnecting = false;
    this.become('DISCONNECTED');
  }

  private update(): void {
    if (this.signalling && !this.mediaDown) {
      this.become('CONNECTED');
      this.reconnecting = false;
    } else if (this.state === 'CONNECTED') {
      this.become('DISCONNECTED');
      // It comes back without the application's help, and at once.
      this.reconnecting = true;
      this.become('CONNECTING');
    }
  }

  private become(state: ConnectionState): void {
    if (state === this.state) return;
    const prevState = this.state;
    this.state = state;
    this.changed({ prevState, state, isReconnecting: this.reconnecting });
  }
}
