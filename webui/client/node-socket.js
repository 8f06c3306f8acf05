// A WebSocket client for Node, whose own came with version 22: RFC 6455 without extensions, as much
// of the browser's interface as client.js uses. Only the game's own messages are expected, so a
// fault of the other side ends the connection.

import { isUtf8 } from 'node:buffer';
import { createHash, randomBytes, randomFillSync } from 'node:crypto';
import { connect as tcp } from 'node:net';
import { connect as tls } from 'node:tls';

const most = 64 << 20; // bytes of a message
const mostHead = 16 << 10; // bytes of the answer to the handshake
const closeTime = 1000; // ms for the other side to end the connection
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // section 1.3

const [text, binary, close, ping, pong] = [1, 2, 8, 9, 10];

export class WebSocket {
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  /** As the browser's: 0 connecting, 1 open, 2 closing, 3 closed. */
  readyState = 0;
  binaryType = 'arraybuffer';
  #socket;
  #key = randomBytes(16).toString('base64');
  #chunks = []; // came, and are no whole frame yet
  #have = 0; // their bytes
  #rest; // of the chunks, while they are looked at
  #need = 0; // bytes that the frame at their head takes, where that is known
  #parts = []; // of a message in fragments
  #kind = 0; // of that message
  #size = 0;
  #code = 1006;
  #reason = '';
  #timer;

  /** Options as the packages ws and undici have them: headers of the handshake. */
  constructor(address, { headers = {} } = {}) {
    const url = new URL(address);
    const secure = url.protocol === 'wss:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port) || (secure ? 443 : 80);
    this.#socket = secure ? tls({ host, port, servername: host }) : tcp({ host, port });
    this.#socket.setNoDelay(true);
    const head = {
      Host: url.host,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': this.#key,
      'Sec-WebSocket-Version': 13,
      ...headers,
    };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.on(secure ? 'secureConnect' : 'connect', () => {
      this.#socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    });
    this.#socket.on('data', (data) => this.#read(data));
    this.#socket.on('end', () => this.#socket.end());
    this.#socket.on('error', (error) => this.#fault(error.message || error.code));
    this.#socket.on('close', () => this.#closed());
  }

  /** Sends a text, or bytes. What is said before it is open is a fault, after it is closed it is lost. */
  send(data) {
    if (this.readyState === 0) throw new Error('the WebSocket is not open yet');
    if (this.readyState === 1) this.#write(typeof data === 'string' ? text : binary, data);
  }

  close(code = 1000, reason = '') {
    if (this.readyState === 0) this.#socket.destroy();
    if (this.readyState !== 1) return;
    this.#bye(code, reason);
  }

  /** Section 7.1.2: says that it ends, and waits a little for the other side to end it. */
  #bye(code, reason) {
    this.readyState = 2;
    const body = Buffer.alloc(2 + Buffer.byteLength(reason));
    body.writeUInt16BE(code);
    body.write(reason, 2);
    this.#write(close, body.subarray(0, 125));
    this.#timer = setTimeout(() => this.#socket.destroy(), closeTime);
  }

  #fault(why) {
    if (this.readyState === 3) return;
    this.#reason ||= why;
    this.#socket.destroy();
    if (this.readyState === 0) this.onerror?.({ message: why });
  }

