// One remote picture that the application asked to see: its views, its size, its player.

import type { RemoteVideoConfig } from '../api/types';
import { inBackground } from '../base/log';
import { resolveViews } from '../base/views';
import type { VideoWish } from '../room/wishes';
import type { VideoPlayerHandler } from './video_player';
import { VideoPlayer } from './video_player';
import type { Size } from './view_size';
import { ViewSize } from './view_size';
import { fullScreen, loaded, pictureInPicture } from './windows';

type Option = NonNullable<RemoteVideoConfig['option']>;

/** Asks for the smallest layer there is. */
const SMALLEST: Size = { width: 1, height: 1 };

export class RemoteVideo {
  readonly player: VideoPlayer;
  private size: ViewSize | null = null;

  constructor(
    private config: RemoteVideoConfig,
    handler: VideoPlayerHandler,
    private readonly wishChanged: (wish: VideoWish) => void,
  ) {
    const { fillMode = 'contain', mirror = false, poster } = config.option ?? {};
    this.player = new VideoPlayer({ fillMode, mirror, poster }, handler);
    this.show();
    this.enlarge({});
  }

  /** The application asked for the small stream. */
  get small(): boolean {
    return this.config.option?.small ?? false;
  }

  /** What to ask the server for now. */
  wish(): VideoWish {
    const { small, receiveWhenViewVisible } = this.config.option ?? {};
    const size = this.size?.current();
    if (this.size && !size) return receiveWhenViewVisible ? false : SMALLEST;
    if (small) return SMALLEST;
    return size ?? true;
  }

  update(config: RemoteVideoConfig): void {
    const before = this.config;
    this.config = { ...before, ...config, option: { ...before.option, ...config.option } };
    const { fillMode, mirror, poster } = this.config.option ?? {};
    this.player.setLook({ fillMode: fillMode ?? 'contain', mirror: mirror ?? false, poster });
    if (config.view !== undefined || config.option?.viewRoot) this.show();
    this.enlarge(before.option ?? {});
  }

  setTrack(track: MediaStreamTrack | null): void {
    this.player.setTrack(track);
  }

  close(): void {
    this.size?.close();
    this.player.close();
  }

  /** Puts the picture into a window of its own or on the whole screen, where that has changed. */
  private enlarge(before: Option): void {
    const now: Option = this.config.option ?? {};
    const { element } = this.player;
    if (!element) return;
    const change = (name: 'pictureInPicture' | 'fullScreen', request: typeof fullScreen) => {
      const wanted = now[name] ?? false;
      if (wanted === (before[name] ?? false)) return;
      inBackground(
        loaded(element).then(() => request(element, wanted)),
        name,
      );
    };
    change('pictureInPicture', pictureInPicture);
    change('fullScreen', fullScreen);
  }

  private show(): void {
    const views = resolveViews(this.config.view);
    this.player.setViews(views);
    this.size?.close();
    this.size =
      views.length === 0
        ? null
        : new ViewSize(views, this.config.option?.viewRoot, () => this.wishChanged(this.wish()));
  }
}
