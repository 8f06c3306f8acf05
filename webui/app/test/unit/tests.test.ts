import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { RpcError } from '../../src/core/rpc';
import { expectations, locator, members, namesAt } from '../../src/panels/tests/editor/complete';
import type { Schema } from '../../src/panels/tests/editor/schema';
import { formats, report } from '../../src/panels/tests/exports';
import {
  countsOf,
  type Fault,
  faultFrom,
  faultOf,
  newTest,
  stateOf,
  stepOf,
  type Test,
} from '../../src/panels/tests/model';
import { recordOf } from '../../src/panels/tests/record';
import { Bridge, barred } from '../../src/panels/tests/sandbox/bridge';
import { stackLines } from '../../src/panels/tests/stack';

const client = join(import.meta.dirname, '../../../client');

const of = (name: string, more: Partial<Test>): Test => ({ ...newTest('a.test.js', name, 3), ...more });

describe('states', () => {
  test.each([
    [['pass', 'pass'], 'pass'],
    [['pass', 'fail'], 'fail'],
    [['fail', 'running'], 'running'],
    [['pass', 'waiting'], 'waiting'],
    [['pass', 'none'], 'none'],
    [['skip', 'skip'], 'skip'],
    [['skip', 'pass'], 'pass'],
    [[], 'none'],
  ] as const)('%j together are %s', (states, want) => {
    expect(stateOf(countsOf(states.map((state, i) => of(String(i), { state }))))).toBe(want);
  });
});

describe('what a test tells', () => {
  test('is made harmless', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const fault = faultFrom({
      message: 7,
      stack: null,
      expected: circle,
      values: [1, { tick: 'x', values: 2 }],
      image: { differ: 'x' },
    });
    expect(fault).toMatchObject({ message: '', stack: '', values: [{ tick: 0 }, { tick: 0 }] });
    expect(fault.image).toMatchObject({ differ: 0, expected: undefined });
    expect(stepOf({ depth: 1e9, text: 'x'.repeat(50_000), frame: Number.NaN }).text).toHaveLength(20_000);
    expect(stepOf(null)).toMatchObject({ depth: 0, frame: 0 });
    expect(faultFrom(undefined).message).toBe('');
  });

  test('stands in a record as in an event', () => {
    const record = recordOf({
      version: 1,
      name: 'opens',
      file: 'door.test.js',
      state: 'fail',
      began: { frame: 3, tick: 4 },
      ended: { frame: 9, tick: 12 },
      steps: [{ text: 'step 3 ticks', kind: 'time', ok: true, to: { frame: 5, tick: 7 }, ms: 2 }],
      errors: [
        {
          message: 'shut',
          stack: 'at door.test.js:3:4',
          image: { name: 'x.png', actual: 'AAEC', differ: 3, of: 9, allowed: 0 },
        },
      ],
      input: [{ tick: 4, method: 'input.key', params: { code: 'KeyA' } }],
      replay: 'npx scry-test door.test.js',
    });
    expect(record?.test).toMatchObject({
      name: 'opens',
      state: 'fail',
      frame: 9,
      steps: [{ frame: 5, tick: 7, level: 'info' }],
    });
    expect([...(record?.test.errors[0]?.image?.actual ?? [])]).toEqual([0, 1, 2]);
    for (const nonsense of [null, 7, 'x', [], {}, { version: 2, name: 'x' }, { version: 1 }])
      expect(recordOf(nonsense)).toBeUndefined();
    expect(recordOf({ version: 1, name: 'x', steps: 7, errors: 'no', input: {}, ended: 3 })?.test.steps).toEqual([]);
  });

  test('places in stacks are found, in any browser', () => {
    const lines = stackLines(
      '    at run (deep/a.test.js:7:12)\nb.test.js:3:1\nfoo@lib/c.js:4:9\nat new Promise (<anonymous>)',
    );
    expect(lines.map(({ file, line, column }) => [file, line, column])).toEqual([
      ['deep/a.test.js', 7, 12],
      ['b.test.js', 3, 1],
      ['lib/c.js', 4, 9],
      ['', 0, 0],
    ]);
  });
});

