import { beforeEach, describe, expect, test } from 'vitest';
import type { Completion, Cvar } from '../../src/core/protocol';
import { commonPrefix, fits, named, specOf } from '../../src/panels/console/prompt/choices';
import { History, withoutSecrets } from '../../src/panels/console/prompt/history';
import { type Fault, Prompt } from '../../src/panels/console/prompt/prompt';
import { statements, under } from '../../src/panels/console/prompt/words';

function cvar(name: string, more: Partial<Cvar> = {}): Cvar {
  return {
    name,
    type: 'float',
    value: 1,
    default: 1,
    flags: [],
    help: `${name} of the game`,
    setBy: '',
    ...more,
  } as Cvar;
}

const cvars = [
  cvar('physics.gravity', { value: 14.5, default: 9.8, min: 0, max: 50, unit: 'm/s²', step: 0.1, flags: ['modified'] }),
  cvar('physics.gridSize'),
  cvar('physics.groundFriction'),
  cvar('debug.grid', { type: 'bool', value: false, default: false }),
  cvar('rcon.password', { flags: ['secret' as never], value: null as never }),
];
const commands = [
  { name: 'spawn', usage: 'spawn <kind> [count]', help: 'makes some', args: [] },
  { name: 'set', usage: 'set <cvar> <value>', help: 'sets a cvar', args: [] },
];

/** A prompt, what came of it, and a game that answers when it is told to. */
class Desk {
  ran: string[] = [];
  fault: Fault | undefined;
  left = 0;
  cleared = 0;
  asked: { line: string; cursor: number; answer(found: Completion): void; refuse(): void }[] = [];
  history: History;
  prompt: Prompt;

  constructor(...before: string[]) {
    this.history = new History('test', undefined);
    for (const line of before) this.history.add(line);
    this.prompt = new Prompt({
      history: this.history,
      names: () => ({ cvars, commands, aliases: [{ name: 'storm', line: 'exec storm' }] }),
      cvar: (name) => cvars.find((c) => c.name === name),
      complete: (line, cursor) =>
        new Promise(
          (answer, fail) => void this.asked.push({ line, cursor, answer, refuse: () => fail(new Error('no')) }),
        ),
      run: (line) => {
        this.ran.push(line);
        this.history.add(line);
        return Promise.resolve(this.fault);
      },
      cancel: () => false,
      clear: () => void this.cleared++,
      leave: () => void this.left++,
    });
  }

  /** Types letter by letter behind what is there. */
  type(text: string): void {
    for (const c of text) {
      const [from, to] = this.prompt.selection.value;
      const now = this.prompt.text.value;
      this.prompt.typed(now.slice(0, from) + c + now.slice(to), from + 1, from + 1);
    }
  }

  key(keys: string): boolean {
    const parts = keys.split('+');
    const key = parts.pop() as string;
    return this.prompt.key({
      key,
      code: key === '`' ? 'Backquote' : '',
      ctrlKey: parts.includes('Ctrl'),
      shiftKey: parts.includes('Shift'),
      altKey: false,
      metaKey: false,
    });
  }

  get text(): string {
    return this.prompt.text.value;
  }

  get names(): string[] {
    return this.prompt.listings.now.value?.choices.map((c) => c.text) ?? [];
  }
}

let desk: Desk;
const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await null;
};

beforeEach(() => {
  desk = new Desk('spawn ball 3', 'physics.gravity 4', 'spawn seed', 'echo hi');
});

describe('words', () => {
  test('are parted as the game parts them', () => {
    const source = 'set a "b \\" c"; e//d x // y\n# z\ng `h;i` #f';
    const words = statements(source).map((s) => s.map((w) => w.text));
    expect(words).toEqual([['set', 'a', '"b \\" c"'], ['e//d', 'x'], [], ['g', '`h;i`', '#f']]);
  });

  test.each([
    ['physics.gr', 10, [], 'physics.gr', false, false],
    ['spawn ba', 8, ['spawn'], 'ba', false, false],
    ['spawn ', 6, ['spawn'], '', false, false],
    ['a; spawn b', 10, ['spawn'], 'b', false, false],
    ['echo "a b', 9, ['echo'], '"a b', true, false],
    ['echo "a b" ', 11, ['echo', '"a b"'], '', false, false],
    ['echo // a', 9, ['echo'], '', false, true],
    ['one\ntw', 6, [], 'tw', false, false],
    ['echo #ff', 8, ['echo'], '#ff', false, false],
  ])('under the cursor in %j at %d', (line, cursor, before, word, quoted, comment) => {
    const found = under(line, cursor);
    expect([found.before.map((w) => w.text), found.word.text, found.quoted, found.comment]).toEqual([
      before,
      word,
      quoted,
      comment,
    ]);
  });
});

