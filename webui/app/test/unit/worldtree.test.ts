// The tree of entities: rows that are asked for as they come into view, branches that open and close.

import { beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/core/app';
import type { Kind } from '../../src/core/protocol';
import { equals, Tree, type TreeRow } from '../../src/panels/world/tree';

interface Asked {
  where?: string;
  kind?: string;
  parent?: string;
  group?: string;
  offset?: number;
  limit?: number;
}

let asked: Asked[];
let tree: Tree;
let count: Record<string, number>;

const settled = async () => {
  for (let i = 0; i < 6; i++) await Promise.resolve();
};

function answer(params: Asked) {
  const { kind = '', parent, group, offset = 0, limit = 100 } = params;
  if (group) {
    const groups = [
      { value: 'idle', count: 2 },
      { value: null, count: 1 },
    ];
    return { total: 3, all: 3, offset, rows: [], groups };
  }
  const key = parent === undefined ? kind : `below ${parent}`;
  const total = count[key] ?? 0;
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => ({
    id: `${key} ${offset + i}`,
    name: `${key} ${offset + i}`,
    kind: kind || 'node',
    fields: {},
  }));
  return { total, all: total, offset, rows };
}

beforeEach(() => {
  asked = [];
  count = { seed: 100_000, hunter: 3 };
  const app = {
    rpc: {
      call: async (_: string, params: Asked) => {
        asked.push(params);
        return answer(params);
      },
    },
    frame: { stir: () => {} },
    view: { peek: () => ({ paused: false }) },
  } as unknown as App;
  const kinds = ['seed', 'hunter'].map((kind) => ({ kind, count: count[kind] })) as Kind[];
  tree = new Tree(app, () => kinds);
});

const query = (by: string, where = '') => ({ where, kind: '', by, sort: '', fields: [] });

async function open(index: number): Promise<void> {
  tree.toggle(tree.at(index) as TreeRow, true);
  tree.look({ from: 0, to: 30 });
  await settled();
}

describe('Tree', () => {
  test('asks only for what is open and in view', async () => {
    tree.ask(query('kind'));
    tree.look({ from: 0, to: 30 });
    expect([tree.count, tree.at(0)?.name, tree.at(1)?.name]).toEqual([2, 'seed', 'hunter']);
    expect(asked).toHaveLength(0);
    await open(0);
    expect(tree.count).toBe(100_002);
    expect(tree.at(1)).toMatchObject({ id: 'seed 0', level: 2 });
    expect(tree.at(100_001)?.name).toBe('hunter');
    asked = [];
    tree.look({ from: 70_000, to: 70_040 });
    await settled();
    expect(asked.map((a) => a.offset)).toEqual([69_900, 70_000]);
    expect(tree.at(70_000)?.id).toBe('seed 69999');
    expect(tree.at(60_000)).toBeUndefined();
  });

  test('every place has one row, whatever is open', async () => {
    count = { 'below -': 5, 'below below - 1': 3, 'below below below - 1 2': 2, 'below below - 3': 1 };
    tree.ask(query('parent'));
    tree.look({ from: 0, to: 30 });
    await settled();
    expect(tree.count).toBe(5);
    await open(1);
    await open(4); // the last below it
    await open(8);
    const ids = Array.from({ length: tree.count }, (_, i) => `${tree.at(i)?.level} ${tree.at(i)?.id}`);
    expect(ids).toEqual([
      '1 below - 0',
      '1 below - 1',
      '2 below below - 1 0',
      '2 below below - 1 1',
      '2 below below - 1 2',
      '3 below below below - 1 2 0',
      '3 below below below - 1 2 1',
      '1 below - 2',
      '1 below - 3',
      '2 below below - 3 0',
      '1 below - 4',
    ]);
    tree.toggle(tree.at(1) as TreeRow, false);
    expect(tree.count).toBe(6);
    await open(0); // nothing lies below it: it cannot be opened again
    tree.look({ from: 0, to: 30 });
    expect(tree.count).toBe(6);
  });

  test('groups by the values of a field', async () => {
    tree.ask(query('state', 'kind:hunter'));
    tree.look({ from: 0, to: 30 });
    await settled();
    expect([tree.at(0)?.name, tree.at(1)?.name, tree.at(1)?.total]).toEqual(['idle', 'no state', 1]);
    await open(0);
    expect(asked.at(-1)).toMatchObject({ where: '(kind:hunter) and state = "idle"' });
  });

  test('writes conditions for values of any kind', () => {
    expect([equals('a', 3), equals('a', true), equals('a', 'x "y"'), equals('a', null)]).toEqual([
      'a = 3',
      'a = true',
      'a = "x \\"y\\""',
      'not has:a',
    ]);
  });
});
