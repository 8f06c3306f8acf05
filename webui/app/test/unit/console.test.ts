import { beforeEach, describe, expect, test } from 'vitest';
import type { Level, Line } from '../../src/core/protocol';
import { attrsText, readAttrs } from '../../src/panels/console/attrs';
import { perChunk } from '../../src/panels/console/chunk';
import { List, plainLine } from '../../src/panels/console/list';
import { Output } from '../../src/panels/console/output';
import { Ring } from '../../src/panels/console/ring';
import { type Filter, terms } from '../../src/panels/console/sieve';
import type { Answered, Ordered } from '../../src/panels/console/store';
import { View } from '../../src/panels/console/view';

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

function filled(...lines: Line[]): Ring {
  const ring = new Ring();
  for (const one of lines) ring.push(one);
  return ring;
}

function filter(text = '', ...hidden: Level[]): Filter {
  return { text, hidden: new Set(hidden) };
}

function shown(view: View): string[] {
  return Array.from({ length: view.size }, (_, i) => view.row(i)?.last.msg ?? '');
}

function viewOf(ring: Ring, f?: Filter): View {
  const view = new View(ring, f);
  view.sync();
  return view;
}

describe('Ring', () => {
  test('keeps the newest lines within its bytes, and gives way by chunks', () => {
    const ring = new Ring(400 * 1024);
    let oldest = 0;
    ring.onDrop = (no) => {
      oldest = no;
    };
    const all = 20 * perChunk;
    for (let i = 0; i < all; i++) ring.push(line(`line ${i}`, { level: i % 2 ? 'warn' : 'info' }));
    expect(ring.bytes).toBeLessThanOrEqual(400 * 1024);
    expect(ring.size).toBeGreaterThan(2 * perChunk);
    expect(ring.entry(ring.end - 1)?.msg).toBe(`line ${all - 1}`);
    expect(ring.lost + ring.size).toBe(all);
    expect(ring.count('warn') + ring.count('info')).toBe(ring.size);
    expect(ring.entry(ring.oldest)?.msg).toBe(`line ${all - ring.size}`);
    expect(ring.entry(ring.oldest - 1)).toBeUndefined();
    expect(oldest).toBe(ring.oldest);
  });

  test('keeps one line that is larger than its budget', () => {
    const ring = new Ring(1000);
    ring.push(line('x'.repeat(5000)));
    expect(ring.size).toBe(1);
  });

  test('takes no line twice, as after a reconnect', () => {
    const lines = [line('a'), line('b'), line('c')];
    expect(filled(...lines.slice(0, 2), ...lines).size).toBe(3);
  });

  test('counts a line that the game folded up to what it says last', () => {
    const ring = new Ring();
    const grown: [number, number][] = [];
    ring.onGrow = (no, by) => void grown.push([no, by]);
    const hit = line('hit', { count: 3, lastFrame: 7 });
    for (const one of [line('before'), hit, line('after')].sort((a, b) => a.seq - b.seq)) ring.push(one);
    ring.push({ ...hit, count: 9, lastFrame: 20 });
    ring.push({ ...hit, count: 4 }); // an older word
    const no = [0, 1, 2].find((i) => ring.entry(i)?.msg === 'hit') as number;
    expect(ring.entry(no)).toMatchObject({ times: 9, lastFrame: 20 });
    expect(grown).toEqual([[no, 6]]);
    expect([ring.size, ring.count('info')]).toEqual([3, 11]);
  });

  test('goes on after a restart of the game, whose numbers begin anew', () => {
    const ring = filled(line('old'), line('older', { count: 2 }));
    ring.restart();
    ring.push(line('new', { seq: 1 }));
    ring.push(line('newer', { seq: 2 }));
    ring.push(line('newer', { seq: 2, count: 5 }));
    expect([0, 1, 2, 3].map((i) => ring.entry(i)?.msg)).toEqual(['old', 'older', 'new', 'newer']);
    expect([0, 1, 2, 3].map((i) => ring.entry(i)?.times)).toEqual([1, 2, 1, 5]);
  });

  test('a level that nobody knows is told as info', () => {
    expect(filled(line('x', { level: 'loud' as Level })).count('info')).toBe(1);
  });
});

