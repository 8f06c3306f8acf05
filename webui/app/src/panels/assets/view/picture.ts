// What the image viewer draws and what it knows, apart from its buttons.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../../core/app';
import type { Sheet } from '../model';
import { Surface } from './canvas';
import { centre, fitted, pan, pixelAt, type Size, step, type View, zoom } from './lens';
import { type Channel, canvasOf, type Pixels } from './pixels';
import { cut, frameAt, frameRect, type Rect } from './sprites';

const gridFrom = 12; // scale from which the pixels are parted by lines

/** The pixel under the pointer. */
export interface Under {
  x: number;
  y: number;
  rgba: Uint8ClampedArray;
}

export class Picture {
  readonly channel: Signal<Channel> = signal('rgba');
  readonly smooth = signal(false);
  readonly scale = signal(1);
  readonly under: Signal<Under | undefined> = signal(undefined);
  /** There is a version before to compare with. */
  readonly older = signal(false);
  readonly wiping = signal(false);
  /** Share of the view that shows the version before. */
  readonly wipe = signal(0.5);
  readonly sheet: Signal<Sheet | undefined> = signal(undefined);
  /** One frame is shown, not the sheet. */
  readonly single = signal(false);
  readonly playing = signal(false);
  readonly frame = signal(0);
  readonly fps = signal(12);

  private readonly app: App;
  private surface: Surface | undefined;
  private pixels: Pixels | undefined;
  private canvas: OffscreenCanvas | undefined;
  private before: Pixels | undefined;
  private beforeCanvas: OffscreenCanvas | undefined;
  private view: View = { scale: 1, x: 0, y: 0 };
  private follows = true; // follows the size of the view until somebody zooms
  private begun = 0; // ms; when playing began
  private first = 0; // frame from which it plays
  private checker: CanvasPattern | null = null;

  constructor(app: App) {
    this.app = app;
  }

  /** Draws in an element. Returns its undo. */
  mount(host: HTMLElement): () => void {
    const surface = new Surface(
      this.app,
      host,
      (paint, now) => this.draw(paint, now),
      () => this.follows && this.fit(),
    );
    this.surface = surface;
    const off = [listen(host, this), this.app.theme.onChange(() => (this.checker = null))];
    return () => {
      this.playing.value = false;
      for (const f of off) f();
      surface.dispose();
      this.surface = undefined;
    };
  }

  /** Shows other pixels; the eye stays where it is when they have the same size. */
  show(pixels: Pixels, sheet: Sheet | undefined): void {
    const same = this.pixels?.width === pixels.width && this.pixels.height === pixels.height;
    this.pixels = pixels;
    this.canvas = canvasOf(pixels, this.channel.peek());
    const known = this.sheet.peek();
    this.sheet.value = sheet && cut(sheet, pixels);
    if (sheet === undefined) this.setSingle(false);
    else if (known === undefined) this.setSingle(true);
    this.frame.value = Math.min(this.frame.peek(), (this.sheet.peek()?.count ?? 1) - 1);
    if (!same) this.fit();
    this.redraw();
  }

  /** Has a version before to compare with, or none. */
  compare(before: Pixels | undefined): void {
    this.before = before;
    this.beforeCanvas = before && canvasOf(before, this.channel.peek());
    this.older.value = before !== undefined;
    if (before === undefined) this.wiping.value = false;
    this.redraw();
  }

  setChannel(which: Channel): void {
    this.channel.value = which;
    if (this.pixels) this.canvas = canvasOf(this.pixels, which);
    if (this.before) this.beforeCanvas = canvasOf(this.before, which);
    this.redraw();
  }

  setSmooth(on: boolean): void {
    this.smooth.value = on;
    this.redraw();
  }

  setWiping(on: boolean): void {
    this.wiping.value = on;
    this.redraw();
  }

  setWipe(share: number): void {
    this.wipe.value = Math.max(0, Math.min(1, share));
    this.redraw();
  }

  setSingle(on: boolean): void {
    if (this.single.peek() === on) return;
    this.single.value = on;
    this.fit();
  }

  setFps(fps: number): void {
    if (!(fps >= 1 && fps <= 120)) return;
    this.restart();
    this.fps.value = fps;
  }

  play(on: boolean): void {
    this.playing.value = on;
    this.restart();
    this.redraw();
  }

  stepFrame(by: number): void {
    const count = this.sheet.peek()?.count ?? 1;
    this.goTo((this.frame.peek() + by + count) % count);
  }

  goTo(frame: number): void {
    this.playing.value = false;
    this.frame.value = frame;
    this.redraw();
  }

  /** The whole picture in the middle. */
  fit(): void {
    this.follows = true;
    if (this.room.width > 0) this.set(fitted(this.size, this.room));
  }

