import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, Edits } from '../../src/core/edits';
import type { FieldType } from '../../src/core/protocol';
import { UndoLog } from '../../src/core/undo';
import { FieldRow } from '../../src/widgets/field/row';
import { Slider } from '../../src/widgets/field/slider';
import {
  decimal,
  decimals,
  draft,
  formatDuration,
  nudge,
  parse,
  parseDuration,
  type Spec,
  show,
  stepOf,
} from '../../src/widgets/field/spec';

interface Sent {
  path: string;
  value: unknown;
  answer(value?: unknown): Promise<void>;
  refuse(reason: string): Promise<void>;
}

let sent: Sent[];
let frame: (() => void)[];
let undo: UndoLog;
let edits: Edits;

beforeEach(() => {
  sent = [];
  frame = [];
  undo = new UndoLog();
  document.body.replaceChildren();
  edits = new Edits({
    undo,
    now: () => 0,
    soon: (f) => frame.push(f),
    send: (path, value) =>
      new Promise<Answer>((yes, no) => {
        const settled = async (): Promise<void> => {
          for (let i = 0; i < 4; i++) await Promise.resolve();
        };
        sent.push({
          path,
          value,
          answer: (v = value) => {
            yes({ value: v });
            return settled();
          },
          refuse: (reason) => {
            no(new Error(reason));
            return settled();
          },
        });
      }),
  });
});

function draw(): void {
  for (const f of frame.splice(0)) f();
}

function spec(type: FieldType, more: Partial<Spec> = {}): Spec {
  return { path: `world:1:${type}`, label: type, type, ...more };
}

