// What the page knows of the world: the rows of the window, the order they stand in, the inspected entity.

/** A row as it travels: whole when it is new, else what changed. */
export interface RowChange {
  id: string;
  name?: string;
  kind?: string;
  fields?: Record<string, unknown>;
}

/** The inspected entity as it travels. */
export interface Inspected {
  id: string;
  gone?: boolean;
  fields?: Record<string, unknown>;
}

/** A snapshot or an event of the topic `world`. */
export interface View {
  total: number;
  all: number;
  /** The game goes on searching: it has counted what was found so far. */
  partial?: boolean;
  offset?: number;
  /** Only when rows or their order changed. */
  ids?: string[];
  rows?: RowChange[];
  entity?: Inspected;
  /** Frame at which the game began to look through the world, and how many it took. */
  began?: number;
  frames?: number;
  /** ns of the game's goroutine for it. */
  ns?: number;
  /** Entities that came and went since the event before. */
  born?: number;
  died?: number;
}

/** How fresh a list is. */
export interface Fresh {
  began: number;
  frames: number;
  ns: number;
}

/** A row as the page keeps it. */
export interface Shown {
  readonly id: string;
  name: string;
  kind: string;
  fields: Record<string, unknown>;
  /** The row left the window and its values stand still. */
  stale: boolean;
}

/** Rows remembered of windows that were left; scrolling back shows them at once. */
const memory = 4000;

/** Rows of a list that stands still, at most: one that goes on growing is ordered anew. */
const mostStill = 2000;

/** Keeps the rows of one query. Another query begins another store. */
export class Rows {
  total = 0;
  all = 0;
  /** Grows with every change that can be seen. */
  version = 0;
  private readonly byId = new Map<string, Shown>();
  private readonly places = new Map<number, string>(); // row number -> id
  private next: { offset: number; ids: readonly string[] } | undefined; // order that waits
  private window: { offset: number; ids: readonly string[] } = { offset: 0, ids: [] };
  private still = false;

  /** The row at a place, or undefined while it was not sent. */
  at(index: number): Shown | undefined {
    const id = this.places.get(index);
    return id === undefined ? undefined : this.byId.get(id);
  }

  /** A row by its id. */
  get(id: string): Shown | undefined {
    return this.byId.get(id);
  }

  /** Rows that are known, at most so many. */
  known(most: number): Shown[] {
    return [...this.byId.values()].filter((r) => !r.stale).slice(0, most);
  }

  /** Where a row stands, or -1. */
  indexOf(id: string): number {
    for (const [index, other] of this.places) if (other === id) return index;
    return -1;
  }

  /** How many rows the list has: while it stands still, those that came and those that went as well. */
  get count(): number {
    return this.next === undefined ? this.total : Math.max(this.total, this.window.offset + this.window.ids.length);
  }

  /** Reports whether another order waits until the pointer leaves. */
  get waiting(): boolean {
    return this.next !== undefined;
  }

  /** Holds the order still, or lets the newest one in. */
  freeze(still: boolean): void {
    this.still = still;
    if (still || this.next === undefined) return;
    this.place(this.next.offset, this.next.ids);
    this.next = undefined;
    this.cut(this.total);
    this.version++;
  }

  /** Takes a snapshot or an event. `whole` says that a new window begins. */
  apply(view: View, whole: boolean): void {
    this.version++;
    for (const row of view.rows ?? []) this.take(row);
    this.total = view.total;
    this.all = view.all;
    const offset = view.offset ?? this.window.offset;
    const sameWindow = !whole && offset === this.window.offset;
    if (view.ids !== undefined) {
      if (this.still && sameWindow && this.window.ids.length < mostStill) this.wait(offset, view.ids);
      else {
        this.next = undefined;
        this.place(offset, view.ids);
      }
    }
    if (this.next === undefined) this.cut(this.total);
  }

  // Another order waits. Who left stays and is greyed; who came is shown below the others, where the
  // window is the whole list, so that nothing moves under the pointer and nothing is hidden.
  private wait(offset: number, ids: readonly string[]): void {
    this.next = { offset, ids };
    const now = new Set(ids);
    const shown = new Set(this.window.ids);
    for (const id of shown) {
      const row = this.byId.get(id);
      if (row !== undefined) row.stale = !now.has(id);
    }
    if (offset > 0 || ids.length < this.total) return;
    const fresh = ids.filter((id) => !shown.has(id));
    fresh.forEach((id, i) => {
      this.places.set(shown.size + i, id);
    });
    this.window = { offset, ids: [...this.window.ids, ...fresh] };
  }

  private take(row: RowChange): void {
    const old = this.byId.get(row.id);
    if (old === undefined) {
      this.byId.set(row.id, {
        id: row.id,
        name: row.name ?? '',
        kind: row.kind ?? '',
        fields: { ...row.fields },
        stale: false,
      });
      return;
    }
    if (row.name !== undefined) old.name = row.name;
    if (row.kind !== undefined) old.kind = row.kind;
    Object.assign(old.fields, row.fields);
    old.stale = false;
  }

  private place(offset: number, ids: readonly string[]): void {
    const now = new Set(ids);
    for (const id of this.window.ids) {
      const row = this.byId.get(id);
      if (row !== undefined && !now.has(id)) row.stale = true;
    }
    // An id stands in one place: where it moved to wins over where it was remembered.
    for (const [index, id] of this.places) if (now.has(id)) this.places.delete(index);
    ids.forEach((id, i) => {
      this.places.delete(offset + i); // the newest stand last
      this.places.set(offset + i, id);
      const row = this.byId.get(id);
      if (row !== undefined) row.stale = false;
    });
    this.window = { offset, ids };
    this.forget();
  }

  private cut(total: number): void {
    for (const index of this.places.keys()) if (index >= total) this.places.delete(index);
  }

  // Forgets the places that were sent longest ago, then rows that stand nowhere.
  private forget(): void {
    if (this.byId.size <= memory) return;
    let spare = this.places.size - memory / 2;
    for (const index of this.places.keys()) {
      if (spare-- <= 0) break;
      this.places.delete(index);
    }
    const standing = new Set(this.places.values());
    for (const id of this.byId.keys()) if (!standing.has(id)) this.byId.delete(id);
  }
}
