// How long all calls of a scope took, as bars: a hitch stands far at the right, where it is seen.

import type { Theme } from '../../core/theme';
import { duration, text } from '../../core/units';
import { axisFont, type Surface } from '../../widgets/chart/surface';

const axis = 16; // px below the bars
const bar = 7; // px, with the gap

/** Counts in so many bins of equal width from 0 to the greatest. */
export function binned(ns: Float64Array, bins: number): { counts: Uint32Array; max: number } {
  let max = 0;
  for (const v of ns) if (v > max) max = v;
  const counts = new Uint32Array(bins);
  const scale = bins / Math.max(1, max);
  for (const v of ns) {
    const i = Math.min(bins - 1, Math.floor(v * scale));
    counts[i] = (counts[i] as number) + 1;
  }
  return { counts, max };
}

/** Draws the bars, and marks the one that holds `at`. */
export function drawHistogram(
  s: Surface,
  theme: Theme,
  ns: Float64Array,
  at: number | undefined,
  colour: string,
): void {
  const { context: c, width, height } = s;
  c.clearRect(0, 0, width, height);
  const bins = Math.max(8, Math.floor(width / bar));
  const { counts, max } = binned(ns, bins);
  const most = Math.max(1, ...counts);
  const base = height - axis - 0.5;
  const wide = width / bins;
  const here = at === undefined ? -1 : Math.min(bins - 1, Math.floor((at * bins) / Math.max(1, max)));
  for (let i = 0; i < bins; i++) {
    if (counts[i] === 0) continue;
    // The root keeps single calls visible beside ten thousand.
    const h = Math.max(2, Math.sqrt((counts[i] as number) / most) * (base - 2));
    c.fillStyle = i === here ? colour : `color-mix(in srgb, ${colour} 48%, ${theme.tokens.panel})`;
    c.fillRect(i * wide, base - h, wide - 1, h);
    if (i !== here) continue;
    c.fillStyle = theme.tokens.text;
    c.fillRect(i * wide, base + 1, wide - 1, 2);
  }
  c.fillStyle = theme.tokens.edge;
  c.fillRect(0, Math.round(base), width, 1);
  c.font = axisFont;
  c.textBaseline = 'bottom';
  c.fillStyle = theme.tokens.muted;
  c.textAlign = 'left';
  c.fillText('0', 0, height);
  c.textAlign = 'center';
  c.fillText(text(duration(max / 2)), width / 2, height);
  c.textAlign = 'right';
  c.fillText(text(duration(max)), width, height);
}
