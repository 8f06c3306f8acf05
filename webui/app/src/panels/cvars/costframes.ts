// The frames of a measurement: the game names blocks by their frames, the page has recorded what those
// took. They are copied at once, for the recording forgets them after a minute.

import type { AlternationBlock } from '../../core/protocol';
import type { TimingStore } from '../../core/timings';
import type { Round } from './coststats';

/** What a frame is judged by: all its outermost scopes, the time from frame to frame, or one scope by id. */
export type Measure = 'work' | 'period' | number;

// Columns, one after the other: periods, works, then the totals of scopes by id.
interface Kept {
  frames: number;
  columns: Uint32Array;
}

const before = 2; // columns before those of scopes

export class CostFrames {
  /** Blocks that came with too few of their frames: a page that is hidden is sent nothing. */
  missing = 0;
  private readonly values: number;
  private readonly timings: TimingStore;
  private rounds: (Kept | undefined)[][] = [];
  private waiting: { round: number; block: AlternationBlock }[] = [];

  constructor(timings: TimingStore, values: number) {
    this.timings = timings;
    this.values = values;
  }

  /** Rounds that have begun, whether or not all of their values are there. */
  get begun(): number {
    return this.rounds.length;
  }

  /** Takes the block that was the `number`-th, when rounds `from` on were measured. */
  take(from: number, number: number, block: AlternationBlock): void {
    this.waiting.push({ round: from + Math.floor(number / this.values), block });
    this.join();
  }

  /** Takes the frames of blocks that waited for them. Reports whether there are none left. */
  join(): boolean {
    const newest = this.newest();
    while (this.waiting.length > 0) {
      const { round, block } = this.waiting[0] as (typeof this.waiting)[number];
      if (newest < block.last) return false;
      this.waiting.shift();
      const kept = this.copy(block);
      if (kept === undefined) this.missing++;
      while (this.rounds.length <= round) this.rounds.push(new Array(this.values).fill(undefined));
      (this.rounds[round] as (Kept | undefined)[])[block.value] = kept;
    }
    return true;
  }

  /** Lets go what still waits: no more frames will come. */
  abandon(): void {
    this.waiting = [];
  }

  /** How many rounds have all their values. */
  complete(): number {
    return this.whole().length;
  }

  /** The numbers of complete rounds, ns. */
  read(measure: Measure): Round[] {
    const column = measure === 'period' ? 0 : measure === 'work' ? 1 : before + measure;
    return this.whole().map((round) =>
      round.map(({ frames, columns }) => {
        // A scope that nobody had heard of took nothing.
        if ((column + 1) * frames > columns.length) return new Float64Array(frames);
        return Float64Array.from(columns.subarray(column * frames, (column + 1) * frames));
      }),
    );
  }

  private whole(): Kept[][] {
    return this.rounds.filter((round): round is Kept[] => !round.includes(undefined));
  }

  // Half of a block says as much of its mean as is needed; less may be by chance what was fast enough to come.
  private copy({ first, last }: AlternationBlock): Kept | undefined {
    const { timings: t } = this;
    const at: number[] = [];
    for (let i = t.count - 1; i >= t.first && !(t.frame.at(i) < first); i--) {
      if (t.frame.at(i) <= last && t.held.at(i) !== 1) at.push(i);
    }
    const n = at.length;
    if (n === 0 || n * 2 < last - first + 1) return undefined;
    const rings = [t.period, t.work, ...t.tracks.map((track) => track.total)];
    const columns = new Uint32Array(rings.length * n);
    rings.forEach((ring, c) => {
      at.forEach((i, k) => {
        columns[c * n + k] = ring.at(i);
      });
    });
    return { frames: n, columns };
  }

  private newest(): number {
    const { timings: t } = this;
    for (let i = t.count - 1; i >= t.first; i--) if (!Number.isNaN(t.frame.at(i))) return t.frame.at(i);
    return -1;
  }
}
