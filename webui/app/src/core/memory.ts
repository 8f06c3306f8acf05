// What the game says of its memory, recorded whether anybody looks or not.

import type { Axis } from './axis';
import type { MemorySample } from './protocol';
import { Ring } from './ring';

/** Samples that are kept: a quarter of an hour at 4 Hz. */
export const keptSamples = 3600;

const series = [
  'heapInUse',
  'heapUnused',
  'heapIdle',
  'heapReleased',
  'heapLive',
  'heapGoal',
  'stacks',
  'runtime',
  'total',
  'liveObjects',
  'allocRate',
  'allocObjects',
  'goroutines',
  'threads',
] as const;

export type MemorySeries = (typeof series)[number];

/** A collection. */
export interface Collection {
  /** Its end, seconds on the page's axis. */
  x: number;
  frame: number;
  /** its number since the game began */
  cycle: number;
  /** ns that the world stood still for it, all stops together; NaN where nobody told. */
  pause: number;
}

/** A tracker of the game's own and what it counted. */
export interface TagSeries {
  name: string;
  kind: string;
  /** The most there ever was, bytes. */
  peak: number;
  bytes: Ring;
}

const keptCollections = 1000;
const keptTags = 64; // the game may have more: 58 KB each

export class MemoryStore {
  /** seconds on the page's axis */
  x = new Ring(keptSamples);
  rings: Record<MemorySeries, Ring>;
  /** By name, in the game's order. */
  tags = new Map<string, TagSeries>();
  collections: Collection[] = [];
  /** The newest sample. */
  last: MemorySample | undefined;
  /** Samples taken since the page was opened: changes with each. */
  version = 0;
  /** Tells the frame at a place of the axis, where it is recorded. */
  frameAt: ((x: number) => number | undefined) | undefined;

  private readonly axis: Axis;
  private run = 0; // of the game, that `cycle` belongs to
  private cycle = 0; // of the newest collection

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
    this.takeCollections(sample, x);
    this.x.push(x);
    for (const name of series) this.rings[name].push(sample[name]);
    this.takeTags(sample.tags ?? []);
    this.last = sample;
    this.version++;
  }

  /** A copy that stands still. */
  freeze(): MemoryStore {
    const copy = new MemoryStore(this.axis);
    copy.x = this.x.clone();
    for (const name of series) copy.rings[name] = this.rings[name].clone();
    for (const [name, tag] of this.tags) copy.tags.set(name, { ...tag, bytes: tag.bytes.clone() });
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

  private takeCollections(sample: MemorySample, x: number): void {
    if (this.run !== this.axis.run || (this.last !== undefined && sample.time <= this.last.time)) {
      this.run = this.axis.run;
      this.cycle = 0;
    }
    for (const { cycle, time, pause } of sample.gcs ?? []) {
      if (cycle <= this.cycle) continue;
      this.cycle = cycle;
      const at = this.axis.place(time);
      this.collections.push({ x: at, frame: this.frameAt?.(at) ?? sample.frame, cycle, pause });
    }
    // What the game could not date ended somewhere before the sample.
    if (this.cycle > 0 && sample.gcCycles > this.cycle) {
      this.collections.push({ x, frame: sample.frame, cycle: sample.gcCycles, pause: Number.NaN });
    }
    this.cycle = Math.max(this.cycle, sample.gcCycles);
    if (this.collections.length > keptCollections)
      this.collections.splice(0, this.collections.length - keptCollections);
  }

  private takeTags(tags: NonNullable<MemorySample['tags']>): void {
    for (const { name, kind, bytes, peak } of tags) {
      let tag = this.tags.get(name);
      if (tag === undefined) {
        if (this.tags.size === keptTags) continue;
        tag = { name, kind, peak, bytes: new Ring(keptSamples) };
        tag.bytes.skip(this.x.count - 1);
        this.tags.set(name, tag);
      }
      tag.kind = kind;
      tag.peak = peak;
      tag.bytes.push(bytes);
    }
    // A run of the game that has it no longer leaves a gap.
    for (const { bytes } of this.tags.values()) if (bytes.count < this.x.count) bytes.push(Number.NaN);
  }

  private pushGap(): void {
    this.x.push(this.x.last);
    for (const name of series) this.rings[name].push(Number.NaN);
    for (const { bytes } of this.tags.values()) bytes.push(Number.NaN);
  }
}
