// The list of entities: the query in the address, the table or the tree that draws its rows, what is
// selected of them, and what is said of both.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Power } from '../../core/protocol';
import { count } from '../../core/units';
import { type Column, type Sort, Table } from '../../widgets/table/table';
import { columnsOf, fieldsOf, kindIn, markOf, NameCell, pathsOf } from './columns';
import { Many, mostSelected } from './many';
import type { Query, World } from './source';
import type { Shown } from './store';
import { Tree, type TreeRow } from './tree';

const typing = 200; // ms of silence before a condition is sent
const mostInAddress = 60; // ids
const mostTrail = 30;
const mostEmpty = 100; // rows that tell which columns are empty

/** What is said of the list in numbers. */
export interface Tally {
  total: number;
  all: number;
  /** Rows in view, [from, to). */
  from: number;
  to: number;
  /** Another order waits until the pointer leaves. */
  frozen: boolean;
  /** ns of the game's goroutine for the last look, frames it took, and the frame at which it began. */
  ns: number;
  frames: number;
  began: number;
}

/** Lives while the panel is shown. */
export class EntityList {
  readonly app: App;
  readonly world: World;
  readonly where: Signal<string>;
  /** Shows one kind only. */
  readonly kind: Signal<string>;
  /** Paths of the columns that were chosen by hand, with commas between. */
  readonly chosen: Signal<string>;
  /** What the tree is made by; empty: a table is shown. */
  readonly by: Signal<string>;
  /** The selected entities. */
  readonly picked: Signal<readonly string[]> = signal([]);
  /** Several selected entities as one. */
  readonly many: Signal<Many | undefined> = signal(undefined);
  /** Entities that a reference led away from. */
  readonly trail: Signal<readonly string[]> = signal([]);
  readonly tally: Signal<Tally>;
  readonly table: Table<Shown>;
  readonly treeTable: Table<Shown>;
  /** Enter on a row. */
  onOpen: (() => void) | undefined;
  /** Where what is created is put: the middle of the picture of the world, while there is one. */
  spawnAt: (() => number[]) | undefined;
  private lastBy = 'kind';
  private readonly selected: Signal<string>; // ids with commas between
  private readonly sort: Signal<string>; // `pos.x`, `-pos.x`
  private readonly tree: Tree;
  private readonly empty: Signal<ReadonlySet<string>> = signal(new Set());
  private columned = '';
  private leaving: Element | null = null; // had the focus when Enter asked for rows
  private drawn = { rows: undefined as unknown, version: -1, tree: -1 };

