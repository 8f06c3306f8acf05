import { describe, expect, it } from 'vitest';
import { codeOf } from '../../src/core/link';
import type { Scope } from '../../src/core/protocol';
import { Status } from '../../src/core/status';
import { measureOf, valueText } from '../../src/panels/perf/counters';
import { binned } from '../../src/panels/perf/histogram';
import { arrange, type Numbers, tsv } from '../../src/panels/perf/numbers';

const scope = (id: number, name: string, parent = -1): Scope => ({
  id,
  name,
  parent,
  help: '',
  budget: id === 1 ? 3e6 : 0,
});
const counter = (name: string, unit: string, kind: 'counter' | 'gauge' = 'counter') => ({
  id: 0,
  name,
  unit,
  kind,
  help: '',
});
const scopes = [scope(0, 'console'), scope(1, 'update'), scope(2, 'ai', 1), scope(3, 'physics', 1), scope(4, 'nav', 2)];
const averages = [0.1e6, 9e6, 2e6, 5e6, 1e6];
const numbers: Numbers[] = scopes.map((s, i) => {
  const avg = averages[i] as number;
  return {
    scope: s,
    now: avg,
    calls: i,
    avg,
    p50: avg,
    p95: avg,
    p99: avg,
    max: 10e6 - avg,
    self: avg,
    share: avg / 16e6,
  };
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
    const frame = { now: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0, grade: 0, maxGrade: 0 } as const;
    const counters = [{ counter: counter('shots', ''), now: 3, mean: 1.25, p50: 1, p95: 4, p99: Number.NaN, max: 5 }];
    const table = { heading: '', one: true, over: 0, scopes: numbers, counters, frame };
    const lines = tsv(table, scopes.slice(1, 3)).split('\n');
    expect(lines[0]?.split('\t')).toHaveLength(12);
    expect(lines[1]).toBe('update\t\t9.0000\t9.0000\t9.0000\t9.0000\t9.0000\t1.0000\t9.0000\t1\t0.5625\t3.0000');
    expect(lines[2]?.startsWith('ai\tupdate\t2.0000')).toBe(true);
    expect(lines.slice(3)).toEqual([
      '',
      'counter\tunit\tthis\tmean\tp50\tp95\tp99\tmax',
      'shots\t\t3\t1.25\t1\t4\t\t5',
      '',
    ]);
  });
});

describe('counters', () => {
  const written = (unit: string, max: number, values: number[], kind: 'counter' | 'gauge' = 'counter'): string[] => {
    const measure = measureOf(counter('x', unit, kind), max);
    const [mean = 0, ...rest] = values;
    return [measure.unit, valueText(mean, measure, true), ...rest.map((v) => valueText(v, measure))];
  };

  it('are written in one unit each, means with a fraction, counts without', () => {
    expect(written('', 40, [2.25, 3])).toEqual(['', '2.3', '3']);
    expect(written('', 265_880, [260_120, 265_880])).toEqual(['k', '260.1', '265.9']);
    expect(written('hits', 3e8, [1e6, 3e8])).toEqual(['M hits', '1.0', '300.0']);
    expect(written('', 0.5, [0.125, 0.5], 'gauge')).toEqual(['', '0.125', '0.500']);
    expect(written('', 32, [12.34, 7], 'gauge')).toEqual(['', '12.3', '7.0']);
    expect(written('B', 11_900, [9_900, 512])).toEqual(['KiB', '9.7', '0.5']);
    expect(written('ns', 2.5e6, [2.5e6, Number.NaN])).toEqual(['ms', '2.5', '–']);
    expect(written('', Number.NaN, [Number.NaN])).toEqual(['', '–']);
  });
});

describe('a histogram', () => {
  it('counts every call once, the longest in the last bin', () => {
    const { counts, max } = binned(Float64Array.from([0, 1, 9.9, 10, 99, 100]), 10);
    expect([...counts]).toEqual([3, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect(max).toBe(100);
    expect([...binned(new Float64Array(3), 4).counts]).toEqual([3, 0, 0, 0]);
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
