import { describe, expect, it } from 'vitest';
import { codeOf } from '../../src/core/link';
import type { Scope } from '../../src/core/protocol';
import { Status } from '../../src/core/status';
import { arrange, type Numbers, tsv } from '../../src/panels/perf/numbers';

const scope = (id: number, name: string, parent = -1): Scope => ({
  id,
  name,
  parent,
  help: '',
  budget: id === 1 ? 3e6 : 0,
});
const scopes = [scope(0, 'console'), scope(1, 'update'), scope(2, 'ai', 1), scope(3, 'physics', 1), scope(4, 'nav', 2)];
const averages = [0.1e6, 9e6, 2e6, 5e6, 1e6];
const numbers: Numbers[] = scopes.map((s, i) => {
  const avg = averages[i] as number;
  return { scope: s, now: avg, calls: i, avg, p95: avg, max: 10e6 - avg, self: avg, share: avg / 16e6 };
});
const names = (sort: string, tree: boolean): string =>
  arrange(numbers, sort, tree, scopes)
    .map((s) => s.name)
    .join();

describe('the table of scopes', () => {
  it('is one list, by any column', () => {
    expect(names('-avg', false)).toBe('update,physics,ai,nav,console');
    expect(names('avg', false)).toBe('console,nav,ai,physics,update');
    expect(names('-max', false)).toBe('console,nav,ai,physics,update');
    expect(names('name', false)).toBe('ai,console,nav,physics,update');
  });

  it('is a tree, in which brothers are in order', () => {
    expect(names('-avg', true)).toBe('update,physics,ai,nav,console');
    expect(names('name', true)).toBe('console,update,ai,nav,physics');
  });

  it('loses no scope whose parent is unknown', () => {
    const orphan = [...numbers.slice(0, 1), { ...(numbers[2] as Numbers), scope: scope(2, 'lost', 77) }];
    expect(arrange(orphan, 'name', true, scopes).map((s) => s.name)).toEqual(['console', 'lost']);
  });

  it('goes to a spreadsheet as plain numbers', () => {
    const frame = { now: 0, mean: 0, p95: 0, max: 0, grade: 0, maxGrade: 0 } as const;
    const lines = tsv({ heading: '', one: true, scopes: numbers, frame }, scopes.slice(1, 3)).split('\n');
    expect(lines[0]?.split('\t')).toHaveLength(10);
    expect(lines[1]).toBe('update\t\t9.0000\t9.0000\t9.0000\t1.0000\t0.5625\t1\t9.0000\t3.0000');
    expect(lines[2]?.startsWith('ai\tupdate\t2.0000')).toBe(true);
  });
});

describe('the code of a link', () => {
  it.each([
    ['#c=abc_DEF-123', 'abc_DEF-123'],
    ['http://127.0.0.1:6060/#c=abc', 'abc'],
    ['#/perf?f=3', ''],
    ['#c=', ''],
    ['#c=a b', ''],
    ['c=abc', ''],
  ])('%s', (text, want) => {
    expect(codeOf(text)).toBe(want);
  });
});

describe('the status bar', () => {
  it('shows segments in their order, and draws nothing for what is the same', () => {
    const status = new Status();
    status.set({ id: 'b', text: 'second', order: 2 });
    status.set({ id: 'a', text: 'first', order: 1 });
    const before = status.segments.value;
    status.set({ id: 'a', text: 'first', order: 1 });
    expect(status.segments.value).toBe(before);
    expect(before.map((s) => s.text)).toEqual(['first', 'second']);
    status.clear('a');
    status.clear('nobody');
    expect(status.segments.value.map((s) => s.id)).toEqual(['b']);
  });

  it('says what a filter hides, until nothing is hidden', () => {
    const status = new Status();
    let cleared = 0;
    status.filter('cvars', '12', '903', 'cvars', () => cleared++);
    expect(status.segments.value[0]).toMatchObject({ text: 'filtered: 12 of 903 cvars', tone: 'warn' });
    status.segments.value[0]?.clear?.();
    expect(cleared).toBe(1);
    status.filter('cvars', '903', '903', 'cvars', undefined);
    expect(status.segments.value).toEqual([]);
  });
});
