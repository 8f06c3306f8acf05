// Scry's client: drives a running game from a page, from Node, or through a MessagePort. One file
// without dependencies, which every game serves at /client.js. Types and documentation: client.d.ts.

const mostBytes = 64 * 1024; // of a message; the game closes the connection over a larger one
const mostMembers = 1000; // of a batch
const mostChars = 20_000; // of a batch: 3 bytes each at the most, and half as many values
const mostEvents = 4096; // that wait for a consumer who did not say how many
const header = 24; // bytes before a binary payload
const firstDelay = 250; // ms; doubled with each try
const lastDelay = 5000;

// Answered when the game has got somewhere: in a batch, others would wait with them.
const slow = new Set(['command.run', 'cvar.alternate', 'run.replay', 'time.at', 'time.until', 'timing.measure']);

export class RpcError extends Error {
  name = 'RpcError';

  constructor(method, { code, message, data }) {
    super(`${method}: ${message}`);
    this.method = method;
    this.code = code;
    this.data = data ?? {};
  }
}

/** An error of the client's own: there is no connection. */
const offline = (method, message) => new RpcError(method, { code: 0, message, data: { kind: 'offline' } });

export async function connect(target, options = {}) {
  const { signal, timeout = 10_000 } = options;
  signal?.throwIfAborted();
  const game = new Game(reach(target, options));
  let stop;
  let timer;
  const late = new Promise((_, reject) => {
    stop = () => reject(signal.reason);
    const error = offline('connect', `no login within ${timeout} ms: does the game run its loop?`);
    timer = setTimeout(reject, timeout, error);
  });
  signal?.addEventListener('abort', stop);
  try {
    await Promise.race([game[enter](), late]);
    return game;
  } catch (error) {
    game.close(error.message);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** The options, with how the target is dialled and what lets the client in. */
function reach(target, options) {
  if (typeof target === 'function') return { ...options, dial: target };
  if (target?.postMessage || target?.send) return { ...options, dial: () => target, reconnect: false };
  const served = /^http/.test(import.meta.url) ? import.meta.url : undefined;
  const url = new URL('ws', target ?? served ?? fail('connect: say where the game is, such as http://127.0.0.1:6060'));
  const { code = /[#&]c=([\w-]+)/.exec(target ?? globalThis.location?.hash)?.[1] } = options;
  const { token = code ? undefined : remembered(url) } = options;
  url.protocol = url.protocol.replace('http', 'ws');
  return { ...options, dial: () => open(url, options.WebSocket), code, token, url };
}

/** The origin of a page of the game. */
const home = (url) => url.origin.replace('ws', 'http');

function fail(message) {
  throw new TypeError(message);
}

/** The token that this process was given, or that the dashboard keeps in this browser. */
function remembered(url) {
  const given = globalThis.process?.env?.SCRY_TOKEN;
  if (given || url.host !== globalThis.location?.host) return given;
  try {
    return sessionStorage.getItem('scry.token') ?? localStorage.getItem('scry.token') ?? undefined;
  } catch {
    return undefined; // a browser may forbid storage
  }
}

/** Opens a socket. Node before 22 has none of its own: then the one of this package is taken. */
async function open(url, Socket = globalThis.WebSocket) {
  if (!Socket) {
    const own = await import('./node-socket.js').catch(() => undefined);
    Socket =
      own?.WebSocket ?? fail('connect: no WebSocket: use Node 22, --experimental-websocket, or { WebSocket } of ws');
  }
  // The game lets pages of its own come with a code. Only browsers say by themselves where they come from.
  const socket = globalThis.location ? new Socket(url) : new Socket(url, { headers: { Origin: home(url) } });
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    const refuse = (e) => reject(offline('connect', `no game answers at ${url}${e.message ? `: ${e.message}` : ''}`));
    socket.onopen = () => resolve(socket);
    socket.onerror = socket.onclose = refuse;
  });
}

const enter = Symbol('enter'); // for this file alone

class Game {
  login;
  token;
  url;
  #options;
  #line; // the transport, while there is one
  #ready = false; // logged in
  #ended; // why there will be no further connection
  #id = 0;
  #pending = new Map(); // calls by id, oldest first
  #queue = []; // what leaves when this microtask is over
  #subs = new Set();
  #byId = new Map();
  #listeners = new Map();
  #at;
  #timer;
  #tries = 0;

  constructor(options) {
    const { token, url } = options;
    this.#options = options;
    this.token = token;
    this.url = url && new URL('.', url).href.replace('ws', 'http');
  }

  call(method, params, { signal, alone = slow.has(method) } = {}) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!this.#ready) return Promise.reject(offline(method, this.#ended ?? 'not connected to the game'));
    if (this.#queue.length < 20) this.#at = place(this.call); // takes 3 µs: many share one
    return this.#request(method, params, { signal, alone, at: this.#at });
  }

  notify(method, params) {
    if (!this.#ready) throw offline(method, this.#ended ?? 'not connected to the game');
    this.#send(envelope(method, params));
  }

  subscribe(topic, options) {
    const sub = new Subscription(this, topic, options, () => {
      this.#subs.delete(sub);
      if (this.#byId.delete(sub.id) && this.#ready) this.#request('sub.close', { id: sub.id }).catch(() => {});
    });
    this.#subs.add(sub);
    sub.at = place(this.subscribe);
    if (this.#ready) this.#openSub(sub);
    else if (this.#ended) sub.end(offline(`sub.open ${topic}`, this.#ended));
    return sub;
  }

  on(event, listener) {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
    return () => void all.delete(listener);
  }

  close(reason = 'the client was closed') {
    if (this.#ended) return;
    this.#flush();
    this.#options.reconnect = false;
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#lost(line, { code: 1000, reason });
    line?.close();
  }

  async [enter]() {
    const { dial, code, name, frames = false, explain } = this.#options;
    const line = await dial();
    if (this.#ended) {
      line.close();
      throw offline('connect', this.#ended);
    }
    this.#line = line;
    if (!line.send) line.send = line.postMessage;
    line.onerror = null;
    line.onmessage = ({ data }) => this.#receive(line, data);
    line.onclose = async (event) => this.#lost(line, explain ? await explain(event) : event);
    const proof = this.token ? { token: this.token } : { code };
    const login = (more) => this.#request('session.login', { frames, ...more });
    this.login = await login({ name, ...proof }).catch((e) => {
      if (e.code !== 1002) throw e;
      return login({ name: e.data.suggest }); // it is let in, under another name than it wanted
    });
    const { token = this.token, id, role, session } = this.login;
    Object.assign(this, { token, id, name: this.login.name, role, session });
    this.#ready = true;
    this.#tries = 0;
  }

  #request(method, params, { signal, alone, at } = {}) {
    return new Promise((resolve, reject) => {
      const call = { method, resolve, reject, at };
      const id = this.#ask(call, params, alone);
      if (signal) {
        const abort = () => {
          this.#pending.delete(id);
          this.#send(envelope('$/cancelRequest', { id }));
          reject(signal.reason);
        };
        signal.addEventListener('abort', abort);
        call.done = () => signal.removeEventListener('abort', abort);
      }
    });
  }

  #ask(call, params, alone) {
    const id = this.#id + 1;
    const text = envelope(call.method, params, id);
    this.#pending.set(id, call);
    this.#send(text, call, alone);
    this.#id = id;
    return id;
  }

  #send(text, call, alone) {
    if (this.#queue.push({ text, call, alone }) === 1) queueMicrotask(() => this.#flush());
  }

  /** Sends what was said in this microtask: as one batch, unless it is too much for one. */
  #flush() {
    const queue = this.#queue;
    this.#queue = [];
    for (let i = 0; i < queue.length && this.#line; ) {
      const first = i;
      let text = queue[i].text;
      do {
        if (i > first) text += `,${queue[i].text}`;
        if (queue[i].call) queue[i].call.text = queue[first];
      } while (
        ++i < queue.length &&
        !queue[i].alone &&
        !queue[first].alone &&
        i - first < mostMembers &&
        text.length + queue[i].text.length < mostChars
      );
      this.#line.send(i - first > 1 ? `[${text}]` : text);
    }
  }

  #receive(line, data) {
    if (line !== this.#line) return;
    if (typeof data !== 'string') {
      this.#binary(data);
      return;
    }
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      this.#lost(line, { code: 1007, reason: 'the game sent what is no JSON' });
      line.close();
      return;
    }
    for (const one of Array.isArray(message) ? message : [message]) if (one) this.#take(one);
  }

  #take({ id, method, params, result, error }) {
    if (method !== undefined) {
      const sub = method === 'sub.event' && this.#byId.get(params?.id);
      if (sub) sub.take(params);
      else this.#emit(method, params);
    } else if (id === null && error) {
      this.#refused(error);
    } else {
      const call = this.#pending.get(id);
      this.#pending.delete(id);
      call?.done?.();
      if (error) call?.reject(refusal(call, error));
      else call?.resolve(result);
    }
  }

  /** A text was refused as a whole, and texts are answered in order: it is the oldest. */
  #refused(error) {
    let text;
    for (const [id, call] of this.#pending) {
      if (slow.has(call.method) || call.text !== (text ?? call.text)) continue;
      text = call.text;
      this.#take({ id, error });
    }
  }

  #binary(data) {
    if (!(data instanceof ArrayBuffer) || data.byteLength < header) return;
    const view = new DataView(data);
    const number = view.getUint32(4, true);
    for (const sub of this.#subs) {
      if (sub.number !== number) continue;
      sub.take({
        kind: view.getUint8(0),
        flags: view.getUint8(1),
        lost: view.getUint16(2, true),
        seq: view.getUint32(8, true),
        frame: view.getUint32(12, true),
        time: Number(view.getBigInt64(16, true)),
        binary: new DataView(data, header),
      });
    }
  }

  #openSub(sub) {
    const params = sub.prepare(this.#id + 1);
    this.#byId.set(params.id, sub);
    const refused = (error) => error.code !== 0 && this.#byId.delete(params.id) && sub.end(error);
    const opened = (result) => sub.opened(result ?? {});
    try {
      // Not by a promise: the first event may be in the same packet as the answer.
      this.#ask({ method: 'sub.open', resolve: opened, reject: refused, at: sub.at }, params);
    } catch (error) {
      refused(error); // the params are no JSON
    }
  }

  #lost(line, { code = 1006, reason = '' }) {
    if (this.#ended || line !== this.#line) return;
    const was = this.#ready;
    const words = reason || `the connection to the game was lost (${code})`;
    this.#line = undefined;
    this.#ready = false;
    this.#queue = [];
    // Not let in, or ended by somebody: to come back would make light of it.
    const final = this.#options.reconnect === false || code === 4401 || code === 4403;
    if (final) this.#ended = words;
    const error = { code: 0, message: `no answer, though it may have run: ${words}`, data: { kind: 'offline' } };
    for (const id of [...this.#pending.keys()]) this.#take({ id, error });
    this.#byId.clear();
    for (const sub of [...this.#subs]) {
      sub.number = undefined;
      if (final) sub.end(code === 1000 ? undefined : offline('sub.event', words));
    }
    if (was || final) this.#emit('close', { code, reason: words, final });
    if (was && !final) this.#retry();
  }

  #retry() {
    const delay = Math.min(firstDelay * 2 ** this.#tries++, lastDelay) * (0.8 + 0.4 * Math.random());
    this.#timer = setTimeout(() => this.#comeBack(), delay);
  }

  async #comeBack() {
    const { session } = this;
    try {
      await this[enter]();
    } catch (error) {
      const line = this.#line;
      if (error instanceof RpcError && error.code) this.#lost(line, { code: 4401, reason: error.message });
      this.#line = undefined;
      line?.close();
      if (!this.#ended) this.#retry();
      return;
    }
    for (const sub of this.#subs) this.#openSub(sub);
    this.#emit('login', this.login);
    this.#emit('reconnect', { login: this.login, restarted: session !== this.session });
  }

  #emit(event, value) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error; // it is the listener's, and nothing here may stop over it
        });
      }
    }
  }
}

