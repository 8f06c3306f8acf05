import { beforeEach, describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import {
  beginOf,
  callAt,
  callNamed,
  callOf,
  childrenOf,
  endOf,
  findAll,
  idOf,
  nameOfCall,
  neighbour,
  nsOf,
  parentOf,
  selfOf,
} from '../../src/core/calls';
import { ScopeStore } from '../../src/core/scopes';
import { besideNode, heavyTracks, sameStack, stackOf } from '../../src/widgets/flame/heavy';
import { encode, type Ran, random } from '../fixtures/segments';

const us = 1e3;
const ran = (track: number, depth: number, start: number, duration: number, id: number): Ran => ({
  track,
  depth,
  start: start * us,
  duration: duration * us,
  id,
});

// Times in µs. The worker's outer scope (id 8) spans two frames and so ends in the second segment.
const first = [ran(0, 0, 1000, 600, 0), ran(0, 1, 1100, 200, 1), ran(0, 1, 1350, 100, 2), ran(1, 1, 1500, 200, 9)];
const second = [ran(0, 0, 2100, 500, 0), ran(0, 1, 2200, 300, 1), ran(1, 0, 1400, 1000, 8), ran(1, 1, 2050, 150, 9)];

describe('calls', () => {
  let store: ScopeStore;
  const at = (track: number, depth: number, time: number, slack = 0) => {
    const call = callAt(store, track, depth, (time * us) / 1e9, slack / 1e6);
    return call && { call, id: idOf(call), begin: Math.round(beginOf(call) * 1e6), end: Math.round(endOf(call) * 1e6) };
  };
  const get = (track: number, depth: number, time: number) => {
    const found = at(track, depth, time);
    if (found === undefined) throw new Error('no call');
    return found.call;
  };
  beforeEach(() => {
    const axis = new Axis();
    axis.begin(0, 0, false);
    store = new ScopeStore(axis);
    store.take(encode({ begin: 1000 * us, length: 1000 * us, scopes: first, shift: 1 }), 1, 1000 * us, 0);
    store.take(encode({ begin: 2000 * us, length: 1000 * us, scopes: second }), 2, 2000 * us, 0);
  });

  it('are found by their place, also near it', () => {
    expect(at(0, 0, 1200)).toMatchObject({ id: 0, begin: 1000, end: 1600 });
    expect(at(0, 1, 1320)).toBeUndefined();
    expect(at(0, 1, 1320, 25)).toMatchObject({ id: 1, end: 1300 });
    expect(at(0, 1, 1330, 25)).toMatchObject({ id: 2, begin: 1350 });
    expect(at(1, 0, 1410)).toMatchObject({ id: 8 }); // long before the frame in which it ended
    expect(at(2, 0, 1410)).toBeUndefined();
  });

  it('know what is around them and inside, over the ends of frames', () => {
    const inner = get(1, 1, 1600);
    const outer = parentOf(store, inner);
    expect(outer && idOf(outer)).toBe(8);
    expect(outer && [...childrenOf(store, outer)].map((c) => Math.round(beginOf(c) * 1e6))).toEqual([1500, 2050]);
    expect(outer && Math.round(selfOf(store, outer) / us)).toBe(650);
    expect(Math.round(selfOf(store, get(0, 0, 1200)) / us)).toBe(300);
    expect(parentOf(store, get(0, 0, 1200))).toBeUndefined();
  });

  it('lead to their neighbours of the lane', () => {
    const ids = [];
    for (let call = neighbour(store, get(0, 1, 1200), 1); call !== undefined; call = neighbour(store, call, 1)) {
      ids.push([call.segment.frame, idOf(call)]);
    }
    expect(ids).toEqual([
      [1, 2],
      [2, 1],
    ]);
    const back = neighbour(store, get(0, 1, 2300), -1);
    expect(back && idOf(back)).toBe(2);
    expect(neighbour(store, get(0, 1, 1200), -1)).toBeUndefined();
  });

  it('of one scope are all found, and have names', () => {
    const found = findAll(store, 9);
    expect([...found.ns].map((ns) => Math.round(ns / us))).toEqual([200, 150]);
    const call = callOf(store.segments[found.segment[1] as number] as never, found.at[1] as number);
    expect(call).toMatchObject({ track: 1, depth: 1 });
    expect(call && callNamed(store, nameOfCall(call))).toEqual(call);
    expect(callNamed(store, '7.0')).toBeUndefined();
    expect(callNamed(store, '1.99')).toBeUndefined();
    expect(callNamed(store, 'x')).toBeUndefined();
  });

  it('are joined by their stack, the costliest first', () => {
    const [game, worker] = heavyTracks(store, 0, 1);
    expect(game?.roots.map((n) => [n.id, Math.round(n.total / us), n.calls])).toEqual([[0, 1100, 2]]);
    const update = game?.roots[0];
    expect(update?.children.map((n) => [n.id, Math.round(n.total / us), Math.round(n.x / us)])).toEqual([
      [1, 500, 0],
      [2, 100, 500],
    ]);
    expect(Math.round((update?.self ?? 0) / us)).toBe(500);
    expect(worker?.roots.map((n) => n.id)).toEqual([8]);
    expect(worker?.roots[0]?.children.map((n) => [n.id, n.calls])).toEqual([[9, 2]]);
    const leaf = worker?.roots[0]?.children[0];
    expect(leaf && stackOf(leaf)).toEqual([8, 9]);
    expect(sameStack(heavyTracks(store, 0.002, 1), leaf)?.calls).toBe(1);
    const tracks = heavyTracks(store, 0, 1);
    const ids: (number | undefined)[] = [];
    let node: ReturnType<typeof besideNode>;
    for (const where of ['in', 'in', 'next', 'before', 'out'] as const) {
      node = besideNode(tracks, node, where);
      ids.push(node?.id);
    }
    expect(ids).toEqual([0, 1, 2, 1, 0]);
    expect(besideNode(tracks, node, 'out')).toBeUndefined();
    expect(besideNode(tracks, node, 'next')).toBeUndefined();
    // A range cuts what lies across its ends.
    expect(heavyTracks(store, 0.0011, 0.0012)[0]?.roots.map((n) => Math.round(n.total / us))).toEqual([100]);
  });
});

describe('left heavy', () => {
  it('gives every call its parent, as a search through all of them does', () => {
    for (let seed = 1; seed < 30; seed++) {
      const next = random(seed);
      const axis = new Axis();
      axis.begin(0, 0, false);
      const store = new ScopeStore(axis);
      const all: Ran[] = [];
      const nest = (depth: number, from: number, to: number, out: Ran[]): void => {
        for (let at = from; at < to - 20; ) {
          const duration = Math.floor(10 + next() * (to - at - 10));
          out.push({ track: 0, depth, start: at, duration, id: Math.floor(next() * 4) });
          if (depth < 4) nest(depth + 1, at, at + duration, out);
          at += duration + Math.floor(next() * 30);
        }
      };
      for (let f = 1; f < 6; f++) {
        const scopes: Ran[] = [];
        nest(0, f * 1000, f * 1000 + 900, scopes);
        all.push(...scopes);
        store.take(encode({ begin: f * 1000, length: 1000, scopes }), f, f * 1000, 0);
      }
      const want = new Map<string, { ns: number; calls: number }>();
      const path = (s: Ran): string => {
        const outer = all.find(
          (o) => o.depth === s.depth - 1 && o.start <= s.start && o.start + o.duration >= s.start + s.duration,
        );
        return outer === undefined ? String(s.id) : `${path(outer)}.${s.id}`;
      };
      for (const s of all) {
        const old = want.get(path(s)) ?? { ns: 0, calls: 0 };
        want.set(path(s), { ns: old.ns + s.duration, calls: old.calls + 1 });
      }
      const got = new Map<string, { ns: number; calls: number }>();
      const walk = (nodes: ReturnType<typeof heavyTracks>[number]['roots']): void => {
        for (const n of nodes) {
          got.set(stackOf(n).join('.'), { ns: Math.round(n.total), calls: n.calls });
          walk(n.children);
        }
      };
      walk(heavyTracks(store, 0, 1)[0]?.roots ?? []);
      expect([...got].sort()).toEqual([...want].sort());
    }
  });

  it('adds up: a call is its own time and that of the calls inside', () => {
    const axis = new Axis();
    axis.begin(0, 0, false);
    const store = new ScopeStore(axis);
    store.take(encode({ begin: 1000 * us, length: 1000 * us, scopes: first }), 1, 1000 * us, 0);
    const call = callAt(store, 0, 0, 0.0012);
    if (call === undefined) throw new Error('no call');
    const inside = [...childrenOf(store, call)].reduce((sum, c) => sum + nsOf(c), 0);
    expect(selfOf(store, call) + inside).toBeCloseTo(nsOf(call), 3);
  });
});
