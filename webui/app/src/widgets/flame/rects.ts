// What of the scopes becomes a rectangle. Scopes that are wide enough stand for themselves; smaller
// ones that lie together become one block with a count, found by galloping over all that begins
// within the same px: the work is bounded by px and lanes, not by scopes.

import { firstEnding } from '../../core/calls';
import type { Segment } from '../../core/scopes';

/** px from which on a scope is drawn by itself. */
export const least = 2;

/** The colour of what a search did not find. */
export const dimmed = 9;

/** A piece of the axis and the px that it takes. */
export interface View {
  /** seconds on the page's axis, at px 0 */
  x0: number;
  /** seconds */
  perPx: number;
  width: number;
}

/** Which colours scopes have, and which of them a search found. */
export interface Colours {
  /** Places of the palette by scope. */
  slots: Uint8Array;
  /** 1 by scope for those found; undefined while nothing is searched. */
  found?: Uint8Array | undefined;
}

/** Rectangles as columns; reused from drawing to drawing. */
export class Rects {
  count = 0;
  /** px */
  x = new Float32Array(1024);
  w = new Float32Array(1024);
  /** Lane, counted over all tracks. */
  lane = new Uint16Array(1024);
  slot = new Uint8Array(1024);
  /** Scopes in it; 1: the scope itself. */
  n = new Uint32Array(1024);
  /** Scope, of a block the first one. */
  id = new Uint16Array(1024);
  /** 1: a block of different scopes. */
  mixed = new Uint8Array(1024);
  /** Index of the segment, of a block that of its first scope. */
  segment = new Uint32Array(1024);
  at = new Uint32Array(1024);

  /** Makes room for one more and returns its index. */
  next(): number {
    if (this.count === this.x.length) this.grow();
    return this.count++;
  }

  private grow(): void {
    const n = this.x.length * 2;
    const wider = <T extends Float32Array | Uint32Array | Uint16Array | Uint8Array>(old: T): T => {
      const out = new (old.constructor as new (n: number) => T)(n);
      out.set(old);
      return out;
    };
    this.x = wider(this.x);
    this.w = wider(this.w);
    this.lane = wider(this.lane);
    this.slot = wider(this.slot);
    this.n = wider(this.n);
    this.id = wider(this.id);
    this.mixed = wider(this.mixed);
    this.segment = wider(this.segment);
    this.at = wider(this.at);
  }
}

/** The block that is being gathered in each lane. */
class Pens {
  readonly n: Uint32Array;
  readonly x: Float64Array;
  readonly end: Float64Array;
  readonly slot: Uint8Array;
  readonly id: Uint16Array;
  readonly mixed: Uint8Array;
  readonly segment: Uint32Array;
  readonly at: Uint32Array;

  constructor(lanes: number) {
    this.n = new Uint32Array(lanes);
    this.x = new Float64Array(lanes);
    this.end = new Float64Array(lanes);
    this.slot = new Uint8Array(lanes);
    this.id = new Uint16Array(lanes);
    this.mixed = new Uint8Array(lanes);
    this.segment = new Uint32Array(lanes);
    this.at = new Uint32Array(lanes);
  }
}

/** Gathers the rectangles of a piece of the axis. One is kept for as long as a timeline is shown. */
export class Gatherer {
  readonly rects = new Rects();
  private pens = new Pens(0);

  /**
   * Fills `rects` from segments `[from, to)`. `laneOf` gives the lane of a track's depth, -1 for one
   * that is hidden; there are `lanes` of them.
   */
  gather(
    segments: readonly Segment[],
    from: number,
    to: number,
    view: View,
    lanes: number,
    laneOf: (track: number, depth: number) => number,
    colours: Colours,
  ): Rects {
    const { rects } = this;
    rects.count = 0;
    const x1 = view.x0 + view.perPx * view.width;
    if (this.pens.n.length < lanes) this.pens = new Pens(lanes);
    for (let k = from; k < to; k++) {
      const s = segments[k] as Segment;
      if (!s.touches(view.x0, x1)) continue;
      const { runs } = s;
      let lo = 0;
      for (let r = 0; r < runs.length; r += 2) {
        const word = runs[r] as number;
        const hi = lo + (runs[r + 1] as number);
        const lane = laneOf(word & 0xffff, (word >>> 16) & 0xff);
        if (lane >= 0) this.run(s, k, lo, hi, lane, view, colours);
        lo = hi;
      }
    }
    for (let lane = 0; lane < lanes; lane++) this.flush(lane);
    return rects;
  }

