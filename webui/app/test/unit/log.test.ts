import { beforeEach, describe, expect, test } from 'vitest';
import type { Level, Line } from '../../src/core/protocol';
import { List, plainLine } from '../../src/panels/log/list';
import { attrsText, Ring } from '../../src/panels/log/ring';
import { type Filter, terms, View } from '../../src/panels/log/view';

let seq = 0;

beforeEach(() => {
  seq = 0;
});

function line(msg: string, more: Partial<Line> = {}): Line {
  seq++;
  return {
    seq,
    time: seq * 1e6,
    frame: seq * 2,
    tick: seq,
    level: 'info',
    msg,
    attrs: {},
    source: 'spawn.go:31',
    ...more,
  };
}

function filter(text = '', ...hidden: Level[]): Filter {
  return { text, hidden: new Set(hidden) };
}

describe('Ring', () => {
  test('keeps the newest lines within its bytes', () => {
    const ring = new Ring(64 * 1024);
    for (let i = 0; i < 5000; i++) ring.push([line(`line ${i}`, { level: i % 2 ? 'warn' : 'info' })]);
    expect(ring.bytes).toBeLessThanOrEqual(64 * 1024);
    expect(ring.size).toBeGreaterThan(100);
    expect(ring.at(ring.size - 1)?.line.msg).toBe('line 4999');
    expect(ring.lost + ring.size).toBe(5000);
    expect(ring.count('warn') + ring.count('info')).toBe(ring.size);
    expect(ring.numbered(ring.oldest)?.line.msg).toBe(`line ${5000 - ring.size}`);
  });

  test('keeps one line that is larger than its budget', () => {
    const ring = new Ring(1000);
    ring.push([line('x'.repeat(5000))]);
    expect(ring.size).toBe(1);
  });

  test('takes no line twice, as after a reconnect', () => {
    const ring = new Ring();
    const lines = [line('a'), line('b'), line('c')];
    ring.push(lines.slice(0, 2));
    ring.push(lines);
    expect(ring.size).toBe(3);
  });

  test('goes on after a restart of the game, whose numbers begin anew', () => {
    const ring = new Ring();
    ring.push([line('old'), line('older')]);
    ring.restart();
    ring.push([line('new', { seq: 1 })]);
    expect([0, 1, 2].map((i) => ring.at(i)?.line.msg)).toEqual(['old', 'older', 'new']);
    expect([0, 1, 2].map((i) => ring.at(i)?.no)).toEqual([0, 1, 2]);
  });

  test('writes attributes as they are read', () => {
    expect(attrsText({ file: 'a b.png', n: 3, ok: true, at: { x: 1 }, none: null })).toBe(
      'file="a b.png" n=3 ok=true at={"x":1} none=null',
    );
    expect(attrsText(null)).toBe('');
  });
});

describe('View', () => {
  test('folds repeats, but not lines that differ in anything', () => {
    const ring = new Ring();
    const view = new View();
    ring.push([line('hit'), line('hit'), line('hit'), line('miss'), line('hit', { attrs: { by: 4 } }), line('hit')]);
    expect(view.sync(ring)).toEqual({ came: 4, went: 0 });
    expect([0, 1, 2, 3].map((i) => view.row(i)?.count)).toEqual([3, 1, 1, 1]);
    expect(view.row(0)?.last.line.frame).toBe(6);
    expect(view.lines).toBe(6);
    ring.push([line('hit')]);
    expect(view.sync(ring).came).toBe(0);
    expect(view.row(3)?.count).toBe(2);
  });

  test('filters by terms, exclusions and levels', () => {
    expect(terms('Spawn, wave 7 , -particles, -')).toEqual({ any: ['spawn', 'wave 7'], none: ['particles'] });
    const ring = new Ring();
    ring.push([
      line('wave 7 begins'),
      line('particles full', { level: 'warn' }),
      line('voice stolen', { level: 'warn', attrs: { file: 'hit.ogg' } }),
      line('sleeping', { level: 'debug' }),
    ]);
    const view = new View();
    const shown = (f: Filter): string[] => {
      view.rebuild(ring, f);
      return Array.from({ length: view.size }, (_, i) => view.row(i)?.last.line.msg ?? '');
    };
    expect(shown(filter('-particles'))).toEqual(['wave 7 begins', 'voice stolen', 'sleeping']);
    expect(shown(filter('HIT.ogg, wave'))).toEqual(['wave 7 begins', 'voice stolen']);
    expect(shown(filter('', 'debug', 'info'))).toEqual(['particles full', 'voice stolen']);
    expect(shown(filter('nothing such'))).toEqual([]);
  });

  test('stays equal to a fresh view while lines come and go', () => {
    const ring = new Ring(20_000);
    const view = new View(filter('a, b, -c'));
    let random = 5;
    for (let step = 0; step < 400; step++) {
      const lines: Line[] = [];
      for (let i = 0; i < 7; i++) {
        random = (random * 48271) % 2147483647;
        lines.push(line('abcd'[random % 4] as string, { level: random % 3 ? 'info' : 'warn' }));
      }
      ring.push(lines);
      view.sync(ring);
      if (step % 40 !== 0) continue;
      const fresh = new View();
      fresh.rebuild(ring, filter('a, b, -c'));
      // A run whose head has left the ring is longer in the one that saw it.
      const rows = (v: View): string[] => Array.from({ length: v.size }, (_, i) => `${v.row(i)?.last.no}`);
      expect(rows(view)).toEqual(rows(fresh));
    }
  });

  test('finds rows by their first line', () => {
    const ring = new Ring();
    const view = new View();
    ring.push([line('a'), line('a'), line('b'), line('c')]);
    view.sync(ring);
    expect(view.indexOf(0)).toBe(0);
    expect(view.indexOf(2)).toBe(1);
    expect(view.indexOf(1)).toBe(-1);
  });
});

describe('List', () => {
  test('puts the attributes of an opened row below it', () => {
    const ring = new Ring();
    const view = new View();
    ring.push([line('a'), line('b', { attrs: { file: 'x.png', stack: 'one\ntwo' } }), line('c')]);
    view.sync(ring);
    const list = new List(view);
    const texts = (): string[] =>
      Array.from({ length: list.count }, (_, i) => {
        const item = list.row(i);
        return item?.kind === 'line' ? item.row.last.line.msg : `${item?.name}=${item?.text}`;
      });
    expect(texts()).toEqual(['a', 'b', 'c']);
    const b = view.row(1);
    if (b === undefined) throw new Error('no row');
    list.toggle(b, true);
    expect(texts()).toEqual(['a', 'b', 'file=x.png', 'stack=one', '=two', 'at=0.002 s, tick 2, spawn.go:31', 'c']);
    expect(new Set(Array.from({ length: list.count }, (_, i) => list.key(i))).size).toBe(list.count);
    ring.push([line('d')]);
    view.sync(ring);
    list.place();
    expect(texts().at(-1)).toBe('d');
    list.toggle(b, false);
    expect(texts()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('writes a line as text', () => {
    const ring = new Ring();
    ring.push([line('voice stolen', { level: 'warn', attrs: { file: 'hit.ogg' } })]);
    const kept = ring.at(0);
    expect(kept && plainLine(kept, 3)).toBe('#2  WARN   spawn.go:31  voice stolen  file=hit.ogg  (×3)');
  });
});
