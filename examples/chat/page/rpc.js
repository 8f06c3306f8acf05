// A JSON-RPC 2.0 client over one WebSocket, small enough to copy: calls, notifications, and
// subscriptions to topics and groups. It needs nothing.
//
//   const client = await Client.open('ws://127.0.0.1:6070/ws');
//   await client.call('session.login', { name: 'anna' });
//   const sub = await client.subscribe('prices', (event) => console.log(event.value), { rate: 5 });
//   client.unsubscribe(sub.id);

/** What the server answered in place of a result. */
export class Refusal extends Error {
  constructor({ code, message, data = {} }) {
    super(message);
    this.code = code;
    this.data = data; // kind, and where it helps: path, got, want, suggest, limit
  }
}

export class Client {
  /** Told of every notification that is no event of a subscription. */
  onNotify = (_method, _params) => {};
  /** Told once, when the connection has ended. */
  onClose = (_code, _reason) => {};
  /** Shown every text, 'in' and 'out', before anything is done with it. */
  onText = (_direction, _text) => {};
  #socket;
  #last = 0; // number of a call or a subscription
  #calls = new Map();
  #events = new Map();

  /** Connects. It fails when nobody answers, or the handshake is refused. */
  static open(address) {
    const client = new Client();
    const socket = new WebSocket(address, 'scry.1');
    client.#socket = socket;
    socket.onmessage = (e) => client.#take(e.data);
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve(client);
      socket.onclose = (e) => {
        const gone = new Error(e.reason || 'the connection was lost');
        for (const call of client.#calls.values()) call.reject(gone);
        client.#calls.clear();
        reject(new Error(`no server answers at ${new URL(address).host}`)); // only if it never opened
        client.onClose(e.code, e.reason);
      };
    });
  }

  /** Calls a method. Its result comes, or a Refusal is thrown, or the connection's end. */
  call(method, params) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      if (!this.#send({ jsonrpc: '2.0', id, method, params })) {
        this.#calls.delete(id);
        reject(new Error('there is no connection'));
      }
    });
  }

  /** Calls a method without waiting for an answer: there is none. */
  notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  /** Subscribes. The answer has the id, and where the topic has one, a snapshot of how things stand. */
  async subscribe(topic, onEvent, options) {
    const id = `${topic}/${++this.#last}`;
    this.#events.set(id, onEvent);
    try {
      return await this.call('sub.open', { id, topic, ...options });
    } catch (error) {
      this.#events.delete(id);
      throw error;
    }
  }

  /** Ends a subscription, as the end of the connection does: nobody has to wait for it. */
  unsubscribe(id) {
    this.#events.delete(id);
    this.notify('sub.close', { id });
  }

  close(reason) {
    this.#socket.close(1000, reason);
  }

  #send(message) {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    const text = JSON.stringify(message);
    this.onText('out', text);
    this.#socket.send(text);
    return true;
  }

  #take(text) {
    this.onText('in', text);
    const { id, method, params, result, error } = JSON.parse(text);
    if (method) {
      const onEvent = method === 'sub.event' && this.#events.get(params.id);
      if (onEvent) onEvent(params);
      else if (method !== 'sub.event') this.onNotify(method, params);
      return;
    }
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) call?.reject(new Refusal(error));
    else call?.resolve(result);
  }
}
