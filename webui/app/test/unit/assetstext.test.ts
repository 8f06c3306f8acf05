// Texts of the game: colours, finding, and what happens while one writes.

import { describe, expect, test } from 'vitest';
import { Draft, type DraftPorts } from '../../src/panels/assets/view/draft';
import { findAll, lineAt, lineStarts } from '../../src/panels/assets/view/find';
import { languageOf, states, tokenize } from '../../src/panels/assets/view/tokens';
import { randomFrom } from '../fixtures/random';

/** A line as `tone:text` pieces, plain ones bare. */
function toned(language: string, line: string, state = 0): string[] {
  return tokenize(languageOf(language, ''), line, state).tokens.map(({ text, tone }) =>
    tone === '' ? text : `${tone}:${text}`,
  );
}

describe('colours', () => {
  test('of Kage and Go', () => {
    expect(toned('kage', 'func Fragment(dst vec4) vec4 { // x')).toEqual([
      'keyword:func',
      ' ',
      'call:Fragment',
      'mark:(',
      'dst ',
      'type:vec4',
      'mark:)',
      ' ',
      'type:vec4',
      ' ',
      'mark:{',
      ' ',
      'comment:// x',
    ]);
    expect(toned('kage', '//kage:unit pixels')).toEqual(['comment://kage:unit pixels']);
  });

  test('of GLSL, HLSL and WGSL', () => {
    expect(toned('glsl', '#version 330')).toEqual(['keyword:#version', ' ', 'number:330']);
    expect(toned('glsl', 'vec3 c = vec3(.5, 1e-3f);')).toContain('number:1e-3f');
    expect(toned('hlsl', 'float4x4 m;')[0]).toBe('type:float4x4');
    expect(toned('wgsl', '@fragment fn main() -> vec4<f32>')).toContain('keyword:@fragment');
  });

  test('of JSON and TOML', () => {
    expect(toned('json', '"a\\"b" : "c", 1')).toEqual([
      'key:"a\\"b"',
      ' ',
      'mark::',
      ' ',
      'string:"c"',
      'mark:,',
      ' ',
      'number:1',
    ]);
    expect(toned('toml', 'max-speed = 3.5 # m/s')).toEqual([
      'key:max-speed',
      ' ',
      'mark:=',
      ' ',
      'number:3.5',
      ' ',
      'comment:# m/s',
    ]);
  });

  test('of what reaches over lines', () => {
    const go = languageOf('go', '');
    const lines = ['a /* b', 'c', 'd */ e `x', 'y` z'];
    expect([...states(go, lines)]).toEqual([0, 1, 1, 2, 0]);
    expect(toned('go', 'd */ e `x', 1)).toEqual(['comment:d */', ' e ', 'string:`x']);
  });

  test('an unknown language, a name of an object and a string that never ends are plain enough', () => {
    expect(toned('constructor', 'if x')).toEqual(['if x']);
    expect(toned('go', '"never')).toEqual(['string:"never']);
  });

  test('never lose a letter, whatever stands there', () => {
    const random = randomFrom(7);
    const letters = [
      'a',
      '"',
      "'",
      '`',
      '\\',
      '/',
      '*',
      '#',
      '@',
      '0',
      '.',
      'e',
      '-',
      ' ',
      '\t',
      '{',
      '<',
      '!',
      '-',
      'é',
      '💥',
      '\u0000',
      '[',
    ];
    for (const name of ['glsl', 'go', 'json', 'toml', 'lua', 'xml', 'javascript', 'wgsl', 'text']) {
      const language = languageOf(name, '');
      for (let i = 0; i < 300; i++) {
        const line = Array.from({ length: random(40) }, () => letters[random(letters.length)]).join('');
        const state = random(language.blocks.length + 1);
        expect(
          tokenize(language, line, state)
            .tokens.map((t) => t.text)
            .join(''),
        ).toBe(line);
      }
    }
  });

  test('a line of a megabyte does not stop the page', () => {
    const begin = performance.now();
    tokenize(languageOf('json', ''), '"'.padEnd(1 << 20, 'a1,{}"'), 0);
    states(
      languageOf('glsl', ''),
      Array.from({ length: 50_000 }, () => 'float x = 1.0; // c'),
    );
    expect(performance.now() - begin).toBeLessThan(1500);
  });
});

describe('finding', () => {
  test('in any case, exact where there is a capital', () => {
    expect(findAll('vec Vec VEC', 'vec').map((h) => h.from)).toEqual([0, 4, 8]);
    expect(findAll('vec Vec VEC', 'Vec').map((h) => h.from)).toEqual([4]);
    expect(findAll('aaa', 'aa')).toEqual([{ from: 0, to: 2 }]);
    expect(findAll('a', '')).toEqual([]);
    expect(findAll('İx x', 'x').map((h) => h.from)).toEqual([1, 3]); // its lower case has two letters
  });

  test('lines of a text', () => {
    const starts = lineStarts('a\n\nbc\n');
    expect([...starts]).toEqual([0, 2, 3, 6]);
    expect([0, 1, 2, 3, 5, 6].map((at) => lineAt(starts, at))).toEqual([0, 0, 1, 2, 2, 3]);
  });
});

