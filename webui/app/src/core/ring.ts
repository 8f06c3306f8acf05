// Rolling windows over samples. Every sample is written twice, N apart, so that any window is one
// contiguous piece of memory and nothing is copied or made per frame.

/** The newest `capacity` numbers of a series. NaN is a gap. */
export class Ring {
  readonly capacity: number;
  /** Numbers ever pushed; the newest has the index `count - 1`. */
  count = 0;
  private data: Float64Array;

  /**
   * Rings that move together are given different `skew`s: they are as large as each other, so without
   * one their newest numbers would all lie at the same place of a page of memory, where a cache has
   * room for eight.
   */
  constructor(capacity: number, skew = 0) {
    this.capacity = capacity;
    const lines = (skew * 5) % 64; // of a page of 4 KiB
    this.data = new Float64Array(capacity * 2 + lines * 8).subarray(lines * 8);
  }

  /** Makes an empty ring as if `n` numbers, all 0, had been pushed: it joins others that began before. */
  skip(n: number): void {
    this.count += n;
  }

  /** A copy that stands still. */
  clone(): Ring {
    const copy = new Ring(this.capacity);
    copy.data = this.data.slice();
    copy.count = this.count;
    return copy;
  }

  /** Numbers held. */
  get length(): number {
    return Math.min(this.count, this.capacity);
  }

  push(x: number): void {
    const i = this.count % this.capacity;
    this.data[i] = x;
    this.data[i + this.capacity] = x;
    this.count++;
  }

  /** As push, for rings of one capacity that move together: `slot` is `count % capacity`, found once for all. */
  pushAt(slot: number, x: number): void {
    this.data[slot] = x;
    this.data[slot + this.capacity] = x;
    this.count++;
  }

  /** The newest number, NaN when there is none. */
  get last(): number {
    return this.at(this.count - 1);
  }

  /** The number with this index since the start, NaN when it is no longer, or not yet, held. */
  at(index: number): number {
    if (index < this.count - this.length || index >= this.count) return Number.NaN;
    return this.data[index % this.capacity] as number;
  }

  /** The index of the newest number at or below x, in a ring whose numbers never fall; -1 when all are greater. */
  indexOf(x: number): number {
    let lo = this.count - this.length;
    let hi = this.count - 1;
    let found = -1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      if (this.at(mid) <= x) {
        found = mid;
        lo = mid + 1;
      } else hi = mid - 1;
    }
    return found;
  }

  /** Numbers from index `from` up to, not including, `to`: a view, valid until the next push. */
  window(from: number, to: number = this.count): Float64Array {
    const end = Math.min(to, this.count);
    const start = Math.min(Math.max(from, this.count - this.length), end);
    const at = start % this.capacity;
    return this.data.subarray(at, at + end - start);
  }

  /** The newest `n` numbers: a view, valid until the next push. */
  tail(n: number): Float64Array {
    return this.window(this.count - n);
  }
}
