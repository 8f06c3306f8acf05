// The client against the real game.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { soon } from '../../app/test/e2e/harness/until.mjs';
import { connect, RpcError } from '../client.js';
import { launch } from '../launch.js';
import { refusal } from './harness/fake.mjs';
import { build, flags, garden, root } from './harness/garden.mjs';

const token = 'a token for tests';
let running;
let game;
before(async () => {
  running = await garden({ env: { SCRY_TOKEN: token }, name: 'tests' });
  game = running.game;
});
after(() => running?.close());

test('a login by the code of a link tells who one is, and gives a token that works', async () => {
  assert.deepEqual([game.name, game.role, game.login.protocol], ['tests', 'drive', 'scry.1']);
  const other = await connect(running.url, { token: game.token, name: 'tests' });
  assert.notEqual(other.name, 'tests', 'the name is taken');
  assert.equal(other.session, game.session);
  assert.notEqual(other.id, game.id);
  other.close();
});

test('who shows nothing, or something wrong, is told', async () => {
  assert.match((await refusal(connect(running.url))).message, /no code and no token: open the link/);
  const wrong = await refusal(connect(running.url, { code: 'wrong-code' }));
  assert.ok(wrong instanceof RpcError);
  assert.match(wrong.message, /this link was used already or belongs to another run/);
});

test('a batch runs in one frame, in its order', async () => {
  const [held, , stepped, name] = await Promise.all([
    game.call('time.hold'),
    game.call('cvar.set', { name: 'physics.gravity', value: 18 }),
    game.call('time.step', { ticks: 3 }),
    game.call('cvar.get', { name: 'physics.gravity' }),
  ]);
  assert.equal(stepped.tick, held.tick + 3);
  assert.equal(name.value, 18);
  await Promise.all([game.call('cvar.reset', { name: 'physics.gravity' }), game.call('time.resume')]);
});

test('an error of the game says what was wrong, and where it was called', async () => {
  const error = await refusal(game.call('cvar.get', { name: 'physics.gravty' }));
  assert.deepEqual([error.code, error.data.kind, error.data.suggest], [1004, 'not-found', 'physics.gravity']);
  assert.match(error.stack, /game\.test\.mjs/);
});

test('1,000 calls at once are answered, each with its own', async () => {
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => game.call('echo', [i, 'x'.repeat(i % 90)])));
  assert.deepEqual(
    answers.map(([n]) => n),
    Array.from({ length: 1000 }, (_, i) => i),
  );
});

test('what the game refuses as a whole is an error of its call', async () => {
  const many = game.call('echo', Array(20_000).fill(1));
  const other = game.call('echo', [7]);
  assert.equal((await refusal(many)).code, 1008);
  assert.deepEqual(await other, [7]);
  let deep = [];
  for (let i = 0; i < 50; i++) deep = [deep];
  assert.equal((await refusal(game.call('echo', deep))).code, 1008);
});

test('a call that is aborted ends in the game', async () => {
  const abort = new AbortController();
  const params = { name: 'physics.gravity', values: [1, 2], every: 60, rounds: 100 };
  const call = refusal(game.call('cvar.alternate', params, { signal: abort.signal }));
  await game.call('echo');
  assert.equal((await refusal(game.call('cvar.alternate', params))).code, 1012, 'one at a time');
  abort.abort();
  assert.equal((await call).name, 'AbortError');
  assert.deepEqual((await game.call('cvar.get', { name: 'physics.gravity' })).flags, []);
});

test('every event comes to who acknowledges one at a time', async () => {
  const cvars = game.subscribe('cvars', { credit: 1, buffer: 100 });
  assert.ok((await cvars.ready).some((c) => c.name === 'physics.gravity'));
  await game.call('time.hold');
  for (let value = 20; value < 26; value++) {
    await game.call('cvar.set', { name: 'physics.gravity', value });
    await game.call('time.step', { ticks: 1 });
  }
  await game.call('time.resume');
  const heard = [];
  for await (const { value, lost } of cvars) {
    assert.equal(lost, 0);
    heard.push(...value.changed.filter((c) => c.name === 'physics.gravity').map((c) => c.value));
    if (heard.length === 6) break;
  }
  assert.deepEqual(heard, [20, 21, 22, 23, 24, 25]);
  await game.call('cvar.reset', { name: 'physics.gravity' });
});

