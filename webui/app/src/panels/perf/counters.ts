// What the game counts and sets beside its scopes: how the numbers are written and coloured.

import type { Counter } from '../../core/protocol';
import type { Summary } from '../../core/quick';
import type { Ring } from '../../core/ring';
import { hues, type Theme } from '../../core/theme';
import { fixed, none } from '../../core/units';
import type { PerfModel } from './model';

/** One counter or gauge in numbers. */
export interface CounterNumbers extends Summary {
  counter: Counter;
  /** In the frame that is looked at. */
  now: number;
}

/** Places of the palette: counters have a chart of their own, so they begin anew. */
export function counterColour(theme: Theme, { id }: Counter): string {
  return theme.slot(id < hues ? id : hues);
}

/** Past the hues lines are dashed. */
export function counterDash({ id }: Counter): readonly number[] {
  return id < hues ? [] : [3 + (id % 3) * 2, 2];
}

/** How the values of one counter are written, so that they stand below each other and fit. */
export interface Measure {
  /** What the unit is of the counter's own. */
  scale: number;
  unit: string;
  decimals: number;
}

const steps: Record<string, readonly [number, string][]> = {
  B: [
    [1, 'B'],
    [2 ** 10, 'KiB'],
    [2 ** 20, 'MiB'],
    [2 ** 30, 'GiB'],
  ],
  ns: [
    [1, 'ns'],
    [1e3, 'µs'],
    [1e6, 'ms'],
    [1e9, 's'],
  ],
};

/** Chooses the unit by the greatest value: counts of six digits are told in thousands. */
export function measureOf({ unit, kind }: Counter, max: number): Measure {
  const a = Math.abs(max) || 0;
  const own = steps[unit];
  if (own !== undefined) {
    const [scale, name] = [...own].reverse().find(([s]) => a >= s) ?? (own[0] as [number, string]);
    return { scale, unit: name, decimals: scale === 1 ? 0 : 1 };
  }
  if (a >= 1e5) {
    const [scale, letter] = a >= 1e8 ? [1e6, 'M'] : [1e3, 'k'];
    return { scale, unit: unit === '' ? letter : `${letter} ${unit}`, decimals: a / scale >= 1000 ? 0 : 1 };
  }
  return { scale: 1, unit, decimals: kind === 'counter' || a >= 1000 ? 0 : a >= 10 ? 1 : 3 };
}

/** A value without its unit; `fine` is for means, which have a fraction where counts have none. */
export function valueText(value: number, { scale, decimals }: Measure, fine = false): string {
  if (Number.isNaN(value)) return none;
  return fixed(value / scale, fine && decimals === 0 && Math.abs(value / scale) < 1000 ? 1 : decimals);
}

/** A value at the axis: short. */
export function axisValue(v: number): string {
  const a = Math.abs(v);
  if (a >= 1e9) return `${fixed(v / 1e9)} G`;
  if (a >= 1e6) return `${fixed(v / 1e6)} M`;
  if (a >= 1e4) return `${fixed(v / 1e3)} k`;
  return a > 0 && a < 1 ? String(Number(v.toPrecision(1))) : fixed(v);
}

/** Reads all counters: over frames `[from, to)`, and in the frame `one` or the newest. */
export function measureCounters(model: PerfModel, from: number, to: number, one: number | undefined): CounterNumbers[] {
  const t = model.timings;
  const out: CounterNumbers[] = [];
  for (const counter of t.counters) {
    const ring: Ring | undefined = t.values[counter.id];
    if (ring === undefined) continue;
    out.push({ counter, ...t.summary(ring, from, to), now: one === undefined ? ring.last : ring.at(one) });
  }
  return out;
}
