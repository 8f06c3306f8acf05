import { describe, expect, test } from 'vitest';
import type { Cvar } from '../../src/core/protocol';
import { pastOf } from '../../src/panels/cvars/history';
import { isMine, isUnsaved, marksOf, person, uncovered, word } from '../../src/panels/cvars/marks';
import { rowsOf } from '../../src/panels/cvars/rows';
import { read, script, textOf } from '../../src/panels/cvars/script';
import { bare } from '../../src/panels/cvars/spec';

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
type Choice = Partial<Parameters<typeof rowsOf>[1]>;

function names(choice: Choice, cvars: readonly Cvar[] = all): string[] {
  return rowsOf(cvars, { query: '', closed: none, ...choice }).rows.map((r) =>
    r.kind === 'group' ? `[${r.name}${r.open ? '' : ' closed'}]` : r.cvar.name,
  );
}

describe('rowsOf', () => {
  test('groups by the prefix, in order; names without one come first', () => {
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
    expect(names({ flat: true })).toEqual(['ai.aggression', 'physics.drag', 'physics.gravity', 'time.tps', 'title']);
    expect(names({}, [cvar('.odd')])).toEqual(['.odd']);
  });

  test('folds groups, and opens them while somebody searches', () => {
    const closed = new Set(['physics']);
    expect(names({ closed })).toEqual(['title', '[ai]', 'ai.aggression', '[physics closed]', '[time]', 'time.tps']);
    expect(names({ closed, query: 'drag' })).toEqual(['[physics]', 'physics.drag']);
  });

  test('folds as deep as the names go; what is folded is counted all the same', () => {
    const deep = [
      cvar('ai.nav.cell', { flags: ['modified'] }),
      cvar('ai.nav.cost.turn'),
      cvar('ai.nav.cost.jump', { flags: ['modified'] }),
      cvar('ai.nav'),
      cvar('ai.aggression'),
    ];
    expect(names({}, deep)).toEqual([
      '[ai]',
      'ai.aggression',
      'ai.nav',
      '[ai.nav]',
      'ai.nav.cell',
      '[ai.nav.cost]',
      'ai.nav.cost.jump',
      'ai.nav.cost.turn',
    ]);
    expect(names({ closed: new Set(['ai.nav']) }, deep)).toEqual([
      '[ai]',
      'ai.aggression',
      'ai.nav',
      '[ai.nav closed]',
    ]);
    const { rows } = rowsOf(deep, { query: '', closed: new Set(['ai.nav']) });
    expect(rows.filter((r) => r.kind === 'group')).toMatchObject([
      { name: 'ai', level: 1, count: 5, modified: 2 },
      { name: 'ai.nav', level: 2, count: 3, modified: 2 },
    ]);
    expect(rows.filter((r) => r.kind === 'cvar').map((r) => r.level)).toEqual([2, 2]);
  });

  test('searches all words in names and help', () => {
    expect(names({ query: 'POSITIVE phys' })).toEqual(['[physics]', 'physics.gravity']);
    expect(names({ query: 'keen' })).toEqual(['[ai]', 'ai.aggression']);
    expect(names({ query: 'nothing' })).toEqual([]);
  });

  test('searches flags by their whole names', () => {
    const flagged = [cvar('a', { flags: ['cheat'] }), cvar('b', { flags: ['modified', 'latched'] })];
    expect(names({ query: 'Latched' }, flagged)).toEqual(['b']);
    expect(names({ query: 'eat' }, flagged)).toEqual([]);
  });

  test('counts what matches', () => {
    expect(rowsOf(all, { query: '', modifiedOnly: true, closed: none })).toMatchObject({ matched: 1, total: 5 });
    const [group] = rowsOf(all, { query: 'gravity', closed: none }).rows;
    expect(group).toMatchObject({ count: 1, modified: 1 });
  });

  test('mine is what I set in this run, also below something stronger', () => {
    const mine = [
      cvar('a', { layer: 'console', setBy: 'bert', layers: [{ layer: 'console', value: 2, by: 'bert' }] }),
      cvar('b', {
        layer: 'lease',
        setBy: 'anna',
        layers: [
          { layer: 'lease', value: 3, by: 'anna' },
          { layer: 'console', value: 2, by: 'bert' },
        ],
      }),
      cvar('c', { layer: 'archive', setBy: 'archive', layers: [{ layer: 'archive', value: 2, by: 'archive' }] }),
      cvar('d', { layer: 'archive', setBy: 'bert', layers: [{ layer: 'archive', value: 2, by: 'bert' }] }),
    ];
    expect(names({ mineOf: 'bert' }, mine)).toEqual(['a', 'b', 'd']);
    expect(names({ mineOf: 'anna' }, mine)).toEqual(['b']);
    expect(mine.map((c) => isMine(c, 'carla'))).toEqual([false, false, false, false]);
  });
});

