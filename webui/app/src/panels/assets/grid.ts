// A virtual grid of tiles: as many elements as fit the view, reused as it scrolls. To a reader it is a
// list of options, of which the arrow keys choose one.

import { Slots } from '../../widgets/table/window';
import type { Asset } from './model';
import { Tile } from './tile';

const least = 116; // px, width of a tile
const tall = 132; // px
const pad = 8; // px around the tiles

/** How a grid is fed, and whom it tells. */
export interface GridOptions {
  label: string;
  /** Runs f with the next frame of the page. */
  soon(f: () => void): void;
  /** The address of a small picture, where there is one. */
  picture(asset: Asset): string | undefined;
  /** What is in view. */
  onView(assets: readonly Asset[]): void;
  onSelect(asset: Asset): void;
  /** Enter or a double click. */
  onOpen(asset: Asset): void;
}

/** The columns that fit into a width, and the width of each. */
export function columnsIn(width: number): { columns: number; each: number } {
  const room = Math.max(least, width - 2 * pad);
  const columns = Math.max(1, Math.floor(room / least));
  return { columns, each: room / columns };
}

/** Where a key leads from a tile; undefined for other keys. */
export function moved(key: string, at: number, count: number, columns: number, page: number): number | undefined {
  const moves: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns < 0 ? at : at - columns,
    ArrowDown:
      at + columns >= count && Math.floor(at / columns) === Math.floor((count - 1) / columns) ? at : at + columns,
    PageUp: at - page * columns,
    PageDown: at + page * columns,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}

let grids = 0;

/** A grid in the page. */
export class Grid {
  readonly el = document.createElement('div');
  private readonly body = document.createElement('div');
  private readonly tiles: Tile[] = [];
  private readonly slots = new Slots<string>();
  private readonly options: GridOptions;
  private readonly resize: ResizeObserver | undefined;
  private readonly name = `grid${++grids}`;
  private assets: readonly Asset[] = [];
  private selected = '';
  private queued = false;
  private closed = false;
  private wanted = -1; // to be revealed as soon as there is a view
  private inView = '';

  constructor(options: GridOptions) {
    this.options = options;
    const { el, body } = this;
    el.className = 'grid';
    el.setAttribute('role', 'listbox');
    el.setAttribute('aria-label', options.label);
    el.setAttribute('aria-orientation', 'horizontal');
    body.className = 'grid-body';
    body.setAttribute('role', 'presentation');
    el.append(body);
    el.addEventListener('scroll', () => this.update(), { passive: true });
    el.addEventListener('keydown', (e) => this.key(e));
    el.addEventListener('mousedown', (e) => this.press(e));
    el.addEventListener('dblclick', (e) => {
      const asset = this.assetAt(e.target);
      if (asset !== undefined) options.onOpen(asset);
    });
    if (typeof ResizeObserver === 'function') {
      this.resize = new ResizeObserver(() => this.update());
      this.resize.observe(el);
    }
  }

  /** Shows these; the selection stays where its id is found. */
  show(assets: readonly Asset[]): void {
    this.assets = assets;
    this.update();
  }

  /** Selects by id without telling onSelect. */
  select(id: string, reveal: boolean): void {
    this.selected = id;
    const at = this.assets.findIndex((a) => a.id === id);
    if (reveal && at >= 0) this.wanted = at;
    this.update();
  }

  /** Draws again with the next frame. */
  update(): void {
    if (this.queued || this.closed) return;
    this.queued = true;
    this.options.soon(() => {
      this.queued = false;
      if (!this.closed) this.draw();
    });
  }

  /** Puts the focus on the selected tile, or on the first in view. */
  focus(): void {
    const at = this.assets.findIndex((a) => a.id === this.selected);
    this.go(at >= 0 ? at : this.first());
  }

  /** The asset of the tile to which an element belongs. */
  assetAt(target: EventTarget | null): Asset | undefined {
    const tile = this.tileOf(target);
    return tile === undefined ? undefined : this.assets.find((a) => a.id === tile.id);
  }

