// Subscriptions: their order, their bounds, their ends.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { connect } from '../client.js';
import { enter, Fake, refusal, settled } from './harness/fake.mjs';

/** A subscription that is open, with the id that it has. */
async function opened(options, answer = {}) {
  const { fake, game } = await enter();
  const sub = game.subscribe('log', options);
  await settled();
  const { id } = fake.one('sub.open').params;
  fake.answer('sub.open', { id, seq: 10, snapshot: { lines: [] }, ...answer });
  await settled();
  return { fake, game, sub, id };
}

const acks = (fake) =>
  fake.sent
    .flat()
    .filter((m) => m.method === 'sub.ack')
    .map((m) => m.params.seq);

test('sub.open carries what was asked for, and no more', async () => {
  const { fake, id } = await opened({ params: { level: 'warn' }, policy: 'all', rate: 5, buffer: 20, credit: 3 });
  const want = { id, topic: 'log', params: { level: 'warn' }, policy: 'all', rate: 5, buffer: 20, credit: 3 };
  assert.deepEqual(fake.one('sub.open').params, want);
  const plain = await opened();
  assert.deepEqual(plain.fake.one('sub.open').params, { id: plain.id, topic: 'log' });
});

test('the snapshot is there before the events, which come in order', async () => {
  const { fake, sub, id } = await opened();
  assert.deepEqual(await sub.ready, { lines: [] });
  assert.deepEqual(sub.snapshot, { lines: [] });
  fake.event(id, { seq: 11, value: 'a', lost: 2 });
  fake.event(id, { seq: 12, value: 'b' });
  const first = await sub.next();
  assert.deepEqual(first, { done: false, value: { id, seq: 11, frame: 1, tick: 1, time: 1, lost: 2, value: 'a' } });
  assert.equal((await sub.next()).value.value, 'b');
  const waits = sub.next();
  fake.event(id, { seq: 13, value: 'c' });
  assert.equal((await waits).value.value, 'c');
});

test('requests for events are served in their order', async () => {
  const { fake, sub, id } = await opened();
  const all = Promise.all([sub.next(), sub.next(), sub.next()]);
  for (let seq = 11; seq <= 13; seq++) fake.event(id, { seq, value: seq });
  assert.deepEqual(
    (await all).map((e) => e.value.value),
    [11, 12, 13],
  );
});

test('a loop that is left closes the subscription', async () => {
  const { fake, game, sub, id } = await opened();
  fake.event(id, { seq: 11, value: 'a' });
  fake.event(id, { seq: 12, value: 'b' });
  for await (const event of sub) {
    assert.equal(event.value, 'a');
    break;
  }
  await settled();
  assert.deepEqual(fake.one('sub.close').params, { id });
  fake.event(id, { seq: 13, value: 'late' });
  assert.deepEqual(await sub.next(), { value: undefined, done: true });
  sub.close();
  game.close();
  await settled();
  fake.one('sub.close');
});

test('close ends who waits', async () => {
  const { sub } = await opened();
  const waits = sub.next();
  sub.close();
  assert.deepEqual(await waits, { value: undefined, done: true });
});

test('a refused subscription is an error once, then the end', async () => {
  const { fake, game } = await enter();
  const sub = game.subscribe('wold');
  const waits = refusal(sub.next());
  await settled();
  fake.say({ id: fake.one('sub.open').id, error: { code: 1003, message: 'not you' } });
  assert.equal((await waits).message, 'sub.open: not you');
  assert.equal((await refusal(sub.ready)).code, 1003);
  assert.deepEqual(await sub.next(), { value: undefined, done: true });
  await settled();
  assert.equal(fake.texts.length, 1, 'there is nothing to close');
});

test('params that are no JSON are an error of the subscription', async () => {
  const { fake, game } = await enter();
  await assert.rejects(game.subscribe('log', { params: { n: 1n } }).next(), TypeError);
  await settled();
  assert.deepEqual(fake.texts, []);
});

test('nobody who only iterates has an unhandled rejection', async () => {
  const seen = [];
  const listen = (error) => seen.push(error);
  process.on('unhandledRejection', listen);
  const { game } = await enter();
  game.subscribe('log');
  game.close();
  await settled();
  await settled();
  process.off('unhandledRejection', listen);
  assert.deepEqual(seen, []);
});

