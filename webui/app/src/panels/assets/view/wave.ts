// The waveform: drawn, zoomed, pointed at, a stretch of it chosen.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../../core/app';
import { Surface } from './canvas';
import { gapFor, moment, Peaks } from './peaks';
import type { Player } from './player';

const axis = 18; // px
const least = 16; // samples that fill the view at most

export class Wave {
  /** The moment under the pointer, seconds. */
  readonly under: Signal<number | undefined> = signal(undefined);
  readonly zoomed = signal(false);
  peaks: readonly Peaks[] = [];
  private readonly app: App;
  private readonly player: Player;
  private surface: Surface | undefined;
  private rate = 1;
  private length = 0; // seconds
  private from = 0; // of the view, seconds
  private span = 0;

  constructor(app: App, player: Player) {
    this.app = app;
    this.player = player;
  }

  /** Shows another sound, the whole of it. */
  load(buffer: AudioBuffer): void {
    this.peaks = Array.from(
      { length: Math.min(8, buffer.numberOfChannels) },
      (_, i) => new Peaks(buffer.getChannelData(i)),
    );
    this.rate = buffer.sampleRate;
    this.length = buffer.duration;
    this.fit();
  }

  mount(host: HTMLElement): () => void {
    const surface = new Surface(this.app, host, (paint) => this.draw(paint));
    this.surface = surface;
    const off = listen(host, this);
    return () => {
      off();
      surface.dispose();
    };
  }

  fit(): void {
    this.show(0, this.length);
  }

  /** Zooms by a factor, keeping a moment in its place. */
  zoom(factor: number, around = this.player.at): void {
    const span = Math.max(least / this.rate, Math.min(this.length, this.span * factor));
    this.show(around - ((around - this.from) / this.span) * span, span);
  }

  pan(share: number): void {
    this.show(this.from + share * this.span, this.span);
  }

  /** The moment at a place of the view, px. */
  at(x: number): number {
    return this.from + (x / Math.max(1, this.surface?.width ?? 1)) * this.span;
  }

  point(x: number | undefined): void {
    this.under.value = x === undefined ? undefined : Math.max(0, Math.min(this.length, this.at(x)));
    this.redraw();
  }

  choose(from: number, to: number): void {
    const a = Math.max(0, Math.min(from, to));
    const b = Math.min(this.length, Math.max(from, to));
    this.player.setStretch(b - a > this.span / 500 ? { from: a, to: b } : undefined);
    this.redraw();
  }

  seek(at: number): void {
    this.player.seek(at);
    this.redraw();
  }

  step(seconds: number): void {
    this.seek(this.player.at + seconds);
  }

  /** A tenth of the view, seconds. */
  get stride(): number {
    return this.span / 20;
  }

  togglePlay(): void {
    this.player.toggle();
    this.redraw();
  }

  redraw(): void {
    this.surface?.dirty();
  }

  private show(from: number, span: number): void {
    this.span = span;
    this.from = Math.max(0, Math.min(this.length - span, from));
    this.zoomed.value = span < this.length * 0.999;
    this.redraw();
  }

  private x(at: number): number {
    return ((at - this.from) / this.span) * (this.surface?.width ?? 0);
  }

  private draw(paint: CanvasRenderingContext2D): void {
    const { surface, peaks, app, player } = this;
    if (surface === undefined || peaks.length === 0 || this.span <= 0) return;
    const { tokens } = app.theme;
    const { width } = surface;
    const each = (surface.height - axis) / peaks.length;
    this.drawAxis(paint, width, surface.height);
    const stretch = player.stretch.peek();
    if (stretch) {
      paint.fillStyle = tokens.tint;
      paint.fillRect(this.x(stretch.from), axis, this.x(stretch.to) - this.x(stretch.from), surface.height - axis);
    }
    for (const [i, p] of peaks.entries()) this.drawChannel(paint, p, axis + i * each, each);
    const under = this.under.peek();
    if (under !== undefined) this.line(paint, this.x(under), tokens.edge);
    this.line(paint, this.x(player.at), tokens.accent);
    if (player.playing.peek()) {
      const at = player.at;
      if (this.zoomed.peek() && (at > this.from + this.span || at < this.from)) this.show(at, this.span);
      this.app.frame.stir(); // the time in the foot, also while the game stands still
      this.redraw();
    }
  }

