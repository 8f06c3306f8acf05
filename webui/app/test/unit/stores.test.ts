import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Axis } from '../../src/core/axis';
import { MemoryStore } from '../../src/core/memory';
import type { MemorySample, Scope, TimingsOpened } from '../../src/core/protocol';
import { select, summarise } from '../../src/core/quick';
import { keptFrames, outside, TimingStore } from '../../src/core/timings';
import { Traffic } from '../../src/core/traffic';

const ms = 1e6;
const budget = 16_666_667;
const scope = (id: number, name: string, parent = -1): Scope => ({ id, name, parent, help: '', budget: 0 });

/** One frame as the game sends it: self times by scope; totals are the same unless given. */
function payload(o: {
  period: number;
  work: number;
  self: number[];
  total?: number[];
  values?: number[];
  tick?: number;
  held?: boolean;
  dropped?: number;
  names?: number;
}): DataView {
  const n = o.self.length;
  const { values = [] } = o;
  const at = 24 + n * 20 + (n % 2) * 4;
  const view = new DataView(new ArrayBuffer(at + values.length * 8));
  view.setUint16(0, n, true);
  view.setUint16(2, values.length, true);
  view.setUint32(4, o.tick ?? 0, true);
  view.setUint32(8, o.period, true);
  view.setUint32(12, o.work, true);
  view.setUint16(16, o.held ? 1 : 0, true);
  view.setUint16(18, o.names ?? 0, true);
  view.setUint32(20, o.dropped ?? 0, true);
  o.self.forEach((ns, i) => {
    view.setUint32(24 + i * 4, i + 1, true);
    view.setUint32(24 + n * 4 + i * 4, o.total?.[i] ?? ns, true);
    view.setUint32(24 + n * 8 + i * 4, ns, true);
  });
  values.forEach((v, i) => {
    view.setFloat64(at + i * 8, v, true);
  });
  return view;
}

/** What opens a subscription. */
function opening(scopes: Scope[], more: Partial<TimingsOpened> = {}): TimingsOpened {
  return {
    scopes,
    budget,
    counters: [],
    tracks: [{ id: 0, name: 'game' }],
    clock: { kind: 'go', resolution: 40 },
    version: 0x1_0000, // of which frames carry the lower half
    ...more,
  };
}

