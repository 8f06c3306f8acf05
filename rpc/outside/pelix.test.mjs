// Debian's python3-jsonrpclib-pelix: HTTP alone, ids of uuids, and an error when a notification is
// answered with anything but 200.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Game } from './harness/game.mjs';

// Debian's own Python: the package is installed for it and no other.
const python = process.env.PYTHON ?? '/usr/bin/python3';

test('jsonrpclib-pelix', async (t) => {
  const game = await Game.start();
  t.after(() => game.dispose());
  const script = new URL('pelix.py', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(python, [script, `${game.url}/rpc`, game.token], { timeout: 60_000 });
  const got = JSON.parse(stdout);

  await t.test('calls by position, by name and by a method of a method', () => {
    assert.deepEqual(got.position, { result: [1, 'two', [3], { four: null }] });
    assert.deepEqual(got.name, { result: { a: 1, b: 'é😀' } });
    assert.equal(got.dotted.result.name, 'physics.gravity');
  });

  await t.test('gets integers back that no double holds', () => {
    assert.match(stdout, /"large": \{"result": \[9007199254740993, 18446744073709551616\]\}/);
  });

  await t.test('notifies', () => {
    assert.deepEqual(got.notification, { result: null });
    assert.equal(got.after.result.value, 11);
    assert.deepEqual(got.reset.result.flags, []);
  });

  await t.test('is told what is wrong, with code and words, and with data where the code is ours', () => {
    assert.deepEqual(got.unknown, {
      code: -32601,
      message: 'method "cvar.sett" is not known; nearest is "cvar.set"',
    });
    assert.equal(got.missing.code, -32602);
    assert.match(got.missing.message, /"name" is missing/);
    assert.equal(got.absent.code, 1004);
    assert.equal(got.absent.message, 'cvar "physics.gravty" is not known; nearest is "physics.gravity"');
    assert.equal(got.absent.data.suggest, 'physics.gravity');
  });

  await t.test('sends a batch', () => {
    const [one, cvar, two] = got.batch.result;
    assert.deepEqual([one, two], [[1], [2]]);
    assert.equal(cvar.name, 'physics.gravity');
    assert.equal(got.batch.result.length, 3);
  });

  await t.test('has to show the token, and to be told the content type that a page cannot forge', () => {
    assert.deepEqual(got.stranger, { status: 401 });
    assert.deepEqual(got.untold, { status: 415 });
  });
});
