import { describe, expect, it } from 'vitest';
import { find, match, Palette } from '../../src/core/palette';
import type { PaletteItem } from '../../src/core/panel';
import { ownMethods } from '../../src/shell/own';

const item = (group: PaletteItem['group'], title: string, help?: string): PaletteItem => ({
  id: title,
  group,
  title,
  run: () => undefined,
  ...(help !== undefined && { help }),
});

const items = [
  item('Panels', 'Perf'),
  item('Panels', 'World'),
  item('Cvars', 'physics.gravity', 'm/s², positive is down'),
  item('Cvars', 'physics.gridSize', 'cells of the broadphase'),
  item('Cvars', 'debug.grid', 'draw the broadphase'),
  item('Commands', 'Hold the game'),
];
const titles = (query: string): string[] => find(items, query).map((f) => f.item.title);

describe('finding', () => {
  it('gives everything for nothing, in its order', () => {
    expect(titles('')).toEqual(items.map((i) => i.title));
  });

  it('puts the beginning of words first', () => {
    expect(titles('grid').slice(0, 2)).toEqual(['debug.grid', 'physics.gridSize']);
    expect(titles('p')[0]).toBe('Perf');
  });

  it('takes letters in order, and says where they stand', () => {
    expect(match('pgr', 'physics.gravity')?.marks).toEqual([0, 8, 9]);
    expect(match('grp', 'physics.gravity')).toBeUndefined();
    expect(match('GRAV', 'physics.gravity')?.marks).toEqual([8, 9, 10, 11]);
  });

  it('looks into the help for whole pieces, and puts those last', () => {
    expect(titles('broad')).toEqual(['physics.gridSize', 'debug.grid']);
    expect(titles('down')).toEqual(['physics.gravity']);
  });

  it('keeps to commands behind >', () => {
    expect(titles('>')).toEqual(['Hold the game', 'Perf', 'World']);
    expect(titles('> hold')).toEqual(['Hold the game']);
    expect(titles('>gravity')).toEqual([]);
  });

  it('asks each source anew', () => {
    const palette = new Palette();
    let n = 0;
    const undo = palette.add(() => [item('Commands', `call ${++n}`)]);
    expect(palette.items().map((i) => i.title)).toEqual(['call 1']);
    expect(palette.items().map((i) => i.title)).toEqual(['call 2']);
    undo();
    expect(palette.items()).toEqual([]);
  });
});

it('finds by words that are not shown', () => {
  const hold: PaletteItem = { ...item('Commands', 'Hold the game'), words: 'freeze stop' };
  expect(find([hold, item('Cvars', 'x')], 'freeze').map((f) => f.item.title)).toEqual(['Hold the game']);
});

it("the game's own methods are those that the console does not have and that need no params", () => {
  const doc = {
    methods: [
      { name: 'memory.gc', summary: 'ours' },
      {
        name: 'garden.hitch',
        summary: 'makes one frame take long',
        params: [{ name: 'cause', schema: { enum: ['routes', 'wait'] } }],
      },
      { name: 'garden.plant', params: [{ name: 'x', required: true }] },
      { name: 'wave.next' },
    ],
  };
  expect(ownMethods(doc)).toEqual([
    { name: 'garden.hitch', help: 'makes one frame take long', params: {} },
    { name: 'garden.hitch', help: 'makes one frame take long', params: { cause: 'routes' } },
    { name: 'garden.hitch', help: 'makes one frame take long', params: { cause: 'wait' } },
    { name: 'wave.next', help: '', params: {} },
  ]);
  expect(ownMethods(null)).toEqual([]);
});
