// The panel's half of the topic `world`: one subscription that carries the query, the window of rows
// in view, and the inspected entity. It lives while the panel is shown.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Entity, Kind, Power, Topics } from '../../core/protocol';
import { codes } from '../../core/protocol';
import type { RpcError, Subscription } from '../../core/rpc';
import { offline } from '../../core/rpc';
import { Inks } from '../../core/theme';
import { type Fault, faultOf } from './query';
import { type Fresh, Rows, type View } from './store';
import { choose, type Window } from './window';

const lately = 1500; // ms

/** What is asked for, beside the window. */
export interface Query {
  where: string;
  kind: string;
  sort: string;
  /** Paths; empty asks for each kind's own columns. */
  fields: readonly string[];
}

/** The inspected entity: how it is built, and its values. */
export interface Subject {
  readonly id: string;
  /** Undefined until the game has told. */
  entity: Entity | undefined;
  readonly values: Map<string, unknown>;
  gone: boolean;
  /** Grows with every change. */
  version: number;
}

/** A field that waits for an entity. */
export interface Picking {
  /** Of the field. */
  label: string;
  /** Kinds that fit; empty: all. */
  kinds: readonly string[];
  take(id: string | undefined): void;
}

const kindsEvery = 1000; // ms at least between two counts of the kinds

/** Follows the world. */
export class World {
  rows = new Rows();
  subject: Subject | undefined;
  readonly kinds: Signal<readonly Kind[]> = signal([]);
  readonly fault: Signal<Fault | null> = signal(null);
  /** False until the first answer of the present query. */
  readonly settled: Signal<boolean> = signal(false);
  /** Told of the values of the inspected entity that came, also while the view is paused. */
  onValues: ((id: string, values: Record<string, unknown>) => void) | undefined;
  /** The query was replaced: the rows begin anew. */
  onReset: (() => void) | undefined;
  /** How fresh the rows are; undefined where the game does not say. */
  fresh: Fresh | undefined;
  /** Entities that came and went, in the last second or two. */
  readonly turnover: Signal<{ born: number; died: number }> = signal({ born: 0, died: 0 });
  /** Somebody is to be chosen for a field: the next entity that is pressed on is it. */
  readonly picking: Signal<Picking | null> = signal(null);

  /** Colours of the kinds; not those of the timings, which would use them all up. */
  readonly inks = new Inks();
  private readonly app: App;
  private sub: Subscription<'world'> | undefined;
  private query: Query = { where: '', kind: '', sort: '', fields: [] }; // what the person wants
  private active = this.query; // what the game is asked: the last good one while the wish is refused
  private good: Query | undefined; // the last one that the game took
  private window: Window = { offset: 0, limit: 100 };
  private view = { from: 0, to: 50 };
  private id = '';
  private renewed = true; // the next snapshot belongs to another query
  private asking = false;
  private stalled = false; // something changed while an answer was awaited
  private frozen = false;
  private still = false;
  private readonly columns = new Map<string, string[]>();
  private columnsFor = '';
  private kindsAt = Number.NEGATIVE_INFINITY; // a page may be younger than a second
  private kindsLater: ReturnType<typeof setTimeout> | undefined; // a held game tells nothing that would ask again
  private kindsAll = -1;
  private kindsOf: unknown; // the login that they were told to
  private readonly moves: { now: number; born: number; died: number }[] = [];

  constructor(app: App) {
    this.app = app;
  }

  /** Columns once chosen for some kinds stay while the kinds are the same: counts change, columns must not. */
  keepColumns(key: string, choose: () => string[]): string[] {
    const known = this.kinds
      .peek()
      .map((k) => k.kind)
      .join();
    if (this.columnsFor !== known) this.columns.clear();
    this.columnsFor = known;
    let paths = this.columns.get(key);
    if (paths === undefined) {
      paths = choose();
      this.columns.set(key, paths);
    }
    return paths;
  }

  /** A person pressed on an entity, in the list or in the picture. Reports whether a field wanted it. */
  pick(id: string): boolean {
    const picking = this.picking.peek();
    if (picking === null) return false;
    this.picking.value = null;
    picking.take(id);
    return true;
  }

  /** Lets a field wait for an entity. Returns the way to end that. */
  await(picking: Picking): () => void {
    this.picking.peek()?.take(undefined);
    this.picking.value = picking;
    return () => {
      if (this.picking.peek() === picking) this.picking.value = null;
    };
  }

