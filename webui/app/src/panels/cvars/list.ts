// The list of the panel: which rows there are, the table that draws them, what the status bar says.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { count } from '../../core/units';
import { Table } from '../../widgets/table/table';
import { columns } from './columns';
import { isMine, isModified, isUnsaved } from './marks';
import { type Row, rowsOf, wordsOf } from './rows';
import { script } from './script';
import { type Cvars, cvarsOf } from './store';

/** What is said of the list in numbers. */
export interface Tally {
  matched: number;
  total: number;
  modified: number;
  /** Set by this person, in this run of the game. */
  mine: number;
  /** Belong into the archive file and are not in it yet. */
  unsaved: number;
  known: boolean;
}

/** Lives while the panel is shown. */
export class CvarList {
  readonly store: Cvars;
  readonly query: Signal<string>;
  /** `1` shows only what differs from its default. */
  readonly modifiedOnly: Signal<string>;
  /** `1` shows only what this person set. */
  readonly mineOnly: Signal<string>;
  /** `1` shows one list by name, without headings. */
  readonly flat: Signal<string>;
  /** The name of the selected cvar. */
  readonly selected: Signal<string>;
  readonly tally: Signal<Tally> = signal({ matched: 0, total: 0, modified: 0, mine: 0, unsaved: 0, known: false });
  /** Grows with every drawing: what stands beside the table is drawn with it. */
  readonly drawn = signal(0);
  readonly table: Table<Row>;
  private readonly app: App;
  private readonly closed: Signal<string>;
  private rows: Row[] = [];
  private words: string[] = [];
  private version = -1; // of the store, when it was drawn last
  private wanted: boolean; // the address names a cvar that was not shown yet
  private marked = ''; // the cvar that the table has selected

  constructor(app: App) {
    this.app = app;
    this.store = cvarsOf(app);
    this.query = app.url.param('q', '', 'cvars');
    this.modifiedOnly = app.url.param('modified', '', 'cvars');
    this.mineOnly = app.url.param('mine', '', 'cvars');
    this.flat = app.url.param('flat', '', 'cvars');
    this.selected = app.url.param('sel', '', 'cvars');
    this.closed = app.url.param('closed', '', 'cvars');
    this.wanted = this.selected.peek() !== '';
    this.table = this.build();
  }

  /** Follows the store, the filter and the pause of the view. Returns its undo. */
  start(): () => void {
    const { app } = this;
    const off = [
      app.frame.onText(() => {
        const still = app.view.peek().paused && !app.capture;
        if (!still && this.store.version !== this.version) this.compute();
      }),
      effect(() => {
        this.choice(); // whatever of it changes
        this.compute();
      }),
      effect(() => {
        if (this.selected.value === this.marked) return;
        this.wanted = true; // by a link or the palette, while the list is shown
        this.compute();
      }),
      effect(() => {
        if (!app.view.value.paused) app.frame.stir();
      }),
      () => app.status.clear('cvars'),
    ];
    return () => {
      for (const f of off) f();
    };
  }

  /** Reports whether rows are held back. */
  get filtered(): boolean {
    return this.query.value.trim() !== '' || this.modifiedOnly.value !== '' || this.mineOnly.value !== '';
  }

  /** The listed cvars as lines for the console; what is folded is listed too. */
  script(): string {
    const { rows } = rowsOf(this.store.all.values(), { ...this.choice(), flat: true });
    return script(rows.flatMap((r) => (r.kind === 'cvar' ? [r.cvar] : [])));
  }

  private choice() {
    const closed = new Set(this.closed.value.split(',').filter(Boolean));
    return {
      query: this.query.value,
      modifiedOnly: this.modifiedOnly.value !== '',
      mineOf: this.mineOnly.value === '' ? undefined : (this.app.me.value?.name ?? ''),
      flat: this.flat.value !== '',
      closed,
    };
  }

  private compute(): void {
    this.version = this.store.version;
    const choice = this.choice();
    const { rows, matched, total } = rowsOf(this.store.all.values(), choice);
    this.rows = rows;
    this.words = wordsOf(choice.query);
    if (this.wanted && matched > 0) this.showWanted();
    this.table.update();
    this.tell(matched, total);
    this.drawn.value = this.drawn.peek() + 1;
  }

  private showWanted(): void {
    this.wanted = false;
    const name = this.selected.peek();
    this.marked = name;
    const index = this.rows.findIndex((r) => r.key === name);
    this.table.select(name, index, index >= 0);
  }

  private tell(matched: number, total: number): void {
    const me = this.app.me.peek()?.name ?? '';
    let modified = 0;
    let mine = 0;
    let unsaved = 0;
    for (const cvar of this.store.all.values()) {
      if (isModified(cvar)) modified++;
      if (isMine(cvar, me)) mine++;
      if (isUnsaved(cvar)) unsaved++;
    }
    const next = { matched, total, modified, mine, unsaved, known: this.store.known };
    if (JSON.stringify(next) !== JSON.stringify(this.tally.peek())) this.tally.value = next;
    const clear = () => {
      this.query.value = '';
      this.modifiedOnly.value = '';
      this.mineOnly.value = '';
    };
    this.app.status.filter('cvars', count(matched), count(total), 'cvars', this.filtered ? clear : undefined);
  }

  private build(): Table<Row> {
    const list = this;
    return new Table<Row>({
      label: 'Cvars',
      columns: columns(this.app, this.store, () => this.words),
      source: {
        get count() {
          return list.rows.length;
        },
        row: (i) => this.rows[i],
        key: (i) => this.rows[i]?.key ?? '',
      },
      tree: true,
      soon: (f) => this.app.frame.soon(f),
      onSelect: (row) => {
        if (row?.kind !== 'cvar') return;
        this.marked = row.cvar.name;
        this.selected.value = row.cvar.name;
      },
      onToggle: (row, open) => {
        if (row.kind === 'group') this.fold(row.name, !open);
      },
      dress: (row) =>
        row.kind === 'group'
          ? { class: 'group', level: row.level, open: row.open }
          : { class: isModified(row.cvar) ? 'modified' : '', level: row.level },
    });
  }

  private fold(name: string, on: boolean): void {
    const names = new Set(this.closed.peek().split(',').filter(Boolean));
    if (on) names.add(name);
    else names.delete(name);
    this.closed.value = [...names].sort().join(',');
  }
}
