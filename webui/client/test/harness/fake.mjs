// The other end of a transport, which says what a test lets it say.

import { connect } from '../../client.js';

/** What a login is answered with. */
export const welcome = { id: 7, name: 'guest-7', role: 'drive', session: 'run-1', token: 'token-1' };

/** A transport whose game lets everybody in, unless `login` decides otherwise. */
export class Fake {
  onmessage = null;
  onclose = null;
  /** The texts that were sent, the login left out. */
  texts = [];
  logins = [];
  closed = false;

  constructor(login = () => ({ result: welcome })) {
    this.login = login;
  }

  send(text) {
    const message = JSON.parse(text);
    if (message.method !== 'session.login') {
      this.texts.push(text);
      return;
    }
    this.logins.push(message.params);
    const answer = this.login(message.params);
    if (answer) queueMicrotask(() => this.say({ id: message.id, ...answer }));
  }

  close() {
    this.closed = true;
  }

  /** What was sent, parsed, text by text. */
  get sent() {
    return this.texts.map((text) => JSON.parse(text));
  }

  /** The one call of a method. */
  one(method) {
    const calls = this.sent.flat().filter((m) => m.method === method);
    if (calls.length !== 1) throw new Error(`${calls.length} calls of ${method} instead of one: ${this.texts}`);
    return calls[0];
  }

  /** Says a message, or a text as it is. */
  say(message) {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.onmessage({ data });
  }

  answer(method, result) {
    this.say({ jsonrpc: '2.0', id: this.one(method).id, result });
  }

  event(id, event) {
    const params = { id, frame: 1, tick: 1, time: 1, lost: 0, ...event };
    this.say({ jsonrpc: '2.0', method: 'sub.event', params });
  }

  /** A binary event with one byte of payload. */
  binary(number, seq, payload, { lost = 0 } = {}) {
    const view = new DataView(new ArrayBuffer(25));
    view.setUint8(0, 1);
    view.setUint16(2, lost, true);
    view.setUint32(4, number, true);
    view.setUint32(8, seq, true);
    view.setUint32(12, 30, true);
    view.setBigInt64(16, 5_000_000_000n, true);
    view.setUint8(24, payload);
    this.onmessage({ data: view.buffer });
  }
}

/** A client that is logged in to a fake. */
export async function enter(options = {}) {
  const fake = new Fake();
  return { fake, game: await connect(fake, options) };
}

/** Until all that waits in microtasks has run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The error of a promise. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have been refused');
}