  oneToOne(): void {
    this.follows = false;
    this.set(centre(this.size, this.room, 1 / (this.surface?.ratio ?? 1)));
  }

  /** Zooms a step, to a place of the view or its middle. */
  zoomBy(up: boolean, x = this.room.width / 2, y = this.room.height / 2): void {
    this.follows = false;
    this.set(zoom(this.view, step(this.view.scale, up), x, y));
  }

  panBy(dx: number, dy: number): void {
    this.follows = false;
    this.set(pan(this.view, dx, dy, this.size, this.room));
  }

  /** The pointer is at a place of the view, or has left it. */
  point(x: number, y: number): void {
    const at = pixelAt(this.view, x, y, this.size);
    const { pixels } = this;
    if (at === undefined || pixels === undefined) {
      this.under.value = undefined;
      return;
    }
    const rect = this.source();
    const px = rect.x + at.x;
    const py = rect.y + at.y;
    const i = (py * pixels.width + px) * 4;
    this.under.value = { x: px, y: py, rgba: pixels.data.slice(i, i + 4) };
  }

  private get room(): Size {
    return { width: this.surface?.width ?? 0, height: this.surface?.height ?? 0 };
  }

  // What of the picture is shown: all of it, or one frame.
  private source(): Rect {
    const { pixels } = this;
    const whole = { x: 0, y: 0, width: pixels?.width ?? 1, height: pixels?.height ?? 1 };
    const sheet = this.sheet.peek();
    return sheet && this.single.peek() ? frameRect(sheet, whole, this.frame.peek()) : whole;
  }

  private get size(): Size {
    return this.source();
  }

  private set(view: View): void {
    this.view = view;
    this.scale.value = view.scale * (this.surface?.ratio ?? 1);
    this.redraw();
  }

  private restart(): void {
    this.first = this.frame.peek();
    this.begun = performance.now();
  }

  private redraw(): void {
    this.surface?.dirty();
  }

  private draw(paint: CanvasRenderingContext2D, now: number): void {
    const { canvas, view } = this;
    if (canvas === undefined) return;
    const sheet = this.sheet.peek();
    if (sheet && this.playing.peek()) {
      this.frame.value = frameAt(this.first, Math.max(0, now - this.begun), this.fps.peek(), sheet.count);
      this.redraw();
    }
    const from = this.source();
    const to = { x: view.x, y: view.y, width: from.width * view.scale, height: from.height * view.scale };
    this.drawChecker(paint, to);
    paint.imageSmoothingEnabled = this.smooth.peek() || view.scale < 1;
    paint.imageSmoothingQuality = 'high';
    const put = (what: OffscreenCanvas): void =>
      paint.drawImage(what, from.x, from.y, from.width, from.height, to.x, to.y, to.width, to.height);
    put(canvas);
    if (this.wiping.peek() && this.beforeCanvas && this.before) this.drawBefore(paint, this.beforeCanvas, this.before);
    if (view.scale >= gridFrom) this.drawGrid(paint, to, view.scale);
    if (sheet && !this.single.peek()) this.drawSheet(paint, sheet, to);
    paint.strokeStyle = this.app.theme.tokens.line;
    paint.lineWidth = 1;
    paint.strokeRect(to.x - 0.5, to.y - 0.5, to.width + 1, to.height + 1);
  }

  private drawChecker(paint: CanvasRenderingContext2D, to: Rect): void {
    const { tokens } = this.app.theme;
    if (this.checker === null) {
      const tile = new OffscreenCanvas(16, 16);
      const p = tile.getContext('2d');
      if (p === null) return;
      // In the light theme darker than its panels: white pictures are common.
      const dark = this.app.theme.dark.peek();
      p.fillStyle = dark ? tokens.panel : '#b9bfc9';
      p.fillRect(0, 0, 16, 16);
      p.fillStyle = dark ? tokens.raised : '#adb4bf';
      p.fillRect(0, 0, 8, 8);
      p.fillRect(8, 8, 8, 8);
      this.checker = paint.createPattern(tile, 'repeat');
    }
    if (this.checker === null) return;
    paint.fillStyle = this.checker;
    paint.fillRect(to.x, to.y, to.width, to.height);
  }

  // The version before lies at the left of the line, at the same scale.
  private drawBefore(paint: CanvasRenderingContext2D, canvas: OffscreenCanvas, before: Pixels): void {
    const { view, app } = this;
    const { width, height } = this.room;
    const x = Math.round(this.wipe.peek() * width);
    const from = this.source();
    paint.save();
    paint.beginPath();
    paint.rect(0, 0, x, height);
    paint.clip();
    paint.clearRect(0, 0, x, height);
    const w = Math.min(from.width, before.width - from.x);
    const h = Math.min(from.height, before.height - from.y);
    if (w > 0 && h > 0) {
      const to = { x: view.x, y: view.y, width: w * view.scale, height: h * view.scale };
      this.drawChecker(paint, to);
      paint.drawImage(canvas, from.x, from.y, w, h, to.x, to.y, to.width, to.height);
    }
    paint.restore();
    paint.fillStyle = app.theme.tokens.accent;
    paint.fillRect(x - 1, 0, 2, height);
  }

