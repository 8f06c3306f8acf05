import { beforeEach, describe, expect, it, vi } from 'vitest';
import { offline, Rpc, RpcError } from '../../src/core/rpc';

interface Sent {
  jsonrpc: string;
  id?: number;
  method: string;
  params: Record<string, unknown>;
}

/** A game at the other end of the wire. */
class Game {
  texts: string[] = [];
  readonly rpc: Rpc;

  constructor(rpc: Rpc) {
    this.rpc = rpc;
  }
  send = (text: string): void => {
    this.texts.push(text);
  };
  /** All that came since the last call, batches taken apart. */
  take(): Sent[] {
    const texts = this.texts;
    this.texts = [];
    return texts.flatMap((t) => JSON.parse(t) as Sent | Sent[]);
  }
  answer(id: number | undefined, result: unknown): void {
    this.rpc.receive(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }
  event(id: string, seq: number, value: unknown, lost = 0): void {
    const params = { id, seq, frame: 10 + seq, tick: 10 + seq, time: seq * 1e6, lost, value };
    this.rpc.receive(JSON.stringify({ jsonrpc: '2.0', method: 'sub.event', params }));
  }
  binary(number: number, seq: number, payload: number[]): void {
    const data = new ArrayBuffer(24 + payload.length);
    const view = new DataView(data);
    view.setUint8(0, 1);
    view.setUint16(2, 3, true);
    view.setUint32(4, number, true);
    view.setUint32(8, seq, true);
    view.setUint32(12, 77, true);
    view.setBigInt64(16, 5_000_000_000n, true);
    new Uint8Array(data).set(payload, 24);
    this.rpc.receiveBinary(data);
  }
}

const microtask = (): Promise<void> => Promise.resolve();
let rpc: Rpc;
let game: Game;

beforeEach(() => {
  rpc = new Rpc();
  game = new Game(rpc);
  rpc.connect(game);
  rpc.open();
});

describe('calls', () => {
  it('travel as one batch when they are made in one moment, in order', async () => {
    const a = rpc.call('time.status', {});
    const b = rpc.call('cvar.get', { name: 'x' });
    await microtask();
    expect(game.texts).toHaveLength(1);
    const [first, second] = game.take();
    expect([first?.method, second?.method]).toEqual(['time.status', 'cvar.get']);
    rpc.receive(
      JSON.stringify([
        { jsonrpc: '2.0', id: second?.id, result: { name: 'x' } },
        { jsonrpc: '2.0', id: first?.id, result: { tick: 4 } },
      ]),
    );
    await expect(a).resolves.toEqual({ tick: 4 });
    await expect(b).resolves.toEqual({ name: 'x' });
  });

  it('travel alone when they are alone, without brackets', async () => {
    void rpc.call('time.status', {});
    await microtask();
    expect(game.texts).toEqual(['{"jsonrpc":"2.0","id":1,"method":"time.status","params":{}}']);
  });

  it('are parted when a batch would be too large for the game', async () => {
    for (let i = 0; i < 1200; i++) void rpc.call('cvar.get', { name: `n${i}` });
    await microtask();
    expect(game.texts.length).toBeGreaterThan(2);
    for (const text of game.texts) expect(text.length).toBeLessThan(20_000);
    expect(game.take().map((m) => m.params.name)).toEqual(Array.from({ length: 1200 }, (_, i) => `n${i}`));
  });

  it('fail with what the game says', async () => {
    const call = rpc.call('cvar.set', { name: 'x', value: 1 });
    await microtask();
    const [sent] = game.take();
    const error = { code: 1005, message: 'x refused: at most 0', data: { kind: 'out_of_range' } };
    rpc.receive(JSON.stringify({ jsonrpc: '2.0', id: sent?.id, error }));
    const failed = (await call.catch((e: unknown) => e)) as RpcError;
    expect(failed).toBeInstanceOf(RpcError);
    expect([failed.code, failed.message, failed.data.kind]).toEqual([1005, 'x refused: at most 0', 'out_of_range']);
  });

  it('fail at once without a connection, and when it breaks', async () => {
    const pending = rpc.call('time.step', { ticks: 9 });
    rpc.disconnect('the game ended');
    await expect(pending).rejects.toMatchObject({ code: offline, message: expect.stringContaining('may or may not') });
    await expect(rpc.call('time.status', {})).rejects.toMatchObject({ code: offline });
    await microtask();
    expect(game.texts).toEqual([]);
  });

  it('can be taken back', async () => {
    const control = new AbortController();
    const call = rpc.call('time.step', { ticks: 100_000 }, { signal: control.signal });
    await microtask();
    const [sent] = game.take();
    control.abort();
    await microtask();
    expect(game.take()).toEqual([{ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: sent?.id } }]);
    rpc.receive(JSON.stringify({ jsonrpc: '2.0', id: sent?.id, error: { code: -32800, message: 'cancelled' } }));
    await expect(call).rejects.toMatchObject({ code: -32800 });
    await expect(rpc.call('time.step', { ticks: 1 }, { signal: control.signal })).rejects.toMatchObject({
      code: -32800,
    });
  });

  it('ignore answers that nobody waits for', () => {
    expect(() => game.answer(99, null)).not.toThrow();
    expect(() => rpc.receive('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}')).not.toThrow();
  });
});

