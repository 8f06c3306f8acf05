// What Memory looks at: a span of time, the marks that the game keeps, and which two of them are
// compared.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { MemoryDiff, MemoryMark } from '../../core/protocol';
import { frameName } from '../../core/units';
import { TimeSpan } from '../../widgets/chart/span';
import { Goroutines } from './goroutines';

/** What stands below the charts. */
export type View = 'sites' | 'goroutines' | 'collections';

/** In the order of their tabs. */
export const views: readonly View[] = ['sites', 'goroutines', 'collections'];

/** A question that the game has not answered yet. */
export type Asked = '' | 'mark' | 'gc' | 'diff' | 'goroutines' | 'profile';

/** A mark and its place on the page's axis. */
export interface PageMark extends MemoryMark {
  x: number;
}

export class MemoryModel extends TimeSpan {
  /** The marks of this run of the game, the oldest first. */
  readonly marks: Signal<readonly PageMark[]> = signal([]);
  readonly view: Signal<string>;
  /** The mark to compare with, and the later one; undefined: none, and the heap as it is. */
  readonly from: ReadonlySignal<PageMark | undefined>;
  readonly to: ReadonlySignal<PageMark | undefined>;
  readonly asked: Signal<Asked> = signal('');
  /** How the heap grew by call site, when somebody asked last. */
  readonly diff: Signal<MemoryDiff | undefined> = signal(undefined);
  /** What the game said to the last question about it, where it refused. */
  readonly fault = signal('');
  readonly goroutines: Goroutines;
  /** Why there is no heap profile, once the game has said so. */
  readonly noProfile = signal('');

  private readonly help = new Map<string, string>(); // of trackers, by name
  private readonly fromId: Signal<string>;
  private readonly toId: Signal<string>;
  private readonly app: App;
  private known = -1; // changes of the marks, when they were read last
  private run = 0; // of the game, that was asked last

  constructor(app: App) {
    super(app, 'memory', 6);
    this.app = app;
    this.view = app.url.param('v', 'sites', 'memory');
    this.fromId = app.url.param('from', '', 'memory');
    this.toId = app.url.param('to', '', 'memory');
    this.from = computed(() => this.find(this.fromId.value));
    this.to = computed(() => this.find(this.toId.value));
    this.goroutines = new Goroutines(app);
  }

  get viewName(): View {
    return views.find((v) => v === this.view.value) ?? 'sites';
  }

  /** The sample that the numbers show: that of the later mark, the one at the cursor, or the newest. */
  index(): number {
    const { memory } = this.app.shown();
    const x = this.app.cursor.x.peek() ?? this.to.peek()?.x;
    return x === undefined ? memory.x.count - 1 : memory.indexAt(x);
  }

  /** The sample of the mark that is compared with, -1 where none is, or it is not recorded. */
  markIndex(): number {
    const mark = this.from.peek();
    return mark === undefined ? -1 : this.app.shown().memory.indexAt(mark.x);
  }

  /** What the game says that a tracker is for. */
  helpOf(tracker: string): string {
    return this.help.get(tracker) ?? '';
  }

  /** Chooses what is compared; marks that are compared need no asking. */
  choose(from: string, to: string): void {
    this.fromId.value = from;
    this.toId.value = to;
    this.diff.value = undefined;
    if (from !== '' && to !== '') this.compare();
  }

  /** Reads the marks anew where they have changed. Returns when they are there. */
  async readMarks(force = false): Promise<void> {
    const { last } = this.app.memory;
    if (this.app.conn.peek().state !== 'live') return;
    if (!force && (last === undefined || last.marks === this.known)) return;
    this.known = last?.marks ?? -1;
    if (this.run !== this.app.axis.run) {
      this.run = this.app.axis.run; // what another run of the game answered is of no use
      this.goroutines.clear();
      this.noProfile.value = '';
    }
    try {
      this.take(await this.app.rpc.call('memory.marks', {}));
      for (const t of await this.app.rpc.call('memory.trackers', {})) this.help.set(t.name, t.help);
    } catch {
      this.known = -1; // the next sample asks again
    }
  }

