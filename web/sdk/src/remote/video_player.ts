// Shows one video track, local or remote, in any number of views. Each view gets a <video> element of its own.

import type { FillMode, PlayerState } from '../api/types';

export interface VideoPlayerHandler {
  state(state: PlayerState, reason: string): void;
  firstFrame(width: number, height: number): void;
  size(width: number, height: number): void;
  blocked(resume: () => Promise<void>): void;
}

export interface Look {
  fillMode: FillMode;
  mirror: boolean;
  poster?: string;
}

export class VideoPlayer {
  private track: MediaStreamTrack | null = null;
  private readonly elements = new Map<HTMLElement, HTMLVideoElement>();
  private width = 0;
  private height = 0;
  private lastState: PlayerState = 'STOPPED';

  constructor(
    private look: Look,
    private readonly handler: VideoPlayerHandler,
  ) {}

  get views(): HTMLElement[] {
    return [...this.elements.keys()];
  }

  setTrack(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.track?.removeEventListener('mute', this.onMute);
    this.track?.removeEventListener('unmute', this.onUnmute);
    this.track = track;
    track?.addEventListener('mute', this.onMute);
    track?.addEventListener('unmute', this.onUnmute);
    for (const element of this.elements.values()) this.attach(element);
    if (!track) this.state('STOPPED', 'ended');
  }

  setViews(views: HTMLElement[]): void {
    for (const [view, element] of this.elements) {
      if (!views.includes(view)) {
        this.elements.delete(view);
        release(view, element);
      }
    }
    for (const view of views) {
      if (this.elements.has(view)) continue;
      const element = view instanceof HTMLVideoElement ? view : document.createElement('video');
      this.prepare(element);
      if (element !== view) view.append(element);
      this.elements.set(view, element);
      this.attach(element);
    }
  }

  setLook(look: Partial<Look>): void {
    this.look = { ...this.look, ...look };
    for (const element of this.elements.values()) this.style(element);
  }

  /** The picture that is shown now, for a snapshot. */
  get element(): HTMLVideoElement | undefined {
    return this.elements.values().next().value;
  }

  close(): void {
    this.setTrack(null);
    this.setViews([]);
  }

  private prepare(element: HTMLVideoElement): void {
    element.autoplay = element.muted = element.playsInline = true;
    element.controls = false;
    element.onplaying = () => this.state('PLAYING', 'playing');
    element.onpause = () => this.track && this.state('PAUSED', 'pause');
    element.onresize = element.onloadedmetadata = () => this.measured(element);
    this.style(element);
  }

  private style(element: HTMLVideoElement): void {
    element.style.width = element.style.height = '100%';
    element.style.objectFit = this.look.fillMode;
    element.style.transform = this.look.mirror ? 'rotateY(180deg)' : '';
    if (this.look.poster) element.poster = this.look.poster;
  }

  private attach(element: HTMLVideoElement): void {
    element.srcObject = this.track && new MediaStream([this.track]);
    if (this.track) this.play(element);
  }

  private play(element: HTMLVideoElement): void {
    element.play().catch((error: Error) => {
      // Others (AbortError) come from a view that changed meanwhile.
      if (error.name === 'NotAllowedError') this.handler.blocked(() => element.play());
    });
  }

  private measured(element: HTMLVideoElement): void {
    const { videoWidth, videoHeight } = element;
    if (!this.track || videoWidth === 0) return;
    if (videoWidth === this.width && videoHeight === this.height) return;
    const first = this.width === 0;
    this.width = videoWidth;
    this.height = videoHeight;
    if (first) this.handler.firstFrame(videoWidth, videoHeight);
    this.handler.size(videoWidth, videoHeight);
  }

  private readonly onMute = () => this.state('PAUSED', 'mute');
  private readonly onUnmute = () => {
    if (this.element && !this.element.paused) this.state('PLAYING', 'unmute');
  };

  private state(state: PlayerState, reason: string): void {
    if (state === this.lastState) return;
    this.lastState = state;
    this.handler.state(state, reason);
  }
}

function release(view: HTMLElement, element: HTMLVideoElement): void {
  element.onplaying = element.onpause = element.onresize = element.onloadedmetadata = null;
  element.srcObject = null;
  if (element !== view) element.remove();
}