describe('marks', () => {
  const texts = (c: Cvar, cheats = false) => marksOf(c, bare(c), cheats).map((m) => m.text);

  test('say each flag in words', () => {
    expect(texts(cvar('a', { flags: ['latched', 'archive'] }))).toEqual(['latched', 'archive']);
    expect(texts(cvar('a', { type: 'int', flags: ['latched', 'modified'], pending: 4 }))).toEqual(['⟳ then 4']);
    expect(texts(cvar('a', { flags: ['cheat'] }))).toEqual(['⊘ cheat']);
    expect(texts(cvar('a', { flags: ['cheat'] }), true)).toEqual(['cheat']);
    expect(texts(cvar('a', { flags: ['read-only', 'secret', 'dev'] }))).toEqual(['read-only', 'secret', 'dev']);
  });

  test('a person is named where a person set it; files and the game are their layer alone', () => {
    expect(person('bert', 'console', 'bert')).toBe('you');
    expect(person('anna', 'lease', 'bert')).toBe('anna');
    expect(person('bert', 'archive', 'bert')).toBe('you'); // saved since
    expect(person('archive.cfg', 'archive', 'bert')).toBe('');
    expect(person('autoexec.cfg', 'autoexec', 'bert')).toBe('');
    expect(person('environment', 'environment', 'bert')).toBe('');
    expect(person('game', 'code', 'bert')).toBe('');
    expect(person('default', 'default', 'bert')).toBe('');
  });

  test('a secret is dots', () => {
    expect(word(bare(cvar('a', { type: 'string' })), null)).toMatch(/^•+$/);
    expect(word(bare(cvar('a', { type: 'bool' })), true)).toBe('on');
  });

  test('a reset uncovers what lies below, unless that is not ours to drop', () => {
    const layers = [
      { layer: 'console', value: 3, by: 'bert' },
      { layer: 'archive', value: 2, by: 'archive' },
    ];
    expect(uncovered(cvar('a'))).toBeUndefined();
    expect(uncovered(cvar('a', { layers }))).toEqual({ layer: 'archive', value: 2 });
    expect(uncovered(cvar('a', { layers: layers.slice(1) }))).toEqual({ layer: 'default', value: 1 });
    const forced = { layer: 'command line', value: 9, by: 'command line' };
    expect(uncovered(cvar('a', { layers: [forced] }))).toMatchObject({ kept: 'command line' });
  });

  test('what a person set is unsaved until the archive has it', () => {
    const flags = ['archive', 'modified'];
    expect(isUnsaved(cvar('a', { flags, layer: 'console' }))).toBe(true);
    expect(isUnsaved(cvar('a', { flags, layer: 'archive' }))).toBe(false);
    expect(isUnsaved(cvar('a', { flags, layer: 'lease' }))).toBe(false);
    expect(isUnsaved(cvar('a', { flags: ['modified'], layer: 'console' }))).toBe(false);
  });
});

