// The log of this browser's own edits. It never reaches into the edits of another client:
// an entry is undone only while the value is still what this page made it, otherwise it asks.

/** One edit that the game took over. */
export interface Entry {
  /** Who keeps the value and where: `cvar:physics.gravity`, `world:17:pos.x`. */
  readonly path: string;
  /** What a person calls it. */
  readonly label: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Milliseconds of the page's clock. */
  readonly time: number;
  /** The game's frame in which it was applied; undefined when the answer named none. */
  readonly frame?: number | undefined;
  /** Edits merged into this one: the steps of a scrub. */
  readonly steps: number;
  readonly undone: boolean;
  /** Numbers of the game's own history, where it keeps one: it takes them back by these. */
  readonly transactions?: readonly number[] | undefined;
}

/** An edit as it is reported by a field. */
export interface Change {
  path: string;
  label?: string;
  before: unknown;
  after: unknown;
  time: number;
  frame?: number;
  /** Changes of one path with the same gesture become one entry. */
  gesture?: number;
  /** What the game calls it. Changes of one transaction become one entry. */
  transaction?: number;
}

/** A transaction of the game's history: this page's, or another's of the same person. */
export interface Told extends Omit<Change, 'gesture' | 'transaction'> {
  transaction: number;
  undone: boolean;
}

/** Who keeps the values of the paths that begin with a prefix. */
export interface Keeper {
  /** The value now; rejects when it cannot be known. */
  current(path: string, entry: Entry): unknown | Promise<unknown>;
  /** Who left the value that was seen last, where that is known. */
  author?(): string;
  /** Sets the value, on the way back or forth; rejects with the game's reason. */
  apply(path: string, value: unknown, entry: Entry, back: boolean): Promise<unknown>;
  /** Has the game do it and judge whether it may; undefined: it keeps no history, look and set. `force`: it may. */
  move?(entry: Entry, back: boolean, force: boolean): Promise<Moved> | undefined;
}

/** What became of an entry that the game itself moves; `words`: it was changed since, by whom and to what. */
export type Moved = { words?: string; by?: string };

/** How an undo or a redo ended. */
export type Verdict =
  | { kind: 'done'; entry: Entry; value: unknown }
  | { kind: 'nothing' }
  | {
      kind: 'changed';
      entry: Entry;
      current: unknown;
      wanted: unknown;
      by: string;
      words?: string;
      force: () => Promise<Verdict>;
    }
  | { kind: 'failed'; entry: Entry; reason: string };

type Mutable = { -readonly [K in keyof Entry]: Entry[K] } & {
  gesture?: number | undefined;
  abandoned?: boolean; // undone, and another edit came after: shown, never redone
  told?: boolean; // by the game; this page may still learn that it made it
};

/** Keeps the last edits and takes them back in order. */
export class UndoLog {
  private entries: Mutable[] = [];
  private readonly keepers = new Map<string, Keeper>();
  private readonly listeners = new Set<() => void>();
  private readonly limit: number;
  private busy = false;

  /** @param limit entries kept; the oldest is forgotten first. */
  constructor(limit = 500) {
    this.limit = limit;
  }

  /** Names who keeps the paths before the first colon. Returns its undo. */
  onPrefix(prefix: string, keeper: Keeper): () => void {
    this.keepers.set(prefix, keeper);
    return () => {
      if (this.keepers.get(prefix) === keeper) this.keepers.delete(prefix);
    };
  }

  /** Calls f after every change of the log. Returns its undo. */
  onChange(f: () => void): () => void {
    this.listeners.add(f);
    return () => this.listeners.delete(f);
  }

  /** Notes an edit that the game took over. What was undone before it cannot be redone any more. */
  record(change: Change): void {
    if (change.transaction !== undefined && this.joins(change, change.transaction)) return;
    const last = this.entries.at(-1);
    const merges = last !== undefined && !last.undone && change.gesture !== undefined;
    if (merges && last.gesture === change.gesture && last.path === change.path) {
      last.after = change.after;
      last.time = change.time;
      last.frame = change.frame ?? last.frame;
      last.steps++;
      if (change.transaction !== undefined) last.transactions = [...(last.transactions ?? []), change.transaction];
      if (same(last.before, last.after)) this.entries.pop();
      this.changed();
      return;
    }
    if (same(change.before, change.after)) return;
    this.add(change);
  }

  /** Takes what the game tells of its history: edits of this person's other pages, and what was undone elsewhere. */
  tell(told: Told): void {
    const known = this.entries.find((e) => e.transactions?.includes(told.transaction));
    if (known === undefined) {
      if (told.undone) return;
      this.add(told);
      (this.entries.at(-1) as Mutable).told = true;
    } else if (known.transactions?.length === 1) {
      if (known.undone === told.undone) return;
      known.undone = told.undone;
      known.abandoned = false;
    }
    this.changed();
  }

