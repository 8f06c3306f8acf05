// Runs tests: a worker for each file, one after the other, and what they tell put into the model. A file
// whose worker had to be ended goes on in a new one, behind the test at which it was; the game is let go
// in between.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import {
  countsOf,
  type Fault,
  faultFrom,
  faultOf,
  loose,
  newTest,
  numberOf,
  type Step,
  stepOf,
  type Test,
  textOf,
} from './model';
import { LinkError, type Linked, library, link, pathOf } from './modules';
import type { Game } from './sandbox/bridge';
import { type Before, before, release } from './sandbox/release';
import { type Job, type Outcome, Sandbox } from './sandbox/sandbox';
import { testsIn } from './scan';
import type { TestStore } from './store';

/** What is to run: files, and of each some tests by name, or all. */
export type Selection = ReadonlyMap<string, readonly string[] | undefined>;

const mostSteps = 2000; // of one test; the newest stay
const mostTraces = 32 << 20; // bytes of files that failed tests left
const timeLimit = 60_000; // ms of one test, where it does not say

const [client, driver] = [`${library}client.js`, `${library}test.js`];

export class Runner {
  /** By file, in the order of the file. */
  readonly tests = new Map<string, Test[]>();
  /** Why a file did not load. */
  readonly faults = new Map<string, Fault>();
  /** Grows with every change, once a frame of the page. */
  readonly version: Signal<number> = signal(0);
  readonly running: Signal<boolean> = signal(false);
  /** Files that failed tests left, by name. */
  readonly traces = new Map<string, Uint8Array>();
  /** What each file imported when it ran last. */
  readonly imports = new Map<string, ReadonlySet<string>>();
  seed = 1;
  private readonly app: App;
  private readonly store: TestStore;
  private readonly library = new Map<string, Promise<string | undefined>>();
  private readonly scanned = new Map<string, string>(); // versions
  private sandbox: Sandbox | undefined;
  private current: Test | undefined;
  private stopping = false;
  private told = false;

  constructor(app: App, store: TestStore) {
    this.app = app;
    this.store = store;
  }

  /** Every test that is known. */
  *all(): Iterable<Test> {
    for (const list of this.tests.values()) yield* list;
  }

  find(file: string, name: string): Test | undefined {
    return this.tests.get(file)?.find((t) => t.name === name);
  }

  /** Lists the tests of files without running them, where a file is another than when that was done. */
  async scan(): Promise<void> {
    const names = this.store.tests();
    for (const name of this.tests.keys()) if (!names.includes(name)) this.forget(name);
    await Promise.all(
      names.map(async (name) => {
        const version = this.store.files.get(name)?.version ?? '';
        if (this.scanned.get(name) === version) return;
        this.scanned.set(name, version);
        const file = await this.store.text(name).catch(() => undefined);
        if (file === undefined) return;
        const found = testsIn(file.text);
        const known = this.tests.get(name) ?? [];
        if (this.running.peek() && known.some((t) => t.state === 'running' || t.state === 'waiting')) return;
        const next = found.map(({ name: test, line }) => {
          const old = known.find((t) => t.name === test);
          return old === undefined ? newTest(name, test, line) : { ...old, line };
        });
        // Names that only a run can tell stay as long as it did not tell otherwise.
        const told = known.filter(
          (t) => t.state !== 'none' && !next.some((n) => n.name === t.name) && found.length === 0,
        );
        this.tests.set(name, [...next, ...told]);
        this.changed();
      }),
    );
    this.changed();
  }

  /** Runs a selection. One run at a time. */
  async run(selection: Selection): Promise<void> {
    if (this.running.peek() || selection.size === 0) return;
    this.running.value = true;
    this.stopping = false;
    this.expect(selection);
    try {
      for (const [file, names] of selection) {
        if (this.stopping) break;
        await this.runFile(file, names);
      }
    } finally {
      for (const test of this.all()) if (test.state === 'waiting' || test.state === 'running') test.state = 'none';
      this.current = undefined;
      this.running.value = false;
      this.changed();
    }
  }

  /** Ends the run: the tests are asked, and who does not listen is ended. */
  stop(): void {
    this.stopping = true;
    this.sandbox?.stop();
  }

