// Runs the tests of files on a game, and tells what happens as events.

import { checkOptions } from './context.js';
import { TestError, told } from './failure.js';
import { runOne } from './one.js';
import { Stage } from './stage.js';
import { collect } from './suite.js';
import { trace } from './trace.js';

const known = [
  'host',
  'filter',
  'grep',
  'repeat',
  'shuffle',
  'seed',
  'bail',
  'timeout',
  'ticks',
  'update',
  'signal',
  'onEvent',
  'trace',
];

/** Files that are written of one test: one that fails a thousand times need not fill the disk. */
const tracesOfOne = 3;

/**
 * Runs tests. Types, events and the host are in test.d.ts.
 * @returns {Promise<{pass: number, fail: number, skip: number, errors: number}>} errors are files that did not load
 */
export async function run(files, options) {
  const runner = new Runner(checkOptions('run', options, known));
  return runner.run(files);
}

class Runner {
  #o;
  #stage;
  #touched;
  #sum = { pass: 0, fail: 0, skip: 0, errors: 0 };

  constructor(options) {
    this.#o = {
      repeat: 1,
      shuffle: false,
      seed: 1,
      bail: false,
      timeout: 30_000,
      ticks: 100_000,
      trace: 'fail',
      ...options,
    };
    if (!this.#o.host) throw new TestError('run needs a host: what it is connected to');
  }

  #tell(event) {
    this.#o.onEvent?.(event);
  }

  async run(files) {
    const began = performance.now();
    const tests = await this.#collect(files);
    const due = this.#choose(tests);
    if (due.some((test) => test.due)) await this.#enter();
    this.#tell({
      type: 'begin',
      files: files.map(nameOf),
      tests: due.map(({ id, file, name, line }) => ({ id, file, name, line })),
      seed: this.#o.seed,
      repeat: this.#o.repeat,
      game: this.#stage && { name: this.#stage.game.login?.server?.name, session: this.#stage.game.session },
    });
    try {
      await this.#rounds(due);
    } finally {
      await this.#leave();
    }
    this.#tell({ type: 'end', ...this.#sum, ms: performance.now() - began });
    return this.#sum;
  }

  /** The tests of all files, in the order in which they stand there. */
  async #collect(files) {
    const all = [];
    for (const file of files) {
      const name = nameOf(file);
      const load = file.load ?? (() => this.#o.host.load(name));
      const { tests, error } = await collect(name, load);
      if (error) {
        this.#sum.errors++;
        this.#tell({ type: 'load', file: name, error: told(error) });
      }
      all.push(...tests);
    }
    return all.map((test, i) => Object.assign(test, { id: String(i + 1) }));
  }

  /** Which of them are wanted; and which of these are run, the others being skipped. */
  #choose(tests) {
    const { grep, filter } = this.#o;
    const pattern = typeof grep === 'string' ? new RegExp(grep, 'i') : grep;
    const wanted = tests.filter(
      (test) => (!pattern || pattern.test(test.name)) && (!filter || filter({ file: test.file, name: test.name })),
    );
    const only = wanted.some((test) => test.mode === 'only');
    for (const test of wanted) test.due = test.mode !== 'skip' && (!only || test.mode === 'only');
    return wanted;
  }

  async #enter() {
    const { host } = this.#o;
    this.#stage = new Stage(host.game ?? (await host.connect()));
    await this.#stage.enter();
    this.#touched = undefined;
  }

  async #leave() {
    try {
      await this.#stage?.leave(this.#touched);
    } catch (error) {
      if (!this.#stage.lost) throw error;
    }
  }

  async #rounds(tests) {
    for (const test of tests) if (!test.due) this.#skip(test);
    const due = tests.filter((test) => test.due);
    for (let round = 1; round <= this.#o.repeat; round++) {
      for (const test of this.#o.shuffle ? shuffled(due, this.#o.seed + round - 1) : due) {
        if (this.#o.signal?.aborted) return;
        const passed = await this.#one(test, round);
        if (!passed && this.#o.bail) return;
      }
      if (this.#o.repeat > 1) this.#tell({ type: 'round', round });
    }
  }

  #skip(test) {
    this.#sum.skip++;
    this.#tell({
      type: 'test',
      id: test.id,
      round: 1,
      file: test.file,
      name: test.name,
      line: test.line,
      state: 'skip',
      ms: 0,
      ticks: 0,
      frame: 0,
      tick: 0,
      errors: [],
    });
  }

  async #one(test, round) {
    await this.#revive();
    const { host, seed, timeout, ticks, update, signal } = this.#o;
    const head = { id: test.id, round, file: test.file, name: test.name };
    const result = await runOne(this.#stage, {
      test,
      host,
      seed,
      timeout,
      ticks,
      update,
      signal,
      touched: this.#touched,
      onStart: (at) => this.#tell({ type: 'start', ...head, ...at }),
      onStep: (step) => this.#step(head, step),
    });
    const { context, errors, ms } = result;
    this.#touched = { input: context.touched.input, snapshots: context.touched.snapshots };
    const state = errors.length === 0 ? 'pass' : 'fail';
    if (result.stopped && state === 'fail') return true; // it was not judged
    this.#sum[state]++;
    const event = {
      type: 'test',
      ...head,
      line: test.line,
      state,
      ms,
      seed,
      ticks: context.at.tick - context.began.tick,
      ...context.at,
      errors,
    };
    if (this.#wantsTrace(test, state)) {
      event.trace = await trace({ event, context, test, stage: this.#stage, host, repeat: this.#o.repeat });
    }
    this.#tell(event);
    return state === 'pass';
  }

  #wantsTrace(test, state) {
    if (this.#o.trace !== 'always' && (this.#o.trace !== 'fail' || state === 'pass')) return false;
    test.traces = (test.traces ?? 0) + 1;
    return test.traces <= tracesOfOne;
  }

  #step(head, step) {
    const { text, kind, depth, ok, to, ms } = step;
    const level = ok ? 'info' : 'fail';
    this.#tell({ type: 'step', ...head, text, kind, depth, ok, level, ms, ...to });
  }

  /** A game that was lost in a test is asked for again: a test that ends the game does not end the run. */
  async #revive() {
    if (!this.#stage.lost) return;
    if (this.#o.host.game) throw new TestError(`the game is gone: ${this.#stage.lost}`);
    await this.#enter();
  }
}

const nameOf = (file) => (typeof file === 'string' ? file : file.name);

/** The same seed gives the same order, on any machine. */
export function shuffled(list, seed) {
  const out = [...list];
  const random = mulberry(seed);
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/** T. Ettinger's Mulberry32: 32 bits of state are enough to put tests into an order. */
function mulberry(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
