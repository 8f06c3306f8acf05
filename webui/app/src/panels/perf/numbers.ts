// The numbers of the table: taken from the recording, put in order, written as TSV.

import type { Scope } from '../../core/protocol';
import type { Ring } from '../../core/ring';
import type { Grade, TimingStore } from '../../core/timings';
import { count, frameName } from '../../core/units';
import { type CounterNumbers, measureCounters } from './counters';
import type { PerfModel } from './model';

/** One scope, ns. */
export interface Numbers {
  scope: Scope;
  /** In the frame that is looked at. */
  now: number;
  calls: number;
  avg: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Average without the scopes inside. */
  self: number;
  /** Of the frame's length, 0..1. */
  share: number;
}

/** The whole frame, ns, and how it stands against its budget. */
export interface FrameNumbers {
  now: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  grade: Grade;
  maxGrade: Grade;
}

export interface Table {
  heading: string;
  /** Whether `now` is one frame, or the mean of the last few. */
  one: boolean;
  scopes: Numbers[];
  /** Scopes over their own budget in the frame that is looked at. */
  over: number;
  counters: CounterNumbers[];
  frame: FrameNumbers;
}

const small = 5e4; // ns that two decimals of a ms cannot tell apart
const settle = 12; // frames over which `last` is taken while nothing is selected: a single one could not be read

/** Reads the table from the recording. */
export function measure(model: PerfModel): Table {
  const t = model.timings;
  const [from, to] = model.scope();
  const hover = model.hover.peek();
  const picked = model.picked();
  const one = hover ?? (picked >= 0 ? picked : undefined);
  const now = (ring: Ring): number =>
    one === undefined ? mean(t, ring, t.count - settle, t.count, true) : ring.at(one);
  const frame = t.summary(t.period, from, to);
  const thisPeriod = now(t.period);
  const scopes: Numbers[] = [];
  for (const scope of t.scopes) {
    const track = t.tracks[scope.id];
    if (track === undefined) continue;
    const s = t.summary(track.total, from, to);
    const nowNs = now(track.total);
    scopes.push({
      scope,
      now: nowNs,
      calls: one === undefined ? track.calls.last : track.calls.at(one),
      avg: s.mean,
      p50: s.p50,
      p95: s.p95,
      p99: s.p99,
      max: s.max,
      self: mean(t, track.self, from, to),
      share: one === undefined ? s.mean / frame.mean : nowNs / thisPeriod,
    });
  }
  if (scopes.some((n) => n.p95 > 0 && n.p95 < small)) model.decimals = 3;
  const work = one === undefined ? 0 : t.work.at(one);
  return {
    one: one !== undefined,
    heading: heading(model, one, hover !== undefined, from, to),
    scopes,
    over: scopes.filter((n) => n.scope.budget > 0 && n.now > n.scope.budget).length,
    counters: measureCounters(model, from, to, one),
    frame: { ...frame, now: thisPeriod, grade: t.grade(thisPeriod, work), maxGrade: t.grade(frame.max, 0) },
  };
}

function heading(model: PerfModel, one: number | undefined, hovered: boolean, from: number, to: number): string {
  const t = model.timings;
  if (model.f.peek() !== '' && model.picked() < 0)
    return `frame ${frameName(Number(model.f.peek()))} is not recorded here`;
  const over = `over ${count(to - from)} frames`;
  if (one === undefined) return over;
  return `${hovered ? 'at cursor' : 'frame'} ${frameName(t.frame.at(one))}, ${over}`;
}

// Frames of a held game are left out, as in summaries, unless they are asked for.
function mean(t: TimingStore, ring: Ring, from: number, to: number, held = false): number {
  let sum = 0;
  let n = 0;
  for (let i = Math.max(from, t.first); i < to; i++) {
    const v = ring.at(i);
    if (Number.isNaN(v) || (!held && t.held.at(i) === 1)) continue;
    sum += v;
    n++;
  }
  return n === 0 ? Number.NaN : sum / n;
}

function keyOf(n: Numbers, key: string): number {
  switch (key) {
    case 'this':
      return n.now;
    case 'p50':
      return n.p50;
    case 'p95':
      return n.p95;
    case 'p99':
      return n.p99;
    case 'max':
      return n.max;
    case 'calls':
      return n.calls;
    case 'self':
      return n.self;
    default:
      return n.avg;
  }
}

/** Scopes in the order of the table: by `sort` (`-` before it: greatest first), within their parents when `tree`. */
export function arrange(numbers: readonly Numbers[], sort: string, tree: boolean, all: readonly Scope[]): Scope[] {
  const key = sort.replace(/^-/, '');
  const sign = sort.startsWith('-') ? -1 : 1;
  const sorted = [...numbers].sort((a, b) => {
    const by = key === 'name' ? a.scope.name.localeCompare(b.scope.name) : (keyOf(a, key) || 0) - (keyOf(b, key) || 0);
    return by * sign || a.scope.id - b.scope.id;
  });
  const scopes = sorted.map((n) => n.scope);
  if (!tree) return scopes;
  const known = new Set(scopes.map((s) => s.id));
  const out: Scope[] = [];
  const add = (parent: number, depth: number): void => {
    for (const s of scopes) {
      const own = known.has(s.parent) && all[s.parent] !== s ? s.parent : -1;
      if (own !== parent || depth > 32) continue;
      out.push(s);
      add(s.id, depth + 1);
    }
  };
  add(-1, 0);
  return out;
}

/** The table for a spreadsheet: plain numbers, ms; then the counters in their units. */
export function tsv({ scopes, counters }: Table, order: readonly Scope[]): string {
  const lines = ['scope\tparent\tthis ms\tmean ms\tp50 ms\tp95 ms\tp99 ms\tmax ms\tself ms\tcalls\tshare\tbudget ms'];
  const byId = new Map(scopes.map((n) => [n.scope.id, n]));
  const cell = (ns: number): string => (Number.isNaN(ns) ? '' : (ns / 1e6).toFixed(4));
  for (const scope of order) {
    const n = byId.get(scope.id);
    if (n === undefined) continue;
    const parent = byId.get(scope.parent)?.scope.name ?? '';
    const budget = scope.budget > 0 ? cell(scope.budget) : '';
    const numbers = [n.now, n.avg, n.p50, n.p95, n.p99, n.max, n.self].map(cell);
    lines.push([scope.name, parent, ...numbers, n.calls, n.share.toFixed(4), budget].join('\t'));
  }
  if (counters.length > 0) lines.push('', 'counter\tunit\tthis\tmean\tp50\tp95\tp99\tmax');
  for (const { counter, now, mean, p50, p95, p99, max } of counters) {
    lines.push([counter.name, counter.unit, ...[now, mean, p50, p95, p99, max].map(plain)].join('\t'));
  }
  return `${lines.join('\n')}\n`;
}

function plain(v: number): string {
  return Number.isNaN(v) ? '' : String(Number(v.toPrecision(8)));
}
