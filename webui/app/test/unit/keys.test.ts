import { beforeEach, describe, expect, it } from 'vitest';
import { caps, clashes, isText, Keys, stroke } from '../../src/core/keys';
import type { KeyBinding } from '../../src/core/panel';
import { panels } from '../../src/panels';

const key = (init: KeyboardEventInit): KeyboardEvent =>
  new KeyboardEvent('keydown', { bubbles: true, composed: true, ...init });

describe('strokes', () => {
  it.each([
    [{ key: 'k', code: 'KeyK', ctrlKey: true }, 'Mod+k'],
    [{ key: 'P', code: 'KeyP', ctrlKey: true, shiftKey: true }, 'Mod+Shift+p'],
    [{ key: '?', code: 'Slash', shiftKey: true }, '?'],
    [{ key: '?', code: 'Minus', shiftKey: true }, '?'], // on a German board
    [{ key: ' ', code: 'Space' }, 'Space'],
    [{ key: ' ', code: 'Space', shiftKey: true }, 'Shift+Space'],
    [{ key: '{', code: 'BracketLeft', shiftKey: true }, 'Shift+['],
    [{ key: 'ü', code: 'BracketLeft' }, '['],
    [{ key: '`', code: 'Backquote' }, '`'],
    [{ key: 'Dead', code: 'Backquote' }, '`'], // on a German board
    [{ key: '+', code: 'Equal', shiftKey: true }, '+'],
    [{ key: 'F6', code: 'F6', shiftKey: true }, 'Shift+F6'],
    [{ key: 'ArrowLeft', code: 'ArrowLeft', altKey: true }, 'Alt+ArrowLeft'],
  ])('%o', (init, want) => {
    expect(stroke(key(init))).toBe(want);
  });

  it('are drawn as caps', () => {
    expect(caps('Mod+Shift+p')).toEqual(['Ctrl', 'Shift', 'P']);
    expect(caps('g c')).toEqual(['G', 'then', 'C']);
    expect(caps('+')).toEqual(['+']);
  });
});