  /** Remembers the heap of now in the game. */
  async mark(): Promise<void> {
    const mark = await this.ask('mark', () => this.app.rpc.call('memory.mark', {}));
    if (mark === undefined) return;
    this.take([...this.marks.peek().filter((m) => m.id !== mark.id), mark]);
    this.diff.value = undefined;
    if (this.to.peek() === undefined) this.fromId.value = String(mark.id);
    this.app.toast(`${markName(mark)}: frame ${frameName(mark.frame)}`, 'good');
  }

  /** Forgets the mark that is compared with. */
  async unmark(): Promise<void> {
    const mark = this.from.peek();
    if (mark === undefined) return;
    await this.ask('mark', () => this.app.rpc.call('memory.unmark', { id: mark.id }));
    this.take(this.marks.peek().filter((m) => m.id !== mark.id));
  }

  /** Asks how the heap grew by call site. */
  async compare(): Promise<void> {
    const from = this.from.peek();
    if (from === undefined) return;
    this.fault.value = '';
    const to = this.to.peek()?.id ?? 0;
    const diff = await this.ask('diff', () => this.app.rpc.call('memory.diff', { from: from.id, to, limit: 500 }));
    // An answer to what is no longer asked is of no use.
    if (diff !== undefined && this.from.peek()?.id === from.id && (this.to.peek()?.id ?? 0) === to) {
      this.diff.value = diff;
    }
  }

  /** Lists the goroutines: the world stands still for it. */
  async listGoroutines(): Promise<void> {
    const answer = await this.ask('goroutines', () => this.app.rpc.call('memory.goroutines', { limit: 1000 }));
    if (answer !== undefined) this.goroutines.take(answer);
  }

  /** Makes the game collect its garbage. */
  async collect(): Promise<void> {
    const before = this.app.memory.last?.heapInUse;
    const after = await this.ask('gc', () => this.app.rpc.call('memory.gc', {}));
    if (after !== undefined) this.app.toast(said(before, after.heapInUse), 'good');
  }

  /** Asks one thing at a time; what the game refuses is said. */
  async ask<T>(what: Asked, question: () => Promise<T>): Promise<T | undefined> {
    if (this.asked.peek() !== '') return undefined;
    this.asked.value = what;
    try {
      return await question();
    } catch (error) {
      const { message } = error as Error;
      if (what === 'diff') this.fault.value = message;
      else this.app.toast(message, 'bad');
      return undefined;
    } finally {
      this.asked.value = '';
    }
  }

  private take(marks: readonly MemoryMark[]): void {
    this.marks.value = marks.map((m) => ({ ...m, x: this.app.axis.place(m.time) }));
    if (this.from.peek() === undefined) this.fromId.value = String(marks.at(-1)?.id ?? '');
    if (this.to.peek() === undefined) this.toId.value = '';
    if (this.from.peek() === undefined) this.diff.value = undefined;
    this.app.frame.invalidate();
    this.app.frame.stir();
  }

  private find(id: string): PageMark | undefined {
    return this.marks.value.find((m) => String(m.id) === id);
  }
}

/** What a mark is called. */
export function markName(mark: { id: number; name?: string }): string {
  return mark.name || (mark.id === 0 ? 'now' : `mark ${mark.id}`);
}

function said(before: number | undefined, after: number): string {
  const mib = (n: number): string => `${(n / 1048576).toFixed(1)} MiB`;
  return before === undefined ? `Collected: ${mib(after)} in use` : `Collected: ${mib(before)} → ${mib(after)} in use`;
}

const models = new WeakMap<App, MemoryModel>();

/** The page's one model; it outlives the view, and so does what was asked. */
export function memoryModel(app: App): MemoryModel {
  let model = models.get(app);
  if (model === undefined) {
    model = new MemoryModel(app);
    models.set(app, model);
  }
  return model;
}
