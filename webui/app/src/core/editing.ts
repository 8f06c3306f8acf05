// Editing for the whole page: one set of edits on their way, one log to take them back.

import { type Signal, signal } from '@preact/signals';
import type { App } from './app';
import { comingOf, cvarKeeper, cvarsKeeper, sendCvar, takeBackNewest } from './cvaredits';
import { type Answer, Edits, type Intent } from './edits';
import type { KeyBinding } from './panel';
import { codes, type Lease } from './protocol';
import { offline, RpcError } from './rpc';
import { UndoLog, type Verdict } from './undo';
import { many } from './units';
import { sendWorld, worldKeeper, worldOlder } from './worldedits';

/** A question that an undo or a redo raised: the value was changed by somebody else since. */
export type Question = Extract<Verdict, { kind: 'changed' }> & { back: boolean };

/** What panels need to edit. */
export interface Editing {
  readonly edits: Edits;
  readonly log: UndoLog;
  /** Cvars by path that this page holds on lease: what it sets of them goes on being one. */
  readonly leases: Map<string, Lease>;
  /** Grows with every change of the log. */
  readonly version: Signal<number>;
  readonly question: Signal<Question | null>;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

/** An edit that is answered sooner than this is not worth a word in the status bar, ms. */
const patience = 250;

const byApp = new WeakMap<App, Editing>();

/** The page's editing; made when it is first asked for. */
export function editing(app: App): Editing {
  const known = byApp.get(app);
  if (known !== undefined) return known;
  const log = new UndoLog();
  const leases = new Map<string, Lease>();
  const edits = new Edits({
    send: (path, value, intent) => send(app, path, value, leases, intent),
    soon: (f) => app.frame.soon(f),
    now: () => performance.now(),
    undo: log,
  });
  const version = signal(0);
  const question = signal<Question | null>(null);
  log.onPrefix(
    'cvar',
    cvarKeeper(app, (path, value) => send(app, path, value, leases)),
  );
  log.onPrefix('cvars', cvarsKeeper(app));
  for (const prefix of ['world', 'worlds']) log.onPrefix(prefix, worldKeeper(app, reasonOf));
  log.onChange(() => {
    version.value++;
  });
  reportPending(app, edits);
  // One at a time, each after the edits before it are answered: keys pressed fast lose nothing.
  let line = Promise.resolve();
  const move = (back: boolean): Promise<void> => {
    line = line.then(async () => {
      await edits.settled();
      question.value = null;
      const verdict = await (back ? log.undo() : log.redo());
      if (verdict.kind === 'done') edits.learn(verdict.entry.path, verdict.value);
      const panel = verdict.kind === 'nothing' ? app.url.panel.peek() : '';
      if (panel === 'cvars') await moveOlder(app, edits, back);
      else if (panel === 'world') await moveOlderWorld(app, back);
      else if (verdict.kind === 'changed') question.value = { ...verdict, back };
      else tell(app, verdict, back);
    });
    return line;
  };
  const made: Editing = { edits, log, leases, version, question, undo: () => move(true), redo: () => move(false) };
  byApp.set(app, made);
  return made;
}

/** The keys that take edits back. */
export function undoKeys(app: App): readonly KeyBinding[] {
  const { undo, redo } = editing(app);
  return [
    { keys: 'Mod+z', label: 'Undo your last edit', run: () => void undo() },
    { keys: 'Mod+Shift+z', label: 'Redo it', run: () => void redo() },
  ];
}

/** The path of a cvar's value. */
export function cvarPath(name: string): string {
  return `cvar:${name}`;
}

// Sends a value; the reason of a refusal is made short enough to stand below a field.
async function send(
  app: App,
  path: string,
  value: unknown,
  leases: Editing['leases'],
  intent?: Intent,
): Promise<Answer> {
  try {
    return await dispatch(app, path, value, leases, intent);
  } catch (fault) {
    throw new Error(reasonOf(fault), { cause: fault });
  }
}

/** Why the game refused, without what stands beside the words anyway: the name and the value. */
export function reasonOf(fault: unknown): string {
  if (!(fault instanceof RpcError)) return fault instanceof Error ? fault.message : String(fault);
  if (fault.code === codes.outOfRange && fault.data.want)
    return `allowed is ${fault.data.want.replace(/-(?=\d)/g, '\u2212')}`;
  if (fault.code === offline)
    return fault.data.kind === 'offline' ? fault.message.replace(/^[\w.]+: /, '') : fault.message;
  return fault.message.replace(/^(?:cvar "[^"]*"|[^":]{1,80}): (?:field "[^"]*" )?/, '');
}

async function dispatch(
  app: App,
  path: string,
  value: unknown,
  leases: Editing['leases'],
  intent?: Intent,
): Promise<Answer> {
  if (path.startsWith('cvar:')) return sendCvar(app, path.slice(5), value, leases.get(path));
  return sendWorld(app, path, value, intent);
}

// What this page made is all taken back; the game remembers what the same person did before a reload.
async function moveOlder(app: App, edits: Edits, back: boolean): Promise<void> {
  try {
    const state = await takeBackNewest(app, back);
    if (state === undefined) return tell(app, { kind: 'nothing' }, back);
    edits.learn(cvarPath(state.name), state.value);
    app.toast(`${back ? 'Undone' : 'Redone'}: ${state.name} is ${brief(comingOf(state))} again`);
  } catch (fault) {
    app.toast(reasonOf(fault), 'bad');
  }
}

async function moveOlderWorld(app: App, back: boolean): Promise<void> {
  try {
    const label = await worldOlder(app, back);
    if (label === undefined) return tell(app, { kind: 'nothing' }, back);
    app.toast(`${back ? 'Undone' : 'Redone'}: ${label}`);
  } catch (fault) {
    app.toast(reasonOf(fault), 'bad');
  }
}

function tell(app: App, verdict: Verdict, back: boolean): void {
  const verb = back ? 'Undone' : 'Redone';
  if (verdict.kind === 'done' && verdict.entry.path.startsWith('cvars:'))
    app.toast(`${verb}: ${verdict.entry.label}, ${brief(verdict.value)}`);
  else if (verdict.kind === 'done' && verdict.entry.path.startsWith('worlds:'))
    app.toast(`${verb}: ${verdict.entry.label}`);
  else if (verdict.kind === 'done') app.toast(`${verb}: ${verdict.entry.label} is ${brief(verdict.value)} again`);
  else if (verdict.kind === 'nothing') app.toast(back ? 'Nothing of yours to undo' : 'Nothing to redo');
  else if (verdict.kind === 'failed') app.toast(`${verdict.entry.label} stays as it is: ${verdict.reason}`, 'bad');
}

function reportPending(app: App, edits: Edits): void {
  let since = 0;
  let shown = false;
  edits.onPending(() => {
    if (edits.pending > 0 && since === 0) since = performance.now();
    if (edits.pending === 0) since = 0;
    app.frame.stir();
  });
  app.frame.onText(() => {
    const n = edits.pending;
    if (n > 0 && performance.now() - since > patience) {
      shown = true;
      app.status.set({ id: 'edits', text: `${many(n, 'edit')} pending`, order: 40 });
    } else if (shown) {
      shown = false;
      app.status.clear('edits');
    }
    if (n > 0) app.frame.stir();
  });
}

/** A value in few characters. */
export function brief(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object' && value !== null) return many(Object.keys(value).length, 'value');
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
