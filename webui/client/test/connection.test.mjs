// How a connection begins, is lost, and comes back.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { connect } from '../client.js';
import { enter, Fake, refusal, settled, welcome } from './harness/fake.mjs';

/** A client whose every connection is a new fake: the first login is answered, others by `login`. */
async function coming(login, options) {
  const fakes = [];
  const dial = () => {
    const fake = new Fake(fakes.length === 0 ? undefined : login);
    fakes.push(fake);
    return fake;
  };
  return { fakes, game: await connect(dial, options) };
}

/** Runs a test with a clock that it sets. */
function clocked(name, run) {
  test(name, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      await run(async (ms) => {
        await settled();
        mock.timers.tick(ms);
        await settled();
        await settled();
      });
    } finally {
      mock.timers.reset();
    }
  });
}

/** A class of sockets that are fakes, open at once. */
function sockets() {
  const urls = [];
  const fakes = [];
  class Socket extends Fake {
    constructor(url, options) {
      super();
      urls.push([String(url), options?.headers.Origin]);
      fakes.push(this);
      queueMicrotask(() => this.onopen());
    }
  }
  return { urls, fakes, WebSocket: Socket };
}

test('an address, a link and a folder below which the console is mounted all lead to a socket', async () => {
  for (const [target, url, origin, page] of [
    ['http://127.0.0.1:6060', 'ws://127.0.0.1:6060/ws', 'http://127.0.0.1:6060', 'http://127.0.0.1:6060/'],
    ['http://[::1]:6060/?x=1#world', 'ws://[::1]:6060/ws', 'http://[::1]:6060', 'http://[::1]:6060/'],
    ['ws://localhost:1/ws', 'ws://localhost:1/ws', 'http://localhost:1', 'http://localhost:1/'],
    [
      'https://game.example/debug/game/',
      'wss://game.example/debug/game/ws',
      'https://game.example',
      'https://game.example/debug/game/',
    ],
    [new URL('http://127.0.0.1:1/'), 'ws://127.0.0.1:1/ws', 'http://127.0.0.1:1', 'http://127.0.0.1:1/'],
  ]) {
    const { urls, WebSocket } = sockets();
    const game = await connect(target, { WebSocket, token: 'x' });
    assert.deepEqual([...urls, game.url], [[url, origin], page]);
    game.close();
  }
});

test('what lets in is the token that is given, the code of the link, or the variable', async () => {
  process.env.SCRY_TOKEN = 'of the variable';
  try {
    for (const [target, options, proof] of [
      ['http://127.0.0.1:1/#c=a_b-c', {}, { code: 'a_b-c' }],
      ['http://127.0.0.1:1/#c=abc', { token: 't' }, { token: 't' }],
      ['http://127.0.0.1:1/', { code: 'abc' }, { code: 'abc' }],
      ['http://127.0.0.1:1/', { token: 't' }, { token: 't' }],
      ['http://127.0.0.1:1/', {}, { token: 'of the variable' }],
    ]) {
      const { fakes, WebSocket } = sockets();
      const game = await connect(target, { WebSocket, ...options });
      assert.deepEqual(fakes[0].logins, [{ frames: false, ...proof }]);
      game.close();
    }
  } finally {
    delete process.env.SCRY_TOKEN;
  }
});

test('a login shows what lets it in, and tells who one is', async () => {
  const fake = new Fake();
  const game = await connect(fake, { token: 'secret', name: 'ann', frames: true });
  assert.deepEqual(fake.logins, [{ frames: true, name: 'ann', token: 'secret' }]);
  assert.deepEqual([game.id, game.name, game.role, game.session], [7, 'guest-7', 'drive', 'run-1']);
  assert.deepEqual([game.token, game.login, game.url], ['token-1', welcome, undefined]);
});

test('a name that is taken is one like it', async () => {
  const answers = [{ error: { code: 1002, message: 'taken', data: { suggest: 'ann-2' } } }, { result: welcome }];
  const fake = new Fake(() => answers.shift());
  await connect(fake, { code: 'once', name: 'ann' });
  assert.deepEqual(fake.logins, [
    { frames: false, name: 'ann', code: 'once' },
    { frames: false, name: 'ann-2' },
  ]);
});

test('a login that is refused is the error of connect', async () => {
  const fake = new Fake(() => ({ error: { code: 1001, message: 'this link was used already' } }));
  const error = await refusal(connect(fake));
  assert.deepEqual([error.code, error.message], [1001, 'session.login: this link was used already']);
  assert.ok(fake.closed);
});

