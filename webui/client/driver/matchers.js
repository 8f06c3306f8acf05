// Matchers of plain values. Each says whether it holds, and in words what was expected.

import { differences, equal, includes } from './equal.js';
import { TestError } from './failure.js';
import { show } from './format.js';

function numbers(matcher, ...values) {
  for (const value of values) {
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw new TestError(`${matcher} compares numbers, and ${show(value)} is none`);
    }
  }
}

function compared(name, words, holds) {
  return (actual, bound) => {
    numbers(name, bound);
    // What is no number is no fault of the test: it is what the game has.
    return {
      ok: typeof actual === typeof bound && holds(actual, bound),
      words: `${words} ${show(bound)}`,
      expected: bound,
    };
  };
}

/** By name: what is there and the arguments, to `{ ok, words, expected }`. */
export const matchers = {
  toBe: (actual, expected) => ({ ok: Object.is(actual, expected), words: `be ${show(expected)}`, expected }),

  toEqual(actual, expected) {
    const apart = differences(expected, actual);
    return {
      ok: equal(expected, actual),
      words: `equal ${show(expected)}`,
      expected,
      note: apart.length > 0 ? `they differ at ${apart.join(', ')}` : undefined,
    };
  },

  toMatchObject: (actual, part) => ({
    ok: includes(actual, part),
    words: `have at least ${show(part)}`,
    expected: part,
  }),

  /** Within a distance: `toBeCloseTo(90, 0.5)`. */
  toBeCloseTo(actual, expected, by = 0.005) {
    numbers('toBeCloseTo', expected, by);
    const ok = actual === expected || (typeof actual === 'number' && Math.abs(actual - expected) <= by);
    return { ok, words: `be within ${show(by)} of ${show(expected)}`, expected };
  },

  toBeGreaterThan: compared('toBeGreaterThan', 'be greater than', (a, b) => a > b),
  toBeGreaterThanOrEqual: compared('toBeGreaterThanOrEqual', 'be at least', (a, b) => a >= b),
  toBeLessThan: compared('toBeLessThan', 'be less than', (a, b) => a < b),
  toBeLessThanOrEqual: compared('toBeLessThanOrEqual', 'be at most', (a, b) => a <= b),

  toBeBetween(actual, low, high) {
    numbers('toBeBetween', low, high);
    return {
      ok: actual >= low && actual <= high,
      words: `be between ${show(low)} and ${show(high)}`,
      expected: [low, high],
    };
  },

  toBeTruthy: (actual) => ({ ok: Boolean(actual), words: 'be truthy' }),
  toBeFalsy: (actual) => ({ ok: !actual, words: 'be falsy' }),
  toBeNull: (actual) => ({ ok: actual === null, words: 'be null', expected: null }),
  toBeDefined: (actual) => ({ ok: actual !== undefined, words: 'be defined' }),
  toBeUndefined: (actual) => ({ ok: actual === undefined, words: 'be undefined' }),
  toBeNaN: (actual) => ({ ok: Number.isNaN(actual), words: 'be NaN' }),
  toBeInstanceOf: (actual, type) => ({ ok: actual instanceof type, words: `be a ${type.name}` }),

  toContain(actual, item) {
    if (typeof actual === 'string')
      return { ok: actual.includes(item), words: `contain ${show(item)}`, expected: item };
    if (typeof actual?.[Symbol.iterator] !== 'function')
      throw new TestError(`${show(actual)} contains nothing: it is no list and no text`);
    return { ok: [...actual].some((x) => equal(x, item)), words: `contain ${show(item)}`, expected: item };
  },

  toHaveLength: (actual, length) => ({
    ok: actual?.length === length,
    words: `have length ${length}`,
    expected: length,
  }),

  toMatch(actual, pattern) {
    const ok =
      typeof actual === 'string' && (pattern instanceof RegExp ? pattern.test(actual) : actual.includes(pattern));
    return { ok, words: `match ${pattern instanceof RegExp ? pattern : show(pattern)}`, expected: String(pattern) };
  },
};

/** Whether an error is as described: by a part or a pattern of its message, its class, or members as `{ code: 1005 }`. */
export function isError(error, like) {
  if (like === undefined) return true;
  const message = String(error?.message ?? error);
  if (typeof like === 'string') return message.includes(like);
  if (like instanceof RegExp) return like.test(message);
  if (typeof like === 'function') return error instanceof like;
  return Object.keys(like).every((key) => includes(error?.[key], like[key]));
}
