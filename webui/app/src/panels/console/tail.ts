// The list of the log: what of the ring is shown, and whether it follows the end.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Pin } from '../../core/cursor';
import type { Level } from '../../core/protocol';
import { bytes, count } from '../../core/units';
import { Table } from '../../widgets/table/table';
import { copyTable, rowOf } from './cells';
import { columns } from './columns';
import { type Item, List, plainLine } from './list';
import { levels } from './ring';
import type { Filter } from './sieve';
import { type Log, logOf } from './store';
import { View } from './view';

/** What is said of the list in numbers. */
export interface Tally {
  /** Lines that are let through. */
  lines: number;
  /** What is listed: repeats are one, commands count too. */
  rows: number;
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

const slice = 4; // ms of a frame that a filter may take
const letter = 7.3; // px of a character, roughly
const beside = 370; // px of a row that are not for the message

/** Lives while the panel is shown. */
export class Tail {
  readonly query: Signal<string>;
  /** Levels that are shut out, with commas between. */
  readonly hide: Signal<string>;
  /** Whether the newest line is kept in view. */
  readonly follow = signal(true);
  readonly tally: Signal<Tally>;
  readonly table: Table<Item>;
  /** Runs when a command of the list is to be typed again. */
  onAgain: ((line: string) => void) | undefined;
  private readonly app: App;
  private readonly log: Log;
  private view: View;
  private next: View | undefined; // being made for another filter
  private readonly list: List;
  private readonly stopped = signal(0); // frame at which the end was left
  private readonly cleared = signal(0); // entries below this number are out of sight

  private ended = 0; // scrollTop when the end was shown last
  private fresh = 0;
  private chosen = -1; // the row at the cursor
  private left = false; // the end, for the sake of the cursor
  private version = -1; // of the log, when it was drawn last

  constructor(app: App) {
    this.app = app;
    this.log = logOf(app);
    this.view = new View(this.log.ring);
    this.list = new List(this.view, this.log.own);
    this.query = app.url.param('q', '', 'console');
    this.hide = app.url.param('hide', '', 'console');
    this.tally = signal(this.count());
    this.table = this.build();
  }

