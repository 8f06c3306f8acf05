// The WebSocket for Node, against a server that says exactly what a test wants.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { connect } from '../client.js';
import { WebSocket } from '../node-socket.js';
import { refusal } from './harness/fake.mjs';

const peers = new Set();
after(() => {
  // Also of a test that failed: else this process would never end.
  for (const { server, socket } of peers) {
    server.close();
    socket?.destroy();
  }
});

/** A server that answers one handshake with `head`; its socket, and the frames that came, taken apart. */
async function serve(head = accept) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = { server, url: `ws://127.0.0.1:${server.address().port}/ws?a=1`, frames: [] };
  peers.add(peer);
  peer.connected = new Promise((resolve) => {
    server.once('connection', (socket) => {
      server.close();
      peer.socket = socket;
      let rest = Buffer.alloc(0);
      socket.on('error', () => {});
      peer.ended = once(socket, 'close');
      socket.on('data', (data) => {
        rest = Buffer.concat([rest, data]);
        if (!peer.head) {
          const end = rest.indexOf('\r\n\r\n');
          if (end < 0) return;
          peer.head = rest.toString('latin1', 0, end);
          rest = rest.subarray(end + 4);
          socket.write(head(/Sec-WebSocket-Key: (.*)/.exec(peer.head)[1]));
          resolve();
        }
        for (let frame = takeFrame(rest); frame; frame = takeFrame(rest)) {
          rest = rest.subarray(frame.length);
          peer.frames.push(frame);
          peer.onframe?.(frame);
        }
      });
    });
  });
  peer.frame = () => new Promise((resolve) => (peer.onframe = resolve));
  return peer;
}