  /** Kind by its name. */
  kind(name: string): Kind | undefined {
    return this.kinds.peek().find((k) => k.kind === name);
  }

  /** Reports whether the game can do something to entities of a kind: create, delete, duplicate, reparent, attach. */
  can(kind: string, what: Power): boolean {
    return this.kind(kind)?.can?.includes(what) ?? false;
  }

  /** Begins to follow. */
  open(): void {
    if (this.sub !== undefined) return;
    this.asking = true;
    this.sub = this.app.rpc.subscribe('world', {
      params: this.params(),
      policy: 'latest',
      credit: 4,
      onSnapshot: (view) => this.snapshot(view as unknown as View),
      onEvent: (event) => this.event(event as unknown as View),
      onError: (error) => this.refused(error),
    });
    void this.countKinds();
  }

  /** Stops following; what is known stays on the screen. */
  close(): void {
    this.sub?.close();
    this.sub = undefined;
    clearTimeout(this.kindsLater);
    this.kindsLater = undefined;
  }

  /** Reports whether the rows still are those of another query. */
  get awaited(): boolean {
    return this.renewed;
  }

  /** Asks for other rows. The old ones stay until the answer is there. */
  ask(query: Query): void {
    if (same(query, this.query)) return;
    this.query = this.active = query;
    this.renewed = true;
    this.fault.value = null;
    this.window = { offset: 0, limit: Math.max(100, this.window.limit) };
    this.renew();
  }

  /** Rows [from, to) are in view. */
  look(view: { from: number; to: number }): void {
    this.view = view;
    const next = choose(view, this.rows.total, this.window);
    if (next === undefined) return;
    this.window = next;
    this.renew();
  }

  /** Inspects an entity; '' inspects none. */
  inspect(id: string): void {
    if (id === this.id) return;
    this.id = id;
    this.subject = id === '' ? undefined : { id, entity: undefined, values: new Map(), gone: false, version: 0 };
    if (id !== '') void this.describe();
    this.renew();
  }

  /** Holds the order of the rows still while the pointer is over them. */
  holdOrder(still: boolean): void {
    this.still = still;
    this.rows.freeze(still);
    this.app.frame.stir();
  }

  /** Freezes what is drawn. On going on the rows are asked for anew: the world has no past to catch up with. */
  pause(on: boolean): void {
    if (on === this.frozen) return;
    this.frozen = on;
    if (!on) this.renew();
  }

  private params(): Topics['world']['params'] {
    const { where, kind, sort, fields } = this.active;
    return {
      ...this.window,
      ...(where.trim() !== '' && { where: where.trim() }),
      ...(kind !== '' && { kind }),
      ...(sort !== '' && { sort }),
      ...(fields.length > 0 && { fields: [...fields] }),
      ...(this.id !== '' && { id: this.id }),
    };
  }

  // At most one question at a time: while somebody drags the scroll bar only the last place counts.
  private renew(): void {
    if (this.sub === undefined) return;
    if (this.asking) {
      this.stalled = true;
      return;
    }
    this.asking = true;
    this.sub.update(this.params());
  }

  private answered(): void {
    this.asking = false;
    if (!this.stalled) return;
    this.stalled = false;
    this.renew();
  }

  private snapshot(first: View): void {
    const view = this.counted(first);
    // An answer to a question that was changed since: the next one is on its way.
    const stale = this.stalled;
    const renewed = this.renewed && !stale;
    if (renewed) {
      this.renewed = false;
      this.good = this.active;
      this.rows = new Rows();
      this.rows.freeze(this.still);
      this.settled.value = true;
    }
    // Nothing at all would be less than what was asked for a moment ago.
    if (!stale || !this.renewed || this.good === undefined) this.rows.apply(view, true);
    if (renewed) this.onReset?.();
    this.freshness(view);
    this.entity(view);
    if (view.all !== this.kindsAll) void this.countKinds();
    this.answered();
    this.look(this.view);
    this.app.frame.stir();
  }

  // Of a world too large for one frame the first state has counted only what was found by then: the
  // list must not shrink under whoever scrolls it.
  private counted(view: View): View {
    if (!view.partial) return view;
    const { total, all } = this.rows;
    return { ...view, all: Math.max(view.all, all), total: this.renewed ? view.total : Math.max(view.total, total) };
  }

