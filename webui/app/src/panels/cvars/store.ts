// The cvars as the game tells them, and what happened to each while this page looked.

import type { App } from '../../core/app';
import { onAnswer } from '../../core/cvaredits';
import { brief, cvarPath, editing } from '../../core/editing';
import type { TimeMark } from '../../core/marks';
import type { Cvar, CvarChanges } from '../../core/protocol';
import type { Meta } from '../../core/rpc';
import { same } from '../../core/undo';
import type { Offer } from '../../widgets/field/spec';
import { unquoted } from './script';

/** A change that was seen. */
export interface Event {
  frame: number;
  by: string;
  /** Undefined where nobody knows. */
  before: unknown;
  after: unknown;
  /** Changes of the same person in quick succession, told as one. */
  steps: number;
  /** Milliseconds of the game's clock. */
  time: number;
  /** The same on the time axis of the page. */
  mark: TimeMark;
}

const mostEvents = 50;
const together = 1500; // ms between the steps of one drag

/** Keeps the cvars from the first time that anybody asks. */
export class Cvars {
  readonly all = new Map<string, Cvar>();
  /** Grows with every change of a value. */
  version = 0;
  /** Grows when cvars come or go, or change their kind: the rows change. */
  shape = 0;
  /** False until the game has told them. */
  known = false;
  private readonly answers = new Map<string, Cvar>(); // newer than the last event
  private readonly events = new Map<string, Event[]>();
  private readonly app: App;

  constructor(app: App) {
    this.app = app;
    onAnswer(app, (state) => {
      if (state.version > (this.all.get(state.name)?.version ?? 0)) this.answers.set(state.name, state);
    });
    app.rpc.subscribe('cvars', {
      onSnapshot: (list) => this.reset(list),
      onEvent: (changes, meta) => this.take(changes, meta),
    });
  }

  /** A cvar as the game told it last, be it in an answer that came before the event. */
  newest(name: string): Cvar | undefined {
    return this.answers.get(name) ?? this.all.get(name);
  }

  /** Reports whether the game lets its cheats be set. */
  get cheats(): boolean {
    return this.all.get('cheats')?.value === true;
  }

  /** Values that the game offers for a cvar whose text begins so. */
  readonly offers = async (name: string, text: string): Promise<readonly Offer[]> => {
    const line = `set ${name} ${text}`;
    const { items } = await this.app.rpc.call('command.complete', { line, cursor: line.length });
    return items.map((item) => ({ text: unquoted(item.text) ?? item.text, help: item.help }));
  };

  /** What this page saw happen to a cvar, newest first; the game itself knows more. */
  history(name: string): readonly Event[] {
    return this.events.get(name) ?? [];
  }

  private reset(list: readonly Cvar[]): void {
    this.known = true;
    this.all.clear();
    this.answers.clear();
    for (const cvar of list) {
      this.all.set(cvar.name, cvar);
      this.released(cvar);
    }
    this.shape++;
    this.changed();
  }

  private take({ changed, gone = [] }: CvarChanges, meta: Meta): void {
    for (const name of gone) if (this.all.delete(name)) this.shape++;
    for (const cvar of changed) {
      const old = this.all.get(cvar.name);
      this.all.set(cvar.name, cvar);
      if (cvar.version >= (this.answers.get(cvar.name)?.version ?? 0)) this.answers.delete(cvar.name);
      this.released(cvar);
      if (old === undefined || modified(old) !== modified(cvar)) this.shape++;
      if (old === undefined) continue;
      if (alternates(old, cvar)) continue; // what is measured is nobody's change
      if (!same(old.value, cvar.value)) this.note(old.value, cvar, meta);
      // A capture may begin with the state of its end, which has the changes in it already.
      else if (this.app.capture && old.version >= cvar.version) this.note(undefined, cvar, meta);
    }
    this.changed();
  }

  // What this page sets from now on is meant for good again. An event may be older than the answer
  // that began the lease.
  private released({ name, lease }: Cvar): void {
    if (lease === undefined && !this.answers.has(name)) editing(this.app).leases.delete(cvarPath(name));
  }

  private note(before: unknown, cvar: Cvar, { frame, time: at }: Meta): void {
    const events = this.events.get(cvar.name) ?? [];
    this.events.set(cvar.name, events);
    const time = at / 1e6;
    const last = events[0];
    if (last !== undefined && last.by === cvar.setBy && time - last.time < together) {
      events[0] = { ...last, frame, after: cvar.value, steps: last.steps + 1, time };
      last.mark.label = said(cvar.name, last.before, cvar.value);
      return;
    }
    const { marks, axis } = this.app;
    const mark = marks.add('cvar', axis.place(at), said(cvar.name, before, cvar.value), frame);
    events.unshift({ frame, by: cvar.setBy, before, after: cvar.value, steps: 1, time, mark });
    if (events.length > mostEvents) events.pop();
  }

  private changed(): void {
    this.version++;
    this.app.frame.stir();
  }
}

function said(name: string, before: unknown, after: unknown): string {
  return before === undefined ? `${name} → ${brief(after)}` : `${name} ${brief(before)} → ${brief(after)}`;
}

/** Reports whether a change is of an alternation, or uncovers what lay below one. */
function alternates(old: Cvar, now: Cvar): boolean {
  const word = 'alternation';
  return now.from === word || (old.from === word && (now.setFrame ?? 0) < (old.setFrame ?? 0));
}

function modified(cvar: Cvar): boolean {
  return cvar.flags.includes('modified');
}

const byApp = new WeakMap<App, Cvars>();

/** The page's cvars; followed from the first call on. */
export function cvarsOf(app: App): Cvars {
  let cvars = byApp.get(app);
  if (cvars === undefined) {
    cvars = new Cvars(app);
    byApp.set(app, cvars);
  }
  return cvars;
}
