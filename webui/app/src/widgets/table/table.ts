// A virtual table: as many row elements as fit the view, reused as it scrolls. No framework:
// a hundred thousand rows cost what forty cost.

import './table.css';
import { title, track } from './head';
import { type Column, Line } from './line';
import { tsv } from './tsv';
import type { Options, Sort, Source } from './types';
import { Scale, Slots } from './window';

export type { CellView, Column } from './line';
export type { Dress, Options, Sort, Source } from './types';

let tables = 0;

/** A table in the page. */
export class Table<R> {
  /** The element to put into the page; it fills its parent. */
  readonly el = document.createElement('div');
  private readonly head = document.createElement('div');
  private readonly body = document.createElement('div');
  private readonly lines: Line<R>[] = [];
  private readonly slots = new Slots<string>();
  private readonly name = `t${++tables}`;
  private readonly options: Options<R>;
  private readonly rowHeight: number;
  private readonly resize: ResizeObserver | undefined;
  private scale: Scale;
  private columns: readonly Column<R>[];
  private source: Source<R>;
  private sort: Sort | undefined;
  private queued = false;
  private height = -1; // px of the rows' window; -1: to be read, which costs a layout
  private awaited = -1; // row to reveal as soon as there is a view
  private top = 0; // el.scrollTop, known without asking
  private view = { from: 0, to: 0 };
  private active: { key: string; index: number } | undefined;
  private pressed: string | undefined; // key of the row that was pressed on last
  private anchor = 0;
  private picked = new Set<string>();
  private moved = -1; // scrollTop that the program set last
  private drawn = new Map<string, number>();
  private closed = false;

  constructor(options: Options<R>) {
    this.options = options;
    this.rowHeight = options.rowHeight ?? (coarse() ? 32 : 24);
    this.columns = options.columns;
    this.source = options.source;
    this.sort = options.sort;
    this.scale = new Scale(0, this.rowHeight, 0);
    this.build();
    if (typeof ResizeObserver === 'function') {
      this.resize = new ResizeObserver(() => this.resized());
      this.resize.observe(this.el);
    }
    this.update();
  }

  /** Draws again with the next frame: the source has changed. */
  update(): void {
    if (this.queued || this.closed) return;
    this.queued = true;
    this.options.soon(() => {
      this.queued = false;
      if (!this.closed) this.draw();
    });
  }

  /** Shows other rows; the selection stays where its key is found. */
  setSource(source: Source<R>): void {
    this.source = source;
    this.update();
  }

  /** Shows other columns. */
  setColumns(columns: readonly Column<R>[]): void {
    this.columns = columns;
    for (const line of this.lines) line.dispose();
    this.lines.length = 0;
    this.body.replaceChildren();
    this.slots.reset();
    this.drawn.clear();
    this.buildHead();
    this.update();
  }

  /** Marks the order in the header. */
  setSort(sort: Sort | undefined): void {
    this.sort = sort;
    this.buildHead();
  }

  /** Selects a row without telling onSelect. `reveal` scrolls to it. */
  select(key: string | undefined, index = -1, reveal = false): void {
    this.active = key === undefined ? undefined : { key, index };
    this.picked = new Set(key === undefined ? [] : [key]);
    if (index >= 0) this.anchor = index;
    if (reveal && index >= 0) this.reveal(index);
    this.update();
  }

  /** Selects rows without telling onPick. `index` is the place of the one that has the focus, if any. */
  pick(keys: readonly string[], index = -1, reveal = false): void {
    const key = index >= 0 ? this.source.key(index) : keys.at(-1);
    this.select(key, index, reveal);
    this.picked = new Set(keys);
  }

  /** Scrolls as little as possible so that a row is in view. */
  reveal(index: number): void {
    this.measure();
    if (this.height <= 0) {
      this.awaited = index; // not in the page yet
      return;
    }
    this.scrollTo(this.scale.reveal(index, this.top));
  }

  /** Scrolls to the last row. */
  toEnd(): void {
    this.measure();
    this.scrollTo(this.scale.scrollTop(this.scale.total));
    this.draw(); // or the end stands empty for a frame
  }

