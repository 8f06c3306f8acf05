// A small chart of one numeric field over the last ten seconds.

import type { App } from '../../core/app';
import { fixed } from '../../core/units';
import { decimal, decimals, plainText, type Spec, show } from '../../widgets/field/spec';

/** Milliseconds that are shown, and a little more that is kept. */
const span = 10_000;
const most = 1200; // samples

/** The values of a field as they came, in pairs of page time and value. */
export class Track {
  readonly times: number[] = [];
  readonly values: number[] = [];

  /** Notes a value. Old ones leave; one older than the window stays as the line's begin. */
  push(time: number, value: number): void {
    this.times.push(time);
    this.values.push(value);
    let old = 0;
    while (old + 1 < this.times.length && (this.times[old + 1] ?? 0) < time - span - 500) old++;
    old = Math.max(old, this.times.length - most);
    if (old > 64) {
      this.times.splice(0, old);
      this.values.splice(0, old);
    }
  }

  /** The newest value, NaN before the first. */
  get last(): number {
    return this.values.at(-1) ?? Number.NaN;
  }

  /** The value that stood at a time, NaN before the first. */
  at(time: number): number {
    const next = this.times.findIndex((t) => t > time);
    return this.values[next < 0 ? this.values.length - 1 : next - 1] ?? Number.NaN;
  }

  /** The least and the greatest value in the window that ends at `now`. */
  range(now: number): [number, number] {
    let lo = Number.POSITIVE_INFINITY;
    let hi = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.times.length; i++) {
      const next = this.times[i + 1] ?? Number.POSITIVE_INFINITY;
      const v = this.values[i] ?? Number.NaN;
      if (next < now - span || (this.times[i] ?? 0) > now || !Number.isFinite(v)) continue;
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
    return [lo, hi];
  }
}

/** An edit of this page, drawn as a line with its words. */
export interface Mark {
  time: number;
  text: string;
}

const height = 76;
const right = 44; // room for the ends of the scale

/** The chart, with its title and the value now. */
export class WatchChart {
  readonly el = document.createElement('figure');
  private readonly canvas = document.createElement('canvas');
  private readonly value = document.createElement('span');
  private readonly unit = document.createElement('span');
  private readonly app: App;
  private readonly spec: Spec;
  private readonly track: Track;
  private readonly marks: () => readonly Mark[];
  private readonly colour: () => string;
  private readonly off: (() => void)[] = [];
  private shown: [number, number] = [0, 1];
  private width = 0; // px

  constructor(
    app: App,
    options: { spec: Spec; track: Track; marks(): readonly Mark[]; colour(): string; close(): void },
  ) {
    this.app = app;
    this.spec = options.spec;
    this.track = options.track;
    this.marks = options.marks;
    this.colour = options.colour;
    this.build(options.close);
    const draw = () => this.draw();
    this.off.push(
      app.frame.onDraw(draw, { rate: 20 }),
      app.theme.onChange(() => app.frame.invalidate(draw)),
      app.frame.onText(() => this.write()),
      app.cursor.x.subscribe(() => app.frame.invalidate(draw, true)),
    );
    this.listen();
    const tick = () => {
      if (!app.view.peek().paused) app.frame.invalidate(draw);
    };
    // The window moves on while nothing comes.
    const timer = setInterval(tick, 100);
    this.off.push(() => clearInterval(timer));
    this.write();
    // Asking an element for its width in every drawing would lay out the page each time.
    const size = new ResizeObserver(([entry]) => {
      this.width = Math.round(entry?.contentRect.width ?? 0);
      app.frame.invalidate(draw, true);
    });
    size.observe(this.canvas);
    this.off.push(() => size.disconnect());
  }

  /** Takes the chart away. */
  dispose(): void {
    for (const f of this.off) f();
    this.el.remove();
  }

