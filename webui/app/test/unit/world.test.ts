import { describe, expect, test } from 'vitest';
import type { Kind } from '../../src/core/protocol';
import { kindIn, nameParts, pathsOf } from '../../src/panels/world/columns';
import { faultOf, paint } from '../../src/panels/world/query';
import { Rows } from '../../src/panels/world/store';
import { Track } from '../../src/panels/world/watch';
import { choose, most, page, type Window } from '../../src/panels/world/window';
import { rowsOfFields } from '../../src/widgets/field/row';

describe('choose', () => {
  test('asks for whole pages around the view, and no more often than needed', () => {
    const first = choose({ from: 0, to: 30 }, 100_000, undefined) as Window;
    expect(first).toEqual({ offset: 0, limit: 100 });
    expect(choose({ from: 10, to: 40 }, 100_000, first)).toBeUndefined();
    expect(choose({ from: 64, to: 94 }, 100_000, first)?.offset).toBe(0);
    expect(choose({ from: 500, to: 530 }, 100_000, first)).toEqual({ offset: 450, limit: 150 });
  });

  test('always covers the view, wherever it goes', () => {
    let present: Window | undefined;
    let asked = 0;
    let seed = 3;
    for (let i = 0; i < 5000; i++) {
      seed = (seed * 48271) % 2147483647;
      const size = 5 + (seed % 60);
      const from = i % 7 === 0 ? seed % 99_900 : Math.max(0, (present?.offset ?? 0) + (seed % 120));
      const view = { from, to: Math.min(100_000, from + size) };
      const next = choose(view, 100_000, present);
      if (next !== undefined) asked++;
      present = next ?? present;
      expect(present?.offset).toBeLessThanOrEqual(view.from);
      expect((present?.offset ?? 0) + (present?.limit ?? 0)).toBeGreaterThanOrEqual(view.to);
      expect((present?.offset ?? 0) % page).toBe(0);
      expect(present?.limit).toBeLessThanOrEqual(most);
    }
    expect(asked).toBeLessThan(5000);
  });

  test('is content at the ends of a short list', () => {
    expect(choose({ from: 0, to: 8 }, 8, { offset: 0, limit: 100 })).toBeUndefined();
    expect(choose({ from: 99_980, to: 100_000 }, 100_000, { offset: 99_900, limit: 150 })).toBeUndefined();
  });
});

describe('Rows', () => {
  const row = (id: string, fields: Record<string, unknown> = {}) => ({ id, name: `seed ${id}`, kind: 'seed', fields });

  test('takes a snapshot, then what changed', () => {
    const rows = new Rows();
    rows.apply({ total: 2, all: 9, offset: 0, ids: ['a', 'b'], rows: [row('a', { x: 1 }), row('b', { x: 2 })] }, true);
    rows.apply({ total: 2, all: 9, rows: [{ id: 'b', fields: { x: 3 } }] }, false);
    expect(rows.at(1)?.fields).toEqual({ x: 3 });
    expect(rows.at(0)?.name).toBe('seed a');
    expect(rows.at(2)).toBeUndefined();
  });

  test('remembers rows of the windows before, each in one place', () => {
    const rows = new Rows();
    rows.apply({ total: 100, all: 100, offset: 0, ids: ['a', 'b'], rows: [row('a'), row('b')] }, true);
    rows.apply({ total: 100, all: 100, offset: 50, ids: ['c', 'a'], rows: [row('c'), row('a')] }, true);
    expect(rows.at(50)?.id).toBe('c');
    expect(rows.at(51)?.id).toBe('a');
    expect(rows.at(0)).toBeUndefined();
    expect(rows.at(1)?.stale).toBe(true);
    expect(rows.at(51)?.stale).toBe(false);
  });

  test('holds the order still while it is frozen; values go on', () => {
    const rows = new Rows();
    rows.apply({ total: 2, all: 2, offset: 0, ids: ['a', 'b'], rows: [row('a', { x: 1 }), row('b', { x: 2 })] }, true);
    rows.freeze(true);
    rows.apply({ total: 2, all: 2, offset: 0, ids: ['b', 'a'], rows: [{ id: 'a', fields: { x: 9 } }] }, false);
    expect(rows.at(0)).toMatchObject({ id: 'a', fields: { x: 9 } });
    expect(rows.waiting).toBe(true);
    rows.freeze(false);
    expect(rows.at(0)?.id).toBe('b');
    expect(rows.waiting).toBe(false);
  });

  test('while it stands still, who left is greyed and who came stands below', () => {
    const rows = new Rows();
    rows.apply({ total: 2, all: 9, offset: 0, ids: ['a', 'b'], rows: [row('a'), row('b')] }, true);
    rows.freeze(true);
    rows.apply({ total: 3, all: 9, ids: ['c', 'b', 'd'], rows: [row('c'), row('d')] }, false);
    expect([0, 1, 2, 3].map((i) => rows.at(i)?.id)).toEqual(['a', 'b', 'c', 'd']);
    expect(rows.count).toBe(4);
    expect([0, 1, 2, 3].map((i) => rows.at(i)?.stale)).toEqual([true, false, false, false]);
    rows.apply({ total: 1, all: 9, ids: ['c'], rows: [] }, false);
    expect(rows.count).toBe(4);
    expect(rows.at(3)?.stale).toBe(true);
    rows.freeze(false);
    expect(rows.count).toBe(1);
    expect(rows.at(0)?.id).toBe('c');
    expect(rows.at(1)).toBeUndefined();
  });

  test('while a part of a long list stands still, nothing is put over the rows beyond it', () => {
    const rows = new Rows();
    rows.apply({ total: 100, all: 100, offset: 50, ids: ['x', 'y'], rows: [row('x'), row('y')] }, true);
    rows.apply({ total: 100, all: 100, offset: 0, ids: ['a', 'b'], rows: [row('a'), row('b')] }, true);
    rows.freeze(true);
    rows.apply({ total: 100, all: 100, ids: ['b', 'c'], rows: [row('c')] }, false);
    expect(rows.at(0)?.stale).toBe(true);
    expect(rows.at(2)).toBeUndefined();
    expect(rows.at(50)?.id).toBe('x');
    expect(rows.count).toBe(100);
  });

  test('forgets rows beyond the end, and the farthest when there are too many', () => {
    const rows = new Rows();
    for (let offset = 0; offset < 20_000; offset += 500) {
      const ids = Array.from({ length: 500 }, (_, i) => String(offset + i));
      rows.apply({ total: 20_000, all: 20_000, offset, ids, rows: ids.map((id) => row(id)) }, true);
    }
    expect(rows.at(0)).toBeUndefined();
    expect(rows.at(19_999)?.id).toBe('19999');
    rows.apply({ total: 19_600, all: 20_000, rows: [] }, false);
    expect(rows.at(19_999)).toBeUndefined();
    expect(rows.at(19_599)?.id).toBe('19599');
  });
});

