// The list of the log: what of the ring is shown, and whether it follows the end.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Pin } from '../../core/cursor';
import type { Level } from '../../core/protocol';
import { bytes, count } from '../../core/units';
import { Table } from '../../widgets/table/table';
import { columns } from './columns';
import { type Item, List, plainLine } from './list';
import { levels } from './ring';
import { type Log, logOf } from './store';
import { type Filter, View } from './view';

/** What is said of the list in numbers. */
export interface Tally {
  /** Lines that are let through. */
  lines: number;
  all: number;
  byLevel: Record<Level, number>;
  /** Rows that came since the end was left. */
  fresh: number;
  known: boolean;
}

let shown: Tail | undefined;

/** Follows the end of the log that is shown. */
export function followEnd(): void {
  shown?.toEnd();
}

/** Lives while the panel is shown. */
export class Tail {
  readonly query: Signal<string>;
  /** Levels that are shut out, with commas between. */
  readonly hide: Signal<string>;
  /** Whether the newest line is kept in view. */
  readonly follow = signal(true);
  readonly tally: Signal<Tally>;
  readonly table: Table<Item>;
  private readonly app: App;
  private readonly log: Log;
  private readonly view = new View();
  private readonly list = new List(this.view);
  private readonly stopped = signal(0); // frame at which the end was left
  private fresh = 0;
  private chosen = -1; // the row at the cursor
  private left = false; // the end, for the sake of the cursor
  private version = -1; // of the log, when it was drawn last

  constructor(app: App) {
    this.app = app;
    this.log = logOf(app);
    this.query = app.url.param('q', '', 'log');
    this.hide = app.url.param('hide', '', 'log');
    this.tally = signal(this.count());
    this.table = this.build();
  }

  /** Follows the log, the filter and the pause of the view. Returns its undo. */
  start(): () => void {
    const { app } = this;
    shown = this;
    const off = [
      app.frame.onText(() => this.flush()),
      effect(() => this.filter(filterOf(this.query.value, this.hide.value))),
      effect(() => {
        if (!app.view.value.paused) app.frame.stir();
      }),
      effect(() => this.sayTail()),
      effect(() => this.toCursor(app.cursor.pinned.value)),
    ];
    return () => {
      for (const f of off) f();
      if (shown === this) shown = undefined;
      for (const id of ['log', 'log-size', 'log-tail']) app.status.clear(id);
    };
  }

  /** Reports whether lines are held back. */
  get filtered(): boolean {
    return this.query.value.trim() !== '' || this.hide.value !== '';
  }

  /** Rows that are listed. */
  get size(): number {
    return this.view.size;
  }

  /** Follows the end again. */
  toEnd(): void {
    this.follow.value = true;
    this.left = false;
    this.fresh = 0;
    this.draw();
  }

  /** The listed rows as text. */
  text(): string {
    const lines: string[] = [];
    for (let i = 0; i < this.view.size; i++) {
      const row = this.view.row(i);
      if (row !== undefined) lines.push(plainLine(row.last, row.count));
    }
    return `${lines.join('\n')}\n`;
  }

  // Shows the line that stands where the cursor is pinned, and follows the end again when it is not.
  private toCursor(pin: Pin | undefined): void {
    if (pin === undefined) {
      if (this.left) this.toEnd();
      return;
    }
    const index = this.view.indexAt(pin.x);
    const row = this.view.row(index);
    if (row === undefined || row.first === this.chosen) return;
    this.chosen = row.first;
    this.left ||= this.follow.peek();
    this.leave();
    this.table.select(String(row.first), this.list.indexOf(index), true);
  }

  private flush(): void {
    const still = this.app.view.peek().paused && !this.app.capture;
    if (still || this.log.version === this.version) return;
    this.version = this.log.version;
    const { came, went } = this.view.sync(this.log.ring);
    if (!this.follow.peek()) {
      this.fresh += came;
      if (went > 0) this.table.shift(went); // the lines under the eye stay where they are
    }
    this.draw();
  }

  private filter(filter: Filter): void {
    const { ring } = this.log;
    // What was there when the view was paused; or when the panel was opened, if that was later.
    const still = this.app.view.peek().paused && this.view.end > 0;
    this.view.rebuild(ring, filter, still ? this.view.end : ring.end);
    this.fresh = 0;
    this.draw();
    // With fewer lines the end may be in view: then it is followed again.
    if (!this.follow.peek() && this.table.atEnd()) this.follow.value = true;
  }

  private draw(): void {
    this.list.place();
    if (this.follow.peek()) this.table.toEnd();
    this.table.update();
    this.tell();
  }

  private leave(): void {
    if (this.follow.peek()) this.stopped.value = this.app.clock.peek().frame;
    this.follow.value = false;
  }

  private count(): Tally {
    const { ring } = this.log;
    const byLevel = Object.fromEntries(levels.map((l) => [l, ring.count(l)])) as Record<Level, number>;
    return { lines: this.view.lines, all: ring.size, byLevel, fresh: this.fresh, known: this.log.known };
  }

  private tell(): void {
    const next = this.count();
    if (JSON.stringify(next) !== JSON.stringify(this.tally.peek())) this.tally.value = next;
    const { status } = this.app;
    const filtered = this.query.peek().trim() !== '' || this.hide.peek() !== '';
    const clear = () => {
      this.query.value = '';
      this.hide.value = '';
    };
    status.filter('log', count(next.lines), count(next.all), 'lines', filtered ? clear : undefined);
    const { value, unit } = bytes(this.log.ring.bytes);
    status.set({ id: 'log-size', text: `log ${value} ${unit} of 8 MiB`, tone: 'muted', side: 'right', order: 60 });
  }

  private sayTail(): void {
    const { status } = this.app;
    if (this.follow.value || this.app.capture) {
      status.clear('log-tail');
      return;
    }
    const text = `tail stopped at frame ${count(this.stopped.value)}`;
    const clear = () => this.toEnd();
    status.set({ id: 'log-tail', text, tone: 'muted', order: 30, clear, clearLabel: 'Follow again' });
  }

  private build(): Table<Item> {
    return new Table<Item>({
      label: 'Log',
      columns: columns(this.app, (row) => this.list.isOpen(row)),
      source: this.list,
      soon: (f) => this.app.frame.soon(f),
      rowHeight: 20,
      header: false,
      tree: true,
      onSelect: (item) => {
        if (item?.kind !== 'line' || item.row.first === this.chosen) return;
        const { x, line } = item.row.last;
        this.chosen = item.row.first;
        this.app.cursor.pinAt(line.frame, x);
      },
      onOpen: (item) => {
        if (item.kind === 'line') this.app.openFrame(item.row.last.line.frame);
        return true;
      },
      onToggle: (item, open) => {
        if (item.kind === 'line') this.list.toggle(item.row, open);
        this.leave();
        this.table.update();
      },
      onScroll: (atEnd) => {
        if (atEnd) this.fresh = 0;
        else this.leave();
        this.follow.value = atEnd;
        this.tell();
      },
      onResize: () => {
        if (this.follow.peek()) this.table.toEnd();
      },
      dress: (item) =>
        item.kind === 'attr'
          ? { class: 'detail', level: 2 }
          : { class: `level-${item.row.last.line.level}`, level: 1, open: this.list.isOpen(item.row) },
    });
  }
}

function filterOf(text: string, hide: string): Filter {
  return {
    text,
    hidden: new Set(hide.split(',').filter((l): l is Level => (levels as readonly string[]).includes(l))),
  };
}
