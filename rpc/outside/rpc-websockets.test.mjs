// rpc-websockets: emits what has a method and no call of its own as an event.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Client } from 'rpc-websockets';
import { conversation } from './harness/client.mjs';
import { credentials, soon } from './harness/game.mjs';

/** A client; `createID` makes its ids, which are 1, 2, 3 when it is missing. */
async function open(game, createID) {
  const client = new Client(game.socket, { headers: credentials(game), reconnect: false }, createID);
  await soon('the socket opens', once(client, 'open'));
  return {
    client,
    call: (method, params) => client.call(method, params),
    notify: (method, params) => client.notify(method, params),
    refusal: (error) => error,
    close: async () => {
      const closed = once(client, 'close');
      client.close();
      await soon('the socket closes', closed);
    },
  };
}

conversation('rpc-websockets', { open, batches: false }, (ask) => {
  test('gets events, from a number that only rises', async () => {
    const { client } = ask().client;
    const seen = [];
    const enough = new Promise((done) => {
      client.on('sub.event', (event) => {
        seen.push(event);
        if (seen.length === 5) done();
      });
    });
    const { id, snapshot } = await client.call('sub.open', { id: 'mine', topic: 'memory', rate: 60 });
    assert.equal(id, 'mine');
    assert.ok(snapshot === undefined || typeof snapshot === 'object');
    await soon('five events', enough);
    await client.call('sub.close', ['mine']);
    for (const [i, event] of seen.entries()) {
      assert.equal(event.id, 'mine');
      assert.ok(event.value.heapInUse > 0);
      assert.equal(event.lost, 0);
      if (i === 0) continue;
      assert.ok(event.seq > seen[i - 1].seq && event.frame > seen[i - 1].frame && event.time > seen[i - 1].time);
    }
  });

  test('gets messages of other clients, and frames where it asks for them', async () => {
    const { game } = ask();
    const other = await open(game);
    await other.client.call('session.login', { name: 'listener', frames: true });
    const [frame] = await soon('a frame', once(other.client, '$/frame'));
    assert.ok(frame.frame > 0 && frame.time > 0);
    const message = once(other.client, 'client.message');
    await ask().client.call('session.login', { name: 'speaker' });
    assert.deepEqual(await ask().client.call('client.send', { to: 'listener', data: { n: [1] } }), { delivered: true });
    assert.deepEqual(await soon('the message', message), [{ from: 'speaker', data: { n: [1] } }]);
    await other.close();
  });

  test('is refused what its own server would have had', async () => {
    const { client } = ask().client;
    for (const method of [() => client.subscribe('sub.event'), () => client.login({}), () => client.listMethods()]) {
      await assert.rejects(
        () => soon('the refusal', method()),
        (error) => error.code === -32601,
      );
    }
  });

  test('may make its ids itself', async () => {
    for (const id of [-1, 0.5, 'text', 'ünïcødé']) {
      const { client, close } = await open(ask().game, () => id);
      assert.deepEqual(await soon(`the answer to ${id}`, client.call('echo', [id])), [id]);
      await close();
    }
  });
});