describe('Keys', () => {
  let keys: Keys;
  let pressed: string[];
  const bind = (k: string, more: Partial<KeyBinding> = {}): KeyBinding => ({
    keys: k,
    label: k,
    run: () => void pressed.push(k),
    ...more,
  });
  const press = (init: KeyboardEventInit, target: EventTarget = document.body): boolean => {
    const event = key(init);
    let taken = false;
    const listen = (e: Event): void => {
      taken = keys.press(e as KeyboardEvent);
    };
    document.addEventListener('keydown', listen, { once: true });
    target.dispatchEvent(event);
    return taken;
  };
  const field = (html: 'input' | 'textarea' | 'button' | 'select', type?: string): HTMLElement => {
    const el = document.createElement(html);
    if (type && el instanceof HTMLInputElement) el.type = type;
    document.body.append(el);
    return el;
  };

  beforeEach(() => {
    document.body.replaceChildren();
    keys = new Keys();
    pressed = [];
  });

  it('go to who asked last', () => {
    keys.add('Page', [bind('x')]);
    const undo = keys.add('Panel', [bind('x', { run: () => void pressed.push('panel') })]);
    press({ key: 'x', code: 'KeyX' });
    undo();
    press({ key: 'x', code: 'KeyX' });
    expect(pressed).toEqual(['panel', 'x']);
  });

  it('go to who yields only where nobody else has them, not even as the start of a sequence', () => {
    keys.add('Page', [bind('x'), bind('g o')]);
    keys.add('Binds', [bind('x', { run: () => void pressed.push('bind') }), bind('y')], true);
    expect([keys.owner('x')?.keys, keys.owner('g')?.keys, keys.owner('y')]).toEqual(['x', 'g o', undefined]);
    press({ key: 'x', code: 'KeyX' });
    press({ key: 'y', code: 'KeyY' });
    expect(pressed).toEqual(['x', 'y']);
    expect(keys.groups().map((g) => g.title)).toEqual(['Page', 'Binds']);
  });

  it('do not switch to and fro while Space is kept down; steps go on', () => {
    keys.add('Page', [bind('Space'), bind('Shift+Space'), bind('.')]);
    for (const repeat of [false, true, true]) {
      expect(press({ key: ' ', code: 'Space', repeat })).toBe(true);
      expect(press({ key: ' ', code: 'Space', shiftKey: true, repeat })).toBe(true);
      press({ key: '.', code: 'Period', repeat });
    }
    expect(pressed).toEqual(['Space', 'Shift+Space', '.', '.', '.']);
  });

  it('pass those who do not want them now', () => {
    let on = false;
    keys.add('Page', [bind('.', { when: () => on })]);
    expect(press({ key: '.', code: 'Period' })).toBe(false);
    on = true;
    expect(press({ key: '.', code: 'Period' })).toBe(true);
  });

  it('come in sequences, which end when something else is pressed', () => {
    keys.add('Page', [bind('g c'), bind('c')]);
    press({ key: 'g', code: 'KeyG' });
    press({ key: 'c', code: 'KeyC' });
    press({ key: 'g', code: 'KeyG' });
    press({ key: 'x', code: 'KeyX' });
    press({ key: 'c', code: 'KeyC' });
    expect(pressed).toEqual(['g c', 'c']);
  });

  it.each(['text', 'search', 'number'])('are never taken from a field of the type %s', (type) => {
    keys.add('Page', [bind('x'), bind('g c'), bind('Space'), bind('Mod+k', { inText: true })]);
    const el = field('input', type);
    expect(press({ key: 'x', code: 'KeyX' }, el)).toBe(false);
    expect(press({ key: 'g', code: 'KeyG' }, el)).toBe(false);
    expect(press({ key: ' ', code: 'Space' }, el)).toBe(false);
    expect(press({ key: 'k', code: 'KeyK', ctrlKey: true }, el)).toBe(true);
    expect(isText(el)).toBe(true);
  });

  it('leave Space and Enter to buttons and boxes, not other keys', () => {
    keys.add('Page', [bind('Space'), bind('x')]);
    for (const el of [field('button'), field('input', 'checkbox')]) {
      expect(isText(el)).toBe(false);
      expect(press({ key: ' ', code: 'Space' }, el)).toBe(false);
      expect(press({ key: 'x', code: 'KeyX' }, el)).toBe(true);
    }
  });

  it('are silent under a dialog', () => {
    keys.add('Page', [bind('x')]);
    keys.modal = true;
    expect(press({ key: 'x', code: 'KeyX' })).toBe(false);
  });

  it('list themselves for the sheet, the newest heading first', () => {
    keys.add('Page', [bind('a')]);
    keys.add('Perf', [bind('b'), bind('c')]);
    expect(keys.groups().map(({ title, bindings }) => [title, bindings.map((b) => b.keys)])).toEqual([
      ['Perf', ['b', 'c']],
      ['Page', ['a']],
    ]);
  });
});

describe('clashes', () => {
  const run = (): void => undefined;
  it('are found', () => {
    expect(
      clashes([
        { keys: 'x', label: '1', run },
        { keys: 'x', label: '2', run },
      ]),
    ).toHaveLength(1);
    expect(
      clashes([
        { keys: 'g', label: '1', run },
        { keys: 'g c', label: '2', run },
      ]),
    ).toHaveLength(1);
    expect(
      clashes([
        { keys: 'x', label: '1', run },
        { keys: 'y', label: '2', run },
      ]),
    ).toEqual([]);
  });

  it('do not exist between the panels and the page', () => {
    const letters = panels.map((p) => p.key);
    expect(new Set(letters).size).toBe(letters.length);
    // Browsers keep these for themselves.
    for (const p of panels) expect(p.key).toMatch(/^[a-z]$/);
  });
});