describe('subscriptions', () => {
  async function open(options: Parameters<typeof rpc.subscribe<'cvars'>>[1]) {
    const sub = rpc.subscribe('cvars', options);
    await microtask();
    const sent = game.take().find((m) => m.method === 'sub.open');
    return { sub, id: String(sent?.params.id), sent };
  }

  it('give the first state, then events in order, each once', async () => {
    const seen: unknown[] = [];
    const { id, sent } = await open({
      onSnapshot: (s) => seen.push(s),
      onEvent: (v, m) => seen.push([v, m.seq, m.frame]),
    });
    game.event(id, 4, 'early'); // before the answer: the snapshot holds it
    game.event(id, 6, 'late');
    expect(seen).toEqual([]);
    game.answer(sent?.id, { id, seq: 5, snapshot: 'all' });
    await microtask();
    game.event(id, 7, 'next');
    game.event(id, 7, 'again');
    game.event('other', 8, 'x');
    expect(seen).toEqual(['all', ['late', 6, 16], ['next', 7, 17]]);
  });

  it('open again after a reconnect, with what was asked for last', async () => {
    const snapshots: unknown[] = [];
    const { sub, id, sent } = await open({ policy: 'latest', rate: 10, onSnapshot: (s) => snapshots.push(s) });
    expect(sent?.params).toMatchObject({ topic: 'cvars', policy: 'latest', rate: 10 });
    expect(sent?.params).not.toHaveProperty('credit');
    game.answer(sent?.id, { id, seq: 0, snapshot: 1 });
    await microtask();
    rpc.disconnect('lost');
    const second = new Game(rpc);
    rpc.connect(second);
    await microtask();
    expect(second.take()).toEqual([]); // not before the login
    rpc.open();
    await microtask();
    const [again] = second.take();
    expect(again?.params.id).not.toBe(id); // events of the old one must not be taken for the new one's
    second.answer(again?.id, { id: again?.params.id, seq: 0, snapshot: 2 });
    await microtask();
    expect(snapshots).toEqual([1, 2]);
    sub.close();
    await microtask();
    expect(second.take()).toMatchObject([{ method: 'sub.close', params: { id: again?.params.id } }]);
  });

  it('change what they ask for in one go, and drop late events of the old params', async () => {
    const seen: unknown[] = [];
    const sub = rpc.subscribe('world', {
      params: { where: 'a' },
      onSnapshot: (s) => seen.push(s),
      onEvent: (v) => seen.push(v),
    });
    await microtask();
    const [first] = game.take();
    const old = String(first?.params.id);
    game.answer(first?.id, { id: old, seq: 0, snapshot: 'A' });
    await microtask();
    sub.update({ where: 'b' });
    await microtask();
    expect(game.texts).toHaveLength(1);
    const [close, reopened] = game.take();
    expect([close?.method, close?.params.id, reopened?.method]).toEqual(['sub.close', old, 'sub.open']);
    expect(reopened?.params.params).toEqual({ where: 'b' });
    game.event(old, 1, 'stale');
    game.answer(reopened?.id, { id: reopened?.params.id, seq: 0, snapshot: 'B' });
    await microtask();
    expect(seen).toEqual(['A', 'B']);
  });

  it('take an answer that comes after they were closed for nothing', async () => {
    const onSnapshot = vi.fn();
    const { sub, id, sent } = await open({ onSnapshot });
    sub.close();
    game.answer(sent?.id, { id, seq: 0, snapshot: 1 });
    await microtask();
    expect(onSnapshot).not.toHaveBeenCalled();
  });

  it('say when the game refuses, and can be asked again', async () => {
    const onError = vi.fn();
    const sub = rpc.subscribe('world', { params: { where: '(' }, onError });
    await microtask();
    const [sent] = game.take();
    rpc.receive(JSON.stringify({ jsonrpc: '2.0', id: sent?.id, error: { code: -32602, message: 'column 2' } }));
    await microtask();
    expect(onError).toHaveBeenCalledOnce();
    sub.update({ where: 'ok' });
    await microtask();
    expect(game.take()).toMatchObject([{ method: 'sub.open', params: { params: { where: 'ok' } } }]);
  });
});