describe('TimingStore', () => {
  let axis: Axis;
  let store: TimingStore;
  let frame: number;
  const take = (o: Partial<Parameters<typeof payload>[0]> = {}, lost = 0): boolean => {
    frame++;
    const view = payload({ period: 16 * ms, work: 5 * ms, self: [ms, 4 * ms], tick: frame, ...o });
    return store.take(view, frame, frame * 16 * ms, lost);
  };
  beforeEach(() => {
    axis = new Axis();
    axis.begin(0, 0, false);
    store = new TimingStore(axis);
    store.opened(opening([scope(0, 'console'), scope(1, 'ai')]));
    frame = 0;
  });

  it('keeps all columns of a frame under one index', () => {
    take({ self: [1000, 2000], total: [1000, 9000] });
    take();
    expect([store.count, store.frame.at(0), store.tick.at(0), store.period.at(0)]).toEqual([2, 1, 1, 16 * ms]);
    expect([store.tracks[1]?.total.at(0), store.tracks[1]?.self.at(0), store.tracks[1]?.calls.at(0)]).toEqual([
      9000, 2000, 2,
    ]);
    expect(store.find(2)).toBe(1);
    expect(store.find(3)).toBe(-1);
    expect(store.atX(0.02)).toBe(0);
    expect(store.atX(99)).toBe(1);
    expect(store.atX(0)).toBe(-1);
  });

  it('refuses what is cut short', () => {
    expect(store.take(new DataView(new ArrayBuffer(23)), 1, 1, 0)).toBe(false);
    const whole = payload({ period: 1, work: 1, self: [1, 2, 3], values: [1] });
    expect(store.take(new DataView(whole.buffer, 0, whole.byteLength - 1), 1, 1, 0)).toBe(false);
    expect(store.count).toBe(0);
  });

  it('asks for the names when scopes appear, and fills their past', () => {
    const missing = vi.fn();
    store.onNamesMissing = missing;
    take();
    expect(missing).not.toHaveBeenCalled();
    take({ self: [1, 2, 3], names: 1 });
    expect(missing).toHaveBeenCalledTimes(1);
    take({ names: 0xffff }); // of an older one
    expect(missing).toHaveBeenCalledTimes(1);
    expect([store.tracks[2]?.self.at(0), store.tracks[2]?.self.at(1)]).toEqual([0, 3]);
    take({ self: [1, 2] }); // fewer again: the column goes on
    expect(store.tracks[2]?.self.count).toBe(store.count);
  });

  it('keeps counters and gauges beside the scopes', () => {
    const counter = { id: 0, name: 'shots', unit: '', kind: 'counter', help: '' } as const;
    const missing = vi.fn();
    store.onNamesMissing = missing;
    store.setNames(opening(store.scopes, { counters: [counter], clock: { kind: 'tsc', resolution: 1 } }));
    take();
    take({ values: [3], self: [1, 2, 3], dropped: 7, names: 1 }); // an odd number of scopes: padding
    expect(missing).toHaveBeenCalledTimes(1);
    take({ values: [4, 0.25], names: 2 });
    expect(missing).toHaveBeenCalledTimes(2);
    expect(store.values.map((v) => [...v.window(0)])).toEqual([
      [0, 3, 4],
      [0, 0, 0.25],
    ]);
    take(); // none any more
    take({ values: [5, 1] }, 2); // behind a gap
    expect([...(store.values[0]?.window(2) ?? [])]).toEqual([4, Number.NaN, Number.NaN, 5]);
    expect(store.values.every((v) => v.count === store.count)).toBe(true);
    expect([store.dropped, store.clock?.kind, store.freeze().values[0]?.last]).toEqual([7, 'tsc', 5]);
  });

  it('keeps the worst frames, worst first, with who took most', () => {
    take({ period: 900 * ms }); // the first of a stream has no true period
    for (let i = 1; i <= 40; i++) {
      const period = (20 + (i % 20)) * ms;
      take({ period, work: period - 2 * ms, self: [ms, period - 3 * ms] });
    }
    take({ period: 60 * ms, work: 10 * ms, self: [ms, 9 * ms] });
    take({ period: 70 * ms, work: 10 * ms, self: [ms, 9 * ms], held: true });
    const periods = store.worst.map((w) => w.period / ms);
    expect(periods).toEqual([...periods].sort((a, b) => b - a));
    expect(store.worst).toHaveLength(12);
    expect(store.worst[0]).toMatchObject({ period: 60 * ms, mostly: outside, ns: 50 * ms });
    expect(store.worst[1]).toMatchObject({ period: 39 * ms, mostly: 'ai', ns: 36 * ms });
    expect([store.seen, store.over, store.over2]).toEqual([42, 41, 9]);
  });

  it('goes on behind a gap after a reconnect, and behind a line after a restart', () => {
    take();
    axis.begin(5e9, 300, false);
    store.opened(opening(store.scopes));
    frame = 300;
    take();
    expect(store.period.at(1)).toBeNaN();
    expect(store.frame.at(2)).toBe(301);
    const before = store.x.last;
    axis.begin(0, 0, true);
    store.opened(opening(store.scopes));
    frame = 0;
    take();
    expect(store.x.last).toBeGreaterThan(before);
    expect(axis.marks.map((m) => m.kind)).toEqual(['gap', 'restart']);
    expect(store.find(1)).toBe(4); // the newest run's
    const xs = [...store.x.window(0)];
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
  });

  it('stands still for a paused view while it goes on', () => {
    for (let i = 0; i < 5; i++) take();
    const frozen = store.freeze();
    for (let i = 0; i < keptFrames + 5; i++) take();
    expect([frozen.count, frozen.frame.last, frozen.find(3)]).toEqual([5, 5, 2]);
    expect(frozen.tracks[1]?.self.at(2)).toBe(4 * ms);
    expect([store.count, store.first]).toEqual([keptFrames + 10, 10]);
    expect(store.find(3)).toBe(-1);
  });

  it('leaves frames of a held game out of its numbers', () => {
    for (let i = 0; i < 10; i++) take();
    take({ period: 500 * ms, held: true });
    expect(store.summary(store.period, 0, store.count).max).toBe(16 * ms);
  });

  it('ranks outer scopes by what they take, once enough frames ran', () => {
    const scopes = [
      { ...scope(0, 'console'), own: true },
      scope(1, 'a'),
      scope(2, 'b'),
      scope(3, 'b.in', 2),
      scope(4, 'b.in.in', 3),
    ];
    store.opened(opening(scopes));
    const ranked = vi.fn();
    store.onRanked = ranked;
    for (let i = 0; i < 70; i++) take({ self: [9 * ms, ms, 2 * ms, 3 * ms, 4 * ms] });
    expect(ranked).toHaveBeenCalledOnce();
    expect(store.usual.map((s) => s.name)).toEqual(['b.in', 'b', 'a']);
  });
});