describe('scripts', () => {
  const known = new Map(
    [
      ...all,
      cvar('wind', { type: 'vec3', value: [1, 2, 3], default: [0, 0, 0], min: -10, max: 10 }),
      cvar('sky', { type: 'color', value: '#336699ff', default: '#000000ff' }),
      cvar('grow', { type: 'duration', value: '1.5s', default: '1s', min: 0, max: 5e9 }),
      cvar('hud', { type: 'bool', value: false }),
      cvar('mood', { type: 'enum', enum: ['calm', 'storm'], value: 'calm' }),
      cvar('key', { type: 'string', flags: ['secret'], value: null, default: null }),
      cvar('seeds', { type: 'int', min: 0, max: 100, value: 5 }),
    ].map((c) => [c.name, c]),
  );

  test('are lines that the console takes; what cannot be set or told is left out', () => {
    expect(script(known.values()).split('\n')).toEqual([
      'set physics.gravity 14.5',
      'set ai.aggression 1',
      'set title "The \\"Garden\\""',
      'set physics.drag 1',
      'set wind 1,2,3',
      'set sky #336699ff',
      'set grow 1.5s',
      'set hud false',
      'set mood calm',
      'set seeds 5',
      '',
    ]);
  });

  test('what is written reads back as what stands already', () => {
    const back = read(script(known.values()), known);
    expect(back).toEqual({ settings: [], same: 10, faults: [] });
  });

  test('are read with comments, quotes, several statements; the last line of a name counts', () => {
    const text = `# calm weather
set hud on // a comment
set wind 4 5 6; set title "A // B; \\u0041"
  set mood \`storm\`
set seeds 1
set seeds 7
`;
    const { settings, faults } = read(text, known);
    expect(faults).toEqual([]);
    expect(settings.map((s) => [s.line, s.name, s.value])).toEqual([
      [2, 'hud', true],
      [3, 'wind', [4, 5, 6]],
      [3, 'title', 'A // B; A'],
      [4, 'mood', 'storm'],
      [6, 'seeds', 7],
    ]);
  });

  test.each([
    ['spawn hunter', 'only “set name value” is read here, not “spawn”'],
    ['set', 'a name and a value are missing'],
    ['set hud', 'a value is missing'],
    ['set nobody 1', 'no cvar has the name nobody'],
    ['set time.tps 30', 'time.tps is read-only'],
    ['set hud maybe', '“maybe” is neither on nor off'],
    ['set seeds 101', 'allowed is 0 – 100'],
    ['set seeds 1 2', 'one value is wanted, 2 are there'],
    ['set seeds many', '"many" is not known'],
    ['set wind 1 2', '3 numbers are wanted, 2 are there'],
    ['set wind 1 2 30', 'allowed is \u221210 – 10'],
    ['set grow soon', '“soon” is no duration'],
    ['set grow 9s', 'allowed is 0.00 ms – 5.00 s'],
    ['set mood wild', '"wild" is not one of its values'],
    ['set title "open', 'a quote is not closed'],
    ['set sky red', 'a colour is written #rrggbb or #rrggbbaa'],
  ])('%s is a fault of its line', (line, reason) => {
    const { settings, faults } = read(`set hud on\n${line}`, known);
    expect(faults).toEqual([{ line: 2, text: line, reason }]);
    expect(settings.map((s) => s.name)).toEqual(['hud']);
  });

  test('a value as text', () => {
    expect([textOf([1, -2.5]), textOf(true), textOf('16ms')]).toEqual(['1,-2.5', 'true', '16ms']);
  });
});

test('the history tells who, by what, and what was taken back', () => {
  const change = { tick: 1, time: 2e9, name: 'a', layer: 'console', steps: 1, old: 1, new: 2 };
  const past = pastOf(
    [
      { ...change, id: 3, frame: 30, by: 'bert', undo: 2 },
      { ...change, id: 2, frame: 20, by: 'bert', steps: 31, undone: true },
      { ...change, id: 1, frame: 10, by: 'game', layer: 'code', from: 'profile calm' },
    ],
    'bert',
    (time) => time / 1e9,
  );
  expect(past.map((p) => [p.by, p.from, p.undone, p.steps, p.x])).toEqual([
    ['you', 'undo', false, 1, 2],
    ['you', '', true, 31, 2],
    ['game code', 'profile calm', false, 1, 2],
  ]);
});
