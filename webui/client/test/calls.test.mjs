// Calls, as they leave and as they are answered.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError } from '../client.js';
import { enter, refusal, settled } from './harness/fake.mjs';

test('a call alone is a request, with params only where there are some', async () => {
  const { fake, game } = await enter();
  const answer = game.call('time.status');
  await settled();
  const { id } = fake.one('time.status');
  assert.equal(fake.texts[0], `{"jsonrpc":"2.0","id":${id},"method":"time.status"}`);
  fake.answer('time.status', { tick: 3 });
  assert.deepEqual(await answer, { tick: 3 });
});

test('the calls of one microtask are one batch, in their order', async () => {
  const { fake, game } = await enter();
  const both = Promise.all([game.call('a', { n: 1 }), game.call('b')]);
  game.notify('c', [1]);
  await settled();
  assert.deepEqual(fake.sent.length, 1);
  const [batch] = fake.sent;
  assert.deepEqual(
    batch.map((m) => m.method),
    ['a', 'b', 'c'],
  );
  assert.equal(batch[2].id, undefined);
  fake.say([
    { id: batch[1].id, result: 'second' },
    { id: batch[0].id, result: 'first' },
  ]);
  assert.deepEqual(await both, ['first', 'second'], 'answers may come in any order');
});

test('calls that await each other do not share a batch', async () => {
  const { fake, game } = await enter();
  const first = game.call('a');
  await settled();
  fake.answer('a', 1);
  await first;
  game.call('b').catch(() => {});
  await settled();
  assert.equal(fake.texts.length, 2);
});

test('params are those of the moment of the call', async () => {
  const { fake, game } = await enter();
  const params = { n: 1 };
  game.call('a', params).catch(() => {});
  params.n = 2;
  await settled();
  assert.deepEqual(fake.one('a').params, { n: 1 });
});

test('a batch keeps to what the game takes', async () => {
  const { fake, game } = await enter();
  const calls = Array.from({ length: 2500 }, (_, i) => game.call('a', [i]).catch(() => {}));
  for (let i = 0; i < 40; i++) calls.push(game.call('b', ['😀'.repeat(2000)]).catch(() => {}));
  await settled();
  const sent = fake.sent;
  assert.equal(sent.flat().length, 2540);
  assert.deepEqual(
    sent.flat().map((m) => m.method),
    [...Array(2500).fill('a'), ...Array(40).fill('b')],
  );
  for (const text of fake.texts) {
    assert.ok([JSON.parse(text)].flat().length <= 1000);
    assert.ok(Buffer.byteLength(text) <= 64 * 1024, `${Buffer.byteLength(text)} bytes`);
  }
});

test('a call that the game would not take is refused here, and the connection stays', async () => {
  const { fake, game } = await enter();
  const error = await refusal(game.call('a', ['😀'.repeat(20_000)]));
  assert.match(error.message, /^a: the call is larger than 65536 bytes/);
  await assert.rejects(game.call('a', [1n]), TypeError);
  const circle = [];
  circle.push(circle);
  await assert.rejects(game.call('a', circle), TypeError);
  await settled();
  assert.equal(fake.texts.length, 0);
  game.call('a', ['x'.repeat(60_000)]).catch(() => {});
  await settled();
  assert.equal(fake.texts.length, 1, 'what fits is sent, however large');
});

test('a call that waits for the game travels alone, and keeps its place', async () => {
  const { fake, game } = await enter();
  for (const [method, options] of [['a'], ['b'], ['time.until'], ['c'], ['own', { alone: true }], ['d'], ['e']]) {
    game.call(method, {}, options).catch(() => {});
  }
  await settled();
  assert.deepEqual(
    fake.sent.map((text) => [text].flat().map((m) => m.method)),
    [['a', 'b'], ['time.until'], ['c'], ['own'], ['d', 'e']],
  );
});

test('what the game refuses is an RpcError that leads to its call', async () => {
  const { fake, game } = await enter();
  const call = async function theCaller() {
    return game.call('cvar.get', { name: 'physics.gravty' });
  };
  const rejected = refusal(call());
  await settled();
  const data = { kind: 'not-found', suggest: 'physics.gravity' };
  fake.say({ id: fake.one('cvar.get').id, error: { code: 1004, message: 'no such cvar', data } });
  const error = await rejected;
  assert.ok(error instanceof RpcError && error instanceof Error);
  assert.equal(error.message, 'cvar.get: no such cvar');
  assert.deepEqual([error.name, error.code, error.method, error.data], ['RpcError', 1004, 'cvar.get', data]);
  assert.match(error.stack, /^RpcError: cvar.get: no such cvar\n\s+at theCaller /);
});

test('one error of a batch is of one call', async () => {
  const { fake, game } = await enter();
  const all = Promise.allSettled([game.call('a'), game.call('b'), game.call('c')]);
  await settled();
  const [a, b, c] = fake.sent[0];
  fake.say([
    { id: a.id, result: 1 },
    { id: b.id, error: { code: 1000, message: 'no' } },
    { id: c.id, result: null },
  ]);
  const [first, second, third] = await all;
  assert.deepEqual([first.value, second.reason.code, third.value], [1, 1000, null]);
  assert.deepEqual(second.reason.data, {});
});

test('a text that is refused as a whole fails its calls, and no others', async () => {
  const { fake, game } = await enter();
  const waits = game.call('time.until', { expr: 'tick > 5' });
  const refused = Promise.allSettled([game.call('a'), game.call('b')]);
  await settled();
  const later = game.call('c');
  await settled();
  fake.say({ id: null, error: { code: 1008, message: 'more than 10000 values', data: { kind: 'too-many' } } });
  const [a, b] = await refused;
  assert.deepEqual([a.reason.message, b.reason.code], ['a: more than 10000 values', 1008]);
  fake.answer('c', 'still here');
  fake.answer('time.until', 'met');
  assert.deepEqual([await later, await waits], ['still here', 'met']);
});

test('an aborted call is rejected at once, and taken back', async () => {
  const { fake, game } = await enter();
  const abort = new AbortController();
  const call = game.call('time.until', {}, { signal: abort.signal });
  await settled();
  const { id } = fake.one('time.until');
  const reason = new Error('enough');
  abort.abort(reason);
  assert.equal(await refusal(call), reason);
  await settled();
  assert.deepEqual(fake.one('$/cancelRequest').params, { id });
  fake.say({ id, error: { code: -32800, message: 'cancelled' } });
  assert.equal(await refusal(game.call('a', {}, { signal: abort.signal })), reason, 'what is aborted is not called');
  await settled();
  assert.equal(fake.texts.length, 2);
});

test('a signal that outlives its call does nothing to it, and is let go of', async () => {
  const { fake, game } = await enter();
  const abort = new AbortController();
  let listeners = 0;
  const { signal } = abort;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args) => {
    listeners--;
    remove(...args);
  };
  const call = game.call('a', {}, { signal });
  await settled();
  assert.equal(listeners, 1);
  fake.answer('a', 1);
  await call;
  assert.equal(listeners, 0);
  abort.abort();
  await settled();
  assert.equal(fake.texts.length, 1);
});

test('notifications of the game go to who listens, until it stops', async () => {
  const { fake, game } = await enter();
  const heard = [];
  const stop = game.on('client.message', (message) => heard.push(message));
  fake.say({ method: 'client.message', params: { from: 'ann', data: 1 } });
  stop();
  fake.say({ method: 'client.message', params: { from: 'ann', data: 2 } });
  assert.deepEqual(heard, [{ from: 'ann', data: 1 }]);
});
