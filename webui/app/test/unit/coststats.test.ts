import { describe, expect, it } from 'vitest';
import { estimate, needed, student } from '../../src/core/stats';
import {
  type Centre,
  centreOf,
  leastRounds,
  levelOf,
  type Round,
  report,
  roundsFor,
} from '../../src/panels/cvars/coststats';

describe('intervals', () => {
  it("has Student's quantiles, as tables print them", () => {
    for (const [df, level, t] of [
      [1, 0.95, 12.7062],
      [2, 0.95, 4.3027],
      [3, 0.95, 3.1824],
      [4, 0.95, 2.7764],
      [9, 0.95, 2.2622],
      [10, 0.95, 2.2281],
      [30, 0.95, 2.0423],
      [120, 0.95, 1.9799],
      [1000, 0.95, 1.9623],
      [9, 0.99, 3.2498],
      [15, 0.99, 2.9467],
      [60, 0.999, 3.4602],
      [1e6, 0.99, 2.5758],
    ] as const)
      expect(student(df, level), `${df} at ${level}`).toBeCloseTo(t, 3);
    expect(student(7.5)).toBeGreaterThan(student(8));
    expect(student(7.5)).toBeCloseTo(2.3322, 2);
    expect(student(0.5)).toBeNaN();
  });

  it("gives the interval of Student's own example, the additional hours of sleep", () => {
    // Cushny and Peebles' data, as in "The Probable Error of a Mean", 1908: 1.58 +- 0.88 hours.
    const hours = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];
    const e = estimate(hours);
    expect(e.mean).toBeCloseTo(1.58, 10);
    expect(e.sd).toBeCloseTo(1.23, 3);
    expect(e.half).toBeCloseTo(0.8799, 3);
    expect(estimate([3])).toMatchObject({ n: 1, mean: 3, half: Number.NaN });
    expect(estimate([]).mean).toBeNaN();
  });

  it('says how many numbers a precision takes, and no more', () => {
    for (const half of [0.5, 0.1, 0.02]) {
      const n = needed(1, half);
      expect((student(n - 1) * 1) / Math.sqrt(n)).toBeLessThanOrEqual(half);
      expect((student(n - 2) * 1) / Math.sqrt(n - 1)).toBeGreaterThan(half);
    }
    expect(needed(0, 1)).toBe(2);
    expect(needed(1, 1e-9)).toBe(Number.POSITIVE_INFINITY);
    expect(needed(Number.NaN, 1)).toBeNaN();
  });
});

// Sequences that are the same each time.
function chance(seed: number) {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

interface Game {
  /** ns that each value adds to a frame. */
  costs: readonly number[];
  rounds?: number;
  every?: number;
  settle?: number;
  /** How much a frame is like the one before. */
  likeness?: number;
  /** ns that the last frame takes longer than the first. */
  drift?: number;
  /** A hitch of so many ns every so many frames. */
  hitch?: { ns: number; every: number };
  ordered?: boolean;
}

const ms = 1e6;

/** A game whose frames are alike: a first-order autoregression of 0.4 ms about 5 ms. */
function play(seed: number, { costs, rounds = 24, every = 20, settle = 2, ...game }: Game): Round[] {
  const { uniform, normal } = chance(seed);
  const total = rounds * costs.length * (every + settle);
  const rho = game.likeness ?? 0.9;
  const began = game.hitch ? Math.floor(uniform() * game.hitch.every) : 0;
  let noise = normal();
  let frame = 0;
  const next = (): number => {
    noise = rho * noise + Math.sqrt(1 - rho ** 2) * normal();
    let ns = 5 * ms + 0.4 * ms * noise + ((game.drift ?? 0) * frame) / total;
    if (game.hitch && (frame + began) % game.hitch.every === 0) ns += game.hitch.ns;
    frame++;
    return ns;
  };
  return Array.from({ length: rounds }, () => {
    const order = costs.map((_, v) => v);
    if (!game.ordered) {
      for (let i = order.length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        [order[i], order[j]] = [order[j] as number, order[i] as number];
      }
    }
    const round: Float64Array[] = [];
    for (const v of order) {
      for (let i = 0; i < settle; i++) next();
      round[v] = Float64Array.from({ length: every }, () => next() + (costs[v] as number));
    }
    return round;
  });
}

/** How often all intervals of a report held what is true, over many games. */
function coverage(game: Game, centre: Centre = 'mean', runs = 1500): number {
  let held = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const lines = report(play(seed * 7919, game), game.costs.length, centre);
    const off = (v: number) => (game.costs[v] as number) - (game.costs[0] as number);
    if (lines.every(({ delta }, v) => Math.abs(delta.mean - off(v)) <= delta.half)) held++;
  }
  return held / runs;
}