describe('completion of names', () => {
  test('ranks by how they fit, and marks what tells them apart', () => {
    const { choices, matched, all } = named('physics.gr', { cvars, commands, aliases: [] });
    expect(choices.map((c) => c.text)).toEqual([
      'physics.gravity',
      'physics.gridSize',
      'physics.groundFriction',
      'debug.grid',
    ]);
    expect([matched, all]).toEqual([4, 7]);
    expect(choices[0]).toMatchObject({ value: '14.5', default: '9.8', modified: true, mark: [8, 10] });
    expect(choices[3]?.mark).toEqual([6, 8]);
    expect(fits('gs', 'physics.gridSize')).toBeUndefined();
    expect(fits('pgs', 'physics.gridSize')?.rank).toBe(4);
  });

  test('tells type, range and unit, and no secret', () => {
    expect(specOf(cvars[0] as Cvar)).toBe('float, 0 to 50 m/s², step 0.1');
    expect(specOf(cvar('m', { type: 'enum', enum: ['a', 'b'], flags: ['latched' as never] }))).toBe('a | b, latched');
    const [secret] = named('rcon', { cvars, commands, aliases: [] }).choices;
    expect(secret).toMatchObject({ value: '•••', default: '' });
  });

  test('Tab takes what all have in common, then each in turn', () => {
    desk.type('phy');
    expect(desk.prompt.ghost).toBe('sics.gravity');
    desk.key('Tab');
    expect(desk.text).toBe('physics.gr');
    desk.key('Tab');
    expect(desk.text).toBe('physics.gravity');
    desk.key('Tab');
    desk.key('Tab');
    desk.key('Tab');
    expect(desk.text).toBe('debug.grid');
    desk.key('Tab');
    expect(desk.text).toBe('physics.gravity');
    desk.key('Shift+Tab');
    expect(desk.text).toBe('debug.grid');
    desk.key('Escape');
    expect(desk.text).toBe('physics.gr');
  });

  test('Tab with one choice takes it, and the next word may follow', () => {
    desk.type('sp');
    desk.key('Tab');
    expect(desk.text).toBe('spawn ');
    expect(desk.asked[0]).toMatchObject({ line: 'spawn ', cursor: 6 });
  });

  test('arrows choose, Enter runs what stands there', () => {
    desk.type('physics.gr');
    desk.key('ArrowDown');
    desk.key('ArrowDown');
    expect(desk.text).toBe('physics.gridSize');
    desk.key('ArrowUp');
    desk.key('ArrowUp');
    expect(desk.text).toBe('physics.gr');
    desk.key('ArrowDown');
    desk.key('Enter');
    expect([desk.ran, desk.text]).toEqual([['physics.gravity'], '']);
  });

  test('the arrow to the right takes the ghost', () => {
    desk.type('physics.gra');
    desk.key('ArrowRight');
    expect(desk.text).toBe('physics.gravity');
    expect(desk.key('ArrowRight')).toBe(false);
  });

  test('completes in the midst of a line', () => {
    desk.prompt.typed('a; spa x', 6, 6);
    desk.key('Tab');
    expect([desk.text, desk.prompt.selection.value]).toEqual(['a; spawn x', [8, 8]]);
  });

  test('nothing is offered for nothing, unless asked; and Tab goes on through the page then', () => {
    desk.prompt.typed('', 0, 0);
    expect([desk.names, desk.key('Tab'), desk.key('Shift+Tab')]).toEqual([[], false, false]);
    desk.key('Ctrl+ ');
    expect(desk.names.length).toBe(8);
  });
});

