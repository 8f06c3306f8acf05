// Single scopes out of segments: which one lies at a place, what is around it and inside it, and all
// that ran under one name.

import type { ScopeStore, Segment } from './scopes';

/** One scope that ran: a place in a run of a segment. */
export interface Call {
  segment: Segment;
  track: number;
  depth: number;
  /** Its index in the columns. */
  at: number;
  /** Indices of its run: `[lo, hi)`. */
  lo: number;
  hi: number;
}

/** Where a call begins, seconds on the page's axis. */
export function beginOf({ segment: s, at }: Call): number {
  return s.base + (s.start[at] as number) * s.unit;
}

/** Where it ends. */
export function endOf({ segment: s, at }: Call): number {
  return s.base + ((s.start[at] as number) + (s.duration[at] as number)) * s.unit;
}

/** What it took, ns. */
export function nsOf({ segment: s, at }: Call): number {
  return (s.duration[at] as number) * s.unit * 1e9;
}

/** Its scope. */
export function idOf({ segment, at }: Call): number {
  return segment.id[at] as number;
}

export function sameCall(a: Call | undefined, b: Call | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.segment === b.segment && a.at === b.at);
}

/** The run of a track at a depth, as indices of the columns; undefined when the segment has none. */
export function runOf({ runs }: Segment, track: number, depth: number): { lo: number; hi: number } | undefined {
  const word = track | (depth << 16);
  let lo = 0;
  for (let r = 0; r < runs.length; r += 2) {
    const hi = lo + (runs[r + 1] as number);
    if (((runs[r] as number) & 0xffffff) === word && hi > lo) return { lo, hi };
    lo = hi;
  }
  return undefined;
}

/** Index of the first scope of a run that ends at or after a time in the segment's unit; `hi` when none does. */
export function firstEnding(s: Segment, lo: number, hi: number, time: number): number {
  const { start, duration } = s;
  let from = lo;
  let to = hi;
  while (from < to) {
    const mid = (from + to) >> 1;
    if ((start[mid] as number) + (duration[mid] as number) < time) from = mid + 1;
    else to = mid;
  }
  return from;
}

/**
 * The call of a lane that runs at a place of the axis, or the nearest one that is no further away
 * than `slack` seconds.
 */
export function callAt(store: ScopeStore, track: number, depth: number, x: number, slack = 0): Call | undefined {
  const [from, to] = store.between(x - slack, x + slack);
  let best: Call | undefined;
  let distance = slack;
  for (let k = from; k < to; k++) {
    const segment = store.segments[k] as Segment;
    const run = segment.touches(x - slack, x + slack) ? runOf(segment, track, depth) : undefined;
    if (run === undefined) continue;
    const first = firstEnding(segment, run.lo, run.hi, (x - segment.base) / segment.unit);
    for (let at = Math.max(run.lo, first - 1); at < Math.min(run.hi, first + 1); at++) {
      const call = { segment, track, depth, at, ...run };
      const away = Math.max(beginOf(call) - x, x - endOf(call), 0);
      if (away > distance || (away === distance && best !== undefined)) continue;
      best = call;
      distance = away;
    }
  }
  return best;
}

/** The scope around a call. It ends later, so it may stand in a later segment. */
export function parentOf(store: ScopeStore, call: Call): Call | undefined {
  if (call.depth === 0) return undefined;
  const middle = (beginOf(call) + endOf(call)) / 2;
  return callAt(store, call.track, call.depth - 1, middle);
}

/** The first scope inside a call. */
export function childOf(store: ScopeStore, call: Call): Call | undefined {
  for (const child of childrenOf(store, call)) return child;
  return undefined;
}

/** Scopes directly inside a call, in order of time. They may have ended in earlier segments. */
export function* childrenOf(store: ScopeStore, call: Call): Generator<Call> {
  const { track } = call;
  const depth = call.depth + 1;
  const [begin, end] = [beginOf(call), endOf(call)];
  const [from, to] = store.between(begin, end);
  for (let k = from; k < to; k++) {
    const segment = store.segments[k] as Segment;
    const run = segment.touches(begin, end) ? runOf(segment, track, depth) : undefined;
    if (run === undefined) continue;
    const half = 0.5 * segment.unit; // times of two segments may be rounded differently
    const first = firstEnding(segment, run.lo, run.hi, (begin - half - segment.base) / segment.unit);
    for (let at = first; at < run.hi; at++) {
      const child = { segment, track, depth, at, ...run };
      if (beginOf(child) >= end) break;
      if (beginOf(child) >= begin - half && endOf(child) <= end + half) yield child;
    }
  }
}

/** What a call took without the scopes inside it, ns. */
export function selfOf(store: ScopeStore, call: Call): number {
  let ns = nsOf(call);
  for (const child of childrenOf(store, call)) ns -= nsOf(child);
  return Math.max(0, ns);
}

/** The next call of the same lane, or the one before it. */
export function neighbour(store: ScopeStore, call: Call, by: 1 | -1): Call | undefined {
  const at = call.at + by;
  if (at >= call.lo && at < call.hi) return { ...call, at };
  const { track, depth } = call;
  for (let k = store.indexOf(call.segment) + by; k >= 0 && k < store.segments.length; k += by) {
    const segment = store.segments[k] as Segment;
    const run = runOf(segment, track, depth);
    if (run !== undefined) return { segment, track, depth, at: by > 0 ? run.lo : run.hi - 1, ...run };
  }
  return undefined;
}

/** All calls of one scope that are held. */
export interface Found {
  count: number;
  /** Index of the segment of each. */
  segment: Uint32Array;
  at: Uint32Array;
  /** ns */
  ns: Float64Array;
}

/** Finds every call of a scope in segments `[from, to)`, in order of time. */
export function findAll(store: ScopeStore, id: number, from = 0, to = store.segments.length): Found {
  let count = 0;
  for (let k = from; k < to; k++) {
    const ids = (store.segments[k] as Segment).id;
    for (let i = 0; i < ids.length; i++) if (ids[i] === id) count++;
  }
  const out = { count, segment: new Uint32Array(count), at: new Uint32Array(count), ns: new Float64Array(count) };
  let n = 0;
  for (let k = from; k < to && n < count; k++) {
    const s = store.segments[k] as Segment;
    const scale = s.unit * 1e9;
    for (let i = 0; i < s.id.length; i++) {
      if (s.id[i] !== id) continue;
      out.segment[n] = k;
      out.at[n] = i;
      out.ns[n] = (s.duration[i] as number) * scale;
      n++;
    }
  }
  return out;
}

/** The call with an index in its segment. */
export function callOf(segment: Segment, at: number): Call | undefined {
  let lo = 0;
  for (let r = 0; r < segment.runs.length; r += 2) {
    const hi = lo + (segment.runs[r + 1] as number);
    if (at < hi) {
      const word = segment.runs[r] as number;
      return { segment, track: word & 0xffff, depth: (word >>> 16) & 0xff, at, lo, hi };
    }
    lo = hi;
  }
  return undefined;
}

/** A call's name in an address: frame and index. */
export function nameOfCall({ segment, at }: Call): string {
  return `${segment.frame}.${at}`;
}

/** The call with a name; undefined when it is not held. */
export function callNamed(store: ScopeStore, name: string): Call | undefined {
  const [, frame, at] = /^(\d+)\.(\d+)$/.exec(name) ?? [];
  const segment = store.segments[frame === undefined ? -1 : store.find(Number(frame))];
  return segment === undefined ? undefined : callOf(segment, Number(at));
}
