// The goroutines of the game, those with equal stacks together, as they were when somebody asked.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { GoroutineList, StackFrame } from '../../core/protocol';
import { count, fixed } from '../../core/units';
import type { Stacked } from './stacks';
import { StackList } from './stacks';

/** Goroutines that wait at one place. */
export interface Group extends Stacked {
  count: number;
  state: string;
  /** How many more than in the list before; undefined for the first list. */
  more: number | undefined;
}

export class Goroutines {
  /** What the game answered last. */
  readonly answer: Signal<GoroutineList | undefined> = signal(undefined);
  groups: readonly Group[] = [];
  private before: ReadonlyMap<string, number> | undefined;
  private readonly app: App;

  constructor(app: App) {
    this.app = app;
  }

  take(answer: GoroutineList): void {
    this.groups = groupsOf(answer, this.before);
    this.before = new Map(this.groups.map((g) => [g.key, g.count]));
    this.answer.value = answer;
  }

  /** Forgets what was answered. */
  clear(): void {
    this.groups = [];
    this.before = undefined;
    this.answer.value = undefined;
  }

  /** A table for as long as it is shown. */
  list(): StackList<Group> {
    return new StackList<Group>(this.app, {
      id: 'goroutines',
      what: 'stacks',
      order: 'count',
      words: { key: 'state', title: 'Waits for', width: 120, most: 150, of: (g) => g.state },
      numbers: [
        {
          key: 'count',
          title: 'Count',
          width: 76,
          help: 'Goroutines with this stack',
          text: (g) => count(g.count),
          by: (g) => g.count,
        },
        {
          key: 'more',
          title: 'Since last list',
          width: 96,
          help: 'How many more than when they were listed the time before',
          text: (g) => signed(g.more),
          by: (g) => g.more ?? 0,
          tone: (g) => ((g.more ?? 0) === 0 ? 'muted' : ''),
        },
      ],
    });
  }
}

/** The groups of an answer, compared with the counts of the one before. */
export function groupsOf(answer: GoroutineList, before?: ReadonlyMap<string, number>): Group[] {
  return answer.groups.map(({ count: n, state = '', at, stack }) => {
    const frames = framesOf(stack, answer.frames);
    const key = `${state}|${frames.map((f) => `${f.func}:${f.line}`).join('|')}`;
    return { key, stack: frames, at, count: n, state, more: before && n - (before.get(key) ?? 0) };
  });
}

/** A stack by the numbers of its frames. */
export function framesOf(stack: readonly number[], frames: readonly StackFrame[]): StackFrame[] {
  return stack.flatMap((i) => frames[i] ?? []);
}

function signed(n: number | undefined): string {
  return n === undefined ? '' : n > 0 ? `+${fixed(n)}` : fixed(n);
}
