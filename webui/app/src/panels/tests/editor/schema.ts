// What the game has names for, to complete in tests: asked for once a session, when the editor opens.

import type { App } from '../../../core/app';

export interface Named {
  name: string;
  detail: string;
  help: string;
}

export interface Schema {
  methods: readonly (Named & { params: readonly Named[] })[];
  topics: readonly Named[];
  cvars: readonly Named[];
  kinds: readonly Named[];
  /** Paths of fields, of all kinds. */
  fields: readonly Named[];
  scopes: readonly Named[];
}

const known = new WeakMap<App, { session: string; schema: Promise<Schema> }>();

/** Asks the game. What it does not answer is empty. */
export function schemaOf(app: App): Promise<Schema> {
  const session = app.me.peek()?.session ?? '';
  const had = known.get(app);
  if (had?.session === session) return had.schema;
  const schema = ask(app);
  known.set(app, { session, schema });
  return schema;
}

interface Discovered {
  methods?: Described[];
  'x-topics'?: Described[];
}

interface Described {
  name: string;
  summary?: string;
  params?: { name: string; description?: string; required?: boolean; schema?: { type?: unknown } }[];
}

async function ask({ rpc }: App): Promise<Schema> {
  const or = <T>(asked: Promise<T>, none: T): Promise<T> => asked.catch(() => none);
  const [all, cvars, kinds, scopes] = await Promise.all([
    or(rpc.call('rpc.discover', {}) as Promise<Discovered>, {}),
    or(rpc.call('cvar.list', {}), []),
    or(rpc.call('world.kinds', {}), []),
    or(rpc.call('timing.list', {}), []),
  ]);
  const fields = new Map<string, Named>();
  for (const kind of kinds) {
    for (const { path, type, unit, help } of kind.fields) {
      const had = fields.get(path);
      const of = had === undefined ? kind.kind : `${had.detail}, ${kind.kind}`;
      fields.set(path, { name: path, detail: of, help: [type, unit, help].filter(Boolean).join(' · ') });
    }
  }
  const named = ({ name, summary = '' }: Described): Named => ({ name, detail: '', help: summary });
  return {
    methods: (all.methods ?? []).map((m) => ({
      ...named(m),
      params: (m.params ?? []).map(({ name, description = '', required, schema }) => ({
        name,
        detail: `${typeof schema?.type === 'string' ? schema.type : ''}${required ? '' : '?'}`,
        help: description,
      })),
    })),
    topics: (all['x-topics'] ?? []).map(named),
    cvars: cvars.map(({ name, value, help }) => ({ name, detail: JSON.stringify(value) ?? '', help: help ?? '' })),
    kinds: kinds.map(({ kind, help }) => ({ name: kind, detail: '', help: help ?? '' })),
    fields: [...fields.values()],
    scopes: scopes.map(({ name, help }) => ({ name, detail: '', help: help ?? '' })),
  };
}
