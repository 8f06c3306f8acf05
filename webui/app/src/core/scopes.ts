// Every scope that ran, as the game sent it: one segment a frame, kept as the bytes in which it came.
// Nothing is decoded into objects; what draws reads the columns where they lie.

import type { Axis } from './axis';
import type { ScopesOpened, TrackInfo } from './protocol';
import { keptFrames } from './timings';

/** Bytes of segments that are kept, of as many frames as their numbers are kept. */
export const keptBytes = 16 << 20;

const overhead = 768; // bytes of a segment beside its columns: four views, their buffer, the object
const headBytes = 32;
const runBytes = 8;
const scopeBytes = 10;
const held = 1; // flag

/** The scopes that ended in one frame. */
export class Segment {
  readonly frame: number;
  readonly tick: number;
  /** Which run of the game: a frame's number alone is not unique after a restart. */
  readonly run: number;
  /** seconds on the page's axis: where the frame begins */
  readonly x: number;
  /** seconds on the page's axis: what starts are counted from */
  readonly base: number;
  /** seconds: the unit of starts and durations */
  readonly unit: number;
  /** ns from the frame's begin to the next one's */
  readonly length: number;
  readonly held: boolean;
  /** Scopes that are missing before this segment. */
  readonly lost: number;
  /** Two words a run: track, depth in bits 16 to 23; count. By track, then depth. */
  readonly runs: Uint32Array;
  readonly start: Uint32Array;
  readonly duration: Uint32Array;
  readonly id: Uint16Array;
  /** seconds on the page's axis: where the last of its scopes, or the frame, ends */
  readonly end: number;
  /** Bytes that it keeps in memory. */
  readonly bytes: number;
  private sum = -1; // ns; -1: not added up yet

  /** Reads a payload that `wellFormed` approved of. */
  constructor(payload: DataView, frame: number, x: number, run: number) {
    const { buffer, byteOffset: at } = payload;
    const n = payload.getUint32(0, true);
    const r = payload.getUint16(4, true);
    const columns = at + headBytes + r * runBytes;
    this.frame = frame;
    this.run = run;
    this.tick = payload.getUint32(24, true);
    this.held = (payload.getUint8(7) & held) !== 0;
    this.lost = payload.getUint32(20, true);
    this.length = payload.getUint32(16, true);
    this.unit = 2 ** payload.getUint8(6) / 1e9;
    this.x = x;
    this.base = x - payload.getUint32(28, true) * this.unit;
    this.runs = new Uint32Array(buffer, at + headBytes, r * 2);
    this.start = new Uint32Array(buffer, columns, n);
    this.duration = new Uint32Array(buffer, columns + n * 4, n);
    this.id = new Uint16Array(buffer, columns + n * 8, n);
    this.bytes = buffer.byteLength + overhead;
    this.end = this.lastEnd();
  }

  /** Whether any of it lies between two places of the axis. */
  touches(x0: number, x1: number): boolean {
    return this.base <= x1 && this.end >= x0;
  }

  /** Scopes in the segment. */
  get count(): number {
    return this.id.length;
  }

  /** ns that the outermost scopes of the game's own track took. */
  get work(): number {
    if (this.sum < 0) this.sum = this.addUp();
    return this.sum;
  }

  private addUp(): number {
    const { runs, duration } = this;
    if (runs[0] !== 0) return 0; // track 0, depth 0 comes first
    let sum = 0;
    for (let i = 0; i < (runs[1] as number); i++) sum += duration[i] as number;
    return sum * this.unit * 1e9;
  }

  // Within a run scopes do not overlap, so the last one ends last.
  private lastEnd(): number {
    const { runs, start, duration } = this;
    let end = 0;
    for (let r = 1, i = -1; r < runs.length; r += 2) {
      if (runs[r] === 0) continue;
      i += runs[r] as number;
      end = Math.max(end, (start[i] as number) + (duration[i] as number));
    }
    return Math.max(this.base + end * this.unit, this.x + this.length / 1e9);
  }
}

/** Reports whether a payload holds what its head says. */
function wellFormed(payload: DataView): boolean {
  if (payload.byteLength < headBytes) return false;
  const n = payload.getUint32(0, true);
  const r = payload.getUint16(4, true);
  if (payload.byteLength < headBytes + r * runBytes + n * scopeBytes) return false;
  let sum = 0;
  for (let i = 0; i < r; i++) sum += payload.getUint32(headBytes + i * runBytes + 4, true);
  return sum === n;
}

// Columns of 32 bits need an address that is a multiple of 4, as behind the header of a message. A
// segment that lies in something larger, such as a file, is taken out of it, or it would keep it all.
function ownBytes(payload: DataView): DataView {
  const { buffer, byteOffset, byteLength } = payload;
  if (byteOffset % 4 === 0 && buffer.byteLength - byteLength <= 64) return payload;
  return new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
}

