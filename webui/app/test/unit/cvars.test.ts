import { describe, expect, test } from 'vitest';
import type { Cvar } from '../../src/core/protocol';
import { groupOf, rowsOf, script } from '../../src/panels/cvars/rows';

function cvar(name: string, more: Partial<Cvar> = {}): Cvar {
  return {
    name,
    type: 'float',
    value: 1,
    default: 1,
    help: '',
    flags: [],
    setBy: 'default',
    layer: 'default',
    version: 1,
    ...more,
  };
}

const all = [
  cvar('physics.gravity', { help: 'm/s², positive is down', flags: ['modified'], value: 14.5 }),
  cvar('ai.aggression', { help: 'how keen' }),
  cvar('title', { type: 'string', value: 'The "Garden"' }),
  cvar('physics.drag'),
  cvar('time.tps', { flags: ['read-only'], value: 60 }),
];
const none: ReadonlySet<string> = new Set();

function names(choice: Partial<Parameters<typeof rowsOf>[1]>): string[] {
  return rowsOf(all, { query: '', modifiedOnly: false, closed: none, ...choice }).rows.map((r) =>
    r.kind === 'group' ? `[${r.name}${r.open ? '' : ' closed'}]` : r.cvar.name,
  );
}

describe('rowsOf', () => {
  test('groups by the prefix, in order; names without one come first', () => {
    expect(groupOf('physics.gravity')).toBe('physics');
    expect(groupOf('.odd')).toBe('');
    expect(names({})).toEqual([
      'title',
      '[ai]',
      'ai.aggression',
      '[physics]',
      'physics.drag',
      'physics.gravity',
      '[time]',
      'time.tps',
    ]);
  });

  test('folds groups, and opens them while somebody searches', () => {
    const closed = new Set(['physics']);
    expect(names({ closed })).toEqual(['title', '[ai]', 'ai.aggression', '[physics closed]', '[time]', 'time.tps']);
    expect(names({ closed, query: 'drag' })).toEqual(['[physics]', 'physics.drag']);
  });

  test('searches all words in names and help', () => {
    expect(names({ query: 'POSITIVE phys' })).toEqual(['[physics]', 'physics.gravity']);
    expect(names({ query: 'keen' })).toEqual(['[ai]', 'ai.aggression']);
    expect(names({ query: 'nothing' })).toEqual([]);
  });

  test('counts what matches', () => {
    expect(rowsOf(all, { query: '', modifiedOnly: true, closed: none })).toMatchObject({ matched: 1, total: 5 });
    const [group] = rowsOf(all, { query: 'gravity', modifiedOnly: false, closed: none }).rows;
    expect(group).toMatchObject({ count: 1, modified: 1 });
  });
});

test('script writes lines that the console takes, read-only ones left out', () => {
  expect(script(all)).toBe(
    'set physics.gravity 14.5\nset ai.aggression 1\nset title "The \\"Garden\\""\nset physics.drag 1\n',
  );
});
