// One row element of a virtual table and its cells. It is bound to one row after another.

import type { Dress } from './types';

/** What draws a cell that is more than text. One is built per row element and then shown many rows. */
export interface CellView<R> {
  show(row: R, index: number): void;
  /** Reports whether the cell holds an unfinished edit: the row element is then kept. */
  busy?(): boolean;
  dispose?(): void;
}

/** A column. */
export interface Column<R> {
  key: string;
  title: string;
  /** Dimmed text after the title: the unit of the column. */
  note?: string;
  /** Least width, px. */
  width: number;
  /** Greatest width, px: the column takes room up to it before those that grow. */
  most?: number;
  /** Share of the room that is left over. */
  grow?: number;
  align?: 'left' | 'right';
  sortable?: boolean;
  /** Tooltip of the title. */
  help?: string;
  /** The cell's text; also what is copied. */
  text?(row: R): string;
  /** What is copied when the text is abridged. */
  copy?(row: R): string;
  /** Dimmed text after the value. */
  unit?: string;
  /** Changes of the text are marked for a second. */
  heat?: boolean;
  /** Extra class of the cell. */
  class?: string;
  /** Extra class by row. */
  tone?(row: R): string;
  /** Builds a cell that is more than text. */
  view?(host: HTMLElement): CellView<R>;
  /** The cell reaches over all columns for rows for which this holds. */
  span?(row: R): boolean;
}

/** A cell that changes more often than this is moving, not changing: it is not marked, ms. */
const quiet = 900;

interface Cell<R> {
  readonly el: HTMLElement;
  readonly column: Column<R>;
  readonly text: Text | undefined;
  readonly view: CellView<R> | undefined;
  last: string | undefined; // undefined: another row was bound
  changed: number; // ms
  tone: string;
}

/** One row element. */
export class Line<R> {
  readonly el = document.createElement('div');
  /** The row that is drawn; undefined while the element is spare. */
  key: string | undefined;
  private readonly cells: Cell<R>[];
  private top = -1;
  private index = -1;
  private dressed = '';
  private roving: boolean | undefined;
  private spanned: boolean | undefined;
  private blank = false;

  constructor(columns: readonly Column<R>[], id: string) {
    this.el.id = id;
    this.el.setAttribute('role', 'row');
    this.cells = columns.map((column, i) => build(column, i));
    this.el.append(...this.cells.map((c) => c.el));
  }

  /** Draws another row from now on. */
  bind(key: string): void {
    this.key = key;
    this.el.hidden = false;
    this.dressed = '';
    this.spanned = undefined;
    const now = performance.now();
    for (const cell of this.cells) {
      cell.last = undefined;
      cell.changed = now; // what moves all the time is not marked on coming into view
      delete cell.el.dataset.heat;
    }
  }

  /** Takes the element out of sight until it is bound again. */
  hide(): void {
    this.key = undefined;
    this.el.hidden = true;
  }

  /** Moves the element to its place and marks its state. */
  place(index: number, top: number, selected: boolean, dress: Dress | undefined): void {
    if (top !== this.top) {
      this.top = top;
      this.el.style.transform = `translateY(${top}px)`;
    }
    if (index !== this.index) {
      this.index = index;
      this.el.setAttribute('aria-rowindex', String(index + 2)); // the header is row 1
    }
    const dressed = `row${selected ? ' selected' : ''}${dress?.class ? ` ${dress.class}` : ''}`;
    const state = `${dressed}|${dress?.level ?? ''}|${dress?.open ?? ''}`;
    if (state === this.dressed) return;
    this.dressed = state;
    this.el.className = dressed;
    this.el.setAttribute('aria-selected', String(selected));
    setOrRemove(this.el, 'aria-level', dress?.level);
    setOrRemove(this.el, 'aria-expanded', dress?.open);
  }

  /** Writes what changed. A row that is not known yet is drawn empty. */
  show(row: R | undefined, index: number): void {
    if (this.blank !== (row === undefined)) {
      this.blank = row === undefined;
      this.el.toggleAttribute('aria-busy', this.blank);
    }
    if (row === undefined) {
      for (const cell of this.cells) if (cell.text && cell.text.data !== '') write(cell, '');
      return;
    }
    this.span(row);
    for (const cell of this.cells) {
      if (cell.view) cell.view.show(row, index);
      else if (cell.column.text) this.write(cell, cell.column.text(row));
      const tone = cell.column.tone?.(row) ?? '';
      if (tone !== cell.tone) {
        cell.tone = tone;
        cell.el.className = classes(cell.column, tone);
      }
    }
  }

  /** Makes the row, and what can be edited in it, the place that Tab comes to. */
  rove(here: boolean): void {
    if (here === this.roving) return;
    this.roving = here;
    this.el.tabIndex = here ? 0 : -1;
    this.el.toggleAttribute('data-active', here);
  }

  /** Reports whether a cell holds an unfinished edit. */
  busy(): boolean {
    return this.cells.some((c) => c.view?.busy?.() ?? false);
  }

  /** Frees what the cells hold. */
  dispose(): void {
    for (const cell of this.cells) cell.view?.dispose?.();
    this.el.remove();
  }

  private span(row: R): void {
    const spanning = this.cells.findIndex((c) => c.column.span?.(row));
    if (spanning >= 0 === this.spanned) return;
    this.spanned = spanning >= 0;
    this.cells.forEach((cell, i) => {
      cell.el.hidden = spanning >= 0 && i !== spanning;
      cell.el.classList.toggle('span', i === spanning);
      setOrRemove(cell.el, 'aria-colspan', i === spanning ? this.cells.length : undefined);
    });
  }

  private write(cell: Cell<R>, text: string): void {
    if (text === cell.last) return;
    const known = cell.last !== undefined;
    write(cell, text);
    cell.last = text;
    if (!cell.column.heat) return;
    const now = performance.now();
    // Two names of one animation in turn: changing the name starts it anew without a layout.
    if (known && now - cell.changed > quiet) cell.el.dataset.heat = cell.el.dataset.heat === 'a' ? 'b' : 'a';
    if (known) cell.changed = now;
  }
}

function build<R>(column: Column<R>, i: number): Cell<R> {
  const el = document.createElement('div');
  el.className = classes(column, '');
  el.setAttribute('role', 'gridcell');
  el.setAttribute('aria-colindex', String(i + 1));
  const view = column.view?.(el);
  let text: Text | undefined;
  if (view === undefined) {
    text = document.createTextNode('');
    el.append(text);
    if (column.unit) {
      const unit = document.createElement('span');
      unit.className = 'unit';
      unit.textContent = column.unit;
      el.append(unit);
    }
  }
  return { el, column, text, view, last: undefined, changed: Number.NEGATIVE_INFINITY, tone: '' };
}

function classes<R>(column: Column<R>, tone: string): string {
  return `cell${column.align === 'right' ? ' right' : ''}${column.class ? ` ${column.class}` : ''}${tone ? ` ${tone}` : ''}`;
}

function write<R>(cell: Cell<R>, text: string): void {
  if (cell.text) cell.text.data = text;
}

function setOrRemove(el: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined) el.removeAttribute(name);
  else el.setAttribute(name, String(value));
}