export class ScopeStore {
  /** In order of time. */
  segments: Segment[] = [];
  /** Where scopes run: the game's goroutine, and those of its workers. */
  tracks: readonly TrackInfo[] = [];
  /** Bytes that the segments keep. */
  bytes = 0;
  /** Lanes of each track by its id: its greatest depth so far, and one. */
  readonly lanes: number[] = [];
  /** Segments that the stream dropped. */
  lost = 0;
  /** Changes with every segment. */
  version = 0;
  /** The game sends no scopes, and says why. */
  refusal = '';
  /** The most by which a scope began before the frame in which it ended, seconds. */
  private lead = 0;
  private readonly axis: Axis;
  private readonly capacity: number;

  constructor(axis: Axis, capacity = keptBytes) {
    this.axis = axis;
    this.capacity = capacity;
  }

  /** Takes the opening of a subscription; what was recorded before stays. */
  opened(opening: ScopesOpened): void {
    this.refusal = '';
    this.tracks = opening.tracks;
    this.version++;
  }

  /**
   * Takes one segment. It may be older than those that are held: history comes while newer ones
   * stream. A frame that is held already is not taken twice. Returns false when it is malformed.
   */
  take(payload: DataView, frame: number, time: number, lost: number): boolean {
    if (!wellFormed(payload)) return false;
    this.lost += lost;
    const { segments, axis } = this;
    const x = axis.place(time);
    const last = segments.at(-1);
    let at = segments.length;
    if (last !== undefined && x <= last.x) {
      at = this.before(x);
      const same = segments[at];
      if (same !== undefined && same.frame === frame && same.run === axis.run) return true;
      if (at === 0 && this.full(payload.byteLength)) return true; // it would be the first to go
    }
    const segment = new Segment(ownBytes(payload), frame, x, axis.run);
    if (at === segments.length) segments.push(segment);
    else segments.splice(at, 0, segment);
    this.bytes += segment.bytes;
    this.growLanes(segment);
    this.lead = Math.max(this.lead, segment.x - segment.base);
    while (segments.length > 1 && (this.bytes > this.capacity || segments.length > keptFrames)) {
      this.bytes -= (segments.shift() as Segment).bytes;
    }
    this.version++;
    return true;
  }

  private full(more: number): boolean {
    return this.bytes + more > this.capacity || this.segments.length >= keptFrames;
  }

  /** A copy that stands still while the recording goes on. The bytes are shared, not copied. */
  freeze(): ScopeStore {
    const copy = new ScopeStore(this.axis, this.capacity);
    copy.segments = [...this.segments];
    copy.tracks = this.tracks;
    copy.lanes.push(...this.lanes);
    copy.bytes = this.bytes;
    copy.lost = this.lost;
    copy.version = this.version;
    copy.refusal = this.refusal;
    copy.lead = this.lead;
    return copy;
  }

  /** Where what is held begins on the page's axis; NaN while nothing is. */
  get begin(): number {
    return this.segments[0]?.x ?? Number.NaN;
  }

  /** Where it ends. */
  get end(): number {
    return this.segments.at(-1)?.end ?? Number.NaN;
  }

  /**
   * Indices of the segments that may have scopes between two places: `[from, to)`. One scope that ran
   * for minutes makes that many more: ask `touches` before looking into them.
   */
  between(x0: number, x1: number): [number, number] {
    const { segments } = this;
    // A scope ends with the segment's end at the latest, and begins `lead` before its frame at the earliest.
    let from = this.before(x0);
    while (from > 0 && (segments[from - 1] as Segment).end >= x0) from--;
    return [from, Math.max(from, this.before(x1 + this.lead))];
  }

  /** Index of the segment of the frame that runs at a place; -1 when none does. */
  atX(x: number): number {
    let i = this.before(x);
    if (this.segments[i]?.x !== x) i--;
    const segment = this.segments[i];
    return segment !== undefined && x <= segment.x + segment.length / 1e9 ? i : -1;
  }

  /** Index of a segment, or of the place where it would be. */
  indexOf(segment: Segment): number {
    return this.before(segment.x);
  }

  /** Index of a frame, of the newest run that has it; -1 when it is not held. */
  find(frame: number): number {
    for (let i = this.segments.length - 1; i >= 0; i--) if (this.segments[i]?.frame === frame) return i;
    return -1;
  }

  /** Scopes of the frames that lie between two places, wholly or in part. */
  countScopes(x0: number, x1: number): number {
    let n = 0;
    const [from, to] = this.between(x0, x1);
    for (let i = from; i < to; i++) {
      const s = this.segments[i] as Segment;
      if (s.touches(x0, x1)) n += s.count;
    }
    return n;
  }

  // Lanes never become fewer: what is drawn must not jump while it streams.
  private growLanes({ runs }: Segment): void {
    for (let r = 0; r < runs.length; r += 2) {
      const word = runs[r] as number;
      const track = word & 0xffff;
      while (this.lanes.length <= track) this.lanes.push(0);
      this.lanes[track] = Math.max(this.lanes[track] as number, ((word >>> 16) & 0xff) + 1);
    }
  }

  // Index of the first segment whose frame begins at or after a place.
  private before(x: number): number {
    let lo = 0;
    let hi = this.segments.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if ((this.segments[mid] as Segment).x < x) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }
}
