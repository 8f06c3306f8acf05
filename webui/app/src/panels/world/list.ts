// The list of entities: the query in the address, the table that draws its rows, what is said of both.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { count } from '../../core/units';
import { type Column, type Sort, Table } from '../../widgets/table/table';
import { columnsOf, fieldsOf, kindIn, markOf, NameCell, pathsOf } from './columns';
import type { Query, World } from './source';
import type { Shown } from './store';

const typing = 200; // ms of silence before a condition is sent

/** What is said of the list in numbers. */
export interface Tally {
  total: number;
  all: number;
  /** Rows in view, [from, to). */
  from: number;
  to: number;
  /** Another order waits until the pointer leaves. */
  frozen: boolean;
}

/** Lives while the panel is shown. */
export class EntityList {
  readonly world: World;
  readonly where: Signal<string>;
  /** Shows one kind only. */
  readonly kind: Signal<string>;
  /** Paths of the columns that were chosen by hand, with commas between. */
  readonly chosen: Signal<string>;
  /** The id of the inspected entity. */
  readonly selected: Signal<string>;
  readonly tally: Signal<Tally> = signal({ total: 0, all: 0, from: 0, to: 0, frozen: false });
  readonly table: Table<Shown>;
  /** Enter on a row. */
  onOpen: (() => void) | undefined;
  private readonly app: App;
  private readonly sort: Signal<string>; // `pos.x`, `-pos.x`
  private columned = '';
  private drawn = { rows: undefined as unknown, version: -1 };

  constructor(app: App, world: World) {
    this.app = app;
    this.world = world;
    this.where = app.url.param('q', '', 'world');
    this.kind = app.url.param('kind', '', 'world');
    this.sort = app.url.param('sort', '', 'world');
    this.chosen = app.url.param('cols', '', 'world');
    this.selected = app.url.param('sel', '', 'world');
    world.ask(this.query());
    world.inspect(this.selected.peek());
    this.table = this.build();
  }

  /** Follows the world and the address. Returns its undo. */
  start(): () => void {
    const { app, world } = this;
    world.open();
    world.onReset = () => this.reset();
    const off = [
      app.frame.onText(() => this.flush()),
      effect(() => {
        const asked = this.query();
        const timer = setTimeout(() => world.ask(asked), asked.where === '' ? 0 : typing);
        return () => clearTimeout(timer);
      }),
      effect(() => world.inspect(this.selected.value)),
      effect(() => world.pause(app.view.value.paused)),
      effect(() => this.column()),
      effect(() => this.tell()),
    ];
    return () => {
      for (const f of off) f();
      world.close();
      world.onReset = undefined;
      app.status.clear('world');
    };
  }

  /** Reports whether rows are held back. */
  get filtered(): boolean {
    return this.world.fault.value === null && (this.where.value.trim() !== '' || this.kind.value !== '');
  }

  /** Inspects nothing. */
  deselect(): void {
    this.selected.value = '';
    this.table.select(undefined);
  }

  private query(): Query {
    const fields = this.chosen.value.split(',').filter(Boolean);
    return { where: this.where.value, kind: this.kind.value, sort: this.sort.value, fields };
  }

  private flush(): void {
    const { rows } = this.world;
    if (rows !== this.drawn.rows || rows.version !== this.drawn.version) {
      this.drawn = { rows, version: rows.version };
      this.table.update();
    }
    const next = { total: rows.total, all: rows.all, ...this.table.visible, frozen: rows.waiting };
    if (JSON.stringify(next) !== JSON.stringify(this.tally.peek())) this.tally.value = next;
  }

  // Another query begins other rows: the selection is found again where its entity is among them.
  private reset(): void {
    const id = this.selected.peek();
    const at = id === '' ? -1 : this.world.rows.indexOf(id);
    this.table.select(id || undefined, at, at >= 0);
    if (at < 0) this.table.reveal(0);
  }

  private tell(): void {
    const { total, all } = this.tally.value;
    const clear = () => {
      this.where.value = '';
      this.kind.value = '';
    };
    this.app.status.filter('world', count(total), count(all), 'entities', this.filtered ? clear : undefined);
  }

  private column(): void {
    const columns = this.columns();
    const text = JSON.stringify(columns);
    if (text === this.columned) return; // the kinds were only counted anew
    this.columned = text;
    this.table.setColumns(columns);
  }

  private columns(): Column<Shown>[] {
    const { world } = this;
    const kinds = world.kinds.value;
    const wanted = this.kind.value || kindIn(this.where.value);
    const kind = kinds.some((k) => k.kind === wanted) ? wanted : '';
    const chosen = this.chosen.value;
    const paths = world.keepColumns(`${kind} ${chosen}`, () => pathsOf(kinds, kind, chosen.split(',').filter(Boolean)));
    const named = kinds.some((k) => k.fields.some((f) => f.path === 'name'));
    const first: Column<Shown> = {
      key: named ? 'name' : 'id',
      title: 'entity',
      width: 122,
      most: 220,
      sortable: true,
      text: (row) => row.name,
      view: (host) => new NameCell(host, (k) => markOf(world.kinds.peek(), k, (name) => world.inks.of(name))),
    };
    return columnsOf(paths, fieldsOf(kinds, kind), first);
  }

  private build(): Table<Shown> {
    const { world } = this;
    const sort = sortOf(this.sort.peek());
    return new Table<Shown>({
      label: 'Entities',
      columns: this.columns(),
      source: {
        get count() {
          return world.rows.count;
        },
        row: (i) => world.rows.at(i),
        key: (i) => world.rows.at(i)?.id ?? `#${i}`,
      },
      soon: (f) => this.app.frame.soon(f),
      ...(sort && { sort }),
      onSort: (s) => {
        this.sort.value = s === undefined ? '' : `${s.down ? '-' : ''}${s.key}`;
      },
      onSelect: (row) => {
        if (row !== undefined) this.selected.value = row.id;
      },
      onOpen: () => {
        this.onOpen?.();
        return true;
      },
      onView: (view) => world.look(view),
      onHover: (over) => world.holdOrder(over),
      dress: (row) => (row.stale ? { class: 'stale' } : {}),
    });
  }
}

function sortOf(text: string): Sort | undefined {
  return text === '' ? undefined : { key: text.replace(/^-/, ''), down: text.startsWith('-') };
}
