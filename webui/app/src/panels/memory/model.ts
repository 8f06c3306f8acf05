// What Memory looks at: a span of time, a place under the pointer, and a mark to compare with.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { MemorySample } from '../../core/protocol';
import { TimeSpan } from '../../widgets/chart/span';

export class MemoryModel extends TimeSpan {
  /** What the memory was when somebody said so. */
  readonly mark: Signal<MemorySample | undefined> = signal(undefined);
  /** The mark's place on the axis. */
  markX = Number.NaN;

  private readonly app: App;

  constructor(app: App) {
    super(app, 'memory', 6);
    this.app = app;
  }

  /** Remembers the memory of now. */
  setMark(): void {
    const { memory } = this.app.shown();
    if (memory.last === undefined) return;
    this.mark.value = memory.last;
    this.markX = memory.x.last;
    this.app.frame.invalidate();
    this.app.frame.stir();
  }

  clearMark(): void {
    this.mark.value = undefined;
    this.markX = Number.NaN;
    this.app.frame.invalidate();
  }

  /** Makes the game collect its garbage. */
  collect(): void {
    const before = this.app.memory.last?.heapInUse;
    this.app.rpc.call('memory.gc', {}).then(
      (after) => this.app.toast(said(before, after.heapInUse), 'good'),
      (error: Error) => this.app.toast(error.message, 'bad'),
    );
  }

  /** The sample that the numbers show: the one at the cursor as far as it is recorded, else the newest. */
  index(): number {
    const { memory } = this.app.shown();
    const x = this.app.cursor.x.peek();
    return x === undefined ? memory.x.count - 1 : memory.indexAt(x);
  }
}

function said(before: number | undefined, after: number): string {
  const mib = (n: number): string => `${(n / 1048576).toFixed(1)} MiB`;
  return before === undefined ? `Collected: ${mib(after)} in use` : `Collected: ${mib(before)} → ${mib(after)} in use`;
}

const models = new WeakMap<App, MemoryModel>();

/** The page's one model; it outlives the view, and so does its mark. */
export function memoryModel(app: App): MemoryModel {
  let model = models.get(app);
  if (model === undefined) {
    model = new MemoryModel(app);
    models.set(app, model);
  }
  return model;
}