  // What is chosen waits, and forgets what it told before.
  private expect(selection: Selection): void {
    for (const [file, names] of selection) {
      this.faults.delete(file);
      for (const test of this.tests.get(file) ?? []) {
        if (names !== undefined && !names.includes(test.name)) continue;
        Object.assign(test, newTest(file, test.name, test.line), { state: 'waiting' });
      }
    }
    this.changed();
  }

  private async runFile(file: string, names: readonly string[] | undefined): Promise<void> {
    let left = names;
    let linked: Awaited<ReturnType<typeof link>>;
    try {
      linked = await this.linked(file);
    } catch (fault) {
      const at = fault instanceof LinkError ? `at ${fault.file}:${fault.line}:1` : '';
      this.broken(file, faultOf(fault instanceof Error ? fault.message : String(fault), at));
      return;
    }
    this.imports.set(file, new Set(linked.list.map((m) => m.name)));
    for (;;) {
      const known = await before(this.app);
      const outcome = await this.once(file, left, linked.list, linked.at);
      const cut = await this.judge(file, outcome, known);
      if (!cut || this.stopping) return;
      left = (this.tests.get(file) ?? []).filter((t) => t.state === 'waiting').map((t) => t.name);
      if (left.length === 0) return;
    }
  }

  // Reports whether the worker was cut off in a test, so that others may be left.
  private async judge(file: string, outcome: Outcome, known: Before): Promise<boolean> {
    const { kind } = outcome;
    if (kind === 'done') return false;
    const sandbox = this.sandbox;
    this.sandbox = undefined;
    if (sandbox !== undefined) await release(this.app, sandbox.bridge.done, known);
    const at = this.current;
    this.current = undefined;
    if (kind === 'stopped' || this.stopping) {
      if (at !== undefined) at.state = 'none';
      return false;
    }
    const stack = 'stack' in outcome ? outcome.stack : '';
    const fault = faultOf(words(outcome), stack);
    if (at === undefined) this.broken(file, fault);
    else Object.assign(at, { state: 'fail', errors: [...at.errors, fault] });
    this.changed();
    return at !== undefined;
  }

  private once(
    file: string,
    only: readonly string[] | undefined,
    modules: readonly Linked[],
    at: ReadonlyMap<string, number>,
  ): Promise<Outcome> {
    const place = (name: string): number => at.get(name) ?? -1;
    const job: Job = {
      modules: modules.map((m) => ({ ...m, name: m.name.startsWith(library) ? `/${m.name}` : m.name })),
      client: place(client),
      driver: place(driver),
      file: place(file),
      name: file,
      only,
      options: { seed: this.seed, timeout: timeLimit },
    };
    const sandbox = new Sandbox(gameOf(this.app), {
      read: (name) => this.store.bytes(name),
      flight: () => this.flight(),
      artifact: async (_, name, __, bytes) => this.keepTrace(name, bytes),
    });
    this.sandbox = sandbox;
    sandbox.onEvent = (event) => this.take(file, loose(event));
    sandbox.onLog = (text, level) => this.log(text, level);
    sandbox.onLoose = (message, stack) => {
      if (this.current !== undefined)
        this.current.errors = [...this.current.errors, faultOf(`nobody waited for what failed: ${message}`, stack)];
    };
    return sandbox.run(job);
  }

  private take(file: string, event: Readonly<Record<string, unknown>>): void {
    const name = textOf(event.name);
    switch (event.type) {
      case 'begin':
        for (const test of Array.isArray(event.tests) ? event.tests.slice(0, 10_000) : []) {
          const { name: of, line } = loose(test);
          const known = this.test(file, textOf(of));
          known.line = numberOf(line) || known.line;
          if (known.state === 'none') known.state = 'waiting';
        }
        break;
      case 'start':
        this.current = this.test(file, name);
        Object.assign(this.current, { state: 'running', began: numberOf(event.frame), errors: [], steps: [] });
        break;
      case 'step':
        this.step(this.test(file, name), stepOf(event));
        break;
      case 'test':
        this.ended(this.test(file, name), event);
        break;
      case 'load':
        this.broken(file, faultFrom(event.error));
        break;
    }
    this.changed();
  }

