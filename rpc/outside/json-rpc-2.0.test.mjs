// json-rpc-2.0: demands exactly one of result and error, and null for nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJSONRPCNotification, createJSONRPCRequest, JSONRPCClient } from 'json-rpc-2.0';
import { conversation } from './harness/client.mjs';
import { close, connect, post, soon } from './harness/game.mjs';

/** A client over a socket; `createID` makes its ids, which are 1, 2, 3 when it is missing. */
async function open(game, createID) {
  const socket = await connect(game);
  const client = new JSONRPCClient((request) => socket.send(JSON.stringify(request)), createID);
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (Array.isArray(message) || message.method === undefined) client.receive(message);
  });
  let batched = 0;
  return {
    client,
    call: (method, params) => client.request(method, params),
    notify: (method, params) => client.notify(method, params),
    refusal: ({ code, message, data }) => ({ code, message, data }),
    batch: (calls) =>
      client.requestAdvanced(calls.map((c) => createJSONRPCRequest(`batch ${++batched}`, c.method, c.params))),
    close: () => close(socket),
  };
}

conversation('json-rpc-2.0', { open }, (ask) => {
  test('gets back ids of every form that a program can make', async () => {
    for (const id of [0, -7, 1.5, 1e21, 2 ** 53, '', '1', 'a"b\\c', 'é', '😀', '\u0000', 'x'.repeat(100)]) {
      const { client, close } = await open(ask().game, () => id);
      assert.deepEqual(await soon(`the answer to ${id}`, client.request('echo', [1])), [1]);
      await close();
    }
  });

  test('leaves notifications in a batch unanswered', async () => {
    const { client } = ask().client;
    const answers = await soon(
      'the batch',
      client.requestAdvanced([
        createJSONRPCRequest('n1', 'echo', [1]),
        createJSONRPCNotification('echo', [2]),
        createJSONRPCRequest('n2', 'echo', [3]),
      ]),
    );
    assert.deepEqual(
      answers.map((a) => [a.id, a.result]),
      [
        ['n1', [1]],
        ['n2', [3]],
      ],
    );
  });

  test('works over HTTP as it does over a socket', async () => {
    const { game } = ask();
    const client = new JSONRPCClient(async (request) => {
      const { status, body } = await post(game, JSON.stringify(request));
      assert.equal(status, 200);
      if (body !== '') client.receive(JSON.parse(body));
    });
    assert.deepEqual(await client.request('echo', { by: 'HTTP' }), { by: 'HTTP' });
    await assert.rejects(
      () => client.request('cvar.get', { name: 'x' }),
      (error) => error.code === 1004,
    );
    client.notify('echo', ['nobody answers']);
    const answers = await client.requestAdvanced([
      createJSONRPCRequest(1, 'echo', [1]),
      createJSONRPCRequest(2, 'echo', [2]),
    ]);
    assert.deepEqual(
      answers.map((a) => a.result),
      [[1], [2]],
    );
  });
});