function field(s: Spec, live: unknown) {
  const row = new FieldRow([s], s.label, edits);
  document.body.append(row.el);
  const editor = row.editors[0];
  if (editor === undefined) throw new Error('no field');
  editor.set(live);
  const input = row.el.querySelector<HTMLInputElement>('input:not([type=color]), select') as HTMLInputElement;
  const side = () => row.el.querySelector('.note-side')?.textContent ?? '';
  const note = () =>
    row.el.querySelector<HTMLElement>('.note')?.hidden ? '' : (row.el.querySelector('.note')?.textContent ?? '');
  const type = (text: string) => {
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const key = (name: string, more: KeyboardEventInit = {}) =>
    input.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
  return { row, editor, input, side, note, type, key };
}

describe('a number', () => {
  test('follows the stream', () => {
    const { editor, input } = field(spec('float'), 1.5);
    expect(input.value).toBe('1.50');
    editor.set(-1234.5);
    expect(input.value).toBe('\u22121\u202f234.50');
  });

  test('keeps what somebody types while the stream writes, and shows the live value beside it', () => {
    const { editor, input, side, note, type } = field(spec('float', { unit: 'm/s' }), 118);
    type('120*1.5');
    editor.set(118.42);
    editor.set(119);
    expect(input.value).toBe('120*1.5');
    expect(side()).toContain('live 119.00 m/s');
    expect(note()).toContain('= 180.00 m/s');
    expect(sent).toHaveLength(0);
  });

  test('goes back to the live value on Esc', () => {
    const { editor, input, type, key, note } = field(spec('float'), 1);
    type('55');
    editor.set(2);
    key('Escape');
    expect(input.value).toBe('2');
    expect(note()).toBe('');
    key('Escape');
    expect(document.activeElement).not.toBe(input);
    editor.set(3);
    expect(input.value).toBe('3.00');
    expect(sent).toHaveLength(0);
  });

  test('sends on Enter, shows that it is pending, and does not fall back before the next event', async () => {
    const { editor, input, type, key, side, row } = field(spec('float'), 1);
    type('+=4');
    key('Enter');
    expect(sent.map((s) => s.value)).toEqual([5]);
    expect(side()).toContain('◔');
    expect(row.el.querySelector('.field')?.classList.contains('pending')).toBe(true);
    input.blur();
    editor.set(1); // an event from before
    expect(input.value).toBe('5.00');
    await sent[0]?.answer();
    expect(side()).toBe('');
    expect(input.value).toBe('5.00');
    editor.set(5.25);
    expect(input.value).toBe('5.25');
    expect(undo.list()).toMatchObject([{ before: 1, after: 5 }]);
  });

  test('shows a refusal in words and keeps the value of the game', async () => {
    const { editor, input, type, key, note, row } = field(spec('int', { min: 0, max: 100 }), 64);
    type('140');
    expect(note()).toContain('outside 0 – 100');
    key('Enter');
    await sent[0]?.refuse('at most 100');
    expect(note()).toBe('▲ 140 refused: at most 100');
    expect(row.el.querySelector('.field')?.classList.contains('bad')).toBe(true);
    expect(input.value).toBe('64');
    type('7 8');
    expect(note(), 'what is typed now is judged, not what was').not.toContain('refused');
    expect(note()).toContain('▲');
    key('Escape');
    type('140');
    key('Enter');
    await sent[1]?.refuse('at most 100');
    input.blur();
    editor.set(63);
    expect(input.value).toBe('63');
    expect(note()).toContain('refused');
    input.focus();
    expect(note()).toBe('');
  });

  test('does not send what it cannot read, and says where', () => {
    const { type, key, note } = field(spec('float'), 1);
    type('12*');
    expect(note()).toContain('column 4: a value is missing');
    key('Enter');
    expect(sent).toHaveLength(0);
    type('0.5.5');
    key('Enter');
    expect(sent).toHaveLength(0);
  });

  test('sends when it is left, as inspectors do', () => {
    const { input, type } = field(spec('float'), 1);
    type('7');
    input.blur();
    expect(sent.map((s) => s.value)).toEqual([7]);
  });

  test('steps with the arrows, at most once a frame, never beyond its range', async () => {
    const { input, key } = field(spec('float', { min: 0, max: 10, step: 0.5 }), 5);
    input.focus();
    key('ArrowUp');
    key('ArrowUp', { shiftKey: true });
    expect(input.value).toBe('10');
    key('ArrowDown', { altKey: true });
    expect(input.value).toBe('9.95');
    expect(sent).toHaveLength(0);
    draw();
    expect(sent.map((s) => s.value)).toEqual([9.95]);
    await sent[0]?.answer();
    expect(undo.list()).toHaveLength(1);
  });

  test('keeps every digit of an integer that a double cannot hold', () => {
    const { input, type, key } = field(spec('int'), '9007199254740993');
    expect(input.value).toBe('9\u202f007\u202f199\u202f254\u202f740\u202f993');
    type('9007199254740995');
    key('Enter');
    expect(sent[0]?.value).toBe('9007199254740995');
  });

  test('is only shown when it is read-only', () => {
    const { input, type, key, row } = field(spec('float', { readOnly: true }), 1);
    expect(input.readOnly).toBe(true);
    type('5');
    key('Enter');
    key('ArrowUp');
    expect(sent).toHaveLength(0);
    expect(row.label.classList.contains('scrub')).toBe(false);
  });

  test('keeps its last value when its entity is gone', () => {
    const { editor, input } = field(spec('float'), 4);
    editor.disable(true);
    expect(input.readOnly).toBe(true);
    expect(input.value).toBe('4.00');
  });
});

describe('scrubbing a label', () => {
  const pointer = (el: HTMLElement, type: string, x: number, more: PointerEventInit = {}) =>
    el.dispatchEvent(
      new PointerEvent(type, { pointerId: 1, clientX: x, bubbles: true, cancelable: true, buttons: 1, ...more }),
    );

  test('sends coalesced steps, ignores the stream, and is one entry to undo', async () => {
    const { row, editor, input } = field(spec('float', { min: 0, max: 100, step: 1 }), 50);
    pointer(row.label, 'pointerdown', 0);
    pointer(row.label, 'pointermove', 10);
    pointer(row.label, 'pointermove', 20);
    editor.set(49);
    expect(input.value).toBe('60.0');
    expect(row.el.querySelector('.note-side')?.textContent).toContain('live 49.0');
    draw();
    await sent[0]?.answer();
    pointer(row.label, 'pointermove', 40);
    pointer(row.label, 'pointerup', 40);
    draw();
    await sent[1]?.answer();
    expect(sent.map((s) => s.value)).toEqual([60, 70]);
    expect(undo.list()).toMatchObject([{ before: 50, after: 70 }]);
  });

  test('goes ten times as far with Shift, a tenth with Alt, and stays in the range', () => {
    const { row, input } = field(spec('float', { min: 0, max: 1000, step: 1 }), 50);
    pointer(row.label, 'pointerdown', 0);
    pointer(row.label, 'pointermove', 20, { shiftKey: true });
    expect(input.value).toBe('150.0');
    pointer(row.label, 'pointermove', 40, { altKey: true });
    expect(input.value).toBe('151.0');
    pointer(row.label, 'pointermove', 9000);
    expect(input.value).toBe('1\u202f000.0');
    pointer(row.label, 'pointerup', 9000);
  });

  test.each(['Escape', 'right click', 'menu'])('is taken back by %s', async (how) => {
    const { row } = field(spec('float', { step: 1 }), 50);
    pointer(row.label, 'pointerdown', 0);
    pointer(row.label, 'pointermove', 20);
    draw();
    await sent[0]?.answer();
    if (how === 'Escape') window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    else if (how === 'menu') row.label.dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }));
    else pointer(row.label, 'pointermove', 20, { buttons: 3 });
    draw();
    expect(sent.at(-1)?.value).toBe(50);
    await sent.at(-1)?.answer();
    expect(undo.list()).toHaveLength(0);
    pointer(row.label, 'pointermove', 90);
    expect(sent).toHaveLength(2);
  });

  test('is not begun by a click, and a double click goes to the default', () => {
    const { row } = field(spec('float', { fallback: 9.8 }), 50);
    pointer(row.label, 'pointerdown', 0);
    pointer(row.label, 'pointermove', 2);
    pointer(row.label, 'pointerup', 2);
    draw();
    expect(sent).toHaveLength(0);
    row.label.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    expect(sent.map((s) => s.value)).toEqual([9.8]);
  });
});

