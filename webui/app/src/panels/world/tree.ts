// The entities as a tree: below their kinds, below the values of a field, or below their parents. Only
// what is opened and in view is asked for, and asked again while it is looked at: a branch of a hundred
// thousand costs what one of forty costs.

import type { App } from '../../core/app';
import type { Kind, Methods } from '../../core/protocol';
import type { Shown } from './store';

/** What a tree is made of. */
export interface TreeQuery {
  where: string;
  kind: string;
  /** `kind`, `parent`, or the path of a field. */
  by: string;
  sort: string;
  fields: readonly string[];
}

/** A row of the tree: a heading or an entity. */
export interface TreeRow extends Shown {
  readonly key: string;
  level: number;
  /** Undefined: nothing lies below. */
  open: boolean | undefined;
  /** Of a heading: how many lie below. */
  total: number;
  heading: boolean;
}

const page = 100; // rows that are asked for at once
const every = 1000; // ms between two looks at what is in view
const keptPages = 12; // of a branch, out of view

/** A branch: its children are headings or entities. */
class Branch {
  readonly level: number;
  /** Children as headings; undefined: they are entities. */
  heads: { row: TreeRow; below: Branch }[] | undefined;
  total = 0;
  known = false;
  open: boolean;
  readonly pages = new Map<number, { rows: TreeRow[]; asked: number }>();
  /** Opened entities by id, with the place where each was seen last. */
  readonly opened = new Map<string, { at: number; below: Branch }>();
  /** What its children are asked for by. */
  readonly ask: { where: string; kind?: string; parent?: string };

  constructor(level: number, ask: Branch['ask'], open = false) {
    this.level = level;
    this.ask = ask;
    this.open = open;
  }

  /** Rows that it shows. */
  get size(): number {
    if (!this.open) return 0;
    if (this.heads !== undefined) return this.heads.reduce((sum, h) => sum + 1 + h.below.size, 0);
    let sum = this.total;
    for (const { below } of this.opened.values()) sum += below.size;
    return sum;
  }

  /** Opened children in their order. */
  get openings(): { at: number; below: Branch }[] {
    return [...this.opened.values()].sort((a, b) => a.at - b.at);
  }
}

/** A place in a branch. */
interface Place {
  branch: Branch;
  at: number;
}

/** Keeps what is known of the tree. */
export class Tree {
  /** Grows with every change that can be seen. */
  version = 0;
  private readonly app: App;
  private readonly kinds: () => readonly Kind[];
  private query: TreeQuery = { where: '', kind: '', by: '', sort: '', fields: [] };
  private root = new Branch(0, { where: '' }, true);
  private readonly unfolded = new Set<string>(); // keys of what a person opened; kept over queries
  private readonly barren = new Set<string>(); // entities below which there was nothing
  private headsAsked = 0;

  constructor(app: App, kinds: () => readonly Kind[]) {
    this.app = app;
    this.kinds = kinds;
  }

  /** Shows another tree. */
  ask(query: TreeQuery): void {
    if (JSON.stringify(query) === JSON.stringify(this.query)) return;
    this.query = query;
    const byParent = query.by === 'parent' && query.where === '' && query.kind === '';
    this.root = new Branch(0, { where: query.where, ...(byParent && { parent: '-' }) }, true);
    this.headsAsked = 0;
    if (!byParent) this.headKinds();
    this.version++;
    this.app.frame.stir();
  }

  /** How many rows it has. */
  get count(): number {
    return this.root.size;
  }

  /** The row at a place, or undefined while it is not known. */
  at(index: number): TreeRow | undefined {
    const place = this.place(this.root, index);
    if (place === undefined) return undefined;
    const { branch, at } = place;
    if (branch.heads !== undefined) return branch.heads[at]?.row;
    return branch.pages.get(Math.floor(at / page))?.rows[at % page];
  }

  /** Where an entity stands among the rows that are known, or -1. */
  indexOf(id: string): number {
    for (let i = 0; i < this.count && i < 20_000; i++) if (this.at(i)?.id === id) return i;
    return -1;
  }

  /** Opens or closes a row. */
  toggle(row: TreeRow, open: boolean): void {
    if (open) this.unfolded.add(row.key);
    else this.unfolded.delete(row.key);
    this.move(this.root, row, open);
    this.version++;
    this.app.frame.stir();
  }

  /** Asks for what is in view and not known, or known for a while. */
  look(view: { from: number; to: number }): void {
    if (this.app.view.peek().paused) return;
    const now = performance.now();
    if (this.root.ask.parent === undefined && now - this.headsAsked > every) {
      this.headsAsked = now;
      if (this.fieldPath() === '') this.headKinds();
      else void this.headValues();
    }
    const wanted = new Map<Branch, Set<number>>();
    const want = (branch: Branch, n: number) => wanted.set(branch, (wanted.get(branch) ?? new Set()).add(n));
    for (let i = view.from; i < Math.min(view.to, this.count); i++) {
      const place = this.place(this.root, i);
      if (place !== undefined && place.branch.heads === undefined) want(place.branch, Math.floor(place.at / page));
    }
    for (const branch of this.branches(this.root)) if (branch.open && !branch.known && !branch.heads) want(branch, 0);
    for (const [branch, pages] of wanted) for (const n of pages) this.fetch(branch, n, now);
  }

  private fieldPath(): string {
    const { by } = this.query;
    return by === 'kind' || by === 'parent' || by === '' ? '' : by;
  }

  private *branches(branch: Branch): Generator<Branch> {
    yield branch;
    for (const h of branch.heads ?? []) yield* this.branches(h.below);
    for (const { below } of branch.opened.values()) yield* this.branches(below);
  }