/** A call as a text; without an id it is a notification. */
function envelope(method, params, id) {
  const head = `{"jsonrpc":"2.0",${id ? `"id":${id},` : ''}"method":${JSON.stringify(method)}`;
  const text = params === undefined ? `${head}}` : `${head},"params":${JSON.stringify(params)}}`;
  if (text.length * 3 > mostBytes && new TextEncoder().encode(text).length > mostBytes) {
    fail(`${method}: the call is larger than ${mostBytes} bytes`);
  }
  return text;
}

/** Where the caller of a function stands: an error leads there, and not to who read the answer. */
function place(of) {
  const at = {};
  Error.captureStackTrace?.(at, of);
  return at;
}

/** The error that a call is rejected with. */
function refusal({ method, at }, error) {
  const e = new RpcError(method, error);
  if (at?.stack) e.stack = `${e}\n${at.stack.slice(at.stack.indexOf('\n') + 1)}`;
  return e;
}

/** The events of a topic, as an async iterator for one consumer. */
class Subscription {
  id;
  number; // in the header of its binary messages
  snapshot;
  ready;
  #game;
  #request;
  #leave;
  #queue = [];
  #waiters = [];
  #limit;
  #seen = 0; // seq of the newest that was handed out
  #unacked = 0;
  #mark; // whether the next event is the first since the topic was opened again
  #settle;
  #over = false;
  #error;

