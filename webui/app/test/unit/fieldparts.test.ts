// Fields of several parts: vectors, colours with their opacity, secrets, texts with offers.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, Edits } from '../../src/core/edits';
import { same, UndoLog } from '../../src/core/undo';
import { OpacitySlider, opacityOf } from '../../src/widgets/field/colour';
import type { Control, Note } from '../../src/widgets/field/editor';
import { controlFor } from '../../src/widgets/field/row';
import { dots, draft, parse, plainText, type Spec } from '../../src/widgets/field/spec';
import { together } from '../../src/widgets/field/vec';

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
let note: Note | undefined;

async function settled(): Promise<void> {
  for (let i = 0; i < 6; i++) await Promise.resolve();
}

beforeEach(() => {
  sent = [];
  frame = [];
  undo = new UndoLog();
  note = undefined;
  document.body.replaceChildren();
  edits = new Edits({
    undo,
    now: () => 0,
    soon: (f) => frame.push(f),
    send: (path, value) =>
      new Promise<Answer>((yes, no) => {
        const answer = (v = value) => {
          yes({ value: v });
          return settled();
        };
        const refuse = (reason: string) => {
          no(new Error(reason));
          return settled();
        };
        sent.push({ path, value, answer, refuse });
      }),
  });
});

function draw(): void {
  for (const f of frame.splice(0)) f();
}

function control(spec: Spec, live: unknown): { it: Control; inputs: HTMLInputElement[] } {
  const it = controlFor(spec, edits, (n) => {
    note = n;
  });
  document.body.append(it.el);
  it.set(live);
  return { it, inputs: [...it.el.querySelectorAll('input')] };
}

function type(input: HTMLInputElement | undefined, text: string): void {
  input?.focus();
  if (input) input.value = text;
  input?.dispatchEvent(new Event('input', { bubbles: true }));
}

const key = (input: HTMLInputElement | undefined, name: string) =>
  input?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));

const vec3: Spec = {
  path: 'cvar:wind',
  label: 'wind',
  type: 'vec3',
  min: -100,
  max: 100,
  step: 0.5,
  fallback: [0, 0, 0],
};

describe('a vector', () => {
  test('sends all axes with the one that was typed; expressions work in each', async () => {
    const { inputs } = control(vec3, [1, 2, 3]);
    expect(inputs.map((i) => i.value)).toEqual(['1.00', '2.00', '3.00']);
    type(inputs[1], '*=4');
    expect(note?.result?.text).toContain('= 8.00');
    key(inputs[1], 'Enter');
    expect(sent.map((s) => [s.path, s.value])).toEqual([['cvar:wind', [1, 8, 3]]]);
    await sent[0]?.answer();
    expect(undo.list()).toMatchObject([{ before: [1, 2, 3], after: [1, 8, 3] }]);
  });

  test('two axes set in a row lose nothing', async () => {
    const { inputs } = control(vec3, [1, 2, 3]);
    type(inputs[0], '5');
    key(inputs[0], 'Enter');
    type(inputs[2], '7');
    key(inputs[2], 'Enter');
    await sent[0]?.answer();
    expect(sent.map((s) => s.value)).toEqual([
      [5, 2, 3],
      [5, 2, 7],
    ]);
  });

  // An event comes ten times a second, and the next axis may be set before it.
  test('an answer is newer than the stream', async () => {
    const { inputs } = control(vec3, [1, 2, 3]);
    type(inputs[0], '5');
    key(inputs[0], 'Enter');
    await sent[0]?.answer([5, 2, 3]);
    type(inputs[2], '7');
    key(inputs[2], 'Enter');
    expect(sent.at(-1)?.value).toEqual([5, 2, 7]);
  });

  test('keeps what is typed in one axis while the others follow the stream', () => {
    const { it, inputs } = control(vec3, [1, 2, 3]);
    type(inputs[0], '40');
    it.set([10, 20, 30]);
    expect(inputs.map((i) => i.value)).toEqual(['40', '20.00', '30.00']);
    expect(note?.live).toContain('10.00');
    expect(it.busy()).toBe(true);
    key(inputs[0], 'Escape');
    expect(inputs[0]?.value).toBe('10');
    expect(sent).toHaveLength(0);
  });

  test('only the axis that was set bears the words of a refusal', async () => {
    const { it, inputs } = control(vec3, [1, 2, 3]);
    type(inputs[2], '99');
    key(inputs[2], 'Enter');
    await sent[0]?.refuse('too windy');
    expect(note?.refused).toBe('99.00 refused: too windy');
    expect([...it.el.querySelectorAll('.field')].map((f) => f.classList.contains('bad'))).toEqual([false, false, true]);
    expect(inputs.map((i) => i.value)).toEqual(['1.00', '2.00', '3']); // the last has the focus
  });

  test('linked axes keep their proportion through a whole scrub, also through zero', async () => {
    const { it } = control(vec3, [2, 4, -6]);
    it.el.querySelector<HTMLButtonElement>('.vec-link')?.click();
    const handle = it.el.querySelector('.axis') as HTMLElement;
    const pointer = (name: string, x: number) =>
      handle.dispatchEvent(new PointerEvent(name, { pointerId: 1, clientX: x, bubbles: true, buttons: 1 }));
    pointer('pointerdown', 0);
    pointer('pointermove', -8); // four steps of 0.5: to zero
    draw();
    expect(sent.at(-1)?.value).toEqual([0, 0, 0]);
    await sent.at(-1)?.answer();
    pointer('pointermove', 8);
    pointer('pointerup', 8);
    draw();
    expect(sent.at(-1)?.value).toEqual([4, 8, -12]);
    await sent.at(-1)?.answer();
    expect(undo.list()).toMatchObject([{ before: [2, 4, -6], after: [4, 8, -12], steps: 2 }]);
  });

  test('what moves together stays in the range', () => {
    expect(together(vec3, [1, 1, 1], 0, 3)).toEqual([3, 3, 3]);
    expect(together(vec3, [0, 2, 4], 0, 3)).toEqual([3, 5, 7]);
    expect(together(vec3, [1, 50, 0], 0, 4)).toEqual([4, 100, 0]);
  });

  test('is read and written as text', () => {
    expect(plainText({ ...vec3, unit: 'm/s' }, [0, -9.8, 1200])).toBe('0, \u22129.8, 1\u202f200 m/s');
    expect(parse(vec3, '1,2, 3', 0)).toEqual({ ok: true, value: [1, 2, 3] });
    expect(parse(vec3, '1 2', 0)).toMatchObject({ ok: false, reason: '3 numbers are wanted, 2 are there' });
    expect(parse(vec3, '1 two 3', 0)).toMatchObject({ ok: false, at: 2 });
    expect(draft(vec3, [0.5, -1, 2])).toBe('0.5 -1 2');
  });

  test('is the same as its float32 on the way back', () => {
    expect(same([0.1, 2], [0.10000000149, 2])).toBe(true);
    expect(same([0.1, 2], [0.1])).toBe(false);
  });
});