describe('binary messages', () => {
  it('reach their subscription without the header', async () => {
    const seen: unknown[] = [];
    rpc.subscribe('timings', {
      onBinary: (view, meta) => seen.push([view.getUint8(0), view.byteLength, meta]),
    });
    await microtask();
    const [sent] = game.take();
    game.binary(9, 1, [42]); // may come before the answer that names the number
    game.answer(sent?.id, { id: sent?.params.id, seq: 0, binary: 9, snapshot: { scopes: [], budget: 0 } });
    await microtask();
    game.binary(9, 2, [43, 0]);
    game.binary(8, 1, [1]);
    const meta = { frame: 77, tick: 0, time: 5_000_000_000, lost: 3 };
    expect(seen).toEqual([
      [42, 1, { ...meta, seq: 1 }],
      [43, 2, { ...meta, seq: 2 }],
    ]);
  });

  it('that are too short are dropped', () => {
    expect(() => rpc.receiveBinary(new ArrayBuffer(5))).not.toThrow();
  });
});

describe('credit', () => {
  it('is given back once a frame of the page, for the last event', async () => {
    const due = vi.fn();
    rpc.onAckDue = due;
    rpc.subscribe('memory', { credit: 8 });
    rpc.subscribe('log', {});
    await microtask();
    const [memory, log] = game.take();
    for (const sent of [memory, log]) game.answer(sent?.id, { id: sent?.params.id, seq: 0 });
    await microtask();
    rpc.sendAcks();
    await microtask();
    expect(game.take()).toEqual([]); // nothing came
    for (const seq of [1, 2, 3]) game.event(String(memory?.params.id), seq, 0);
    game.event(String(log?.params.id), 1, 0);
    expect(due).toHaveBeenCalledTimes(3);
    rpc.sendAcks();
    rpc.sendAcks();
    await microtask();
    expect(game.take()).toEqual([{ jsonrpc: '2.0', method: 'sub.ack', params: { id: memory?.params.id, seq: 3 } }]);
  });
});

