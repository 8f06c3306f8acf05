// What the game's frames took, recorded whether anybody looks or not: every frame of the last
// minute with all its scopes, and the worst frames since the page was opened.

import type { Axis } from './axis';
import type { ClockInfo, Counter, Scope, TimingsOpened } from './protocol';
import { type Summary, summarise } from './quick';
import { Ring } from './ring';
import { hues } from './theme';

/** Frames that are kept: more than a minute at 60 Hz. */
export const keptFrames = 4096;

/** Scopes that are recorded; 20 MB with all of them. Those beyond are counted only. */
export const keptScopes = 104;

/** Counters and gauges that are recorded; 4 MB with all of them. */
export const keptCounters = 64;

/**
 * How much longer than its budget a frame may take before it counts as over it. A loop that is
 * locked to a display swings around the budget by this much; that is no hitch.
 */
export const slack = 1.1;

/** A frame's place against its budget: 0 within, 1 over one, 2 over two. */
export type Grade = 0 | 1 | 2;

/** One of the worst frames. */
export interface Worst {
  frame: number;
  /** On the axis of the page: a frame's number alone is not unique after a restart. */
  x: number;
  run: number;
  /** ns from frame to frame */
  period: number;
  /** The scope that took most by itself; `outside scopes` when the frame's work does not explain it. */
  mostly: string;
  /** ns of that */
  ns: number;
}

/** Recorded numbers of one scope, in ns of one frame. */
export interface Track {
  total: Ring;
  self: Ring;
  calls: Ring;
}

export const outside = 'outside scopes';
const worstKept = 12;
const rankAfter = 60; // frames
const rows = ['frame', 'tick', 'x', 'period', 'work', 'held'] as const;
const held = 1; // flag
const headBytes = 24;

export class TimingStore {
  scopes: Scope[] = [];
  /** Counters and gauges. */
  counters: readonly Counter[] = [];
  /** What the game measures by; undefined until it has said. */
  clock: ClockInfo | undefined;
  /** ns; 0 when the game names none */
  budget = 0;
  /** Indices are those of `period`; all rings move together. */
  frame = new Ring(keptFrames);
  tick = new Ring(keptFrames);
  /** seconds on the page's axis */
  x = new Ring(keptFrames);
  /** ns from frame to frame, NaN in a gap */
  period = new Ring(keptFrames);
  /** ns of the outermost scopes */
  work = new Ring(keptFrames);
  /** 1 where the game was held. */
  held = new Ring(keptFrames);
  tracks: Track[] = [];
  /** Counters and gauges by id: what was counted in the frame, what was set last. */
  values: Ring[] = [];
  /** Scopes that the game did not record one by one, because it had no room for them. */
  dropped = 0;
  /** The worst frames, worst first. */
  worst: Worst[] = [];
  /** Frames since the page was opened: all, over one budget, over two. */
  seen = 0;
  over = 0;
  over2 = 0;
  /** Frames that the stream dropped. */
  lost = 0;
  /** Scopes whose lines are drawn when nobody chose; their colours come first. */
  usual: readonly Scope[] = [];
  /** Runs when `usual` was chosen anew. */
  onRanked: (() => void) | undefined;
  /** The game has more scopes or counters than are known here by name: ask for them. */
  onNamesMissing: (() => void) | undefined;

  private readonly axis: Axis;
  private made = 0; // rings
  /** Of the names: a frame that tells of a newer one has others. */
  private version = 0;
  private rankAt = Number.POSITIVE_INFINITY; // count of running frames at which the scopes are ranked

  constructor(axis: Axis) {
    this.axis = axis;
  }

  /** Takes the opening of a subscription. What was recorded before stays, parted by a gap. */
  opened(opening: TimingsOpened): void {
    if (this.period.count > 0) this.pushGap();
    this.setNames(opening);
  }

  /** Takes the names of scopes and counters. */
  setNames({ budget, scopes, counters, clock, version }: TimingsOpened): void {
    this.version = version;
    this.budget = budget;
    this.scopes = scopes;
    this.counters = counters;
    this.clock = clock;
    this.rankAt = this.seen + rankAfter;
  }

