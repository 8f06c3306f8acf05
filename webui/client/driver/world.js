// Entities and their fields, as a test names them. A locator describes; what it means is looked up at each use.

import { checkOptions } from './context.js';
import { where } from './expression.js';
import { TestError } from './failure.js';
import { count, nearest, show } from './format.js';

const queryKeys = ['id', 'name', 'kind', 'where', 'sort'];

/** Something that the game evaluates: a text of its language, in expectations and to be asked for. */
export class Expression {
  constructor(context, text) {
    this.context = context;
    this.text = text;
  }

  /** What it is in messages. */
  get label() {
    return this.text;
  }

  async expression() {
    return this.text;
  }

  /** What it is now. */
  async value() {
    return (await this.context.call('time.check', { expr: this.text })).value;
  }
}

/** A field of an entity that a locator finds. */
export class Field {
  constructor(locator, path) {
    this.locator = locator;
    this.path = path;
    this.context = locator.context;
  }

  get label() {
    return `${this.locator.label}.${this.path}`;
  }

  /** The text by which the game finds the field in each tick, without asking again who it is. */
  async expression() {
    const { id } = await this.locator.resolve();
    return `#${id}.${this.path}`;
  }

  /** Its value now; of a vector the numbers. */
  async value() {
    try {
      const row = await this.locator.resolve([this.path]);
      if (row.fields && this.path in row.fields) return row.fields[this.path];
    } catch (error) {
      // A vector as a whole is no field of a row, nor is what lies in a list.
      if (!error.data?.path?.startsWith('/fields')) throw error;
    }
    return this.#look((await this.locator.resolve()).id);
  }

  /** What a row of a list cannot have: a vector as a whole, a list, a map, and what lies in these. */
  async #look(id) {
    const entity = await this.context.call('world.get', { id });
    const fields = entity.components.flatMap((c) => c.fields);
    const own = fields.find((f) => f.path === this.path);
    if (own && own.type !== 'list' && own.type !== 'map') return own.value;
    const parts = fields.filter((f) => f.of === this.path);
    if (parts.length > 0) return parts.map((f) => f.value);
    if (own) {
      const inside = (await this.context.call('world.look', { id, path: this.path, limit: 1000 })).fields;
      if (own.type === 'list') return inside.map((f) => f.value);
      return Object.fromEntries(inside.map((f) => [f.name, f.value]));
    }
    try {
      return (await this.context.call('time.check', { expr: `#${id}.${this.path}` })).value;
    } catch (error) {
      if (this.path.includes('[')) throw error;
      const near = nearest(
        this.path,
        fields.map((f) => f.path),
      );
      const hint = near ? `the nearest is ${near}` : `there are ${fields.map((f) => f.path).join(', ')}`;
      throw new TestError(
        `${this.locator.label} (${entity.name}, #${id}) has no field ${JSON.stringify(this.path)}; ${hint}`,
      );
    }
  }

  /** Changes it, as a client does: with a place in the history. */
  set(value) {
    return this.#edit('set', async (id) => this.context.call('world.set', { id, path: this.path, value }), value);
  }

  /** Keeps it at a value although the game writes it, until release or the end of the test. */
  hold(value) {
    return this.#edit('hold', async (id) => this.context.call('world.hold', { id, path: this.path, value }), value);
  }

  /** Ends hold. */
  release() {
    return this.#edit('release', async (id) => this.context.call('world.release', { id, path: this.path }));
  }

  #edit(verb, run, value) {
    const what = value === undefined ? '' : ` ${show(value, 60)}`;
    return this.context.act('call', `${verb} ${this.label}${what}`, async () => run((await this.locator.resolve()).id));
  }
}

/** Who is meant, in words that are looked up at each use. */
export class Locator {
  #query;
  #pick;
  #known;

  /**
   * @param {number} [pick] which of several, in their order; the last one is -1
   * @param {string} [known] what messages call an entity that is known by its id
   */
  constructor(context, query, pick, known) {
    this.context = context;
    this.#query = query;
    this.#pick = pick;
    this.#known = known;
  }