describe('credit that is given back by hand', () => {
  it('waits for what was done with the event, and is never taken back', async () => {
    const due = vi.fn();
    rpc.onAckDue = due;
    const sub = rpc.subscribe('memory', { credit: 2, byHand: true });
    await microtask();
    const [sent] = game.take();
    game.answer(sent?.id, { id: sent?.params.id, seq: 0 });
    await microtask();
    expect(sub.id).toBe(sent?.params.id);
    for (const seq of [1, 2]) game.event(sub.id, seq, 0);
    rpc.sendAcks();
    await microtask();
    expect([due.mock.calls.length, game.take()]).toEqual([0, []]);
    sub.ack(1);
    sub.ack(1);
    sub.ack(2);
    sub.ack(1);
    await microtask();
    expect(game.take().map((m) => m.params)).toEqual([
      { id: sub.id, seq: 1 },
      { id: sub.id, seq: 2 },
    ]);
    rpc.disconnect('lost');
    sub.ack(3);
    await microtask();
    expect(game.take()).toEqual([]);
  });
});

describe('a subscription that a method changes', () => {
  it('is told while it is open, asked for anew otherwise, and opens with the newest after a reconnect', async () => {
    const refused = vi.fn();
    const sub = rpc.subscribe('display', { params: { fps: 30 }, onError: refused });
    await microtask();
    const [first] = game.take();
    sub.update({ fps: 20 }, 'display.tune'); // not open yet
    await microtask();
    const second = game.take().find((m) => m.method === 'sub.open');
    expect(second?.params).toMatchObject({ params: { fps: 20 } });
    expect(second?.params.id).not.toBe(first?.params.id);
    game.answer(second?.id, { id: sub.id, seq: 0, snapshot: {} });
    await microtask();
    sub.update({ fps: 10 }, 'display.tune');
    await microtask();
    const [tune] = game.take();
    expect(tune).toMatchObject({ method: 'display.tune', params: { id: sub.id, fps: 10 } });
    const error = { code: -32602, message: 'too slow', data: { kind: 'invalid_params' } };
    rpc.receive(JSON.stringify({ jsonrpc: '2.0', id: tune?.id, error }));
    await microtask();
    await microtask();
    expect(refused).toHaveBeenCalledOnce();
    rpc.connect(game);
    rpc.open();
    await microtask();
    expect(game.take()[0]).toMatchObject({ method: 'sub.open', params: { params: { fps: 10 } } });
  });
});

describe('what is held back', () => {
  it('is handed out in its order after what happened before, and other topics do not wait', async () => {
    const rpc = new Rpc();
    const game = new Game(rpc);
    rpc.connect(game);
    rpc.hold(['timings']);
    const seen: string[] = [];
    rpc.subscribe('timings', {
      onSnapshot: () => seen.push('timings'),
      onBinary: (payload, meta) => seen.push(`frame ${meta.seq} ${payload.getUint8(0)}`),
    });
    rpc.subscribe('log', { onSnapshot: () => seen.push('log') });
    rpc.open();
    await Promise.resolve();
    for (const { id, params } of game.take()) {
      game.answer(id, { id: params.id, seq: 0, snapshot: {}, ...(params.topic === 'timings' && { binary: 4 }) });
    }
    await Promise.resolve();
    await Promise.resolve();
    game.binary(4, 1, [11]);
    game.binary(4, 2, [22]);
    expect(seen).toEqual(['log']);
    seen.push('before');
    rpc.release();
    game.binary(4, 3, [33]);
    expect(seen).toEqual(['log', 'before', 'timings', 'frame 1 11', 'frame 2 22', 'frame 3 33']);
  });

  it('is not lost when the connection is', async () => {
    const rpc = new Rpc();
    const game = new Game(rpc);
    rpc.connect(game);
    rpc.hold(['log']);
    const seen: unknown[] = [];
    rpc.subscribe('log', { onSnapshot: (first) => seen.push(first) });
    rpc.open();
    await Promise.resolve();
    for (const { id, params } of game.take())
      game.answer(id, { id: params.id, seq: 0, snapshot: { lines: [], lost: 0 } });
    await Promise.resolve();
    await Promise.resolve();
    expect(seen).toEqual([]);
    rpc.disconnect('gone');
    expect(seen).toHaveLength(1);
  });
});
