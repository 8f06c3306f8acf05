// A game that says what no game says: the client neither throws nor hangs nor grows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../client.js';
import { enter, Fake, refusal, settled } from './harness/fake.mjs';

const strange = [
  'null',
  '0',
  '"text"',
  'true',
  '[]',
  '[[]]',
  '[null, 1, "x", [], {}]',
  '{}',
  '{"id": 1e99, "result": 1}',
  '{"id": "__proto__", "result": 1}',
  '{"id": {}, "result": 1}',
  '{"id": null, "result": 1}',
  '{"id": null, "error": {"code": 1, "message": "of no text"}}',
  '{"id": 999999, "error": {"code": 1, "message": "of no call"}}',
  '{"method": "sub.event"}',
  '{"method": "sub.event", "params": null}',
  '{"method": "sub.event", "params": [1, 2]}',
  '{"method": "sub.event", "params": {"id": "constructor"}}',
  '{"method": 5, "params": {}}',
  '{"method": "__proto__", "params": {"toString": 1}}',
  '{"method": "toString", "id": 3}',
];

test('messages that mean nothing are passed over', async () => {
  const { fake, game } = await enter();
  for (const text of strange) fake.say(text);
  const call = game.call('a');
  await settled();
  fake.answer('a', 'still here');
  assert.equal(await call, 'still here');
});

test('answers of a wrong form reach their call', async () => {
  const { fake, game } = await enter();
  const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((method) => game.call(method)));
  await settled();
  const [a, b, c, d] = fake.sent[0].map((m) => m.id);
  fake.say([{ id: a }, { id: b, error: 5 }, { id: c, error: { message: {} } }, { id: d, error: null, result: 0 }]);
  fake.say({ id: a, result: 'twice' });
  const [first, second, third, fourth] = await all;
  assert.deepEqual([first.value, fourth.value], [undefined, 0]);
  assert.deepEqual([second.reason.name, third.reason.name], ['RpcError', 'RpcError']);
});

test('what is no JSON ends the connection', async () => {
  for (const text of ['', '{', 'undefined', '[1,', '\u0000']) {
    const { fake, game } = await enter();
    const call = refusal(game.call('a'));
    await settled();
    fake.say(text);
    assert.match((await call).message, /sent what is no JSON/);
    assert.ok(fake.closed);
  }
});

test('binary messages without a meaning are passed over', async () => {
  const { fake, game } = await enter();
  const sub = game.subscribe('timings');
  await settled();
  fake.answer('sub.open', { id: sub.id, seq: 0, binary: 1 });
  await settled();
  for (const data of [new ArrayBuffer(0), new ArrayBuffer(23), new Uint8Array(30), undefined, {}, 5]) {
    fake.onmessage({ data });
  }
  fake.binary(2, 1, 1);
  fake.binary(1, 1, 7);
  assert.equal((await sub.next()).value.binary.getUint8(0), 7);
});

test('an answer of sub.open without its members is an open subscription', async () => {
  for (const answer of [{}, null, 5]) {
    const { fake, game } = await enter();
    const sub = game.subscribe('log');
    await settled();
    fake.answer('sub.open', answer);
    assert.equal(await sub.ready, undefined);
    fake.event(sub.id, { seq: undefined });
    assert.equal((await sub.next()).done, false);
  }
});

test('events beyond the credit do not grow without bound', async () => {
  const { fake, game } = await enter();
  const sub = game.subscribe('log', { credit: 2, buffer: 10 });
  await settled();
  fake.answer('sub.open', { id: sub.id, seq: 0 });
  await settled();
  for (let seq = 1; seq <= 10_000; seq++) fake.event(sub.id, { seq });
  assert.equal((await sub.next()).value.seq, 10_000 - 9);
});

test('a login of a wrong form is refused', async () => {
  for (const result of [null, undefined]) {
    const error = await refusal(connect(new Fake(() => ({ result }))));
    assert.ok(error instanceof Error, String(result));
  }
});
