// How edits of the world reach the game and are taken back there. The game keeps the history, of all
// pages of one name together: an entry of the page's log names the game's transactions, and an undo is
// asked for by their numbers. An older game keeps none: then the page looks first and sets then.

import type { App } from './app';
import type { Answer, Intent } from './edits';
import { codes, type Field, type Transaction } from './protocol';
import { RpcError } from './rpc';
import { type Entry, type Keeper, type Moved, same } from './undo';

/** The path of an entity's field. */
export function worldPath(id: string, field: string): string {
  return `world:${id}|${field}`;
}

/** Takes it apart. */
export function splitWorldPath(path: string): { id: string; field: string } {
  const bar = path.indexOf('|');
  return { id: path.slice(path.indexOf(':') + 1, bar), field: path.slice(bar + 1) };
}

/** Several entities that are edited as one: their path is `worlds:KEY|field`. */
export interface Together {
  readonly ids: readonly string[];
  /** What a value comes to for one of them: `*=2` something else for each. */
  value(id: string, field: string, value: unknown, gesture: number | undefined): Promise<unknown> | unknown;
}

/** What several values are, when they are not one. */
export const mixed: unique symbol = Symbol('mixed');

const together = new WeakMap<App, Map<string, Together>>();

/** Names several entities for paths of their fields. Returns its undo. */
export function nameTogether(app: App, key: string, group: Together): () => void {
  const groups = together.get(app) ?? new Map<string, Together>();
  together.set(app, groups.set(key, group));
  return () => groups.delete(key);
}

/** No such method: the game is older than the page. */
export function isMissing(fault: unknown): boolean {
  return fault instanceof RpcError && fault.code === codes.noMethod;
}

// Two pages of one person must not merge their drags.
const page = Math.floor(Math.random() * 0xffffffff).toString(36);

/** Games that know nothing of gestures: they are older than the page. */
const plain = new WeakSet<App>();

// Sets one field. An older game refuses what it does not know: then it is not told of gestures again.
async function setOne(app: App, id: string, path: string, value: unknown, gesture: number | undefined) {
  const params = { id, path, value };
  if (gesture === undefined || plain.has(app)) return app.rpc.call('world.set', params);
  try {
    return await app.rpc.call('world.set', { ...params, gesture: `${page}-${gesture}` });
  } catch (fault) {
    if (!(fault instanceof RpcError) || fault.data.path !== '/gesture') throw fault;
    plain.add(app);
    return app.rpc.call('world.set', params);
  }
}

/** Sets a field of one entity, or of several in one transaction. */
export async function sendWorld(app: App, path: string, value: unknown, intent?: Intent): Promise<Answer> {
  const { id, field } = splitWorldPath(path);
  const gesture = intent?.gesture;
  if (path.startsWith('world:')) {
    const done = await setOne(app, id, field, value, gesture);
    return { value: done.value, before: done.before, frame: done.frame, ...numbered(done.transaction) };
  }
  const group = together.get(app)?.get(id);
  if (group === undefined) throw new Error('they are not selected any more');
  const edits = await Promise.all(
    group.ids.map(async (one) => ({ id: one, path: field, value: await group.value(one, field, value, gesture) })),
  );
  const label = intent?.label && edits.length > 1 ? { label: intent.label } : {};
  const word = gesture === undefined ? {} : { gesture: `${page}-${gesture}` };
  const done = await app.rpc.call('world.edit', { edits, ...label, ...word });
  const first = done.edits[0];
  const one = done.edits.every((e) => same(e.value, first?.value)) ? first?.value : mixed;
  const was = done.edits.every((e) => same(e.before, first?.before)) ? first?.before : mixed;
  return { value: one, before: was, frame: done.frame, ...numbered(done.transaction) };
}

function numbered(transaction: number | undefined): { transaction?: number } {
  return transaction ? { transaction } : {};
}

/** What a transaction is called in one line: `health`, `3 entities: health`. */
export function labelOf(tx: Transaction): string {
  if (tx.label) return tx.label;
  const first = tx.edits[0];
  if (first === undefined) return tx.kind;
  const names = new Set(tx.edits.map((e) => e.id));
  const paths = new Set(tx.edits.map((e) => e.path));
  const what = paths.size === 1 ? first.path : `${paths.size} fields`;
  const who = names.size === 1 ? first.name : `${sizeOf(tx)} entities`;
  return tx.kind === 'set' ? `${what} of ${who}` : `${tx.kind} ${who}`;
}

/** How many entities a transaction is about; of a long one the game tells the first edits only. */
export function sizeOf({ edits, count }: Transaction): number {
  return Math.max(new Set(edits.map((e) => e.id)).size, count > edits.length ? count : 0);
}

/** Takes back, or makes again, what this person did last, whatever page made it. Undefined: there is none. */
export async function worldOlder(app: App, back: boolean): Promise<string | undefined> {
  try {
    const done = await app.rpc.call(back ? 'world.undo' : 'world.redo', {});
    return labelOf(done);
  } catch (fault) {
    if (isMissing(fault) || (fault instanceof RpcError && fault.code === codes.notFound)) return undefined;
    throw fault;
  }
}

/** Keeps what is in the world. @param reasonOf says why the game refused. */
export function worldKeeper(app: App, reasonOf: (fault: unknown) => string): Keeper {
  let seen: { path: string; version: number } | undefined;
  return {
    // An undo looks first and sets then; the version of what it saw makes the two one step.
    async current(path) {
      const field = await fieldNow(app, path);
      seen = { path, version: field.version };
      return field.value;
    },
    async apply(path, value) {
      const { id, field } = splitWorldPath(path);
      const ifVersion = seen?.path === path ? seen.version : undefined;
      seen = undefined;
      try {
        await app.rpc.call('world.set', { id, path: field, value, ...(ifVersion !== undefined && { ifVersion }) });
      } catch (fault) {
        throw new Error(reasonOf(fault), { cause: fault });
      }
    },
    move(entry, back, force) {
      return entry.transactions === undefined ? undefined : move(app, entry, back, force, reasonOf);
    },
  };
}

async function move(
  app: App,
  entry: Entry,
  back: boolean,
  force: boolean,
  reasonOf: (fault: unknown) => string,
): Promise<Moved> {
  const numbers = [...(entry.transactions ?? [])];
  if (back) numbers.reverse();
  for (const transaction of numbers) {
    try {
      await app.rpc.call(back ? 'world.undo' : 'world.redo', { transaction, ...(force && { force }) });
    } catch (fault) {
      if (fault instanceof RpcError && fault.code === codes.conflict && !force) return { words: fault.message };
      throw new Error(reasonOf(fault), { cause: fault });
    }
  }
  return {};
}

async function fieldNow(app: App, path: string): Promise<Field> {
  const { id, field } = splitWorldPath(path);
  const entity = await app.rpc.call('world.get', { id });
  for (const component of entity.components) {
    const found = component.fields.find((f) => f.path === field);
    if (found !== undefined) return found;
  }
  throw new Error(`${entity.name} has no field ${field} any more`);
}
