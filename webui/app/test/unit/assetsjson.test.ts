// JSON as a flat tree, against the language's own parser.

import { describe, expect, test } from 'vitest';
import { JsonFault, JsonTree, mostDepth, openFirst, openTo, search, seen } from '../../src/panels/assets/view/jsontree';
import { randomFrom } from '../fixtures/random';

/** The value of a node, rebuilt from the tree. */
function value(tree: JsonTree, node: number): unknown {
  const kind = tree.kind(node);
  if (kind !== 'object' && kind !== 'array') return JSON.parse(tree.source(node));
  const inside: [string, unknown][] = [];
  for (let n = node + 1; n < (tree.end[node] as number); n = tree.end[n] as number)
    inside.push([tree.key(n), value(tree, n)]);
  return kind === 'array' ? inside.map(([, v]) => v) : Object.fromEntries(inside);
}

const random = randomFrom(11);

function some(depth: number): unknown {
  switch (random(depth > 4 ? 4 : 7)) {
    case 0:
      return random(2000) - 1000;
    case 1:
      return ['', 'a b', 'é"\\\n', '<b>'][random(4)];
    case 2:
      return [true, false, null][random(3)];
    case 3:
      return random(100) / 7;
    case 4:
      return Array.from({ length: random(5) }, () => some(depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random(5) }, (_, i) => [`k${i}${['', ' x', '"'][random(3)]}`, some(depth + 1)]),
      );
  }
}

describe('a JSON tree', () => {
  test('holds what the text says', () => {
    for (let i = 0; i < 300; i++) {
      const v = some(0);
      const text = JSON.stringify(v, null, random(3));
      expect(value(new JsonTree(text), 0)).toEqual(v);
    }
  });

  test('refuses what the language refuses', () => {
    const letters = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '1',
      '-',
      '.',
      'e',
      ' ',
      'true',
      'null',
      '\\',
      '\n',
      '0',
      '\u0001',
      '"k"',
    ];
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: 1 + random(9) }, () => letters[random(letters.length)]).join('');
      let good = true;
      try {
        JSON.parse(text);
      } catch {
        good = false;
      }
      if (good) expect(() => new JsonTree(text), text).not.toThrow();
      else expect(() => new JsonTree(text), text).toThrow(JsonFault);
    }
  });

  test('keeps numbers as they are written, and both of two twins', () => {
    const tree = new JsonTree('{"a":12345678901234567890,"a":1e400}');
    expect([tree.raw(1), tree.raw(2)]).toEqual(['12345678901234567890', '1e400']);
    expect(tree.size(0)).toBe(2);
  });

  test('says where a fault is', () => {
    const fault = (text: string): [number, number] => {
      try {
        new JsonTree(text);
      } catch (e) {
        return [(e as JsonFault).line, (e as JsonFault).column];
      }
      return [0, 0];
    };
    expect(fault('{\n  "a": 1,\n  b: 2\n}')).toEqual([3, 3]);
    expect(fault('[1, 2')).toEqual([1, 6]);
    expect(fault('{} x')).toEqual([1, 4]);
  });

  test('is bounded in depth, and a megabyte of brackets costs nothing', () => {
    expect(() => new JsonTree('['.repeat(mostDepth) + ']'.repeat(mostDepth))).not.toThrow();
    expect(() => new JsonTree('['.repeat(1 << 20))).toThrow('deep');
  });

  test('names every place by its path', () => {
    const tree = new JsonTree('{"waves":[{"boss":{"big one":1}}],"ü":2}');
    const paths = Array.from({ length: tree.count }, (_, n) => tree.path(n));
    expect(paths).toEqual(['', 'waves', 'waves[0]', 'waves[0].boss', 'waves[0].boss["big one"]', 'ü']);
  });

  test('shows what is open, opens to what is found', () => {
    const tree = new JsonTree('{"a":{"b":[1,2,{"deep":"here"}]},"c":3}');
    expect(seen(tree, new Set([0])).map((n) => tree.key(n))).toEqual(['', 'a', 'c']);
    const [hit] = search(tree, 'HERE');
    const open = new Set<number>();
    openTo(tree, hit as number, open);
    expect(seen(tree, open).map((n) => tree.key(n))).toEqual(['', 'a', 'b', '0', '1', '2', 'deep', 'c']);
    expect(openFirst(tree).has(0)).toBe(true);
  });
});