function accept(key, extra = '') {
  const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash}\r\n\r\n${extra}`;
}

/** A frame of a client: RFC 6455, section 5.2. */
function takeFrame(data) {
  if (data.length < 6) return undefined;
  const short = data[1] & 0x7f;
  const at = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < at + 4) return undefined;
  const size = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (data.length < at + 4 + size) return undefined;
  const mask = data.subarray(at, at + 4);
  const body = Buffer.from(data.subarray(at + 4, at + 4 + size)).map((byte, i) => byte ^ mask[i % 4]);
  const masked = (data[1] & 0x80) > 0;
  return { fin: data[0] >> 7, kind: data[0] & 0x7f, masked, mask: mask.toString('hex'), body, length: at + 4 + size };
}

/** A frame of a server. */
function frame(kind, body, { fin = 0x80 } = {}) {
  const data = Buffer.from(body);
  const size = data.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65536 ? 4 : 10);
  head[0] = fin | kind;
  head[1] = size < 126 ? size : size < 65536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, data]);
}

/** An open socket, with what comes. */
async function open(head) {
  const peer = await serve(head);
  const socket = new WebSocket(peer.url, { headers: { Origin: 'http://here' } });
  const got = [];
  let heard;
  socket.onmessage = ({ data }) => {
    got.push(data);
    heard?.();
  };
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  const opened = new Promise((resolve) => (socket.onopen = resolve));
  const messages = async (count) => {
    while (got.length < count) await new Promise((resolve) => (heard = resolve));
    return got;
  };
  await Promise.all([opened, peer.connected]);
  return { peer, socket, closed, messages, got };
}

test('the handshake asks for what RFC 6455 wants, with the headers that were given', async () => {
  const { peer, closed } = await open();
  const [first, ...lines] = peer.head.split('\r\n');
  assert.equal(first, 'GET /ws?a=1 HTTP/1.1');
  const headers = Object.fromEntries(lines.map((line) => line.split(': ')));
  assert.equal(Buffer.from(headers['Sec-WebSocket-Key'], 'base64').length, 16);
  delete headers['Sec-WebSocket-Key'];
  assert.deepEqual(headers, {
    Host: new URL(peer.url).host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    Origin: 'http://here',
  });
  peer.socket.end();
  assert.deepEqual(await closed, { code: 1006, reason: '' });
});

test('frames of all lengths arrive, masked, each with another mask', async () => {
  const { peer, socket } = await open();
  const texts = [0, 1, 3, 125, 126, 127, 65535, 65536, 100_001].map((n) => 'x'.repeat(n));
  texts.push('é😀\u0000');
  const all = new Promise((resolve) => {
    peer.onframe = () => peer.frames.length === texts.length + 1 && resolve();
  });
  for (const text of texts) socket.send(text);
  socket.send(new Uint8Array([9, 8, 7]).subarray(1));
  await all;
  for (const [i, text] of texts.entries()) {
    assert.equal(peer.frames[i].body.toString(), text);
    assert.deepEqual([peer.frames[i].fin, peer.frames[i].kind, peer.frames[i].masked], [1, 1, true]);
  }
  const last = peer.frames.at(-1);
  assert.deepEqual([last.kind, ...last.body], [2, 8, 7]);
  assert.equal(new Set(peer.frames.map((f) => f.mask)).size, peer.frames.length);
  peer.socket.destroy();
});

test('messages arrive however they are cut', async () => {
  const want = ['', 'a', 'é😀', 'x'.repeat(126), 'y'.repeat(70_000)];
  const all = Buffer.concat(want.map((text) => frame(1, text)));
  for (const piece of [1, 2, 3, 7, 1000, all.length]) {
    if (piece < 100 && piece > 3) continue;
    const { peer, messages } = await open();
    const some = piece < 100 ? all.subarray(0, 200) : all;
    for (let i = 0; i < some.length; i += piece) {
      peer.socket.write(some.subarray(i, i + piece));
      if (piece < 100) await new Promise(setImmediate);
    }
    const count = piece < 100 ? 4 : want.length;
    assert.deepEqual(await messages(count), want.slice(0, count), `pieces of ${piece} bytes`);
    peer.socket.destroy();
  }
});

test('a large message is put together once', async () => {
  const { peer, messages } = await open();
  const large = Buffer.alloc(60 << 20, 'x');
  const began = process.cpuUsage();
  peer.socket.write(Buffer.concat([frame(2, large), frame(1, 'behind')]));
  const [bytes, text] = await messages(2);
  const { user, system } = process.cpuUsage(began);
  assert.deepEqual([bytes.byteLength, text], [large.length, 'behind']);
  assert.ok(user + system < 3_000_000, `${(user + system) / 1000} ms of CPU`);
  peer.socket.destroy();
});

test('what comes behind the handshake in one packet is not lost', async () => {
  const { peer, messages } = await open((key) => Buffer.concat([Buffer.from(accept(key)), frame(1, 'at once')]));
  assert.deepEqual(await messages(1), ['at once']);
  peer.socket.destroy();
});

test('bytes are an ArrayBuffer of their own', async () => {
  const { peer, messages } = await open();
  peer.socket.write(Buffer.concat([frame(1, 'before'), frame(2, [1, 2, 3]), frame(2, [])]));
  const [, bytes, none] = await messages(3);
  assert.ok(bytes instanceof ArrayBuffer);
  assert.deepEqual([...new Uint8Array(bytes)], [1, 2, 3]);
  assert.equal(none.byteLength, 0);
  peer.socket.destroy();
});

test('fragments are one message, and pings are answered between them', async () => {
  const { peer, messages } = await open();
  const euro = Buffer.from('€');
  const pong = peer.frame();
  peer.socket.write(
    Buffer.concat([
      frame(1, euro.subarray(0, 1), { fin: 0 }),
      frame(9, 'are you there?'),
      frame(0, euro.subarray(1), { fin: 0 }),
      frame(0, []),
      frame(10, 'nobody asked'),
      frame(2, [1], { fin: 0 }),
      frame(0, [2]),
    ]),
  );
  const [text, bytes] = await messages(2);
  assert.equal(text, '€');
  assert.deepEqual([...new Uint8Array(bytes)], [1, 2]);
  const { kind, body } = await pong;
  assert.deepEqual([kind, body.toString()], [10, 'are you there?']);
  peer.socket.destroy();
});

test('a close of the game is answered, and told with its reason', async () => {
  const { peer, socket, closed } = await open();
  const answer = peer.frame();
  peer.socket.write(frame(8, Buffer.concat([Buffer.from([0x11, 0x33]), Buffer.from('enough')])));
  assert.deepEqual(await closed, { code: 4403, reason: 'enough' });
  assert.deepEqual([...(await answer).body], [0x11, 0x33]);
  assert.equal(socket.readyState, 3);
  socket.send('lost');
  socket.close();
});

test('a close of the client is said, and waits for the other side', async () => {
  const { peer, socket, closed } = await open();
  const said = peer.frame();
  socket.send('last words');
  await said;
  const bye = peer.frame();
  socket.close(1000, 'done');
  socket.close();
  const { kind, body } = await bye;
  assert.deepEqual([kind, body.readUInt16BE(), body.toString('utf8', 2)], [8, 1000, 'done']);
  peer.socket.write(frame(1, 'too late'));
  peer.socket.write(frame(8, [0x03, 0xe8]));
  assert.deepEqual(await closed, { code: 1000, reason: '' });
  assert.equal(peer.frames.length, 2, 'a close is answered once');
});

test('a close that is not answered ends all the same', async () => {
  const { peer, socket, closed } = await open();
  peer.socket.pause();
  socket.close();
  assert.equal((await closed).code, 1006);
});

for (const [what, bytes, code] of [
  ['a masked frame', [0x81, 0x81, 0, 0, 0, 0, 65], 1002],
  ['a reserved bit', [0xc1, 0x01, 65], 1002],
  ['an unknown kind', [0x83, 0x01, 65], 1002],
  ['an unknown control frame', [0x8b, 0x00], 1002],
  ['a control frame in fragments', [0x09, 0x00], 1002],
  ['a long control frame', frame(9, 'x'.repeat(126)), 1002],
  ['a continuation of nothing', [0x80, 0x01, 65], 1002],
  ['a message within a message', [0x01, 0x01, 65, 0x81, 0x01, 65], 1002],
  ['a text that is no UTF-8', [0x81, 0x02, 0xc3, 0x28], 1007],
  ['a text that ends within a character', [0x01, 0x01, 0xc3, 0x80, 0x00], 1007],
  ['a message without bounds', [0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255], 1009],
  [
    'fragments without bounds',
    Buffer.concat([frame(2, [1], { fin: 0 }), Buffer.from([0x80, 127, 0, 0, 0, 0, 4, 0, 0, 0])]),
    1009,
  ],
]) {
  test(`${what} ends the connection with ${code}`, async () => {
    const { peer, closed, got } = await open();
    const bye = peer.frame();
    peer.socket.write(Buffer.concat([Buffer.from(bytes), frame(1, 'not read any more')]));
    const { kind, body } = await bye;
    assert.deepEqual([kind, body.readUInt16BE()], [8, code]);
    const event = await closed;
    assert.equal(event.code, code);
    assert.match(event.reason, /^the game sent /);
    assert.deepEqual(got, []);
  });
}

test('a handshake that is refused says what the game said', async () => {
  for (const [answer, words] of [
    ['HTTP/1.1 401 Unauthorized\r\nContent-Length: 13\r\n\r\nshow a token\n', /401 Unauthorized: show a token$/],
    ['HTTP/1.1 200 OK\r\n\r\n', /200 OK/],
    ['HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n', /is no WebSocket server/],
    ['SSH-2.0-OpenSSH\r\n\r\n', /no game answers/],
    ['x'.repeat(20_000), /has no end/],
  ]) {
    const peer = await serve(() => answer);
    const error = await refusal(connect(peer.url, { code: 'once' }));
    assert.match(error.message, words);
    assert.equal(error.code, 0);
    await peer.ended;
  }
});

test('where nobody listens, the error says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const error = await refusal(connect(`http://127.0.0.1:${port}/`, { code: 'once' }));
  assert.match(error.message, new RegExp(`^connect: no game answers at ws://127.0.0.1:${port}/ws: .*ECONNREFUSED`));
});

test('a socket that is not open yet takes nothing, and may be closed', async () => {
  const peer = await serve(() => '');
  const socket = new WebSocket(peer.url);
  assert.throws(() => socket.send('x'), /not open yet/);
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  await peer.connected;
  socket.close();
  assert.equal((await closed).code, 1006);
});
