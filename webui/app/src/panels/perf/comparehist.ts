// Frame times of both sides over each other: A filled, B as an outline, so that no colour is needed to
// tell them apart.

import type { Theme } from '../../core/theme';
import { ms } from '../../core/units';
import { axisFont, type Surface, vertical } from '../../widgets/chart/surface';
import { shares } from './comparestats';

const bottom = 18; // px of the axis
const bin = 6; // px

/** Slots of the palette that A and B have. */
export const inks = { a: 0, b: 2 } as const;

/** Draws the two; heights are roots of shares, which keep a single hitch visible beside a thousand frames. */
export function drawShares(s: Surface, theme: Theme, a: readonly number[], b: readonly number[], budget: number): void {
  const { context: c, width, height } = s;
  const { tokens } = theme;
  c.clearRect(0, 0, width, height);
  let top = budget * 1.5;
  for (const v of a) if (v > top) top = v;
  for (const v of b) if (v > top) top = v;
  if (top === 0) return;
  top *= 1.02;
  const bins = Math.max(16, Math.floor(width / bin));
  const [left, right] = [shares(a, bins, top), shares(b, bins, top)];
  const most = Math.max(...left, ...right, 1e-9);
  const base = height - bottom;
  const y = (share: number): number => base - Math.sqrt(share / most) * (base - 18);
  const wide = width / bins;
  c.fillStyle = theme.slot(inks.a);
  c.globalAlpha = 0.45;
  for (let i = 0; i < bins; i++) {
    const share = left[i] as number;
    if (share > 0) c.fillRect(i * wide, Math.min(y(share), base - 2), wide, base - Math.min(y(share), base - 2));
  }
  c.globalAlpha = 1;
  outline(c, right, wide, base, y, theme.slot(inks.b));
  c.fillStyle = tokens.edge;
  c.fillRect(0, base, width, 1);
  drawAxis(c, theme, width, height, top, budget);
}

function outline(
  c: CanvasRenderingContext2D,
  values: Float64Array,
  wide: number,
  base: number,
  y: (share: number) => number,
  colour: string,
): void {
  c.strokeStyle = colour;
  c.lineWidth = 1.5;
  c.beginPath();
  c.moveTo(0, base);
  values.forEach((share, i) => {
    const at = share > 0 ? Math.min(y(share), base - 2) : base;
    c.lineTo(i * wide, at);
    c.lineTo((i + 1) * wide, at);
  });
  c.lineTo(values.length * wide, base);
  c.stroke();
}

function drawAxis(
  c: CanvasRenderingContext2D,
  { tokens }: Theme,
  width: number,
  height: number,
  top: number,
  budget: number,
): void {
  c.font = axisFont;
  c.textBaseline = 'bottom';
  c.fillStyle = tokens.muted;
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((n) => (top / 1e6 / n) * 60 < width) ?? 1000;
  for (let at = 0; at <= top / 1e6; at += step) {
    const x = ((at * 1e6) / top) * width;
    c.textAlign = at === 0 ? 'left' : x > width - 20 ? 'right' : 'center';
    c.fillText(at === 0 ? '0 ms' : String(at), x, height);
  }
  if (budget <= 0) return;
  const x = (budget / top) * width;
  c.strokeStyle = tokens.edge;
  c.lineWidth = 1;
  c.setLineDash([5, 4]);
  vertical(c, x, 0, height - bottom);
  c.setLineDash([]);
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  c.fillText(`${ms(budget, 1)} budget`, x + 5, 8);
}
