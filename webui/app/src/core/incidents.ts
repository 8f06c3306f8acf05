// What the game's black box has kept: the list as the game tells it, and what a person does with it.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { App } from './app';
import { downloadBlob } from './clipboard';
import type { Incident, Predicate, Scalar } from './protocol';
import { count, frameName } from './units';

/** Formats in which a capture can be had. */
export const formats = ['scry', 'chrome', 'perfetto'] as const;

export type CaptureFormat = (typeof formats)[number];

/** Comparisons that a condition on a cvar may make. */
export const operators = ['>', '>=', '<', '<=', '==', '!='] as const;

export type Operator = (typeof operators)[number];

/** What froze the recorder, in a word. */
export const kindWords: Readonly<Record<Incident['kind'], string>> = {
  frame: 'long frame',
  log: 'log error',
  panic: 'panic',
  heap: 'heap jump',
  predicate: 'condition',
  client: 'by hand',
  call: 'by the game',
  capture: 'capture',
};

const quiet = 60e9; // ns

const asked: readonly Incident['kind'][] = ['client', 'capture']; // not by itself

/** When what froze the recorder began: a frame that took long is over when that is known. */
function begin({ time, period = 0 }: Incident): number {
  return time - period;
}

/** What stands beside its mark: a game's own condition has a name, other kinds are told by a word. */
export function labelOf(kind: string, reason: string): string {
  if (kind === 'predicate' || kind === 'call') return reason;
  return kindWords[kind as Incident['kind']] ?? (reason || kind);
}

/** Why it was kept, and what was not. */
export function whyOf({ reason, more = 0 }: Incident): string {
  return more === 0 ? reason : `${reason}, and ${count(more)} more soon after`;
}

/** The black box as this page knows it. */
export class Incidents {
  /** Newest first. */
  readonly list: ReadonlySignal<readonly Incident[]>;
  /** Conditions on cvars that freeze the recorder; known once somebody asked. */
  readonly armed: ReadonlySignal<readonly Predicate[]>;

  private readonly kept: Signal<readonly Incident[]> = signal([]);
  private readonly conditions: Signal<readonly Predicate[]> = signal([]);
  private readonly app: App;
  /** When the last long frame that was told of happened, on the game's clock. */
  private announced = Number.NEGATIVE_INFINITY;
  private longest = 0; // ns of it: one that is worse is told of in any case

  constructor(app: App) {
    this.app = app;
    this.list = this.kept;
    this.armed = this.conditions;
  }

  /** Takes the game's list. `news`: what is new in it happened just now. */
  take(list: readonly Incident[], news: boolean): void {
    const before = new Set(this.kept.peek().map((i) => i.id));
    this.kept.value = list;
    this.mark();
    if (news) for (const one of list) if (!before.has(one.id)) this.announce(one);
  }

  /** Keeps what happened up to now. */
  async freeze(reason = ''): Promise<void> {
    const done = await this.ask(() => this.app.rpc.call('incident.freeze', reason === '' ? {} : { reason }));
    if (done) this.app.toast(`Frozen at frame ${frameName(done.frame)}`, 'good', this.opening(done));
  }

  /** Lets an incident go. */
  async remove({ id }: Incident): Promise<void> {
    await this.ask(() => this.app.rpc.call('incident.delete', { id }));
  }

  /** Shows an incident in the place of the running game. */
  async open(incident: Incident): Promise<void> {
    const file = await this.get(incident, 'scry');
    if (file !== undefined) await this.app.captures.open(file.data, file.name);
  }

  /** Saves an incident as a file. */
  async download(incident: Incident, format: CaptureFormat): Promise<void> {
    const file = await this.get(incident, format);
    if (file !== undefined) downloadBlob(file.name, file.data);
  }

  /** Fetches an incident from the game. */
  async get(incident: Incident, format: CaptureFormat): Promise<{ data: Blob; name: string } | undefined> {
    return this.ask(async () => {
      const query = format === 'scry' ? '' : `?format=${format}`;
      const answer = await this.app.fetch(`capture/${encodeURIComponent(incident.id)}${query}`);
      if (!answer.ok) throw new Error((await answer.text()).trim() || `The game answered ${answer.status}`);
      return { data: await answer.blob(), name: nameOf(answer, incident, format) };
    });
  }

  /** Freezes the recorder when a cvar meets a condition. Rejects with the game's words. */
  async arm(cvar: string, op: Operator, value: Scalar): Promise<void> {
    const armed = await this.app.rpc.call('incident.arm', { cvar, op, value });
    this.conditions.value = [...this.conditions.peek(), armed];
  }

  /** Takes a condition away. */
  async disarm(id: string): Promise<void> {
    await this.ask(() => this.app.rpc.call('incident.disarm', { id }));
    this.conditions.value = this.conditions.peek().filter((p) => p.id !== id);
  }

  /** Asks which conditions are armed: no topic tells. */
  async refresh(): Promise<void> {
    if (this.app.capture !== undefined) return;
    const armed = await this.app.rpc.call('incident.armed', {}).catch(() => undefined);
    if (armed !== undefined) this.conditions.value = armed;
  }

  // Of long frames a slow machine has one after the other: their list is told of once in a while.
  private announce(one: Incident): void {
    if (asked.includes(one.kind)) return;
    if (one.kind === 'frame') {
      const { period = 0 } = one;
      if (one.time - this.announced < quiet && period <= this.longest) return;
      this.announced = one.time;
      this.longest = period;
    }
    const text = `The game kept what happened around frame ${frameName(one.frame)}: ${one.reason}`;
    this.app.toast(text, 'warn', this.opening(one));
  }

  private opening(one: Incident): { label: string; run(): void } {
    return {
      label: 'Open',
      run: () => void this.open(this.kept.peek().find((i) => i.id === one.id) ?? one),
    };
  }

  private mark(): void {
    const { marks, axis } = this.app;
    const places = this.kept.peek().filter((i) => i.kind !== 'capture');
    marks.replace(
      'incident',
      places.map((i) => ({ x: axis.place(begin(i)), label: labelOf(i.kind, i.reason), frame: i.frame })),
    );
  }

  // What goes wrong is said; the answer is then undefined.
  private async ask<T>(f: () => Promise<T>): Promise<T | undefined> {
    try {
      return await f();
    } catch (fault) {
      const words = fault instanceof Error ? fault.message : String(fault);
      this.app.toast(words, 'bad');
      return undefined;
    }
  }
}

/** Reports whether this page may freeze and delete: in a running game, with a role that may change it. */
export function mayFreeze(app: App): boolean {
  const me = app.me.value;
  return app.conn.value.state === 'live' && me !== null && me.role !== 'view' && me.features.includes('incidents');
}

const ends: Record<CaptureFormat, string> = { scry: '.scry', chrome: '.json', perfetto: '.pftrace' };

function nameOf(answer: Response, { frame, kind }: Incident, format: CaptureFormat): string {
  const said = /filename="([^"/\\]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
  return said ?? `capture-${frame}-${kind}${ends[format]}`;
}