  // The costliest outer scopes: what a person wants to see first.
  private rank(): void {
    this.rankAt = Number.POSITIVE_INFINITY;
    const cost = (s: Scope): number =>
      this.summary((this.tracks[s.id] as Track).total, this.count - rankAfter, this.count).mean;
    this.usual = this.scopes
      .filter((s) => !s.own && this.tracks[s.id] !== undefined && this.depth(s) <= 1)
      .map((scope) => ({ scope, cost: cost(scope) || 0 }))
      .sort((a, b) => b.cost - a.cost)
      .slice(0, hues)
      .map(({ scope }) => scope);
    this.onRanked?.();
  }

  /** Takes one frame as it came. Returns false when it is malformed. */
  take(payload: DataView, frame: number, time: number, lost: number): boolean {
    if (payload.byteLength < headBytes) return false;
    const n = payload.getUint16(0, true);
    const k = payload.getUint16(2, true);
    const values = headBytes + n * 20 + (n % 2) * 4; // numbers of 64 bits lie at multiples of 8
    if (payload.byteLength < values + k * 8) return false;
    if (lost > 0) {
      this.lost += lost;
      this.pushGap();
    }
    if (newer(payload.getUint16(18, true), this.version)) this.onNamesMissing?.();
    const isHeld = (payload.getUint16(16, true) & held) !== 0;
    const period = payload.getUint32(8, true);
    const work = payload.getUint32(12, true);
    this.dropped += payload.getUint32(20, true);
    this.frame.push(frame);
    this.tick.push(payload.getUint32(4, true));
    this.x.push(this.axis.place(time));
    this.period.push(period);
    this.work.push(work);
    this.held.push(isHeld ? 1 : 0);
    this.pushScopes(payload, Math.min(n, keptScopes), n);
    this.pushValues(payload, values, Math.min(k, keptCounters));
    if (!isHeld) this.judge(frame, period, work);
    if (this.seen >= this.rankAt) this.rank();
    return true;
  }

  /** A copy that stands still, for a view that is paused while the recording goes on. */
  freeze(): TimingStore {
    const copy = new TimingStore(this.axis);
    copy.scopes = this.scopes;
    copy.counters = this.counters;
    copy.clock = this.clock;
    copy.dropped = this.dropped;
    copy.budget = this.budget;
    copy.usual = this.usual;
    for (const name of rows) copy[name] = this[name].clone();
    copy.tracks = this.tracks.map((t) => ({ total: t.total.clone(), self: t.self.clone(), calls: t.calls.clone() }));
    copy.values = this.values.map((v) => v.clone());
    copy.worst = [...this.worst];
    copy.seen = this.seen;
    copy.over = this.over;
    copy.over2 = this.over2;
    copy.lost = this.lost;
    return copy;
  }

  /** Scopes around a scope. */
  depth(scope: Scope): number {
    let n = 0;
    for (let s: Scope | undefined = scope; s !== undefined && s.parent >= 0 && n < 32; n++) s = this.scopes[s.parent];
    return n;
  }

  /** Frames recorded since the start; the newest has the index `count - 1`. */
  get count(): number {
    return this.period.count;
  }

  /** Index of the oldest frame that is still held. */
  get first(): number {
    return this.period.count - this.period.length;
  }

  grade(period: number, work: number): Grade {
    return gradeOf(period, work, this.budget);
  }

  /** The index of a frame by its number, of the newest run that has it; -1 when it is not held. */
  find(frame: number): number {
    for (let i = this.count - 1; i >= this.first; i--) if (this.frame.at(i) === frame) return i;
    return -1;
  }

  /** The index of the last frame at or before a place on the axis; -1 when all are later. */
  atX(x: number): number {
    return this.x.indexOf(x);
  }

  /** Numbers of a ring over frames `from` up to, not including, `to`; frames of a held game are left out. */
  summary(ring: Ring, from: number, to: number): Summary {
    return summarise((i) => (this.held.at(i) === 1 ? Number.NaN : ring.at(i)), Math.max(from, this.first), to);
  }

