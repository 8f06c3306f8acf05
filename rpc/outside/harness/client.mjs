// What every client has to be able to do, whoever wrote it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Game, soon } from './game.mjs';

/**
 * A client under test. `call` resolves to the result and rejects with whatever the library makes
 * of an error; `refusal` turns that into `{code, message, data}`.
 *
 * @typedef {{
 *   call: (method: string, params?: object) => Promise<unknown>,
 *   notify: (method: string, params?: object) => unknown,
 *   refusal: (error: any) => {code: number, message: string, data: any},
 *   batch?: (calls: {method: string, params?: object}[]) => Promise<{result?: any, error?: any}[]>,
 *   close: () => unknown,
 * }} Subject
 */

/**
 * Runs the conversation that all clients share, and then the client's own tests. `many` is how
 * many calls are in flight at once.
 *
 * @param {string} name
 * @param {{open: (game: Game) => Promise<Subject>, batches?: boolean, many?: number}} subject
 * @param {(ask: () => {game: Game, client: Subject}) => void} own
 */
export function conversation(name, { open, batches = true, many = 200 }, own) {
  describe(name, () => {
    let game;
    let client;
    before(async () => {
      game = await Game.start();
      client = await open(game);
    });
    after(async () => {
      await client?.close();
      await game?.dispose();
    });
    calls(() => client, many);
    if (batches) batch(() => client);
    errors(() => client);
    own(() => ({ game, client }));
  });
}

// Texts in which a careless reader or writer loses something.
const texts = [
  '',
  'é',
  '\u0000\u001f',
  '\\u0041 "\\/',
  '\u2028\u2029',
  '😀',
  '\ud83d\ude00x',
  '</script>',
  'x'.repeat(5000),
];

/** What a client is answered when all is well. */
function calls(ask, many) {
  const call = (...args) => soon(`the answer to ${args[0]}`, ask().call(...args));

  test('calls by position and by name', async () => {
    assert.deepEqual(await call('echo', [1, 'two', [3], { four: null }]), [1, 'two', [3], { four: null }]);
    assert.deepEqual(await call('echo', { a: 1, b: [true, false] }), { a: 1, b: [true, false] });
    assert.equal((await call('cvar.get', ['physics.gravity'])).unit, 'px/s²');
    assert.equal((await call('cvar.get', { name: 'physics.gravity' })).unit, 'px/s²');
  });

  test('is answered null where there is nothing to say', async () => {
    assert.equal(await call('$/cancelRequest', { id: 'no call has this one' }), null);
  });

  test('gets texts and numbers back as they were', async () => {
    assert.deepEqual(await call('echo', texts), texts);
    const numbers = [0, -0, 1.5, -2.25e-7, 1e21, 5e-324, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER];
    assert.deepEqual(await call('echo', numbers), JSON.parse(JSON.stringify(numbers)));
    const odd = JSON.parse('{"__proto__": 1, "constructor": 2, "": 3, "a/b~c": 4}');
    assert.deepEqual(await call('echo', odd), odd);
  });

  test('has many calls in flight, each answered with its own result', async () => {
    const wanted = Array.from({ length: many }, (_, i) => [i]);
    assert.deepEqual(await Promise.all(wanted.map((n) => call('echo', n))), wanted);
  });

  test('notifies: it is done, and not answered', async () => {
    await ask().notify('cvar.set', { name: 'physics.gravity', value: 17 });
    assert.equal((await call('cvar.get', { name: 'physics.gravity' })).value, 17);
    await ask().notify('no.such.method', [1]);
    await ask().notify('cvar.set', { name: 'physics.gravity', value: 'heavy' });
    assert.equal((await call('cvar.get', { name: 'physics.gravity' })).value, 17, 'what is refused changes nothing');
    await ask().notify('cvar.reset', { name: 'physics.gravity' });
    assert.deepEqual((await call('cvar.get', { name: 'physics.gravity' })).flags, []);
  });
}

/** What a client that has batches is answered to one. */
function batch(ask) {
  test('sends a batch, which runs in order within one frame', async () => {
    const answers = await soon(
      'the batch',
      ask().batch([
        { method: 'time.status' },
        { method: 'no.such.method', params: [1] },
        { method: 'cvar.set', params: ['physics.gravity', 18] },
        { method: 'cvar.get', params: { name: 'physics.gravity' } },
        { method: 'cvar.reset', params: ['physics.gravity'] },
        { method: 'time.status' },
      ]),
    );
    assert.equal(answers.length, 6);
    assert.equal(answers[1].error.code, -32601);
    assert.equal(answers[3].result.value, 18);
    assert.equal(answers[0].result.frame, answers[5].result.frame);
  });
}

/** What a client is answered when something is wrong. */
function errors(ask) {
  const refused = async (...args) => {
    let result;
    try {
      result = await soon(`the answer to ${args[0]}`, ask().call(...args));
    } catch (error) {
      return ask().refusal(error);
    }
    throw new Error(`${args[0]} should have been refused, and was answered ${JSON.stringify(result)}`);
  };

  test('is told in words, with a code and data, what is wrong', async () => {
    const unknown = await refused('cvar.sett', [1]);
    assert.equal(unknown.code, -32601);
    assert.equal(unknown.message, 'method "cvar.sett" is not known; nearest is "cvar.set"');
    assert.equal(unknown.data.kind, 'unknown-method');
    assert.equal(unknown.data.suggest, 'cvar.set');
    assert.ok(unknown.data.frame > 0);

    const member = await refused('cvar.get', { nam: 'physics.gravity' });
    assert.equal(member.code, -32602);
    assert.deepEqual([member.data.kind, member.data.path, member.data.suggest], ['invalid-params', '/nam', 'name']);

    const missing = await refused('cvar.get', {});
    assert.equal(missing.code, -32602);
    assert.match(missing.message, /"name" is missing/);

    const kind = await refused('cvar.get', [5]);
    assert.equal(kind.code, -32602);
    assert.deepEqual([kind.data.path, kind.data.got, kind.data.want], ['/0', '5', 'a string']);

    const name = await refused('cvar.get', { name: 'physics.gravty' });
    assert.equal(name.code, 1004);
    assert.equal(name.data.suggest, 'physics.gravity');

    const range = await refused('cvar.set', { name: 'physics.gravity', value: 1e6 });
    assert.equal(range.code, 1005);
    assert.equal(range.data.kind, 'out-of-range');
  });

  test('goes on after an error', async () => {
    assert.deepEqual(await ask().call('echo', ['still here']), ['still here']);
  });
}
