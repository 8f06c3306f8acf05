// What a table is given, and what it tells.

import type { Column } from './line';

/** Where the rows come from. Reading must be cheap: it happens for every visible row of every drawing. */
export interface Source<R> {
  readonly count: number;
  /** The row at a place, or undefined while it is not known. */
  row(index: number): R | undefined;
  /** What stays the same while the row moves. Must differ between the rows in view. */
  key(index: number): string;
}

/** What the header says about the order. */
export interface Sort {
  key: string;
  down: boolean;
}

/** How a table looks and whom it tells. */
export interface Options<R> {
  /** Name for assistive technology. */
  label: string;
  columns: readonly Column<R>[];
  source: Source<R>;
  /** Runs f with the next frame of the page. */
  soon(f: () => void): void;
  /** Px. */
  rowHeight?: number;
  /** False leaves the header out; the columns still name the cells. */
  header?: boolean;
  /** Rows have levels that open and close: a treegrid. */
  tree?: boolean;
  sort?: Sort;
  onSort?(sort: Sort | undefined): void;
  /** The person moved to a row (undefined: to none). */
  onSelect?(row: R | undefined, index: number): void;
  /** Rows were selected, by their keys. */
  onPick?(keys: readonly string[]): void;
  /** Rows that one gesture selects at most. */
  mostPicked?: number;
  /** Enter or a double click on a row; false lets the table look for an editor in the row. */
  onOpen?(row: R, index: number): boolean;
  /** A heading was opened or closed. */
  onToggle?(row: R, open: boolean): void;
  /** Rows in view changed: [from, to). */
  onView?(view: { from: number; to: number }): void;
  /** The person scrolled, not the program. */
  onScroll?(atEnd: boolean): void;
  onHover?(over: boolean): void;
  /** The room for rows has changed. */
  onResize?(): void;
  /** Extra class names, `aria-*` and level of a row. */
  dress?(row: R): Dress;
}

/** How a row differs from a plain one. */
export interface Dress {
  class?: string;
  level?: number;
  /** Undefined: the row cannot be opened. */
  open?: boolean;
}
