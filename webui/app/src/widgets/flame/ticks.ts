// Round places of a time axis.

import { fixed } from '../../core/units';

/** Steps of 1, 2 or 5 times a power of ten, seconds, so that at most one label lies in `room` seconds. */
export function stepFor(room: number): number {
  const power = 10 ** Math.floor(Math.log10(room));
  for (const m of [1, 2, 5]) if (m * power >= room) return m * power;
  return 10 * power;
}

/** Places from x0 to x1 that are whole steps away from `zero`. */
export function ticks(x0: number, x1: number, zero: number, step: number): number[] {
  const out: number[] = [];
  const first = Math.ceil((x0 - zero) / step - 1e-9);
  for (let k = first; zero + k * step <= x1; k++) out.push(zero + k * step);
  return out;
}

/** A distance from the zero of the axis, in the unit of its steps: `+10`, `0 ms`, `−2.5`. */
export function tickLabel(seconds: number, step: number): string {
  const [scale, unit] = step >= 0.5 ? [1, 's'] : step >= 2e-4 ? [1e3, 'ms'] : step >= 2e-7 ? [1e6, 'µs'] : [1e9, 'ns'];
  const v = seconds * scale;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step * scale) - 1e-9));
  if (Math.abs(v) < (step * scale) / 1e3) return `0 ${unit}`;
  return `${v > 0 ? '+' : ''}${fixed(v, decimals)}`;
}
