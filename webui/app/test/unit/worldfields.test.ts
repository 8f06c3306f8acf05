// Kinds of fields that the world has: parts of one value, turns, times, relative edits of several.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Answer, Edits } from '../../src/core/edits';
import { UndoLog } from '../../src/core/undo';
import { mixed } from '../../src/core/worldedits';
import { mend } from '../../src/panels/world/condition';
import { argument } from '../../src/panels/world/methods';
import { anglesOf, CompoundField, turnOf } from '../../src/widgets/field/compound';
import { LinkField } from '../../src/widgets/field/link';
import { NumberField } from '../../src/widgets/field/number';
import { Each, parse, type Spec, show } from '../../src/widgets/field/spec';

let sent: { path: string; value: unknown; answer(a: Answer): Promise<void> }[];
let edits: Edits;

beforeEach(() => {
  sent = [];
  document.body.replaceChildren();
  edits = new Edits({
    undo: new UndoLog(),
    now: () => 0,
    soon: (f) => f(),
    send: (path, value) =>
      new Promise((yes) => {
        const answer = async (a: Answer) => {
          yes(a);
          for (let i = 0; i < 4; i++) await Promise.resolve();
        };
        sent.push({ path, value, answer });
      }),
  });
});

function type(el: Element | null | undefined, text: string): void {
  const input = el as HTMLInputElement;
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event('input'));
  input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
}

const parts = (n: number): Spec[] =>
  ['x', 'y', 'z', 'w'].slice(0, n).map((a) => ({ path: `world:1|p.${a}`, label: `p.${a}`, type: 'float' }));

describe('CompoundField', () => {
  test('an axis travels alone, linked ones as a whole', async () => {
    const field = new CompoundField(parts(3), 'world:1|p', 'p', { as: 'vec3' }, edits, () => {});
    document.body.append(field.el);
    field.set([1, 2, 4]);
    const inputs = field.el.querySelectorAll('input');
    type(inputs[1], '6');
    expect(sent).toMatchObject([{ path: 'world:1|p.y', value: 6 }]);
    await sent[0]?.answer({ value: 6 });
    inputs[1]?.blur();
    expect(inputs[1]?.value).toBe('6.00'); // the answer is newer than the last event
    field.set([1, 6, 4]);
    field.el.querySelector<HTMLButtonElement>('.vec-link')?.click();
    type(inputs[0], '2');
    expect(sent[1]).toMatchObject({ path: 'world:1|p', value: [2, 12, 8] });
    expect(field.busy()).toBe(true);
    await sent[1]?.answer({ value: [2, 12, 8] });
    inputs[0]?.blur();
    expect([...inputs].map((i) => i.value)).toEqual(['2.00', '12.00', '8.00']);
    field.dispose();
  });

  test('a quaternion is edited by its angles, and stays of length one', () => {
    const field = new CompoundField(parts(4), 'world:1|p', 'p', { as: 'quat' }, edits, () => {});
    document.body.append(field.el);
    field.set([0, 0, 0, 1]);
    field.el.querySelector<HTMLButtonElement>('.vec-link')?.click();
    type(field.el.querySelector('[aria-label="p, about z, °"]'), '90');
    const q = sent[0]?.value as number[];
    expect(sent[0]?.path).toBe('world:1|p');
    expect(Math.hypot(...q)).toBeCloseTo(1, 9);
    expect(anglesOf(q)[2]).toBeCloseTo(90, 6);
    field.dispose();
  });

  test('angles and turns are each other’s opposite', () => {
    let seed = 5;
    const next = (span: number) => {
      seed = (seed * 48271) % 2147483647;
      return (seed / 2147483647 - 0.5) * span;
    };
    for (let i = 0; i < 1000; i++) {
      const angles = [next(358), next(178), next(358)];
      anglesOf(turnOf(angles)).forEach((a, k) => {
        expect(a).toBeCloseTo(angles[k] as number, 5);
      });
    }
  });

  test('a matrix is a grid of its cells', () => {
    const cells = Array.from(
      { length: 6 },
      (_, i): Spec => ({ path: `world:1|m.${i}`, label: `m.${i}`, type: 'float' }),
    );
    const field = new CompoundField(cells, 'world:1|m', 'm', { as: 'mat', cols: 3 }, edits, () => {});
    field.set([1, 2, 3, 4, 5, Number.NaN]);
    expect(field.el.querySelector<HTMLElement>('.compound-parts')?.style.getPropertyValue('--mat')).toBe('3');
    expect(field.el.querySelectorAll('input')[5]?.value).toBe('NaN');
    field.dispose();
  });
});

