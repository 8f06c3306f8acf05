// How edits of cvars reach the game and are taken back there. The game keeps the history: an undo by it
// also gives back the layer, not just the value.

import type { App } from './app';
import type { Answer } from './edits';
import { type CvarChange, type CvarState, codes, type Lease, type Scalar } from './protocol';
import { RpcError } from './rpc';
import { type Entry, type Keeper, same } from './undo';

/** The values of several cvars by name. */
export type Values = Record<string, Scalar>;

type Listener = (state: CvarState) => void;

const listeners = new WeakMap<App, Listener>();

/** Has f told of every answer that holds a cvar as it is: it is newer than the last event. */
export function onAnswer(app: App, f: Listener): void {
  listeners.set(app, f);
}

/** Hands an answer on, and returns it. */
export function answered(app: App, state: CvarState): CvarState {
  listeners.get(app)?.(state);
  return state;
}

const historyDepth = 1000; // that the game keeps

/** Sends one value, on lease where that is said of its path. */
export async function sendCvar(app: App, name: string, value: unknown, lease: Lease | undefined): Promise<Answer> {
  const state = answered(
    app,
    await app.rpc.call('cvar.set', { name, value: value as Scalar, ...(lease && { lease }) }),
  );
  const waits = state.pending !== undefined && { waits: state.pending };
  return { value: state.value, frame: state.frame, ...waits };
}

/** What a cvar is, or will be where that waits. */
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
      const state = await (back ? takeBack(app, name, entry, value) : redo(app, name, value));
      if (state === undefined || !same(comingOf(state), value)) await send(path, value);
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
        const [change] = ownChanges(app, history, name, (entry.after as Values)[name], want, 1);
        const state = change && (await unlessConflict(app, app.rpc.call('cvar.undo', { id: change.id })));
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
    return answered(app, await (back ? app.rpc.call('cvar.undo', {}) : app.rpc.call('cvar.redo', {})));
  } catch (fault) {
    if (fault instanceof RpcError && fault.code === codes.notFound) return undefined;
    throw fault;
  }
}

async function takeBack(app: App, name: string, entry: Entry, value: unknown): Promise<CvarState | undefined> {
  const history = await app.rpc.call('cvar.history', { name, limit: historyDepth });
  let state: CvarState | undefined;
  for (const { id } of ownChanges(app, history, name, entry.after, value, entry.steps)) {
    state = await unlessConflict(app, app.rpc.call('cvar.undo', { id }));
    if (state === undefined) break;
  }
  return state;
}

// The game makes again what this client took back last: only where that is this cvar and this value.
async function redo(app: App, name: string, value: unknown): Promise<CvarState | undefined> {
  const history = await app.rpc.call('cvar.history', { limit: historyDepth });
  const me = app.me.peek()?.name;
  const last = history.find((c) => c.undo !== undefined && c.by === me);
  const taken = history.find((c) => c.id === last?.undo);
  if (taken?.name !== name || !same(taken.new, value)) return undefined;
  return unlessConflict(app, app.rpc.call('cvar.redo', {}));
}

/**
 * The newest changes of a cvar that lead from one value to another, if all are this client's own. What
 * is one gesture to the page may be several to the game, and what is several may be one: then none fit.
 */
function ownChanges(
  app: App,
  history: readonly CvarChange[],
  name: string,
  from: unknown,
  to: unknown,
  most: number,
): CvarChange[] {
  const me = app.me.peek()?.name;
  const chain: CvarChange[] = [];
  let value = from;
  for (const change of history) {
    if (change.name !== name || change.undone || change.undo !== undefined) continue;
    if (change.by !== me || !same(change.new, value) || chain.length === most) break;
    chain.push(change);
    value = change.old;
    if (same(value, to)) return chain;
  }
  return [];
}

async function unlessConflict(app: App, call: Promise<CvarState>): Promise<CvarState | undefined> {
  try {
    return answered(app, await call);
  } catch (fault) {
    if (fault instanceof RpcError && (fault.code === codes.conflict || fault.code === codes.notFound)) return undefined;
    throw fault;
  }
}
