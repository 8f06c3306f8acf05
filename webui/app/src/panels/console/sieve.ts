// What is let through. A chunk's text is searched as a whole, term by term, which for a million lines
// is some forty times faster than asking each line.

import type { Level } from '../../core/protocol';
import { type Chunk, kinds } from './chunk';

/** What the person asked to see. */
export interface Filter {
  readonly text: string;
  readonly hidden: ReadonlySet<Level>;
  /** Commands and their output with this number or a greater one are shown in any case: they were asked for since. */
  readonly since?: number;
}

/** Reads `text, text, -text`: any of the plain terms, none of the struck ones. Case does not matter. */
export function terms(text: string): { any: string[]; none: string[] } {
  const any: string[] = [];
  const none: string[] = [];
  for (const part of text.toLowerCase().replace(/\n/g, ' ').split(',')) {
    const term = part.trim();
    if (term.length > 1 && term.startsWith('-')) none.push(term.slice(1).trim());
    else if (term !== '' && term !== '-') any.push(term);
  }
  return { any, none };
}

const firstOwn = kinds.indexOf('command');

export class Sieve {
  private readonly any: readonly string[];
  private readonly none: readonly string[];
  private readonly shut = new Uint8Array(kinds.length);
  private readonly since: number;
  private readonly sources: readonly string[];
  private readonly known = new Map<string, Uint8Array>(); // by term: 1 the source has it not, 2 it has it

  constructor(filter: Filter, sources: readonly string[]) {
    const { any, none } = terms(filter.text);
    this.any = any;
    this.none = none;
    for (const level of filter.hidden) this.shut[kinds.indexOf(level)] = 1;
    this.since = filter.since ?? Number.POSITIVE_INFINITY;
    this.sources = sources;
  }

  /** Sets `out` for entries `[from, to)` of a chunk: 1 is let through. */
  sift(chunk: Chunk, from: number, to: number, out: Uint8Array): void {
    out.fill(this.any.length === 0 ? 1 : 0, from, to);
    if (this.any.length + this.none.length > 0) {
      const base = chunk.begin(from);
      const text = chunk.text.slice(base, chunk.begin(to));
      const lower = text.toLowerCase();
      // A few letters grow when they become small: then places are no guide, and each line is asked.
      const whole = lower.length === text.length;
      for (const term of this.any) this.mark(chunk, { from, to, base, lower, whole }, term, 1, out);
      for (const term of this.none) this.mark(chunk, { from, to, base, lower, whole }, term, 0, out);
    }
    for (let i = from; i < to; i++) {
      const kind = chunk.kind[i] as number;
      if (this.shut[kind] === 1) out[i] = 0;
      else if (kind >= firstOwn && chunk.base + i >= this.since) out[i] = 1;
    }
  }

  private mark(chunk: Chunk, part: Part, term: string, value: 0 | 1, out: Uint8Array): void {
    const { from, to, base, lower, whole } = part;
    if (whole) {
      for (let at = lower.indexOf(term); at >= 0; ) {
        const i = chunk.holding(base + at);
        out[i] = value;
        at = lower.indexOf(term, (chunk.end[i] as number) - base);
      }
    } else {
      for (let i = from; i < to; i++)
        if (chunk.text.slice(chunk.begin(i), chunk.end[i]).toLowerCase().includes(term)) out[i] = value;
    }
    const known = this.knownOf(term);
    for (let i = from; i < to; i++) if (this.inSource(known, term, chunk.source[i] as number)) out[i] = value;
  }

  private knownOf(term: string): Uint8Array {
    let known = this.known.get(term);
    if (known === undefined || known.length < this.sources.length) {
      const grown = new Uint8Array(this.sources.length + 64);
      if (known !== undefined) grown.set(known);
      known = grown;
      this.known.set(term, known);
    }
    return known;
  }

  private inSource(known: Uint8Array, term: string, source: number): boolean {
    if (known[source] === 0) known[source] = this.sources[source]?.toLowerCase().includes(term) ? 2 : 1;
    return known[source] === 2;
  }
}

interface Part {
  from: number;
  to: number;
  base: number; // where the part begins in the chunk's text
  lower: string;
  whole: boolean;
}
