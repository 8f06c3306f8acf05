// What happened on the time axis, whoever noticed it: collections, warnings and errors of the log,
// changes of cvars, incidents, breaks of the recording. All time charts draw the same marks.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Axis } from './axis';
import type { MemoryStore } from './memory';

export type MarkKind = 'gc' | 'warn' | 'error' | 'cvar' | 'incident' | 'gap' | 'restart';

/** Something that happened. */
export interface TimeMark {
  /** Seconds on the page's axis. */
  x: number;
  kind: MarkKind;
  /** Few words. */
  label: string;
  /** The frame in which it happened; undefined where nobody knows. */
  frame: number | undefined;
}

/** Kinds that are told to this store; the others are read where they are recorded. */
export type Told = 'warn' | 'error' | 'cvar' | 'incident';

const kept = 1000; // of a kind

/** Joins what happened. */
export class Marks {
  /** Grows with each mark that is told. */
  readonly version: ReadonlySignal<number>;
  private readonly count: Signal<number> = signal(0);
  private readonly told: Record<Told, TimeMark[]> = { warn: [], error: [], cvar: [], incident: [] };
  private readonly axis: Axis;
  private readonly memory: () => MemoryStore;

  /** @param memory gives the recording that is shown. */
  constructor(axis: Axis, memory: () => MemoryStore) {
    this.axis = axis;
    this.memory = memory;
    this.version = this.count;
  }

  /** Notes what happened; it may come late. The oldest of its kind leave. */
  add(kind: Told, x: number, label: string, frame: number | undefined): TimeMark {
    const mark: TimeMark = { x, kind, label, frame };
    const list = this.told[kind];
    let at = list.length;
    while (at > 0 && (list[at - 1] as TimeMark).x > x) at--;
    list.splice(at, 0, mark);
    if (list.length > kept) list.shift();
    this.count.value = this.count.peek() + 1;
    return mark;
  }

  /** Puts another list in the place of all of a kind. */
  replace(kind: Told, marks: readonly Omit<TimeMark, 'kind'>[]): void {
    this.told[kind] = marks.map((m) => ({ ...m, kind })).sort((a, b) => a.x - b.x);
    this.count.value = this.count.peek() + 1;
  }

  /** The marks from one place to another, in order. */
  between(from: number, to: number): TimeMark[] {
    const out: TimeMark[] = [];
    const take = (mark: TimeMark): void => {
      if (mark.x >= from && mark.x <= to) out.push(mark);
    };
    for (const { x, frame } of this.memory().collections) take({ x, kind: 'gc', label: 'GC', frame });
    for (const { x, kind, frame } of this.axis.marks) {
      take({ x, kind, label: kind === 'restart' ? 'restarted' : 'reconnected', frame });
    }
    for (const list of Object.values(this.told)) for (const mark of list) take(mark);
    return out.sort((a, b) => a.x - b.x);
  }

  /** What was told of a frame. */
  ofFrame(frame: number): TimeMark[] {
    return Object.values(this.told).flatMap((list) => list.filter((mark) => mark.frame === frame));
  }
}
