// Two stretches of frames against each other. Frames that follow each other are alike, so their spread
// alone would make every difference look certain: means of blocks are compared, not single frames.

import type { Scope } from '../../core/protocol';
import type { Ring } from '../../core/ring';
import { student } from '../../core/stats';
import type { TimingStore } from '../../core/timings';

/** Frames of a recording, `[from, to)` by index. */
export interface Stretch {
  timings: TimingStore;
  from: number;
  to: number;
}

/** What the difference of two means comes to. */
export type Verdict = 'more' | 'less' | 'noise' | 'few' | 'only A' | 'only B';

/** One line of the comparison, ns a frame. */
export interface Difference {
  name: string;
  depth: number;
  a: number;
  b: number;
  /** b - a */
  delta: number;
  /** Of b to a; NaN where a is 0. */
  ratio: number;
  /** The 95 % confidence interval of delta; NaN where there are too few frames. */
  low: number;
  high: number;
  verdict: Verdict;
}

const blocks = 24; // into which a stretch is cut at most
const leastBlock = 5; // frames
const leastBlocks = 4;

/** Mean of the numbers, and means of blocks of them; NaN is left out. */
export function blockMeans(values: readonly number[]): { mean: number; means: number[] } {
  const n = values.length;
  let sum = 0;
  for (const v of values) sum += v;
  const count = Math.min(blocks, Math.floor(n / leastBlock));
  const means: number[] = [];
  for (let b = 0; b < count; b++) {
    const from = Math.floor((b * n) / count);
    const to = Math.floor(((b + 1) * n) / count);
    let part = 0;
    for (let i = from; i < to; i++) part += values[i] as number;
    means.push(part / (to - from));
  }
  return { mean: n === 0 ? Number.NaN : sum / n, means };
}

/** Welch's interval of the difference of two means, from means of blocks. Undefined where they are too few. */
export function interval(a: readonly number[], b: readonly number[]): { low: number; high: number } | undefined {
  if (a.length < leastBlocks || b.length < leastBlocks) return undefined;
  const [ma, va] = moments(a);
  const [mb, vb] = moments(b);
  const sa = va / a.length;
  const sb = vb / b.length;
  const error = Math.sqrt(sa + sb);
  const delta = mb - ma;
  if (error === 0) return { low: delta, high: delta };
  const df = (sa + sb) ** 2 / (sa ** 2 / (a.length - 1) + sb ** 2 / (b.length - 1));
  const half = student(df) * error;
  return { low: delta - half, high: delta + half };
}

function moments(values: readonly number[]): [number, number] {
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1);
  return [mean, variance];
}

/** The numbers of a ring over a stretch, without gaps and frames of a held game. */
export function numbersOf({ timings, from, to }: Stretch, ring: Ring): number[] {
  const out: number[] = [];
  for (let i = Math.max(from, timings.first); i < to; i++) {
    const v = ring.at(i);
    if (!Number.isNaN(v) && timings.held.at(i) !== 1) out.push(v);
  }
  return out;
}

/** The frame and every scope of either side, by name: those of A in their order, then what only B has. */
export function compare(a: Stretch, b: Stretch): Difference[] {
  const out = [
    differ('frame', 0, numbersOf(a, a.timings.period), numbersOf(b, b.timings.period)),
    differ('work', 0, numbersOf(a, a.timings.work), numbersOf(b, b.timings.work)),
  ];
  const inB = new Map(b.timings.scopes.map((s) => [s.name, s]));
  for (const scope of tree(a.timings)) {
    const other = inB.get(scope.name);
    inB.delete(scope.name);
    out.push(differ(scope.name, a.timings.depth(scope), of(a, scope), other === undefined ? undefined : of(b, other)));
  }
  for (const scope of inB.values()) out.push(differ(scope.name, b.timings.depth(scope), undefined, of(b, scope)));
  return out;
}

function of(side: Stretch, scope: Scope): number[] | undefined {
  const track = side.timings.tracks[scope.id];
  return track === undefined ? undefined : numbersOf(side, track.total);
}

/** Scopes below those that hold them. */
function tree({ scopes }: TimingStore): Scope[] {
  const out: Scope[] = [];
  const add = (parent: number, depth: number): void => {
    for (const s of scopes) {
      if (s.parent !== parent || depth > 32) continue;
      out.push(s);
      add(s.id, depth + 1);
    }
  };
  add(-1, 0);
  return out;
}

function differ(name: string, depth: number, a: number[] | undefined, b: number[] | undefined): Difference {
  const nan = Number.NaN;
  const left = blockMeans(a ?? []);
  const right = blockMeans(b ?? []);
  const line = {
    name,
    depth,
    a: left.mean,
    b: right.mean,
    delta: right.mean - left.mean,
    ratio: nan,
    low: nan,
    high: nan,
  };
  if (a === undefined || a.length === 0)
    return { ...line, verdict: b === undefined || b.length === 0 ? 'few' : 'only B' };
  if (b === undefined || b.length === 0) return { ...line, verdict: 'only A' };
  const ratio = left.mean === 0 ? nan : right.mean / left.mean;
  const ci = interval(left.means, right.means);
  if (ci === undefined) return { ...line, ratio, verdict: 'few' };
  const verdict = ci.low > 0 ? 'more' : ci.high < 0 ? 'less' : 'noise';
  return { ...line, ratio, ...ci, verdict };
}

/** Shares of frames in so many bins of equal width from 0 to `top`; what is longer is in the last. */
export function shares(values: readonly number[], bins: number, top: number): Float64Array {
  const out = new Float64Array(bins);
  for (const v of values) {
    const i = Math.min(bins - 1, Math.max(0, Math.floor((v / top) * bins)));
    out[i] = (out[i] as number) + 1 / values.length;
  }
  return out;
}