describe('a draft', () => {
  function make() {
    const sent: { text: string; answer: (a: Awaited<ReturnType<DraftPorts['send']>>) => void }[] = [];
    const timers = new Set<() => void>();
    const draft = new Draft(
      undefined,
      { id: 'a', version: 1, frame: 1 },
      {
        send: (text) => new Promise((answer) => sent.push({ text, answer })),
        later: (f) => {
          timers.add(f);
          return () => timers.delete(f);
        },
      },
    );
    const pass = (): void => {
      for (const f of [...timers]) {
        timers.delete(f);
        f();
      }
    };
    const taken = { taken: true, reason: '', places: [] };
    return { draft, sent, timers, pass, taken };
  }
  const at = (version: number) => ({ version, frame: version * 10 });
  const turn = (): Promise<void> => new Promise((next) => setTimeout(next));

  test('is applied a moment after the last key, once', async () => {
    const { draft, sent, timers, pass, taken } = make();
    expect(draft.arrived(at(1), 'one')).toBe('one');
    draft.write('on');
    draft.write('two');
    expect(timers.size).toBe(1);
    pass();
    expect(sent.map((s) => s.text)).toEqual(['two']);
    expect(draft.status.value.state).toBe('sending');
    sent[0]?.answer(taken);
    await turn();
    expect(draft.status.value.state).toBe('applied');
    expect(draft.dirty.value).toBe(false);
    expect(draft.touched.value).toBe(true);
    expect(draft.arrived(at(2), 'two')).toBe('two');
    expect(draft.status.value).toMatchObject({ version: 2, frame: 20, theirs: false });
  });

  test('goes out one at a time; the newest wins', async () => {
    const { draft, sent, taken } = make();
    draft.arrived(at(1), 'one');
    draft.write('two');
    void draft.apply();
    draft.write('three');
    void draft.apply();
    draft.write('four');
    expect(sent.map((s) => s.text)).toEqual(['two']);
    sent[0]?.answer(taken);
    await turn();
    expect(sent.map((s) => s.text)).toEqual(['two', 'four']);
  });

  test('that is refused stays, with the places, and the game goes on', async () => {
    const { draft, sent } = make();
    draft.arrived(at(1), 'one');
    draft.write('bad');
    void draft.apply();
    sent[0]?.answer({ taken: false, reason: '1:1: no', places: [{ line: 1, column: 1, text: 'no' }] });
    await turn();
    expect(draft.status.value).toMatchObject({ state: 'refused', version: 1 });
    expect(draft.status.value.places).toHaveLength(1);
    expect(draft.text).toBe('bad');
    expect(draft.dirty.value).toBe(true);
  });

  test('is not written over by what somebody else changed', async () => {
    const { draft, timers } = make();
    draft.arrived(at(1), 'one');
    draft.write('mine');
    expect(draft.arrived(at(2), 'theirs')).toBeUndefined();
    expect(draft.status.value.theirs).toBe(true);
    timers.clear();
    draft.write('mine too');
    expect(timers.size).toBe(0); // asked first
    expect(draft.takeTheirs()).toBe('theirs');
    expect(draft.dirty.value).toBe(false);
    expect(draft.arrived(at(3), 'newer')).toBe('newer');
  });

  test('knows what it sent itself, however late the game tells of it', async () => {
    const { draft, sent, taken } = make();
    draft.arrived(at(1), 'one');
    for (const [i, text] of ['two', 'three'].entries()) {
      draft.write(text);
      void draft.apply();
      sent[i]?.answer(taken);
      await turn();
    }
    draft.write('four');
    expect(draft.arrived(at(2), 'two')).toBeUndefined();
    expect(draft.arrived(at(3), 'three')).toBeUndefined();
    expect(draft.arrived(at(3), 'three')).toBeUndefined(); // told once more: who uses it has changed
    expect(draft.status.value.theirs).toBe(false);
    expect(draft.text).toBe('four');
    expect(draft.arrived(at(4), 'else')).toBeUndefined();
    expect(draft.status.value.theirs).toBe(true);
  });

  test('goes back to what it was begun with', async () => {
    const { draft, sent, taken } = make();
    draft.arrived(at(1), 'one');
    draft.write('two');
    void draft.apply();
    sent[0]?.answer(taken);
    await turn();
    draft.arrived(at(2), 'two');
    expect(draft.revert()).toBe('one');
    expect(sent[1]?.text).toBe('one');
    sent[1]?.answer(taken);
    await turn();
    expect(draft.touched.value).toBe(false);
  });

  test('keeps the ends of lines that the game has', () => {
    const { draft, sent } = make();
    draft.crlf = true;
    draft.arrived(at(1), 'a\nb');
    draft.write('a\nc');
    void draft.apply();
    expect(sent[0]?.text).toBe('a\r\nc');
  });

  test('that was to be applied in a moment is applied when one looks elsewhere', () => {
    const { draft, sent } = make();
    draft.arrived(at(1), 'one');
    draft.leave();
    expect(sent).toHaveLength(0);
    draft.write('two');
    draft.leave();
    expect(sent).toHaveLength(1);
  });
});