  private drawGrid(paint: CanvasRenderingContext2D, to: Rect, scale: number): void {
    const { width, height } = this.room;
    paint.beginPath();
    for (let x = Math.max(to.x, to.x % scale); x <= Math.min(width, to.x + to.width) + 0.5; x += scale) {
      paint.moveTo(Math.round(x) + 0.5, Math.max(0, to.y));
      paint.lineTo(Math.round(x) + 0.5, Math.min(height, to.y + to.height));
    }
    for (let y = Math.max(to.y, to.y % scale); y <= Math.min(height, to.y + to.height) + 0.5; y += scale) {
      paint.moveTo(Math.max(0, to.x), Math.round(y) + 0.5);
      paint.lineTo(Math.min(width, to.x + to.width), Math.round(y) + 0.5);
    }
    paint.strokeStyle = 'rgba(128, 128, 128, 0.25)';
    paint.lineWidth = 1;
    paint.stroke();
  }

  private drawSheet(paint: CanvasRenderingContext2D, sheet: Sheet, to: Rect): void {
    const { view, app } = this;
    const size = this.pixels as Size;
    const most = Math.min(sheet.count, 4096);
    paint.lineWidth = 1;
    paint.strokeStyle = 'rgba(128, 128, 128, 0.6)';
    for (let i = 0; i < most; i++) {
      const r = frameRect(sheet, size, i);
      paint.strokeRect(to.x + r.x * view.scale, to.y + r.y * view.scale, r.width * view.scale, r.height * view.scale);
    }
    const r = frameRect(sheet, size, this.frame.peek());
    paint.lineWidth = 2;
    paint.strokeStyle = app.theme.tokens.accent;
    paint.strokeRect(to.x + r.x * view.scale, to.y + r.y * view.scale, r.width * view.scale, r.height * view.scale);
  }
}

const pace = 32; // px that an arrow key moves

// Pointer, wheel and keys of the picture.
function listen(host: HTMLElement, picture: Picture): () => void {
  let last: { x: number; y: number } | undefined;
  let turned = 0;
  const at = (event: MouseEvent): { x: number; y: number } => {
    const { left, top } = host.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const handlers: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void } = {
    pointerdown: (event) => {
      if (event.button > 1 || !(event.target instanceof HTMLCanvasElement)) return;
      host.setPointerCapture(event.pointerId);
      last = at(event);
      host.classList.add('grabbing');
    },
    pointermove: (event) => {
      const now = at(event);
      if (last) picture.panBy(now.x - last.x, now.y - last.y);
      if (last) last = now;
      picture.point(now.x, now.y);
    },
    pointerup: () => {
      last = undefined;
      host.classList.remove('grabbing');
    },
    pointercancel: () => {
      last = undefined;
      host.classList.remove('grabbing');
    },
    pointerleave: () => picture.point(-1, -1),
    wheel: (event) => {
      event.preventDefault();
      turned += event.deltaY * (event.deltaMode === 1 ? 16 : 1);
      const { x, y } = at(event);
      for (; Math.abs(turned) >= 50; turned -= Math.sign(turned) * 50) picture.zoomBy(turned < 0, x, y);
      picture.point(x, y);
    },
    dblclick: (event) => event.target instanceof HTMLCanvasElement && picture.fit(),
    keydown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== host) return;
      const acts: Record<string, () => void> = {
        ArrowLeft: () => picture.panBy(pace, 0),
        ArrowRight: () => picture.panBy(-pace, 0),
        ArrowUp: () => picture.panBy(0, pace),
        ArrowDown: () => picture.panBy(0, -pace),
        '+': () => picture.zoomBy(true),
        '=': () => picture.zoomBy(true),
        '-': () => picture.zoomBy(false),
        '0': () => picture.fit(),
        '1': () => picture.oneToOne(),
        ...(picture.sheet.peek() && {
          ',': () => picture.stepFrame(-1),
          '.': () => picture.stepFrame(1),
          ' ': () => picture.play(!picture.playing.peek()),
        }),
      };
      const act = acts[event.key];
      if (act === undefined) return;
      act();
      event.preventDefault();
      event.stopPropagation();
    },
  };
  for (const [name, f] of Object.entries(handlers))
    host.addEventListener(name, f as EventListener, name === 'wheel' ? { passive: false } : undefined);
  return () => {
    for (const [name, f] of Object.entries(handlers)) host.removeEventListener(name, f as EventListener);
  };
}
