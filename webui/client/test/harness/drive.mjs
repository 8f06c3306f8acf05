// Runs tests of the driver on a game in memory.

import assert from 'node:assert/strict';
import { run, test } from '../../test.js';
import { FakeGame } from './fakegame.mjs';

/** Runs the tests that `declare` declares; returns the sums, the events, and the files that were written. */
export async function drive(declare, { game = new FakeGame(), host, ...options } = {}) {
  const events = [];
  const files = new Map();
  const sum = await run([{ name: 'a/b.test.js', load: async () => declare() }], {
    onEvent: (event) => events.push(structuredClone(event)),
    ...options,
    host: {
      game,
      read: async (name) => files.get(name) ?? null,
      write: async (name, bytes) => void files.set(name, bytes),
      artifact: async (_id, name, _type, bytes) => {
        files.set(name, bytes);
        return name;
      },
      replay: ({ name, seed }) => `replay ${name} ${seed}`,
      ...host,
    },
  });
  return { sum, events, files, tests: events.filter((e) => e.type === 'test') };
}

/** Runs one test that must fail, and returns its first error. */
export async function failure(body, options) {
  const { tests } = await drive(() => test('fails', body), options);
  assert.equal(tests.length, 1);
  assert.equal(tests[0].state, 'fail', 'the test passed');
  return tests[0].errors[0];
}

/** Runs one test that must pass. */
export async function success(body, options) {
  const { tests } = await drive(() => test('passes', body), options);
  assert.deepEqual(tests[0].errors, []);
}