  constructor(app: App, world: World) {
    this.app = app;
    this.world = world;
    const none = { total: 0, all: 0, from: 0, to: 0, frozen: false, ns: 0, frames: 0, began: 0 };
    this.tally = signal(none);
    this.where = app.url.param('q', '', 'world');
    this.kind = app.url.param('kind', '', 'world');
    this.sort = app.url.param('sort', '', 'world');
    this.chosen = app.url.param('cols', '', 'world');
    this.by = app.url.param('by', '', 'world');
    this.selected = app.url.param('sel', '', 'world');
    this.tree = new Tree(app, () => world.kinds.peek());
    world.ask(this.query());
    this.follow(this.selected.peek());
    this.table = this.build();
    this.treeTable = this.buildTree();
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
        this.leaving = null; // who types on stays
        const timer = setTimeout(() => world.ask(asked), asked.where === '' ? 0 : typing);
        return () => clearTimeout(timer);
      }),
      effect(() => this.plant()),
      effect(() => this.follow(this.selected.value)),
      effect(() => world.pause(app.view.value.paused)),
      effect(() => this.column()),
      effect(() => this.tell()),
    ];
    return () => {
      for (const f of off) f();
      this.many.peek()?.dispose();
      this.many.value = undefined;
      this.picked.value = [];
      world.picking.peek()?.take(undefined);
      world.picking.value = null;
      world.close();
      world.onReset = undefined;
      app.status.clear('world');
    };
  }

  /** The table that is shown. */
  get shown(): Table<Shown> {
    return this.by.peek() === '' ? this.table : this.treeTable;
  }

  /** Shows the table, or the tree of before. */
  toggleTree(): void {
    const { by } = this;
    if (by.peek() !== '') this.lastBy = by.peek();
    by.value = by.peek() === '' ? this.lastBy : '';
  }

  /**
   * Goes from the condition to its rows: once they are there, where Enter came before them and nothing
   * else has taken the focus. The rows of the condition before would be selected otherwise.
   */
  enter(): void {
    const { world, app } = this;
    world.ask(this.query());
    this.leaving = world.awaited && this.by.peek() === '' && !app.view.peek().paused ? document.activeElement : null;
    if (this.leaving === null) this.shown.focus();
  }

  /** Reports whether rows are held back. */
  get filtered(): boolean {
    return this.world.fault.value === null && (this.where.value.trim() !== '' || this.kind.value !== '');
  }

  /** Selects entities, as a press on them does; a field that waits for one takes it instead. */
  choose(ids: readonly string[]): void {
    if (ids.length === 1 && this.world.pick(ids[0] ?? '')) {
      this.mark();
      return;
    }
    this.trail.value = [];
    this.select(ids);
  }

  /** Follows a reference: there is a way back. */
  jump(id: string): void {
    const from = this.picked.peek();
    if (from.length === 1 && from[0] !== id) this.trail.value = [...this.trail.peek(), from[0] ?? ''].slice(-mostTrail);
    this.select([id]);
  }

  /** Goes back to where the last reference led from. */
  back(): void {
    const to = this.trail.peek().at(-1);
    if (to === undefined) return;
    this.trail.value = this.trail.peek().slice(0, -1);
    this.select([to]);
  }

  /** Selects nothing. */
  deselect(): void {
    this.choose([]);
  }

  /** Selects all that fit the query, up to a bound that is said. */
  async selectAll(): Promise<void> {
    const { where, kind, sort } = this.query();
    const params = { ...(where && { where }), ...(kind && { kind }), ...(sort && { sort }), fields: [] };
    try {
      const { rows, total } = await this.app.rpc.call('world.list', { ...params, limit: mostSelected });
      this.choose(rows.map((r) => r.id));
      if (total > rows.length)
        this.app.toast(`Selected the first ${count(rows.length)} of ${count(total)}: no more at once`, 'warn');
    } catch (fault) {
      this.app.toast(String((fault as Error).message), 'bad');
    }
  }

  /** Reports whether the game lets all that is selected be created, deleted and so on. */
  can(what: Power): boolean {
    const many = this.many.peek();
    const { subject } = this.world;
    const kinds = many ? [...many.kinds.keys()] : subject?.entity && !subject.gone ? [subject.entity.kind] : [];
    return kinds.length > 0 && kinds.every((k) => this.world.can(k, what));
  }

  /** Adds a condition to the query. */
  find(condition: string): void {
    const now = this.where.peek().trim();
    this.where.value = now === '' ? condition : `${/\bor\b/i.test(now) ? `(${now})` : now} and ${condition}`;
  }

  private select(ids: readonly string[]): void {
    const few = ids.slice(0, mostSelected);
    this.picked.value = few;
    this.selected.value = few.slice(0, mostInAddress).join(',');
    this.inspect();
    this.mark();
  }

  // The address names other entities: a link, the palette, the way back of the browser.
  private follow(text: string): void {
    if (text === this.picked.peek().slice(0, mostInAddress).join(',')) return;
    this.picked.value = text.split(',').filter(Boolean);
    this.inspect();
    this.mark();
  }

  private inspect(): void {
    const ids = this.picked.peek();
    this.world.inspect(ids.length === 1 ? (ids[0] ?? '') : '');
    this.many.peek()?.dispose();
    this.many.value = ids.length > 1 ? new Many(this.app, ids) : undefined;
  }

  // Marks the selected rows, and brings a single one into view.
  private mark(): void {
    if (this.table === undefined) return;
    const ids = this.picked.peek();
    const one = ids.length === 1 ? (ids[0] ?? '') : '';
    const at = one === '' ? -1 : this.world.rows.indexOf(one);
    this.table.pick(ids, at);
    this.treeTable.pick(ids, one === '' ? -1 : this.tree.indexOf(one));
  }

  private query(): Query {
    const fields = this.chosen.value.split(',').filter(Boolean);
    return { where: this.where.value.trim(), kind: this.kind.value, sort: this.sort.value, fields };
  }

  private plant(): void {
    const by = this.by.value;
    if (by === '') return;
    const { where, kind, sort } = this.query();
    if (this.world.fault.value !== null) return;
    this.tree.ask({ where, kind, sort, by, fields: this.paths() });
  }

  private flush(): void {
    const { rows, fresh } = this.world;
    if (rows !== this.drawn.rows || rows.version !== this.drawn.version) {
      this.drawn = { ...this.drawn, rows, version: rows.version };
      this.table.update();
    }
    if (this.leaving !== null && !this.world.awaited) {
      const stays = this.leaving !== document.activeElement || this.world.fault.peek() !== null;
      this.leaving = null;
      if (!stays) this.table.focus();
    }
    const tree = this.by.peek() !== '';
    if (tree) {
      this.tree.look(this.treeTable.visible);
      if (this.drawn.tree !== this.tree.version) this.treeTable.update();
      this.drawn.tree = this.tree.version;
      this.app.frame.stir();
    }
    const view = tree ? this.treeTable.visible : this.table.visible;
    const { ns = 0, frames = 0, began = 0 } = fresh ?? {};
    const next = { total: rows.total, all: rows.all, ...view, frozen: rows.waiting, ns: round(ns), frames, began };
    const was = this.tally.peek();
    const moved = next.began !== was.began && { ...next, began: was.began };
    // A scan that began later is no news by itself.
    if (JSON.stringify(moved || next) !== JSON.stringify(was)) this.tally.value = next;
  }

  // Another query begins other rows: the selection is found again where its entity is among them.
  // Kinds of one storage have columns that only some of them fill: those of one kind are left out.
  private reset(): void {
    const { rows } = this.world;
    const known = this.kind.peek() || kindIn(this.where.peek()) ? rows.known(mostEmpty) : [];
    const empty = (path: string) => known.length > 0 && known.every((r) => (r.fields[path] ?? null) === null);
    this.empty.value = new Set(Object.keys(known[0]?.fields ?? {}).filter(empty));
    const ids = this.picked.peek();
    const at = ids.length === 1 ? rows.indexOf(ids[0] ?? '') : -1;
    this.table.pick(ids, at, at >= 0);
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
    this.treeTable.setColumns(this.columns(true));
  }

  private paths(): string[] {
    const { world } = this;
    const kinds = world.kinds.value;
    const wanted = this.kind.value || kindIn(this.where.value);
    const kind = kinds.some((k) => k.kind === wanted) ? wanted : '';
    const chosen = this.chosen.value;
    const paths = world.keepColumns(`${kind} ${chosen}`, () => pathsOf(kinds, kind, chosen.split(',').filter(Boolean)));
    return chosen === '' ? paths.filter((p) => !this.empty.value.has(p)) : paths;
  }

  private columns(tree = false): Column<Shown>[] {
    const { world } = this;
    const kinds = world.kinds.value;
    const named = kinds.some((k) => k.fields.some((f) => f.path === 'name'));
    const first: Column<Shown> = {
      key: named ? 'name' : 'id',
      title: 'entity',
      width: tree ? 158 : 122,
      most: 220,
      sortable: true,
      text: (row) => row.name,
      view: (host) => new NameCell(host, (k) => markOf(world.kinds.peek(), k, (name) => world.inks.of(name))),
      span: (row) => (row as Partial<TreeRow>).heading === true,
    };
    return columnsOf(this.paths(), fieldsOf(kinds, ''), first);
  }

  private build(): Table<Shown> {
    const { world } = this;
    return new Table<Shown>({
      ...this.common(),
      label: 'Entities',
      source: {
        get count() {
          return world.rows.count;
        },
        row: (i) => world.rows.at(i),
        key: (i) => world.rows.at(i)?.id ?? `#${i}`,
      },
      onView: (view) => world.look(view),
      onHover: (over) => world.holdOrder(over),
      dress: (row) => (row.stale ? { class: 'stale' } : {}),
    });
  }

  private buildTree(): Table<Shown> {
    const { tree } = this;
    return new Table<Shown>({
      ...this.common(),
      label: 'Tree of entities',
      tree: true,
      source: {
        get count() {
          return tree.count;
        },
        row: (i) => tree.at(i),
        key: (i) => tree.at(i)?.key ?? `#${i}`,
      },
      onToggle: (row, open) => tree.toggle(row as TreeRow, open),
      onView: (view) => tree.look(view),
      dress: (row) => {
        const { level, open, heading } = row as TreeRow;
        return { level, ...(open !== undefined && { open }), ...(heading && { class: 'heading' }) };
      },
    });
  }

  private common() {
    const sort = sortOf(this.sort.peek());
    return {
      columns: this.columns(),
      soon: (f: () => void) => this.app.frame.soon(f),
      ...(sort && { sort }),
      mostPicked: mostSelected,
      onSort: (s: Sort | undefined) => {
        this.sort.value = s === undefined ? '' : `${s.down ? '-' : ''}${s.key}`;
      },
      onPick: (keys: readonly string[]) => void this.take(keys),
      onOpen: () => {
        this.onOpen?.();
        return true;
      },
    };
  }

  // Rows that were never in view have no id yet: the game is asked for those between the others.
  private async take(keys: readonly string[]): Promise<void> {
    const places = keys.filter((k) => k.startsWith('#')).map((k) => Number(k.slice(1)));
    const known = keys.filter((k) => !k.startsWith('#') && !k.includes('='));
    if (known.length === 0 && places.length === 0 && keys.length > 0) return; // a heading
    if (places.length === 0 || this.by.peek() !== '') return this.choose(known);
    const { where, kind, sort } = this.query();
    const from = Math.min(...places);
    const params = { ...(where && { where }), ...(kind && { kind }), ...(sort && { sort }), fields: [] };
    const limit = Math.min(mostSelected, Math.max(...places) - from + 1);
    const found = await this.app.rpc.call('world.list', { ...params, offset: from, limit }).catch(() => undefined);
    this.choose([...new Set([...known, ...(found?.rows ?? []).map((r) => r.id)])]);
  }
}

function sortOf(text: string): Sort | undefined {
  return text === '' ? undefined : { key: text.replace(/^-/, ''), down: text.startsWith('-') };
}

// To what is shown: a number that changes with every frame is read by nobody.
function round(ns: number): number {
  return Math.round(ns / 1e5) * 1e5;
}
