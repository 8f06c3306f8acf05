// jayson: ids are random texts, and a batch's answer is found by any id in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import jayson from 'jayson';
import { conversation } from './harness/client.mjs';
import { close, connect, credentials, soon } from './harness/game.mjs';

/** The answer to a request, a batch or one that is sent as it is. */
function send(client, ...request) {
  return soon(
    'an answer',
    new Promise((done, fail) => {
      client.request(...request, (error, answer) => (error ? fail(error) : done(answer)));
    }),
  );
}

/** The result out of an answer. */
function result(answer) {
  if (answer.error) throw answer.error;
  return answer.result;
}

async function open(game) {
  const socket = await connect(game);
  const client = jayson.Client.websocket({ ws: socket });
  return {
    client,
    call: async (method, params = []) => result(await send(client, method, params)),
    notify: (method, params) => send(client, method, params, null),
    refusal: (error) => error,
    batch: (calls) =>
      send(
        client,
        calls.map((c) => client.request(c.method, c.params ?? [])),
      ),
    close: () => close(socket),
  };
}

conversation('jayson', { open }, (ask) => {
  test('has ids of its own making', async () => {
    const { client } = ask().client;
    for (const id of [0, -7, 1.5, 2 ** 53, 'a', 'é😀', 'tab\there']) {
      const answer = await send(client, 'echo', ['x'], id);
      assert.deepEqual([answer.id, answer.result], [id, ['x']]);
    }
  });

  test('sends a batch with notifications, and one with a call that is none', async () => {
    const { client } = ask().client;
    const call = (n) => client.request('echo', [n]);
    const answers = await send(client, [call(1), client.request('echo', [2], null), call(3), { foo: 'boo' }]);
    assert.deepEqual(
      answers.map((a) => a.result ?? a.error.code),
      [[1], [3], -32600],
    );
    assert.equal(answers[2].id, null);
  });

  test('works over HTTP', async () => {
    const { game } = ask();
    const client = jayson.Client.http({
      host: '127.0.0.1',
      port: game.port,
      path: '/rpc',
      headers: credentials(game),
    });
    assert.deepEqual(result(await send(client, 'echo', { by: 'HTTP' })), { by: 'HTTP' });
    const { error } = await send(client, 'cvar.get', { name: 'x' });
    assert.equal(error.code, 1004);
    const answers = await send(client, [client.request('echo', [1]), client.request('echo', [2])]);
    assert.deepEqual(answers.map(result), [[1], [2]]);
    await send(client, 'echo', ['nobody answers'], null);
  });
});