describe('query', () => {
  const fields = new Set(['health', 'pos.x']);

  test('paints a condition without losing a character', () => {
    for (const text of ['health < 50 and kind:hunter', 'not (pos.x >= -3 or "a b")', '"open', 'a=b', '  ', 'é ≥ 3']) {
      expect(
        paint(text, fields)
          .map((p) => p.text)
          .join(''),
      ).toBe(text);
    }
    expect(paint('health < 50 and kind:hunter', fields).filter((p) => p.class === 'q-field')).toHaveLength(2);
  });

  test('marks the word that the game complains about', () => {
    expect(paint('health < foo bar', fields, 9).find((p) => p.class === 'q-fault')?.text).toBe('foo');
    expect(paint('health <', fields, 8).find((p) => p.class === 'q-fault')?.text).toBe('<');
  });

  test('reads the column of a complaint', () => {
    expect(faultOf('where, column 12: "adn" is one too many')).toEqual({ column: 11, reason: '"adn" is one too many' });
    expect(faultOf('limit is too large')).toEqual({ column: 0, reason: 'limit is too large' });
  });

  test('sees the kind that a condition plainly asks for', () => {
    expect(kindIn('kind:hunter and health < 5')).toBe('hunter');
    expect(kindIn('kind:hunter or kind:seed')).toBe('');
    expect(kindIn('not kind:hunter')).toBe('');
  });
});

describe('columns', () => {
  const field = (path: string) => ({ path, name: path, type: 'float' as const });
  const kinds: Kind[] = [
    {
      kind: 'match',
      help: '',
      subsystem: 'match',
      count: 1,
      fields: ['score', 'wave'].map(field),
      columns: ['score', 'wave'],
    },
    {
      kind: 'seed',
      help: '',
      subsystem: 'seed',
      count: 900,
      fields: ['x', 'y', 'a', 'b', 'c', 'd'].map(field),
      columns: ['x', 'y', 'a', 'b', 'c', 'd'],
    },
    {
      kind: 'hunter',
      help: '',
      subsystem: 'hunter',
      count: 8,
      fields: ['x', 'y', 'health'].map(field),
      columns: ['x', 'y', 'health'],
    },
  ];

  test('of one kind are its own; of several those that most rows fill', () => {
    expect(pathsOf(kinds, 'hunter', [])).toEqual(['x', 'y', 'health']);
    expect(pathsOf(kinds, '', [])).toEqual(['score', 'x', 'y', 'a', 'b', 'c', 'd', 'health']);
    expect(pathsOf(kinds, '', ['wave', 'gone'])).toEqual(['wave']);
  });

  test('group the number in a name', () => {
    expect(nameParts('hunter', 'hunter 40317')).toEqual({ head: 'hunter ', rest: '40\u202f317' });
    expect(nameParts('player', 'anna')).toEqual({ head: 'anna', rest: '' });
  });
});

test('the axes of a vector share a row', () => {
  const fields = ['pos.x', 'pos.y', 'pos.z', 'vel.x', 'vel.y', 'x', 'speed', 'y'].map((path) => ({
    path,
    type: 'float',
  }));
  expect(rowsOfFields(fields).map((r) => r.map((f) => f.path).join())).toEqual([
    'pos.x,pos.y,pos.z',
    'vel.x,vel.y',
    'x',
    'speed',
    'y',
  ]);
});

test('a track forgets what is older than its window, but keeps where the line begins', () => {
  const track = new Track();
  for (let t = 0; t < 60_000; t += 50) track.push(t, t);
  expect(track.times.length).toBeLessThan(400);
  expect(track.times[0]).toBeLessThanOrEqual(60_000 - 50 - 10_000);
  expect(track.range(59_950)[1]).toBe(59_950);
});
