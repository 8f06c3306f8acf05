// The lines that the page keeps: a ring bounded by bytes, because lines differ in size by a factor of a
// thousand. It gives way by chunks, so the oldest thousand go together.

import type { Level, Line } from '../../core/protocol';
import { attrsText } from './attrs';
import { Chunk, type Kind, kinds } from './chunk';

/** Severities, mildest first. */
export const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** An entry, read out of its chunk. */
export interface Entry {
  /** Counts the entries that this page kept, from 0 without gaps: the game's own numbers begin anew when it restarts. */
  readonly no: number;
  readonly kind: Kind;
  readonly msg: string;
  /** As `key=value`, for the row, the filter and the copy. */
  readonly attrs: string;
  readonly source: string;
  readonly frame: number;
  readonly lastFrame: number;
  readonly tick: number;
  /** ns since the session began */
  readonly time: number;
  /** Seconds on the page's axis. */
  readonly x: number;
  /** How often it came in a row. */
  readonly times: number;
}

/** What is told of an entry. */
type Said = Omit<Line, 'seq' | 'level'>;

const mostSources = 0xffff;

/** Keeps the newest entries within a budget of bytes. */
export class Ring {
  readonly limit: number;
  /** Oldest first. They are never changed but at their end, and in how often an entry came. */
  chunks: Chunk[] = [];
  /** Names of sources; entries have their index. */
  readonly sources: string[] = [''];
  /** Runs when an entry came more often: its number, and how often more. */
  onGrow: ((no: number, by: number) => void) | undefined;
  /** Runs when entries below a number are kept no more. */
  onDrop: ((oldest: number) => void) | undefined;

  private readonly place: (time: number) => number;
  private readonly bySource = new Map<string, number>([['', 0]]);
  private closed = 0; // bytes of all chunks but the last
  private dropped = 0;
  private lastSeq = -1;
  private begun = 0; // entries below are of an earlier run of the game
  private next = 0;
  private readonly byKind = new Float64Array(kinds.length);

  /**
   * @param limit bytes.
   * @param place gives the place of a time of the game on the page's axis.
   */
  constructor(limit = 8 * 1024 * 1024, place = (time: number): number => time / 1e9) {
    this.limit = limit;
    this.place = place;
  }

  /** Entries kept. */
  get size(): number {
    return this.next - this.oldest;
  }

  /** Bytes kept, estimated. */
  get bytes(): number {
    return this.closed + (this.chunks.at(-1)?.bytes ?? 0);
  }

  /** Entries that the budget pushed out. */
  get lost(): number {
    return this.dropped;
  }

  /** The game's number of the newest line, -1 before the first. */
  get newest(): number {
    return this.lastSeq;
  }

  /** The number of the oldest entry kept; the next one's when there is none. */
  get oldest(): number {
    return this.chunks[0]?.base ?? this.next;
  }

  /** The number of the entry that comes next. */
  get end(): number {
    return this.next;
  }

  /** Lines kept of a kind; one that came more often counts as often. */
  count(kind: Kind): number {
    return this.byKind[kinds.indexOf(kind)] as number;
  }

  /** The entry with a number. */
  entry(no: number): Entry | undefined {
    const chunk = chunkOf(this.chunks, no);
    return chunk && read(chunk, no, this.sources);
  }

  /** The kind of an entry. */
  kindOf(no: number): Kind | undefined {
    const chunk = chunkOf(this.chunks, no);
    return chunk && kinds[chunk.kind[no - chunk.base] as number];
  }

  /** Frame of the newest entry of this run of the game, 0 before the first. */
  get latest(): number {
    const chunk = this.chunks.at(-1);
    return chunk === undefined || chunk.next <= this.begun ? 0 : (chunk.lastFrame[chunk.count - 1] as number);
  }

  /** Appends a line unless it is known; a known one may have come more often since. */
  push(line: Line): void {
    if (line.seq <= this.lastSeq) {
      this.grow(line);
      return;
    }
    this.lastSeq = line.seq;
    this.say(levels.includes(line.level) ? line.level : 'info', line);
  }