  // A row of NaN: lines break there, bars leave a hole.
  private pushGap(): void {
    this.frame.push(Number.NaN);
    this.tick.push(Number.NaN);
    this.x.push(this.x.last);
    this.period.push(Number.NaN);
    this.work.push(Number.NaN);
    this.held.push(0);
    const at = this.at;
    for (const t of this.tracks) pushTrack(t, at, Number.NaN, Number.NaN, Number.NaN);
    for (const v of this.values) v.pushAt(at, Number.NaN);
  }

  // Where the rings that move together have put the newest frame.
  private get at(): number {
    return (this.period.count - 1) % keptFrames;
  }

  private pushScopes(payload: DataView, recorded: number, n: number): void {
    while (this.tracks.length < recorded) this.tracks.push(this.newTrack());
    const to = this.at;
    for (let i = 0; i < recorded; i++) {
      const from = headBytes + i * 4;
      pushTrack(
        this.tracks[i] as Track,
        to,
        payload.getUint32(from + n * 4, true),
        payload.getUint32(from + n * 8, true),
        payload.getUint32(from, true),
      );
    }
    for (let i = recorded; i < this.tracks.length; i++) pushTrack(this.tracks[i] as Track, to, 0, 0, 0);
  }

  private pushValues(payload: DataView, from: number, recorded: number): void {
    while (this.values.length < recorded) this.values.push(this.newRing());
    const to = this.at;
    for (let i = 0; i < this.values.length; i++) {
      (this.values[i] as Ring).pushAt(to, i < recorded ? payload.getFloat64(from + i * 8, true) : Number.NaN);
    }
  }

  private newTrack(): Track {
    return { total: this.newRing(), self: this.newRing(), calls: this.newRing() };
  }

  // What appears late was not there before: its past is filled so that indices agree.
  private newRing(): Ring {
    const ring = new Ring(keptFrames, this.made++);
    ring.skip(this.period.count - 1);
    return ring;
  }

  private judge(frame: number, period: number, work: number): void {
    this.seen++;
    const grade = this.grade(period, work);
    if (grade === 0 || this.seen === 1) return; // the first frame of a stream has no true period
    this.over++;
    if (grade === 2) this.over2++;
    const least = this.worst.at(-1);
    if (this.worst.length === worstKept && least !== undefined && least.period >= period) return;
    const { name, ns } = this.culprit(period, work);
    const entry: Worst = { frame, x: this.x.last, run: this.axis.run, period, mostly: name, ns };
    const at = this.worst.findIndex((w) => w.period < period);
    this.worst.splice(at < 0 ? this.worst.length : at, 0, entry);
    if (this.worst.length > worstKept) this.worst.pop();
  }

  private culprit(period: number, work: number): { name: string; ns: number } {
    let best = -1;
    let most = 0;
    this.tracks.forEach((t, i) => {
      if (t.self.last > most) {
        most = t.self.last;
        best = i;
      }
    });
    const rest = period - work;
    if (best < 0 || rest > most) return { name: outside, ns: rest };
    return { name: this.scopes[best]?.name ?? `scope ${best}`, ns: most };
  }
}

/** Whether the low 16 bits of a version are newer than a version. */
function newer(low: number, version: number): boolean {
  const ahead = (low - version) & 0xffff;
  return ahead > 0 && ahead < 0x8000;
}

function pushTrack(track: Track, at: number, total: number, self: number, calls: number): void {
  track.total.pushAt(at, total);
  track.self.pushAt(at, self);
  track.calls.pushAt(at, calls);
}

/** A frame's place against a budget of so many ns. */
export function gradeOf(period: number, work: number, budget: number): Grade {
  if (budget <= 0 || Number.isNaN(period)) return 0;
  const t = Math.max(period / slack, work);
  if (t > budget * 2) return 2;
  return t > budget ? 1 : 0;
}

/** The value below which a share of a sorted window lies: nearest rank. */
export function quantile(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] as number;
}
