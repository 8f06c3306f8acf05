// Subscriptions: a snapshot in the answer, then what changes, on the lane that the topic has.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

/** A frame of the topic timings, as PROTOCOL.md lays it out. */
function timing(message) {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const n = view.getUint16(24, true);
  const k = view.getUint16(26, true);
  const head = 24 + 24; // of the message, of the frame
  const column = (i) => Array.from({ length: n }, (_, j) => view.getUint32(head + 4 * (i * n + j), true));
  const counters = head + 20 * n + 4 * (n % 2); // behind the columns, at a multiple of eight
  return {
    kind: view.getUint8(0),
    subscription: view.getUint32(4, true),
    seq: view.getUint32(8, true),
    frame: view.getUint32(12, true),
    scopes: n,
    held: (view.getUint32(40, true) & 1) !== 0,
    tick: view.getUint32(28, true),
    period: view.getUint32(32, true),
    work: view.getUint32(36, true),
    calls: column(0),
    total: column(1),
    self: column(2),
    counters: Array.from({ length: k }, (_, i) => view.getFloat64(counters + 8 * i, true)),
    rest: message.byteLength - counters - 8 * k,
  };
}

describe('a subscription', () => {
  let game;
  let client;
  before(async () => {
    game = await Game.start();
    client = await Client.open(game);
    await client.call('session.login', { name: 'reader' });
  });
  after(() => game?.dispose());

  test('to cvars tells of every change, whoever made it', async () => {
    const { snapshot } = await client.call('sub.open', { id: 'cv', topic: 'cvars' });
    assert.ok(snapshot.some((c) => c.name === 'physics.gravity'));
    const other = await Client.open(game);
    await other.call('cvar.set', { name: 'spawn.rate', value: 17 });
    const event = await client.next((m) => m.method === 'sub.event' && m.params.id === 'cv', 'the event');
    assert.deepEqual(
      event.params.value.changed.map((c) => [c.name, c.value]),
      [['spawn.rate', 17]],
    );
    assert.equal(event.params.seq, 1);
    assert.equal(event.params.lost, 0);
    assert.ok(event.params.frame > 0 && event.params.time > 0);
    await client.call('sub.close', { id: 'cv' });
    await other.call('cvar.set', { name: 'spawn.rate', value: 18 });
    await client.call('echo');
    assert.equal(client.events('cv').length, 1, 'nothing comes after the end');
    await other.close();
  });

  test('to timings has one binary message a frame, gapless', async () => {
    const opened = await client.call('sub.open', { id: 'ti', topic: 'timings', policy: 'all' });
    assert.ok(opened.binary > 0);
    assert.ok(opened.snapshot.budget > 0);
    const names = opened.snapshot.scopes.map((s) => s.name);
    const counters = opened.snapshot.counters.map((c) => c.name);
    await until(
      'thirty frames',
      () => client.received.filter(Buffer.isBuffer).length,
      (n) => n >= 30,
    );
    const frames = client.received.filter(Buffer.isBuffer).map(timing);
    for (const [i, f] of frames.entries()) {
      assert.equal(f.kind, 1);
      assert.equal(f.subscription, opened.binary);
      assert.equal(f.frame, frames[0].frame + i, 'no frame is missing');
      assert.equal(f.seq, opened.seq + i + 1);
      assert.equal(f.scopes, names.length);
      assert.equal(f.counters.length, counters.length);
      assert.equal(f.rest, 0);
      assert.ok(f.work <= f.period * 3 && f.period > 1e6, `${f.work} of ${f.period} ns`);
    }
    const physics = names.indexOf('physics');
    const some = frames.filter((f) => f.calls[physics] > 0);
    assert.ok(some.length > 20 && some.every((f) => f.total[physics] >= f.self[physics]));
    const drawn = counters.indexOf('draw.commands');
    assert.ok(frames.some((f) => f.counters[drawn] > 10));
    await client.call('sub.close', { id: 'ti' });
  });

  test('to scopes has every scope of every frame, in runs that do not overlap', async () => {
    const opened = await client.call('sub.open', { id: 'sc', topic: 'scopes', policy: 'all' });
    const { scopes } = await client.call('timing.names', {});
    const mine = (m) => Buffer.isBuffer(m) && m[0] === 4 && m.readUInt32LE(4) === opened.binary;
    await until(
      'thirty frames',
      () => client.received.filter(mine).length,
      (n) => n >= 30,
    );
    const physics = scopes.findIndex((s) => s.name === 'physics');
    let seen = 0;
    let before;
    for (const message of client.received.filter(mine)) {
      const frame = message.readUInt32LE(12);
      if (before !== undefined) assert.equal(frame, before + 1, 'no frame is missing');
      before = frame;
      const body = message.subarray(24);
      const [n, runs] = [body.readUInt32LE(0), body.readUInt16LE(4)];
      assert.equal(body.length, 32 + 8 * runs + 10 * n);
      const start = (i) => body.readUInt32LE(32 + 8 * runs + 4 * i);
      const took = (i) => body.readUInt32LE(32 + 8 * runs + 4 * (n + i));
      let at = 0;
      for (let run = 0; run < runs; run++) {
        const end = at + body.readUInt32LE(32 + 8 * run + 4);
        for (at++; at < end; at++) assert.ok(start(at - 1) + took(at - 1) <= start(at) + 2, 'they follow each other');
      }
      assert.equal(at, n);
      for (let i = 0; i < n; i++) if (body.readUInt16LE(32 + 8 * runs + 8 * n + 2 * i) === physics) seen++;
    }
    assert.ok(seen >= 20, `physics ran ${seen} times`);
    await client.call('sub.close', { id: 'sc' });
  });

  test('with credit waits for acknowledgements', async () => {
    const { seq } = await client.call('sub.open', { id: 'cr', topic: 'cvars', policy: 'all', credit: 2 });
    for (const value of [1, 2, 3, 4]) await client.call('cvar.set', { name: 'ai.senseRadius', value });
    await until(
      'two events',
      () => client.events('cr').length,
      (n) => n === 2,
    );
    await client.call('echo');
    assert.equal(client.events('cr').length, 2, 'two may be on the way');
    await client.call('sub.ack', { id: 'cr', seq: seq + 2 });
    await until(
      'the others',
      () => client.events('cr').map((e) => e.value.changed[0].value),
      (values) => values.length === 4,
    );
    assert.deepEqual(
      client.events('cr').map((e) => [e.seq, e.lost, e.value.changed[0].value]),
      [1, 2, 3, 4].map((n) => [seq + n, 0, n]),
    );
    assert.equal((await refusal(client.call('sub.ack', { id: 'cr', seq: seq + 99 }))).code, 1005);
    await client.call('sub.close', { id: 'cr' });
  });

  test('to the world sends what changed in the rows in view', async () => {
    await client.call('time.hold');
    const { id } = await client.call('world.get', { id: 'player' });
    const params = { where: 'kind:player', fields: ['pos.x', 'health'], id };
    const { snapshot } = await client.call('sub.open', { id: 'wo', topic: 'world', rate: 0, params });
    assert.equal(snapshot.total, 1);
    assert.ok(snapshot.all > 1);
    assert.deepEqual(snapshot.ids, [id]);
    assert.equal(snapshot.entity.id, id);
    assert.equal(snapshot.entity.fields['pos.x'], snapshot.rows[0].fields['pos.x']);
    await client.call('world.set', { id, path: 'health', value: 55 });
    const event = await client.next((m) => m.params?.id === 'wo' && m.params.value.rows.length > 0, 'the changed row');
    assert.deepEqual(event.params.value.rows, [{ id, fields: { health: 55 } }]);
    assert.deepEqual(event.params.value.entity, { id, fields: { health: 55 } });
    await client.call('time.resume');
    await client.call('sub.close', { id: 'wo' });
    const fault = await refusal(client.call('sub.open', { id: 'wx', topic: 'world', params: { where: 'health <' } }));
    assert.match(fault.message, /column/);
  });

  test('to the log, the time, the memory and the clients', async () => {
    const log = await client.call('sub.open', { id: 'lo', topic: 'log' });
    assert.ok(log.snapshot.lines.some((l) => l.msg === 'the garden opens'));
    const time = await client.call('sub.open', { id: 'tm', topic: 'time' });
    assert.equal(time.snapshot.held, false);
    const memory = await client.call('sub.open', { id: 'me', topic: 'memory' });
    assert.ok(Array.isArray(memory.snapshot));
    const sessions = await client.call('sub.open', { id: 'se', topic: 'sessions' });
    assert.deepEqual(
      sessions.snapshot.map((s) => s.name),
      ['reader'],
    );
    await client.call('time.speed', { factor: 3 });
    const faster = await client.next((m) => m.params?.id === 'tm', 'the new speed');
    assert.equal(faster.params.value.speed, 3);
    const sample = await client.next((m) => m.params?.id === 'me', 'a sample of the memory');
    assert.ok(sample.params.value.heapInUse > 0);
    const other = await Client.open(game);
    await other.call('session.login', { name: 'late' });
    await client.next(
      (m) => m.params?.id === 'se' && m.params.value.some?.((s) => s.name === 'late'),
      'the new client',
    );
    await other.close();
    await client.call('time.speed', { factor: 1 });
  });

  test('to a group passes on what clients publish', async () => {
    const other = await Client.open(game);
    await other.call('session.login', { name: 'writer' });
    assert.equal((await client.call('sub.open', { id: 'gr', topic: 'team' })).group, true);
    assert.deepEqual(await other.call('topic.publish', { topic: 'team', data: { hi: 1 } }), { delivered: 1 });
    const event = await client.next((m) => m.params?.id === 'gr', 'the event of the group');
    assert.deepEqual(event.params.value, { from: 'writer', data: { hi: 1 } });
    const topics = await client.call('topic.list');
    assert.equal(topics.find((t) => t.name === 'team').kind, 'group');
    assert.equal(topics.find((t) => t.name === 'timings').lane, 'binary');
    assert.equal((await refusal(client.call('sub.open', { id: 'gr', topic: 'team' }))).code, 1007);
    await other.close();
  });

  test('of a client that stops reading makes nobody else wait', async () => {
    const stalled = await Client.open(game);
    await stalled.call('session.login', { name: 'stalled' });
    stalled.stopReading();
    const much = 'x'.repeat(30_000);
    for (let id = 0; id < 600; id++) stalled.send({ jsonrpc: '2.0', id: `e${id}`, method: 'echo', params: [much] });
    await until(
      'its answers wait',
      () => client.call('session.list'),
      (list) => list.some((s) => s.name === 'stalled' && s.backlog > 0),
    );

    const { frame } = await client.call('time.status');
    const times = [];
    for (let i = 0; i < 60; i++) {
      const sent = performance.now();
      await client.call('echo');
      times.push(performance.now() - sent);
    }
    assert.ok((await client.call('time.status')).frame >= frame + 30, 'frames go by');
    const median = times.sort((a, b) => a - b)[30];
    assert.ok(median < 100, `half of the answers took longer than ${median} ms`);
  });
});
