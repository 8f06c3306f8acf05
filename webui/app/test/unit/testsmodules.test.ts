import { describe, expect, test } from 'vitest';
import { importsOf, LinkError, link, pathOf, resolve } from '../../src/panels/tests/modules';
import { testsIn } from '../../src/panels/tests/scan';
import { tokens } from '../../src/panels/tests/tokens';

const names = (source: string) => importsOf(source).map((i) => i.name);

describe('imports', () => {
  test('of every form are found', () => {
    const source = `#!/usr/bin/env node
import 'bare';
import one from "one";
import * as two from 'two';
import { three, four as five } from 'three';
import six, { seven } from 'six';
import { "a string" as eight } from 'eight';
import data from 'data' with { type: 'json' };
export * from 'nine';
export * as ten from 'ten';
export { eleven } from 'eleven';
const x = await import('twelve');
const y = import('thirteen', { with: {} });
`;
    const numbers = ['nine', 'ten', 'eleven', 'twelve', 'thirteen'];
    expect(names(source)).toEqual(['bare', 'one', 'two', 'three', 'six', 'eight', 'data', ...numbers]);
  });

  test('are not seen where there are none', () => {
    const source = `
// import 'comment'
/* import 'block' */
const a = "import 'string'";
const b = \`import 'template' \${\`import 'nested' \${1}\`} import 'rest'\`;
const c = /import 'regex'/;
const d = x / import.meta.url / 2;
const e = { import: 'key', from: 'f' };
obj.import('method');
export const from = 'variable';
export default 'value';
export { local };
const f = import(name);
const g = a / 2; // '
const h = [1] / 2, i = (1) / 3;
return /['"\`]/.test(x);
`;
    expect(names(source)).toEqual([]);
  });

  test('stand where they say', () => {
    const source = 'import { x } from \'./x.js\'; export * from "y"';
    for (const { from, to, name } of importsOf(source)) expect(source.slice(from + 1, to - 1)).toBe(name);
  });

  test('of a template with code in it are found', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    expect(names("const a = `${(await import('inside')).x} import 'not'`; import 'behind'")).toEqual([
      'inside',
      'behind',
    ]);
  });

  test('tokens never overlap, whatever the text is', () => {
    const pieces = [
      'import',
      "'",
      '"',
      '`',
      '${',
      '}',
      '/',
      '\\',
      '\n',
      '//',
      '/*',
      '*/',
      '(',
      ')',
      '[',
      ']',
      'a',
      ' ',
      '.',
      'é',
      '😀',
      '<',
    ];
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed / 2 ** 32;
    };
    for (let n = 0; n < 2000; n++) {
      const source = Array.from({ length: 30 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      let end = 0;
      for (const { from, to } of tokens(source)) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        end = to;
      }
      expect(end).toBeLessThanOrEqual(source.length + 1);
      importsOf(source);
      testsIn(source);
    }
  });
});

describe('names of modules', () => {
  test.each([
    ['scry-client', 'a.test.js', 'scry-client/client.js'],
    ['scry-client/test', 'deep/in/a.test.js', 'scry-client/test.js'],
    ['./b.js', 'a.test.js', 'b.js'],
    ['./b.js', 'deep/a.test.js', 'deep/b.js'],
    ['../b.js', 'deep/a.test.js', 'b.js'],
    ['./x/../b.js', 'deep/a.test.js', 'deep/b.js'],
    ['./driver/run.js', 'scry-client/test.js', 'scry-client/driver/run.js'],
    ['../b.js', 'a.test.js', undefined],
    ['node:fs', 'a.test.js', undefined],
    ['https://x.example/a.js', 'a.test.js', undefined],
    ['/client.js', 'a.test.js', undefined],
    ['lodash', 'a.test.js', undefined],
  ])('%s in %s is %s', (specifier, from, want) => {
    expect(resolve(specifier, from)).toBe(want);
  });

  test('of the client are paths of the page', () => {
    expect(pathOf('scry-client/client.js')).toBe('client.js');
    expect(pathOf('scry-client/test.js')).toBe('client/test.js');
    expect(pathOf('scry-client/driver/run.js')).toBe('client/driver/run.js');
  });
});

describe('linking', () => {
  const reader = (files: Record<string, string>) => async (name: string) => files[name];

  test('puts modules behind those that they import, each once', async () => {
    const files = {
      'a.js': "import './b.js';\nimport { c } from './c.js';\nrun();",
      'b.js': "import './c.js'",
      'c.js': 'export const c = 1;',
    };
    const { list, at } = await link(['a.js'], reader(files));
    expect(list.map((m) => m.name)).toEqual(['c.js', 'b.js', 'a.js']);
    expect(at.get('a.js')).toBe(2);
    // The lines of the text stay where they were.
    expect(list[2]?.parts).toEqual(['import ', 1, ';\nimport { c } from ', 0, ';\nrun();']);
  });

  const failing = async (files: Record<string, string>): Promise<LinkError> => {
    try {
      await link(['a.js'], reader(files));
    } catch (fault) {
      if (fault instanceof LinkError) return fault;
    }
    throw new Error('it linked');
  };

  test('says which file is missing, and who wants it', async () => {
    const fault = await failing({ 'a.js': "\n\nimport './gone.js'" });
    expect(fault).toMatchObject({ message: 'there is no file gone.js', file: 'a.js', line: 3 });
  });

  test('refuses what a browser would fetch from elsewhere', async () => {
    expect((await failing({ 'a.js': "import 'https://x.example/y.js'" })).message).toContain('cannot import');
  });

  test('refuses circles', async () => {
    const fault = await failing({ 'a.js': "import './b.js'", 'b.js': "\nimport './a.js'" });
    expect(fault).toMatchObject({ message: expect.stringContaining('a.js → b.js → a.js'), file: 'b.js', line: 2 });
  });

  test('lets the client be where it asks Node for something', async () => {
    const files = { 'scry-client/client.js': "const x = import('./node-socket.js'); export {}" };
    const { list } = await link(['scry-client/client.js'], reader(files));
    expect(list).toHaveLength(1);
  });
});

describe('tests in a text', () => {
  test('are named as the driver names them', () => {
    const source = `import { test, describe } from 'scry-client/test';
test('one', async () => { expect(f(1)).toBe(2); });
describe("group", () => {
  test.skip(\`two\`, () => {});
  describe.only('inner', () => {
    test.only('it\\'s \\u0041', () => {});
  });
  test('four', { timeout: 5 }, () => {});
});
test(name, () => {});
// test('comment')
x.test('method');
test.beforeEach(() => {});
test('last', () => {});
`;
    expect(testsIn(source)).toEqual([
      { name: 'one', line: 2 },
      { name: 'group › two', line: 4 },
      { name: "group › inner › it's A", line: 6 },
      { name: 'group › four', line: 8 },
      { name: 'last', line: 14 },
    ]);
  });
});
