import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Axis } from '../../src/core/axis';
import { readCapture } from '../../src/core/capturefile';
import { TimingStore } from '../../src/core/timings';
import { timingsOf } from '../../src/panels/perf/comparemodel';
import { blockMeans, compare, interval, shares } from '../../src/panels/perf/comparestats';

const ms = 1e6;

// A sequence that is the same each time, of about a normal distribution.
function normal(seed: number): () => number {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () =>
    next() + next() + next() + next() + next() + next() + next() + next() + next() + next() + next() + next() - 6;
}

/** A recording of so many frames with two scopes, of which the second takes what `ai` says. */
function recorded(frames: number, ai: (i: number) => number, names = ['physics', 'ai']): TimingStore {
  const store = new TimingStore(new Axis());
  store.opened({
    scopes: names.map((name, id) => ({ id, name, parent: -1, help: '', budget: 0 })),
    counters: [],
    budget: 16.7 * ms,
  } as never);
  for (let f = 0; f < frames; f++) {
    const view = new DataView(new ArrayBuffer(24 + 2 * 20));
    view.setUint16(0, 2, true);
    view.setUint32(8, 16.7 * ms, true);
    view.setUint32(12, 5 * ms, true);
    view.setUint32(24 + 8, 3 * ms, true);
    view.setUint32(24 + 12, ai(f), true);
    store.take(view, f, f * 16.7 * ms, 0);
  }
  return store;
}

const whole = (timings: TimingStore) => ({ timings, from: timings.first, to: timings.count });
const line = (lines: ReturnType<typeof compare>, name: string) => lines.find((l) => l.name === name);

describe('compare', () => {
  it('finds a difference that is there, and how large it is at least and at most', () => {
    const r = normal(1);
    const lines = compare(
      whole(recorded(300, () => 2 * ms + r() * 0.2 * ms)),
      whole(recorded(300, () => 2.3 * ms + r() * 0.2 * ms)),
    );
    const ai = line(lines, 'ai');
    expect(ai?.verdict).toBe('more');
    expect(ai?.low).toBeLessThan(0.3 * ms);
    expect(ai?.high).toBeGreaterThan(0.3 * ms);
    expect(ai?.ratio).toBeCloseTo(1.15, 1);
    expect(line(lines, 'physics')).toMatchObject({ a: 3 * ms, b: 3 * ms, delta: 0, verdict: 'noise', ratio: 1 });
  });

  it('calls stretches of the same kind different in about five of a hundred pairs', () => {
    const r = normal(99);
    let alarms = 0;
    for (let k = 0; k < 100; k++) {
      const side = () => whole(recorded(120, () => 2 * ms + r() * 0.3 * ms));
      if (line(compare(side(), side()), 'ai')?.verdict !== 'noise') alarms++;
    }
    expect(alarms).toBeLessThan(13);
  });

  it('is not fooled by frames that are alike because they follow each other', () => {
    const r = normal(5);
    let alarms = 0;
    for (let k = 0; k < 60; k++) {
      let level = 0;
      const slow = () => {
        level = level * 0.8 + r() * 0.2 * ms;
        return 2 * ms + level;
      };
      if (line(compare(whole(recorded(300, slow)), whole(recorded(300, slow))), 'ai')?.verdict !== 'noise') alarms++;
    }
    expect(alarms).toBeLessThan(14); // a test of single frames would cry in every second
  });

  it('says what only one side has, and where frames are too few', () => {
    const lines = compare(whole(recorded(12, () => ms)), whole(recorded(300, () => ms, ['physics', 'net'])));
    expect(line(lines, 'ai')).toMatchObject({ verdict: 'only A', b: Number.NaN });
    expect(line(lines, 'net')?.verdict).toBe('only B');
    expect(line(lines, 'physics')).toMatchObject({ verdict: 'few', low: Number.NaN });
    expect(lines.slice(0, 2).map((l) => l.name)).toEqual(['frame', 'work']);
  });

  it('cuts into blocks that hold all', () => {
    const { mean, means } = blockMeans(Array.from({ length: 103 }, (_, i) => i));
    expect([mean, means.length]).toEqual([51, 20]);
    expect(blockMeans([]).mean).toBeNaN();
    expect(interval([1, 1, 1], [1, 1, 1, 1])).toBeUndefined();
    expect(interval([1, 1, 1, 1], [2, 2, 2, 2])).toEqual({ low: 1, high: 1 });
  });

  it('shares add up to one, what is longer than the axis in its last', () => {
    const out = shares([1, 2, 3, 99], 10, 10);
    expect(out.reduce((s, v) => s + v, 0)).toBeCloseTo(1);
    expect(out[9]).toBe(0.25);
  });

  it('reads a side from a file', async () => {
    const bytes = readFileSync(join(import.meta.dirname, '../fixtures/garden.scry'));
    const timings = timingsOf(await readCapture(new Blob([new Uint8Array(bytes)]).stream(), 'garden.scry'));
    const half = timings.find(1380);
    const lines = compare({ timings, from: 0, to: half }, { timings, from: half, to: timings.count });
    expect(line(lines, 'load')).toMatchObject({ a: 0, ratio: Number.NaN });
    expect(line(lines, 'collide')?.depth).toBe(2);
  });
});