describe('other fields', () => {
  test('a switch sends what it was set to and falls back when refused', async () => {
    const { input, editor, note } = field(spec('bool'), false);
    input.click();
    expect(sent[0]?.value).toBe(true);
    editor.set(false);
    expect(input.checked).toBe(true); // pending
    await sent[0]?.refuse('not while the match runs');
    expect(input.checked).toBe(false);
    expect(note()).toContain('true refused: not while the match runs');
  });

  test('a list of names is not changed under somebody who has it open', () => {
    const { row, editor } = field(spec('enum', { enum: ['drift', 'chase', 'flee'] }), 'drift');
    const select = row.el.querySelector('select') as HTMLSelectElement;
    select.focus();
    select.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
    editor.set('flee');
    expect(select.value).toBe('drift');
    expect(row.el.querySelector('.note-side')?.textContent).toContain('live flee');
    select.value = 'chase';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    expect(sent[0]?.value).toBe('chase');
  });

  test('a list shows a value that has no name', () => {
    const { row, editor } = field(spec('enum', { enum: ['a', 'b'] }), 'a');
    editor.set('7');
    expect(row.el.querySelector('select')?.value).toBe('7');
  });

  test('a text keeps what somebody types; markup stays text', () => {
    const { input, editor, type, key, side } = field(spec('string'), '<b>Garden</b>');
    expect(input.value).toBe('<b>Garden</b>');
    type('My garden');
    editor.set('<img src=x>');
    expect(input.value).toBe('My garden');
    expect(side()).toContain('<img src=x>');
    expect(document.querySelector('img')).toBeNull();
    key('Enter');
    expect(sent[0]?.value).toBe('My garden');
  });

  test('a duration is typed with or without its unit', () => {
    const { input, type, key } = field(spec('duration'), '100ms');
    expect(input.value).toBe('100.0');
    input.focus();
    expect(input.value).toBe('100ms');
    type('16');
    key('Enter');
    type('1.5s');
    key('Enter');
    expect(sent[0]?.value).toBe('16ms');
    expect(edits.edit('world:1:duration').value).toBe('1.5s');
  });

  test('a colour is typed in any length', () => {
    const { input, type, key, note } = field(spec('color'), '#e0457fff');
    expect(input.value).toBe('#E0457F');
    type('#12');
    expect(note()).toContain('#rrggbb');
    key('Enter');
    expect(sent).toHaveLength(0);
    type('#1af8');
    key('Enter');
    expect(sent[0]?.value).toBe('#11aaff88');
  });

  test('anything else is shown and opens', () => {
    const { row } = field(spec('json'), [{ x: 1 }, { x: 2 }]);
    const button = row.el.querySelector('.json button') as HTMLButtonElement;
    expect(button.textContent).toBe('▸ 2 items');
    button.click();
    expect(row.el.querySelector('pre')?.textContent).toContain('"x": 2');
  });

  test('a vector has one row, and words below it for the axis that was refused', async () => {
    const specs = ['x', 'y'].map((a) => ({ ...spec('float'), path: `world:1:pos.${a}`, label: `pos.${a}` }));
    const row = new FieldRow(specs, 'pos', edits);
    document.body.append(row.el);
    for (const [i, e] of row.editors.entries()) e.set(i);
    const [x, y] = [...row.el.querySelectorAll('input')] as HTMLInputElement[];
    y?.focus();
    if (y) y.value = '9';
    y?.dispatchEvent(new Event('input'));
    y?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
    expect(sent.map((s) => [s.path, s.value])).toEqual([['world:1:pos.y', 9]]);
    await sent[0]?.refuse('outside of the arena');
    expect(row.el.querySelector('.note')?.textContent).toContain('9.00 refused: outside of the arena');
    expect(x?.value).toBe('0.00');
  });

  test('a slider and a box of one value agree, and the slider is not moved while it is dragged', async () => {
    const s = spec('float', { min: 0, max: 10, step: 0.1, fallback: 2 });
    const slider = new Slider(s, edits);
    const { editor, input } = field(s, 5);
    slider.set(5);
    const range = slider.el.querySelector('input') as HTMLInputElement;
    range.dispatchEvent(new Event('pointerdown'));
    range.value = '7';
    range.dispatchEvent(new Event('input'));
    slider.set(5.5);
    editor.set(5.5);
    expect(range.value).toBe('7');
    expect(input.value).toBe('7.00');
    draw();
    await sent[0]?.answer();
    range.dispatchEvent(new Event('change'));
    slider.set(7);
    editor.set(7);
    expect(sent.map((x) => x.value)).toEqual([7]);
    expect(undo.list()).toMatchObject([{ before: 5, after: 7 }]);
  });
});

