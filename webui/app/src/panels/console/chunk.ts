// Lines in compact form: a thousand of them share one text and some typed arrays, which is a tenth of
// what an object each would hold, and is searched as a whole.

/** Severities, mildest first; then what the console itself says: a command, what it answered, why it failed. */
export const kinds = ['debug', 'info', 'warn', 'error', 'command', 'output', 'failure'] as const;
export type Kind = (typeof kinds)[number];

/** Entries of a chunk at most. */
export const perChunk = 1024;
const mostChars = 128 * 1024; // the text is flattened when a part of it is read
const columnBytes = 4 * 8 + 2 * 8 + 2 + 1;

/** What is noted of an entry beside its text. */
export interface Facts {
  kind: Kind;
  source: number; // of the ring's names
  seq: number;
  frame: number;
  tick: number;
  time: number; // ns of the game
  x: number; // seconds on the page's axis
  times: number; // how often it came
  lastFrame: number;
}

export class Chunk {
  /** The ring's number of the first entry. */
  readonly base: number;
  /** All texts, each with its attributes behind a blank and a line end behind those. */
  text = '';
  count = 0;
  /** Where the entry's text ends, its line end included. */
  readonly end = new Uint32Array(perChunk);
  /** Where its message ends. */
  readonly cut = new Uint32Array(perChunk);
  readonly kind = new Uint8Array(perChunk);
  readonly source = new Uint16Array(perChunk);
  readonly seq = new Uint32Array(perChunk);
  readonly frame = new Uint32Array(perChunk);
  readonly lastFrame = new Uint32Array(perChunk);
  readonly tick = new Uint32Array(perChunk);
  readonly times = new Uint32Array(perChunk);
  /** Equal entries have equal ones. */
  readonly hash = new Uint32Array(perChunk);
  readonly time = new Float64Array(perChunk);
  readonly x = new Float64Array(perChunk);
  /** Bytes of what belongs to entries and is kept elsewhere. */
  extra = 0;
  private wide = false; // a character needs two bytes

  constructor(base: number) {
    this.base = base;
  }

  get full(): boolean {
    return this.count === perChunk || this.text.length >= mostChars;
  }

  /** What it holds, estimated. */
  get bytes(): number {
    return columnBytes * perChunk + this.text.length * (this.wide ? 2 : 1) + this.extra;
  }

  /** Number of the entry behind the last. */
  get next(): number {
    return this.base + this.count;
  }

  add(msg: string, attrs: string, facts: Facts): void {
    const i = this.count++;
    const kind = kinds.indexOf(facts.kind);
    const begin = this.text.length;
    this.text += attrs === '' ? `${msg}\n` : `${msg} ${attrs}\n`;
    this.cut[i] = begin + msg.length;
    this.end[i] = this.text.length;
    this.kind[i] = kind;
    this.source[i] = facts.source;
    this.seq[i] = facts.seq;
    this.frame[i] = facts.frame;
    this.lastFrame[i] = facts.lastFrame;
    this.tick[i] = facts.tick;
    this.times[i] = facts.times;
    this.time[i] = facts.time;
    this.x[i] = facts.x;
    const hash = { sum: Math.imul(facts.source + 1, 0x9e3779b1) ^ kind, wide: 0 };
    mix(hash, msg);
    mix(hash, attrs);
    this.hash[i] = hash.sum;
    if (hash.wide > 0xff) this.wide = true;
  }

  /** Where the entry's text begins. */
  begin(i: number): number {
    return i === 0 ? 0 : (this.end[i - 1] as number);
  }

  msg(i: number): string {
    return this.text.slice(this.begin(i), this.cut[i]);
  }

  attrs(i: number): string {
    return this.text.slice((this.cut[i] as number) + 1, (this.end[i] as number) - 1);
  }

  /** Reports whether two entries say the same. */
  same(i: number, other: Chunk, k: number): boolean {
    if (this.hash[i] !== other.hash[k] || this.kind[i] !== other.kind[k] || this.source[i] !== other.source[k])
      return false;
    return this.text.slice(this.begin(i), this.end[i]) === other.text.slice(other.begin(k), other.end[k]);
  }

  /** The entry whose text holds a place of the whole. */
  holding(place: number): number {
    let lo = 0;
    let hi = this.count - 1;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((this.end[mid] as number) <= place) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }
}

// FNV-1a over character codes.
function mix(hash: { sum: number; wide: number }, text: string): void {
  let { sum, wide } = hash;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    wide |= c;
    sum = Math.imul(sum ^ c, 0x01000193);
  }
  hash.sum = Math.imul(sum ^ 0x1f, 0x01000193);
  hash.wide = wide;
}