describe('exports', () => {
  const nasty = 'a <b> & "c" \u0001 \ud83d\ude00 # not a directive\nsecond line ]]>';
  const list: Test[] = [
    of('passes', { state: 'pass', ms: 12, frame: 4 }),
    of(nasty, { state: 'fail', ms: 3, errors: [faultOf(nasty, 'at a.test.js:3:4')], trace: 'x.scry' }),
    of('skipped', { state: 'skip' }),
    of('did not run', { state: 'none' }),
  ];
  const broken = new Map<string, Fault>([['broken.test.js', faultOf('it does not load', '')]]);
  const write = (name: string): string => {
    const format = formats.find((f) => f.name === name);
    return format === undefined ? '' : report(format.reporter, list, broken, 1);
  };

  test('are XML that a parser reads', () => {
    const text = write('JUnit');
    const xml = new DOMParser().parseFromString(text.replace(/[^\x20-\x7e\n]/gu, '?'), 'application/xml');
    expect(xml.querySelector('parsererror')).toBeNull();
    const cases = [...xml.querySelectorAll('testcase')];
    expect(cases).toHaveLength(4);
    expect(xml.querySelectorAll('failure, error')).toHaveLength(2);
    expect(xml.querySelectorAll('skipped')).toHaveLength(1);
    expect(wellFormed(text)).toBe(true);
  });

  test('are TAP that a parser reads', () => {
    const points = parseTap(write('TAP'));
    expect(points.plan).toBe(4);
    expect(points.list.map((p) => p.ok)).toEqual([false, true, false, true]);
    expect(points.list.map((p) => p.skip)).toEqual([false, false, false, true]);
    expect(points.list.map((p) => p.number)).toEqual([1, 2, 3, 4]);
  });
});

