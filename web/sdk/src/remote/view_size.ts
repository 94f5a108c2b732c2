// How large a picture is wanted: the largest of its views that can be seen, in physical pixels.

export interface Size {
  width: number;
  height: number;
}

/** While a window border is dragged nothing is told. */
const SETTLE_MS = 150;

/** The size to ask for; null when no view can be seen. */
export function wantedSize(
  views: Iterable<Size & { visible: boolean }>,
  ratio: number,
): Size | null {
  let best: Size | null = null;
  for (const { width, height, visible } of views) {
    if (!visible || width < 1 || height < 1) continue;
    if (!best || width * height > best.width * best.height) best = { width, height };
  }
  // Not a pixel more: the server would send the next larger layer for it.
  const physical = (css: number) => Math.max(1, Math.floor(css * ratio));
  return best && { width: physical(best.width), height: physical(best.height) };
}

/** Watches views and tells the wanted size whenever it has changed and settled. */
export class ViewSize {
  private readonly known = new Map<Element, Size & { visible: boolean }>();
  private readonly resizes: ResizeObserver;
  private readonly visibility: IntersectionObserver;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private told: string | undefined;

  constructor(
    views: HTMLElement[],
    root: HTMLElement | undefined,
    private readonly changed: (size: Size | null) => void,
  ) {
    this.resizes = new ResizeObserver(() => this.measure());
    this.visibility = new IntersectionObserver((entries) => this.seen(entries), {
      root: root ?? null,
    });
    for (const view of views) {
      this.known.set(view, { width: view.clientWidth, height: view.clientHeight, visible: true });
      this.resizes.observe(view);
      this.visibility.observe(view);
    }
    this.told = JSON.stringify(this.current());
    document.addEventListener('visibilitychange', this.measure);
  }

  /** What to ask for now. */
  current(): Size | null {
    return wantedSize(this.known.values(), window.devicePixelRatio || 1);
  }

  close(): void {
    clearTimeout(this.timer);
    this.resizes.disconnect();
    this.visibility.disconnect();
    document.removeEventListener('visibilitychange', this.measure);
  }

  private readonly measure = () => {
    for (const [view, state] of this.known) {
      state.width = view.clientWidth;
      state.height = view.clientHeight;
    }
    this.settle();
  };

  private seen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const state = this.known.get(entry.target);
      if (state) state.visible = entry.isIntersecting;
    }
    this.settle();
  }

  private settle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const size = this.current();
      const text = JSON.stringify(size);
      if (text === this.told) return;
      this.told = text;
      this.changed(size);
    }, SETTLE_MS);
  }
}