  /** Keeps the view on the same rows after `rows` of them left at the top. */
  shift(rows: number): void {
    this.scrollTo(Math.max(0, this.top - rows * this.rowHeight));
  }

  /** Reports whether the last row is in view. */
  atEnd(): boolean {
    this.measure();
    return this.scale.top(this.top) + this.scale.view >= this.scale.total - this.rowHeight / 2;
  }

  /** Rows in view, [from, to). */
  get visible(): { from: number; to: number } {
    return this.view;
  }

  /** Puts the focus on the selected row, or the first in view. */
  focus(): void {
    const index = this.active === undefined ? this.view.from : Math.max(0, this.find(this.active));
    this.go(index, false);
  }

  /** Frees what the rows hold. */
  dispose(): void {
    this.closed = true;
    this.resize?.disconnect();
    for (const line of this.lines) line.dispose();
    this.el.remove();
  }

  private build(): void {
    const { el, head, body, options } = this;
    el.className = 'table';
    el.setAttribute('role', options.tree ? 'treegrid' : 'grid');
    el.setAttribute('aria-label', options.label);
    el.style.setProperty('--table-row', `${this.rowHeight}px`);
    head.className = 'table-head';
    head.setAttribute('role', 'row');
    head.setAttribute('aria-rowindex', '1');
    body.className = 'table-body';
    body.setAttribute('role', 'rowgroup');
    if (options.header !== false) el.append(head);
    el.append(body);
    this.buildHead();
    el.addEventListener('scroll', () => this.scrolled(), { passive: true });
    el.addEventListener('keydown', (e) => this.key(e));
    el.addEventListener('mousedown', (e) => this.press(e));
    el.addEventListener('dblclick', (e) => this.openAt(e));
    el.addEventListener('copy', (e) => this.copy(e));
    body.addEventListener('pointerenter', () => options.onHover?.(true));
    body.addEventListener('pointerleave', () => options.onHover?.(false));
    el.addEventListener('focusin', (e) => this.focused(e));
  }

  private buildHead(): void {
    const { head, columns, el } = this;
    el.setAttribute('aria-colcount', String(columns.length));
    el.style.setProperty('--cols', columns.map(track).join(' '));
    el.style.setProperty('--least', `${columns.reduce((sum, c) => sum + c.width, 0)}px`);
    head.replaceChildren(...columns.map((c, i) => title(c, i, this.sort, (next) => this.sorted(next, i))));
  }

  private sorted(next: Sort | undefined, column: number): void {
    this.setSort(next);
    this.options.onSort?.(next);
    this.head.children[column]?.querySelector('button')?.focus(); // it was built anew
  }

  // What is selected and in view stays in view: it may have been selected for what takes the room now.
  private resized(): void {
    this.height = -1;
    const selected = this.active === undefined ? undefined : this.drawn.get(this.active.key);
    if (selected !== undefined) this.reveal(selected);
    this.update();
    this.options.onResize?.();
  }

  private measure(): void {
    const count = this.source.count;
    if (this.height < 0 || this.resize === undefined) {
      this.height = Math.max(0, this.el.clientHeight - (this.options.header === false ? 0 : this.head.offsetHeight));
    }
    if (count === this.scale.rows && this.height === this.scale.view) return;
    const top = this.scale.top(this.top);
    const compressed = this.scale.height !== this.scale.total;
    const shrank = count < this.scale.rows;
    this.scale = new Scale(count, this.rowHeight, this.height);
    this.body.style.height = `${this.scale.height}px`;
    this.el.setAttribute('aria-rowcount', String(count + 1));
    if (compressed) this.scrollTo(this.scale.scrollTop(top));
    else if (shrank) this.top = this.el.scrollTop; // the browser moved it if the end came nearer
  }

