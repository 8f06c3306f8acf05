// Frames as bars. Where many frames share a bar it shows the worst of them: a hitch must never
// vanish because somebody looked from afar.

import type { Ring } from '../../core/ring';
import { type Grade, gradeOf } from '../../core/timings';

/** Recorded frames, as much as bars need of them. */
export interface Frames {
  period: Ring;
  work: Ring;
  held: Ring;
}

/** Bars of a window. Arrays are reused: valid until the next merge. */
export interface Bars {
  count: number;
  /** The first frame of the first bar. */
  first: number;
  /** Frames in a bar. */
  per: number;
  /** ns of the worst frame of each bar; NaN where none was recorded. */
  value: Float64Array;
  /** Index of that frame. */
  at: Float64Array;
  grade: Uint8Array;
  /** 1 where all frames of the bar were held. */
  held: Uint8Array;
}

/** Bars with room for nothing yet. */
export function noBars(): Bars {
  const none = new Float64Array(0);
  return { count: 0, first: 0, per: 1, value: none, at: none, grade: new Uint8Array(0), held: new Uint8Array(0) };
}

/**
 * Fills `out` with the bars of frames `from` up to `to`, `per` frames each. Bars begin at multiples of
 * `per`, so that a bar keeps its frames while the window slides over it.
 */
export function mergeBars(frames: Frames, from: number, to: number, per: number, budget: number, out: Bars): Bars {
  const first = Math.floor(from / per) * per;
  const count = Math.max(0, Math.ceil((to - first) / per));
  if (out.value.length < count) {
    out.value = new Float64Array(count);
    out.at = new Float64Array(count);
    out.grade = new Uint8Array(count);
    out.held = new Uint8Array(count);
  }
  out.count = count;
  out.first = first;
  out.per = per;
  for (let b = 0; b < count; b++)
    mergeOne(frames, first + b * per, Math.min(first + (b + 1) * per, to), budget, b, out);
  return out;
}

function mergeOne(
  { period, work, held }: Frames,
  from: number,
  to: number,
  budget: number,
  b: number,
  out: Bars,
): void {
  let worst = Number.NaN;
  let at = from;
  let grade: Grade = 0;
  let allHeld = 1;
  for (let i = from; i < to; i++) {
    const v = period.at(i);
    if (Number.isNaN(v)) continue;
    const isHeld = held.at(i) === 1;
    if (!isHeld) {
      const g = gradeOf(v, work.at(i), budget);
      if (g > grade) grade = g;
    }
    // A frame of a running game tells more than one that was held, however long that was.
    if (Number.isNaN(worst) || (allHeld === 1 && !isHeld) || (v > worst && !(allHeld === 0 && isHeld))) {
      worst = v;
      at = i;
    }
    if (!isHeld) allHeld = 0;
  }
  out.value[b] = worst;
  out.at[b] = at;
  out.grade[b] = grade;
  out.held[b] = Number.isNaN(worst) ? 0 : allHeld;
}
