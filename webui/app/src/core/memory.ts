// The Go runtime's memory, recorded whether anybody looks or not.

import type { Axis } from './axis';
import type { MemorySample } from './protocol';
import { Ring } from './ring';

/** Samples that are kept: a quarter of an hour at 4 Hz. */
export const keptSamples = 3600;

const series = [
  'heapInUse',
  'heapIdle',
  'heapReleased',
  'heapGoal',
  'stacks',
  'runtime',
  'total',
  'allocRate',
  'goroutines',
] as const;

export type MemorySeries = (typeof series)[number];

/** A collection, seen between two samples. */
export interface Collection {
  /** seconds on the page's axis */
  x: number;
  frame: number;
  /** its number since the game began */
  cycle: number;
}

const keptCollections = 1000;

export class MemoryStore {
  /** seconds on the page's axis */
  x = new Ring(keptSamples);
  rings: Record<MemorySeries, Ring>;
  collections: Collection[] = [];
  /** The newest sample. */
  last: MemorySample | undefined;
  /** Samples taken since the page was opened: changes with each. */
  version = 0;

  private readonly axis: Axis;

  constructor(axis: Axis) {
    this.axis = axis;
    this.rings = Object.fromEntries(series.map((s) => [s, new Ring(keptSamples)])) as Record<MemorySeries, Ring>;
  }

  /** Takes the game's own history; of it only what is newer than what is held. */
  opened(history: readonly MemorySample[]): void {
    let latest = this.x.last;
    if (this.x.count > 0) this.pushGap();
    for (const sample of history) {
      const x = this.axis.place(sample.time);
      if (Number.isNaN(latest) || x > latest) {
        this.take(sample);
        latest = x;
      }
    }
  }

  take(sample: MemorySample): void {
    const x = this.axis.place(sample.time);
    const before = this.last;
    if (before !== undefined && sample.gcCycles > before.gcCycles && sample.time > before.time) {
      this.collections.push({ x, frame: sample.frame, cycle: sample.gcCycles });
      if (this.collections.length > keptCollections) this.collections.shift();
    }
    this.x.push(x);
    for (const name of series) this.rings[name].push(sample[name]);
    this.last = sample;
    this.version++;
  }

  /** A copy that stands still. */
  freeze(): MemoryStore {
    const copy = new MemoryStore(this.axis);
    copy.x = this.x.clone();
    for (const name of series) copy.rings[name] = this.rings[name].clone();
    copy.collections = [...this.collections];
    copy.last = this.last;
    copy.version = this.version;
    return copy;
  }

  /** The value of a series at a place on the axis: the sample at or before it. */
  at(name: MemorySeries, x: number): number {
    const i = this.indexAt(x);
    return i < 0 ? Number.NaN : this.rings[name].at(i);
  }

  /** Index of the sample at or before a place on the axis, -1 when all are later. */
  indexAt(x: number): number {
    return this.x.indexOf(x);
  }

  private pushGap(): void {
    this.x.push(this.x.last);
    for (const name of series) this.rings[name].push(Number.NaN);
  }
}