  // What the game told of a transaction may come before its own answer, and a drag is one transaction.
  private joins(change: Change, transaction: number): boolean {
    const known = this.entries.find((e) => e.transactions?.includes(transaction));
    if (known === undefined) return false;
    if (known.told) {
      known.path = change.path;
      known.label = change.label ?? known.label;
      known.before = change.before;
      known.gesture = change.gesture;
      known.told = false;
    } else known.steps++;
    known.after = change.after;
    known.time = change.time;
    known.frame = change.frame ?? known.frame;
    this.changed();
    return true;
  }

  private add(change: Change): void {
    for (const e of this.entries) if (e.undone) e.abandoned = true;
    this.entries.push({
      path: change.path,
      label: change.label ?? change.path.slice(change.path.indexOf(':') + 1),
      before: change.before,
      after: change.after,
      time: change.time,
      frame: change.frame,
      steps: 1,
      undone: false,
      gesture: change.gesture,
      transactions: change.transaction === undefined ? undefined : [change.transaction],
    });
    if (this.entries.length > this.limit) this.entries.shift();
    this.changed();
  }

  /** Takes back the newest edit that stands. */
  undo(): Promise<Verdict> {
    return this.move(
      this.entries.findLastIndex((e) => !e.undone),
      true,
    );
  }

  /** Makes the newest run of undone edits again, oldest of the run first. */
  redo(): Promise<Verdict> {
    return this.move(this.entries.findIndex(redoable), false);
  }

  /** Entries, oldest first. */
  list(): readonly Entry[] {
    return this.entries;
  }

  /** Entries of one path, newest first. */
  of(path: string): readonly Entry[] {
    return this.entries.filter((e) => e.path === path).reverse();
  }

  /** What undo and redo would act on. */
  next(): { undo?: Entry | undefined; redo?: Entry | undefined } {
    return { undo: this.entries.findLast((e) => !e.undone), redo: this.entries.find(redoable) };
  }

  private async move(index: number, back: boolean): Promise<Verdict> {
    const entry = this.entries[index];
    if (entry === undefined || this.busy) return { kind: 'nothing' };
    const keeper = this.keepers.get(entry.path.slice(0, entry.path.indexOf(':')));
    if (keeper === undefined) return { kind: 'failed', entry, reason: 'its panel is not open' };
    const expected = back ? entry.after : entry.before;
    const wanted = back ? entry.before : entry.after;
    this.busy = true;
    try {
      const moved = await keeper.move?.(entry, back, false);
      if (moved !== undefined) return this.moved(entry, keeper, moved, back);
      const current = await keeper.current(entry.path, entry);
      if (same(current, expected)) return await this.set(entry, keeper, wanted, back);
      const by = keeper.author?.() ?? '';
      return { kind: 'changed', entry, current, wanted, by, force: () => this.force(entry, keeper, wanted, back) };
    } catch (fault) {
      return { kind: 'failed', entry, reason: fault instanceof Error ? fault.message : String(fault) };
    } finally {
      this.busy = false;
    }
  }

  private moved(entry: Mutable, keeper: Keeper, { words, by = '' }: Moved, back: boolean): Verdict {
    const wanted = back ? entry.before : entry.after;
    if (words === undefined) return this.done(entry, wanted, back);
    const force = () => this.force(entry, keeper, wanted, back);
    return { kind: 'changed', entry, current: undefined, wanted, by, words, force };
  }

  private async force(entry: Mutable, keeper: Keeper, wanted: unknown, back: boolean): Promise<Verdict> {
    if (!this.entries.includes(entry)) return { kind: 'nothing' };
    try {
      const moved = await keeper.move?.(entry, back, true);
      if (moved !== undefined) return this.moved(entry, keeper, moved, back);
      return await this.set(entry, keeper, wanted, back);
    } catch (fault) {
      return { kind: 'failed', entry, reason: fault instanceof Error ? fault.message : String(fault) };
    }
  }

  private async set(entry: Mutable, keeper: Keeper, wanted: unknown, back: boolean): Promise<Verdict> {
    await keeper.apply(entry.path, wanted, entry, back);
    return this.done(entry, wanted, back);
  }

  private done(entry: Mutable, wanted: unknown, back: boolean): Verdict {
    entry.undone = back;
    entry.gesture = undefined; // a later step of the same scrub begins an entry of its own
    this.changed();
    return { kind: 'done', entry, value: wanted };
  }

  private changed(): void {
    for (const f of this.listeners) f();
  }
}

function redoable(e: Mutable): boolean {
  return e.undone && !e.abandoned;
}

/** Reports whether two values that came as JSON are equal. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a === 'number' && typeof b === 'number') {
    // A float32 of the game comes back rounded: 0.1 is answered as 0.1 or 0.10000000149.
    return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => same(v, b[i]));
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((n) => n in right && same(left[n], right[n]));
}
