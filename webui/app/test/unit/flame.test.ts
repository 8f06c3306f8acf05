import { describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import { ScopeStore, type Segment } from '../../src/core/scopes';
import { type Colours, dimmed, Gatherer, gallop, least, type View } from '../../src/widgets/flame/rects';
import { encode, type Ran, random } from '../fixtures/segments';

const lanesOf = 8;
const laneOf = (track: number, depth: number): number => (depth < 4 && track < 2 ? track * 4 + depth : -1);

/** Frames with lanes of scopes of all sizes, some of them empty, some with scopes that span frames. */
function story(seed: number): ScopeStore {
  const next = random(seed);
  const axis = new Axis();
  axis.begin(0, 0, false);
  const store = new ScopeStore(axis);
  const ends = new Array<number>(10).fill(0); // of each track and depth
  for (let frame = 1; frame <= 12; frame++) {
    const begin = frame * 1e6;
    const scopes: Ran[] = [];
    for (let lane = 0; lane < 10; lane++) {
      let at = Math.max(ends[lane] as number, begin - (next() < 0.1 ? 3e5 : 0));
      const size = 10 ** (1 + 5 * next());
      while (at < begin + 1e6 - 2 * size && scopes.length < 4000) {
        if (next() < 0.05) at += Math.floor(next() * 2e5);
        at += Math.floor(next() * size * 0.6);
        const duration = Math.floor(next() * size * (next() < 0.05 ? 20 : 1));
        if (at + duration > begin + 1e6) break;
        scopes.push({ track: lane >> 2, depth: lane & 3, start: at, duration, id: Math.floor(next() * 5) });
        at += duration;
      }
      ends[lane] = at;
    }
    store.take(encode({ begin, length: 1e6, scopes, shift: Math.floor(next() * 3) }), frame, begin, 0);
  }
  return store;
}

interface Rect {
  lane: number;
  x: number;
  w: number;
  n: number;
  id: number;
  mixed: number;
  slot: number;
}

/** The same by looking at every scope. */
function brute(store: ScopeStore, { x0, perPx, width }: View, { slots, found }: Colours): Rect[] {
  const slotOf = (id: number): number => (found !== undefined && found[id] !== 1 ? dimmed : (slots[id] as number));
  const byLane = Array.from({ length: lanesOf }, () => [] as { x: number; w: number; id: number }[]);
  for (const s of store.segments) {
    let i = 0;
    for (let r = 0; r < s.runs.length; r += 2) {
      const word = s.runs[r] as number;
      const lane = laneOf(word & 0xffff, (word >>> 16) & 0xff);
      for (let k = 0; k < (s.runs[r + 1] as number); k++, i++) {
        const a = (s.base - x0) / perPx;
        const b = s.unit / perPx;
        const x = a + b * (s.start[i] as number);
        const w = b * (s.duration[i] as number);
        if (lane >= 0 && x < width && x + w >= 0) byLane[lane]?.push({ x, w, id: s.id[i] as number });
      }
    }
  }
  const out: Rect[] = [];
  byLane.forEach((scopes, lane) => {
    let block: Rect | undefined;
    for (const { x, w, id } of scopes) {
      const slot = slotOf(id);
      if (w >= least) {
        block = undefined;
        out.push({
          lane,
          x: Math.max(-8, x),
          w: Math.min(width + 8, x + w) - Math.max(-8, x),
          n: 1,
          id,
          mixed: 0,
          slot,
        });
      } else if (block !== undefined && x - (block.x + block.w) < 1) {
        block.w = x + w - block.x;
        block.n++;
        if (id !== block.id) block.mixed = 1;
        if (block.slot === dimmed) block.slot = slot;
      } else {
        block = { lane, x, w, n: 1, id, mixed: 0, slot };
        out.push(block);
      }
    }
  });
  return out;
}

function gathered(store: ScopeStore, gatherer: Gatherer, view: View, colours: Colours): Rect[] {
  const [from, to] = store.between(view.x0, view.x0 + view.perPx * view.width);
  const r = gatherer.gather(store.segments, from, to, view, lanesOf, laneOf, colours);
  return Array.from({ length: r.count }, (_, i) => ({
    lane: r.lane[i] as number,
    x: r.x[i] as number,
    w: r.w[i] as number,
    n: r.n[i] as number,
    id: r.id[i] as number,
    mixed: r.mixed[i] as number,
    slot: r.slot[i] as number,
  })).sort((a, b) => a.lane - b.lane || a.x - b.x);
}

describe('rectangles of scopes', () => {
  const slots = Uint8Array.from([0, 1, 2, 8, 3]);

  it('are those that brute force finds, at any place and scale', () => {
    const gatherer = new Gatherer();
    let seen = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const store = story(seed);
      const next = random(seed * 7919);
      for (let k = 0; k < 12; k++) {
        const span = 10 ** (-7 + 5.2 * next());
        const view = { x0: 0.0005 + next() * 0.013 - span / 2, perPx: span / 300, width: 300 };
        const found = next() < 0.3 ? Uint8Array.from([0, 0, 1, 0, 0]) : undefined;
        const got = gathered(store, gatherer, view, { slots, found });
        const want = brute(store, view, { slots, found }).sort((a, b) => a.lane - b.lane || a.x - b.x);
        expect(got.length).toBe(want.length);
        got.forEach((g, i) => {
          const w = want[i] as Rect;
          expect({ ...g, x: 0, w: 0 }).toEqual({ ...w, x: 0, w: 0 });
          expect(g.x).toBeCloseTo(w.x, 2);
          expect(g.w).toBeCloseTo(w.w, 2);
        });
        seen += got.length;
      }
    }
    expect(seen).toBeGreaterThan(10_000);
  });

  it('lose no scope: blocks and single ones together count all', () => {
    const store = story(3);
    const view = { x0: 0, perPx: 0.02 / 400, width: 400 };
    const total = gathered(store, new Gatherer(), view, { slots }).reduce((sum, r) => sum + r.n, 0);
    let all = 0;
    for (const s of store.segments as Segment[]) {
      for (let r = 0; r < s.runs.length; r += 2) {
        if (((s.runs[r] as number) & 0xffff) < 2) all += s.runs[r + 1] as number;
      }
    }
    expect(total).toBe(all);
  });
});

describe('gallop', () => {
  it('finds what a walk finds', () => {
    const next = random(5);
    for (let k = 0; k < 2000; k++) {
      const numbers = Uint32Array.from({ length: Math.floor(next() * 40) }, () => Math.floor(next() * 60)).sort();
      const from = Math.floor(next() * (numbers.length + 1));
      const limit = next() * 70;
      let want = from;
      while (want < numbers.length && (numbers[want] as number) < limit) want++;
      expect(gallop(numbers, from, numbers.length, limit)).toBe(want);
    }
  });
});