  private place(branch: Branch, index: number): Place | undefined {
    if (!branch.open) return undefined;
    let left = index;
    if (branch.heads !== undefined) {
      for (const [at, { below }] of branch.heads.entries()) {
        if (left === 0) return { branch, at };
        left--;
        if (left < below.size) return this.place(below, left);
        left -= below.size;
      }
      return undefined;
    }
    let before = 0; // rows of opened children that lie before
    for (const { at, below } of branch.openings) {
      if (left - before <= at) break;
      const inside = left - before - at - 1;
      if (inside < below.size) return this.place(below, inside);
      before += below.size;
    }
    const at = left - before;
    return at < branch.total ? { branch, at } : undefined;
  }

  private move(branch: Branch, row: TreeRow, open: boolean): boolean {
    for (const h of branch.heads ?? []) {
      if (h.row.key === row.key) {
        h.below.open = h.row.open = open;
        return true;
      }
      if (this.move(h.below, row, open)) return true;
    }
    for (const [n, { rows }] of branch.pages) {
      const at = rows.findIndex((r) => r.key === row.key);
      if (at < 0) continue;
      this.openEntity(branch, rows[at] as TreeRow, n * page + at, open);
      return true;
    }
    for (const { below } of branch.opened.values()) if (this.move(below, row, open)) return true;
    return false;
  }

  private openEntity(branch: Branch, row: TreeRow, at: number, open: boolean): void {
    row.open = open;
    if (open)
      branch.opened.set(row.id, { at, below: new Branch(branch.level + 1, { where: '', parent: row.id }, true) });
    else branch.opened.delete(row.id);
  }

  private headKinds(): void {
    const { where, kind } = this.query;
    if (this.fieldPath() !== '') return void this.headValues();
    if (where !== '') return void this.headValues('kind');
    const kinds = this.kinds().filter((k) => kind === '' || k.kind === kind);
    this.setHeads(kinds.map((k) => ({ label: k.kind, total: k.count, kind: k.kind, where: '' })));
  }

  private async headValues(path = this.fieldPath()): Promise<void> {
    const { query } = this;
    const params = { ...this.params(query), group: path, limit: 1 };
    try {
      const found: Methods['world.list']['result'] = await this.app.rpc.call('world.list', params);
      if (query !== this.query || found.groups === undefined) return;
      this.setHeads(
        found.groups.map(({ value, count }) => ({
          label: value === null || value === undefined ? `no ${path}` : String(value),
          total: count,
          kind: path === 'kind' ? String(value) : query.kind,
          where: path === 'kind' ? query.where : both(query.where, equals(path, value)),
        })),
      );
    } catch {
      // The next look asks again; a condition that is wrong is told by the list.
    }
  }

  private setHeads(wanted: { label: string; total: number; kind: string; where: string }[]): void {
    const known = new Map((this.root.heads ?? []).map((h) => [h.row.key, h]));
    this.root.heads = wanted
      .filter((w) => w.total > 0)
      .map(({ label, total, kind, where }) => {
        const key = `${this.query.by}=${label}`;
        const old = known.get(key);
        if (old !== undefined) {
          old.row.total = total;
          return old;
        }
        const open = this.unfolded.has(key);
        const below = new Branch(1, { where, ...(kind !== '' && { kind }) }, open);
        const row = { key, id: '', name: label, kind, fields: {}, stale: false, level: 1, open, total, heading: true };
        return { row, below };
      });
    this.version++;
    this.app.frame.stir();
  }

  private params(ask: { where: string; kind?: string; parent?: string }) {
    const { where, kind, parent } = ask;
    return {
      ...(where !== '' && { where }),
      ...(kind && { kind }),
      ...(parent !== undefined && { parent }),
    };
  }

  private fetch(branch: Branch, n: number, now: number): void {
    const known = branch.pages.get(n);
    if (known !== undefined && now - known.asked < every) return;
    if (known !== undefined) known.asked = now;
    else branch.pages.set(n, { rows: [], asked: now });
    const { sort, fields } = this.query;
    const params = {
      ...this.params(branch.ask),
      offset: n * page,
      limit: page,
      ...(sort !== '' && { sort }),
      ...(fields.length > 0 && { fields: [...fields] }),
    };
    this.app.rpc.call('world.list', params).then(
      (found) => this.take(branch, n, found),
      () => undefined, // asked again by the next look
    );
  }

  private take(branch: Branch, n: number, found: Methods['world.list']['result']): void {
    const held = branch.pages.get(n);
    if (held === undefined) return;
    const parents = this.query.by === 'parent' || branch.ask.parent !== undefined;
    branch.total = found.total;
    branch.known = true;
    const old = new Map(held.rows.map((r) => [r.id, r]));
    held.rows = found.rows.map(({ id, name = '', kind = '', fields, children }, i) => {
      const opened = branch.opened.get(id);
      if (opened !== undefined) opened.at = n * page + i;
      const below = children === undefined ? !this.barren.has(id) : children > 0;
      const open = parents && below ? opened !== undefined : undefined;
      const known = old.get(id);
      const facts = { name, kind, fields, open, total: children ?? 0 };
      if (known !== undefined) return Object.assign(known, facts);
      return { key: id, id, ...facts, stale: false, level: branch.level + 1, heading: false };
    });
    if (branch.ask.parent !== undefined && branch.ask.parent !== '-' && found.total === 0)
      this.barren.add(branch.ask.parent);
    for (const m of [...branch.pages.keys()].slice(0, -keptPages)) branch.pages.delete(m);
    this.version++;
    this.app.frame.stir();
  }
}

function both(a: string, b: string): string {
  return a === '' ? b : `(${a}) and ${b}`;
}

/** A condition that a field has a value. */
export function equals(path: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return `not has:${path}`;
  return `${path} = ${typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)}`;
}
