// The game as tests see it: JSON-RPC through a port, answered by way of the page's own connection. A test
// may do to the game what its page may, and nothing to others: which calls pass is decided here, by
// rule, and not where the test runs.

import { codes } from '../../../core/protocol';
import { RpcError, type Subscription } from '../../../core/rpc';
import type * as wire from '../../../core/wire';

/** What of the page's connection is needed. Methods and topics are the game's own, too, so their names are texts. */
export interface Game {
  call(method: string, params: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
  subscribe(topic: string, options: object): Pick<Subscription<'log'>, 'close'>;
  /** What the tests are told when they log in. */
  login(): object;
}

/** Why a call is not passed on; empty when it is. */
export function barred(method: string): string {
  if (/^(rpc\.discover|session\.list|\$\/cancelRequest)$/.test(method)) return '';
  if (/^(session|network|client|topic|sub|rpc|test|\$)\b/.test(method) || method.startsWith('$/'))
    return 'tests in the page may not reach other clients, connections or files';
  if (/^(cvar\.(save|load|forget)|incident\.(delete|disarm|arm))$/.test(method))
    return 'tests in the page may not change what is kept beyond the run';
  return '';
}

/** Topics that tell of other clients, or of what they send. */
const privateTopics = /^(wire|sessions|stats|tests)$/;

interface Request {
  id?: unknown;
  method: string;
  params: Record<string, unknown>;
}

const internal = -32603; // JSON-RPC 2.0, section 5.1
const mostPending = 4096;
const mostSubs = 64;

/** One run's conversation. */
export class Bridge {
  /** What the run did that must be put right when it is cut off. */
  readonly done = { held: false, input: false, speed: false, snapshots: new Set<number>(), cvars: new Set<string>() };
  private readonly subs = new Map<string, { close(): void }>();
  private readonly calls = new Map<unknown, AbortController>();
  private readonly game: Game;
  private readonly reply: (text: string) => void;
  private closed = false;

  /** @param reply sends a text to the tests. */
  constructor(game: Game, reply: (text: string) => void) {
    this.game = game;
    this.reply = reply;
  }

  /** Takes a text of the tests. Throws where it is none that a client would send. */
  receive(text: string): void {
    const message: unknown = JSON.parse(text);
    const list = Array.isArray(message) ? message : [message];
    if (this.calls.size + list.length > mostPending)
      throw new Error(`more than ${mostPending} calls wait to be answered`);
    for (const one of list) void this.take(sane(one));
  }

  /** Ends all that the tests began. */
  close(): void {
    this.closed = true;
    for (const sub of this.subs.values()) sub.close();
    this.subs.clear();
    for (const call of this.calls.values()) call.abort();
    this.calls.clear();
  }

  private send(message: object): void {
    if (!this.closed) this.reply(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  private async take(request: Request): Promise<void> {
    const { id, method, params } = request;
    if (method === '$/cancelRequest') {
      this.calls.get(params.id)?.abort();
      return;
    }
    const stop = new AbortController();
    if (id !== undefined) this.calls.set(id, stop);
    try {
      const result = await this.run(request, stop.signal);
      if (id !== undefined) this.send({ id, result: result ?? null });
    } catch (fault) {
      if (id !== undefined) this.send({ id, error: asError(fault) });
    } finally {
      this.calls.delete(id);
    }
  }

  private run({ method, params }: Request, signal: AbortSignal): unknown {
    if (method === 'session.login') return this.game.login();
    if (method === 'sub.open') return this.open(params as unknown as wire.Methods['sub.open']['params']);
    if (method === 'sub.close') {
      const id = String(params.id);
      this.subs.get(id)?.close();
      this.subs.delete(id);
      return null;
    }
    if (method === 'sub.ack') return null; // the page acknowledges what it takes
    const why = barred(method);
    if (why !== '') throw new RpcError(codes.forbidden, `${method}: ${why}`, { kind: 'sandbox' });
    this.note(method, params);
    const answer = this.game.call(method, params, { signal });
    if (method === 'world.snapshot')
      answer.then((kept) => void this.done.snapshots.add((kept as { id: number }).id)).catch(() => undefined);
    return answer;
  }

  private note(method: string, params: Record<string, unknown>): void {
    const { done } = this;
    if (/^time\.(hold|step|until)$/.test(method)) done.held = true;
    else if (method === 'time.resume') done.held = false;
    else if (method === 'time.speed') done.speed = true;
    else if (/^cvar\.(set|reset|alternate)$/.test(method)) done.cvars.add(String(params.name));
    else if (method === 'world.drop') done.snapshots.delete(Number(params.id));
    else if (/^input\.(?!status)/.test(method)) done.input = params.take !== false || method !== 'input.control';
  }

  private open({ id, topic, ...rest }: wire.Methods['sub.open']['params']): Promise<unknown> {
    if (privateTopics.test(topic))
      throw new RpcError(codes.forbidden, `${topic}: tests in the page may not follow this topic`, { kind: 'sandbox' });
    if (this.subs.size >= mostSubs) throw new RpcError(codes.forbidden, 'too many subscriptions', { kind: 'sandbox' });
    if (this.subs.has(id)) throw new RpcError(codes.forbidden, `the subscription ${id} is open`, { kind: 'sandbox' });
    return new Promise((done, fail) => {
      let seen = false;
      const sub = this.game.subscribe(topic, {
        ...rest,
        onSnapshot: (snapshot: unknown, { seq }: { seq: number }) => {
          if (!seen) done({ id, seq, snapshot });
          seen = true;
        },
        onEvent: (value: unknown, meta: object) => this.send({ method: 'sub.event', params: { ...meta, id, value } }),
        onError: (error: RpcError) => {
          this.subs.delete(id);
          sub.close();
          fail(error);
        },
      });
      this.subs.set(id, sub);
    });
  }
}

function sane(message: unknown): Request {
  const m = (typeof message === 'object' && message !== null ? message : {}) as Partial<Request>;
  if (typeof m.method !== 'string') throw new Error('what came is no request');
  const params = typeof m.params === 'object' && m.params !== null ? m.params : {};
  return { ...(m.id !== undefined && { id: m.id }), method: m.method, params };
}

function asError(fault: unknown): object {
  if (fault instanceof RpcError) return { code: fault.code, message: fault.message, data: fault.data };
  return { code: internal, message: fault instanceof Error ? fault.message : String(fault), data: { kind: 'sandbox' } };
}