  /** Follows the log, the filter and the pause of the view. Returns its undo. */
  start(): () => void {
    const { app, log } = this;
    shown = this;
    log.ring.onGrow = (no, by) => {
      this.view.grow(no, by);
      this.next?.grow(no, by);
    };
    // What was typed is answered in sight, also while the view stands still.
    log.onOwn = () => app.frame.soon(() => this.flush(true));
    const off = [
      app.frame.onText(() => this.flush()),
      effect(() => this.filter(filterOf(this.query.value, this.hide.value), this.cleared.value)),
      effect(() => {
        if (!app.view.value.paused) app.frame.stir();
      }),
      effect(() => this.sayTail()),
      effect(() => this.sayCleared()),
      effect(() => this.toCursor(app.cursor.pinned.value)),
    ];
    return () => {
      for (const f of off) f();
      log.ring.onGrow = log.onOwn = undefined;
      this.next = undefined;
      if (shown === this) shown = undefined;
      for (const id of ['log', 'log-size', 'log-tail', 'log-cleared']) app.status.clear(id);
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

  /** Takes the focus from the filter. A row that has it stops the tail, so none is given it while that is followed. */
  leaveFilter(): void {
    if (!this.follow.peek()) this.table.focus();
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  /** Takes what is listed out of sight; it is kept. */
  clear(): void {
    this.cleared.value = this.log.ring.end;
    this.toEnd();
  }

  /** The listed rows as text. */
  text(): string {
    const lines: string[] = [];
    for (let i = 0; i < this.view.size; i++) {
      const row = this.view.row(i);
      if (row !== undefined) lines.push(plainLine(row.last, row.count, this.log.own.get(row.first)));
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

  private get still(): boolean {
    return this.app.view.peek().paused && !this.app.capture;
  }

  private flush(typed = false): void {
    if ((this.still && !typed) || this.log.version === this.version) return;
    this.version = this.log.version;
    const { came, went } = this.view.sync();
    if (!this.follow.peek()) {
      this.fresh += came;
      if (went > 0) this.table.shift(went); // the lines under the eye stay where they are
    }
    this.draw();
  }

  // What is shown stays until the rows of another filter are there; few lines are there at once.
  private filter(filter: Filter, from: number): void {
    const { ring } = this.log;
    this.next = new View(ring, { ...filter, since: ring.end }, from);
    this.sift(this.next);
  }

  private sift(next: View): void {
    if (this.next !== next) return; // another filter came meanwhile
    const until = performance.now() + slice;
    // What was there when the view was paused; or when the panel was opened, if that was later.
    const end = this.still && this.view.end > 0 && this.version >= 0 ? this.view.end : this.log.ring.end;
    if (!next.work(() => performance.now() > until, end)) {
      this.app.frame.soon(() => this.sift(next));
      return;
    }
    this.next = undefined;
    this.view = next;
    this.version = this.still ? this.version : this.log.version;
    this.list.setView(next);
    this.fresh = 0;
    this.draw();
    // With fewer lines the end may be in view: then it is followed again.
    if (!this.follow.peek() && this.table.atEnd()) this.follow.value = true;
  }

  private draw(): void {
    this.list.place();
    if (this.follow.peek()) this.keepEnd();
    this.table.update();
    this.tell();
  }

  private keepEnd(): void {
    this.table.toEnd();
    this.ended = this.table.el.scrollTop;
  }

  private leave(): void {
    if (this.follow.peek()) this.stopped.value = this.app.clock.peek().frame;
    this.follow.value = false;
  }

  private count(): Tally {
    const { ring } = this.log;
    const byLevel = Object.fromEntries(levels.map((l) => [l, ring.count(l)])) as Record<Level, number>;
    const all = levels.reduce((sum, l) => sum + byLevel[l], 0);
    return { lines: this.view.lines, rows: this.view.size, all, byLevel, fresh: this.fresh, known: this.log.known };
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

  private sayCleared(): void {
    const { status } = this.app;
    if (this.cleared.value === 0) {
      status.clear('log-cleared');
      return;
    }
    const clear = () => {
      this.cleared.value = 0;
    };
    status.set({
      id: 'log-cleared',
      text: 'earlier lines cleared',
      tone: 'muted',
      order: 31,
      clear,
      clearLabel: 'Show them again',
    });
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
        const row = item && rowOf(item);
        if (row === undefined || row.first === this.chosen) return;
        this.chosen = row.first;
        this.app.cursor.pinAt(row.last.frame, row.last.x);
      },
      onOpen: (item) => this.open(item),
      onToggle: (item, open) => this.toggle(item, open),
      onScroll: (atEnd) => {
        // The line grew, and the list became lower: nobody scrolled up.
        if (!atEnd && this.follow.peek() && this.table.el.scrollTop >= this.ended - 1) {
          this.keepEnd();
          return;
        }
        if (atEnd) this.fresh = 0;
        else this.leave();
        this.follow.value = atEnd;
        this.tell();
      },
      onResize: () => {
        this.list.fit(Math.max(40, Math.floor((this.table.el.clientWidth - beside) / letter)));
        this.list.place();
        if (this.follow.peek()) this.keepEnd();
      },
      dress: (item) => this.dress(item),
    });
  }

  private open(item: Item): boolean {
    if (item.kind === 'line') this.app.openFrame(item.row.last.lastFrame);
    else if (item.kind === 'command') this.onAgain?.(item.own.line);
    else if (item.kind === 'strip') copyTable(this.app, item.strip.tsv);
    return true;
  }

  private toggle(item: Item, open: boolean): void {
    if (item.kind === 'line') {
      this.list.toggle(item.row, open);
      this.leave();
    } else if (item.kind === 'strip') {
      item.strip.flip?.();
      this.list.place();
    }
    this.table.update();
  }

  private dress(item: Item) {
    switch (item.kind) {
      case 'attr':
        return { class: 'detail', level: 2 };
      case 'line':
        return { class: `level-${item.row.last.kind}`, level: 1, open: this.list.isOpen(item.row) };
      case 'command':
        return { class: `own${item.own.by === '' ? '' : ' other'}`, level: 1 };
      case 'strip': {
        const { own, strip, index } = item;
        const name = `own said${own.by === '' ? '' : ' other'}${own.kind === 'failure' ? ' level-error' : ''}${strip.tsv ? ' titles' : ''}`;
        const level = (index === 0 ? 1 : 2) + strip.depth;
        return strip.open === undefined ? { class: name, level } : { class: name, level, open: strip.open };
      }
    }
  }
}

function filterOf(text: string, hide: string): Filter {
  return {
    text,
    hidden: new Set(hide.split(',').filter((l): l is Level => (levels as readonly string[]).includes(l))),
  };
}
