// What the values of a cvar cost, from blocks of frames.
//
// The design is a randomised complete block: each round holds every value once, for some frames, in an
// order that was shuffled for that round (R. A. Fisher, The Design of Experiments, 1935; Box, Hunter
// and Hunter, Statistics for Experimenters, 2nd edition, chapters 3 and 4). Frames that follow each
// other are alike, so a block is one number, its mean or its median, whatever its frames are many.
// Blocks of a round lie side by side, so their difference leaves out what changes slowly; and the order
// is by chance, so what is left of a drift, or of work that comes in a rhythm, falls on either side
// alike and shows in the spread of the differences, where it belongs. Their mean has Student's t
// interval. Rounds are chosen before, or by the width that is wanted, never by what was found.

import { type Estimate, estimate, needed } from '../../core/stats';
import { quantile } from '../../core/timings';

/** What stands for a block. */
export type Centre = 'mean' | 'median';

/** A round: for each value the numbers of its frames, ns. */
export type Round = readonly Float64Array[];

/** What was found of one value against the first. */
export type Verdict = 'more' | 'less' | 'none' | 'few';

/** One value of the report, ns a frame. */
export interface Line {
  frames: number;
  /** The mean of its blocks' centres. */
  centre: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  /** Of all frames, rising: for pictures. */
  sorted: Float64Array;
  /** Less that of the first value, round by round. Of the first value itself all is 0. */
  delta: Estimate;
  verdict: Verdict;
}

/** Rounds before which an interval says more about luck than about the game. */
export const leastRounds = 5;

/**
 * The certainty of one interval out of a report with so many values, such that all of them hold
 * together with 95 % (Bonferroni): whoever looks at fifteen differences finds one by chance otherwise.
 */
export function levelOf(values: number): number {
  return 1 - 0.05 / Math.max(1, values - 1);
}

/** The report: a line for each value, in their order. */
export function report(rounds: readonly Round[], values: number, centre: Centre): Line[] {
  const level = levelOf(values);
  const centres = rounds.map((round) => round.map((block) => centreOf(block, centre)));
  return Array.from({ length: values }, (_, v) => {
    const sorted = pooled(rounds, v);
    const delta = estimate(
      centres.map((c) => (c[v] as number) - (c[0] as number)),
      level,
    );
    return {
      frames: sorted.length,
      centre: average(centres.map((c) => c[v] as number)),
      mean: average(sorted),
      p50: quantile(sorted, 0.5),
      p95: quantile(sorted, 0.95),
      p99: quantile(sorted, 0.99),
      sorted,
      delta,
      verdict: v === 0 ? 'none' : verdictOf(delta),
    };
  });
}

function verdictOf({ n, mean, half }: Estimate): Verdict {
  if (n < leastRounds) return 'few';
  if (mean - half > 0) return 'more';
  return mean + half < 0 ? 'less' : 'none';
}

/** Rounds in all that it takes until every difference of the report is known to within `half` ns; NaN while nobody can say. */
export function roundsFor(lines: readonly Line[], half: number): number {
  let most = Number.NaN;
  for (const { delta } of lines.slice(1)) {
    if (delta.n < leastRounds) return Number.NaN;
    const n = Math.max(leastRounds, needed(delta.sd, half, levelOf(lines.length)));
    if (!(n <= most)) most = n;
  }
  return most;
}

/** A block as one number. */
export function centreOf(block: Float64Array, centre: Centre): number {
  if (centre === 'mean') return average(block);
  const sorted = block.toSorted();
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

function pooled(rounds: readonly Round[], v: number): Float64Array {
  const blocks = rounds.map((round) => round[v] as Float64Array);
  const out = new Float64Array(blocks.reduce((n, block) => n + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    out.set(block, at);
    at += block.length;
  }
  return out.sort();
}