  private run(s: Segment, k: number, lo: number, hi: number, lane: number, view: View, colours: Colours): void {
    const { start, duration } = s;
    const a = (s.base - view.x0) / view.perPx; // px of time 0 of the segment
    const b = s.unit / view.perPx; // px of a unit
    const edge = (view.width - a) / b;
    let i = firstEnding(s, lo, hi, -a / b);
    while (i < hi && (start[i] as number) < edge) {
      const x = a + b * (start[i] as number);
      const w = b * (duration[i] as number);
      if (w >= least) {
        this.flush(lane);
        this.single(s, k, i, x, w, lane, view.width, colours);
        i++;
        continue;
      }
      let j = gallop(start, i + 1, hi, Math.min((start[i] as number) + 1 / b, edge));
      // All but the last of them end before another begins within the px, so that one alone may be wide.
      if (j - 1 > i && b * (duration[j - 1] as number) >= least) j--;
      this.gatherUp(s, k, i, j, x, a + b * ((start[j - 1] as number) + (duration[j - 1] as number)), lane, colours);
      i = j;
    }
  }

  private single(
    s: Segment,
    k: number,
    i: number,
    x: number,
    w: number,
    lane: number,
    width: number,
    colours: Colours,
  ): void {
    const r = this.rects;
    const at = r.next();
    const id = s.id[i] as number;
    const left = Math.max(-8, x); // what lies far outside would lose its precision
    r.x[at] = left;
    r.w[at] = Math.min(width + 8, x + w) - left;
    r.lane[at] = lane;
    r.slot[at] = slotOf(colours, id);
    r.n[at] = 1;
    r.id[at] = id;
    r.mixed[at] = 0;
    r.segment[at] = k;
    r.at[at] = i;
  }

  // Scopes i up to j, of which none is drawn by itself, join what lies less than a px before them.
  private gatherUp(
    s: Segment,
    k: number,
    i: number,
    j: number,
    x: number,
    end: number,
    lane: number,
    colours: Colours,
  ): void {
    const p = this.pens;
    if (p.n[lane] !== 0 && x - (p.end[lane] as number) >= 1) this.flush(lane);
    if (p.n[lane] === 0) {
      p.x[lane] = x;
      p.id[lane] = s.id[i] as number;
      p.slot[lane] = slotOf(colours, s.id[i] as number);
      p.mixed[lane] = 0;
      p.segment[lane] = k;
      p.at[lane] = i;
    }
    p.n[lane] = (p.n[lane] as number) + j - i;
    p.end[lane] = end;
    const id = p.id[lane] as number;
    for (let q = i; q < j && p.mixed[lane] === 0; q++) if (s.id[q] !== id) p.mixed[lane] = 1;
    if (colours.found === undefined) return;
    for (let q = i; q < j && p.slot[lane] === dimmed; q++) p.slot[lane] = slotOf(colours, s.id[q] as number);
  }

  private flush(lane: number): void {
    const p = this.pens;
    const n = p.n[lane] as number;
    if (n === 0) return;
    const r = this.rects;
    const at = r.next();
    r.x[at] = p.x[lane] as number;
    r.w[at] = (p.end[lane] as number) - (p.x[lane] as number);
    r.lane[at] = lane;
    r.slot[at] = p.slot[lane] as number;
    r.n[at] = n;
    r.id[at] = p.id[lane] as number;
    r.mixed[at] = p.mixed[lane] as number;
    r.segment[at] = p.segment[lane] as number;
    r.at[at] = p.at[lane] as number;
    p.n[lane] = 0;
  }
}

function slotOf({ slots, found }: Colours, id: number): number {
  if (found !== undefined && found[id] !== 1) return dimmed;
  return slots[id] ?? 8;
}

/** Index of the first number at or above a limit in ascending numbers `[from, to)`: steps that double, then halving. */
export function gallop(numbers: Uint32Array, from: number, to: number, limit: number): number {
  let step = 1;
  let lo = from;
  let hi = from;
  while (hi < to && (numbers[hi] as number) < limit) {
    lo = hi + 1;
    hi += step;
    step *= 2;
  }
  if (hi > to) hi = to;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((numbers[mid] as number) < limit) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}
