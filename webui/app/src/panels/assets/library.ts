// What the left half of the panel shows: which assets, in which order, as tiles or as rows; and the
// selection, which stands in the address.

import { effect, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { count } from '../../core/units';
import { Table } from '../../widgets/table/table';
import { columns } from './columns';
import { Grid } from './grid';
import { type Asset, choose, type Kind, type Sum, sums } from './model';
import { type Assets, assetsOf } from './store';
import { Thumbs, thumbPorts } from './thumbs';

/** What is said of the list in numbers. */
export interface Tally {
  shown: readonly Asset[];
  kinds: ReadonlyMap<Kind, Sum>;
  all: number;
}

/** Lives while the panel is shown. */
export class Library {
  readonly store: Assets;
  readonly query: Signal<string>;
  /** Shows one kind only. */
  readonly kind: Signal<string>;
  /** `list` shows rows in the place of tiles. */
  readonly mode: Signal<string>;
  /** The name of the selected asset. */
  readonly selected: Signal<string>;
  readonly tally: Signal<Tally> = signal({ shown: [], kinds: new Map(), all: 0 });
  readonly grid: Grid;
  readonly table: Table<Asset>;
  /** Enter on an asset. */
  onOpen: (() => void) | undefined;
  private readonly app: App;
  private readonly sort: Signal<string>; // `memory`, `-memory`
  private readonly thumbs: Thumbs;
  private marked = ''; // the id that grid and table have selected

  constructor(app: App) {
    this.app = app;
    this.store = assetsOf(app);
    this.query = app.url.param('q', '', 'assets');
    this.kind = app.url.param('kind', '', 'assets');
    this.mode = app.url.param('v', '', 'assets');
    this.sort = app.url.param('sort', '', 'assets');
    this.selected = app.url.param('sel', '', 'assets');
    this.thumbs = new Thumbs(thumbPorts(app), devicePixelRatio > 1.25 ? 192 : 96);
    this.thumbs.onReady = () => this.grid.update();
    this.grid = this.buildGrid();
    this.table = this.buildTable();
  }

  /** Reports whether not all are shown. */
  get filtered(): boolean {
    return this.query.value.trim() !== '' || this.kind.value !== '';
  }

  /** The selected asset. */
  get asset(): Asset | undefined {
    this.store.version.value;
    return this.store.named(this.selected.value);
  }

  /** Shows all again. */
  clear(): void {
    this.query.value = '';
    this.kind.value = '';
  }

  /** Puts the focus on the list. */
  focus(): void {
    if (this.mode.peek() === 'list') this.table.focus();
    else this.grid.focus();
  }

  /** Follows the store and the address. Returns its undo. */
  start(): () => void {
    const { app } = this;
    const off = [
      effect(() => this.compute()),
      effect(() => this.mark()),
      () => app.status.clear('assets'),
      () => this.thumbs.dispose(),
    ];
    return () => {
      for (const f of off) f();
    };
  }

  private compute(): void {
    this.store.version.value;
    const all = this.store.all;
    const shown = choose(all.values(), { query: this.query.value, kind: this.kind.value, sort: this.sort.value });
    this.tally.value = { shown, kinds: sums(all.values()), all: all.size };
    this.grid.show(shown);
    this.table.setSource({
      count: shown.length,
      row: (i) => shown[i],
      key: (i) => shown[i]?.id ?? '',
    });
    const clear = this.filtered ? () => this.clear() : undefined;
    this.app.status.filter('assets', count(shown.length), count(all.size), 'assets', clear);
  }

  private mark(): void {
    const { shown } = this.tally.value;
    const name = this.selected.value;
    const at = shown.findIndex((a) => a.name === name);
    const id = shown[at]?.id ?? '';
    if (id === this.marked) return;
    const reveal = id !== '';
    this.marked = id;
    this.grid.select(id, reveal);
    this.table.select(id === '' ? undefined : id, at, reveal);
  }

  // By the person, in one of the two; the other is told.
  private choose(asset: Asset | undefined, inGrid: boolean): void {
    if (asset === undefined) return;
    this.marked = asset.id;
    this.selected.value = asset.name;
    const at = this.tally.peek().shown.indexOf(asset);
    if (inGrid) this.table.select(asset.id, at, true);
    else this.grid.select(asset.id, true);
  }

  private buildGrid(): Grid {
    return new Grid({
      label: 'Assets',
      soon: (f) => this.app.frame.soon(f),
      picture: (asset) => this.thumbs.get(asset),
      onView: (assets) => this.thumbs.want(this.mode.peek() === 'list' ? [] : assets),
      onSelect: (asset) => this.choose(asset, true),
      onOpen: () => this.onOpen?.(),
    });
  }

  private buildTable(): Table<Asset> {
    const order = this.sort.peek();
    return new Table<Asset>({
      label: 'Assets',
      columns: columns(this.app),
      source: { count: 0, row: () => undefined, key: String },
      soon: (f) => this.app.frame.soon(f),
      ...(order !== '' && { sort: { key: order.replace('-', ''), down: order.startsWith('-') } }),
      onSort: (sort) => {
        this.sort.value = sort === undefined ? '' : `${sort.down ? '-' : ''}${sort.key}`;
      },
      onSelect: (asset) => this.choose(asset, false),
      onOpen: () => {
        this.onOpen?.();
        return true;
      },
    });
  }
}
