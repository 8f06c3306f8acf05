// The collections that are recorded, the newest first: when each ended, for how long the world stood
// still for it, and what it left.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Collection } from '../../core/memory';
import { ago, count, duration, fixed, none, text } from '../../core/units';
import { follow } from '../../widgets/framelink/framelink';
import { type CellView, type Column, Table } from '../../widgets/table/table';

/** A collection and the heap around it. */
export interface Collected extends Collection {
  /** Bytes in use at the sample before it, and at the one after. */
  before: number;
  after: number;
  /** What it found alive, bytes. */
  live: number;
}

/** All that are recorded, the newest first. */
export function collected(app: Pick<App, 'shown'>): Collected[] {
  const { memory } = app.shown();
  const { heapInUse, heapLive } = memory.rings;
  return memory.collections
    .map((c) => {
      const at = memory.indexAt(c.x);
      return { ...c, before: heapInUse.at(at), after: heapInUse.at(at + 1), live: heapLive.at(at + 1) };
    })
    .reverse();
}

const mib = (n: number): string => fixed(n / 1048576, 1);

export class CollectionList {
  readonly table: Table<Collected>;
  readonly all: Signal<number> = signal(0);
  private rows: readonly Collected[] = [];
  private readonly app: App;
  private version = -1;

  constructor(app: App) {
    this.app = app;
    this.table = this.build();
  }

  /** Follows the recording. Returns its undo. */
  start(): () => void {
    const read = (): void => {
      const { memory } = this.app.shown();
      if (memory.version === this.version) return;
      this.version = memory.version;
      this.rows = collected(this.app);
      this.all.value = this.rows.length;
      this.table.update();
    };
    read();
    return this.app.frame.onText(read);
  }

  private columns(): Column<Collected>[] {
    const number = (key: string, title: string, note: string, help: string, of: (c: Collected) => string) => ({
      key,
      title,
      ...(note !== '' && { note }),
      help,
      width: 110,
      align: 'right' as const,
      text: of,
    });
    return [
      { ...number('cycle', 'Cycle', '', 'Its number since the game began', (c) => count(c.cycle)), width: 70 },
      {
        key: 'frame',
        title: 'Frame',
        width: 90,
        align: 'right',
        text: (c) => String(c.frame),
        view: (host) => new FrameCell(host, this.app),
      },
      number('ago', 'Ended', '', 'Before the end of the recording', (c) => {
        const end = this.app.shown().memory.x.last;
        return `${ago((end - c.x) * 1000)} ago`;
      }),
      number('pause', 'Stops', '', 'The world stood still, all stops of the collection together', (c) =>
        Number.isNaN(c.pause) ? none : text(duration(c.pause)),
      ),
      number('before', 'Before', 'MiB', 'Heap in use at the sample before', (c) => mib(c.before)),
      number('after', 'After', 'MiB', 'Heap in use at the sample after', (c) => mib(c.after)),
      number('live', 'Live', 'MiB', 'What the collection found alive', (c) => mib(c.live)),
      { key: 'rest', title: '', width: 10, grow: 1 },
    ];
  }

  private build(): Table<Collected> {
    const list = this;
    return new Table<Collected>({
      label: 'Collections',
      columns: this.columns(),
      source: {
        get count() {
          return list.rows.length;
        },
        row: (i) => this.rows[i],
        key: (i) => `${this.rows[i]?.x}`,
      },
      soon: (f) => this.app.frame.soon(f),
      onSelect: (c) => {
        if (c !== undefined) this.app.cursor.pinAt(c.frame, c.x);
      },
    });
  }
}

/** The frame as a link to Perf. */
class FrameCell implements CellView<Collected> {
  private readonly link = document.createElement('a');
  private readonly app: App;
  private frame = -1;

  constructor(host: HTMLElement, app: App) {
    this.app = app;
    this.link.tabIndex = -1; // the row is the place for keys
    this.link.addEventListener('click', (event) => follow(app, event, this.frame));
    host.append(this.link);
  }

  show({ frame }: Collected): void {
    if (frame === this.frame) return;
    this.frame = frame;
    this.link.textContent = count(frame);
    this.link.href = this.app.url.href('perf', { f: String(frame) });
    this.link.title = `Frame ${count(frame)} in Perf`;
  }
}
