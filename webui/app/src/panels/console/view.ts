// What of the ring is shown: what the filter lets through, and repeats folded into one row. It can be
// made in slices, so that a million lines stop no frame.

import { type Chunk, kinds, perChunk } from './chunk';
import { chunkOf, type Entry, type Ring, read } from './ring';
import { type Filter, Sieve } from './sieve';

/** A row of the list: one entry, or a run of equal ones of which the last is shown. */
export interface Row {
  /** Number of the first entry folded in: the row's identity, it does not change while the run grows. */
  readonly first: number;
  /** Frame of the first entry. */
  readonly since: number;
  readonly last: Entry;
  /** How many lines of the log; 0 for what the console itself said. */
  readonly count: number;
}

const firstOwn = kinds.indexOf('command');

/** The rows of a ring under a filter, kept up to date entry by entry. */
export class View {
  private first = new Uint32Array(256);
  private last = new Uint32Array(256);
  private times = new Uint32Array(256);
  private head = 0;
  private tail = 0;
  private matched = 0;
  private taken: number; // entries of the ring below this number were looked at
  private chunks: readonly Chunk[] = []; // as they were then: a view that stands still keeps what the ring drops
  private readonly ring: Ring;
  private readonly sieve: Sieve;
  private readonly passed = new Uint8Array(perChunk);

  /** @param from entries below this number are left out. */
  constructor(ring: Ring, filter: Filter = { text: '', hidden: new Set() }, from = 0) {
    this.ring = ring;
    this.sieve = new Sieve(filter, ring.sources);
    this.taken = Math.max(from, ring.oldest);
  }

  /** Rows after folding. */
  get size(): number {
    return this.tail - this.head;
  }

  /** Lines of the log behind the rows; what came more often counts as often. */
  get lines(): number {
    return this.matched;
  }

  /** The ring's entries below this number were looked at. */
  get end(): number {
    return this.taken;
  }

  /** The i-th row, oldest first. */
  row(i: number): Row | undefined {
    const at = this.head + i;
    if (i < 0 || at >= this.tail) return undefined;
    const first = this.first[at] as number;
    const last = this.entry(this.last[at] as number);
    if (last === undefined) return undefined;
    const begun = chunkOf(this.chunks, first);
    const since = begun === undefined ? last.frame : (begun.frame[first - begun.base] as number);
    return { first, since, last, count: this.times[at] as number };
  }

  /** The identity of the i-th row. */
  key(i: number): number {
    return this.first[this.head + i] as number;
  }

  /** An entry of those that were looked at. */
  entry(no: number): Entry | undefined {
    const chunk = chunkOf(this.chunks, no);
    return chunk && read(chunk, no, this.ring.sources);
  }

  /** The row that stands at a place of the page's axis: the last one that begins at or before it, -1 when all are later. */
  indexAt(x: number): number {
    let lo = this.head;
    let hi = this.tail - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      const no = this.first[mid] as number;
      const chunk = chunkOf(this.chunks, no);
      if (chunk === undefined || (chunk.x[no - chunk.base] as number) <= x) lo = mid + 1;
      else hi = mid - 1;
    }
    return hi - this.head;
  }

  /** The place of the row with an identity, or -1. */
  indexOf(first: number): number {
    const i = this.before(first);
    return i >= this.head && this.first[i] === first ? i - this.head : -1;
  }

  /** Takes the entries that the ring has got since, drops those that it lost. Says how many rows came and went. */
  sync(end = this.ring.end): { came: number; went: number } {
    const went = this.drop(this.ring.oldest);
    const before = this.tail;
    this.work(() => false, end);
    return { came: this.tail - before, went };
  }

  /** Looks at entries chunk by chunk until all are, or it is time to stop. Reports whether all are. */
  work(stop: () => boolean, end = this.ring.end): boolean {
    const chunks = this.ring.chunks.slice();
    this.chunks = chunks;
    let from = Math.max(this.taken, this.ring.oldest);
    let k = chunks.length;
    while (k > 0 && (chunks[k - 1] as Chunk).base > from) k--;
    for (k = Math.max(0, k - 1); k < chunks.length && from < end; k++) {
      const chunk = chunks[k] as Chunk;
      const to = Math.min(chunk.next, end);
      if (to <= from) continue;
      this.take(chunk, from - chunk.base, to - chunk.base);
      from = this.taken = to;
      if (from < end && stop()) return false;
    }
    this.taken = Math.max(this.taken, Math.min(end, this.ring.end));
    return true;
  }

  /** An entry came more often. */
  grow(no: number, by: number): void {
    if (no >= this.taken) return;
    const i = this.before(no);
    // The row's own entries are those that were let through: others lie between them.
    if (i < this.head || no > (this.last[i] as number)) return;
    const chunk = chunkOf(this.chunks, no);
    const last = chunkOf(this.chunks, this.last[i] as number);
    if (!chunk || !last || !chunk.same(no - chunk.base, last, (this.last[i] as number) - last.base)) return;
    this.times[i] = (this.times[i] as number) + by;
    this.matched += by;
  }

  // Index of the last row that begins at or before a number.
  private before(no: number): number {
    let lo = this.head;
    let hi = this.tail - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      if ((this.first[mid] as number) <= no) lo = mid + 1;
      else hi = mid - 1;
    }
    return hi;
  }

  // Rows whose entries have all left the ring.
  private drop(oldest: number): number {
    const before = this.head;
    while (this.head < this.tail && (this.last[this.head] as number) < oldest) {
      this.matched -= this.times[this.head] as number;
      this.head++;
    }
    return this.head - before;
  }

  private take(chunk: Chunk, from: number, to: number): void {
    const { passed } = this;
    this.sieve.sift(chunk, from, to, passed);
    for (let i = from; i < to; i++) if (passed[i] === 1) this.add(chunk, i);
  }

  private add(chunk: Chunk, i: number): void {
    const logged = (chunk.kind[i] as number) < firstOwn;
    const times = logged ? (chunk.times[i] as number) : 0; // what the console said is no line of the log
    const no = chunk.base + i;
    this.matched += times;
    if (this.tail > this.head && logged) {
      const at = this.tail - 1;
      const lastNo = this.last[at] as number;
      const last = lastNo >= chunk.base ? chunk : chunkOf(this.chunks, lastNo);
      if (last?.same(lastNo - last.base, chunk, i)) {
        this.last[at] = no;
        this.times[at] = (this.times[at] as number) + times;
        return;
      }
    }
    if (this.tail === this.first.length) this.makeRoom();
    this.first[this.tail] = this.last[this.tail] = no;
    this.times[this.tail++] = times;
  }

  private makeRoom(): void {
    const size = this.tail - this.head;
    const room = size * 2 > this.first.length ? this.first.length * 2 : this.first.length;
    const moved = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const next = new Uint32Array(room);
      next.set(old.subarray(this.head, this.tail));
      return next;
    };
    this.first = moved(this.first);
    this.last = moved(this.last);
    this.times = moved(this.times);
    this.head = 0;
    this.tail = size;
  }
}
