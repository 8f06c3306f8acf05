// What a person does to entities as a whole: create, duplicate, delete, attach, hold, call.

import type { App } from '../../core/app';
import { editing, reasonOf } from '../../core/editing';
import type { Methods } from '../../core/protocol';
import { count, many } from '../../core/units';
import { isMissing, splitWorldPath } from '../../core/worldedits';
import { pastOf, undoable } from './history';
import { worldOf } from './source';

/** Why something was not done, in words. */
export function whyNot(fault: unknown): string {
  return isMissing(fault) ? 'the Scry of this game is older and cannot do this' : reasonOf(fault);
}

/** Does something and says so when the game refuses. Undefined: it did. */
async function attempt<T>(app: App, f: () => Promise<T>): Promise<T | undefined> {
  try {
    return await f();
  } catch (fault) {
    app.toast(whyNot(fault), 'bad');
    return undefined;
  }
}

function told(app: App, text: string): void {
  app.toast(text, 'info', { label: 'Undo', run: () => void editing(app).undo() });
}

// What the game did is an entry of this page's log, whichever comes first, the answer or the event.
function note(app: App, label: string, done: { transaction: number; frame: number }): void {
  const { transaction, frame } = done;
  if (transaction === 0) return;
  const change = { path: 'worlds:', label, before: null, after: transaction, time: performance.now() };
  editing(app).log.record({ ...change, frame, transaction });
}

type Done = Methods['world.create']['result'];

async function did(app: App, call: () => Promise<Done>, words: (done: Done) => string): Promise<string[] | undefined> {
  const done = await attempt(app, call);
  if (done === undefined) return undefined;
  note(app, words(done), done);
  told(app, words(done));
  return done.ids;
}

/** Makes one of a kind. Resolves to its id. */
export function spawn(app: App, kind: string, at?: readonly number[]): Promise<string[] | undefined> {
  const call = () => app.rpc.call('world.create', { kind, ...(at && { at: [...at] }) });
  return did(app, call, () => `1 ${kind} created`);
}

/** Makes copies. Resolves to their ids. */
export function duplicate(app: App, ids: readonly string[]): Promise<string[] | undefined> {
  const call = () => app.rpc.call('world.duplicate', { ids: [...ids] });
  return did(app, call, (done) => `${nounOf(app, done.ids)} duplicated`);
}

/** Removes entities. */
export async function remove(app: App, ids: readonly string[]): Promise<boolean> {
  const words = `${nounOf(app, ids)} deleted`;
  const done = await did(
    app,
    () => app.rpc.call('world.delete', { ids: [...ids] }),
    () => words,
  );
  return done !== undefined;
}

function nounOf(app: App, ids: readonly string[]): string {
  const row = ids.length === 1 ? worldOf(app).rows.get(ids[0] ?? '') : undefined;
  if (row !== undefined) return row.name;
  return ids.length === 1 ? '1 entity' : `${count(ids.length)} entities`;
}

/** Gives an entity a component, or takes one away. */
export async function component(app: App, id: string, name: string, attach: boolean): Promise<void> {
  const done = await attempt(app, async () => {
    await app.rpc.call(attach ? 'world.attach' : 'world.detach', { id, component: name });
    return true;
  });
  if (!done) return;
  void worldOf(app).describe();
  told(app, `${name} ${attach ? 'attached' : 'detached'}`);
}

/** Holds a field at its value, or lets go of it. */
export async function hold(app: App, path: string, value: unknown, on: boolean): Promise<void> {
  const { id, field } = splitWorldPath(path);
  await attempt(app, async () => {
    if (on) await app.rpc.call('world.hold', { id, path: field, ...(value !== undefined && { value }) });
    else await app.rpc.call('world.release', { id, path: field });
  });
}

/** Takes back, or makes again, one transaction of anybody. */
export async function takeBack(app: App, transaction: number, back: boolean): Promise<void> {
  const call = (force: boolean) =>
    app.rpc.call(back ? 'world.undo' : 'world.redo', { transaction, ...(force && { force }) });
  try {
    await call(false);
  } catch (fault) {
    const again = { label: back ? 'Undo anyway' : 'Redo anyway', run: () => void attempt(app, () => call(true)) };
    app.toast(whyNot(fault), 'warn', again);
  }
}

/** Takes back all that this person did and that still stands, newest first. */
export async function takeBackMine(app: App): Promise<void> {
  const me = app.me.peek()?.name;
  const mine = pastOf(app).list.filter((t) => t.author === me && !t.undone && undoable(t));
  let done = 0;
  for (const { id } of mine) {
    try {
      await app.rpc.call('world.undo', { transaction: id });
      done++;
    } catch (fault) {
      app.toast(`${many(done, 'edit')} undone, then: ${whyNot(fault)}`, 'warn');
      return;
    }
  }
  app.toast(done === 0 ? 'Nothing of yours to undo' : `${many(done, 'edit')} of yours undone`);
}