describe('completion of arguments', () => {
  const found = (...items: string[]): Completion => ({
    from: 6,
    to: 7,
    items: items.map((text) => ({ text, kind: 'value' as const })),
    usage: 'spawn <kind> [count]',
    arg: 0,
  });

  test('one question is on its way at a time, and stale answers are dropped', async () => {
    desk.type('spawn ');
    desk.type('b');
    desk.type('a');
    await settled();
    expect(desk.asked.map((a) => a.line)).toEqual(['spawn ']);
    desk.asked[0]?.answer(found('stale'));
    await settled();
    expect(desk.names).toEqual([]);
    expect(desk.asked.map((a) => a.line)).toEqual(['spawn ', 'spawn ba']);
    desk.asked[1]?.answer(found('ball', 'bat'));
    await settled();
    expect(desk.names).toEqual(['ball', 'bat']);
    expect(desk.prompt.listings.now.value).toMatchObject({ usage: 'spawn <kind> [count]', arg: 0, matched: 2 });
  });

  test('what was offered for less goes on to fit while the game has not answered', async () => {
    const all = { ...found('calm', 'normal', 'fierce'), to: 6 };
    desk.type('spawn ');
    desk.asked[0]?.answer(all);
    await settled();
    desk.type('fi');
    expect(desk.names).toEqual(['fierce']);
    desk.key('Tab');
    expect(desk.text).toBe('spawn fierce ');

    desk.prompt.typed('spawn ', 6, 6);
    for (const one of desk.asked) one.answer(all);
    await settled();
    desk.type('xy');
    expect(desk.names).toEqual([]);
    desk.key('Tab');
    expect(desk.text).toBe('spawn xy');
  });

  test('an answer that comes after Esc or Enter opens nothing', async () => {
    desk.type('spawn b');
    desk.key('Escape');
    desk.asked[0]?.answer(found('ball'));
    await settled();
    expect(desk.names).toEqual([]);
  });

  test('a game that refuses offers nothing, and is asked again', async () => {
    desk.type('spawn b');
    desk.asked[0]?.refuse();
    await settled();
    desk.asked[1]?.refuse();
    await settled();
    desk.type('a');
    desk.asked[2]?.answer(found('ball'));
    await settled();
    expect(desk.names).toEqual(['ball']);
  });
});

describe('history', () => {
  test('goes through lines that begin so, and back to what was typed', () => {
    desk.type('spawn');
    desk.key('ArrowUp');
    expect(desk.text).toBe('spawn seed');
    desk.key('ArrowUp');
    expect(desk.text).toBe('spawn ball 3');
    desk.key('ArrowUp');
    expect(desk.text).toBe('spawn ball 3');
    desk.key('ArrowDown');
    desk.key('ArrowDown');
    expect(desk.text).toBe('spawn');
  });

  test('an empty line goes through all', () => {
    for (const wanted of ['echo hi', 'spawn seed', 'physics.gravity 4']) {
      desk.key('ArrowUp');
      expect(desk.text).toBe(wanted);
    }
  });

  test('in several lines the arrows move the caret first', () => {
    desk.prompt.typed('one\ntwo', 7, 7);
    expect(desk.key('ArrowUp')).toBe(false);
    desk.prompt.moved(3, 3);
    expect(desk.key('ArrowUp')).toBe(true);
  });

  test('is searched backwards, as in a shell', () => {
    desk.key('Ctrl+r');
    desk.type('spawn');
    expect(desk.prompt.search.value).toMatchObject({ hits: ['spawn seed', 'spawn ball 3'], at: 0 });
    desk.key('Ctrl+r');
    desk.key('Ctrl+r');
    expect(desk.prompt.search.value?.at).toBe(1);
    desk.key('Tab');
    expect([desk.text, desk.prompt.search.value, desk.ran]).toEqual(['spawn ball 3', undefined, []]);
    desk.key('Ctrl+r');
    desk.key('Escape');
    expect(desk.text).toBe('spawn ball 3');
    desk.prompt.typed('', 0, 0);
    desk.key('Ctrl+r');
    desk.type('grav');
    desk.key('Enter');
    expect(desk.ran).toEqual(['physics.gravity 4']);
    desk.key('Ctrl+r');
    desk.type('no such');
    desk.key('Enter');
    expect(desk.ran.length).toBe(1);
  });

  test('is kept over sessions, for each game its own, newest last, without doubles', () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (k: string) => kept.get(k) ?? null,
      setItem: (k: string, v: string) => void kept.set(k, v),
    };
    const one = new History('a', store);
    const tab = new History('a', store);
    one.add('x');
    tab.add('y');
    one.add('x');
    one.add('  ');
    for (let i = 0; i < 1100; i++) new History('b', store).add(`line ${i}`);
    expect(new History('a', store).all).toEqual(['y', 'x']);
    expect(new History('b', store).all.length).toBe(1000);
    kept.set('scry.console.a', '{"not": "a list"');
    expect(new History('a', store).all).toEqual([]);
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    };
    const poor = new History('c', full);
    poor.add('z');
    poor.add('w');
    expect(poor.all).toEqual(['z', 'w']);
  });

  test.each([
    ['rcon.password hunter2', 'rcon.password •••'],
    ['set rcon.password "a b" c', 'set rcon.password •••'],
    ['echo a; rcon.password x; echo b', 'echo a; rcon.password •••; echo b'],
    ['bind F5 "rcon.password x"', 'bind F5 •••'],
    ['alias a `set rcon.password x`', 'alias a •••'],
    ['rcon.password', undefined],
    ['reset rcon.password', undefined],
    ['echo password', undefined],
  ])('a secret of %j is not kept', (line, shown) => {
    expect(withoutSecrets(line, (name) => name === 'rcon.password')).toBe(shown);
  });
});

