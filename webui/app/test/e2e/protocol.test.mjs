// A plain client against the real game: the methods and their errors, as PROTOCOL.md says.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, fields, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';

describe('a plain client', () => {
  let game;
  let client;
  before(async () => {
    game = await Game.start();
    client = await Client.open(game);
  });
  after(() => game?.dispose());

  test('logs in by name and learns where it is', async () => {
    const login = await client.call('session.login', { name: 'tester' });
    assert.equal(login.name, 'tester');
    assert.equal(login.role, 'drive');
    assert.equal(login.protocol, 'scry.1');
    assert.equal(login.server.name, 'Gravity Garden');
    for (const feature of ['cvars', 'timings', 'memory', 'world', 'time', 'log'])
      assert.ok(login.features.includes(feature), feature);
    assert.ok(login.clock.frame > 0);
    assert.deepEqual(
      (await client.call('session.list')).map((s) => s.name),
      ['tester'],
    );
  });

  test('is told a free name when the one it wants is taken', async () => {
    const other = await Client.open(game);
    const error = await refusal(other.call('session.login', { name: 'Tester' }));
    assert.equal(error.code, 1002);
    assert.equal(error.data.kind, 'name-taken');
    assert.equal((await other.call('session.login', { name: error.data.suggest })).name, error.data.suggest);
    assert.deepEqual(await client.call('client.send', { to: error.data.suggest, data: [1] }), { delivered: true });
    const message = await other.next((m) => m.method === 'client.message', 'the message');
    assert.deepEqual(message.params, { from: 'tester', data: [1] });
    await other.close();
  });

  test('lists cvars with all that an editor needs', async () => {
    const cvars = await client.call('cvar.list');
    const gravity = cvars.find((c) => c.name === 'physics.gravity');
    assert.equal(gravity.type, 'float');
    assert.equal(gravity.unit, 'px/s²');
    assert.deepEqual([gravity.min, gravity.max, gravity.step], [-200, 200, 1]);
    assert.ok(gravity.help.length > 0);
    assert.deepEqual(gravity.flags, []);
    assert.deepEqual(
      cvars.map((c) => c.name).toSorted?.() ?? [...cvars.map((c) => c.name)].sort(),
      cvars.map((c) => c.name),
    );
    const physics = await client.call('cvar.list', { prefix: 'physics.' });
    assert.ok(physics.length >= 3 && physics.every((c) => c.name.startsWith('physics.')));
    assert.deepEqual(await client.call('cvar.list', ['nothing.']), [], 'params by position; no cvar is an empty list');
  });

  test('sets a cvar, reads it back, and resets it', async () => {
    const set = await client.call('cvar.set', { name: 'physics.gravity', value: -42.5 });
    assert.equal(set.value, -42.5);
    assert.equal(set.setBy, 'tester');
    assert.deepEqual(set.flags, ['modified']);
    assert.ok(set.frame > 0 && set.tick > 0);
    const got = await client.call('cvar.get', ['physics.gravity']);
    assert.equal(got.value, -42.5);
    assert.equal(got.version, set.version);
    const reset = await client.call('cvar.reset', { name: 'physics.gravity' });
    assert.equal(reset.value, set.default);
    assert.deepEqual(reset.flags, []);
  });

  test('is refused in words, with a code and what is nearest', async () => {
    const typo = await refusal(client.call('cvar.set', { name: 'physics.gravty', value: 1 }));
    assert.equal(typo.code, 1004);
    assert.equal(typo.message, 'cvar "physics.gravty" is not known; nearest is "physics.gravity"');
    assert.equal(typo.data.suggest, 'physics.gravity');

    const far = await refusal(client.call('cvar.set', { name: 'physics.gravity', value: 1e6 }));
    assert.equal(far.code, 1005);
    assert.equal(far.data.kind, 'out-of-range');
    assert.match(far.message, /physics\.gravity/);
    assert.match(far.data.want, /-200.*200/);

    const kind = await refusal(client.call('cvar.set', { name: 'physics.gravity', value: 'heavy' }));
    assert.equal(kind.code, -32602);
    assert.equal(kind.data.path, '/value');
    assert.equal(
      (await client.call('cvar.get', { name: 'physics.gravity' })).flags.length,
      0,
      'what is refused changes nothing',
    );

    const method = await refusal(client.call('cvar.sett', {}));
    assert.equal(method.code, -32601);
    assert.equal(method.data.suggest, 'cvar.set');

    const member = await refusal(client.call('cvar.get', { nam: 'physics.gravity' }));
    assert.equal(member.code, -32602);
    assert.equal(member.data.suggest, 'name');

    const entity = await refusal(client.call('world.get', { id: '999999999' }));
    assert.equal(entity.code, 1004);
  });

  test('keeps its connection when a text is no JSON', async () => {
    const broken = await client.raw('{"jsonrpc":"2.0","method');
    assert.equal(broken.error.code, -32700);
    assert.equal(broken.id, null);
    assert.equal((await client.raw('[]')).error.code, -32600);
    assert.equal((await client.raw('{"jsonrpc":"2.0","id":null,"method":7}')).error.code, -32600);
    assert.deepEqual(await client.call('echo', { still: 'here' }), { still: 'here' });
  });

  test('has its ids echoed as they came', async () => {
    for (const id of ['"a\\u0041"', '1e2', '-0', '12345678901234567890']) {
      const text = `{"jsonrpc":"2.0","id":${id},"method":"echo"}`;
      const answer = await client.raw(text, (m) => 'result' in m);
      assert.equal(JSON.stringify(answer.id), JSON.stringify(JSON.parse(id)), text);
    }
  });

  test('finds entities by a condition, sorted, a window of them', async () => {
    const kinds = await client.call('world.kinds');
    const seed = kinds.find((k) => k.kind === 'seed');
    const paths = seed.fields.map((f) => f.path);
    assert.ok(seed.columns.length > 0 && seed.columns.every((path) => paths.includes(path)), String(seed.columns));
    assert.ok(seed.fields.some((f) => f.path === 'pos.x' && f.type === 'float'));

    const all = await client.call('world.list', {});
    const some = await client.call('world.list', {
      where: 'kind:seed and pos.y < 100',
      fields: ['pos.y'],
      sort: '-pos.y',
      limit: 5,
    });
    assert.equal(all.total, all.all);
    assert.ok(some.total < some.all && some.rows.length <= 5);
    const heights = some.rows.map((r) => r.fields['pos.y']);
    assert.deepEqual(
      heights,
      [...heights].sort((a, b) => b - a),
    );
    assert.ok(some.rows.every((r) => r.kind === 'seed' && r.fields['pos.y'] < 100));

    const fault = await refusal(client.call('world.list', { where: 'pos.y <' }));
    assert.equal(fault.code, -32602);
    assert.match(fault.message, /column \d+/);
  });

  test('edits an entity, and is told when somebody else was faster', async () => {
    const edited = await client.call('world.set', { id: 'player', path: 'health', value: 77 });
    assert.equal(edited.value, 77);
    const field = (await fields(client, edited.id)).health;
    assert.equal(field.max, 200);

    const stale = await refusal(
      client.call('world.set', { id: edited.id, path: 'health', value: 80, ifVersion: (field.version + 1) >>> 0 }),
    );
    assert.equal(stale.code, 1007);
    const locked = await refusal(client.call('world.set', { id: edited.id, path: 'thrust', value: 1 }));
    assert.equal(locked.code, 1006);
    const far = await refusal(client.call('world.set', { id: edited.id, path: 'health', value: 201 }));
    assert.equal(far.code, 1005);
    const path = await refusal(client.call('world.set', { id: edited.id, path: 'healt', value: 1 }));
    assert.equal(path.code, 1004);
    assert.equal(path.data.suggest, 'health');
  });

  test('holds the game, steps it, and lets it go', async () => {
    const held = await client.call('time.hold');
    assert.deepEqual([held.held, held.holder, held.controlled], [true, 'tester', true]);
    const stepped = await client.call('time.step', { ticks: 10 });
    assert.equal(stepped.tick, held.tick + 10);
    assert.equal((await client.call('time.status')).tick, stepped.tick, 'a held game stays where it is');

    const other = await Client.open(game);
    const busy = await refusal(other.call('time.step', { ticks: 1 }));
    assert.equal(busy.code, 1012);
    assert.match(busy.message, /tester/);
    await other.close();

    const wrong = await refusal(client.call('time.step', { ticks: 0 }));
    assert.ok([1005, -32602].includes(wrong.code), String(wrong.code));
    assert.equal((await client.call('time.resume')).held, false);
    assert.equal((await client.call('time.speed', { factor: 2 })).speed, 2);
    assert.equal((await refusal(client.call('time.speed', { factor: 1000 }))).code, 1005);
    await client.call('time.speed', { factor: 1 });
  });

  test('runs a batch whole, in order, with the ticks of a step inside it', async () => {
    const { tick } = await client.call('time.hold');
    const { id, fields: was } = (await client.call('world.list', { where: 'kind:player', fields: ['pos.x'] })).rows[0];
    const one = (n, method, params) => ({ jsonrpc: '2.0', id: `b${n}`, method, params });
    const answers = await client.raw(
      JSON.stringify([
        one(1, 'world.set', { id, path: 'pos.x', value: was['pos.x'] + 1 }),
        one(2, 'time.step', { ticks: 7 }),
        { jsonrpc: '2.0', method: 'echo', params: ['a notification has no answer'] },
        one(3, 'time.status'),
        one(4, 'no.such.method'),
        5,
      ]),
      Array.isArray,
    );
    assert.deepEqual(
      answers.map((a) => a.id),
      ['b1', 'b2', 'b3', 'b4', null],
    );
    assert.equal(answers[0].result.tick, tick);
    assert.equal(answers[1].result.tick, tick + 7);
    assert.equal(answers[2].result.tick, tick + 7);
    assert.equal(answers[3].error.code, -32601);
    assert.equal(answers[4].error.code, -32600);
    await client.call('time.resume');
  });

  test('reads timings, memory and the log', async () => {
    const scopes = await client.call('timing.list');
    assert.deepEqual(
      scopes.filter((s) => s.own).map((s) => s.name),
      ['console'],
    );
    assert.ok(scopes.some((s) => s.name === 'physics'));
    const stats = await client.call('timing.stats', { frames: 60 });
    const physics = stats.scopes.find((s) => s.name === 'physics');
    assert.ok(stats.frames > 0 && physics.total > 0 && physics.p50 <= physics.p99 && physics.min <= physics.max);
    const memory = await client.call('memory.stats');
    assert.ok(memory.heapInUse > 0 && memory.goroutines > 0 && memory.total >= memory.heapInUse);
    assert.ok((await client.call('memory.gc')).gcCycles > 0);
    const log = await client.call('log.tail', { limit: 5 });
    assert.ok(log.lines.length > 0 && log.lines.length <= 5);
    assert.match(log.lines[0].source, /\.go:\d+$/);
  });

  test('can read the whole protocol from the game', async () => {
    const doc = await client.call('rpc.discover');
    assert.match(doc.openrpc, /^1\./);
    const methods = doc.methods.map((m) => m.name);
    for (const name of ['session.login', 'cvar.set', 'world.list', 'time.step', 'sub.open', 'rpc.discover'])
      assert.ok(methods.includes(name), name);
    for (const method of doc.methods)
      assert.ok(method.summary || method.description, `${method.name} says what it does`);
  });

  test('may cancel what it waits for', async () => {
    await client.call('time.hold');
    const answer = client.after((m) => m.id === 'long', 'the answer to the cancelled step');
    client.send({ jsonrpc: '2.0', id: 'long', method: 'time.step', params: { ticks: 100_000 } });
    client.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'long' } });
    assert.equal((await answer).error.code, -32800);
    await client.call('time.resume');
  });
});