// Every tag is closed in its order, and no character is one that XML has no way to write.
function wellFormed(text: string): boolean {
  const open: string[] = [];
  const rest = text
    .replace(/<\?xml[^?]*\?>/, '')
    .replace(/<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g, (_, close, name, __, alone) => {
      if (close) expect(open.pop()).toBe(name);
      else if (!alone) open.push(name);
      return '';
    });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return open.length === 0 && !/[<]|[\x00-\x08\x0b\x0c\x0e-\x1f]|&(?!amp;|lt;|gt;|quot;|apos;|#\d+;)/.test(rest);
}

// TAP 14, as far as test points, directives and YAML blocks go.
function parseTap(text: string): { plan: number; list: { ok: boolean; number: number; skip: boolean }[] } {
  const lines = text.split('\n');
  expect(lines.shift()).toBe('TAP version 14');
  const list: { ok: boolean; number: number; skip: boolean }[] = [];
  let plan = -1;
  let inYaml = false;
  for (const line of lines) {
    if (/^ {2}---$/.test(line)) inYaml = true;
    else if (/^ {2}\.\.\.$/.test(line)) inYaml = false;
    else if (inYaml) expect(line).toMatch(/^ {2}/);
    else if (/^1\.\.\d+$/.test(line)) plan = Number(line.slice(3));
    else if (line !== '' && !line.startsWith('#')) {
      const [, not, number, rest = ''] = /^(not )?ok (\d+) - (.*)$/.exec(line) ?? [];
      expect(number, line).toBeDefined();
      list.push({ ok: not === undefined, number: Number(number), skip: /(^|[^\\])#\s*SKIP/i.test(rest) });
    }
  }
  return { plan, list };
}

describe('the bridge', () => {
  const answers: string[] = [];
  const game = {
    call: vi.fn(async (method: string): Promise<unknown> => {
      if (method === 'fails') throw new RpcError(1004, 'no', { kind: 'not-found' });
      if (method === 'world.snapshot') return { id: 5 };
      return { method };
    }),
    subscribe: vi.fn((_topic: string, _options: object) => ({ close: vi.fn() })),
    login: () => ({ name: 'you' }),
  };
  const bridge = () => {
    answers.length = 0;
    return new Bridge(game, (text) => answers.push(text));
  };
  const settled = async () => {
    for (let i = 0; i < 10; i++) await null;
    return answers.map((a) => JSON.parse(a));
  };

  test('hands calls on, and their answers back', async () => {
    const b = bridge();
    b.receive(
      '[{"jsonrpc":"2.0","id":1,"method":"world.list","params":{"kind":"x"}},{"jsonrpc":"2.0","id":2,"method":"fails"}]',
    );
    expect(await settled()).toEqual([
      { jsonrpc: '2.0', id: 1, result: { method: 'world.list' } },
      { jsonrpc: '2.0', id: 2, error: { code: 1004, message: 'no', data: { kind: 'not-found' } } },
    ]);
  });

  test.each([
    'session.close',
    'network.block',
    'client.send',
    'topic.publish',
    'topic.list',
    'test.write',
    'test.read',
    'sub.other',
    '$/ping',
    'cvar.save',
    'incident.delete',
  ])('does not hand on %s', async (method) => {
    expect(barred(method)).not.toBe('');
    const b = bridge();
    game.call.mockClear();
    b.receive(JSON.stringify({ id: 1, method, params: {} }));
    expect((await settled())[0].error.code).toBe(1003);
    expect(game.call).not.toHaveBeenCalled();
  });

  test.each([
    'cvar.set',
    'world.list',
    'time.step',
    'input.key',
    'display.screenshot',
    'testing.own',
    'networked.game',
    'rpc.discover',
  ])('hands on %s', (method) => expect(barred(method)).toBe(''));

  test('notes what must be put right', async () => {
    const b = bridge();
    for (const [method, params] of [
      ['time.hold', {}],
      ['input.key', { code: 'KeyA' }],
      ['cvar.set', { name: 'x', value: 1 }],
      ['world.snapshot', {}],
    ] as const)
      b.receive(JSON.stringify({ id: method, method, params }));
    await settled();
    expect(b.done).toMatchObject({ held: true, input: true, cvars: new Set(['x']), snapshots: new Set([5]) });
    b.receive(JSON.stringify({ id: 9, method: 'time.resume' }));
    b.receive(JSON.stringify({ id: 8, method: 'world.drop', params: { id: 5 } }));
    expect(b.done).toMatchObject({ held: false, snapshots: new Set() });
  });

  test('follows topics, but not those of others, and ends them', async () => {
    const b = bridge();
    b.receive('{"id":1,"method":"sub.open","params":{"id":"w","topic":"wire"}}');
    expect((await settled())[0].error.code).toBe(1003);
    b.receive('{"id":2,"method":"sub.open","params":{"id":"l","topic":"log"}}');
    const options = game.subscribe.mock.calls.at(-1)?.[1] as {
      onSnapshot(s: unknown, m: object): void;
      onEvent(v: unknown, m: object): void;
    };
    options.onSnapshot({ lines: [] }, { seq: 3 });
    options.onEvent({ lines: [1] }, { seq: 4, frame: 9 });
    const [, opened] = await settled();
    expect(answers.map((a) => JSON.parse(a))).toContainEqual({
      jsonrpc: '2.0',
      method: 'sub.event',
      params: { seq: 4, frame: 9, id: 'l', value: { lines: [1] } },
    });
    expect(answers.map((a) => JSON.parse(a))).toContainEqual({
      jsonrpc: '2.0',
      id: 2,
      result: { id: 'l', seq: 3, snapshot: { lines: [] } },
    });
    expect(opened).toBeDefined();
    b.close();
    expect(game.subscribe.mock.results.at(-1)?.value.close).toHaveBeenCalled();
    const before = answers.length;
    options.onEvent({}, { seq: 5 });
    expect(answers).toHaveLength(before);
  });

  test('takes no nonsense', () => {
    for (const text of ['', '{', 'null', '7', '{"id":1}', '[[]]']) expect(() => bridge().receive(text), text).toThrow();
    expect(() => bridge().receive('{"id":1}')).toThrow('no request');
    expect(() => bridge().receive(JSON.stringify(Array.from({ length: 5000 }, () => ({ method: 'x' }))))).toThrow(
      'more than 4096',
    );
  });
});

describe('completion', () => {
  const named = (...list: string[]) => list.map((name) => ({ name, detail: '', help: '' }));
  const schema: Schema = {
    methods: [{ ...named('cvar.set')[0], params: named('name', 'value') }] as unknown as Schema['methods'],
    topics: named('log'),
    cvars: named('physics.gravity'),
    kinds: named('hunter'),
    fields: named('pos.x'),
    scopes: named('physics'),
  };
  const at = (text: string) => namesAt(text, schema)?.names.map((n) => n.name);

  test.each([
    ["await game.call('cv", 'cvar.set'],
    ["await game.call('cvar.set', { na", 'name'],
    ["await game.call('cvar.set', { name: 'x', v", 'value'],
    ["game.subscribe('", 'log'],
    ["cvars.set('phys", 'physics.gravity'],
    ["input.press('Arr", 'ArrowUp'],
    ["world.get('", 'hunter'],
    ["world.get({ kind: 'h", 'hunter'],
    ["world.get('hunter').path('po", 'pos.x'],
    ["expect('count(hun", 'hunter'],
    ["time.until('player.hea", 'pos.x'],
    ["perf.scope('ph", 'physics'],
    ['world.', 'create'],
    ["await expect(x.path('y')).to", 'toReach'],
    ['await expect(x).not.to', 'toBe'],
    ["world.get('x').", 'path'],
    ["test('x', async ({ wor", 'world'],
  ])('after %s there is %s', (text, want) => {
    expect(at(text)).toContain(want);
  });

  test.each(['const x = ', "foo('", 'a.b.'])('nothing is known after %s', (text) => expect(at(text)).toBeUndefined());

  // What is offered is what the driver has: a name that was dropped there must not be offered here.
  test('offers what there is', () => {
    const source = ['fixtures', 'world', 'suite', 'matchers', 'engine', 'expect', 'image']
      .map((name) => readFileSync(join(client, 'driver', `${name}.js`), 'utf8'))
      .join('\n')
      .concat(readFileSync(join(client, 'test.js'), 'utf8'));
    for (const name of [...Object.values(members).flat(), ...locator, ...expectations])
      expect(
        new RegExp(`\\b${name}\\b\\s*[(:,)=]|\\b(get|async|function) ${name}\\b|\\b${name} }`).test(source),
        name,
      ).toBe(true);
  });
});
