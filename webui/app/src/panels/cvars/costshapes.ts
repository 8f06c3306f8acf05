// Scales and outlines of the pictures of a measurement. No elements here.

import { quantile } from '../../core/timings';
import type { Line } from './coststats';

/** A stretch of an axis, ns. */
export interface Span {
  low: number;
  high: number;
}

/**
 * Where the frames of all lines lie: the middle half of each with four times as much on either side, but
 * no more than there is. A few long frames do not press the others together.
 */
export function spanOf(lines: readonly Line[]): Span {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { sorted } of lines) {
    if (sorted.length === 0) continue;
    const [least, q1, q3, most] = [0.01, 0.25, 0.75, 0.99].map((q) => quantile(sorted, q)) as [
      number,
      number,
      number,
      number,
    ];
    const room = 4 * (q3 - q1);
    low = Math.min(low, Math.max(least, q1 - room));
    high = Math.max(high, Math.min(most, q3 + room));
  }
  return padded(low, high);
}

/** A stretch with a little room on both sides. */
export function padded(low: number, high: number): Span {
  if (!(high >= low)) return { low: 0, high: 1e6 };
  const room = Math.max((high - low) * 0.06, 1e3);
  return { low: low - room, high: high + room };
}

/** Shares of rising numbers in so many bins of equal width; what lies outside is in the first or last. */
export function binned(sorted: Float64Array, { low, high }: Span, bins: number): Float64Array {
  const out = new Float64Array(bins);
  const scale = bins / (high - low);
  for (const v of sorted) {
    const i = Math.min(bins - 1, Math.max(0, Math.floor((v - low) * scale)));
    out[i] = (out[i] as number) + 1 / sorted.length;
  }
  return out;
}

/**
 * The outline of bins as the `d` of a path, from the base at `height` up. Heights are roots of shares,
 * which keep a single frame visible beside a thousand. `open` leaves the base out.
 */
export function outline(bins: Float64Array, most: number, width: number, height: number, open = false): string {
  const wide = width / bins.length;
  let d = `M0 ${height}`;
  bins.forEach((share, i) => {
    const y = round(height - Math.sqrt(share / most) * height);
    d += `L${round(i * wide)} ${y}L${round((i + 1) * wide)} ${y}`;
  });
  return `${d}L${round(width)} ${height}${open ? '' : 'Z'}`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}

/** About so many marks on round numbers, ns, and the decimals of ms that they need. */
export function marksOn({ low, high }: Span, about: number): { at: number[]; places: number } {
  const raw = (high - low) / Math.max(1, about);
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((n) => n * size >= raw) as number) * size;
  const at: number[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) at.push(n * step);
  return { at, places: Math.max(0, -Math.floor(Math.log10(step / 1e6) + 1e-9)) };
}

/** Where values stand from left to right, 0..1: numbers by what they are, all else side by side. */
export function places(values: readonly unknown[]): number[] {
  const numbers = values.map((v) => (typeof v === 'number' ? v : Number.NaN));
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (high > low) return numbers.map((n) => (n - low) / (high - low));
  return values.map((_, i) => i / (values.length - 1));
}