  private ended(test: Test, event: Readonly<Record<string, unknown>>): void {
    const errors = (Array.isArray(event.errors) ? event.errors.slice(0, 100) : []).map(faultFrom);
    const all = [...test.errors, ...errors]; // what nobody waited for comes before
    const state = event.state === 'skip' ? 'skip' : event.state === 'pass' && all.length === 0 ? 'pass' : 'fail';
    Object.assign(test, {
      state,
      errors: all,
      ms: numberOf(event.ms),
      ticks: numberOf(event.ticks),
      frame: numberOf(event.frame),
      tick: numberOf(event.tick),
      trace: textOf(event.trace),
    });
    if (this.current === test) this.current = undefined;
  }

  private step(test: Test, step: Step): void {
    const steps = test.steps.length >= mostSteps ? test.steps.slice(1 - mostSteps) : test.steps;
    test.steps = [...steps, step];
  }

  private log(text: string, level: string): void {
    const test = this.current;
    if (test === undefined) return;
    const last = test.steps.at(-1);
    const { frame = test.began, tick = 0 } = last ?? {};
    const fail = level === 'error' || level === 'warn';
    this.step(test, { text, kind: 'log', level: fail ? 'fail' : 'log', depth: 0, frame, tick, ms: Number.NaN });
    this.changed();
  }

  private test(file: string, name: string): Test {
    const list = this.tests.get(file) ?? [];
    let test = list.find((t) => t.name === name);
    if (test === undefined) {
      test = newTest(file, name);
      list.push(test);
      this.tests.set(file, list);
    }
    return test;
  }

  private broken(file: string, fault: Fault): void {
    this.faults.set(file, fault);
    for (const test of this.tests.get(file) ?? []) if (test.state === 'waiting') test.state = 'none';
    this.changed();
  }

  private linked(file: string): ReturnType<typeof link> {
    return link([client, driver, file], async (name) => {
      if (name.startsWith(library)) return this.shipped(name);
      return (await this.store.text(name))?.text;
    });
  }

  // The client and the driver that belong to this game, as it serves them.
  private shipped(name: string): Promise<string | undefined> {
    const key = `${this.app.me.peek()?.session ?? ''} ${name}`;
    let text = this.library.get(key);
    if (text === undefined) {
      text = this.app.fetch(pathOf(name)).then((answer) => (answer.ok ? answer.text() : undefined));
      text.catch(() => this.library.delete(key));
      this.library.set(key, text);
    }
    return text;
  }

  private async flight(): Promise<Uint8Array | null> {
    const answer = await this.app.fetch('capture/flight');
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  }

  private keepTrace(name: string, bytes: Uint8Array): string {
    this.traces.delete(name);
    this.traces.set(name, bytes);
    let held = 0;
    for (const kept of this.traces.values()) held += kept.length;
    for (const [old, kept] of this.traces) {
      if (held <= mostTraces || old === name) break;
      this.traces.delete(old);
      held -= kept.length;
    }
    return name;
  }

  private forget(name: string): void {
    this.tests.delete(name);
    this.faults.delete(name);
    this.scanned.delete(name);
  }

  private changed(): void {
    if (this.told) return;
    this.told = true;
    this.app.frame.soon(() => {
      this.told = false;
      this.version.value++;
    });
  }
}

/** All that failed, or files that did not load. */
export function failedOf(runner: Runner): Selection {
  const out = new Map<string, string[] | undefined>();
  for (const [file, list] of runner.tests) {
    const failed = list.filter((t) => t.state === 'fail').map((t) => t.name);
    if (failed.length > 0) out.set(file, failed);
  }
  for (const file of runner.faults.keys()) out.set(file, undefined);
  return out;
}

export const countAll = (runner: Runner) => countsOf(runner.all());

function words(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'hung':
      return 'it gave no sign of life for 4 s and was ended: does a loop never end, or wait for nothing?';
    case 'flooded':
      return 'it sent more than 20,000 messages in a second and was ended';
    case 'broken':
    case 'failed':
      return outcome.message;
    default:
      return 'it was ended';
  }
}

// The page's connection, as tests share it.
function gameOf(app: App): Game {
  return {
    call: (method, params, options) => app.rpc.call(method as never, params as never, options),
    subscribe: (topic, options) => app.rpc.subscribe(topic as never, options as never),
    login: () => {
      const { token: _, ...login } = app.me.peek() ?? {};
      return { ...login, clock: app.clock.peek() };
    },
  };
}