  /** Appends an entry of the page's own, and returns its number. `extra` are bytes that are kept for it elsewhere. */
  say(kind: Kind, line: Said, extra = 0): number {
    const chunk = this.open();
    const { frame, tick, time, count: times = 1, lastFrame = frame } = line;
    const facts = { kind, seq: Math.max(0, this.lastSeq), frame, tick, time, times, lastFrame };
    chunk.add(line.msg, attrsText(line.attrs), { ...facts, source: this.sourceOf(line.source), x: this.place(time) });
    chunk.extra += extra;
    this.byKind[kinds.indexOf(kind)] = this.count(kind) + times;
    this.next++;
    this.trim();
    return this.next - 1;
  }

  /** The game was restarted: its numbers begin anew, what was kept stays. */
  restart(): void {
    this.lastSeq = -1;
    this.begun = this.next;
  }

  private open(): Chunk {
    const last = this.chunks.at(-1);
    if (last !== undefined && !last.full) return last;
    if (last !== undefined) this.closed += last.bytes;
    const chunk = new Chunk(this.next);
    this.chunks.push(chunk);
    return chunk;
  }

  private sourceOf(name: string): number {
    const known = this.bySource.get(name);
    if (known !== undefined) return known;
    if (this.sources.length === mostSources) return 0;
    this.bySource.set(name, this.sources.length);
    return this.sources.push(name) - 1;
  }

  private trim(): void {
    if (this.bytes <= this.limit) return;
    while (this.chunks.length > 1 && this.bytes > this.limit) {
      const old = this.chunks.shift() as Chunk;
      this.closed -= old.bytes;
      this.dropped += old.count;
      for (let i = 0; i < old.count; i++) {
        const kind = old.kind[i] as number;
        this.byKind[kind] = (this.byKind[kind] as number) - (old.times[i] as number);
      }
    }
    this.onDrop?.(this.oldest);
  }

  // The game folds repeats: it sends the line again, with a larger count.
  private grow(line: Line): void {
    const times = line.count ?? 1;
    if (times < 2) return;
    for (let k = this.chunks.length - 1; k >= 0; k--) {
      const chunk = this.chunks[k] as Chunk;
      if (chunk.next <= this.begun) return;
      if (k > 0 && (chunk.seq[0] as number) > line.seq) continue;
      const i = firstOf(chunk, line.seq, Math.max(0, this.begun - chunk.base));
      if (i < 0) return;
      const by = times - (chunk.times[i] as number);
      if (by <= 0) return;
      chunk.times[i] = times;
      chunk.lastFrame[i] = line.lastFrame ?? line.frame;
      const kind = chunk.kind[i] as number;
      this.byKind[kind] = (this.byKind[kind] as number) + by;
      this.onGrow?.(chunk.base + i, by);
      return;
    }
  }
}

// The line with a number of the game's; what the page itself said after it bears the same.
function firstOf(chunk: Chunk, seq: number, from: number): number {
  let lo = from;
  let hi = chunk.count;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((chunk.seq[mid] as number) < seq) lo = mid + 1;
    else hi = mid;
  }
  return lo < chunk.count && chunk.seq[lo] === seq && (chunk.kind[lo] as number) < levels.length ? lo : -1;
}

/** The chunk that holds a number. */
export function chunkOf(chunks: readonly Chunk[], no: number): Chunk | undefined {
  let lo = 0;
  let hi = chunks.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if ((chunks[mid] as Chunk).base <= no) lo = mid;
    else hi = mid - 1;
  }
  const chunk = chunks[lo];
  return chunk !== undefined && no >= chunk.base && no < chunk.next ? chunk : undefined;
}

/** Reads an entry out of its chunk. */
export function read(chunk: Chunk, no: number, sources: readonly string[]): Entry {
  const i = no - chunk.base;
  return {
    no,
    kind: kinds[chunk.kind[i] as number] ?? 'info',
    msg: chunk.msg(i),
    attrs: chunk.attrs(i),
    source: sources[chunk.source[i] as number] ?? '',
    frame: chunk.frame[i] as number,
    lastFrame: chunk.lastFrame[i] as number,
    tick: chunk.tick[i] as number,
    time: chunk.time[i] as number,
    x: chunk.x[i] as number,
    times: chunk.times[i] as number,
  };
}