test('a connection that is lost before the login is the error of connect', async () => {
  const fake = new Fake(() => undefined);
  const error = refusal(connect(fake));
  await settled();
  fake.onclose({ code: 4401, reason: 'not known' });
  assert.match((await error).message, /^session.login: .*: not known$/);
});

test('connect without an address says what is missing', async () => {
  await assert.rejects(connect(), /say where the game is, such as http:\/\/127.0.0.1:6060/);
});

test('connect is aborted by its signal, and leaves nothing behind', async () => {
  const abort = new AbortController();
  const fake = new Fake(() => undefined);
  const error = refusal(connect(fake, { signal: abort.signal }));
  await settled();
  abort.abort(new Error('enough'));
  assert.equal((await error).message, 'enough');
  assert.ok(fake.closed);
  const never = refusal(connect(() => new Promise(() => {}), { signal: AbortSignal.abort(new Error('before')) }));
  assert.equal((await never).message, 'before');
});

clocked('connect gives up on a game that does not answer', async (pass) => {
  const fake = new Fake(() => undefined);
  const error = refusal(connect(fake, { timeout: 500 }));
  await pass(499);
  assert.ok(!fake.closed);
  await pass(1);
  assert.match((await error).message, /no login within 500 ms: does the game run its loop\?/);
  assert.ok(fake.closed);
});

test('a transport that comes too late is closed', async () => {
  const fake = new Fake();
  let arrive;
  const abort = new AbortController();
  const error = refusal(connect(() => new Promise((resolve) => (arrive = resolve)), { signal: abort.signal }));
  await settled();
  abort.abort(new Error('enough'));
  await error;
  arrive(fake);
  await settled();
  assert.ok(fake.closed);
  assert.deepEqual(fake.logins, []);
});

test('a MessagePort is a transport', async () => {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = ({ data }) => {
    const { id, method, params } = JSON.parse(data);
    port2.postMessage(JSON.stringify({ id, result: method === 'session.login' ? welcome : params }));
  };
  const game = await connect(port1);
  assert.deepEqual(await game.call('echo', { a: 1 }), { a: 1 });
  game.close();
  port2.close();
});

test('close sends what was said, rejects what waits, and is the end', async () => {
  const { fake, game } = await enter();
  const events = [];
  game.on('close', (event) => events.push(event));
  const sub = game.subscribe('log');
  const next = sub.next();
  const call = refusal(game.call('a'));
  game.notify('b');
  game.close();
  game.close('twice');
  assert.deepEqual(
    fake.sent.flat().map((m) => m.method),
    ['sub.open', 'a', 'b'],
  );
  const error = await call;
  assert.deepEqual([error.code, error.data.kind], [0, 'offline']);
  assert.equal(error.message, 'a: no answer, though it may have run: the client was closed');
  assert.deepEqual(await next, { value: undefined, done: true });
  assert.deepEqual(events, [{ code: 1000, reason: 'the client was closed', final: true }]);
  assert.ok(fake.closed);
  assert.equal((await refusal(game.call('c'))).message, 'c: the client was closed');
  assert.throws(() => game.notify('d'), /d: the client was closed/);
  assert.deepEqual(
    await game
      .subscribe('log')
      .next()
      .catch((e) => e.code),
    0,
  );
});

clocked('a connection that is lost comes back, and no call is sent twice', async (pass) => {
  const { fakes, game } = await coming(() => ({ result: { ...welcome, name: 'again', session: 'run-2' } }));
  const events = [];
  for (const name of ['close', 'login', 'reconnect']) game.on(name, (event) => events.push([name, event]));
  const lost = refusal(game.call('a'));
  await settled();
  fakes[0].onclose({ code: 1006, reason: '' });
  assert.equal(
    (await lost).message,
    'a: no answer, though it may have run: the connection to the game was lost (1006)',
  );
  assert.equal((await refusal(game.call('b'))).message, 'b: not connected to the game');
  await pass(301);
  assert.equal(fakes.length, 2);
  assert.deepEqual(fakes[1].logins, [{ frames: false, token: 'token-1' }]);
  assert.deepEqual(fakes[1].texts, []);
  assert.equal(game.name, 'again');
  assert.deepEqual(
    events.map(([name]) => name),
    ['close', 'login', 'reconnect'],
  );
  assert.equal(events[0][1].final, false);
  assert.equal(events[2][1].restarted, true);
  const call = game.call('c');
  await settled();
  fakes[1].answer('c', 1);
  assert.equal(await call, 1);
  fakes[0].onclose({ code: 1006, reason: '' });
  fakes[0].say({ method: 'client.message' });
  assert.equal(
    await Promise.race([refusal(game.call('d')), settled().then(() => 'open')]),
    'open',
    'the old one is gone',
  );
});

