// JSON-RPC over whatever carries texts: calls that await their answer, and subscriptions that
// outlive the connection. Knows nothing of the page, of WebSockets or of time.

import {
  binaryHeader,
  codes,
  type ErrorData,
  type Method,
  type Methods,
  type Policy,
  type SubEvent,
  type SubOpenParams,
  type SubOpenResult,
  type Topic,
  type Topics,
} from './protocol';

/** An answer that is an error, or the page's own word that there will be none. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: ErrorData;

  constructor(code: number, message: string, data: ErrorData = { kind: 'unknown' }) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

/** Codes of the page's own errors; no server sends them. */
export const offline = 0;

/** The number under which an event left, and when. */
export interface Meta {
  seq: number;
  frame: number;
  /** 0 in binary messages, whose payload may carry it. */
  tick: number;
  /** ns since the session began */
  time: number;
  /** Events that the policy dropped since the last one. */
  lost: number;
}

export interface SubscribeOptions<T extends Topic> {
  params?: Topics[T]['params'];
  policy?: Policy;
  /** events per second */
  rate?: number;
  buffer?: number;
  credit?: number;
  /** Nothing is acknowledged before `ack` says so: not what came counts, but what was drawn. */
  byHand?: boolean;
  /** The first state: after the opening and after every reconnect. */
  onSnapshot?(snapshot: Topics[T]['snapshot'], meta: { seq: number }): void;
  onEvent?(value: Topics[T]['event'], meta: Meta): void;
  /** The payload behind the header. Valid during the call. */
  onBinary?(payload: DataView, meta: Meta): void;
  /** The game refused the subscription. It is asked again after a reconnect or an update. */
  onError?(error: RpcError): void;
}

export interface Subscription<T extends Topic> {
  close(): void;
  /**
   * Asks anew with other params; late events of the old ones are dropped. Where a method can change an
   * open subscription, it is called instead, with the params and the id.
   */
  update(params: Topics[T]['params'], by?: Method): void;
  /** Acknowledges the events up to one, for a subscription that does so by hand. */
  ack(seq: number): void;
  /** By which the game knows it now. */
  readonly id: string;
}

/** What carries texts to the game. */
export interface Wire {
  send(text: string): void;
}

interface Pending {
  method: string;
  resolve(value: unknown): void;
  reject(error: RpcError): void;
}

interface Sub {
  id: string;
  topic: Topic;
  options: SubscribeOptions<Topic>;
  params: unknown;
  state: 'idle' | 'opening' | 'open';
  number: number | undefined;
  early: SubEvent[]; // that came before the answer with the snapshot
  seq: number;
  acked: number;
}

interface Reply {
  id?: number | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: ErrorData };
}

const batchMembers = 500; // the server takes 1,000
const batchChars = 16_000; // a text may hold 64 KiB, a character up to 3 bytes
const strayLimit = 64; // binary messages that may come before the answer that names their number

/** The client's half of the conversation. One for the page's life. */
export class Rpc {
  /** Characters and bytes that came in. */
  received = 0;
  /** Called after anything came in. */
  onReceive: (() => void) | undefined;
  /** Called when acknowledgements wait for the next frame of the page. */
  onAckDue: (() => void) | undefined;

  private wire: Wire | undefined;
  private ready = false; // logged in
  private nextId = 1;
  private nextSub = 1;
  private readonly pending = new Map<number, Pending>();
  private queue: string[] = [];
  private flushing = false;
  private readonly subs = new Set<Sub>();
  private readonly byId = new Map<string, Sub>();
  private readonly byNumber = new Map<number, Sub>();
  private strays: ArrayBuffer[] = [];
  private holding: ReadonlySet<Topic> = new Set();
  private held: (() => void)[] = []; // what is kept back

  /** Takes a fresh connection. Until `open` only `login` goes out. */
  connect(wire: Wire): void {
    this.disconnect('connection replaced');
    this.wire = wire;
  }

  /** Sends the first message of a connection. */
  login(params: Methods['session.login']['params']): Promise<Methods['session.login']['result']> {
    return this.request('session.login', params);
  }

  /** Logged in: opens every subscription, calls may go. */
  open(): void {
    this.ready = true;
    for (const sub of this.subs) this.openSub(sub);
  }

