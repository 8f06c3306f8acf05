// Intervals of means of few numbers: Student's t, and how many numbers a wanted precision takes.

/**
 * How far from the mean, in standard errors, Student's t with so many degrees of freedom stays with a
 * certainty of `level`, on both sides: 2.262 for 9 and 0.95. Exact for whole degrees up to 200, by the
 * finite series of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4;
 * between two of them, and beyond, straight in 1/df, which is good to a thousandth from 3 on.
 */
export function student(df: number, level = 0.95): number {
  if (!(df >= 1)) return Number.NaN;
  const low = Math.min(Math.floor(df), far);
  if (df === low) return whole(df, level);
  const [from, to] = df < far ? [low, low + 1] : [far / 2, far];
  const [a, b] = [whole(from, level), whole(to, level)];
  return a + ((b - a) * (1 / from - 1 / df)) / (1 / from - 1 / to);
}

const far = 200;

// By halving the angle whose tangent is t / sqrt(df).
function whole(df: number, level: number): number {
  let from = 0;
  let to = Math.PI / 2;
  for (let i = 0; i < 50; i++) {
    const middle = (from + to) / 2;
    if (within(middle, df) < level) from = middle;
    else to = middle;
  }
  return Math.sqrt(df) * Math.tan((from + to) / 2);
}

// The probability that |t| is at most sqrt(df) tan(angle).
function within(angle: number, df: number): number {
  const odd = df % 2;
  const cos2 = Math.cos(angle) ** 2;
  let term = odd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = odd + 2; k <= df; k += 2) {
    sum += term;
    term *= (cos2 * (k - 1)) / k;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** What is known of a mean from numbers that do not depend on each other. */
export interface Estimate {
  /** How many numbers there were. */
  n: number;
  mean: number;
  /** Their standard deviation; NaN for fewer than two. */
  sd: number;
  /** The mean lies within this of the true one, with the certainty asked for; NaN for fewer than two. */
  half: number;
}

/** Estimates a mean by Student's t interval. */
export function estimate(values: readonly number[], level = 0.95): Estimate {
  const n = values.length;
  let mean = 0;
  for (const v of values) mean += v / n;
  if (n < 2) return { n, mean: n === 0 ? Number.NaN : mean, sd: Number.NaN, half: Number.NaN };
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  const sd = Math.sqrt(squares / (n - 1));
  return { n, mean, sd, half: (student(n - 1, level) * sd) / Math.sqrt(n) };
}

const most = 1e6;

/**
 * How many numbers of a standard deviation it takes until the interval of their mean is no wider than
 * `half` on either side: the second stage of Stein's procedure (Annals of Mathematical Statistics 16,
 * 1945). To go on until an interval is narrow enough is honest; to go on until it leaves zero out is not.
 */
export function needed(sd: number, half: number, level = 0.95): number {
  if (!(sd >= 0) || !(half > 0)) return Number.NaN;
  let n = Math.max(2, Math.floor(((student(most, level) * sd) / half) ** 2)); // t is hardly ever less than this
  if (n > most) return Number.POSITIVE_INFINITY;
  while ((student(n - 1, level) * sd) / Math.sqrt(n) > half) n++;
  return n;
}
