// A part of the picture, each pixel of it twelve pixels large, and the colour of the one in the middle.

import type { App } from '../../core/app';
import { type Surface, surface } from '../../widgets/chart/surface';
import type { Display } from './model';

/** Css px for one pixel. */
export const enlarged = 12;

/** A pixel of the picture. */
export interface Pixel {
  x: number;
  y: number;
  rgb: readonly [number, number, number];
}

/** `#FFE446`. */
export function colourName(rgb: readonly number[]): string {
  return `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}

export class Loupe {
  readonly el = document.createElement('div');
  private readonly canvas = document.createElement('canvas');
  private readonly one: CanvasRenderingContext2D;
  private readonly surface: Surface;
  private readonly app: App;
  private readonly display: Display;
  private readonly off: (() => void)[];
  private readonly onPixel: (pixel: Pixel | undefined) => void;
  private last = { x: -1, y: -1 };

  constructor(display: Display, onPixel: (pixel: Pixel | undefined) => void) {
    this.display = display;
    this.app = display.app;
    this.onPixel = onPixel;
    this.el.className = 'dp-loupe-canvas';
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', 'Enlarged pixels around the pointer');
    this.el.append(this.canvas);
    const small = document.createElement('canvas');
    small.width = small.height = 1;
    this.one = small.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    this.surface = surface(this.canvas, () => this.app.frame.invalidate(this.draw, true));
    this.off = [
      this.app.frame.onDraw(this.draw, { rate: 20 }),
      display.probe.subscribe(() => this.app.frame.invalidate(this.draw, true)),
      this.app.frame.onText(() => this.app.frame.invalidate(this.draw)),
    ];
  }

  dispose(): void {
    for (const f of this.off) f();
    this.surface.close();
    this.el.remove();
  }

  private readonly draw = (): void => {
    const { context: c, width, height } = this.surface;
    const { canvas } = this.display;
    const shown = this.display.shown.peek();
    c.clearRect(0, 0, width, height);
    if (shown === undefined || width === 0) {
      this.onPixel(undefined);
      return;
    }
    const probe = this.display.probe.peek();
    if (probe !== undefined) this.last = probe;
    const at = this.last.x < 0 ? { x: shown.fullWidth >> 1, y: shown.fullHeight >> 1 } : this.last;
    const x = Math.min(Math.floor((at.x * shown.width) / shown.fullWidth), shown.width - 1);
    const y = Math.min(Math.floor((at.y * shown.height) / shown.fullHeight), shown.height - 1);
    const left = Math.round(width / 2 - enlarged / 2);
    const top = Math.round(height / 2 - enlarged / 2);
    const before = Math.ceil(left / enlarged);
    const above = Math.ceil(top / enlarged);
    const across = before * 2 + 1;
    const down = above * 2 + 1;
    c.imageSmoothingEnabled = false;
    c.drawImage(
      canvas,
      x - before,
      y - above,
      across,
      down,
      left - before * enlarged,
      top - above * enlarged,
      across * enlarged,
      down * enlarged,
    );
    for (const [colour, grow] of [
      ['#000', 1],
      ['#fff', 0],
    ] as const) {
      c.strokeStyle = colour;
      c.lineWidth = 1;
      c.strokeRect(left - 0.5 - grow, top - 0.5 - grow, enlarged + 1 + 2 * grow, enlarged + 1 + 2 * grow);
    }
    this.one.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = this.one.getImageData(0, 0, 1, 1).data;
    this.onPixel({ x: at.x, y: at.y, rgb: [r, g, b] });
  };
}
