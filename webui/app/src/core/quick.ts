// Statistics of a window without sorting it and without making anything.

let scratch = new Float64Array(4096);

/** Mean, 95th percentile (nearest rank) and greatest. NaN where there is no number. */
export interface Summary {
  mean: number;
  p95: number;
  max: number;
}

const none: Summary = { mean: Number.NaN, p95: Number.NaN, max: Number.NaN };

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
  return { mean: sum / n, p95: select(scratch, n, Math.max(0, Math.ceil(0.95 * n) - 1)), max };
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
