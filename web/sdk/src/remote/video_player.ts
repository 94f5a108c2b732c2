// Shows one video track, local or remote, in any number of views. Each view gets a <video> element of its own.

import type { PlayerState } from '../api/enums';
import type { FillMode } from '../api/types';

export interface VideoPlayerHandler {
  state(state: PlayerState, reason: string): void;
  firstFrame(width: number, height: number): void;
  size(width: number, height: number): void;
  blocked(resume: () => Promise<void>): void;
  pictureInPicture(window: PictureInPictureWindow | undefined): void;
  fullScreen(on: boolean): void;
}

export interface Look {
  fillMode: FillMode;
  mirror: boolean;
  poster?: string;
}

interface Shown {
  element: HTMLVideoElement;
  /** Ends the listeners. */
  end: AbortController;
}

export class VideoPlayer {
  private track: MediaStreamTrack | null = null;
  private readonly shown = new Map<HTMLElement, Shown>();
  private width = 0;
  private height = 0;
  private lastState: PlayerState = 'STOPPED';

  constructor(
    private look: Look,
    private readonly handler: VideoPlayerHandler,
  ) {}

  /** The first of the elements that show the track. */
  get element(): HTMLVideoElement | undefined {
    return this.elements()[0];
  }

  setTrack(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.track?.removeEventListener('mute', this.onMute);
    this.track?.removeEventListener('unmute', this.onUnmute);
    this.track = track;
    track?.addEventListener('mute', this.onMute);
    track?.addEventListener('unmute', this.onUnmute);
    for (const element of this.elements()) this.attach(element);
    if (!track) this.state('STOPPED', 'ended');
  }

  setViews(views: HTMLElement[]): void {
    for (const [view, { element, end }] of this.shown) {
      if (views.includes(view)) continue;
      this.shown.delete(view);
      end.abort();
      element.srcObject = null;
      if (element !== view) element.remove();
    }
    for (const view of views) {
      if (!this.shown.has(view)) this.add(view);
    }
  }

  setLook(look: Partial<Look>): void {
    this.look = { ...this.look, ...look };
    for (const element of this.elements()) this.style(element);
  }

  /** The picture as it is now, a PNG as data URL; empty if there is none. */
  snapshot(): string {
    const element = this.elements().find((e) => e.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
    if (!this.track || !element || element.videoWidth === 0) return '';
    const canvas = document.createElement('canvas');
    canvas.width = element.videoWidth;
    canvas.height = element.videoHeight;
    canvas.getContext('2d')?.drawImage(element, 0, 0);
    return canvas.toDataURL('image/png');
  }

  pause(): void {
    for (const element of this.elements()) element.pause();
  }

  async resume(): Promise<void> {
    await Promise.all(this.elements().map((element) => element.play()));
  }

  close(): void {
    this.setTrack(null);
    this.setViews([]);
  }

  private elements(): HTMLVideoElement[] {
    return [...this.shown.values()].map(({ element }) => element);
  }

  private add(view: HTMLElement): void {
    const element = view instanceof HTMLVideoElement ? view : document.createElement('video');
    const end = new AbortController();
    this.shown.set(view, { element, end });
    element.autoplay = element.muted = element.playsInline = true;
    element.controls = false;
    this.listen(element, end.signal);
    this.style(element);
    if (element !== view) view.append(element);
    this.attach(element);
  }

  private listen(element: HTMLVideoElement, signal: AbortSignal): void {
    const { handler } = this;
    const on = (event: string, listener: (event: Event) => void) =>
      element.addEventListener(event, listener, { signal });
    on('playing', () => this.state('PLAYING', 'playing'));
    on('pause', () => this.track && this.state('PAUSED', 'pause'));
    on('resize', () => this.measured(element));
    on('loadedmetadata', () => this.measured(element));
    on('enterpictureinpicture', (event) =>
      handler.pictureInPicture((event as PictureInPictureEvent).pictureInPictureWindow),
    );
    on('leavepictureinpicture', () => handler.pictureInPicture(undefined));
    on('fullscreenchange', () => handler.fullScreen(document.fullscreenElement === element));
  }

  private style(element: HTMLVideoElement): void {
    element.style.width = element.style.height = '100%';
    element.style.objectFit = this.look.fillMode;
    element.style.transform = this.look.mirror ? 'rotateY(180deg)' : '';
    if (this.look.poster) element.poster = this.look.poster;
    else element.removeAttribute('poster');
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
    // Before the first frame it is the element that tells.
    const plays = this.element?.paused === false;
    if (plays && this.lastState === 'PAUSED') this.state('PLAYING', 'unmute');
  };

  private state(state: PlayerState, reason: string): void {
    if (state === this.lastState) return;
    this.lastState = state;
    this.handler.state(state, reason);
  }
}
