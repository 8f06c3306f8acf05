// One person's session: it comes in, stays in when the connection is lost, and leaves.

import { sentence } from './dom.js';
import { Client } from './rpc.js';

const loginRequired = 1001; // the code of an error
const delays = [0.5, 1, 2, 4, 8]; // seconds before a further try

/**
 * The states: 'out'; 'entering', at the stage 'handshake' or 'login'; 'in'; and 'lost', while it
 * tries to come back. `error` says what went wrong last, `suggest` which name would be free.
 */
export class Session {
  state = 'out';
  stage = '';
  error = '';
  suggest = '';
  tries = 0;
  retryIn = 0; // seconds
  client = null; // while 'in'
  me = null; // what the server answered to the login
  #began = 0; // the server's time zero as this machine's, in milliseconds
  #who = null; // { name, code, token }
  #timer = 0;
  #listeners = { state: [], up: [], message: [], trip: [], text: [] };

  constructor(address) {
    this.address = address;
  }

  /**
   * Listens: 'state' after every change; 'up' whenever it came in, which is when to subscribe;
   * 'message' for what another client sent; 'trip' after every call, with the milliseconds that
   * it took; 'text' for all that goes over the wire.
   */
  on(kind, listener) {
    this.#listeners[kind].push(listener);
  }

  /** Comes in. What fails is told by the state. */
  async enter({ name, code, token }) {
    const who = { name, code, token };
    this.#who = who;
    this.#become('entering', { stage: 'handshake', error: '', suggest: '' });
    try {
      await this.#connect(who);
    } catch (error) {
      if (this.#who === who) this.#end({ error: sentence(error), suggest: error.data?.suggest ?? '' });
    }
  }

  /** Leaves for good. */
  leave() {
    this.#end({ error: '', suggest: '' });
  }

  /** Tries at once, while it is lost, under another name if one is given. */
  retry(name = this.#who?.name) {
    if (this.state !== 'lost') return;
    this.#who = { ...this.#who, name };
    clearInterval(this.#timer);
    this.#again();
  }

  /** What lets this window in again after a reload, where the server gave something. */
  get token() {
    return this.#who?.token;
  }

  /** The time of day of an event. */
  date({ time }) {
    return new Date(this.#began + time / 1e6);
  }

  /** Calls a method of the server. */
  async call(method, params) {
    if (!this.client) throw new Error('there is no connection');
    const began = performance.now();
    const result = await this.client.call(method, params);
    this.#tell('trip', performance.now() - began);
    return result;
  }

  /** Handshake, then login. Somebody who left meanwhile, or chose another name, is not let in. */
  async #connect(who) {
    const client = await Client.open(this.address);
    client.onText = (direction, text) => this.#tell('text', direction, text);
    if (this.state === 'entering') this.#become('entering', { stage: 'login' });
    try {
      const me = await client.call('session.login', who);
      if (this.#who !== who) throw new Error('left meanwhile');
      who.token = me.token ?? who.token;
      this.me = me;
      this.#began = Date.now() - me.clock.time / 1e6;
    } catch (error) {
      client.close('no login');
      throw error;
    }
    this.client = client;
    client.onClose = (code, reason) => this.#lose(client, code, reason);
    client.onNotify = (method, params) => {
      if (method === 'client.message') this.#tell('message', params);
    };
    this.tries = 0;
    this.#become('in', { error: '', suggest: '' });
    this.#tell('up', client);
  }

  #lose(client, code, reason) {
    if (this.client !== client) return;
    this.client = null;
    const error = reason ? `The server closed the connection: ${reason} (${code}).` : 'The connection was lost.';
    this.#become('lost', { error, suggest: '' });
    this.#wait();
  }

  /** Counts down to the next try. */
  #wait() {
    this.tries++;
    const delay = delays[Math.min(this.tries, delays.length) - 1] * (0.8 + 0.4 * Math.random());
    const at = performance.now() + 1000 * delay;
    const count = () => {
      const left = (at - performance.now()) / 1000;
      if (left > 0) return this.#become('lost', { retryIn: Math.ceil(left) });
      clearInterval(this.#timer);
      this.#again();
    };
    this.#timer = setInterval(count, 200);
    count();
  }

  async #again() {
    const who = this.#who;
    this.#become('lost', { retryIn: 0 });
    try {
      await this.#connect(who);
    } catch (error) {
      if (this.#who !== who) return;
      // A token of an earlier run lets nobody in. A taken name may be this window's own: the
      // server need not have noticed yet that its old connection is gone.
      if (error.code === loginRequired) return this.#end({ error: sentence(error) });
      Object.assign(this, { error: sentence(error), suggest: error.data?.suggest ?? '' });
      this.#wait();
    }
  }

  #end(facts) {
    clearInterval(this.#timer);
    const client = this.client;
    this.client = this.#who = null;
    this.#become('out', { tries: 0, ...facts });
    client?.close('left');
  }

  #become(state, facts) {
    Object.assign(this, facts, { state });
    this.#tell('state');
  }

  #tell(kind, ...args) {
    for (const listener of this.#listeners[kind]) listener(...args);
  }
}