describe('attributes', () => {
  const attrs = {
    file: 'a b.png',
    n: 3,
    ok: true,
    at: { x: 1, s: 'a "b" c' },
    none: null,
    list: [1, 'x y'],
    brace: '{',
    'a b': '',
  };

  test('are written as they are read', () => {
    expect(attrsText(attrs)).toBe(
      'file="a b.png" n=3 ok=true at={"x":1,"s":"a \\"b\\" c"} none=null list=[1,"x y"] brace="{" "a b"=""',
    );
    expect(attrsText(null)).toBe('');
  });

  test('are read back out of the text', () => {
    expect(readAttrs(attrsText(attrs))).toEqual([
      ['file', 'a b.png'],
      ['n', '3'],
      ['ok', 'true'],
      ['at', { x: 1, s: 'a "b" c' }],
      ['none', 'null'],
      ['list', [1, 'x y']],
      ['brace', '{'],
      ['a b', ''],
    ]);
    expect(readAttrs('cut={"x":[1')).toEqual([['cut', '{"x":[1']]);
    expect(readAttrs('')).toEqual([]);
  });
});

describe('View', () => {
  test('folds repeats, but not lines that differ in anything', () => {
    const hits = [line('hit'), line('hit'), line('hit'), line('miss')];
    const ring = filled(...hits, line('hit', { attrs: { by: 4 } }), line('hit', { count: 5 }));
    const view = new View(ring);
    expect(view.sync()).toEqual({ came: 4, went: 0 });
    expect([0, 1, 2, 3].map((i) => view.row(i)?.count)).toEqual([3, 1, 1, 5]);
    expect(view.row(0)).toMatchObject({ since: 2, last: { frame: 6 } });
    expect(view.lines).toBe(10);
    ring.push(line('hit'));
    expect(view.sync().came).toBe(0);
    expect(view.row(3)?.count).toBe(6);
  });

  test('counts on when the game says that a line came more often', () => {
    const first = line('hit');
    const second = line('hit', { count: 2 });
    const ring = filled(first, second, line('miss'));
    const view = viewOf(ring);
    ring.onGrow = (no, by) => view.grow(no, by);
    ring.push({ ...second, count: 40 });
    expect([view.row(0)?.count, view.lines]).toEqual([41, 42]);
  });

  test('filters by terms, exclusions and levels, in source, message and attributes', () => {
    expect(terms('Spawn, wave 7 , -particles, -')).toEqual({ any: ['spawn', 'wave 7'], none: ['particles'] });
    const ring = filled(
      line('wave 7 begins'),
      line('particles full', { level: 'warn', source: 'fx.go:9' }),
      line('voice stolen', { level: 'warn', attrs: { file: 'hit.ogg' } }),
      line('sleeping', { level: 'debug' }),
    );
    const of = (f: Filter): string[] => shown(viewOf(ring, f));
    expect(of(filter('-particles'))).toEqual(['wave 7 begins', 'voice stolen', 'sleeping']);
    expect(of(filter('HIT.ogg, wave'))).toEqual(['wave 7 begins', 'voice stolen']);
    expect(of(filter('', 'debug', 'info'))).toEqual(['particles full', 'voice stolen']);
    expect(of(filter('FX.go'))).toEqual(['particles full']);
    expect(of(filter('-spawn.go, -nothing'))).toEqual(['particles full']);
    expect(of(filter('nothing such'))).toEqual([]);
  });

  test('finds what stands behind letters that grow when they become small', () => {
    const ring = filled(line('İİİİ first'), line('second'), line('third İ'));
    expect(shown(viewOf(ring, filter('second')))).toEqual(['second']);
    expect(shown(viewOf(ring, filter('-first')))).toEqual(['second', 'third İ']);
  });

  test('no term reaches from one line into the next', () => {
    expect(viewOf(filled(line('ab'), line('cd')), filter('b\nc')).size).toBe(0);
  });

  // The oracle asks line by line.
  test('says the same as asking each line, while lines come and go and filters change', () => {
    const ring = new Ring(300_000);
    let random = 5;
    const next = (n: number): number => {
      random = (random * 48271) % 2147483647;
      return random % n;
    };
    const filters = [filter('a, b, -c'), filter('-spawn'), filter('', 'warn'), filter('x=2, ai.go'), filter()];
    const views = filters.map((f) => viewOf(ring, f));
    for (let step = 0; step < 60; step++) {
      for (let i = next(400); i >= 0; i--) {
        const level = (['info', 'warn', 'debug'] as const)[next(3)] as Level;
        const source = next(2) ? 'spawn.go:31' : 'ai.go:2';
        ring.push(
          line(['a', 'b', 'c', 'ac', 'd'][next(5)] as string, { level, source, attrs: next(3) ? {} : { x: next(4) } }),
        );
      }
      filters.forEach((f, k) => {
        const view = views[k] as View;
        view.sync();
        if (step % 20 !== 19) return;
        const { any, none } = terms(f.text);
        const wanted: number[] = [];
        for (let no = ring.oldest; no < ring.end; no++) {
          const e = ring.entry(no);
          if (e === undefined || f.hidden.has(e.kind as Level)) continue;
          const hay = `${e.source} ${e.msg} ${e.attrs}`;
          if (none.some((t) => hay.includes(t)) || (any.length > 0 && !any.some((t) => hay.includes(t)))) continue;
          const before = ring.entry(wanted.at(-1) ?? -1);
          const same =
            before?.msg === e.msg && before.attrs === e.attrs && before.kind === e.kind && before.source === e.source;
          if (same) wanted.pop();
          wanted.push(no);
        }
        expect(Array.from({ length: view.size }, (_, i) => view.row(i)?.last.no)).toEqual(wanted);
        expect(shown(viewOf(ring, f))).toEqual(shown(view));
      });
    }
    expect(ring.lost).toBeGreaterThan(perChunk);
  });

  test('is made in slices, and holds all in the end', () => {
    const ring = filled(...Array.from({ length: 5 * perChunk }, (_, i) => line(`n${i}`)));
    const view = new View(ring, filter('7'));
    let slices = 1;
    while (!view.work(() => true)) slices++;
    expect(slices).toBe(5);
    expect(shown(view)).toEqual(Array.from({ length: 5 * perChunk }, (_, i) => `n${i}`).filter((m) => m.includes('7')));
  });

  test('that stands still keeps the lines that the ring gives up', () => {
    const ring = new Ring(200 * 1024);
    for (let i = 0; i < 100; i++) ring.push(line(`kept ${i}`));
    const view = viewOf(ring);
    for (let i = 0; i < 10 * perChunk; i++) ring.push(line(`later ${i}`));
    expect(ring.oldest).toBeGreaterThan(100);
    expect(shown(view)).toEqual(Array.from({ length: 100 }, (_, i) => `kept ${i}`));
    expect(view.sync().went).toBe(100);
  });

  test('shows commands that were run under the filter, whatever it says', () => {
    const ring = filled(line('a'));
    ring.say('command', { ...line('x'), msg: 'nav.cell 8' });
    const view = new View(ring, { ...filter('-x, zzz', 'info'), since: 2 });
    ring.say('command', { ...line('x'), msg: 'nav.cell 9' });
    ring.push(line('zzz'));
    view.sync();
    expect(shown(view)).toEqual(['nav.cell 9']);
    expect(view.lines).toBe(0); // it is no line of the log
  });

  test('finds rows by their first line, and by time', () => {
    const view = viewOf(filled(line('a'), line('a'), line('b'), line('c')));
    expect([0, 2, 1].map((no) => view.indexOf(no))).toEqual([0, 1, -1]);
    expect([0, 0.0015, 0.003, 9].map((x) => view.indexAt(x))).toEqual([-1, 0, 1, 2]);
  });
});