test('an event is acknowledged when the next is asked for', async () => {
  const { fake, sub, id } = await opened({ credit: 2 });
  fake.event(id, { seq: 11, value: 'a' });
  fake.event(id, { seq: 14, value: 'b' });
  await sub.next();
  await settled();
  assert.deepEqual(acks(fake), []);
  await sub.next();
  await settled();
  assert.deepEqual(acks(fake), [11]);
  sub.next();
  await settled();
  assert.deepEqual(acks(fake), [11, 14]);
});

test('with much credit not every event costs a message', async () => {
  const { fake, sub, id } = await opened({ credit: 100 });
  for (let seq = 11; seq <= 110; seq++) fake.event(id, { seq });
  for (let i = 0; i < 100; i++) await sub.next();
  sub.next();
  await settled();
  assert.deepEqual(acks(fake), [60, 110], 'half of the credit at a time, and all when there is nothing left');
});

test('without credit nothing is acknowledged; latest and sample have some by themselves', async () => {
  const { fake, sub, id } = await opened();
  fake.event(id, { seq: 11 });
  await sub.next();
  sub.next();
  await settled();
  assert.deepEqual(acks(fake), []);
  for (const policy of ['latest', 'sample']) {
    assert.equal((await opened({ policy })).fake.one('sub.open').params.credit, 8);
  }
});

test('what waits is bounded: the oldest go, and are counted', async () => {
  const { fake, sub, id } = await opened({ buffer: 3 });
  for (let seq = 11; seq <= 20; seq++) fake.event(id, { seq, value: seq, lost: seq === 12 ? 5 : 0 });
  const first = (await sub.next()).value;
  assert.deepEqual([first.value, first.lost], [18, 7 + 5]);
  assert.deepEqual([(await sub.next()).value.lost, (await sub.next()).value.value], [0, 20]);
  const plain = await opened();
  for (let seq = 11; seq < 11 + 5000; seq++) plain.fake.event(plain.id, { seq });
  assert.equal((await plain.sub.next()).value.lost, 5000 - 4096);
});

test('a binary event is its header and its payload', async () => {
  const { fake, sub } = await opened(undefined, { binary: 4 });
  fake.binary(5, 1, 99);
  fake.binary(4, 11, 42, { lost: 3 });
  const { binary, ...head } = (await sub.next()).value;
  assert.deepEqual(head, { kind: 1, flags: 0, lost: 3, seq: 11, frame: 30, time: 5_000_000_000 });
  assert.deepEqual([binary.byteLength, binary.getUint8(0)], [1, 42]);
});

test('after a loss the topic is opened again, and the next event says so', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const fakes = [];
    const game = await connect(() => {
      fakes.push(new Fake());
      return fakes.at(-1);
    });
    const sub = game.subscribe('timings', { params: { a: 1 } });
    const gone = game.subscribe('log');
    await settled();
    const [first] = fakes[0].sent[0];
    fakes[0].say({ id: first.id, result: { id: first.params.id, seq: 5, binary: 1, snapshot: 'old' } });
    gone.close();
    fakes[0].binary(1, 6, 1); // in the same packet as the answer
    const waits = [sub.next(), sub.next()];
    assert.equal((await waits[0]).value.reopened, undefined);
    fakes[0].onclose({ code: 1006 });
    mock.timers.tick(301);
    await settled();
    await settled();
    const again = fakes[1].one('sub.open');
    assert.deepEqual([again.params.topic, again.params.params], ['timings', { a: 1 }]);
    assert.notEqual(again.params.id, first.params.id);
    fakes[1].answer('sub.open', { id: again.params.id, seq: 0, binary: 1, snapshot: 'new' });
    await settled();
    assert.equal(sub.snapshot, 'new');
    fakes[1].binary(1, 1, 2);
    fakes[1].binary(1, 2, 3);
    const [marked, plain] = [(await waits[1]).value, (await sub.next()).value];
    assert.deepEqual([marked.reopened, marked.seq, plain.reopened], [true, 1, undefined]);
    game.close();
  } finally {
    mock.timers.reset();
  }
});
