// What can be done with cvars beside typing a value. Each can be taken back with one undo.

import type { App } from '../../core/app';
import { answered, comingOf, type Values } from '../../core/cvaredits';
import { cvarPath, editing, reasonOf } from '../../core/editing';
import type { Cvar, CvarState, Lease, Scalar } from '../../core/protocol';
import { many } from '../../core/units';
import { isReadOnly, isShut, layerName, uncovered, word } from './marks';
import type { Setting } from './script';
import { bare } from './spec';
import { cvarsOf } from './store';

/** Sets a value as an edit of this page. */
export function setValue(app: App, cvar: Cvar, value: Scalar): void {
  editing(app)
    .edits.edit(cvarPath(cvar.name))
    .set(value, { before: comingOf(cvar), label: cvar.name });
}

/** What resets a cvar, in words; undefined where nothing does. What a plain reset cannot drop goes to the default. */
export function resetOf(cvar: Cvar, cheats: boolean): { words: string; all: boolean } | undefined {
  const below = uncovered(cvar);
  if (below === undefined || isShut(cvar, cheats) || isReadOnly(cvar)) return undefined;
  const all = below.kept !== undefined;
  const to = all ? { layer: 'default', value: cvar.default } : below;
  const where = to.layer === 'default' ? '' : ` (${layerName(to.layer)})`;
  return { words: `Reset ${cvar.name} to ${word(bare(cvar), to.value)}${where}`, all };
}

/** Uncovers the layer below the one that holds, or with `all` the default. */
export async function reset(app: App, { name }: Cvar, all: boolean): Promise<void> {
  await change(app, name, () => app.rpc.call('cvar.reset', { name, ...(all && { all }) }));
}

/** Puts the value that the game holds on lease; what this page sets of it then is on lease too. */
export async function lend(app: App, { name }: Cvar, lease: Lease): Promise<void> {
  const done = await change(app, name, () => app.rpc.call('cvar.set', { name, lease }));
  if (done) editing(app).leases.set(cvarPath(name), lease);
}

/** Makes the value of an own lease one that stays. */
export async function keep(app: App, { name }: Cvar): Promise<void> {
  await change(app, name, () => {
    editing(app).leases.delete(cvarPath(name)); // not before: edits on their way are on lease still
    return app.rpc.call('cvar.set', { name });
  });
}

/** Ends a lease, whoever has it: what it covered holds again. */
export async function endLease(app: App, { name }: Cvar): Promise<void> {
  await change(app, name, () => {
    editing(app).leases.delete(cvarPath(name));
    return app.rpc.call('cvar.reset', { name, force: true });
  });
}

async function change(app: App, name: string, call: () => Promise<CvarState>): Promise<boolean> {
  const { edits, log } = editing(app);
  const path = cvarPath(name);
  try {
    await edits.settled();
    const was = cvarsOf(app).newest(name); // now, not when it was drawn
    const state = answered(app, await call());
    edits.learn(path, state.value);
    const [before, after] = [comingOf(was ?? state), comingOf(state)];
    log.record({ path, label: name, before, after, time: performance.now(), frame: state.frame });
    return true;
  } catch (fault) {
    app.toast(`${name}: ${reasonOf(fault)}`, 'bad');
    return false;
  }
}

/** Notes values that were set together: one undo takes all of them back. */
export function together(app: App, label: string, before: Values, after: Values): void {
  const { log } = editing(app);
  log.record({ path: `cvars:${log.list().length}`, label, before, after, time: performance.now() });
}

/** Sets the values of a script. Resolves to what the game refused. */
export async function setAll(app: App, label: string, settings: readonly Setting[]): Promise<Map<string, string>> {
  const before: Values = {};
  const after: Values = {};
  const refused = new Map<string, string>();
  const one = async ({ name, value, before: was }: Setting): Promise<void> => {
    try {
      const state = answered(app, await app.rpc.call('cvar.set', { name, value }));
      before[name] = was;
      after[name] = comingOf(state);
    } catch (fault) {
      refused.set(name, reasonOf(fault));
    }
  };
  await editing(app).edits.settled();
  await Promise.all(settings.map(one)); // they travel in one message
  const n = Object.keys(after).length;
  if (n > 0) together(app, label, before, after);
  if (n > 0) app.toast(`${label}: ${many(n, 'value')} set`);
  return refused;
}
