// @open-rpc/client-js: the same client over a socket and over HTTP.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, HTTPTransport, RequestManager, WebSocketTransport } from '@open-rpc/client-js';
import { conversation } from './harness/client.mjs';
import { close, connect, credentials, post } from './harness/game.mjs';

/** A client over a transport of its own kind. */
function subject(transport, finish) {
  const client = new Client(new RequestManager([transport]));
  return {
    client,
    call: (method, params) => client.request({ method, params }),
    notify: (method, params) => client.notify({ method, params }),
    refusal: ({ code, message, data }) => ({ code, message, data }),
    batch: async (calls) => {
      // Between start and stop requests are collected; each settles by itself.
      await client.requestManager.connectPromise;
      client.startBatch();
      const settled = calls.map((c) =>
        client.requestManager.request(c).then(
          (result) => ({ result }),
          (error) => ({ error }),
        ),
      );
      client.stopBatch();
      return Promise.all(settled);
    },
    close: finish,
  };
}

/** Its transport opens a socket without a token, which is turned away; it is given another. */
async function overSocket(game) {
  const transport = new WebSocketTransport(game.socket);
  const turnedAway = new Promise((done) => transport.connection.on('error', done));
  assert.match((await turnedAway).message, /401/);
  const socket = await connect(game);
  transport.connection = socket;
  const client = subject(transport, () => close(socket));
  // It waits for a socket that is open already.
  socket.emit('open');
  return client;
}

/** The game lets at most 64 POSTs wait for its next frame. */
const overHTTP = async (game) =>
  subject(new HTTPTransport(`${game.url}/rpc`, { headers: credentials(game) }), () => {});

conversation('@open-rpc/client-js over a socket', { open: overSocket }, (ask) => {
  test('is handed notifications', async () => {
    const { client } = ask().client;
    const event = new Promise((done) => client.onNotification(done));
    await client.request({ method: 'sub.open', params: { id: 'o', topic: 'memory', rate: 60 } });
    const { method, params } = await event;
    assert.equal(method, 'sub.event');
    assert.equal(params.id, 'o');
  });
});

conversation('@open-rpc/client-js over HTTP', { open: overHTTP, many: 64 }, (ask) => {
  test('is refused without the token, and with another content type', async () => {
    const { game } = ask();
    const text = '{"jsonrpc":"2.0","id":1,"method":"echo"}';
    assert.equal((await post(game, text, { Authorization: 'Bearer no' })).status, 401);
    assert.equal((await post(game, text, { 'Content-Type': 'text/plain' })).status, 415);
  });
});