  private event(view: View): void {
    if (view.all !== this.kindsAll) void this.countKinds();
    if (!this.frozen) this.rows.apply(view, false);
    this.freshness(view);
    this.entity(view);
    this.app.frame.stir();
  }

  private freshness({ began, frames = 1, ns = 0, born = 0, died = 0 }: View): void {
    if (began !== undefined) this.fresh = { began, frames, ns };
    const now = performance.now();
    this.moves.push({ now, born, died });
    while ((this.moves[0]?.now ?? now) < now - lately) this.moves.shift();
    const sum = { born: 0, died: 0 };
    for (const m of this.moves) {
      sum.born += m.born;
      sum.died += m.died;
    }
    const known = this.turnover.peek();
    if (known.born !== sum.born || known.died !== sum.died) this.turnover.value = sum;
  }

  private entity(view: View): void {
    const { entity } = view;
    const subject = this.subject;
    if (entity === undefined || subject === undefined || entity.id !== subject.id) return;
    if (entity.gone) {
      if (!this.frozen) subject.gone = true;
    } else if (!this.frozen || subject.values.size === 0) {
      if (subject.gone) void this.describe(); // its id came back
      subject.gone = false;
      for (const [path, value] of Object.entries(entity.fields ?? {})) subject.values.set(path, value);
    }
    subject.version++;
    if (!entity.gone) this.onValues?.(subject.id, entity.fields ?? {});
  }

  private refused(error: RpcError): void {
    this.asking = false;
    if (error.data.path === '/where' || error.message.startsWith('where'))
      this.fault.value = { ...faultOf(error.message), ...(error.data.suggest && { suggest: error.data.suggest }) };
    else this.fault.value = { reason: error.message, column: 0 };
    // The rows of the last good query stay alive behind the complaint.
    if (this.stalled || this.good === undefined) {
      this.answered();
      return;
    }
    this.active = this.good;
    this.renewed = false;
    this.renew();
  }

  /** Asks again how the inspected entity is built: it has another component now. */
  async describe(): Promise<void> {
    const subject = this.subject;
    if (subject === undefined) return;
    try {
      const entity = await this.app.rpc.call('world.get', { id: subject.id });
      if (this.subject !== subject) return;
      subject.entity = entity;
      subject.gone = false;
      for (const c of entity.components)
        for (const f of c.fields) if (!subject.values.has(f.path)) subject.values.set(f.path, f.value);
    } catch (fault) {
      const code = (fault as RpcError).code;
      if (this.subject !== subject || code === offline) return;
      if (code === codes.notFound) subject.gone = true;
    }
    subject.version++;
    this.app.frame.stir();
  }

  // What kinds are made of is asked for once; it is much. What changes is how many there are.
  private async kindsNow(): Promise<readonly Kind[]> {
    const known = this.kinds.peek();
    const { rpc } = this.app;
    const session = this.app.me.peek();
    if (known.length > 0 && this.kindsOf === session) {
      const counts = await rpc.call('world.counts', {}).catch(() => []);
      if (counts.length === known.length && counts.every(({ kind }, i) => kind === known[i]?.kind))
        return known.map((k, i) => ({ ...k, count: counts[i]?.count ?? 0 }));
    }
    this.kindsOf = session;
    return await rpc.call('world.kinds', {});
  }

  private async countKinds(): Promise<void> {
    const now = performance.now();
    const wait = this.kindsAt + kindsEvery - now;
    if (wait > 0) {
      this.kindsLater ??= setTimeout(() => {
        this.kindsLater = undefined;
        void this.countKinds();
      }, wait);
      return;
    }
    clearTimeout(this.kindsLater);
    this.kindsLater = undefined;
    this.kindsAt = now;
    try {
      this.kinds.value = await this.kindsNow();
      this.inks.register(this.kinds.value.map((k) => k.kind));
      this.kindsAll = this.kinds.value.reduce((sum, k) => sum + k.count, 0);
    } catch {
      this.kindsAt = Number.NEGATIVE_INFINITY; // not connected: the next event asks again
    }
  }
}

function same(a: Query, b: Query): boolean {
  return a.where === b.where && a.kind === b.kind && a.sort === b.sort && a.fields.join() === b.fields.join();
}

const worlds = new WeakMap<App, World>();

/** The page's world; rows stay known while another panel is shown. */
export function worldOf(app: App): World {
  let world = worlds.get(app);
  if (world === undefined) {
    world = new World(app);
    worlds.set(app, world);
  }
  return world;
}
