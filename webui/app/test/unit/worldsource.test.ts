import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { App } from '../../src/core/app';
import { RpcError } from '../../src/core/rpc';
import { type Query, World } from '../../src/panels/world/source';
import type { View } from '../../src/panels/world/store';

interface Opened {
  params: Record<string, unknown>;
  snapshot(view: Partial<View>): void;
  event(view: Partial<View>): void;
  refuse(message: string): void;
}

describe('World', () => {
  let opened: Opened[];
  let closed: number;
  let described: string[];
  let asked: number; // for the kinds
  let world: World;

  beforeEach(() => {
    opened = [];
    closed = 0;
    described = [];
    asked = 0;
    const subscribe = (
      _topic: string,
      options: Record<string, (...args: unknown[]) => void> & { params: Opened['params'] },
    ) => {
      const open = (params: Opened['params']): void => {
        const whole = (view: Partial<View>) => ({ total: 0, all: 0, offset: 0, rows: [], ...view });
        opened.push({
          params,
          snapshot: (view) => options.onSnapshot?.(whole(view), { seq: 0 }),
          event: (view) => options.onEvent?.(whole(view), { seq: 1 }),
          refuse: (message) =>
            options.onError?.(new RpcError(-32602, message, { kind: 'invalid_params', path: '/where' })),
        });
      };
      open(options.params);
      return { update: open, close: () => closed++ };
    };
    const call = async (method: string, params: { id?: string }) => {
      if (method === 'world.kinds') asked++;
      if (method !== 'world.get') return [];
      described.push(params.id ?? '');
      const fields = [{ path: 'health', name: 'health', type: 'int', value: 5, version: 1 }];
      return {
        id: params.id,
        name: 'seed 7',
        kind: 'seed',
        frame: 1,
        tick: 1,
        components: [{ name: 'Vitals', fields }],
      };
    };
    world = new World({
      rpc: { subscribe, call },
      me: { peek: () => undefined },
      frame: { stir: () => {} },
    } as unknown as App);
    world.open();
  });

  const query = (where: string, more: Partial<Query> = {}): Query => ({
    where,
    kind: '',
    sort: '',
    fields: [],
    ...more,
  });
  const last = (): Opened => opened.at(-1) as Opened;
  const rows = (...ids: string[]) => ({
    ids,
    rows: ids.map((id) => ({ id, name: `seed ${id}`, kind: 'seed', fields: {} })),
  });

  test('a list does not shrink while the game searches for another window', () => {
    opened[0]?.snapshot({ total: 5, all: 50, partial: true, ids: ['1'], rows: [{ id: '1', name: 'a', kind: 'k' }] });
    expect([world.rows.total, world.rows.all]).toEqual([5, 50]);
    world.look({ from: 0, to: 4 });
    opened[0]?.event({ total: 900, all: 1000 });
    world.look({ from: 700, to: 720 });
    opened.at(-1)?.snapshot({ total: 3, all: 20, offset: 650, partial: true, ids: [] });
    expect([world.rows.total, world.rows.all]).toEqual([900, 1000]);
    opened.at(-1)?.event({ total: 880, all: 990 });
    expect([world.rows.total, world.rows.all]).toEqual([880, 990]);
    world.ask(query('health < 5'));
    opened.at(-1)?.snapshot({ total: 2, all: 20, partial: true, ids: [] });
    expect([world.rows.total, world.rows.all]).toEqual([2, 990]);
  });

  test('asks for one window at a time; only the last place of a scroll counts', () => {
    last().snapshot({ total: 100_000, all: 100_000, ...rows('1') });
    world.look({ from: 5000, to: 5030 });
    world.look({ from: 9000, to: 9030 });
    world.look({ from: 20_000, to: 20_030 });
    expect(opened).toHaveLength(2);
    expect(last().params).toMatchObject({ offset: 4950 });
    last().snapshot({ total: 100_000, all: 100_000, offset: 4950, ...rows('4951') });
    expect(opened).toHaveLength(3);
    expect(last().params).toMatchObject({ offset: 19_950, limit: 150 });
    last().snapshot({ total: 100_000, all: 100_000, offset: 19_950, ...rows('19951') });
    expect(opened).toHaveLength(3);
    expect(world.rows.at(19_950)?.id).toBe('19951');
  });

  test('keeps the old rows until the new query is answered', () => {
    last().snapshot({ total: 1, all: 9, ...rows('1') });
    world.ask(query('health < 5'));
    expect(world.rows.at(0)?.id).toBe('1');
    last().snapshot({ total: 1, all: 9, ...rows('2') });
    expect(world.rows.at(0)?.id).toBe('2');
    world.ask(query('health < 5'));
    expect(opened).toHaveLength(2);
  });

  test('shows the fault of a query and goes on with the one before', () => {
    world.ask(query('kind:seed'));
    last().snapshot({});
    last().snapshot({ total: 1, all: 9, ...rows('1') });
    world.ask(query('health <'));
    last().refuse('where, column 9: a value is missing at the end');
    expect(world.fault.value).toEqual({ column: 8, reason: 'a value is missing at the end' });
    expect(last().params).toMatchObject({ where: 'kind:seed' });
    last().snapshot({ total: 1, all: 9, ...rows('1') });
    last().event({ total: 1, all: 9, rows: [{ id: '1', fields: { x: 3 } }] });
    expect(world.rows.at(0)?.fields).toEqual({ x: 3 });
    world.ask(query('health < 5'));
    expect(world.fault.value).toBeNull();
  });

  test('describes the inspected entity, follows its values, and says when it is gone', async () => {
    last().snapshot({ total: 1, all: 1, ...rows('7') });
    world.inspect('7');
    await Promise.resolve();
    await Promise.resolve();
    expect(described).toEqual(['7']);
    expect(last().params).toMatchObject({ id: '7' });
    last().snapshot({ total: 1, all: 1, ...rows('7'), entity: { id: '7', fields: { health: 4 } } });
    expect(world.subject?.values.get('health')).toBe(4);
    last().event({ total: 0, all: 0, ids: [], entity: { id: '7', gone: true } });
    expect(world.subject?.gone).toBe(true);
    expect(world.subject?.values.get('health')).toBe(4);
  });

  test('stands still while the view is paused, and asks anew when it goes on', () => {
    last().snapshot({
      total: 1,
      all: 1,
      ids: ['1'],
      rows: [{ id: '1', name: 'seed 1', kind: 'seed', fields: { x: 1 } }],
    });
    const values: unknown[] = [];
    world.inspect('1');
    last().snapshot({ total: 1, all: 1, ids: ['1'], rows: [], entity: { id: '1', fields: { x: 1 } } });
    world.onValues = (_, v) => values.push(v);
    world.pause(true);
    last().event({ total: 1, all: 1, rows: [{ id: '1', fields: { x: 2 } }], entity: { id: '1', fields: { x: 2 } } });
    expect(world.rows.at(0)?.fields).toEqual({ x: 1 });
    expect(world.subject?.values.get('x')).toBe(1);
    expect(values).toEqual([{ x: 2 }]); // what is watched is recorded all the same
    const before = opened.length;
    world.pause(false);
    expect(opened).toHaveLength(before + 1);
  });

  test('asks for the kinds of a game that stands still again when the second is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const time = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    try {
      last().snapshot({ all: 3 });
      expect(asked).toBe(1);
      await vi.advanceTimersByTimeAsync(10);
      last().event({ all: 4 });
      expect(asked).toBe(1);
      time.mockReturnValue(performance.now() + 1001);
      await vi.advanceTimersByTimeAsync(1001);
      expect(asked).toBe(2);
    } finally {
      time.mockRestore();
      vi.useRealTimers();
    }
  });

  test('stops with the panel', () => {
    world.close();
    expect(closed).toBe(1);
    world.open();
    expect(opened).toHaveLength(2);
  });
});
