// The arithmetic of a virtual table: which rows are in view, which slot draws which row.
// No DOM here, so that it can be tested against brute force.

/** A run of rows, [from, to). */
export interface Range {
  from: number;
  to: number;
}

/** Browsers stop laying out elements above some 33 million pixels (Firefox: 17.9). */
const tallest = 8_000_000;

/** Maps between the scroll position and rows, also where the rows together are taller than an element can be. */
export class Scale {
  readonly rows: number;
  readonly rowHeight: number;
  readonly view: number; // px, height of the window
  readonly total: number; // px, height of all rows
  readonly height: number; // px, height of the element that makes the scroll bar

  constructor(rows: number, rowHeight: number, view: number) {
    this.rows = rows;
    this.rowHeight = rowHeight;
    this.view = view;
    this.total = rows * rowHeight;
    this.height = Math.min(this.total, Math.max(tallest, view));
  }

  /** The pixel of the whole table that lies at the top edge of the view. */
  top(scrollTop: number): number {
    if (this.height === this.total) return clamp(scrollTop, 0, Math.max(0, this.total - this.view));
    const room = this.height - this.view;
    return (clamp(scrollTop, 0, room) / room) * (this.total - this.view);
  }

  /** The scroll position that shows a pixel of the whole table at the top edge. */
  scrollTop(top: number): number {
    const most = Math.max(0, this.total - this.view);
    const wanted = clamp(top, 0, most);
    return this.height === this.total || most === 0 ? wanted : (wanted / most) * (this.height - this.view);
  }

  /** Rows that touch the view, with `over` more on each side. */
  visible(scrollTop: number, over = 0): Range {
    if (this.rows === 0 || this.view <= 0) return { from: 0, to: 0 };
    const top = this.top(scrollTop);
    const from = Math.max(0, Math.floor(top / this.rowHeight) - over);
    const to = Math.min(this.rows, Math.ceil((top + this.view) / this.rowHeight) + over);
    return { from, to };
  }

  /** Where a row's top edge lies inside the scrolled element, so that it stands right in the view. */
  offset(row: number, scrollTop: number): number {
    return scrollTop + row * this.rowHeight - this.top(scrollTop);
  }

  /** The scroll position that shows a whole row and moves as little as possible. */
  reveal(row: number, scrollTop: number): number {
    const top = this.top(scrollTop);
    const edge = row * this.rowHeight;
    if (edge < top) return this.scrollTop(edge);
    if (edge + this.rowHeight > top + this.view) return this.scrollTop(edge + this.rowHeight - this.view);
    return scrollTop;
  }
}

/** Keeps one row in one slot while it is in view, and reuses the slots of rows that left. */
export class Slots<K> {
  private readonly bySlot: (K | undefined)[] = [];
  private readonly byKey = new Map<K, number>();
  private readonly pinned = new Set<K>();

  /** Slots there are, used or spare. */
  get size(): number {
    return this.bySlot.length;
  }

  /** Keeps the slot of a key while the row is out of view: it has the focus or an edit on its way. */
  pin(key: K): void {
    this.pinned.add(key);
  }

  /** Undoes pin. */
  unpin(key: K): void {
    this.pinned.delete(key);
  }

  /** The slot of a key, or undefined. */
  slot(key: K): number | undefined {
    return this.byKey.get(key);
  }

  /** Forgets all slots. */
  reset(): void {
    this.bySlot.length = 0;
    this.byKey.clear();
    this.pinned.clear();
  }

  /**
   * Assigns a slot to each of the keys in view; keys must differ.
   * @returns what moved: `taken` slots draw another row now, `spare` slots draw none.
   */
  assign(keys: readonly K[]): { taken: { slot: number; key: K }[]; spare: number[] } {
    const wanted = new Set(keys);
    const free: number[] = [];
    for (let slot = 0; slot < this.bySlot.length; slot++) {
      const key = this.bySlot[slot];
      if (key !== undefined && (wanted.has(key) || this.pinned.has(key))) continue;
      if (key !== undefined) this.byKey.delete(key);
      this.bySlot[slot] = undefined;
      free.push(slot);
    }
    const taken: { slot: number; key: K }[] = [];
    for (const key of wanted) {
      if (this.byKey.has(key)) continue;
      const slot = free.pop() ?? this.bySlot.length;
      this.bySlot[slot] = key;
      this.byKey.set(key, slot);
      taken.push({ slot, key });
    }
    return { taken, spare: free };
  }
}

function clamp(v: number, lo: number, hi: number): number {
  return Math.max(lo, Math.min(v, hi));
}