describe('the report', () => {
  it.each<[string, Game, Centre?]>([
    ['frames that are alike', { costs: [0, 0.1 * ms] }],
    ['frames that are very alike', { costs: [0, 0.1 * ms], likeness: 0.99 }],
    ['few rounds', { costs: [0, 0.1 * ms], rounds: 6 }],
    ['medians', { costs: [0, 0.1 * ms] }, 'median'],
    ['a game that grows slower', { costs: [0, 0], drift: 4 * ms }],
    ['work that comes once in each round', { costs: [0, 0], hitch: { ns: 8 * ms, every: 44 } }],
    ['work that comes in every second block', { costs: [0, 0.1 * ms], hitch: { ns: 8 * ms, every: 22 } }],
    ['work in a rhythm of its own, and a drift', { costs: [0, 0], drift: 2 * ms, hitch: { ns: 8 * ms, every: 37 } }],
    ['a sweep, all of it', { costs: [0, 0.1 * ms, 0.2 * ms, 0.3 * ms] }],
  ])('holds the truth 95 times in 100: %s', (_, game, centre) => {
    const share = coverage(game, centre);
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });

  it('would be fooled without chance: a hitch in each round is taken for a cost', () => {
    expect(coverage({ costs: [0, 0], hitch: { ns: 8 * ms, every: 44 }, ordered: true }, 'mean', 200)).toBeLessThan(0.3);
  });

  it('would be fooled by single frames, which are alike', () => {
    let held = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const rounds = play(seed, { costs: [0, 0] });
      const all = (v: number) => rounds.flatMap((round) => [...(round[v] as Float64Array)]);
      const [a, b] = [estimate(all(0)), estimate(all(1))];
      if (Math.abs(a.mean - b.mean) <= Math.hypot(a.half, b.half)) held++;
    }
    expect(held / 200).toBeLessThan(0.8);
  });

  it('sums up each value', () => {
    const round = (a: number[], b: number[]): Round => [Float64Array.from(a), Float64Array.from(b)];
    const rounds = [round([1, 3], [5, 5]), round([2, 2], [6, 8])];
    const [first, second] = report(rounds, 2, 'mean');
    expect(first).toMatchObject({ frames: 4, centre: 2, mean: 2, p50: 2, p99: 3, verdict: 'none' });
    expect(first?.delta).toMatchObject({ n: 2, mean: 0, half: 0 });
    expect(second).toMatchObject({ frames: 4, centre: 6, mean: 6, p50: 5, p95: 8, verdict: 'few' });
    expect(second?.delta).toMatchObject({ n: 2, mean: 4 });
    expect([...(second?.sorted ?? [])]).toEqual([5, 5, 6, 8]);
    expect(report([], 2, 'mean')[1]).toMatchObject({ frames: 0, verdict: 'few' });
  });

  it('takes the median of a block where it is asked to', () => {
    expect(centreOf(Float64Array.of(9, 1, 2), 'median')).toBe(2);
    expect(centreOf(Float64Array.of(9, 1, 2, 3), 'median')).toBe(2.5);
    expect(centreOf(Float64Array.of(9, 1, 2, 3), 'mean')).toBe(3.75);
  });

  it('calls nothing a difference before there are rounds enough', () => {
    const game = { costs: [0, 3 * ms], rounds: leastRounds - 1 };
    expect(report(play(1, game), 2, 'mean')[1]?.verdict).toBe('few');
    expect(report(play(1, { ...game, rounds: leastRounds }), 2, 'mean')[1]?.verdict).toBe('more');
    expect(report(play(1, { ...game, costs: [3 * ms, 0], rounds: leastRounds }), 2, 'mean')[1]?.verdict).toBe('less');
  });

  it('widens the intervals of a sweep so that all hold together', () => {
    expect(levelOf(2)).toBe(0.95);
    expect(levelOf(16)).toBeCloseTo(1 - 0.05 / 15, 12);
  });

  it('foretells how many rounds a precision takes', () => {
    const want = 0.05 * ms;
    let sum = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const pilot = report(play(seed, { costs: [0, 0], rounds: 30 }), 2, 'mean');
      const n = roundsFor(pilot, want);
      const whole = report(play(seed + 1000, { costs: [0, 0], rounds: n }), 2, 'mean');
      sum += whole[1]?.delta.half as number;
    }
    expect(sum / 60).toBeGreaterThan(want * 0.9);
    expect(sum / 60).toBeLessThan(want * 1.1);
    expect(roundsFor(report(play(1, { costs: [0, 0], rounds: 3 }), 2, 'mean'), want)).toBeNaN();
    expect(roundsFor(report(play(1, { costs: [0, 0, 0], rounds: 9 }), 3, 'mean'), ms)).toBe(leastRounds);
  });
});
