// A canvas that fills its place, in the pixels of the screen.

import type { App } from '../../../core/app';

/** A canvas and the drawing of it, asked for by `dirty`. */
export class Surface {
  readonly canvas = document.createElement('canvas');
  /** px of the page; 0 while it is not in the page. */
  width = 0;
  height = 0;
  /** Screen pixels for each px. */
  ratio = 1;
  private readonly app: App;
  private readonly paint: CanvasRenderingContext2D | null;
  private readonly off: (() => void)[] = [];
  private readonly draw: (now: number) => void;

  /** @param render draws; `paint` is scaled to px of the page and clean. */
  constructor(
    app: App,
    host: HTMLElement,
    render: (paint: CanvasRenderingContext2D, now: number) => void,
    onSize?: () => void,
  ) {
    this.app = app;
    this.paint = this.canvas.getContext('2d');
    this.canvas.className = 'fill';
    host.append(this.canvas);
    this.draw = (now) => {
      const { paint } = this;
      if (paint === null || this.width === 0) return;
      paint.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      paint.clearRect(0, 0, this.width, this.height);
      render(paint, now);
    };
    const resized = (): void => {
      const { clientWidth, clientHeight } = host;
      this.ratio = devicePixelRatio || 1;
      if (clientWidth === this.width && clientHeight === this.height) return;
      this.width = clientWidth;
      this.height = clientHeight;
      this.canvas.width = Math.round(clientWidth * this.ratio);
      this.canvas.height = Math.round(clientHeight * this.ratio);
      onSize?.();
      this.dirty();
    };
    resized();
    const observer = new ResizeObserver(resized);
    observer.observe(host);
    this.off.push(
      () => observer.disconnect(),
      app.frame.onDraw(this.draw, { rate: 60 }),
      app.theme.onChange(() => this.dirty()),
    );
  }

  /** Draws with the next frame. */
  dirty(): void {
    this.app.frame.invalidate(this.draw, true);
  }

  dispose(): void {
    for (const f of this.off) f();
    this.canvas.remove();
  }
}