describe('List', () => {
  const own = new Map<number, Ordered | Answered>();

  function texts(list: List): string[] {
    return Array.from({ length: list.count }, (_, i) => {
      const item = list.row(i);
      if (item?.kind === 'line') return item.row.last.msg;
      if (item?.kind === 'attr') return `${item.name}=${item.text}`;
      if (item?.kind === 'command') return `> ${item.own.line}`;
      return `${'  '.repeat(item?.strip.depth ?? 0)}${item?.strip.parts.map((p) => p.text).join('')}`;
    });
  }

  function keysDiffer(list: List): void {
    expect(new Set(Array.from({ length: list.count }, (_, i) => list.key(i))).size).toBe(list.count);
  }

  test('puts the attributes of an opened row below it', () => {
    const ring = filled(line('a'), line('b', { attrs: { file: 'x.png', stack: 'one\ntwo' } }), line('c'));
    const view = viewOf(ring);
    const list = new List(view, own);
    expect(texts(list)).toEqual(['a', 'b', 'c']);
    const b = view.row(1);
    if (b === undefined) throw new Error('no row');
    list.toggle(b, true);
    expect(texts(list)).toEqual(['a', 'b', 'file=x.png', 'stack=one', '=two', 'at=0.002 s, tick 2, spawn.go:31', 'c']);
    keysDiffer(list);
    ring.push(line('d'));
    view.sync();
    list.place();
    expect(texts(list).at(-1)).toBe('d');
    list.toggle(b, false);
    expect(texts(list)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('puts what a command answered below it, as a tree that opens', () => {
    const ring = filled(line('a'));
    const said = new Map<number, Ordered | Answered>();
    const command = ring.say('command', { ...line(''), msg: 'stats' });
    said.set(command, { kind: 'command', line: 'stats', by: '', waits: false });
    const data = { entities: 5, bounds: [1, 2], by: {} };
    const output = Output.of([{ data }]);
    said.set(ring.say('output', { ...line(''), msg: 'x' }), { kind: 'output', by: '', output, of: '' });
    ring.push(line('b'));
    const list = new List(viewOf(ring), said);
    list.place();
    const closed = [
      'a',
      '> stats',
      '{entities: 5, bounds: [1, 2], by: {}}',
      '  entities: 5',
      '  bounds: [1, 2]',
      '  by: {}',
      'b',
    ];
    expect(texts(list)).toEqual(closed);
    keysDiffer(list);
    const bounds = list.row(4);
    if (bounds?.kind !== 'strip') throw new Error('no strip');
    bounds.strip.flip?.();
    list.place();
    expect(texts(list)).toEqual([...closed.slice(0, 5), '    0: 1', '    1: 2', ...closed.slice(5)]);
    expect([0, 1, 2, 3].map((row) => list.indexOf(row))).toEqual([0, 1, 2, 8]);
  });

  test('writes a line as text', () => {
    const ring = filled(line('voice stolen', { level: 'warn', attrs: { file: 'hit.ogg' } }));
    const entry = ring.entry(0);
    expect(entry && plainLine(entry, 3)).toBe('#2  WARN   spawn.go:31  voice stolen  file=hit.ogg  (×3)');
  });
});

describe('Output', () => {
  const rows = [
    { name: 'ball', count: 12, at: { x: 1 } },
    { name: 'a long name', count: 3, note: 'tab\there' },
  ];
  const plain = (out: Output): string[] => out.strips.map((s) => s.parts.map((p) => p.text).join(''));

  test('lists of objects are a table, numbers at the right, and copied whole', () => {
    const out = Output.of([{ data: rows }]);
    expect(plain(out).map((l) => l.trimEnd())).toEqual([
      'name         count  at       note',
      'ball            12  {"x":1}',
      'a long name      3           tab here',
    ]);
    expect(out.strips[0]?.tsv?.()).toBe('name\tcount\tat\tnote\nball\t12\t{"x":1}\t\na long name\t3\t\ttab here\n');
  });

  test('text stands line by line, and of much the beginning until somebody asks', () => {
    const out = Output.text(Array.from({ length: 300 }, (_, i) => `line ${i}`).join('\n'));
    expect(out.strips.length).toBe(101);
    expect(plain(out).at(-1)).toBe('… 200 more');
    out.strips.at(-1)?.flip?.();
    expect(out.strips.length).toBe(300);
  });

  test('each statement of a line has its own', () => {
    const results = [{ output: 'one\n', data: true }, {}, { data: 7 }, { data: [] }];
    expect(plain(Output.of(results))).toEqual(['one', 'true', '7', 'none']);
  });
});