  /** Draws at once: for callers that are in a frame already. */
  draw(): void {
    this.measure();
    if (this.awaited >= 0 && this.height > 0) {
      const index = this.awaited;
      this.awaited = -1;
      this.reveal(index);
    }
    const scrollTop = this.top;
    const view = this.scale.visible(scrollTop);
    const keys: string[] = [];
    this.drawn.clear();
    for (let i = view.from; i < view.to; i++) {
      const key = this.source.key(i);
      keys.push(key);
      this.drawn.set(key, i);
    }
    this.hold();
    const { taken, spare } = this.slots.assign(keys);
    for (const { slot, key } of taken) this.line(slot).bind(key);
    for (const slot of spare) this.lines[slot]?.hide();
    for (const [key, index] of this.drawn) {
      const slot = this.slots.slot(key);
      if (slot !== undefined) this.drawLine(this.line(slot), key, index, scrollTop);
    }
    // A row that is kept for its focus and left the list must not cover the one that stands there now.
    for (const line of this.lines)
      line.el.classList.toggle('ghost', line.key !== undefined && !this.drawn.has(line.key));
    this.rove();
    if (view.from !== this.view.from || view.to !== this.view.to) {
      this.view = view;
      this.options.onView?.(view);
    }
  }

  private drawLine(line: Line<R>, key: string, index: number, scrollTop: number): void {
    const row = this.source.row(index);
    const dress = row === undefined ? undefined : this.options.dress?.(row);
    const selected = this.picked.has(key);
    line.place(index, this.scale.offset(index, scrollTop), selected, dress);
    line.show(row, index);
  }

  // Rows that hold the focus or an unfinished edit keep their element while they are out of view.
  private hold(): void {
    const focus = document.activeElement;
    for (const line of this.lines) {
      if (line.key === undefined) continue;
      if (line.el.contains(focus) || line.busy()) this.slots.pin(line.key);
      else this.slots.unpin(line.key);
    }
  }

  private rove(): void {
    const key =
      this.active !== undefined && this.slots.slot(this.active.key) !== undefined ? this.active.key : this.firstKey();
    for (const line of this.lines) line.rove(line.key !== undefined && line.key === key);
  }

  private firstKey(): string | undefined {
    for (const key of this.drawn.keys()) return key;
    return undefined;
  }

  private line(slot: number): Line<R> {
    let line = this.lines[slot];
    if (line === undefined) {
      line = new Line(this.columns, `${this.name}-${slot}`);
      this.lines[slot] = line;
      this.body.append(line.el);
    }
    return line;
  }

  private scrollTo(top: number): void {
    if (Math.abs(top - this.top) < 0.5) return;
    this.el.scrollTop = top;
    this.top = this.moved = this.el.scrollTop;
    this.update();
  }

  private scrolled(): void {
    this.top = this.el.scrollTop;
    this.update();
    const own = Math.abs(this.top - this.moved) < 1;
    this.moved = -1;
    if (!own) this.options.onScroll?.(this.atEnd());
  }

  private find(active: { key: string; index: number }): number {
    const { index, key } = active;
    if (index >= 0 && index < this.source.count && this.source.key(index) === key) return index;
    return this.drawn.get(key) ?? Math.min(index, this.source.count - 1); // it is gone: stay near
  }

  private lineOf(target: EventTarget | null): { line: Line<R>; index: number } | undefined {
    const line = this.lines.find((l) => target instanceof Node && l.el.contains(target));
    const index = line?.key === undefined ? undefined : this.drawn.get(line.key);
    return line === undefined || index === undefined ? undefined : { line, index };
  }

  private focused(event: FocusEvent): void {
    const hit = this.lineOf(event.target);
    if (hit === undefined || hit.line.key === undefined || this.active?.key === hit.line.key) return;
    // The press that brings the focus has chosen already, and who was told may have chosen otherwise.
    if (hit.line.key === this.pressed) return;
    this.choose(hit.index, false, false);
  }

  private press(event: MouseEvent): void {
    const hit = this.lineOf(event.target);
    if (hit === undefined || event.button !== 0) return;
    this.pressed = hit.line.key;
    const row = this.source.row(hit.index);
    if (event.target instanceof Element && event.target.closest('[data-toggle]') && row !== undefined) {
      this.toggle(row);
      event.preventDefault();
      return;
    }
    this.choose(hit.index, event.shiftKey, event.ctrlKey || event.metaKey);
    if (event.shiftKey) event.preventDefault(); // or the browser selects text
  }

  private openAt(event: MouseEvent): void {
    const hit = this.lineOf(event.target);
    if (hit === undefined || interactive(event.target)) return;
    const row = this.source.row(hit.index);
    if (row !== undefined) this.options.onOpen?.(row, hit.index);
  }

