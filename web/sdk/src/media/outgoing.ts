// What this client wants to send: four lines that exist from the first offer on, whatever is captured.

import type { Kind, SendingTrack, WireStreamType } from '../signal/messages';
import type { Encoding } from './layers';

export type LineName = 'microphone' | 'camera' | 'screen' | 'screenSound';

/** One sending m-line and its wished state. Who changes it tells the session. */
export class Line {
  /** What goes out; null: nothing, be it muted or stopped. */
  track: MediaStreamTrack | null = null;
  /** The application wants it published (and may be audience, or not in a room). */
  wanted = false;
  muted = false;
  /** Video: all of the line's encodings. Audio: one, of which only `maxBitrate` counts. */
  encodings: Encoding[] = [];
  degradation: RTCDegradationPreference = 'balanced';
  stereo = false;

  constructor(
    readonly name: LineName,
    readonly mid: string,
    readonly kind: Kind,
    readonly streamType: WireStreamType,
  ) {}

  get simulcast(): boolean {
    return this.name === 'camera';
  }

  /** As the server hears of it; `allowed`: the role lets us publish. */
  wire(allowed: boolean): SendingTrack {
    const { mid, kind, streamType, muted } = this;
    const published = this.wanted && allowed;
    const track: SendingTrack = { mid, kind, streamType, published, muted };
    const layers = this.encodings.filter((e) => e.active);
    if (published && kind === 'video' && layers.length > 0) {
      track.layers = layers.map(({ rid, width, height }) => ({ rid, width, height }));
    }
    return track;
  }
}

/** In the order of the m-lines. The mids are those that browsers give: counted from 0. */
export class Outgoing {
  readonly microphone = new Line('microphone', '0', 'audio', 'main');
  readonly camera = new Line('camera', '1', 'video', 'main');
  readonly screen = new Line('screen', '2', 'video', 'aux');
  readonly screenSound = new Line('screenSound', '3', 'audio', 'aux');
  readonly lines: readonly Line[] = [this.microphone, this.camera, this.screen, this.screenSound];
}