  /** The connection is gone: pending calls fail, subscriptions wait for the next one. */
  disconnect(reason: string): void {
    this.wire = undefined;
    this.ready = false;
    this.queue = [];
    this.strays = [];
    this.release();
    this.byId.clear();
    this.byNumber.clear();
    for (const sub of this.subs) sub.state = 'idle';
    const failed = [...this.pending.values()];
    this.pending.clear();
    for (const call of failed) {
      call.reject(new RpcError(offline, `${call.method}: ${reason}; it may or may not have run`, { kind: 'offline' }));
    }
  }

  /**
   * Calls a method. Calls of one microtask travel as one batch. Rejects with an RpcError, at once
   * when there is no connection. An aborted call is cancelled in the game and rejects with -32800.
   */
  call<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options: { signal?: AbortSignal } = {},
  ): Promise<Methods[M]['result']> {
    if (!this.ready) {
      return Promise.reject(new RpcError(offline, `${method}: not connected to the game`, { kind: 'offline' }));
    }
    return this.request(method, params, options.signal);
  }

  /** Follows a topic until `close`, over reconnects. */
  subscribe<T extends Topic>(topic: T, options: SubscribeOptions<T>): Subscription<T> {
    const sub: Sub = {
      id: '',
      topic,
      options: options as unknown as SubscribeOptions<Topic>,
      params: options.params,
      state: 'idle',
      number: undefined,
      early: [],
      seq: 0,
      acked: 0,
    };
    this.subs.add(sub);
    if (this.ready) this.openSub(sub);
    return {
      close: () => {
        if (this.subs.delete(sub)) this.closeSub(sub);
      },
      update: (params, by) => {
        sub.params = params;
        if (!this.ready || !this.subs.has(sub)) return;
        if (by !== undefined && sub.state === 'open') {
          this.request(by, { ...(params as object), id: sub.id } as never).catch((error: RpcError) => {
            if (error.code !== offline) sub.options.onError?.(error);
          });
          return;
        }
        this.closeSub(sub);
        this.openSub(sub);
      },
      ack: (seq) => {
        if (!this.ready || sub.state !== 'open' || seq <= sub.acked) return;
        sub.acked = seq;
        this.notify('sub.ack', { id: sub.id, seq });
      },
      get id() {
        return sub.id;
      },
    };
  }

  /** Takes a text of the game. */
  receive(text: string): void {
    this.received += text.length;
    this.accept(JSON.parse(text));
  }

  /** Takes a message that is parsed already. */
  accept(message: unknown): void {
    if (Array.isArray(message)) for (const one of message) this.take(one as Reply);
    else this.take(message as Reply);
    this.onReceive?.();
  }

  /** Keeps back what comes on some topics until `release`: what happened before must be told first. */
  hold(topics: Iterable<Topic>): void {
    this.holding = new Set(topics);
  }

  /** Hands out what was kept back, in its order. */
  release(): void {
    this.holding = new Set();
    const held = this.held;
    this.held = [];
    for (const f of held) f();
  }

  private hand(sub: Sub, f: () => void): void {
    if (this.holding.has(sub.topic)) this.held.push(f);
    else f();
  }

  /** Takes a binary message of the game. */
  receiveBinary(data: ArrayBuffer): void {
    this.received += data.byteLength;
    if (data.byteLength < binaryHeader) return;
    this.deliver(data);
    this.onReceive?.();
  }

  /** Acknowledges what came since the last call. The page does this from its animation frame, so a hidden page stops the stream. */
  sendAcks(): void {
    if (!this.ready) return;
    for (const sub of this.subs) {
      const { credit, byHand } = sub.options;
      if (!credit || byHand || sub.state !== 'open' || sub.seq === sub.acked) continue;
      sub.acked = sub.seq;
      this.notify('sub.ack', { id: sub.id, seq: sub.seq });
    }
  }

  private request<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    signal?: AbortSignal,
  ): Promise<Methods[M]['result']> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new RpcError(codes.cancelled, `${method}: cancelled`, { kind: 'cancelled' }));
        return;
      }
      this.pending.set(id, { method, resolve: resolve as (value: unknown) => void, reject });
      signal?.addEventListener('abort', () => {
        if (this.pending.has(id)) this.notify('$/cancelRequest', { id });
      });
      this.enqueue({ jsonrpc: '2.0', id, method, params });
    });
  }

  private notify(method: string, params: unknown): void {
    this.enqueue({ jsonrpc: '2.0', method, params });
  }

  private enqueue(message: unknown): void {
    if (this.wire === undefined) return;
    this.queue.push(JSON.stringify(message));
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => this.flush());
  }

  private flush(): void {
    this.flushing = false;
    const queue = this.queue;
    this.queue = [];
    let batch: string[] = [];
    let chars = 0;
    const leave = (): void => {
      if (batch.length > 0) this.wire?.send(batch.length === 1 ? (batch[0] as string) : `[${batch.join(',')}]`);
      batch = [];
      chars = 0;
    };
    for (const text of queue) {
      if (batch.length === batchMembers || chars + text.length > batchChars) leave();
      batch.push(text);
      chars += text.length;
    }
    leave();
  }

  private take(message: Reply): void {
    if (message.method === 'sub.event') this.event(message.params as SubEvent);
    if (message.method !== undefined || typeof message.id !== 'number') return;
    const call = this.pending.get(message.id);
    if (call === undefined) return;
    this.pending.delete(message.id);
    if (message.error === undefined) call.resolve(message.result);
    else call.reject(new RpcError(message.error.code, message.error.message, message.error.data));
  }

  private openSub(sub: Sub): void {
    const id = `${sub.topic}.${this.nextSub++}`;
    const { policy, rate, buffer, credit } = sub.options;
    const params: SubOpenParams = {
      id,
      topic: sub.topic,
      ...(sub.params !== undefined && { params: sub.params }),
      ...(policy !== undefined && { policy }),
      ...(rate !== undefined && { rate }),
      ...(buffer !== undefined && { buffer }),
      ...(credit !== undefined && { credit }),
    };
    Object.assign(sub, { id, state: 'opening', number: undefined, early: [], seq: 0, acked: 0 });
    this.byId.set(id, sub);
    this.request('sub.open', params).then(
      (result) => this.opened(sub, result),
      (error: RpcError) => {
        if (sub.id !== id || error.code === offline) return;
        sub.state = 'idle';
        this.byId.delete(id);
        sub.options.onError?.(error);
      },
    );
  }

  private opened(sub: Sub, result: SubOpenResult): void {
    if (this.byId.get(result.id) !== sub) return; // closed or replaced meanwhile
    sub.state = 'open';
    sub.seq = sub.acked = result.seq;
    this.hand(sub, () => sub.options.onSnapshot?.(result.snapshot as never, { seq: result.seq }));
    const early = sub.early;
    sub.early = [];
    for (const event of early) this.event(event);
    if (result.binary === undefined) return;
    sub.number = result.binary;
    this.byNumber.set(result.binary, sub);
    const strays = this.strays;
    this.strays = [];
    for (const data of strays) this.deliver(data);
  }

  private closeSub(sub: Sub): void {
    if (this.byId.get(sub.id) !== sub) return;
    this.byId.delete(sub.id);
    if (sub.number !== undefined) this.byNumber.delete(sub.number);
    sub.state = 'idle';
    this.request('sub.close', { id: sub.id }).catch(() => undefined); // a lost connection closes it as well
  }

  private event(event: SubEvent): void {
    const sub = this.byId.get(event.id);
    if (sub === undefined) return;
    if (sub.state === 'opening') {
      sub.early.push(event);
      return;
    }
    if (event.seq <= sub.seq) return; // the snapshot holds it already
    this.seen(sub, event.seq);
    this.hand(sub, () => sub.options.onEvent?.(event.value as never, event));
  }

  private deliver(data: ArrayBuffer): void {
    const view = new DataView(data);
    const sub = this.byNumber.get(view.getUint32(4, true));
    if (sub === undefined) {
      if (this.strays.length < strayLimit) this.strays.push(data);
      return;
    }
    const seq = view.getUint32(8, true);
    this.seen(sub, seq);
    const meta = {
      seq,
      frame: view.getUint32(12, true),
      tick: 0,
      time: Number(view.getBigInt64(16, true)),
      lost: view.getUint16(2, true),
    };
    this.hand(sub, () => sub.options.onBinary?.(new DataView(data, binaryHeader), meta));
  }

  private seen(sub: Sub, seq: number): void {
    sub.seq = seq;
    if (sub.options.credit && !sub.options.byHand) this.onAckDue?.();
  }
}
