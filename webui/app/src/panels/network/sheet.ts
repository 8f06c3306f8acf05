// A table whose rows come anew all the time: filtered, sorted, and still under the pointer. While the
// pointer is over the rows their order stands, and rows that are gone stay, dimmed.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { count } from '../../core/units';
import { type Column, type Dress, type Sort, Table } from '../../widgets/table/table';

/** A column that can be sorted by. */
export interface Field<R> extends Column<R> {
  /** What is sorted by: numbers, or texts in the order of the alphabet. */
  by?(row: R): number | string;
}

export interface SheetOptions<R> {
  /** Names it in the address and in the status bar. */
  id: string;
  /** What the rows are, in the plural, small: `clients`. */
  what: string;
  columns: readonly Field<R>[];
  /** The order at first: `-calls`. */
  order?: string;
  key(row: R): string;
  /** What the filter searches. */
  words(row: R): string;
  dress?(row: R): Dress;
  /** Columns that are left out where there is not room for all. */
  lesser?: readonly string[];
  onOpen?(row: R): void;
}

/** What is said of a sheet in numbers. */
export interface Tally {
  listed: number;
  all: number;
  /** Another order waits until the pointer leaves. */
  waiting: boolean;
}

export class Sheet<R> {
  readonly query: Signal<string>;
  readonly tally: Signal<Tally> = signal({ listed: 0, all: 0, waiting: false });
  readonly table: Table<R>;
  readonly options: SheetOptions<R>;
  private readonly app: App;
  private readonly sort: Signal<string>; // `name`, `-lost`
  private narrow = false;
  private rows: readonly R[] = [];
  private listed: R[] = [];
  private gone = new Set<string>();
  private held = false;
  private chosen: { key: string; index: number } | undefined; // the row that was selected last

  constructor(app: App, options: SheetOptions<R>) {
    this.app = app;
    this.options = options;
    this.query = app.url.param(options.id, '', 'network');
    this.sort = app.url.param(`${options.id}-sort`, options.order ?? '', 'network');
    this.table = this.build();
  }

  /** Follows the filter and the order. Returns its undo. */
  start(): () => void {
    const off = [
      effect(() => {
        this.query.value;
        this.sort.value;
        this.arrange(false);
      }),
      effect(() => this.tell()),
      () => this.app.status.clear(`network-${this.options.id}`),
    ];
    return () => {
      for (const f of off) f();
    };
  }

  /** Takes the rows of now. */
  set(rows: readonly R[]): void {
    this.rows = rows;
    this.arrange(this.held);
  }

  /** Reports whether rows are held back. */
  get filtered(): boolean {
    return this.query.value.trim() !== '';
  }

  private arrange(still: boolean): void {
    const wanted = this.query.peek().toLowerCase().split(/\s+/).filter(Boolean);
    const { words } = this.options;
    const fit = this.rows.filter((row) => {
      const text = words(row).toLowerCase();
      return wanted.every((w) => text.includes(w));
    });
    this.gone.clear();
    if (still) this.listed = this.inPlace(fit);
    else {
      const compare = this.comparison();
      if (compare !== undefined) fit.sort(compare);
      this.listed = fit;
    }
    const waiting = still && !this.inOrder();
    const next = { listed: this.listed.length - this.gone.size, all: this.rows.length, waiting };
    const now = this.tally.peek();
    if (next.listed !== now.listed || next.all !== now.all || next.waiting !== now.waiting) this.tally.value = next;
    this.keepFocus();
    this.table.update();
  }

  /** A row that leaves with the focus hands it to the one that takes its place. */
  private keepFocus(): void {
    const { chosen, listed, table } = this;
    if (chosen === undefined || !table.el.contains(document.activeElement)) return;
    const { key } = this.options;
    const at = listed.findIndex((row) => key(row) === chosen.key);
    if (at >= 0) {
      chosen.index = at;
      return;
    }
    const next = Math.min(chosen.index, listed.length - 1);
    const row = listed[next];
    if (row === undefined) return;
    table.select(key(row), next);
    table.focus();
  }

  /** The rows in the order of before; new ones at the end, those that are gone where they were. */
  private inPlace(fit: readonly R[]): R[] {
    const { key } = this.options;
    const fresh = new Map(fit.map((row) => [key(row), row]));
    const out = this.listed.map((old) => {
      const name = key(old);
      const now = fresh.get(name);
      fresh.delete(name);
      if (now === undefined) this.gone.add(name);
      return now ?? old;
    });
    return [...out, ...fresh.values()];
  }

  private inOrder(): boolean {
    const compare = this.comparison();
    if (this.gone.size > 0) return false;
    if (compare === undefined) return true;
    return this.listed.every((row, i) => i === 0 || compare(this.listed[i - 1] as R, row) <= 0);
  }

  private comparison(): ((a: R, b: R) => number) | undefined {
    const sort = sortOf(this.sort.peek());
    const by = this.options.columns.find((c) => c.key === sort?.key)?.by;
    if (sort === undefined || by === undefined) return undefined;
    const sign = sort.down ? -1 : 1;
    return (a, b) => {
      const [x, y] = [by(a), by(b)];
      // What has no number stands last, whichever way.
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return x < y ? -sign : x > y ? sign : 0;
    };
  }

  private tell(): void {
    const { id, what } = this.options;
    const { listed, all } = this.tally.value;
    const clear = () => {
      this.query.value = '';
    };
    this.app.status.filter(`network-${id}`, count(listed), count(all), what, this.filtered ? clear : undefined);
  }

  private build(): Table<R> {
    const { options } = this;
    const sheet = this;
    const sort = sortOf(this.sort.peek());
    return new Table<R>({
      label: options.what.charAt(0).toUpperCase() + options.what.slice(1),
      columns: withSort(options.columns),
      source: {
        get count() {
          return sheet.listed.length;
        },
        row: (i) => this.listed[i],
        key: (i) => {
          const row = this.listed[i];
          return row === undefined ? '' : options.key(row);
        },
      },
      soon: (f) => this.app.frame.soon(f),
      ...(sort && { sort }),
      onSort: (s) => {
        this.sort.value = s === undefined ? '' : `${s.down ? '-' : ''}${s.key}`;
      },
      onHover: (over) => {
        this.held = over;
        if (!over) this.arrange(false);
      },
      onSelect: (row, index) => {
        this.chosen = row === undefined ? undefined : { key: options.key(row), index };
      },
      onOpen: (row) => {
        options.onOpen?.(row);
        return options.onOpen !== undefined;
      },
      onResize: () => this.fit(),
      dress: (row) => {
        const dress = options.dress?.(row) ?? {};
        return this.gone.has(options.key(row)) ? { ...dress, class: 'stale' } : dress;
      },
    });
  }

  // A table that scrolls to both sides hides what one looks for.
  private fit(): void {
    const { columns, lesser = [] } = this.options;
    const room = this.table.el.clientWidth;
    const narrow = room < columns.reduce((sum, c) => sum + c.width, 0);
    if (room === 0 || narrow === this.narrow) return;
    this.narrow = narrow;
    this.table.setColumns(withSort(narrow ? columns.filter((c) => !lesser.includes(c.key)) : columns));
  }
}

function withSort<R>(columns: readonly Field<R>[]): Field<R>[] {
  return columns.map((c) => ({ ...c, sortable: c.by !== undefined }));
}

function sortOf(text: string): Sort | undefined {
  return text === '' ? undefined : { key: text.replace(/^-/, ''), down: text.startsWith('-') };
}
