// The bytes themselves, by a bare socket (ws) and by fetch: what the clients above cannot send,
// and what they would not notice.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { close, connect, credentials, Game, opened, post, soon, WebSocket } from './harness/game.mjs';

/** A text that is answered, and the answer's members: without the words of an error. */
const error = (code, id = null) => ({ jsonrpc: '2.0', id, code });
const result = (id, value) => ({ jsonrpc: '2.0', id, result: value });

// The examples of JSON-RPC 2.0, section 7, with methods that the game has: echo for subtract, sum
// and get_data. With their own methods they are in ../testdata/spec-7-examples.txt.
const examples = [
  ['positional params', '{"jsonrpc": "2.0", "method": "echo", "params": [42, 23], "id": 1}', result(1, [42, 23])],
  [
    'named params',
    '{"jsonrpc": "2.0", "method": "echo", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
    result(3, { subtrahend: 23, minuend: 42 }),
  ],
  ['a notification', '{"jsonrpc": "2.0", "method": "echo", "params": [1,2,3,4,5]}', undefined],
  ['a notification of no method', '{"jsonrpc": "2.0", "method": "foobar"}', undefined],
  ['a method that is not there', '{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', error(-32601, '1')],
  ['invalid JSON', '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', error(-32700)],
  ['an invalid request', '{"jsonrpc": "2.0", "method": 1, "params": "bar"}', error(-32600)],
  [
    'a batch of invalid JSON',
    '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]',
    error(-32700),
  ],
  ['an empty array', '[]', error(-32600)],
  ['an array of one that is none', '[1]', [error(-32600)]],
  ['an array of three that are none', '[1,2,3]', [error(-32600), error(-32600), error(-32600)]],
  [
    'a batch',
    `[{"jsonrpc": "2.0", "method": "echo", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "echo", "params": [7]},
      {"jsonrpc": "2.0", "method": "echo", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "echo", "id": "9"}]`,
    [result('1', [1, 2, 4]), result('2', [42, 23]), error(-32600), error(-32601, '5'), result('9', null)],
  ],
  [
    'a batch of notifications',
    '[{"jsonrpc": "2.0", "method": "echo", "params": [1,2,4]},{"jsonrpc": "2.0", "method": "echo", "params": [7]}]',
    undefined,
  ],
];

// Ids as texts, because they come back as they were written.
const ids = [
  ...['0', '-0', '7', '-7', '1.5', '1.0', '1e3', '1E+3', '-2.5e-7', '1e400'],
  ...['9007199254740992', '9007199254740993', '-9007199254740993', '18446744073709551616', '1'.repeat(64)],
  ...[
    '""',
    '"1"',
    '"null"',
    '"a\\u0041\\n\\"\\/"',
    '"\\u00e9 é"',
    '"\\ud83d\\ude00 😀"',
    '"\u2028"',
    `"${'x'.repeat(126)}"`,
  ],
  'null',
];

// What is no request, and what becomes of it.
const wrong = [
  ['', -32700],
  [' ', -32700],
  ['{', -32700],
  ['\ufeff{"jsonrpc":"2.0","id":1,"method":"echo"}', -32700],
  ['{"jsonrpc":"2.0","id":1,"method":"echo",}', -32700],
  ["{'jsonrpc':'2.0'}", -32700],
  ['{"jsonrpc":"2.0","id":1,"method":"echo"}{}', -32700],
  ['{"jsonrpc":"2.0","id":1,"id":2,"method":"echo"}', -32700],
  ['{"jsonrpc":"2.0","id":1,"method":"echo","params":["\\ud800"]}', -32700],
  ['null', -32600],
  ['true', -32600],
  ['1', -32600],
  ['"x"', -32600],
  ['{}', -32600],
  ['{"jsonrpc":"2.0","id":[1],"method":"echo"}', -32600],
  ['{"jsonrpc":"1.0","id":null,"method":"echo"}', -32600],
  [`${'['.repeat(40)}${']'.repeat(40)}`, 1008],
];

