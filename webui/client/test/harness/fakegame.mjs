// A game of a few lines, in memory, with as much of the console's methods as the driver uses.

/** An error as the client throws it. */
export class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const clone = (x) => structuredClone(x);

/** Entities fall by their speed; a key pushes the first to the right. */
export class FakeGame {
  session = 'fake';
  login = { server: { name: 'Fake', version: '1' } };
  calls = [];
  frame = 100;
  tick = 10;
  held = false;
  state = {
    entities: [{ id: '1', kind: 'player', name: 'player', fields: { x: 0, health: 100, mode: 'calm' }, v: 2 }],
    random: 0,
  };
  cvars = { gravity: { name: 'gravity', value: 16, layers: [], flags: [], layer: 'default' } };
  keys = new Map();
  #snapshots = new Map();
  #last = 0;
  #listeners = [];
  #closed;

  constructor(change) {
    change?.(this);
  }

  on(_event, listener) {
    this.#listeners.push(listener);
    return () => {};
  }

  /** Breaks the connection. */
  lose(reason = 'the game ended') {
    this.#closed = reason;
    for (const listener of this.#listeners) listener({ reason });
  }

  subscribe() {
    const queue = [];
    let wake;
    this.tell = (value) => {
      queue.push({ value });
      wake?.();
    };
    return {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          while (queue.length > 0) yield queue.shift();
          await new Promise((done) => {
            wake = done;
          });
        }
      },
      close() {},
    };
  }

  async call(method, params = {}, { signal } = {}) {
    signal?.throwIfAborted();
    if (this.#closed) throw new Refusal(0, this.#closed);
    this.calls.push([method, clone(params)]);
    this.frame++;
    const run = this[method];
    if (!run) throw new Refusal(-32601, `there is no method ${method}`);
    const result = await run.call(this, params, signal);
    return clone(result);
  }

  #here(more) {
    return { frame: this.frame, tick: this.tick, ...more };
  }

  #step() {
    this.tick++;
    for (const e of this.state.entities) e.fields.x += e.v;
    for (const [key, left] of this.keys) {
      this.state.entities[0].fields.x += 100;
      if (left === 1) this.keys.delete(key);
      else this.keys.set(key, left - 1);
    }
  }

  #values(expr) {
    const values = {};
    for (const [path, id, field] of expr.matchAll(/#(\d+)\.(\w+)/g)) {
      const entity = this.state.entities.find((e) => e.id === id);
      if (entity && !(field in entity.fields)) throw new Refusal(-32602, `${entity.kind} has no field ${field}`);
      values[path] = entity?.fields[field] ?? null;
    }
    for (const [text, kind] of expr.matchAll(/count\(kind:(\w+)\)/g)) {
      values[text] = this.state.entities.filter((e) => e.kind === kind).length;
    }
    return values;
  }

  /** The little of the language that is used here is JavaScript, once the paths are values. */
  #evaluate(expr) {
    let text = expr;
    for (const [path, value] of Object.entries(this.#values(expr))) text = text.replaceAll(path, JSON.stringify(value));
    text = text
      .replace(/\bnot\b/g, '!')
      .replace(/\band\b/g, '&&')
      .replace(/\bor\b/g, '||')
      .replace(/\babs\b/g, 'Math.abs');
    return Function(`return (${text})`)();
  }

  'time.status'() {
    return this.#here({ held: this.held, speed: 1, controlled: true });
  }

  'time.hold'() {
    this.held = true;
    return this['time.status']();
  }

  'time.resume'() {
    this.held = false;
    return this['time.status']();
  }

  'time.step'({ ticks }) {
    for (let i = 0; i < ticks; i++) this.#step();
    return this['time.status']();
  }

  'time.check'({ expr }) {
    return { value: this.#evaluate(expr), values: this.#values(expr) };
  }

  'time.until'({ expr, within }) {
    const last = [];
    for (let ticks = 0; ; ticks++) {
      last.push({ tick: this.tick, values: this.#values(expr) });
      const met = Boolean(this.#evaluate(expr));
      if (met || ticks === within) return this.#here({ met, ticks, value: met, last: last.slice(-30) });
      this.#step();
    }
  }

  'time.seed'({ seed }) {
    this.state.random = seed;
    return this['time.status']();
  }

  'input.control'() {
    return {};
  }

  'input.release'() {
    this.keys.clear();
    return this.#here();
  }

  'input.key'({ code, down, ticks = 1 }) {
    if (!/^[A-Z]/.test(code)) throw new Refusal(-32602, `no key is called ${code}`);
    if (down === false) this.keys.delete(code);
    else this.keys.set(code, down ? Number.POSITIVE_INFINITY : ticks);
    return this.#here({ tick: this.tick + 1 });
  }

  'world.snapshot'() {
    this.#snapshots.set(++this.#last, clone(this.state));
    return this.#here({ id: this.#last });
  }

  'world.restore'({ id }) {
    if (!this.#snapshots.has(id)) throw new Refusal(1004, `there is no snapshot ${id}`);
    this.state = clone(this.#snapshots.get(id));
    return this.#here({ before: 0 });
  }

  'world.drop'({ id }) {
    if (!this.#snapshots.delete(id)) throw new Refusal(1004, `there is no snapshot ${id}`);
    return null;
  }

  'world.holds'() {
    return [];
  }

  'world.counts'() {
    const by = new Map();
    for (const e of this.state.entities) by.set(e.kind, (by.get(e.kind) ?? 0) + 1);
    return [...by].map(([kind, count]) => ({ kind, count }));
  }

  'world.list'({ kind, where = '', fields = [], offset = 0, limit = 50 }) {
    const name = /name = "([^"]*)"/.exec(where)?.[1];
    const id = /id:(\w+)/.exec(where)?.[1];
    const all = this.state.entities.filter(
      (e) =>
        (!kind || e.kind === kind) && (!name || e.name === name) && (!id || e.id === id) && !where.includes('never'),
    );
    const rows = all.slice(offset, offset + limit).map((e) => ({
      id: e.id,
      name: e.name,
      kind: e.kind,
      fields: Object.fromEntries(fields.filter((f) => f in e.fields).map((f) => [f, e.fields[f]])),
    }));
    return { total: all.length, all: this.state.entities.length, offset, rows };
  }

  'world.get'({ id }) {
    const e = this.state.entities.find((e) => e.id === id);
    const fields = Object.entries(e.fields).map(([path, value]) => ({ path, value }));
    return this.#here({ id, name: e.name, kind: e.kind, components: [{ name: '', fields }] });
  }

  'world.set'({ id, path, value }) {
    this.state.entities.find((e) => e.id === id).fields[path] = value;
    return this.#here({ id, path, value });
  }

  'world.create'({ kind, fields }) {
    const id = String(this.state.entities.length + 1);
    this.state.entities.push({ id, kind, name: `${kind} ${id}`, fields: { x: 0, ...fields }, v: 1 });
    return this.#here({ ids: [id] });
  }

  'cvar.list'() {
    return Object.values(this.cvars);
  }

  'cvar.get'({ name }) {
    return this.cvars[name];
  }

  'cvar.set'({ name, value }) {
    const cvar = this.cvars[name];
    cvar.layers = [{ layer: 'lease', value }];
    Object.assign(cvar, { value, layer: 'lease' });
    this.tell?.({ changed: [clone(cvar)] });
    return cvar;
  }

  'cvar.reset'({ name }) {
    const cvar = this.cvars[name];
    Object.assign(cvar, { layers: [], layer: 'default', value: 16 });
    this.tell?.({ changed: [clone(cvar)] });
    return cvar;
  }

  'timing.measure'({ ticks, scopes }) {
    this['time.step']({ ticks });
    return {
      ticks,
      scopes: (scopes ?? []).map((name) => ({
        name,
        calls: ticks,
        total: 1e6,
        p50: 1e6,
        p95: 2e6,
        p99: 3e6,
        max: 4e6,
      })),
      tick: { p50: 1e6, p95: 1e6, p99: 1e6, max: 1e6 },
      allocs: 7,
      allocBytes: 512,
      gcs: 0,
      gcPauseMax: 0,
    };
  }
}