  private build(close: () => void): void {
    const { el, canvas, value, unit } = this;
    el.className = 'watch-chart';
    const head = document.createElement('figcaption');
    const name = document.createElement('span');
    name.className = 'watch-name';
    name.textContent = `${this.spec.label}, last 10 s`;
    value.className = 'watch-value';
    unit.className = 'unit';
    const cross = document.createElement('button');
    cross.type = 'button';
    cross.className = 'watch-close';
    cross.textContent = '✕';
    cross.title = 'Stop watching';
    cross.setAttribute('aria-label', `Stop watching ${this.spec.label}`);
    cross.addEventListener('click', close);
    head.append(name, value, unit, cross);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${this.spec.label} in the last 10 seconds`); // until there is more to tell
    el.append(head, canvas);
  }

  private write(): void {
    if (this.app.view.peek().paused) return;
    const { last } = this.track;
    const { text, unit } = Number.isNaN(last) ? { text: '–', unit: '' } : show(this.spec, this.wire(last));
    if (this.value.textContent !== text) this.value.textContent = text;
    if (this.unit.textContent !== unit) this.unit.textContent = unit;
    const [lo, hi] = this.shown;
    this.canvas.setAttribute(
      'aria-label',
      `${this.spec.label} between ${fixed(lo, 2)} and ${fixed(hi, 2)} in the last 10 seconds`,
    );
  }

  private wire(n: number): unknown {
    return this.spec.type === 'duration' ? `${n}ns` : n;
  }

  private draw(): void {
    const { canvas, track, width } = this;
    if (width === 0) return;
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const g = canvas.getContext('2d');
    if (g === null) return;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    const now = this.end();
    this.shown = this.scale(track.range(now));
    const [lo, hi] = this.shown;
    const x = (t: number) => ((t - now) / span + 1) * (width - right);
    const y = (v: number) => 6 + (1 - (v - lo) / (hi - lo)) * (height - 12);
    this.grid(g, width, lo, hi, y);
    this.edits(g, x, y, now, width);
    g.save();
    g.beginPath();
    g.rect(0, 0, width - right + 4, height);
    g.clip();
    this.line(g, x, y, now);
    this.cursor(g, x, y, now, width);
    g.restore();
  }

  // Ends that change seldom: a little more than what is seen, kept while it fits well enough.
  private scale([lo, hi]: [number, number]): [number, number] {
    if (lo > hi) return this.shown;
    const [from, to] = this.shown;
    const room = to - from;
    const fits = lo >= from && hi <= to && hi - lo > room * 0.25;
    if (fits) return this.shown;
    const pad = Math.max((hi - lo) * 0.15, Math.abs(hi) * 0.02) || 1;
    const grain = 10 ** Math.floor(Math.log10(hi - lo + 2 * pad)) / 2;
    return [Math.floor((lo - pad) / grain) * grain, Math.ceil((hi + pad) / grain) * grain];
  }

  private grid(g: CanvasRenderingContext2D, width: number, lo: number, hi: number, y: (v: number) => number): void {
    const { tokens } = this.app.theme;
    g.fillStyle = tokens.line;
    for (const v of [lo, hi]) g.fillRect(0, Math.round(y(v)), width - right, 1);
    g.fillStyle = tokens.muted;
    g.font = '11px system-ui, sans-serif';
    g.textAlign = 'right';
    g.textBaseline = 'middle';
    const places = hi - lo >= 10 ? 0 : Math.min(4, decimals({ ...this.spec, type: 'float' }, hi - lo));
    for (const v of [lo, hi]) {
      const label = this.spec.type === 'duration' ? plainText(this.spec, this.wire(v)) : decimal(v, places);
      g.fillText(label, width, Math.min(height - 6, Math.max(6, y(v))));
    }
  }

  private edits(
    g: CanvasRenderingContext2D,
    x: (t: number) => number,
    y: (v: number) => number,
    now: number,
    width: number,
  ): void {
    const { tokens } = this.app.theme;
    g.font = '11px system-ui, sans-serif';
    g.textBaseline = 'alphabetic';
    for (const { time, text } of this.marks()) {
      if (time < now - span || time > now) continue;
      const at = Math.round(x(time)) + 0.5;
      g.strokeStyle = tokens.edge;
      g.setLineDash([2, 3]);
      g.beginPath();
      g.moveTo(at, 0);
      g.lineTo(at, height);
      g.stroke();
      g.setLineDash([]);
      g.fillStyle = tokens.muted;
      const left = at > (width - right) / 2;
      // The words stand above or below, where the line is not.
      const beside = y(this.track.at(left ? time - 1 : time + 300));
      g.textAlign = left ? 'right' : 'left';
      g.fillText(text, at + (left ? -6 : 6), beside > height / 2 ? 18 : height - 10);
    }
  }

  // The page's cursor: its line, and the value there.
  private cursor(
    g: CanvasRenderingContext2D,
    x: (t: number) => number,
    y: (v: number) => number,
    now: number,
    width: number,
  ): void {
    const { cursor, axis, theme } = this.app;
    const at = axis.toPage(cursor.x.peek() ?? Number.NaN);
    if (!(at >= now - span && at <= now)) return;
    const px = Math.round(x(at)) + 0.5;
    g.strokeStyle = g.fillStyle = theme.tokens.accent;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(px, 0);
    g.lineTo(px, height);
    g.stroke();
    const value = this.track.at(at);
    if (Number.isNaN(value)) return;
    g.beginPath();
    g.arc(px, y(value), 2.5, 0, 7);
    g.fill();
    g.font = '11px system-ui, sans-serif';
    g.textBaseline = 'middle';
    const left = px > (width - right) / 2;
    g.textAlign = left ? 'right' : 'left';
    g.fillText(show(this.spec, this.wire(value)).text, px + (left ? -6 : 6), y(value) > height / 2 ? 12 : height - 8);
  }

  private listen(): void {
    const { canvas, app } = this;
    const place = (event: PointerEvent): number =>
      app.axis.fromPage(this.end() + (event.offsetX / Math.max(1, this.width - right) - 1) * span);
    canvas.addEventListener('pointermove', (event) => {
      app.cursor.point(place(event));
      if (event.buttons === 1) app.cursor.pin(place(event));
    });
    canvas.addEventListener('pointerleave', () => app.cursor.point(undefined));
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      app.cursor.pin(place(event));
      app.pauseView(true, app.cursor.frame.peek());
    });
  }

  // The right end of the window, ms of the page's clock.
  private end(): number {
    return this.app.view.peek().paused ? (this.track.times.at(-1) ?? 0) : performance.now();
  }

  private line(g: CanvasRenderingContext2D, x: (t: number) => number, y: (v: number) => number, now: number): void {
    const { times, values } = this.track;
    g.strokeStyle = this.colour();
    g.fillStyle = g.strokeStyle;
    g.lineWidth = 1.5;
    g.lineJoin = 'round';
    g.beginPath();
    let open = false;
    const stairs = this.spec.type === 'int';
    for (let i = 0; i < times.length; i++) {
      const t = times[i] ?? 0;
      const v = values[i] ?? Number.NaN;
      if ((times[i + 1] ?? Number.POSITIVE_INFINITY) < now - span || t > now) continue;
      if (!Number.isFinite(v)) {
        open = false;
        continue;
      }
      const before = values[i - 1];
      // A value that stood still for a while changed at once, not slowly.
      const still = open && before !== undefined && (stairs || t - (times[i - 1] ?? t) > 300);
      if (still) g.lineTo(x(t), y(before));
      if (open) g.lineTo(x(t), y(v));
      else g.moveTo(Math.max(0, x(t)), y(v));
      open = true;
    }
    if (open) g.lineTo(x(now), y(this.track.last));
    g.stroke();
    if (!open) return;
    g.beginPath();
    g.arc(x(now), y(this.track.last), 2.5, 0, 7);
    g.fill();
  }
}
