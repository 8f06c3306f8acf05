import { beforeEach, describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import { ScopeStore, type Segment } from '../../src/core/scopes';
import { keptFrames } from '../../src/core/timings';
import { encode, type Told } from '../fixtures/segments';

const ms = 1e6;

describe('ScopeStore', () => {
  let axis: Axis;
  let store: ScopeStore;
  const at = (frame: number, more: Partial<Told> = {}): DataView =>
    encode({
      begin: frame * 16 * ms,
      length: 16 * ms,
      tick: frame * 2,
      scopes: [
        { track: 0, depth: 0, start: frame * 16 * ms + ms, duration: 8 * ms, id: 1 },
        { track: 0, depth: 1, start: frame * 16 * ms + 2 * ms, duration: 3 * ms, id: 2 },
        { track: 2, depth: 0, start: frame * 16 * ms - ms, duration: 2 * ms, id: 7 },
      ],
      ...more,
    });
  const take = (frame: number, more: Partial<Told> = {}): boolean =>
    store.take(at(frame, more), frame, frame * 16 * ms, 0);
  const frames = (): number[] => store.segments.map((s) => s.frame);
  beforeEach(() => {
    axis = new Axis();
    axis.begin(0, 0, false);
    store = new ScopeStore(axis);
  });

  it('reads the columns where they lie', () => {
    const payload = at(3, { shift: 2, lost: 5, held: true });
    store.take(payload, 3, 48 * ms, 0);
    const s = store.segments[0] as Segment;
    expect(s.start.buffer).toBe(payload.buffer);
    expect([s.frame, s.tick, s.length, s.lost, s.held, s.count]).toEqual([3, 6, 16 * ms, 5, true, 3]);
    expect([...s.runs]).toEqual([0, 1, 1 << 16, 1, 2, 1]);
    expect([...s.id]).toEqual([1, 2, 7]);
    expect(s.unit).toBeCloseTo(4e-9, 15);
    expect(s.x).toBeCloseTo(0.048, 12);
    expect(s.base).toBeCloseTo(0.047, 12); // the worker began before the frame
    expect(s.base + (s.start[0] as number) * s.unit).toBeCloseTo(0.049, 8);
    expect((s.duration[0] as number) * s.unit).toBeCloseTo(0.008, 8);
    expect(s.work).toBeCloseTo(8 * ms, -1);
    expect(s.end).toBeCloseTo(0.064, 12);
  });

  it('copies what lies askew, or in something larger', () => {
    const payload = at(1);
    const bytes = new Uint8Array(payload.buffer, payload.byteOffset);
    for (const [size, offset] of [
      [bytes.length + 3, 3],
      [bytes.length + 4096, 64],
    ] as const) {
      const other = new Uint8Array(size);
      other.set(bytes, offset);
      store = new ScopeStore(axis);
      expect(store.take(new DataView(other.buffer, offset, bytes.length), 1, 16 * ms, 0)).toBe(true);
      expect([...(store.segments[0] as Segment).id]).toEqual([1, 2, 7]);
      expect(store.bytes).toBeLessThan(bytes.length + 800);
    }
  });

  it('refuses what is cut short or does not add up', () => {
    const whole = at(1);
    for (let n = 0; n < whole.byteLength; n++) {
      expect(store.take(new DataView(whole.buffer, whole.byteOffset, n), 1, 16 * ms, 0)).toBe(false);
    }
    whole.setUint32(36, 2, true); // the first run claims one scope more
    expect(store.take(whole, 1, 16 * ms, 0)).toBe(false);
    expect(frames()).toEqual([]);
  });

  it('takes history in any order, and no frame twice', () => {
    for (const f of [10, 11, 4, 5, 12, 3, 11, 5, 4, 13, 12]) expect(take(f)).toBe(true);
    expect(frames()).toEqual([3, 4, 5, 10, 11, 12, 13]);
    expect(store.bytes).toBe(store.segments.reduce((sum, s) => sum + s.bytes, 0));
    expect(store.find(11)).toBe(4);
    expect(store.find(7)).toBe(-1);
  });

  it('keeps no more frames than there are numbers of', () => {
    for (let frame = 2; frame < keptFrames + 10; frame++) take(frame);
    expect([store.segments.length, store.segments[0]?.frame]).toEqual([keptFrames, 10]);
    take(1); // older than all: it would be the first to go
    expect(store.segments[0]?.frame).toBe(10);
    expect(store.bytes).toBe(keptFrames * (store.segments[0]?.bytes ?? 0));
  });

  it('keeps to its budget: the oldest go, and what is older still is not taken', () => {
    take(0);
    const size = store.bytes;
    store = new ScopeStore(axis, size * 5);
    for (let f = 10; f < 30; f++) take(f);
    expect(frames()).toEqual([25, 26, 27, 28, 29]);
    take(9);
    expect(frames()).toEqual([25, 26, 27, 28, 29]);
    expect(store.bytes).toBeLessThanOrEqual(size * 5);
  });

  it('stands still when frozen, and shares the bytes', () => {
    for (let f = 1; f < 5; f++) take(f);
    const copy = store.freeze();
    take(5);
    take(0);
    expect(copy.segments.map((s) => s.frame)).toEqual([1, 2, 3, 4]);
    expect(copy.segments[0]).toBe(store.segments[1]);
    expect(frames()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('finds what touches a piece of the axis, also what began long before its frame', () => {
    for (let f = 1; f <= 20; f++) take(f);
    take(21, { scopes: [{ track: 1, depth: 0, start: 5 * 16 * ms, duration: 16 * 16 * ms, id: 3 }] });
    const [from, to] = store.between(0.1, 0.12); // frames 6 and 7
    expect(from).toBeLessThanOrEqual(5);
    expect(to).toBe(21);
    expect(store.countScopes(0.1, 0.101)).toBe(4); // frame 6, and the scope that runs for 16 of them
    const whole = store.between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(whole).toEqual([0, 21]);
    expect(store.segments[store.atX(0.1)]?.frame).toBe(6);
    expect(store.atX(0.096)).toBe(store.find(6));
    expect(store.atX(0)).toBe(-1);
    expect(store.atX(99)).toBe(-1);
  });

  it('parts the runs of a game that was restarted', () => {
    take(1);
    take(2);
    axis.begin(0, 0, true);
    take(1);
    expect(frames()).toEqual([1, 2, 1]);
    expect(store.segments.map((s) => s.run)).toEqual([1, 1, 2]);
    expect(store.find(1)).toBe(2);
  });
});