clocked('the pauses grow to five seconds', async (pass) => {
  let tries = 0;
  const dial = () => {
    if (tries++ > 0) throw new Error('nobody');
    return fake;
  };
  const fake = new Fake();
  const game = await connect(dial);
  fake.onclose({});
  const at = [];
  for (let now = 0; now < 30_000; now += 50) {
    const before = tries;
    await pass(50);
    if (tries > before) at.push(now);
  }
  const gaps = at.slice(1).map((t, i) => t - at[i]);
  assert.ok(at[0] >= 150 && at[0] <= 350, `${at}`);
  assert.ok(gaps[0] >= 350 && gaps[0] <= 650, `${gaps}`);
  assert.ok(gaps.at(-1) >= 3950 && gaps.at(-1) <= 6050, `${gaps}`);
  game.close();
  await pass(10_000);
  const after = tries;
  await pass(10_000);
  assert.equal(tries, after, 'close ends it');
});

for (const [what, code, words] of [
  ['that does not let in any more', 4401, 'not known'],
  ['that somebody ended', 4403, 'enough of you'],
]) {
  clocked(`a connection ${what} does not come back`, async (pass) => {
    const { fakes, game } = await coming();
    const ended = new Promise((resolve) => game.on('close', resolve));
    const next = refusal(game.subscribe('log').next());
    fakes[0].onclose({ code, reason: words });
    assert.deepEqual(await ended, { code, reason: words, final: true });
    assert.match((await next).message, new RegExp(words));
    await pass(60_000);
    assert.equal(fakes.length, 1);
    assert.match((await refusal(game.call('a'))).message, new RegExp(words));
  });
}

clocked('a login that is refused after a loss is the end', async (pass) => {
  const { fakes, game } = await coming(() => ({ error: { code: 1001, message: 'who are you?' } }));
  const events = [];
  game.on('close', (event) => events.push(event));
  fakes[0].onclose({ code: 1001, reason: 'the game closes' });
  await pass(301);
  assert.deepEqual(
    events.map((e) => [e.reason, e.final]),
    [
      ['the game closes', false],
      ['session.login: who are you?', true],
    ],
  );
  assert.ok(fakes[1].closed);
  await pass(60_000);
  assert.equal(fakes.length, 2);
});

clocked('a connection that is lost during the login is tried again', async (pass) => {
  let answers = 0;
  const { fakes, game } = await coming(() => (answers++ > 0 ? { result: welcome } : undefined));
  fakes[0].onclose({ code: 1006, reason: '' });
  await pass(301);
  assert.equal(fakes.length, 2);
  fakes[1].onclose({ code: 1006, reason: '' });
  await pass(601);
  assert.equal(fakes.length, 3);
  const call = game.call('a');
  await settled();
  fakes[2].answer('a', 1);
  assert.equal(await call, 1);
});

clocked('reconnect: false and a transport of which there is one stay away', async (pass) => {
  const { fakes, game } = await coming(undefined, { reconnect: false });
  fakes[0].onclose({ code: 1006, reason: '' });
  const port = await enter();
  port.fake.onclose({ code: 1006, reason: '' });
  await pass(60_000);
  assert.equal(fakes.length, 1);
  for (const one of [game, port.game]) {
    assert.match((await refusal(one.call('a'))).message, /the connection to the game was lost \(1006\)/);
  }
});

clocked('why a connection was lost may be found out before it is told', async (pass) => {
  const explain = async ({ code }) => ({ code, reason: `the game crashed (${code})` });
  const { fakes, game } = await coming(undefined, { explain });
  const events = [];
  game.on('close', (event) => events.push(event));
  const call = refusal(game.call('a'));
  await settled();
  fakes[0].onclose({ code: 1006, reason: '' });
  assert.equal((await call).message, 'a: no answer, though it may have run: the game crashed (1006)');
  assert.equal(events[0].reason, 'the game crashed (1006)');
  game.close();
  await pass(0);
});

test('a listener that throws harms no other', async () => {
  const { fake, game } = await enter();
  const heard = [];
  const thrown = new Promise((resolve) => {
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other);
      resolve(error);
    });
  });
  const error = new Error('of the listener');
  game.on('x', () => {
    throw error;
  });
  game.on('x', (value) => heard.push(value));
  fake.say({ method: 'x', params: 1 });
  assert.deepEqual(heard, [1]);
  assert.equal(await thrown, error);
});
