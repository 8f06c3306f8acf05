// Types of the wire that the generated file does not have yet.

export interface Edit {
  id: string;
  path: string;
  value: unknown;
  before: unknown;
  version: number;
  frame: number;
  tick: number;
  transaction?: number;
}
export interface Transaction {
  id: number;
  frame: number;
  tick: number;
  time: number;
  author: string;
  label: string;
  kind: string;
  undone: boolean;
  edits: { id: string; name: string; path?: string; before?: unknown; after?: unknown }[];
}
export interface Hold {
  id: string;
  name: string;
  path: string;
  value: unknown;
  author: string;
  frame: number;
  overwritten: number;
  last?: unknown;
}
interface Done {
  ids: string[];
  transaction: number;
  frame: number;
  tick: number;
}
type M<P, R> = { params: P; result: R };
export interface Coming {
  'world.edit': M<
    { edits: { id: string; path: string; value: unknown }[]; label?: string; gesture?: string },
    { transaction: number; frame: number; tick: number; edits: Edit[] }
  >;
  'world.set': M<{ id: string; path: string; value: unknown; ifVersion?: number | null; gesture?: string }, Edit>;
  'world.undo': M<{ transaction?: number; force?: boolean }, Transaction>;
  'world.redo': M<{ transaction?: number; force?: boolean }, Transaction>;
  'world.create': M<{ kind: string; at?: number[]; fields?: Record<string, unknown> }, Done>;
  'world.delete': M<{ ids: string[] }, Done>;
  'world.duplicate': M<{ ids: string[] }, Done>;
  'world.reparent': M<{ ids: string[]; parent: string | null }, Done>;
  'world.attach': M<{ id: string; component: string }, unknown>;
  'world.detach': M<{ id: string; component: string }, unknown>;
  'world.history': M<
    { id?: string; author?: string; before?: number; limit?: number },
    { transactions: Transaction[]; more: boolean }
  >;
  'world.hold': M<{ id: string; path: string; value?: unknown }, Hold>;
  'world.release': M<{ id: string; path: string }, unknown>;
  'world.holds': M<Record<string, never>, Hold[]>;
  'world.call': M<{ id: string; method: string; args?: unknown[] }, { result: unknown; frame: number; tick: number }>;
  'world.patch': M<{ author?: string }, { json: unknown[]; go: string }>;
  'world.complete': M<
    { where: string; cursor: number },
    { from: number; to: number; items: { text: string; help?: string }[] }
  >;
  'asset.list': M<{ kind?: string; match?: string }, { id: string; name: string; kind: string }[]>;
  'world.list': M<
    {
      where?: string;
      kind?: string;
      parent?: string;
      group?: string;
      fields?: string[] | null;
      sort?: string;
      offset?: number;
      limit?: number;
    },
    {
      total: number;
      all: number;
      offset: number;
      rows: { id: string; name?: string; kind?: string; fields?: Record<string, unknown> }[];
      groups?: { value: unknown; count: number }[];
      began?: number;
      frames?: number;
    }
  >;
}
export interface ComingTopics {
  edits: { params: Record<string, never>; snapshot: unknown; event: { changed?: Transaction[]; holds?: Hold[] } };
  fields: {
    params: { fields: { id: string; path: string }[] };
    snapshot: unknown;
    event: { frame: number; n: number; values: unknown[][] };
  };
}
