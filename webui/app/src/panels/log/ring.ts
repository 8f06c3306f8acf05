// The lines that the page keeps: a ring bounded by bytes, because lines differ in size by a factor of a thousand.

import type { Level, Line } from '../../core/protocol';

/** Severities, mildest first. */
export const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** A line as the page keeps it. */
export interface Kept {
  /** Counts the lines that this page kept, from 0 without gaps: the game's own numbers begin anew when it restarts. */
  readonly no: number;
  readonly line: Line;
  /** Seconds on the page's axis. */
  readonly x: number;
  /** Attributes as `key=value`, for the row, the filter and the copy. */
  readonly attrs: string;
  /** What the filter searches, lower case. */
  readonly haystack: string;
  readonly bytes: number;
}

/** What an entry costs beside its text, measured roughly: objects, headers, array slot. */
const overhead = 160;

/** Keeps the newest lines within a budget of bytes. */
export class Ring {
  readonly limit: number;
  private readonly place: (time: number) => number;
  private items: Kept[] = [];
  private head = 0;
  private held = 0;
  private dropped = 0;
  private lastSeq = -1;
  private next = 0;
  private readonly byLevel: Record<Level, number> = { debug: 0, info: 0, warn: 0, error: 0 };

  /**
   * @param limit bytes.
   * @param place gives the place of a time of the game on the page's axis.
   */
  constructor(limit = 8 * 1024 * 1024, place = (time: number): number => time / 1e9) {
    this.limit = limit;
    this.place = place;
  }

  /** Lines kept. */
  get size(): number {
    return this.items.length - this.head;
  }

  /** Bytes kept, estimated. */
  get bytes(): number {
    return this.held;
  }

  /** Lines that the budget pushed out. */
  get lost(): number {
    return this.dropped;
  }

  /** The game's number of the newest line, -1 before the first. */
  get newest(): number {
    return this.lastSeq;
  }

  /** The page's number of the oldest line kept; the next one's when there is none. */
  get oldest(): number {
    return this.next - this.size;
  }

  /** The page's number of the line that comes next. */
  get end(): number {
    return this.next;
  }

  /** Lines kept of a level. */
  count(level: Level): number {
    return this.byLevel[level];
  }

  /** The i-th line kept, oldest first. */
  at(i: number): Kept | undefined {
    return this.items[this.head + i];
  }

  /** The line with a number of the page's. */
  numbered(no: number): Kept | undefined {
    return this.at(no - this.oldest);
  }

  /** Appends lines that are newer than the newest and drops what no longer fits. */
  push(lines: readonly Line[]): void {
    for (const line of lines) {
      if (line.seq <= this.lastSeq) continue; // a snapshot after a reconnect repeats lines
      this.lastSeq = line.seq;
      this.add(line);
    }
    this.trim();
  }

  /** Appends a line of the page's own: a restart, a gap. */
  remark(line: Omit<Line, 'seq'>): void {
    this.add({ ...line, seq: this.lastSeq });
    this.trim();
  }

  /** The game was restarted: its numbers begin anew, what was kept stays. */
  restart(): void {
    this.lastSeq = -1;
  }

  /** Empties the ring; the numbers go on. */
  clear(): void {
    this.items = [];
    this.head = 0;
    this.held = 0;
    for (const level of levels) this.byLevel[level] = 0;
  }

  private add(line: Line): void {
    const kept = keep(line, this.next++, this.place(line.time));
    this.items.push(kept);
    this.held += kept.bytes;
    this.byLevel[kept.line.level]++;
  }

  private trim(): void {
    while (this.held > this.limit && this.size > 1) {
      const old = this.items[this.head];
      if (old === undefined) break;
      this.head++;
      this.dropped++;
      this.held -= old.bytes;
      this.byLevel[old.line.level]--;
    }
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}

/** Prepares a line for the ring. */
export function keep(line: Line, no: number, x = line.time / 1e9): Kept {
  const attrs = attrsText(line.attrs);
  const level = levels.includes(line.level) ? line.level : 'info';
  const own = level === line.level ? line : { ...line, level };
  const haystack = `${line.source} ${line.msg} ${attrs}`.toLowerCase();
  return {
    no,
    line: own,
    x,
    attrs,
    haystack,
    bytes: overhead + 2 * (haystack.length + line.msg.length + 2 * attrs.length),
  };
}

/** Attributes as `key=value key=value`; strings with spaces are quoted. */
export function attrsText(attrs: Record<string, unknown> | null | undefined): string {
  if (!attrs) return '';
  return Object.entries(attrs)
    .map(([key, value]) => `${key}=${attrText(value)}`)
    .join(' ');
}

function attrText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return value === '' || /[\s"=]/.test(value) ? JSON.stringify(value) : value;
}
