// What the overview draws of the last seconds: one row each, with its own scale.

import type { Shown } from '../../core/app';
import type { Ring } from '../../core/ring';
import { bytes, count, fixed, ms } from '../../core/units';

/** A series over the page's axis. */
export interface Series {
  x: Ring;
  y: Ring;
  /** What is drawn of the i-th number; the number itself when left out. */
  value?(i: number): number;
}

export interface Row {
  id: string;
  name: string;
  unit: string;
  feature: string;
  /** Its place in the palette of series. */
  slot: number;
  /** Height against the others. */
  weight: number;
  /** Drawn as steps: the value holds until the next. */
  steps?: boolean;
  of(shown: Shown): Series;
  text(value: number): string;
  /** The least span of the scale around its middle, so that noise stays small. */
  span(middle: number): number;
}

const tickWindow = 30; // frames over which the rate of ticks is taken

export const rows: readonly Row[] = [
  {
    id: 'frame',
    slot: 1,
    name: 'frame',
    unit: 'ms',
    feature: 'timings',
    weight: 1.9,
    of: ({ timings }) => ({
      x: timings.x,
      y: timings.period,
      value: (i) => (timings.held.at(i) === 1 ? Number.NaN : timings.period.at(i)),
    }),
    text: (ns) => ms(ns),
    span: () => 0,
  },
  {
    id: 'heap',
    slot: 0,
    name: 'heap',
    unit: 'MiB',
    feature: 'memory',
    weight: 1,
    of: ({ memory }) => ({ x: memory.x, y: memory.rings.heapInUse }),
    text: (n) => bytes(n).value,
    span: (middle) => middle * 0.1,
  },
  {
    id: 'goroutines',
    slot: 6,
    name: 'goroutines',
    unit: '',
    feature: 'memory',
    weight: 1,
    steps: true,
    of: ({ memory }) => ({ x: memory.x, y: memory.rings.goroutines }),
    text: (n) => count(n),
    span: () => 6,
  },
  {
    id: 'ticks',
    slot: 4,
    name: 'ticks',
    unit: '/s',
    feature: 'timings',
    weight: 1,
    of: ({ timings }) => ({
      x: timings.x,
      y: timings.tick,
      value(i) {
        const dx = timings.x.at(i) - timings.x.at(i - tickWindow);
        const ticks = timings.tick.at(i) - timings.tick.at(i - tickWindow);
        return dx > 0 && ticks >= 0 ? ticks / dx : Number.NaN; // fewer: another run of the game
      },
    }),
    text: (n) => fixed(n, 1),
    span: (middle) => Math.max(20, middle * 0.5),
  },
  {
    id: 'received',
    slot: 5,
    name: 'received',
    unit: 'kB/s',
    feature: '',
    weight: 1,
    of: ({ traffic }) => ({ x: traffic.x, y: traffic.rate }),
    text: (n) => fixed(n / 1000, 1),
    span: (middle) => Math.max(20_000, middle * 0.5),
  },
];

/** The value of a series at a place on the axis: the number at or before it, NaN when there is none. */
export function valueAt(series: Series, x: number): number {
  const i = series.x.indexOf(x);
  if (i < 0) return Number.NaN;
  return series.value ? series.value(i) : series.y.at(i);
}
