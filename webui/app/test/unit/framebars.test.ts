import { describe, expect, it } from 'vitest';
import { Ring } from '../../src/core/ring';
import { gradeOf } from '../../src/core/timings';
import { fitting, gutter, perBar } from '../../src/widgets/framebars/framebars';
import { type Frames, mergeBars, noBars } from '../../src/widgets/framebars/merge';

const budget = 16_666_667;

// A sequence that is the same each time: a linear congruence.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Frame {
  period: number;
  work: number;
  held: boolean;
}

function record(n: number, seed: number): { frames: Frames; all: Frame[] } {
  const next = random(seed);
  const frames = { period: new Ring(512), work: new Ring(512), held: new Ring(512) };
  const all: Frame[] = [];
  for (let i = 0; i < n; i++) {
    const gap = next() < 0.02;
    const one = { period: gap ? Number.NaN : next() ** 6 * 60e6, work: next() * 20e6, held: next() < 0.1 };
    all.push(one);
    frames.period.push(one.period);
    frames.work.push(one.work);
    frames.held.push(one.held ? 1 : 0);
  }
  return { frames, all };
}

// What a bar must show, by looking at each of its frames.
function oracle(all: Frame[], from: number, to: number) {
  const there = all
    .map((f, i) => ({ ...f, i }))
    .slice(from, to)
    .filter((f) => !Number.isNaN(f.period));
  const running = there.filter((f) => !f.held);
  const of = running.length > 0 ? running : there;
  const worst = of.reduce<(typeof of)[number] | undefined>(
    (w, f) => (w === undefined || f.period > w.period ? f : w),
    undefined,
  );
  const grade = Math.max(0, ...running.map((f) => gradeOf(f.period, f.work, budget)));
  return { worst, grade, held: there.length > 0 && running.length === 0 };
}

describe('merged bars', () => {
  it.each([1, 2, 4, 8, 16])('of %d frames show the worst, as brute force does', (per) => {
    for (let seed = 1; seed <= 8; seed++) {
      const { frames, all } = record(300 + seed * 7, seed * 77);
      const from = 40 + seed;
      const to = all.length - (seed % 3);
      const bars = mergeBars(frames, from, to, per, budget, noBars());
      expect(bars.first).toBeLessThanOrEqual(from);
      expect(bars.first % per).toBe(0);
      expect(bars.first + bars.count * per).toBeGreaterThanOrEqual(to);
      const got: unknown[] = [];
      const want: unknown[] = [];
      for (let b = 0; b < bars.count; b++) {
        const { worst, grade, held } = oracle(all, bars.first + b * per, Math.min(to, bars.first + (b + 1) * per));
        want.push([worst?.period ?? Number.NaN, worst?.i, grade, held ? 1 : 0]);
        got.push([bars.value[b], worst && bars.at[b], bars.grade[b], bars.held[b]]);
      }
      expect(got).toEqual(want);
    }
  });

  it('keep their frames while the window slides over them', () => {
    const { frames } = record(400, 5);
    const first = mergeBars(frames, 100, 300, 8, budget, noBars());
    const known = new Map<number, number>();
    for (let b = 0; b < first.count - 1; b++) known.set(first.first + b * 8, first.at[b] as number);
    const second = mergeBars(frames, 103, 303, 8, budget, noBars());
    for (let b = 0; b < second.count - 2; b++) {
      const at = second.first + b * 8;
      if (known.has(at)) expect(second.at[b]).toBe(known.get(at));
    }
  });

  it('never lose a hitch, from however far', () => {
    const frames = { period: new Ring(4096), work: new Ring(4096), held: new Ring(4096) };
    for (let i = 0; i < 4096; i++) {
      frames.period.push(i === 1841 ? 80e6 : 10e6);
      frames.work.push(1e6);
      frames.held.push(0);
    }
    for (const per of [1, 2, 4, 8]) {
      const bars = mergeBars(frames, 0, 4096, per, budget, noBars());
      const worst = bars.grade.indexOf(2);
      expect(bars.at[worst]).toBe(1841);
    }
  });

  it('use their arrays again', () => {
    const { frames } = record(200, 9);
    const out = noBars();
    mergeBars(frames, 0, 200, 1, budget, out);
    const { value } = out;
    mergeBars(frames, 50, 150, 2, budget, out);
    expect(out.value).toBe(value);
    expect(out.count).toBe(50);
  });
});

describe('grades', () => {
  it.each([
    [16.7e6, 5e6, 0], // swings around the budget: no hitch
    [18.2e6, 5e6, 0],
    [18.4e6, 5e6, 1],
    [16.7e6, 17e6, 1], // the work itself was too much
    [36.5e6, 5e6, 1], // one missed display frame
    [36.8e6, 5e6, 2],
    [Number.NaN, 0, 0],
  ])('period %d, work %d', (period, work, want) => {
    expect(gradeOf(period, work, budget)).toBe(want);
  });

  it('need a budget', () => {
    expect(gradeOf(1e9, 1e9, 0)).toBe(0);
  });
});

it('fits as many frames as a width holds', () => {
  expect([perBar(4), perBar(1), perBar(0.5), perBar(0.125)]).toEqual([1, 1, 2, 8]);
  expect(fitting(gutter + 400, 4)).toBe(100);
  expect(fitting(gutter + 400, 0.25)).toBe(1600);
  expect(fitting(0, 4)).toBe(1);
});