  #closed() {
    if (this.readyState === 3) return;
    clearTimeout(this.#timer);
    this.readyState = 3;
    this.onclose?.({ code: this.#code, reason: this.#reason });
  }

  /** Section 5.2: one frame, masked with bytes that nobody can foresee. */
  #write(kind, data) {
    const size = Buffer.byteLength(data);
    const extra = size < 126 ? 0 : size < 65536 ? 2 : 8;
    // The payload begins at a multiple of 4, so that it is masked in words.
    const begin = 16;
    const at = begin - 6 - extra;
    const frame = Buffer.allocUnsafeSlow(begin + ((size + 3) & ~3));
    frame[at] = 0x80 | kind;
    frame[at + 1] = 0x80 | (extra === 0 ? size : extra === 2 ? 126 : 127);
    if (extra === 2) frame.writeUInt16BE(size, at + 2);
    if (extra === 8) frame.writeBigUInt64BE(BigInt(size), at + 2);
    const mask = randomMask();
    frame.writeInt32LE(mask, begin - 4);
    if (typeof data === 'string') frame.write(data, begin);
    else Buffer.from(data.buffer ?? data, data.byteOffset, data.byteLength).copy(frame, begin);
    const words = new Int32Array(frame.buffer, begin, (size + 3) >> 2);
    for (let i = 0; i < words.length; i++) words[i] ^= mask;
    this.#socket.write(frame.subarray(at, begin + size));
  }

  #read(data) {
    this.#chunks.push(data);
    this.#have += data.length;
    if (this.#have < this.#need) return;
    this.#rest = this.#chunks.length === 1 ? data : Buffer.concat(this.#chunks);
    if (this.readyState > 0 || this.#accepted()) {
      while (this.#rest.length >= 2 && !this.#socket.destroyed && this.#frame());
    }
    this.#chunks = this.#rest.length > 0 ? [this.#rest] : [];
    this.#have = this.#rest.length;
  }

  /** Section 4.1: takes the answer to the handshake, when it is there as a whole. */
  #accepted() {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#rest.length > mostHead) this.#fault('the answer to the handshake has no end');
      return false;
    }
    const head = this.#rest.toString('latin1', 0, end);
    const body = this.#rest.subarray(end + 4);
    if (!/^HTTP\/1\.1 101 /.test(head)) {
      this.#fault(`${head.split('\r\n')[0].slice(9)}: ${body.toString().trim()}`);
      return false;
    }
    const want = createHash('sha1')
      .update(this.#key + guid)
      .digest('base64');
    if (/^sec-websocket-accept: *(\S+)/im.exec(head)?.[1] !== want) {
      this.#fault('what answers there is no WebSocket server');
      return false;
    }
    this.#rest = body;
    this.readyState = 1;
    this.onopen?.();
    return true;
  }

  /** Takes the frame at the head of what came; false when it is not there as a whole. */
  #frame() {
    const rest = this.#rest;
    const short = rest[1] & 0x7f;
    const begin = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < begin) return false;
    const size = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    const [fin, kind] = [rest[0] & 0x80, rest[0] & 0x0f];
    if (rest[0] & 0x70 || rest[1] & 0x80) return this.#broken(1002, 'a frame that nobody agreed on');
    if (size + this.#size > most) return this.#broken(1009, `a message of more than ${most} bytes`);
    this.#need = begin + size;
    if (rest.length < this.#need) return false;
    this.#rest = rest.subarray(this.#need);
    const body = rest.subarray(begin, this.#need);
    this.#need = 0;
    return kind >= close ? this.#control(kind, body, fin) : this.#data(kind, body, fin);
  }

  #data(kind, body, fin) {
    if ((kind === 0) !== this.#kind > 0 || kind > binary) return this.#broken(1002, 'a frame out of turn');
    this.#kind ||= kind;
    if (!fin || this.#parts.length > 0) {
      this.#parts.push(body);
      this.#size += body.length;
      if (!fin) return true;
    }
    const whole = this.#parts.length > 0 ? Buffer.concat(this.#parts) : body;
    const isText = this.#kind === text;
    this.#parts = [];
    this.#kind = this.#size = 0;
    if (isText && !isUtf8(whole)) return this.#broken(1007, 'a text that is no UTF-8');
    if (this.readyState === 1) this.onmessage?.({ data: isText ? whole.toString() : copy(whole) });
    return true;
  }

  #control(kind, body, fin) {
    if (!fin || body.length > 125 || kind > pong) return this.#broken(1002, 'a control frame of a wrong form');
    if (kind === ping && this.readyState === 1) this.#write(pong, body);
    if (kind !== close) return true;
    this.#code = body.length >= 2 ? body.readUInt16BE() : 1005;
    this.#reason = body.toString('utf8', 2);
    if (this.readyState === 1) this.#bye(this.#code === 1005 ? 1000 : this.#code, '');
    this.#socket.end();
    return false;
  }

  #broken(code, why) {
    this.#reason = `the game sent ${why}`;
    if (this.readyState === 1) this.#bye(code, '');
    this.#code = code;
    this.#socket.destroySoon();
    this.#rest = Buffer.alloc(0);
    return false;
  }
}

/** Bytes of their own, from their beginning: what was read is a part of something larger. */
function copy(body) {
  return body.buffer.slice(body.byteOffset, body.byteOffset + body.length);
}

const pool = new Int32Array(1024);
let left = 0;

function randomMask() {
  if (left === 0) {
    randomFillSync(pool);
    left = pool.length;
  }
  return pool[--left];
}
