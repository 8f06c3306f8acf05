// vscode-jsonrpc: the client of the Language Server Protocol. Its ids begin at 0, it cancels with
// $/cancelRequest, and it cannot read an array where it expects one answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancellationTokenSource,
  createMessageConnection,
  ParameterStructures,
  RequestType,
} from 'vscode-jsonrpc/node';
import { toSocket, WebSocketMessageReader, WebSocketMessageWriter } from 'vscode-ws-jsonrpc';
import { conversation } from './harness/client.mjs';
import { connect, soon } from './harness/game.mjs';

async function open(game) {
  const socket = await connect(game);
  const complaints = [];
  const complain = (text) => complaints.push(text);
  const stream = toSocket(socket);
  const connection = createMessageConnection(new WebSocketMessageReader(stream), new WebSocketMessageWriter(stream), {
    error: complain,
    warn: complain,
    info: complain,
    log: complain,
  });
  connection.onError((error) => complain(String(error)));
  connection.listen();
  const by = (params) => (Array.isArray(params) ? ParameterStructures.byPosition : ParameterStructures.byName);
  const spread = (params) => (Array.isArray(params) ? params : [params]);
  return {
    connection,
    complaints,
    call: (method, params) =>
      params === undefined
        ? connection.sendRequest(method)
        : connection.sendRequest(method, by(params), ...spread(params)),
    notify: (method, params) => connection.sendNotification(method, by(params), ...spread(params)),
    refusal: ({ code, message, data }) => ({ code, message, data }),
    close: () => {
      const closed = new Promise((done) => connection.onClose(done));
      connection.end();
      socket.close(1000);
      return soon('the socket closes', closed);
    },
  };
}

conversation('vscode-jsonrpc', { open, batches: false }, (ask) => {
  const connection = () => ask().client.connection;

  test('cancels a call that the game waits with', async () => {
    await connection().sendRequest('time.hold');
    const source = new CancellationTokenSource();
    const long = connection().sendRequest('time.step', { ticks: 100_000 }, source.token);
    const behind = connection().sendRequest('echo', { behind: true });
    source.cancel();
    const error = await soon(
      'the cancelled call',
      long.then(
        () => assert.fail('it ran to its end'),
        (e) => e,
      ),
    );
    assert.equal(error.code, -32800);
    assert.equal(error.data.kind, 'cancelled');
    assert.deepEqual(await soon('the call behind it', behind), { behind: true });
    await connection().sendRequest('time.resume');
  });

  test('cancels calls that have not begun, and those that are over', async () => {
    const source = new CancellationTokenSource();
    assert.deepEqual(await connection().sendRequest('echo', { quick: true }, source.token), { quick: true });
    source.cancel();
    await connection().sendRequest('time.hold');
    const first = new CancellationTokenSource();
    const second = new CancellationTokenSource();
    const running = connection().sendRequest('time.step', { ticks: 100_000 }, first.token);
    const waiting = connection().sendRequest('cvar.set', { name: 'physics.gravity', value: 3 }, second.token);
    second.cancel();
    first.cancel();
    for (const call of [running, waiting]) {
      await assert.rejects(
        () => soon('the cancelled call', call),
        (error) => error.code === -32800,
      );
    }
    const { value } = await connection().sendRequest('cvar.get', { name: 'physics.gravity' });
    assert.notEqual(value, 3, 'what was cancelled in time does not run');
    await connection().sendRequest('time.resume');
  });

  test('uses typed requests, and params in one object or several', async () => {
    const get = new RequestType('cvar.get');
    assert.equal((await connection().sendRequest(get, { name: 'physics.gravity' })).type, 'float');
    assert.deepEqual(await connection().sendRequest('echo', [1]), [[1]], 'one array is one param');
    assert.deepEqual(await connection().sendRequest('echo', 1, 'two', { three: 3 }), [1, 'two', { three: 3 }]);
  });

  test('gets notifications, those of the protocol itself too', async () => {
    const frames = new Promise((done) => connection().onNotification('$/frame', done));
    const events = new Promise((done) => connection().onNotification('sub.event', done));
    await connection().sendRequest('session.login', { name: 'editor', frames: true });
    await connection().sendRequest('sub.open', { id: 'v', topic: 'memory', rate: 60 });
    assert.ok((await soon('a frame', frames)).frame > 0);
    assert.equal((await soon('an event', events)).id, 'v');
  });

  test('has had nothing to complain about', () => {
    assert.deepEqual(ask().client.complaints, []);
  });
});