describe('values', () => {
  test('durations go to Go and back', () => {
    for (const [text, ns] of [
      ['16ms', 16e6],
      ['1m30.5s', 90.5e9],
      ['1.5µs', 1500],
      ['-250us', -250e3],
      ['0s', 0],
      ['2h0m0s', 7200e9],
    ] as const) {
      expect(parseDuration(text)).toBe(ns);
      expect(parseDuration(formatDuration(ns))).toBe(ns);
    }
    expect(parseDuration('soon')).toBeUndefined();
  });

  test('decimals hang on the field, so that numbers keep their width', () => {
    expect(decimals(spec('float', { step: 1, min: 0, max: 500 }), 96)).toBe(1);
    expect(decimals(spec('float', { step: 0.1 }), 14.5)).toBe(2);
    expect(decimals(spec('float', { step: 0.001 }), 1)).toBe(3);
    expect(decimals(spec('float', { min: 0, max: 1 }), 0.5)).toBe(2);
    expect(decimal(-0.001, 2)).toBe('0.00');
    expect(decimal(Number.NaN, 2)).toBe('NaN');
    expect(decimal(1e15, 2)).toBe('1.00e+15');
  });

  test('what is drafted reads back as the same value', () => {
    const floats = [0, -0.1, 14.5, 1e-9, 123456789.123, 1 / 3];
    for (const v of floats) {
      const back = parse(spec('float'), draft(spec('float'), v), 0);
      expect(back.ok && Math.abs((back.value as number) - v) <= 1e-11 * Math.abs(v)).toBe(true);
    }
    for (const v of ['16ms', '1.5s', '250us', '3ns', '-2s']) {
      const back = parse(spec('duration'), draft(spec('duration'), v), v);
      expect(back.ok && parseDuration(String(back.value))).toBe(parseDuration(v));
    }
    expect(parse(spec('int'), '7/2', 1)).toMatchObject({ ok: false, reason: '3.5 is not a whole number' });
  });

  test('steps suit the size of the value', () => {
    expect(stepOf(spec('float'), 118)).toBe(1);
    expect(stepOf(spec('float'), 0.05)).toBeCloseTo(0.001);
    expect(stepOf(spec('float', { step: 0.25 }), 118)).toBe(0.25);
    expect(stepOf(spec('int', { min: 0, max: 100_000 }), 5)).toBe(1000);
    expect(nudge(spec('float'), 0.1, 0.2, 0.1)).toBe(0.3);
    expect(show(spec('duration'), '16ms')).toEqual({ text: '16.00', unit: 'ms' });
  });
});
