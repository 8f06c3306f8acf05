// What the panel is about: files and their tests, what of them is selected, run and watched. One for the
// page, so that a run goes on while another panel is looked at.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { type Counts, countsOf, type Fault, type State, stateOf, type Test } from './model';
import { failedOf, Runner, type Selection } from './runner';
import { dropped, TestStore } from './store';

/** A line of the list. */
export type Row =
  | { kind: 'file'; file: string; counts: Counts; state: State; ms: number; open: boolean; fault: Fault | undefined }
  | { kind: 'test'; file: string; test: Test }
  | { kind: 'module'; file: string };

/** Where the editor is to go. */
export interface Place {
  file: string;
  line: number;
  column: number;
  /** The list keeps the keyboard. */
  glance?: boolean;
}

const firstTest = `import { test, expect } from 'scry-client/test';

test('time goes on', async ({ time }) => {
  const before = time.tick;
  await time.step(10);
  expect(time.tick).toBe(before + 10);
});
`;

const settle = 150; // ms: several files that are saved together make one run

export class Suite {
  readonly app: App;
  readonly store: TestStore;
  readonly runner: Runner;
  readonly file: Signal<string>;
  readonly test: Signal<string>;
  readonly watching: Signal<boolean> = signal(false);
  readonly folded: Signal<ReadonlySet<string>> = signal(new Set());
  /** Set when somebody wants to see a place; the editor goes there. */
  readonly place: Signal<Place | undefined> = signal(undefined);
  private due = new Set<string>();
  private timer = 0;

  constructor(app: App) {
    this.app = app;
    this.store = new TestStore(app);
    this.runner = new Runner(app, this.store);
    this.file = app.url.param('file', '', 'tests');
    this.test = app.url.param('test', '', 'tests');
    this.store.version.subscribe(() => void this.runner.scan());
    this.store.onChange = (names) => this.changed(names);
    this.runner.running.subscribe((running) => {
      if (!running) this.runDue();
    });
  }

  /** Why nothing can be run now; empty when it can. */
  get barred(): string {
    const { app } = this;
    if (app.capture !== undefined) return 'this is a capture: the game is not here';
    if (app.conn.value.state !== 'live') return 'there is no connection to the game';
    if (app.me.value?.role !== 'drive') return 'who may only look cannot run tests';
    if (app.time.value?.controlled === false)
      return 'this game does not let its time be held: its loop must range over Update';
    return '';
  }

  rows(): Row[] {
    const out: Row[] = [];
    for (const file of this.store.tests()) {
      const tests = this.runner.tests.get(file) ?? [];
      const counts = countsOf(tests);
      const fault = this.runner.faults.get(file);
      const open = !this.folded.value.has(file);
      const ms = tests.reduce((sum, t) => sum + (Number.isNaN(t.ms) ? 0 : t.ms), 0);
      const ran = tests.some((t) => !Number.isNaN(t.ms));
      out.push({
        kind: 'file',
        file,
        counts,
        state: stateOf(counts, fault !== undefined),
        ms: ran ? ms : Number.NaN,
        open,
        fault,
      });
      if (open) for (const test of tests) out.push({ kind: 'test', file, test });
    }
    for (const file of this.store.modules()) out.push({ kind: 'module', file });
    return out;
  }

  select(file: string, test = ''): void {
    this.file.value = file;
    this.test.value = test;
    const line = this.runner.find(file, test)?.line ?? 0;
    if (line > 0) this.place.value = { file, line, column: 1, glance: true };
  }

  fold(file: string, open: boolean): void {
    const next = new Set(this.folded.peek());
    if (open) next.delete(file);
    else next.add(file);
    this.folded.value = next;
  }

  /** Shows a place of a file in the editor. */
  show(place: Place): void {
    if (this.store.files.has(place.file) && this.file.peek() !== place.file) this.select(place.file);
    this.place.value = place;
  }

  runAll(): void {
    this.start(new Map(this.store.tests().map((file) => [file, undefined])));
  }

  runFailed(): void {
    this.start(failedOf(this.runner));
  }

  /** Runs what is selected: a test, its file, or all. */
  runSelected(): void {
    const [file, test] = [this.file.peek(), this.test.peek()];
    if (file === '') this.runAll();
    else this.runOne(file, test);
  }

  runOne(file: string, test = ''): void {
    this.start(new Map([[file, test === '' ? undefined : [test]]]));
  }

  /** Takes files that were dropped or chosen. */
  async take(files: readonly File[]): Promise<void> {
    let last = '';
    for (const file of files) {
      const name = `${dropped}${file.name.replace(/[^\w.-]/g, '_')}`;
      if (!name.endsWith('.js')) {
        this.app.toast(`${file.name} was left out: tests are files .test.js`, 'warn');
        continue;
      }
      try {
        this.store.keep(name, await file.text());
        last = name;
      } catch (fault) {
        this.app.toast(`${file.name} was not kept: ${fault instanceof Error ? fault.message : fault}`, 'bad');
      }
    }
    if (last !== '') this.select(last);
  }

  /** Makes a file with a first test, where the game keeps it or else this browser, and shows it. */
  async begin(name = 'first.test.js'): Promise<void> {
    const file = this.store.state.peek().writable && this.app.me.peek()?.role !== 'view' ? name : `${dropped}${name}`;
    try {
      if (!this.store.files.has(file)) await this.store.save(file, firstTest, '');
      this.select(file);
    } catch (fault) {
      this.app.toast(`${file} was not made: ${fault instanceof Error ? fault.message : fault}`, 'bad');
    }
  }

  private start(selection: Selection): void {
    const why = this.barred;
    if (why !== '') this.app.toast(`Nothing runs: ${why}`, 'warn');
    else void this.runner.run(selection);
  }

  // A file that changed is run, and all that import it.
  private changed(names: readonly string[]): void {
    if (!this.watching.peek()) return;
    const tests = this.store.tests();
    for (const name of names) {
      if (tests.includes(name)) this.due.add(name);
      for (const [file, imports] of this.runner.imports)
        if (imports.has(name) && tests.includes(file)) this.due.add(file);
    }
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.runDue(), settle);
  }

  private runDue(): void {
    if (this.due.size === 0 || this.runner.running.peek() || !this.watching.peek() || this.barred !== '') return;
    const files = [...this.due];
    this.due.clear();
    void this.runner.run(new Map(files.map((file) => [file, undefined])));
  }
}

const byApp = new WeakMap<App, Suite>();

/** The page's tests; followed from the first call on. */
export function suiteOf(app: App): Suite {
  let suite = byApp.get(app);
  if (suite === undefined) {
    suite = new Suite(app);
    byApp.set(app, suite);
  }
  return suite;
}
