// The kept messages that the filter lets through, in their order.

import type { Kept, WireRing } from './ring';

export class WireRows {
  /** Messages among the rows: notes are not counted. */
  messages = 0;
  private test: (kept: Kept) => boolean;
  private items: Kept[] = [];
  private head = 0;
  private taken = 0; // number of the entry that comes next

  constructor(test: (kept: Kept) => boolean = () => true) {
    this.test = test;
  }

  get size(): number {
    return this.items.length - this.head;
  }

  /** Number of the first entry that was not looked at. */
  get end(): number {
    return this.taken;
  }

  row(i: number): Kept | undefined {
    return this.items[this.head + i];
  }

  /** The place of an entry, or of the next one that is shown. */
  placeOf(no: number): number {
    let lo = this.head;
    let hi = this.items.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((this.items[mid] as Kept).no < no) lo = mid + 1;
      else hi = mid;
    }
    return lo - this.head;
  }

  /** Applies another test to all that the ring keeps, up to an entry. */
  rebuild(ring: WireRing, test: (kept: Kept) => boolean, end = ring.end): void {
    this.test = test;
    this.items = [];
    this.head = 0;
    this.messages = 0;
    this.taken = ring.oldest;
    this.sync(ring, end);
  }

  /** Takes what the ring has got since and drops what it lost. Says how many rows came and went. */
  sync(ring: WireRing, end = ring.end): { came: number; went: number } {
    const went = this.drop(ring.oldest);
    const before = this.items.length;
    for (let no = Math.max(this.taken, ring.oldest); no < end; no++) {
      const kept = ring.numbered(no);
      if (kept === undefined || !this.test(kept)) continue;
      this.items.push(kept);
      if (kept.message !== undefined) this.messages++;
    }
    this.taken = Math.max(this.taken, end);
    return { came: this.items.length - before, went };
  }

  private drop(oldest: number): number {
    const before = this.head;
    for (let row = this.items[this.head]; row !== undefined && row.no < oldest; row = this.items[this.head]) {
      if (row.message !== undefined) this.messages--;
      this.head++;
    }
    const went = this.head - before;
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return went;
  }
}