  /** The tile to which an element belongs. */
  tileOf(target: EventTarget | null): Tile | undefined {
    return target instanceof Node ? this.tiles.find((t) => t.el.contains(target) && t.id !== '') : undefined;
  }

  dispose(): void {
    this.closed = true;
    this.resize?.disconnect();
    this.el.remove();
  }

  private draw(): void {
    const { el, body, assets } = this;
    const { columns, each } = columnsIn(el.clientWidth);
    const height = el.clientHeight;
    body.style.height = `${Math.ceil(assets.length / columns) * tall + 2 * pad}px`;
    if (this.wanted >= 0 && height > 0) {
      this.reveal(this.wanted, columns);
      this.wanted = -1;
    }
    const from = Math.max(0, Math.floor((el.scrollTop - pad) / tall)) * columns;
    const to = Math.min(assets.length, Math.ceil((el.scrollTop + height - pad) / tall) * columns);
    const visible = assets.slice(from, Math.max(from, to));
    this.pinFocus();
    const { taken, spare } = this.slots.assign(visible.map((a) => a.id));
    for (const { slot, key } of taken) this.tile(slot).bind(key);
    for (const slot of spare) this.tiles[slot]?.hide();
    const roving = visible.some((a) => a.id === this.selected) ? this.selected : visible[0]?.id;
    visible.forEach((asset, i) => {
      const slot = this.slots.slot(asset.id);
      if (slot === undefined) return;
      const index = from + i;
      const tile = this.tile(slot);
      tile.place((index % columns) * each + pad, Math.floor(index / columns) * tall + pad, each, tall);
      tile.show(asset, this.options.picture(asset), asset.id === this.selected);
      tile.rove(asset.id === roving, index + 1, assets.length);
    });
    this.tell(visible);
  }

  private tell(visible: readonly Asset[]): void {
    const key = visible.map((a) => `${a.id}@${a.version}`).join(' ');
    if (key === this.inView) return;
    this.inView = key;
    this.options.onView(visible);
  }

  // A tile with the focus keeps its element while it is out of view.
  private pinFocus(): void {
    for (const tile of this.tiles) {
      if (tile.id === '') continue;
      if (tile.el === document.activeElement) this.slots.pin(tile.id);
      else this.slots.unpin(tile.id);
    }
  }

  private tile(slot: number): Tile {
    let tile = this.tiles[slot];
    if (tile === undefined) {
      tile = new Tile(`${this.name}-${slot}`);
      this.tiles[slot] = tile;
      this.body.append(tile.el);
    }
    return tile;
  }

  private reveal(index: number, columns: number): void {
    const { el } = this;
    const top = Math.floor(index / columns) * tall;
    if (top < el.scrollTop) el.scrollTop = top;
    else if (top + tall + 2 * pad > el.scrollTop + el.clientHeight)
      el.scrollTop = top + tall + 2 * pad - el.clientHeight;
  }

  private first(): number {
    const { columns } = columnsIn(this.el.clientWidth);
    return Math.max(0, Math.floor((this.el.scrollTop - pad) / tall)) * columns;
  }

  private go(index: number): void {
    const asset = this.assets[index];
    if (asset === undefined) return;
    this.selected = asset.id;
    this.wanted = index;
    this.draw(); // the tile must be there to take the focus
    const slot = this.slots.slot(asset.id);
    if (slot !== undefined) this.tiles[slot]?.el.focus({ preventScroll: true });
    this.options.onSelect(asset);
  }

  private press(event: MouseEvent): void {
    const asset = event.button === 0 ? this.assetAt(event.target) : undefined;
    if (asset === undefined) return;
    this.selected = asset.id;
    this.options.onSelect(asset);
    this.update();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.assets.findIndex((a) => a.id === this.selected);
    const { columns } = columnsIn(this.el.clientWidth);
    const page = Math.max(1, Math.floor(this.el.clientHeight / tall));
    const to =
      at < 0 && event.key.startsWith('Arrow') ? this.first() : moved(event.key, at, this.assets.length, columns, page);
    if (to !== undefined) this.go(to);
    else if (event.key === 'Enter' && at >= 0) this.options.onOpen(this.assets[at] as Asset);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