describe('MemoryStore', () => {
  const sample = (time: number, heapInUse: number, gcCycles = 1): MemorySample =>
    ({ time: time * 1e9, frame: time * 60, heapInUse, gcCycles }) as MemorySample;

  it('takes the history once, and only what is newer after a reconnect', () => {
    const axis = new Axis();
    axis.begin(3e9, 0, false);
    const store = new MemoryStore(axis);
    store.opened([sample(1, 10), sample(2, 20)]);
    store.take(sample(3, 30));
    axis.begin(6e9, 0, false);
    store.opened([sample(2, 20), sample(3, 30), sample(4, 40)]);
    expect([...store.rings.heapInUse.window(0)]).toEqual([10, 20, 30, Number.NaN, 40]);
    expect(store.at('heapInUse', 2.5)).toBe(20);
    expect(store.at('heapInUse', 0.5)).toBeNaN();
  });

  it('sees collections between samples, not at the begin of a run', () => {
    const axis = new Axis();
    axis.begin(1e9, 0, false);
    const store = new MemoryStore(axis);
    store.opened([sample(1, 10, 7)]);
    store.take(sample(2, 5, 8));
    store.take(sample(3, 6, 8));
    store.take(sample(4, 5, 10));
    expect(store.collections.map((c) => [c.x, c.cycle])).toEqual([
      [2, 8],
      [4, 10],
    ]);
    axis.begin(0, 0, true);
    store.opened([sample(1, 1, 20)]);
    expect(store.collections).toHaveLength(2);
  });
});

describe('Traffic', () => {
  it('is a rate over a quarter of a second; a gap is not averaged over', () => {
    const traffic = new Traffic();
    for (let i = 0; i <= 60; i++) traffic.look(i / 60, i * 100);
    expect(traffic.rate.count).toBe(4);
    for (let i = 1; i < 4; i++) expect(traffic.rate.at(i)).toBeCloseTo(6000, 0);
    traffic.look(30, 1e9);
    expect(traffic.rate.count).toBe(4);
  });
});

describe('quick statistics', () => {
  it('select as sorting does', () => {
    let state = 7;
    for (let round = 0; round < 300; round++) {
      const n = 1 + (round % 40);
      const a = Float64Array.from({ length: n }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return state % 9; // many equal ones
      });
      const sorted = a.slice().sort();
      const k = round % n;
      expect(select(a, n, k)).toBe(sorted[k]);
    }
  });

  it('summarise by nearest rank, without NaN', () => {
    const values = [5, Number.NaN, 1, 3, 2, 4];
    expect(summarise((i) => values[i] as number, 0, values.length)).toEqual({
      mean: 3,
      p50: 3,
      p95: 5,
      p99: 5,
      max: 5,
    });
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    const { p50, p95, p99 } = summarise((i) => hundred[i] as number, 0, 100);
    expect([p50, p95, p99]).toEqual([50, 95, 99]);
    expect(summarise(() => Number.NaN, 0, 4).mean).toBeNaN();
  });
});