describe('several as one', () => {
  const spec: Spec = { path: 'worlds:1|h', label: 'h', type: 'float', several: true };

  test('what is relative is meant for each; a sign alone is not', () => {
    for (const [text, from, to] of [
      ['*=2', 3, 6],
      ['+10', 3, 13],
      ['+= 10', 3, 13],
      ['/4', 8, 2],
      ['x*x', 3, 9],
      ['-=1', 3, 2],
    ] as const) {
      const parsed = parse(spec, text, mixed);
      expect(parsed).toMatchObject({ ok: true, value: { text } });
      if (parsed.ok) expect((parsed.value as Each).of(spec, from)).toEqual({ ok: true, value: to });
    }
    expect(parse(spec, '-10', mixed)).toEqual({ ok: true, value: -10 });
    expect(parse(spec, '12', mixed)).toEqual({ ok: true, value: 12 });
    expect(parse(spec, '*=', mixed).ok).toBe(false);
    expect(parse({ ...spec, several: false }, '+10', 3)).toEqual({ ok: true, value: 10 });
  });

  test('a dash stands for values that differ, until one is set', async () => {
    const field = new NumberField(spec, edits);
    document.body.append(field.el);
    field.set(mixed);
    const input = field.el.querySelector('input') as HTMLInputElement;
    expect(input.value).toBe('—');
    type(input, '*=2');
    expect(sent[0]?.value).toBeInstanceOf(Each);
    await sent[0]?.answer({ value: mixed });
    input.blur();
    expect(input.value).toBe('—');
    field.dispose();
  });
});

describe('LinkField', () => {
  test('leads there, is chosen by a press elsewhere, and cleared', () => {
    let took: ((value: string | undefined) => void) | undefined;
    const went: string[] = [];
    let ended = 0;
    const links = {
      href: (id: string) => `#/world?sel=${id}`,
      go: (id: string) => went.push(id),
      follow: (_: string, tell: (t: { name: string; facts: string }) => void) => {
        tell({ name: 'seed 7', facts: '12.0 m away' });
        return () => {};
      },
      pick: (take: (value: string | undefined) => void) => {
        took = take;
        return () => ended++;
      },
    };
    const field = new LinkField({ path: 'world:1|target', label: 'target', type: 'entity', links }, edits);
    document.body.append(field.el);
    field.set('7');
    const link = field.el.querySelector('a') as HTMLAnchorElement;
    expect(link.textContent).toBe('seed 7');
    expect(field.el.textContent).toContain('12.0 m away');
    link.click();
    expect(went).toEqual(['7']);
    field.el.querySelector<HTMLButtonElement>('[aria-label="Choose target"]')?.click();
    expect(field.busy()).toBe(true);
    field.set('8'); // the stream goes on, the field is held
    took?.('9');
    expect(sent).toMatchObject([{ path: 'world:1|target', value: '9' }]);
    expect(ended).toBe(1);
    field.el.querySelector<HTMLButtonElement>('[aria-label="Clear target"]')?.click();
    field.dispose();
  });
});

describe('times', () => {
  const spec: Spec = { path: 'world:1|t', label: 't', type: 'time' };
  const noon = '2026-11-27T12:00:00.000000001Z';

  test('keep their nanoseconds, move by durations, and are read in several spellings', () => {
    expect(parse(spec, noon, noon)).toEqual({ ok: true, value: noon });
    expect(parse(spec, '+=90s', noon)).toEqual({ ok: true, value: '2026-11-27T12:01:30.000Z' });
    expect(parse(spec, '-1h', noon)).toEqual({ ok: true, value: '2026-11-27T11:00:00.000Z' });
    expect(parse(spec, 'now', noon).ok).toBe(true);
    expect(parse(spec, '2026-11-27 12:00', noon).ok).toBe(true);
    expect(parse(spec, 'soon', noon).ok).toBe(false);
    expect(show(spec, '0001-01-01T00:00:00Z').text).toBe('never');
    expect(show(spec, noon).text).toMatch(/^2026-11-2\d \d\d:\d\d:00\.000000001$/);
  });
});

test('an argument of a method is read by its type', () => {
  const read = (type: string, text: string) => argument({ name: 'n', type }, text);
  expect([read('int', '12'), read('float', '1.5'), read('bool', 'true')]).toEqual([12, 1.5, true]);
  expect(read('int', '9007199254740993')).toBe('9007199254740993');
  expect(read('string', ' a ')).toBe(' a ');
  expect(read('list', '[1,2]')).toEqual([1, 2]);
  expect(() => read('float', 'x')).toThrow('n: "x" is no number');
  expect(() => read('map', '{')).toThrow('no JSON');
});

test('a word that was misspelt is put right where it stands', () => {
  expect(mend('healt < 5 and pos.x > 1', { column: 0, suggest: 'health' })).toBe('health < 5 and pos.x > 1');
  expect(mend('kind:seed and posx>1', { column: 14, suggest: 'pos.x' })).toBe('kind:seed and pos.x>1');
});
