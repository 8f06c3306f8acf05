// The stream in the last ten seconds: latency, decoding, size, and what was left out.

import type { App } from '../../core/app';
import type { Ring } from '../../core/ring';
import { type Surface, surface } from '../../widgets/chart/surface';
import { type Meter, span } from './meter';
import type { Display } from './model';

/** One line of the block. */
export interface Line {
  id: 'latency' | 'decode' | 'size' | 'dropped';
  /** Slot of the palette. */
  ink: number;
  x(m: Meter): Ring;
  y(m: Meter): Ring;
  /** The scale is at least so large, so that noise is no mountain. */
  least: number;
}

export const lines: readonly Line[] = [
  { id: 'latency', ink: 0, x: (m) => m.latencyAt, y: (m) => m.latency, least: 50 },
  { id: 'decode', ink: 1, x: (m) => m.t, y: (m) => m.decode, least: 16 },
  { id: 'size', ink: 6, x: (m) => m.t, y: (m) => m.bytes, least: 8000 },
  { id: 'dropped', ink: 3, x: (m) => m.t, y: (m) => m.lost, least: 3 },
];

const pad = 3; // px above and below

/** Draws one line. */
export class StreamChart {
  readonly el = document.createElement('div');
  private readonly canvas = document.createElement('canvas');
  private readonly surface: Surface;
  private readonly app: App;
  private readonly display: Display;
  private readonly line: Line;
  private readonly off: (() => void)[];

  constructor(display: Display, line: Line) {
    this.app = display.app;
    this.display = display;
    this.line = line;
    this.el.className = 'dp-stream-chart';
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', `${line.id} of the last ${span} seconds`);
    this.el.append(this.canvas);
    this.surface = surface(this.canvas, () => this.app.frame.invalidate(this.draw, true));
    this.off = [
      this.app.frame.onDraw(this.draw, { rate: 10 }),
      this.app.frame.onText(() => this.app.frame.invalidate(this.draw)),
      this.app.theme.onChange(() => this.app.frame.invalidate(this.draw)),
    ];
  }

  dispose(): void {
    for (const f of this.off) f();
    this.surface.close();
    this.el.remove();
  }

  private readonly draw = (): void => {
    const { context: c, width, height } = this.surface;
    const { meter } = this.display;
    const xs = this.line.x(meter);
    const ys = this.line.y(meter);
    const now = performance.now() / 1000;
    const first = Math.max(xs.indexOf(now - span), xs.count - xs.length, 0);
    c.clearRect(0, 0, width, height);
    c.fillStyle = this.app.theme.tokens.line;
    c.fillRect(0, height - 1, width, 1);
    let most = this.line.least;
    for (let i = first; i < xs.count; i++) most = Math.max(most, ys.at(i));
    const toX = (i: number): number => width * (1 - (now - xs.at(i)) / span);
    const toY = (v: number): number => height - 1 - (v / most) * (height - pad - 1);
    const colour = this.app.theme.slot(this.line.ink);
    if (this.line.id === 'dropped') {
      c.fillStyle = colour;
      for (let i = first; i < xs.count; i++) {
        const y = toY(ys.at(i));
        if (ys.at(i) > 0) c.fillRect(Math.round(toX(i)) - 1, y, 2, height - 1 - y);
      }
      return;
    }
    c.strokeStyle = colour;
    c.lineWidth = 1.2;
    c.lineJoin = 'round';
    c.beginPath();
    for (let i = first; i < xs.count; i++) {
      // A silence is a gap, not a slope.
      if (i > first && xs.at(i) - xs.at(i - 1) < 1) c.lineTo(toX(i), toY(ys.at(i)));
      else c.moveTo(toX(i), toY(ys.at(i)));
    }
    c.stroke();
  };
}