  private toggle(row: R): void {
    const open = this.options.dress?.(row).open;
    if (open !== undefined) this.options.onToggle?.(row, !open);
  }

  private choose(index: number, extend: boolean, add: boolean): void {
    if (index < 0 || index >= this.source.count) return;
    const key = this.source.key(index);
    if (extend) {
      this.picked = new Set();
      const far = (this.options.mostPicked ?? Number.POSITIVE_INFINITY) - 1;
      const from = Math.max(Math.min(this.anchor, index), this.anchor - far);
      const to = Math.min(Math.max(this.anchor, index), this.anchor + far);
      for (let i = from; i <= to; i++) this.picked.add(this.source.key(i));
    } else if (add) {
      if (!this.picked.delete(key)) this.picked.add(key);
      this.anchor = index;
    } else {
      this.picked = new Set([key]);
      this.anchor = index;
    }
    this.active = { key, index };
    this.options.onSelect?.(this.source.row(index), index);
    this.options.onPick?.([...this.picked]);
    this.update();
  }

  private go(index: number, extend: boolean): void {
    if (this.source.count === 0) return;
    const to = Math.min(this.source.count - 1, Math.max(0, index));
    this.reveal(to);
    this.choose(to, extend, false);
    this.draw(); // the row must be there to take the focus
    const slot = this.slots.slot(this.source.key(to));
    if (slot !== undefined) this.lines[slot]?.el.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    this.pressed = undefined;
    if (event.target instanceof Element && event.target.closest('.table-head')) return;
    if (event.key === 'Escape' && interactive(event.target) && !event.defaultPrevented) {
      this.lineOf(event.target)?.line.el.focus({ preventScroll: true });
      event.stopPropagation();
      return;
    }
    if (interactive(event.target) || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key !== 'Home' && event.key !== 'End') return;
    const now = this.active === undefined ? -1 : this.find(this.active);
    const page = Math.max(1, Math.floor(this.scale.view / this.rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      PageDown: now + page,
      PageUp: now - page,
      Home: 0,
      End: this.source.count - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.go(to, event.shiftKey);
    else if (now < 0 || this.source.key(now) !== this.active?.key || !this.act(event.key, now)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private act(key: string, now: number): boolean {
    const row = this.source.row(now);
    if (row === undefined) return false;
    const dress = this.options.dress?.(row);
    switch (key) {
      case 'ArrowLeft':
        if (dress?.open !== true) return this.toParent(now, dress?.level ?? 1);
        this.options.onToggle?.(row, false);
        return true;
      case 'ArrowRight':
        if (dress?.open === false) this.options.onToggle?.(row, true);
        return dress?.open !== undefined;
      case 'Enter':
      case 'F2':
        if (dress?.open !== undefined) this.toggle(row);
        else if (!this.options.onOpen?.(row, now)) this.edit(now);
        return true;
      default:
        return false;
    }
  }

  private toParent(now: number, level: number): boolean {
    if (!this.options.tree || level < 2) return false;
    for (let i = now - 1; i >= 0; i--) {
      const row = this.source.row(i);
      if (row !== undefined && (this.options.dress?.(row).level ?? 1) < level) {
        this.go(i, false);
        return true;
      }
    }
    return false;
  }

  private edit(index: number): void {
    const slot = this.slots.slot(this.source.key(index));
    const line = slot === undefined ? undefined : this.lines[slot];
    line?.el.querySelector<HTMLElement>('[data-first], input:not([type=range]), select, button')?.focus();
  }

  private copy(event: ClipboardEvent): void {
    if (interactive(event.target) || !document.getSelection()?.isCollapsed) return;
    const text = this.tsv();
    if (text === '') return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  }

  /** The selected rows as tab-separated values with a line of titles; rows that are not known are left out. */
  tsv(): string {
    const one = this.picked.size === 1 && this.active !== undefined ? this.find(this.active) : undefined;
    return tsv(this.columns, this.source, this.picked, one);
  }
}

function interactive(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, button, a') !== null;
}

// A finger needs larger rows; tokens.css says the same for what is not virtual.
function coarse(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches;
}
