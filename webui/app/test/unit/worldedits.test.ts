// Edits of the world: by transactions of the game, of one entity and of several.

import { beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/core/app';
import { codes, type Transaction } from '../../src/core/protocol';
import { RpcError } from '../../src/core/rpc';
import { UndoLog } from '../../src/core/undo';
import {
  labelOf,
  mixed,
  nameTogether,
  sendWorld,
  splitWorldPath,
  worldKeeper,
  worldPath,
} from '../../src/core/worldedits';
import { changeOf } from '../../src/panels/world/historyview';
import { Many } from '../../src/panels/world/many';
import { Each } from '../../src/widgets/field/spec';

type Call = { method: string; params: Record<string, unknown> };

let calls: Call[];
let answer: (method: string, params: Record<string, unknown>) => unknown;
let app: App;

const reasonOf = (fault: unknown): string => (fault as Error).message;

beforeEach(() => {
  calls = [];
  const call = async (method: string, params: Record<string, unknown>) => {
    calls.push({ method, params });
    return answer(method, params);
  };
  app = {
    rpc: { call },
    frame: { onText: () => () => {}, soon: (f: () => void) => f(), stir: () => {} },
    view: { peek: () => ({ paused: false }) },
  } as unknown as App;
});

test('a path keeps ids and paths of any kind apart', () => {
  for (const [id, field] of [
    ['17', 'pos.x'],
    ['ecs:42', 'stock["a:b|c"]'],
    ['7', 'path[3].y'],
  ] as const)
    expect(splitWorldPath(worldPath(id, field))).toEqual({ id, field });
});

describe('sendWorld', () => {
  const edit = (value: unknown, more = {}) => ({ value, before: 1, version: 1, frame: 9, tick: 9, ...more });

  test('tells the game of the gesture, and learns the transaction', async () => {
    answer = () => edit(5, { transaction: 3 });
    const done = await sendWorld(app, 'world:17|pos.x', 5, { before: 1, gesture: 4 });
    expect(done).toEqual({ value: 5, before: 1, frame: 9, transaction: 3 });
    expect(calls[0]?.params).toMatchObject({ id: '17', path: 'pos.x', value: 5 });
    expect(calls[0]?.params.gesture).toMatch(/-4$/);
  });

  test('does without gestures where the game knows none, and asks once', async () => {
    answer = (_, params) => {
      if ('gesture' in params)
        throw new RpcError(-32602, 'gesture: no such param', { kind: 'invalid_params', path: '/gesture' });
      return edit(5);
    };
    for (let i = 0; i < 2; i++) await sendWorld(app, 'world:17|pos.x', 5, { before: 1, gesture: 4 });
    expect(calls).toHaveLength(3);
  });

  test('sets several in one transaction, and says where their values differ', async () => {
    answer = (_, params) => ({
      transaction: 8,
      frame: 2,
      tick: 2,
      edits: (params.edits as { value: number }[]).map((e) => edit(e.value, { before: e.value - 1 })),
    });
    const off = nameTogether(app, '1', { ids: ['a', 'b'], value: (id, _, v) => (id === 'a' ? v : 20) });
    const done = await sendWorld(app, 'worlds:1|health', 10, { before: mixed });
    expect(calls[0]).toEqual({
      method: 'world.edit',
      params: {
        edits: [
          { id: 'a', path: 'health', value: 10 },
          { id: 'b', path: 'health', value: 20 },
        ],
      },
    });
    expect(done).toEqual({ value: mixed, before: mixed, frame: 2, transaction: 8 });
    off();
    await expect(sendWorld(app, 'worlds:1|health', 10)).rejects.toThrow('not selected');
  });
});

describe('undo by the game', () => {
  let log: UndoLog;

  beforeEach(() => {
    log = new UndoLog();
    log.onPrefix('world', worldKeeper(app, reasonOf));
    log.onPrefix('worlds', worldKeeper(app, reasonOf));
    log.onPrefix('cvar', { current: () => 2, apply: async () => {} });
    answer = () => ({});
  });

  const set = (transaction: number, path = 'world:1|x') =>
    log.record({ path, before: 1, after: 2, time: 1, transaction });

  test('goes by numbers, in one order with cvars', async () => {
    set(5);
    log.record({ path: 'cvar:a', before: 1, after: 2, time: 1 });
    set(6);
    for (const path of ['world:1|x', 'cvar:a', 'world:1|x']) {
      const verdict = await log.undo();
      expect(verdict).toMatchObject({ kind: 'done', entry: { path } });
    }
    expect(calls).toEqual([
      { method: 'world.undo', params: { transaction: 6 } },
      { method: 'world.undo', params: { transaction: 5 } },
    ]);
    await log.redo();
    expect(calls.at(-1)).toEqual({ method: 'world.redo', params: { transaction: 5 } });
  });

  test('the steps of one drag are one entry, however the game tells of them', async () => {
    const told = { path: 'worlds:', label: 'x of seed 1', before: 1, after: 2, time: 1, transaction: 7, undone: false };
    log.tell(told); // the event came before the answer
    set(7);
    set(7);
    log.tell(told);
    expect(log.list()).toHaveLength(1);
    expect(log.list()[0]).toMatchObject({ path: 'world:1|x', steps: 2, transactions: [7] });
  });

  test("edits of one's other pages are taken back too, and what was undone elsewhere is not undone again", async () => {
    set(1);
    log.tell({ path: 'world:2|y', label: 'y', before: 0, after: 1, time: 2, transaction: 2, undone: false });
    await log.undo();
    expect(calls.at(-1)?.params).toEqual({ transaction: 2 });
    log.tell({ path: 'world:1|x', label: 'x', before: 1, after: 2, time: 1, transaction: 1, undone: true });
    expect((await log.undo()).kind).toBe('nothing');
    log.tell({ path: 'worlds:', label: 'old', before: 0, after: 1, time: 0, transaction: 0.5, undone: true });
    expect(log.list()).toHaveLength(2);
  });

  test('a conflict is asked about in the words of the game, and can be overruled', async () => {
    set(5);
    answer = (_, params) => {
      if (params.force) return {};
      throw new RpcError(codes.conflict, 'x of seed 1 is 9 now: anna set it', { kind: 'conflict' });
    };
    const verdict = await log.undo();
    expect(verdict).toMatchObject({ kind: 'changed', words: 'x of seed 1 is 9 now: anna set it' });
    if (verdict.kind === 'changed') expect((await verdict.force()).kind).toBe('done');
    expect(calls.at(-1)?.params).toEqual({ transaction: 5, force: true });
    expect(log.next().undo).toBeUndefined();
  });
});

describe('Many', () => {
  const field = (path: string, value: unknown, type = 'float') => ({ path, name: path, type, value, version: 1 });
  const entities: Record<string, unknown> = {
    a: { id: 'a', name: 'seed a', kind: 'seed', components: [{ name: 'S', fields: [field('h', 10), field('x', 1)] }] },
    b: {
      id: 'b',
      name: 'hunter b',
      kind: 'hunter',
      components: [{ name: 'H', fields: [field('h', 20), field('x', 1), field('rage', 3), field('n', 'q', 'string')] }],
    },
  };

  beforeEach(() => {
    answer = (method, params) => {
      if (method === 'world.get') return entities[String(params.id)];
      const edits = params.edits as { id: string; value: number }[];
      return { transaction: 1, frame: 1, tick: 1, edits: edits.map((e) => ({ ...e, before: 0 })) };
    };
  });

  test('has the fields that all have, and a dash where their values differ', async () => {
    const many = new Many(app, ['b', 'a']);
    await many.look();
    expect(many.components?.flatMap((c) => c.fields.map((f) => f.path))).toEqual(['h', 'x']);
    expect(many.values.get('h')).toBe(mixed);
    expect(many.values.get('x')).toBe(1);
    expect([...many.kinds]).toEqual([
      ['hunter', 1],
      ['seed', 1],
    ]);
    many.dispose();
  });

  test('a relative edit changes each from its own value, and a drag from where it began', async () => {
    const many = new Many(app, ['a', 'b']);
    await many.look();
    const sent = () => ((calls.at(-1) as Call).params.edits as { value: number }[]).map((e) => e.value);
    await sendWorld(app, `worlds:${many.key}|h`, new Each('*=2'), { before: mixed });
    expect(sent()).toEqual([20, 40]);
    await sendWorld(app, `worlds:${many.key}|h`, new Each('+=1'), { before: mixed, gesture: 3 });
    await sendWorld(app, `worlds:${many.key}|h`, new Each('+=5'), { before: mixed, gesture: 3 });
    expect(sent()).toEqual([15, 25]);
    await sendWorld(app, `worlds:${many.key}|h`, 7, { before: mixed });
    expect(sent()).toEqual([7, 7]);
    many.dispose();
    await expect(sendWorld(app, `worlds:${many.key}|h`, 7)).rejects.toThrow('not selected');
  });
});

describe('a line of the history', () => {
  const edit = (id: string, path: string, before: unknown, after: unknown) => ({
    id,
    name: `seed ${id}`,
    path,
    before,
    after,
  });
  const tx = (more: Partial<Transaction>): Transaction => ({
    id: 1,
    frame: 1,
    tick: 1,
    time: 0,
    author: 'anna',
    kind: 'set',
    undone: false,
    count: more.edits?.length ?? 0,
    edits: [],
    ...more,
  });

  test('says from what to what', () => {
    const one = tx({ edits: [edit('1', 'health', 5, 9)] });
    expect(changeOf(one)).toEqual(['seed 1: 5 → ', '9']);
    expect(labelOf(one)).toBe('health of seed 1');
    const two = tx({ edits: [edit('1', 'health', 5, 9), edit('2', 'health', 6, 9)] });
    expect(changeOf(two)).toEqual(['2 entities: 5 → ', '9']);
    expect(changeOf(tx({ edits: [edit('1', 'h', 1, 2), edit('2', 'h', 2, 4)] }))[1]).toBe('each its own');
    const called = tx({ kind: 'call', label: 'heal(3)', edits: [edit('1', 'heal', null, null)] });
    expect(changeOf(called)).toEqual(['seed 1: ', 'heal(3)']);
    expect(changeOf(tx({ kind: 'delete', edits: [edit('1', '', null, null)] }))).toEqual(['', 'seed 1']);
    expect(labelOf(tx({ kind: 'delete', edits: [edit('1', '', 1, 1), edit('2', '', 1, 1)] }))).toBe(
      'delete 2 entities',
    );
  });
});