  private drawAxis(paint: CanvasRenderingContext2D, width: number, height: number): void {
    const { tokens } = this.app.theme;
    const gap = gapFor(this.span / width);
    paint.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    paint.textBaseline = 'middle';
    for (let at = Math.ceil(this.from / gap) * gap; at <= this.from + this.span; at += gap) {
      const x = Math.round(this.x(at)) + 0.5;
      paint.fillStyle = tokens.line;
      paint.fillRect(x - 0.5, axis, 1, height - axis);
      paint.fillStyle = tokens.muted;
      if (x + 44 < width) paint.fillText(moment(at, gap), x + 3, axis / 2);
    }
  }

  private drawChannel(paint: CanvasRenderingContext2D, peaks: Peaks, top: number, height: number): void {
    const { tokens } = this.app.theme;
    const width = this.surface?.width ?? 0;
    const middle = top + height / 2;
    const half = height / 2 - 4;
    paint.fillStyle = tokens.line;
    paint.fillRect(0, Math.round(middle), width, 1);
    const perPixel = (this.span * this.rate) / width;
    if (perPixel < 2) {
      this.drawCurve(paint, peaks, middle, half);
      return;
    }
    const range = { lo: 0, hi: 0 };
    paint.fillStyle = tokens.bar;
    const clipped: number[] = [];
    for (let x = 0; x < width; x++) {
      const from = (this.from + (x / width) * this.span) * this.rate;
      peaks.range(from, from + perPixel, range);
      const y = middle - Math.min(1, range.hi) * half;
      paint.fillRect(x, y, 1, Math.max(1, middle - Math.max(-1, range.lo) * half - y));
      if (range.hi >= 1 || range.lo <= -1) clipped.push(x);
    }
    paint.fillStyle = tokens.bad;
    for (const x of clipped) paint.fillRect(x, top + 1, 1, 3);
  }

  private drawCurve(paint: CanvasRenderingContext2D, peaks: Peaks, middle: number, half: number): void {
    const { tokens } = this.app.theme;
    const { samples } = peaks;
    const first = Math.max(0, Math.floor(this.from * this.rate) - 1);
    const last = Math.min(samples.length - 1, Math.ceil((this.from + this.span) * this.rate) + 1);
    const y = (i: number): number => middle - Math.max(-1, Math.min(1, samples[i] as number)) * half;
    paint.beginPath();
    for (let i = first; i <= last; i++) paint.lineTo(this.x(i / this.rate), y(i));
    paint.strokeStyle = tokens.muted;
    paint.lineWidth = 1.5;
    paint.stroke();
    if (this.x(1 / this.rate) - this.x(0) < 8) return;
    paint.fillStyle = tokens.text;
    for (let i = first; i <= last; i++) paint.fillRect(this.x(i / this.rate) - 2, y(i) - 2, 4, 4);
  }

  private line(paint: CanvasRenderingContext2D, x: number, colour: string): void {
    paint.fillStyle = colour;
    paint.fillRect(Math.round(x), axis, 1, (this.surface?.height ?? 0) - axis);
  }
}

const drag = 3; // px from which a press is a stretch

function listen(host: HTMLElement, wave: Wave): () => void {
  let pressed: number | undefined;
  let chosen = false;
  const x = (event: MouseEvent): number => event.clientX - host.getBoundingClientRect().left;
  const handlers: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void } = {
    pointerdown: (event) => {
      if (event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      pressed = x(event);
      chosen = false;
    },
    pointermove: (event) => {
      wave.point(x(event));
      if (pressed === undefined) return;
      chosen ||= Math.abs(x(event) - pressed) > drag;
      if (chosen) wave.choose(wave.at(pressed), wave.at(x(event)));
    },
    pointerup: (event) => {
      if (pressed !== undefined && !chosen) {
        wave.choose(0, 0);
        wave.seek(wave.at(x(event)));
      }
      pressed = undefined;
    },
    pointercancel: () => {
      pressed = undefined;
    },
    pointerleave: () => wave.point(undefined),
    dblclick: () => wave.fit(),
    wheel: (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        wave.pan((event.deltaX || event.deltaY) / 1000);
      else wave.zoom(1.002 ** event.deltaY, wave.at(x(event)));
    },
    keydown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== host) return;
      const acts: Record<string, () => void> = {
        ' ': () => wave.togglePlay(),
        ArrowLeft: () => wave.step(-wave.stride),
        ArrowRight: () => wave.step(wave.stride),
        Home: () => wave.seek(0),
        End: () => wave.seek(Number.MAX_VALUE),
        '+': () => wave.zoom(0.5),
        '=': () => wave.zoom(0.5),
        '-': () => wave.zoom(2),
        '0': () => wave.fit(),
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