  get label() {
    const { id, name, kind, sort } = this.#query;
    const known = this.#known ? `${this.#known} ` : '';
    const who = id !== undefined ? `${known}#${id}` : name !== undefined ? name : (kind ?? 'entity');
    const nth = this.#pick === undefined ? '' : `[${this.#pick}]`;
    const condition = this.#query.where ? ` where ${this.#query.where}` : '';
    return `${who}${condition}${sort ? ` by ${sort}` : ''}${nth}`;
  }

  /** The condition that world.list takes, for expressions that count. */
  get condition() {
    return where(this.#query);
  }

  /** A field of it: `path('pos.x')`. */
  path(path) {
    return new Field(this, path);
  }

  /** The first of several; without sort the oldest, as a rule. */
  first() {
    return this.nth(0);
  }

  last() {
    return this.nth(-1);
  }

  nth(n) {
    return new Locator(this.context, this.#query, n);
  }

  /** The same, narrowed by a condition. */
  filter(condition) {
    const both = this.#query.where ? `(${this.#query.where}) and (${condition})` : condition;
    return new Locator(this.context, { ...this.#query, where: both }, this.#pick);
  }

  /** How many there are now. */
  async count() {
    return (await this.#list({ limit: 1 })).total;
  }

  async exists() {
    return (await this.count()) > 0;
  }

  /** Each of them that is there now, by its id. */
  async all() {
    const found = [];
    for (;;) {
      const { rows, total } = await this.#list({ offset: found.length, limit: 1000 });
      found.push(...rows);
      if (rows.length === 0 || found.length >= total) break;
    }
    return found.map((row) => new Locator(this.context, { id: row.id }, undefined, row.kind));
  }

  /** The one entity that is meant, now. More than one, or none, is an error that says what there is. */
  async resolve(fields = []) {
    const pick = this.#pick;
    const window = pick === undefined ? { limit: 6 } : pick >= 0 ? { offset: pick, limit: 1 } : { limit: 1 };
    let found = await this.#list({ ...window, fields });
    if (pick < 0 && found.total + pick >= 0) found = await this.#list({ offset: found.total + pick, limit: 1, fields });
    const rows = pick < 0 && found.total + pick < 0 ? [] : found.rows;
    if (rows.length === 0) throw await this.#nobody(found);
    if (pick === undefined && found.total > 1) throw this.#several(found);
    return rows[0];
  }

  async #list(window) {
    const { kind, sort } = this.#query;
    const params = { where: where({ ...this.#query, kind: undefined }), fields: [], ...window };
    if (kind !== undefined) params.kind = kind;
    if (sort !== undefined) params.sort = sort;
    return this.context.call('world.list', params);
  }

  #several({ rows, total }) {
    const some = rows.slice(0, 5).map((row) => `  #${row.id} ${row.name}`);
    if (total > some.length) some.push(`  and ${total - some.length} more`);
    return new TestError(
      `${this.label} matches ${count(total, 'entity').replace('entitys', 'entities')} at ${this.#now()}; say which: first(), nth(n), or a narrower condition\n${some.join('\n')}`,
    );
  }

  async #nobody({ total }) {
    const now = this.#now();
    if (total > 0) return new TestError(`${this.label} does not exist at ${now}: there are ${total}`);
    return new TestError(`${this.label} matches nothing at ${now}; ${await this.#near()}`);
  }

  /** What is most like what was asked for. */
  async #near() {
    const { id, name, kind } = this.#query;
    const counts = await this.context.call('world.counts', {});
    const kinds = counts.map((c) => `${c.count} ${c.kind}`).join(', ');
    if (name !== undefined) {
      if (counts.some((c) => c.kind === name)) return `it is a kind: world.get({ kind: ${JSON.stringify(name)} })`;
      const { rows } = await this.context.call('world.list', { limit: 1000, fields: [] });
      const near = nearest(
        name,
        rows.map((row) => row.name),
      );
      return near ? `the nearest name is ${JSON.stringify(near)}` : `there are ${kinds}`;
    }
    if (id !== undefined) {
      const { rows } = await this.context.call('world.list', { limit: 1000, fields: [] });
      const far = (row) => Math.abs(Number(row.id) - Number(id));
      const near = rows.filter((row) => Number.isFinite(far(row))).sort((a, b) => far(a) - far(b))[0];
      return near ? `it is gone, or never was; the nearest id is #${near.id} ${near.name}` : `there are ${kinds}`;
    }
    if (kind !== undefined && this.#query.where) {
      const of = counts.find((c) => c.kind === kind)?.count ?? 0;
      return `of kind ${kind} there ${of === 1 ? 'is' : 'are'} ${of}, and for none of them holds: ${this.#query.where}`;
    }
    return `there are ${kinds}`;
  }

  #now() {
    return `tick ${this.context.at.tick} (frame ${this.context.at.frame})`;
  }

  /** All of its fields now, by path. */
  async fields() {
    const { id } = await this.resolve();
    const entity = await this.context.call('world.get', { id });
    return Object.fromEntries(entity.components.flatMap((c) => c.fields).map((f) => [f.path, f.value]));
  }

  /** Its id, which is the same for as long as it lives. */
  async id() {
    return (await this.resolve()).id;
  }

  /** The same entity from now on, whatever becomes of what described it. */
  async pin() {
    const { id, kind } = await this.resolve();
    return new Locator(this.context, { id }, undefined, kind);
  }

  /** Changes several fields at once: all of them or none. */
  set(fields) {
    return this.context.act('call', `set ${this.label} ${show(fields, 80)}`, async () => {
      const { id } = await this.resolve();
      const edits = Object.entries(fields).map(([path, value]) => ({ id, path, value }));
      return this.context.call('world.edit', { edits });
    });
  }

  /** Calls a method that the game bound, and returns its result. */
  call(method, ...args) {
    return this.context.act('call', `${this.label}.${method}(${args.map((a) => show(a, 40)).join(', ')})`, async () => {
      const { id } = await this.resolve();
      return (await this.context.call('world.call', { id, method, args })).result;
    });
  }

  delete() {
    return this.context.act('call', `delete ${this.label}`, async () => {
      const { id } = await this.resolve();
      return this.context.call('world.delete', { ids: [id] });
    });
  }
}

/** The world as a test sees it. */
export class World {
  #context;

  constructor(context) {
    this.#context = context;
  }

  /**
   * Describes entities: by name or `'#id'`, or `{ id, name, kind, where, sort }`. Nothing is asked of the game yet.
   * @returns {Locator}
   */
  get(query) {
    if (typeof query === 'number') return new Locator(this.#context, { id: String(query) });
    if (typeof query === 'string') {
      return new Locator(this.#context, query.startsWith('#') ? { id: query.slice(1) } : { name: query });
    }
    checkOptions('world.get', query, queryKeys);
    const { id, ...rest } = query;
    return new Locator(this.#context, id === undefined ? rest : { ...rest, id: String(id) });
  }

  /** Something that the game evaluates: `world.expr('count(kind:hunter)')`. */
  expr(text) {
    return new Expression(this.#context, text);
  }

  /** Makes an entity, and returns its locator. */
  create(kind, { at, fields, ...rest } = {}) {
    return this.#context.act('call', `create ${kind}`, async () => {
      const { ids } = await this.#context.call('world.create', { kind, at, fields: { ...rest, ...fields } });
      return new Locator(this.#context, { id: ids[0] }, undefined, kind);
    });
  }

  async count(query = {}) {
    return this.get(query).count();
  }

  /** Takes back the newest change of the driver's own, or one by its number. */
  undo(transaction) {
    return this.#context.act('call', 'undo', () => this.#context.call('world.undo', { transaction }));
  }

  redo(transaction) {
    return this.#context.act('call', 'redo', () => this.#context.call('world.redo', { transaction }));
  }

  /** Keeps the whole state, until the end of the test. */
  snapshot(label = 'of a test') {
    return this.#context.act('call', 'snapshot', async () => {
      const { id } = await this.#context.call('world.snapshot', { label });
      this.#context.touched.snapshots.push(id);
      return id;
    });
  }

  restore(id) {
    return this.#context.act('call', `restore ${id}`, () => this.#context.call('world.restore', { id }));
  }

  /** A digest of the whole state: the same state has the same. */
  async hash() {
    return (await this.#context.call('world.hash', {})).hash;
  }
}
