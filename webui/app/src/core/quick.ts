// Statistics of a window without sorting it and without making anything.

let scratch = new Float64Array(4096);

/** Mean, percentiles (nearest rank) and greatest. NaN where there is no number. */
export interface Summary {
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

const nan = Number.NaN;
const none: Summary = { mean: nan, p50: nan, p95: nan, p99: nan, max: nan };

/** Summarises the numbers that `at` gives for `from` up to `to`; NaN is left out. */
export function summarise(at: (i: number) => number, from: number, to: number): Summary {
  if (to - from > scratch.length) scratch = new Float64Array(to - from);
  let n = 0;
  let sum = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const v = at(i);
    if (Number.isNaN(v)) continue;
    scratch[n++] = v;
    sum += v;
    if (v > max) max = v;
  }
  if (n === 0) return none;
  return { mean: sum / n, p50: nearest(n, 0.5), p95: nearest(n, 0.95), p99: nearest(n, 0.99), max };
}

function nearest(n: number, q: number): number {
  return select(scratch, n, Math.max(0, Math.ceil(q * n) - 1));
}

/** The k-th smallest of the first n numbers, which it reorders: Hoare's selection. */
export function select(a: Float64Array, n: number, k: number): number {
  let lo = 0;
  let hi = n - 1;
  while (lo < hi) {
    const pivot = a[(lo + hi) >> 1] as number;
    let i = lo;
    let j = hi;
    while (i <= j) {
      while ((a[i] as number) < pivot) i++;
      while ((a[j] as number) > pivot) j--;
      if (i > j) break;
      const x = a[i] as number;
      a[i++] = a[j] as number;
      a[j--] = x;
    }
    if (k <= j) hi = j;
    else if (k >= i) lo = i;
    else break;
  }
  return a[k] as number;
}
