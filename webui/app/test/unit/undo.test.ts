import { beforeEach, describe, expect, test } from 'vitest';
import { same, UndoLog } from '../../src/core/undo';

describe('UndoLog', () => {
  const values = new Map<string, unknown>();
  let log: UndoLog;

  beforeEach(() => {
    values.clear();
    log = new UndoLog(5);
    log.onPrefix('cvar', {
      current: (path) => values.get(path),
      apply: async (path, value) => values.set(path, value),
    });
  });

  function set(path: string, after: unknown, gesture?: number): void {
    const before = values.get(path) ?? 0;
    values.set(path, after);
    log.record({ path, before, after, time: 1, ...(gesture !== undefined && { gesture }) });
  }

  test('takes edits back in order and makes them again', async () => {
    set('cvar:a', 1);
    set('cvar:b', 2);
    expect((await log.undo()).kind).toBe('done');
    expect(values.get('cvar:b')).toBe(0);
    expect((await log.undo()).kind).toBe('done');
    expect((await log.undo()).kind).toBe('nothing');
    expect((await log.redo()).kind).toBe('done');
    expect(values.get('cvar:a')).toBe(1);
    expect((await log.redo()).kind).toBe('done');
    expect(values.get('cvar:b')).toBe(2);
    expect((await log.redo()).kind).toBe('nothing');
  });

  test('merges the steps of one scrub', async () => {
    for (const v of [1, 2, 3]) set('cvar:a', v, 7);
    expect(log.list()).toHaveLength(1);
    expect(log.list()[0]).toMatchObject({ before: 0, after: 3, steps: 3 });
    set('cvar:a', 4, 8);
    expect(log.list()).toHaveLength(2);
    await log.undo();
    await log.undo();
    expect(values.get('cvar:a')).toBe(0);
  });

  test('forgets a scrub that came back to where it began', () => {
    for (const v of [1, 2, 0]) set('cvar:a', v, 7);
    expect(log.list()).toHaveLength(0);
  });

  test('asks when somebody else changed the value since', async () => {
    set('cvar:a', 5);
    values.set('cvar:a', 9);
    const verdict = await log.undo();
    expect(verdict).toMatchObject({ kind: 'changed', current: 9, wanted: 0 });
    expect(values.get('cvar:a')).toBe(9);
    if (verdict.kind === 'changed') await verdict.force();
    expect(values.get('cvar:a')).toBe(0);
  });

  test('does not redo what was undone before another edit', async () => {
    set('cvar:a', 1);
    set('cvar:b', 2);
    await log.undo();
    set('cvar:c', 3);
    expect((await log.redo()).kind).toBe('nothing');
    await log.undo();
    expect(values.get('cvar:c')).toBe(0);
    expect(log.next().undo?.path).toBe('cvar:a');
    await log.redo();
    expect(values.get('cvar:c')).toBe(3);
    expect(values.get('cvar:b')).toBe(0);
  });

  test('keeps the edit when the game refuses to take it back', async () => {
    log.onPrefix('cvar', {
      current: (path) => values.get(path),
      apply: () => Promise.reject(new Error('at most 100')),
    });
    set('cvar:a', 1);
    expect(await log.undo()).toMatchObject({ kind: 'failed', reason: 'at most 100' });
    expect(log.list()[0]?.undone).toBe(false);
  });

  test('says so when nobody keeps the path', async () => {
    log.record({ path: 'world:1:x', before: 0, after: 1, time: 1 });
    expect(await log.undo()).toMatchObject({ kind: 'failed' });
  });

  test('forgets the oldest over its limit', () => {
    for (let i = 1; i <= 8; i++) set(`cvar:${i}`, i);
    expect(log.list().map((e) => e.path)).toEqual(['cvar:4', 'cvar:5', 'cvar:6', 'cvar:7', 'cvar:8']);
  });

  test('undoes every random walk back to the start', async () => {
    let seed = 3;
    const random = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * n);
    };
    log = new UndoLog(1000);
    log.onPrefix('cvar', {
      current: (path) => values.get(path),
      apply: async (path, value) => values.set(path, value),
    });
    for (const path of ['cvar:0', 'cvar:1', 'cvar:2']) values.set(path, 0);
    for (let i = 0; i < 300; i++) {
      const dice = random(10);
      if (dice < 6) set(`cvar:${random(3)}`, random(100), random(4));
      else if (dice < 8) await log.undo();
      else await log.redo();
    }
    while ((await log.undo()).kind === 'done');
    expect([...values.values()]).toEqual([0, 0, 0]);
  });
});

test('same compares what came as JSON', () => {
  expect(same(0.1, 0.10000000149)).toBe(true);
  expect(same(1, 1.1)).toBe(false);
  expect(same('a', 'a')).toBe(true);
  expect(same([1, { a: 2 }], [1, { a: 2 }])).toBe(true);
  expect(same(null, 0)).toBe(false);
});
