// Undo of cvars by the game that keeps them: a game of a few lines that does what the real one promises.

import { signal } from '@preact/signals';
import { beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/core/app';
import { editing } from '../../src/core/editing';
import { type CvarChange, codes, type Scalar } from '../../src/core/protocol';
import { RpcError } from '../../src/core/rpc';

class Game {
  readonly calls: string[] = [];
  readonly values = new Map<string, Scalar>([
    ['a', 1],
    ['b', 10],
  ]);
  readonly history: CvarChange[] = [];
  readonly undone: number[] = [];
  private frame = 0;

  set(by: string, name: string, value: Scalar, undo?: number) {
    const old = this.values.get(name) ?? null;
    this.values.set(name, value);
    const id = this.history.length + 1;
    const change = { id, name, frame: ++this.frame, tick: 0, time: 0, by, layer: 'console', old, new: value, steps: 1 };
    this.history.unshift({ ...change, ...(undo !== undefined && { undo }) });
    return this.state(name);
  }

  call(method: string, params: Record<string, unknown>): unknown {
    this.calls.push(method);
    const name = String(params.name ?? '');
    switch (method) {
      case 'cvar.set':
        return this.set('me', name, params.value as Scalar);
      case 'cvar.get':
        return this.state(name);
      case 'cvar.list':
        return [...this.values.keys()].map((n) => this.state(n));
      case 'cvar.history':
        return this.history.filter((c) => name === '' || c.name === name);
      case 'cvar.undo':
        return this.undo(params.id as number | undefined);
      case 'cvar.redo':
        return this.redo();
      default:
        throw new RpcError(codes.notFound, method);
    }
  }

  private undo(id: number | undefined) {
    const mine = (c: CvarChange) => c.by === 'me' && !c.undone && c.undo === undefined;
    const change = this.history.find((c) => (id === undefined ? mine(c) : c.id === id));
    if (change === undefined) throw new RpcError(codes.notFound, 'there is no change of me to take back');
    if (this.values.get(change.name) !== change.new) throw new RpcError(codes.conflict, 'was changed since');
    change.undone = true;
    this.undone.push(change.id);
    return this.set('me', change.name, change.old, change.id);
  }

  private redo() {
    const change = this.history.find((c) => c.id === this.undone.at(-1));
    if (change === undefined) throw new RpcError(codes.notFound, 'there is nothing that me took back');
    this.undone.pop();
    return this.set('me', change.name, change.new);
  }

  private state(name: string) {
    const setBy = this.history.find((c) => c.name === name)?.by ?? 'default';
    return { name, value: this.values.get(name), setBy, frame: this.frame };
  }
}

let game: Game;
let app: App;
let toasts: string[];

beforeEach(() => {
  game = new Game();
  toasts = [];
  app = {
    rpc: { call: async (method: string, params: Record<string, unknown>) => game.call(method, params) },
    me: signal({ name: 'me' }),
    url: { panel: signal('cvars') },
    frame: { soon: (f: () => void) => f(), stir: () => {}, onText: () => () => {} },
    status: { set: () => {}, clear: () => {} },
    toast: (text: string) => toasts.push(text),
  } as unknown as App;
});

async function set(name: string, value: Scalar): Promise<void> {
  const { edits } = editing(app);
  edits.edit(`cvar:${name}`).set(value, { before: game.values.get(name), label: name });
  await edits.settled();
}

describe('undo', () => {
  test('is the game’s own: it gives back what it knows, not just a value', async () => {
    await set('a', 2);
    game.calls.length = 0;
    await editing(app).undo();
    expect(game.values.get('a')).toBe(1);
    expect(game.calls).toContain('cvar.undo');
    expect(game.calls).not.toContain('cvar.set');
    expect(toasts).toEqual(['Undone: a is 1 again']);
    game.calls.length = 0;
    await editing(app).redo();
    expect(game.values.get('a')).toBe(2);
    expect(game.calls).toContain('cvar.redo');
    expect(game.calls).not.toContain('cvar.set');
  });

  test('takes edits back in the page’s order, whatever lies between', async () => {
    await set('a', 2);
    await set('b', 20);
    game.set('anna', 'c', 5);
    await editing(app).undo();
    await editing(app).undo();
    expect([game.values.get('a'), game.values.get('b')]).toEqual([1, 10]);
    await editing(app).redo();
    await editing(app).redo();
    expect([game.values.get('a'), game.values.get('b')]).toEqual([2, 20]);
  });

  test('asks, and names who changed it since; forced it is a plain set', async () => {
    await set('a', 2);
    game.set('anna', 'a', 9);
    await editing(app).undo();
    const { question } = editing(app);
    expect(question.value).toMatchObject({ by: 'anna', current: 9, wanted: 1 });
    expect(game.values.get('a')).toBe(9);
    await question.value?.force();
    expect(game.values.get('a')).toBe(1);
  });

  test('a long scrub that the game knows as several changes is one', async () => {
    const { edits } = editing(app);
    for (const v of [2, 3, 4]) {
      edits.edit('cvar:a').set(v, { before: 1, label: 'a', gesture: 7 });
      await edits.settled();
    }
    expect(game.history).toHaveLength(3);
    await editing(app).undo();
    expect(game.values.get('a')).toBe(1);
    expect(editing(app).log.list()).toMatchObject([{ undone: true, steps: 3 }]);
  });

  // The game merges what one client does to a cvar within a second.
  test('what the game knows as one change with another edit is set, not undone', async () => {
    await set('a', 2);
    await set('a', 3);
    const [last] = game.history.splice(0, 1);
    Object.assign(game.history[0] as CvarChange, { new: last?.new, steps: 2 });
    game.calls.length = 0;
    await editing(app).undo();
    expect(game.values.get('a')).toBe(2);
    expect(game.calls).not.toContain('cvar.undo');
  });

  test('what was set together is taken back together, and made again', async () => {
    const log = editing(app).log;
    game.set('me', 'a', 5);
    game.set('me', 'b', 50);
    log.record({ path: 'cvars:0', label: 'profile calm', before: { a: 1, b: 10 }, after: { a: 5, b: 50 }, time: 0 });
    game.calls.length = 0;
    await editing(app).undo();
    expect([...game.values.values()]).toEqual([1, 10]);
    expect(game.calls.filter((c) => c === 'cvar.undo')).toHaveLength(2);
    expect(toasts).toEqual(['Undone: profile calm, 2 values']);
    await editing(app).redo();
    expect([...game.values.values()]).toEqual([5, 50]);
  });

  test('goes on with what the same person did before the page was loaded again', async () => {
    game.set('me', 'b', 20);
    await editing(app).undo();
    expect(game.values.get('b')).toBe(10);
    expect(toasts).toEqual(['Undone: b is 10 again']);
    await editing(app).undo();
    expect(toasts.at(-1)).toBe('Nothing of yours to undo');
    app.url.panel.value = 'world';
    game.set('me', 'b', 30);
    await editing(app).undo();
    expect(game.values.get('b')).toBe(30);
  });
});

test('what this page has on lease it goes on to set on lease', async () => {
  const sent: unknown[] = [];
  const call = app.rpc.call.bind(app.rpc) as (m: string, p: unknown) => Promise<unknown>;
  app.rpc.call = ((method: string, params: unknown) => {
    if (method === 'cvar.set') sent.push(params);
    return call(method, params);
  }) as typeof app.rpc.call;
  editing(app).leases.set('cvar:a', 10);
  await set('a', 2);
  editing(app).leases.delete('cvar:a');
  await set('a', 3);
  expect(sent).toEqual([
    { name: 'a', value: 2, lease: 10 },
    { name: 'a', value: 3 },
  ]);
});
