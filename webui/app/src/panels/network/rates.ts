// Rates of totals that only rise: what came between two looks, by the second.

const least = 0.25; // seconds between two looks that make a rate
const most = 5; // longer, and nobody looked

/** Rates of many things, each with some totals, by name. */
export class Rates {
  private at = Number.NaN;
  private totals = new Map<string, readonly number[]>();
  private rates = new Map<string, readonly number[]>();

  /** Looks at the totals at a time in seconds. Looks that follow too soon do nothing. */
  take(at: number, things: Iterable<readonly [string, readonly number[]]>): void {
    const gap = at - this.at;
    if (Number.isNaN(at) || (gap >= 0 && gap < least)) return;
    const fits = gap >= least && gap <= most;
    const totals = new Map<string, readonly number[]>();
    const rates = new Map<string, readonly number[]>();
    for (const [name, now] of things) {
      totals.set(name, now);
      const was = this.totals.get(name);
      if (fits && was !== undefined) rates.set(name, rate(was, now, gap));
    }
    this.at = at;
    this.totals = totals;
    this.rates = rates;
  }

  /** The i-th rate of a thing, NaN until it was looked at twice. */
  of(name: string, i: number): number {
    return this.rates.get(name)?.[i] ?? Number.NaN;
  }

  /** Forgets all: the totals begin anew. */
  reset(): void {
    this.at = Number.NaN;
    this.totals.clear();
    this.rates.clear();
  }
}

/** What was gained by the second; NaN where a total fell, since it then began anew. */
function rate(was: readonly number[], now: readonly number[], seconds: number): number[] {
  return now.map((n, i) => {
    const gained = n - (was[i] ?? Number.NaN);
    return gained < 0 ? Number.NaN : gained / seconds;
  });
}