  constructor(game, topic, options = {}, leave) {
    const {
      params,
      policy,
      rate,
      buffer,
      credit = policy === 'latest' || policy === 'sample' ? 8 : undefined,
    } = options;
    this.#game = game;
    this.#request = { topic, params, policy, rate, buffer, credit };
    this.#leave = leave;
    this.#limit = Math.max(buffer ?? mostEvents, credit ?? 1);
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready.catch(() => {}); // who iterates is told there
  }

  /** The params of sub.open, under a new id. */
  prepare(n) {
    this.id = `${String(this.#request.topic).slice(0, 30)}.${n}`;
    return { id: this.id, ...this.#request };
  }

  opened({ seq, binary, snapshot }) {
    this.#mark = this.#mark !== undefined;
    this.number = binary;
    this.snapshot = snapshot;
    this.#seen = seq;
    this.#unacked = 0;
    this.#settle.resolve(snapshot);
  }

  take(event) {
    if (this.#mark) event.reopened = true;
    this.#mark &&= false;
    const waiter = this.#waiters.shift();
    if (waiter) {
      this.#hand(event, waiter.resolve);
      return;
    }
    this.#queue.push(event);
    if (this.#queue.length <= this.#limit) return;
    const [gone, oldest] = [this.#queue.shift(), this.#queue[0]];
    oldest.lost = (oldest.lost ?? 0) + (gone.lost ?? 0) + 1;
  }

  /** The end: with an error, or none when the client wanted it so. */
  end(error) {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#leave();
    this.#settle.reject(error ?? offline('sub.open', 'the subscription was closed'));
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve, reject } of waiters) this.next().then(resolve, reject);
  }

  next() {
    this.#ack();
    return new Promise((resolve, reject) => {
      const event = this.#queue.shift();
      if (event) this.#hand(event, resolve);
      else if (!this.#over) this.#waiters.push({ resolve, reject });
      else if (this.#error) {
        reject(this.#error);
        this.#error = undefined;
      } else resolve({ value: undefined, done: true });
    });
  }

  async return() {
    this.close();
    return { value: undefined, done: true };
  }

  close() {
    this.#queue = [];
    this.end();
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  #hand(event, resolve) {
    this.#seen = event.seq;
    this.#unacked++;
    resolve({ value: event, done: false });
  }

  /** Who asks for the next event is done with the ones before. */
  #ack() {
    const { credit } = this.#request;
    if (!credit || this.#over || !this.#unacked) return;
    if (this.#queue.length > 0 && this.#unacked < credit / 2) return;
    this.#unacked = 0;
    try {
      this.#game.notify('sub.ack', { id: this.id, seq: this.#seen });
    } catch {
      // Between two connections there is nothing to acknowledge.
    }
  }
}