describe('a line that was wrong', () => {
  beforeEach(async () => {
    desk.fault = { message: 'no kind "bal"', from: 6, to: 9, suggest: 'ball' };
    desk.type('spawn bal');
    desk.key('Enter');
    await settled();
  });

  test('comes back selected, so that a key more makes it go', () => {
    expect([desk.text, desk.prompt.selection.value, desk.prompt.fault.value?.message]).toEqual([
      'spawn bal',
      [0, 9],
      'no kind "bal"',
    ]);
    desk.type('e');
    expect([desk.text, desk.prompt.fault.value]).toEqual(['e', undefined]);
  });

  test('is mended by Tab', () => {
    desk.key('Tab');
    expect([desk.text, desk.prompt.selection.value, desk.prompt.fault.value]).toEqual([
      'spawn ball',
      [10, 10],
      undefined,
    ]);
  });

  test('is dropped by Esc', () => {
    desk.key('Escape');
    expect([desk.text, desk.left]).toEqual(['', 0]);
  });

  test('does not disturb who types on', async () => {
    desk.key('Enter');
    desk.type('n');
    await settled();
    expect([desk.text, desk.prompt.fault.value]).toEqual(['n', undefined]);
  });
});

describe('keys of a shell', () => {
  test('cut, move, clear and drop', () => {
    desk.prompt.typed('echo one two', 8, 8);
    desk.key('Ctrl+k');
    expect(desk.text).toBe('echo one');
    expect(desk.key('Ctrl+k')).toBe(false);
    desk.key('Ctrl+a');
    expect(desk.prompt.selection.value).toEqual([0, 0]);
    expect(desk.key('Ctrl+a')).toBe(false);
    desk.key('Ctrl+e');
    expect(desk.prompt.selection.value).toEqual([8, 8]);
    desk.prompt.moved(5, 5);
    desk.key('Ctrl+u');
    expect(desk.text).toBe('one');
    desk.key('Ctrl+l');
    expect(desk.cleared).toBe(1);
    expect(desk.key('Ctrl+c')).toBe(true);
    expect(desk.text).toBe('');
    desk.prompt.typed('copy me', 0, 7);
    expect(desk.key('Ctrl+c')).toBe(false);
  });

  test('Shift+Enter is left to the field, Enter runs all lines as one', () => {
    expect(desk.key('Shift+Enter')).toBe(false);
    desk.prompt.typed('one\ntwo', 7, 7);
    desk.key('Enter');
    expect(desk.ran).toEqual(['one\ntwo']);
    desk.prompt.typed(' \n', 2, 2);
    desk.key('Enter');
    expect(desk.ran.length).toBe(1);
  });

  test('Esc closes what is open, then leaves; so does the key that led here', () => {
    desk.type('phy');
    desk.key('Escape');
    expect([desk.names, desk.text, desk.left]).toEqual([[], 'phy', 0]);
    desk.key('Escape');
    expect(desk.left).toBe(1);
    expect(desk.key('`')).toBe(true);
    expect(desk.left).toBe(2);
  });

  test('a raw string may begin and end with that key', () => {
    desk.type('echo ');
    expect(desk.key('`')).toBe(false);
    desk.type('`a b');
    expect(desk.key('`')).toBe(false);
    desk.type('`');
    expect(desk.key('`')).toBe(true);
  });
});

test('what all begin with', () => {
  expect(commonPrefix('phy', ['physics.gravity', 'physics.grid', 'debug.phy'])).toBe('physics.gr');
  expect(commonPrefix('physics.gr', ['physics.gravity', 'physics.grid'])).toBe('');
  expect(commonPrefix('x', ['a'])).toBe('');
  expect(commonPrefix('', ['"hunter 1"', '"hunter 2"'])).toBe('');
  expect(commonPrefix('', ['"a b"', '"a b"'])).toBe('"a b"');
});