test('a subscription that is refused leads to where it was made', async () => {
  const error = await refusal(game.subscribe('world', { params: { where: 'speed >' } }).next());
  assert.equal(error.code, -32602);
  assert.match(error.stack, /game\.test\.mjs/);
});

test('a binary topic comes with its header', async () => {
  const timings = game.subscribe('timings');
  const { scopes } = await timings.ready;
  let last = 0;
  for await (const { kind, frame, seq, time, binary } of timings) {
    assert.equal(kind, 1);
    assert.equal(binary.getUint16(0, true), scopes.length);
    assert.ok(frame > last && seq > 0 && time > 0);
    last = frame;
    if (frame % 3 === 0) break;
  }
  const { subscriptions } = (await game.call('session.list')).find((s) => s.name === 'tests');
  assert.equal(subscriptions, 0);
});

test('clients talk by groups, by name, and hear of frames', async () => {
  const other = await connect(running.url, { token, name: 'other', frames: true });
  const frame = new Promise((resolve) => other.on('$/frame', resolve));
  const message = new Promise((resolve) => other.on('client.message', resolve));
  const group = other.subscribe('squad');
  await group.ready;
  game.notify('topic.publish', { topic: 'squad', data: { n: 1 } });
  game.notify('client.send', { to: 'other', data: [1] });
  assert.deepEqual((await soon('the group', group.next())).value.value, { from: 'tests', data: { n: 1 } });
  assert.deepEqual(await soon('the message', message), { from: 'tests', data: [1] });
  assert.ok((await soon('a frame', frame)).frame > 0);
  other.close();
});

test('a client that somebody ends is told, and does not come back', async () => {
  const other = await connect(running.url, { token, name: 'to be ended' });
  const closed = new Promise((resolve) => other.on('close', resolve));
  const next = refusal(other.subscribe('log').next());
  await game.call('session.close', { name: 'to be ended', reason: 'enough of you' });
  const { code, reason, final } = await soon('the end', closed);
  assert.deepEqual([code, final], [4403, true]);
  assert.match(reason, /enough of you/);
  assert.match((await next).message, /enough of you/);
});

test('a client comes back to a game that was started again', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const args = flags.map((flag) => flag.replace(':0', `:${port}`));
  const first = await launch(build(), args, { env: { SCRY_TOKEN: token } });
  const client = await connect(first.url, { token });
  const sub = client.subscribe('cvars');
  await sub.ready;
  const events = [];
  client.on('close', ({ final }) => events.push(final));
  const back = new Promise((resolve) => client.on('reconnect', resolve));
  await first.close();
  const second = await launch(build(), args, { env: { SCRY_TOKEN: token } });
  assert.equal((await soon('the return', back)).restarted, true);
  assert.deepEqual(events, [false]);
  const next = sub.next();
  await client.call('cvar.set', { name: 'physics.gravity', value: 3 });
  assert.equal((await soon('a change', next)).value.reopened, true);
  client.close();
  await second.close();
});

// The same with sockets of other people: the package ws, and Node's own behind its flag.
const script = `
  import { connect } from ${JSON.stringify(resolve(import.meta.dirname, '../client.js'))};
  const game = await connect(process.argv[1]);
  const big = await game.call('echo', ['é'.repeat(15000)]);
  const sub = game.subscribe('timings');
  const { value } = await sub.next();
  console.log(WebSocket.name, big[0].length, value.kind, value.binary.byteLength > 20);
  game.close();
`;

test('Node’s own WebSocket will do', async () => {
  const args = ['--experimental-websocket', '--no-warnings', '--input-type=module', '-e', script, running.dashboard];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  assert.equal(stdout, 'WebSocket 15000 1 true\n');
});

test('the package ws will do', async () => {
  const { WebSocket } = createRequire(join(root, 'webui/app/package.json'))('ws');
  const other = await connect(running.dashboard, { WebSocket });
  assert.deepEqual(await other.call('echo', ['é'.repeat(15000)]), ['é'.repeat(15000)]);
  const sub = other.subscribe('timings');
  assert.ok((await soon('an event', sub.next())).value.binary.byteLength > 20);
  other.close();
});