describe('a colour', () => {
  const spec: Spec = { path: 'cvar:sky', label: 'sky', type: 'color', fallback: '#101418ff' };

  test('its opacity slides by itself and leaves the colour as it is', async () => {
    const slider = new OpacitySlider(spec, edits);
    document.body.append(slider.el);
    slider.set('#336699ff');
    const input = slider.el.querySelector('input') as HTMLInputElement;
    expect([input.value, input.max]).toEqual(['255', '255']);
    input.dispatchEvent(new Event('pointerdown'));
    input.value = '128';
    input.dispatchEvent(new Event('input'));
    slider.set('#336600ff'); // somebody else's hand: the slider is held
    expect(input.value).toBe('128');
    draw();
    expect(sent[0]?.value).toBe('#33669980');
    await sent[0]?.answer();
    expect(undo.list()).toMatchObject([{ before: '#336699ff', after: '#33669980' }]);
    expect(opacityOf('#ffffff')).toBe(255);
  });

  test('the picker keeps the opacity', () => {
    const { it } = control(spec, '#33669980');
    const picker = it.el.querySelector<HTMLInputElement>('input[type=color]') as HTMLInputElement;
    expect(picker.value).toBe('#336699');
    picker.value = '#ff0000';
    picker.dispatchEvent(new Event('input'));
    draw();
    expect(sent[0]?.value).toBe('#ff000080');
  });
});

describe('a secret', () => {
  const spec: Spec = { path: 'cvar:net.key', label: 'net.key', type: 'string', secret: true, fallback: null };

  test('is written and never shown, not in a refusal either', async () => {
    const { inputs } = control(spec, null);
    expect(inputs[0]).toMatchObject({ type: 'password', value: '', placeholder: dots });
    type(inputs[0], 'hunter2');
    key(inputs[0], 'Enter');
    expect(sent[0]?.value).toBe('hunter2');
    expect(inputs[0]?.value).toBe('');
    await sent[0]?.refuse('too short');
    expect(note?.refused).toBe(`${dots} refused: too short`);
    type(inputs[0], 'correct horse');
    key(inputs[0], 'Enter');
    await sent[1]?.answer(null);
    expect(undo.list()).toHaveLength(0);
    expect(document.body.innerHTML).not.toMatch(/hunter2|correct/);
  });
});

describe('a text with offers', () => {
  const spec: Spec = {
    path: 'cvar:level',
    label: 'level',
    type: 'string',
    offers: async (text) => ['calm', 'canyon', 'storm'].filter((t) => t.startsWith(text)).map((t) => ({ text: t })),
  };
  const offered = () => [...document.querySelectorAll('.offers [role=option]')].map((o) => o.textContent);

  test('offers what fits, takes with Enter, closes with Esc before it drops the text', async () => {
    const { inputs } = control(spec, 'storm');
    inputs[0]?.focus();
    await settled();
    expect(offered()).toEqual(['calm', 'canyon', 'storm']);
    type(inputs[0], 'ca');
    await settled();
    expect(offered()).toEqual(['calm', 'canyon']);
    key(inputs[0], 'Escape');
    expect(offered()).toEqual([]);
    expect(inputs[0]?.value).toBe('ca');
    key(inputs[0], 'ArrowDown');
    await settled();
    key(inputs[0], 'ArrowDown');
    key(inputs[0], 'ArrowDown');
    expect(inputs[0]?.getAttribute('aria-activedescendant')).toMatch(/-1$/);
    key(inputs[0], 'Enter');
    expect(sent.map((s) => s.value)).toEqual(['canyon']);
    expect(offered()).toEqual([]);
  });

  test('takes any text: offers do not bind', async () => {
    const { inputs } = control(spec, 'storm');
    type(inputs[0], 'somewhere else');
    await settled();
    key(inputs[0], 'Enter');
    expect(sent.map((s) => s.value)).toEqual(['somewhere else']);
    inputs[0]?.blur();
    expect(offered()).toEqual([]);
  });
});
