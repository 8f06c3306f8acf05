// A client as anybody would write one: a WebSocket, JSON, and nothing of the dashboard's code.

import WebSocket from 'ws';
import { soon } from './until.mjs';

/** An error that the game answered. */
export class Refusal extends Error {
  constructor({ code, message, data }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export class Client {
  /** Everything that came, parsed; binary messages as Buffers. */
  received = [];
  #socket;
  #id = 0;
  #waiting = new Set();

  /** Opens a socket to a game, with the token of scripts unless other options are given. */
  static async open(game, options = { headers: { Authorization: `Bearer ${game.token}` } }, protocols = []) {
    const client = new Client();
    const socket = new WebSocket(game.socket, protocols, options);
    client.#socket = socket;
    client.closed = new Promise((done) => {
      socket.on('close', (code, reason) => done({ code, reason: reason.toString() }));
    });
    socket.on('message', (data, binary) => client.#receive(binary ? data : JSON.parse(data.toString())));
    await soon(
      'the socket opens',
      new Promise((done, fail) => {
        socket.on('open', done);
        socket.on('error', fail);
      }),
    );
    return client;
  }

  /** Sends anything: a text as it is, everything else as JSON. */
  send(message) {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message, of those that came and those to come, for which `wanted` is true. */
  next(wanted, what = String(wanted)) {
    const had = this.received.find(wanted);
    if (had !== undefined) return Promise.resolve(had);
    return this.after(wanted, what);
  }

  /** The first message to come for which `wanted` is true. */
  after(wanted, what = String(wanted)) {
    const found = new Promise((done, fail) => {
      const waiter = { wanted, done };
      this.#waiting.add(waiter);
      this.closed.then(({ code, reason }) =>
        fail(new Error(`closed with ${code} "${reason}" while waiting for ${what}`)),
      );
    });
    return soon(what, found);
  }

  /** Calls a method and returns its result; an error that the game answered is thrown. */
  async call(method, params) {
    const answer = await this.request(method, params);
    if (answer.error) throw new Refusal(answer.error);
    return answer.result;
  }

  /** Calls a method and returns the whole answer. */
  async request(method, params) {
    const id = ++this.#id;
    const answer = this.after((m) => m.id === id, `the answer to ${method}`);
    this.send({ jsonrpc: '2.0', id, method, params });
    return answer;
  }

  /** Sends a text that is no single request, and returns the message that answers it. */
  async raw(text, answers = (m) => Array.isArray(m) || m.id === null) {
    const answer = this.after(answers, `an answer to ${text.slice(0, 80)}`);
    this.send(text);
    return answer;
  }

  /** The events of a subscription that came. */
  events(id) {
    return this.received.filter((m) => m.method === 'sub.event' && m.params.id === id).map((m) => m.params);
  }

  /** Lets everything that comes wait in the buffers of the system. */
  stopReading() {
    this.#socket.pause();
  }

  async close() {
    this.#socket.close(1000);
    return this.closed;
  }

  #receive(message) {
    this.received.push(message);
    for (const waiter of this.#waiting) {
      if (!waiter.wanted(message)) continue;
      this.#waiting.delete(waiter);
      waiter.done(message);
    }
  }
}

/** The error that a call is answered with. */
export async function refusal(call) {
  try {
    await call;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('the game agreed to what it should have refused');
}

/** Every field of an entity, by path. */
export async function fields(client, id) {
  const entity = await client.call('world.get', { id });
  return Object.fromEntries(entity.components.flatMap((c) => c.fields).map((f) => [f.path, f]));
}

/** The status and the body of an HTTP request with exactly these headers. */
export async function http(game, path, { method = 'GET', headers = {}, body } = {}) {
  const { request } = await import('node:http');
  const answer = new Promise((done, fail) => {
    const req = request({ host: '127.0.0.1', port: game.port, path, method, headers, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      res.on('end', () => done({ status: res.statusCode, headers: res.headers, body: text }));
    });
    // A refused upgrade is an answer like any other; one that is accepted is not wanted here.
    req.on('upgrade', (res, socket) => {
      socket.destroy();
      done({ status: res.statusCode, headers: res.headers, body: '' });
    });
    req.on('error', fail);
    req.end(body);
  });
  return soon(`an answer to ${method} ${path}`, answer);
}
