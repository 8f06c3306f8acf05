// How edits of cvars reach the game and are taken back there. The game keeps the history: an undo by it
// also gives back the layer, not just the value.

import type { App } from './app';
import type { Answer } from './edits';
import { type CvarChange, type CvarState, codes, type Lease, type Scalar } from './protocol';
import { RpcError } from './rpc';
import { type Keeper, same } from './undo';

/** The values of several cvars by name. */
export type Values = Record<string, Scalar>;

const historyDepth = 1000; // that the game keeps

/** Sends one value, on lease where that is said of its path. */
export async function sendCvar(app: App, name: string, value: unknown, lease: Lease | undefined): Promise<Answer> {
  const state = await app.rpc.call('cvar.set', { name, value: value as Scalar, ...(lease && { lease }) });
  const waits = state.pending !== undefined && { waits: state.pending };
  return { value: state.value, frame: state.frame, ...waits };
}

/** What a cvar is, or will be where it waits for the next start. */
export function comingOf({ value, pending }: Pick<CvarState, 'value' | 'pending'>): Scalar {
  return pending ?? value;
}

/** Keeps single cvars: `cvar:physics.gravity`. */
export function cvarKeeper(app: App, send: (path: string, value: unknown) => Promise<unknown>): Keeper {
  let author = '';
  return {
    async current(path) {
      const state = await app.rpc.call('cvar.get', { name: path.slice(5) });
      author = state.setBy;
      return comingOf(state);
    },
    author: () => (author === app.me.peek()?.name ? 'you' : author),
    async apply(path, value, entry, back) {
      const name = path.slice(5);
      // A long scrub may be several changes to the game.
      for (let i = 0; i < entry.steps; i++) {
        const state = await (back ? takeBack(app, name, i === 0 ? entry.after : undefined) : redo(app, name, value));
        if (state === undefined) break;
        if (same(comingOf(state), value)) return;
        if (!back) break;
      }
      await send(path, value);
    },
  };
}

/** Keeps what was set as one: a profile, a script. Values are by name. */
export function cvarsKeeper(app: App): Keeper {
  return {
    async current(_, entry) {
      const now: Values = {};
      const wanted = entry.after as Values;
      for (const cvar of await app.rpc.call('cvar.list', {}))
        if (Object.hasOwn(wanted, cvar.name)) now[cvar.name] = comingOf(cvar);
      return now;
    },
    async apply(_, value, entry, back) {
      const history = back ? await app.rpc.call('cvar.history', { limit: historyDepth }) : [];
      const one = async (name: string, want: Scalar): Promise<unknown> => {
        const change = ownChange(app, history, name, (entry.after as Values)[name]);
        const state = change && (await app.rpc.call('cvar.undo', { id: change.id }).catch(() => undefined));
        if (state !== undefined && same(comingOf(state), want)) return;
        return app.rpc.call('cvar.set', { name, value: want });
      };
      const all = await Promise.allSettled(Object.entries(value as Values).map(([name, want]) => one(name, want)));
      const faults = all.filter((r) => r.status === 'rejected');
      if (faults.length > 0) throw faults[0]?.reason;
    },
  };
}

/** Takes back the newest change of this client, whatever page made it. Undefined when there is none. */
export async function takeBackNewest(app: App, back: boolean): Promise<CvarState | undefined> {
  try {
    return await (back ? app.rpc.call('cvar.undo', {}) : app.rpc.call('cvar.redo', {}));
  } catch (fault) {
    if (fault instanceof RpcError && fault.code === codes.notFound) return undefined;
    throw fault;
  }
}

async function takeBack(app: App, name: string, after: unknown): Promise<CvarState | undefined> {
  const change = ownChange(app, await app.rpc.call('cvar.history', { name, limit: 20 }), name, after);
  if (change === undefined) return undefined;
  return unlessConflict(app.rpc.call('cvar.undo', { id: change.id }));
}

// The game makes again what this client took back last: only where that is this cvar and this value.
async function redo(app: App, name: string, value: unknown): Promise<CvarState | undefined> {
  const history = await app.rpc.call('cvar.history', { limit: historyDepth });
  const me = app.me.peek()?.name;
  const last = history.find((c) => c.undo !== undefined && c.by === me);
  const taken = history.find((c) => c.id === last?.undo);
  if (taken?.name !== name || !same(taken.new, value)) return undefined;
  return unlessConflict(app.rpc.call('cvar.redo', {}));
}

function ownChange(app: App, history: readonly CvarChange[], name: string, after: unknown): CvarChange | undefined {
  const me = app.me.peek()?.name;
  const mine = history.find((c) => c.name === name && c.by === me && !c.undone && c.undo === undefined);
  return mine !== undefined && (after === undefined || same(mine.new, after)) ? mine : undefined;
}

async function unlessConflict(call: Promise<CvarState>): Promise<CvarState | undefined> {
  try {
    return await call;
  } catch (fault) {
    if (fault instanceof RpcError && (fault.code === codes.conflict || fault.code === codes.notFound)) return undefined;
    throw fault;
  }
}
