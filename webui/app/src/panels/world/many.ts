// Several entities as one: the fields that all of them have, the value where it is one, and edits that
// reach each of them in one transaction.

import type { App } from '../../core/app';
import type { Component, Entity, Field } from '../../core/protocol';
import { same } from '../../core/undo';
import { mixed, nameTogether } from '../../core/worldedits';
import { Each } from '../../widgets/field/spec';

/** Entities that may be selected at once. */
export const mostSelected = 500;
/** Entities whose values are looked at. */
const mostSeen = 100;
const every = 1000; // ms

let groups = 0;

/** Lives while these entities are selected. */
export class Many {
  readonly ids: readonly string[];
  /** Paths of their fields begin with it. */
  readonly key = String(++groups);
  /** The fields that all have, as the first one has them. Undefined until the game has told. */
  components: Component[] | undefined;
  readonly values = new Map<string, unknown>();
  /** Kinds and how many there are of each, among those that are looked at. */
  readonly kinds = new Map<string, number>();
  /** Grows with every change. */
  version = 0;
  private readonly app: App;
  private readonly seen = new Map<string, Map<string, unknown>>(); // values by path, by id
  private readonly fields = new Map<string, Field>();
  private readonly off: (() => void)[];
  private bases: { gesture: number; of: Map<string, unknown> } | undefined;
  private asked = 0;
  private closed = false;

  constructor(app: App, ids: readonly string[]) {
    this.app = app;
    this.ids = ids;
    this.off = [
      nameTogether(app, this.key, { ids, value: (...args) => this.value(...args) }),
      app.frame.onText(() => {
        if (performance.now() - this.asked > every && !app.view.peek().paused) void this.look();
      }),
    ];
    void this.look();
  }

  /** How many are looked at. */
  get sample(): number {
    return Math.min(mostSeen, this.ids.length);
  }

  /** Looks at them anew. */
  async look(): Promise<void> {
    this.asked = performance.now();
    const got = await Promise.all(this.ids.slice(0, mostSeen).map((id) => this.get(id)));
    if (this.closed) return;
    const there = got.filter((e) => e !== undefined);
    if (there.length === 0) return;
    if (this.components === undefined) this.build(there);
    for (const path of this.fields.keys()) {
      const values = there.map((e) => this.seen.get(e.id)?.get(path));
      this.values.set(path, values.every((v) => same(v, values[0])) ? values[0] : mixed);
    }
    this.version++;
    this.app.frame.stir();
  }

  /** Lets go of them; edits on their way still arrive. */
  dispose(): void {
    this.closed = true;
    for (const f of this.off.splice(1)) f();
    // An edit that waits for the next frame still asks for its entities.
    this.app.frame.soon(() => this.off[0]?.());
  }

  private async get(id: string): Promise<Entity | undefined> {
    const entity = await this.app.rpc.call('world.get', { id }).catch(() => undefined);
    if (entity !== undefined)
      this.seen.set(id, new Map(entity.components.flatMap((c) => c.fields).map((f) => [f.path, f.value])));
    return entity;
  }

  private build(there: readonly Entity[]): void {
    const first = there[0] as Entity;
    const byKind = new Map<string, Map<string, string>>();
    for (const e of there) {
      this.kinds.set(e.kind, (this.kinds.get(e.kind) ?? 0) + 1);
      const types = new Map(e.components.flatMap((c) => c.fields).map((f) => [f.path, f.type]));
      // Of one kind some may lack a component: what not all have is not common.
      const known = byKind.get(e.kind);
      if (known === undefined) byKind.set(e.kind, types);
      else for (const path of known.keys()) if (!types.has(path)) known.delete(path);
    }
    const common = (f: Field) =>
      !['list', 'map', 'any', 'json'].includes(f.type) && [...byKind.values()].every((t) => t.get(f.path) === f.type);
    const own = first.components
      .map((c) => ({ ...c, fields: c.fields.filter(common) }))
      .filter((c) => c.fields.length > 0);
    // Of several kinds no component's name would be true for all.
    this.components = byKind.size === 1 ? own : [{ name: 'In common', fields: own.flatMap((c) => c.fields) }];
    for (const f of this.components.flatMap((c) => c.fields)) this.fields.set(f.path, f);
  }

  // What is meant for each starts from where it stood when the gesture began.
  private async value(id: string, path: string, value: unknown, gesture = 0): Promise<unknown> {
    if (!(value instanceof Each)) return value;
    if (this.bases?.gesture !== gesture || gesture === 0) this.bases = { gesture, of: new Map() };
    const { of } = this.bases;
    const key = `${id}|${path}`;
    if (!of.has(key)) {
      await this.get(id); // as it is now: it may move
      of.set(key, this.seen.get(id)?.get(path));
    }
    const field = this.fields.get(path);
    if (field === undefined) throw new Error(`they have no ${path} in common`);
    const parsed = value.of({ ...field, path, label: path }, of.get(key));
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.value;
  }
}
