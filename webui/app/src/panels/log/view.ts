// What of the ring is shown: the filter, the levels, and repeats folded into one row.

import type { Level } from '../../core/protocol';
import type { Kept, Ring } from './ring';

/** A row of the list: one line, or a run of equal ones of which the last is shown. */
export interface Row {
  /** The page's number of the first line folded in: the row's identity, it does not change while the run grows. */
  readonly first: number;
  /** Frame of the first line. */
  readonly since: number;
  /** Seconds on the page's axis: where it begins. */
  readonly x: number;
  last: Kept;
  count: number;
}

/** What is let through. */
export interface Filter {
  readonly text: string;
  readonly hidden: ReadonlySet<Level>;
}

/** Reads `text, text, -text`: any of the plain terms, none of the struck ones. Case does not matter. */
export function terms(text: string): { any: string[]; none: string[] } {
  const any: string[] = [];
  const none: string[] = [];
  for (const part of text.toLowerCase().split(',')) {
    const term = part.trim();
    if (term.length > 1 && term.startsWith('-')) none.push(term.slice(1).trim());
    else if (term !== '' && term !== '-') any.push(term);
  }
  return { any, none };
}

/** Makes a predicate of a filter. */
export function matcher(filter: Filter): (kept: Kept) => boolean {
  const { any, none } = terms(filter.text);
  return ({ line, haystack }) => {
    if (filter.hidden.has(line.level)) return false;
    if (none.some((t) => haystack.includes(t))) return false;
    return any.length === 0 || any.some((t) => haystack.includes(t));
  };
}

/** The rows of a ring under a filter, kept up to date line by line. */
export class View {
  private items: Row[] = [];
  private head = 0;
  private matched = 0;
  private taken = 0; // lines of the ring below this number were looked at
  private match: (kept: Kept) => boolean;

  constructor(filter: Filter = { text: '', hidden: new Set() }) {
    this.match = matcher(filter);
  }

  /** Rows after folding. */
  get size(): number {
    return this.items.length - this.head;
  }

  /** Lines behind the rows. */
  get lines(): number {
    return this.matched;
  }

  /** The ring's lines below this number were looked at. */
  get end(): number {
    return this.taken;
  }

  /** The i-th row, oldest first. */
  row(i: number): Row | undefined {
    return this.items[this.head + i];
  }

  /** The row that stands at a place of the page's axis: the last one that begins at or before it, -1 when all are later. */
  indexAt(x: number): number {
    let lo = this.head;
    let hi = this.items.length - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      if ((this.items[mid]?.x ?? 0) <= x) lo = mid + 1;
      else hi = mid - 1;
    }
    return hi - this.head;
  }

  /** The row's place, or -1. */
  indexOf(first: number): number {
    let lo = this.head;
    let hi = this.items.length - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      const at = this.items[mid]?.first ?? 0;
      if (at === first) return mid - this.head;
      if (at < first) lo = mid + 1;
      else hi = mid - 1;
    }
    return -1;
  }

  /** Applies another filter to all that the ring keeps, up to a line: a view that stands still takes no newer ones. */
  rebuild(ring: Ring, filter: Filter, end = ring.end): void {
    this.match = matcher(filter);
    this.items = [];
    this.head = 0;
    this.matched = 0;
    this.taken = ring.oldest;
    this.sync(ring, end);
  }

  /** Takes the lines that the ring has got since, drops those that it lost. Says how many rows came and went. */
  sync(ring: Ring, end = ring.end): { came: number; went: number } {
    const went = this.drop(ring.oldest);
    const before = this.items.length;
    for (let no = Math.max(this.taken, ring.oldest); no < end; no++) {
      const kept = ring.numbered(no);
      if (kept !== undefined) this.add(kept);
    }
    this.taken = Math.max(this.taken, end);
    return { came: this.items.length - before, went };
  }

  // Rows whose lines have all left the ring.
  private drop(oldest: number): number {
    const before = this.head;
    for (let row = this.items[this.head]; row !== undefined && row.last.no < oldest; row = this.items[this.head]) {
      this.matched -= row.count;
      this.head++;
    }
    const left = this.head - before;
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return left;
  }

  private add(kept: Kept): void {
    if (!this.match(kept)) return;
    this.matched++;
    const last = this.items.length > this.head ? this.items.at(-1) : undefined;
    if (last !== undefined && repeats(last.last, kept)) {
      last.last = kept;
      last.count++;
      return;
    }
    this.items.push({ first: kept.no, since: kept.line.frame, x: kept.x, last: kept, count: 1 });
  }
}

function repeats(a: Kept, b: Kept): boolean {
  const [x, y] = [a.line, b.line];
  return x.level === y.level && x.msg === y.msg && x.source === y.source && a.attrs === b.attrs;
}