describe('the wire', () => {
  let game;
  let socket;
  const came = [];
  const arrived = new Set();
  before(async () => {
    game = await Game.start();
    socket = await connect(game);
    socket.on('message', (data) => {
      came.push(data.toString());
      for (const look of arrived) look();
    });
  });
  after(async () => {
    if (socket) await close(socket);
    await game?.dispose();
  });

  /** Everything that the game sends until it has answered a call behind the texts. */
  async function converse(...texts) {
    const mark = '"last of all"';
    came.length = 0;
    for (const text of texts) socket.send(text);
    const all = new Promise((done) => {
      const look = () => {
        if (!came.at(-1)?.includes(`"id":${mark}`)) return;
        arrived.delete(look);
        done(came.slice(0, -1));
      };
      arrived.add(look);
    });
    socket.send(`{"jsonrpc":"2.0","id":${mark},"method":"echo"}`);
    return soon(`the answers to ${texts.join(' ').slice(0, 200)}`, all);
  }

  for (const [name, text, want] of examples) {
    test(`${name}, over a socket and over HTTP`, async () => {
      const answers = await converse(text);
      assert.deepEqual(answers.map(told), want === undefined ? [] : [want]);
      const { status, body } = await post(game, text);
      assert.equal(status, 200);
      assert.deepEqual(body === '' ? undefined : told(body), want);
    });
  }

  test('ids come back as the bytes that came', async () => {
    for (const id of ids) {
      const text = `{"jsonrpc":"2.0","id":${id},"method":"echo","params":[1]}`;
      const want = `{"jsonrpc":"2.0","id":${id},"result":[1]}`;
      assert.deepEqual(await converse(text, `[${text},${text}]`), [want, `[${want},${want}]`]);
      assert.equal((await post(game, text)).body, want);
    }
  });

  test('what is no request is answered, and the socket stays open', async () => {
    const answers = await converse(...wrong.map(([text]) => text));
    for (const [i, [text, code]] of wrong.entries()) {
      assert.deepEqual([told(answers[i]).code, told(answers[i]).id], [code, null], text);
      const { status, body } = await post(game, text);
      assert.equal(status, 200);
      assert.equal(told(body).code, code, text);
    }
    assert.equal(answers.length, wrong.length);
    assert.equal(socket.readyState, WebSocket.OPEN);
  });

  test('each text is answered by a message of its own, in order', async () => {
    const texts = Array.from({ length: 500 }, (_, i) => `{"jsonrpc":"2.0","id":${i},"method":"echo","params":[${i}]}`);
    const answers = await converse(...texts);
    assert.deepEqual(
      answers,
      texts.map((_, i) => `{"jsonrpc":"2.0","id":${i},"result":[${i}]}`),
    );
  });

  test('answers to nothing, and notifications of nothing, are passed over', async () => {
    const strays = [
      '{"jsonrpc":"2.0","id":99,"result":1}',
      '{"jsonrpc":"2.0","id":99,"error":{"code":1,"message":"x"}}',
      '{"jsonrpc":"2.0","id":99,"result":1,"error":null}',
      '[{"jsonrpc":"2.0","id":99,"result":1}]',
      '{"jsonrpc":"2.0","method":"$/unknown","params":{}}',
      '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"nothing"}}',
      '{"jsonrpc":"2.0","method":"$/cancelRequest","params":"nonsense"}',
    ];
    const answers = await converse(...strays);
    // The last is no notification: its params make it no request at all.
    assert.deepEqual(answers.map(told), [error(-32600)]);
  });

  test('a batch of 1,000 is served, and one more is refused as a whole', async () => {
    const batch = (n) => `[${Array.from({ length: n }, (_, i) => `{"jsonrpc":"2.0","id":${i},"method":"echo"}`)}]`;
    const [whole, refused] = await converse(batch(1000), batch(1001));
    assert.equal(JSON.parse(whole).length, 1000);
    const { code, data } = JSON.parse(refused).error;
    assert.deepEqual([code, data.limit], [1008, 'batch 1000']);
    assert.ok(refused.length < 1024);
  });

  test('no subprotocol has to be offered; one that is offered has to be ours', async () => {
    for (const [offered, wanted] of [
      [[], ''],
      [['scry.1'], 'scry.1'],
      [['other', 'scry.1'], 'scry.1'],
    ]) {
      const other = new WebSocket(game.socket, offered, { headers: credentials(game) });
      await opened(other);
      assert.equal(other.protocol, wanted);
      await close(other);
    }
    const stranger = new WebSocket(game.socket, ['other'], { headers: credentials(game) });
    await assert.rejects(opened(stranger));
  });

  test('over HTTP nothing is answered by an empty body of status 200', async () => {
    for (const text of [
      '{"jsonrpc":"2.0","method":"echo"}',
      '[{"jsonrpc":"2.0","method":"echo"}]',
      '{"jsonrpc":"2.0","id":1,"result":1}',
    ]) {
      assert.deepEqual(await post(game, text), { status: 200, type: 'application/json', body: '' }, text);
    }
  });
});

/** An answer without the words of its errors. */
function told(text) {
  const strip = ({ error: e, ...rest }) => {
    if (!e) return rest;
    assert.equal(typeof e.message, 'string');
    assert.equal(typeof e.data.kind, 'string');
    return { ...rest, code: e.code };
  };
  const answer = JSON.parse(text);
  return Array.isArray(answer) ? answer.map(strip) : strip(answer);
}
