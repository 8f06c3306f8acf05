import { computed, signal } from '@preact/signals';
import { beforeEach, describe, expect, test } from 'vitest';
import { Pins } from '../../src/panels/cvars/pins';

describe('Pins', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const game = signal('arena');
  const given = signal('');
  const made = () => new Pins({ key: computed(() => `scry.pins.${game.value}`), given, storage });
  let pins: Pins;

  beforeEach(() => {
    kept.clear();
    game.value = 'arena';
    given.value = '';
    pins = made();
  });

  test('are kept for each game, in their order', () => {
    pins.toggle('a.b');
    pins.toggle('c');
    pins.toggle('d');
    pins.move('d', 0);
    expect(pins.list.value).toEqual(['d', 'a.b', 'c']);
    expect(made().list.value).toEqual(['d', 'a.b', 'c']);
    pins.toggle('a.b');
    expect([pins.has('a.b'), pins.has('c')]).toEqual([false, true]);
    game.value = 'garden';
    expect(pins.list.value).toEqual([]);
    pins.toggle('x');
    game.value = 'arena';
    expect(pins.list.value).toEqual(['d', 'c']);
  });

  test('move no further than their ends, and only what is pinned', () => {
    for (const name of ['a', 'b', 'c']) pins.toggle(name);
    pins.move('a', 99);
    pins.move('c', -5);
    pins.move('nobody', 0);
    expect(pins.list.value).toEqual(['c', 'b', 'a']);
  });

  test('of an address leave the own ones alone until they are kept', () => {
    pins.toggle('mine');
    given.value = 'x,y,mine,x,no good';
    expect([pins.borrowed.value, pins.list.value]).toEqual([true, ['x', 'y', 'mine']]);
    pins.toggle('y');
    expect(given.value).toBe('x,mine');
    expect(kept.get('scry.pins.arena')).toBe('mine');
    pins.leave();
    expect(pins.list.value).toEqual(['mine']);
    given.value = 'x,mine';
    pins.adopt();
    expect([pins.borrowed.value, pins.list.value]).toEqual([false, ['mine', 'x']]);
  });

  test('last as long as the page where nothing may be stored', () => {
    const refuse = () => {
      throw new Error('storage is forbidden');
    };
    const key = computed(() => 'k');
    pins = new Pins({ key, given, storage: { getItem: refuse, setItem: refuse, removeItem: refuse } });
    pins.toggle('a');
    expect(pins.list.value).toEqual(['a']);
    pins.toggle('a');
    expect(pins.list.value).toEqual([]);
  });
});
