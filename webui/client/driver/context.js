// One run of one test: what it did, where the game was, and what went wrong without ending it.

import { TestError } from './failure.js';
import { count, nearest } from './format.js';

/** The run that expectations without a fixture belong to: tests run one after the other. */
const running = { context: undefined };

/** @returns {Context} */
export function current() {
  if (!running.context) throw new TestError('expectations on the game and steps belong into a running test');
  return running.context;
}

const maxSteps = 5000;

export class Context {
  /** Where the game was, when it was heard of last. */
  at = { frame: 0, tick: 0 };
  began = { frame: 0, tick: 0 };
  steps = [];
  inputs = [];
  /** Failures that the test went on after. */
  soft = [];
  /** What was begun and has not ended: texts. */
  open = new Set();
  /** Whether devices were touched, and what has to be put back beside the state. */
  touched = { input: false, snapshots: [] };
  #depth = 0;
  #over;
  #abort = new AbortController();

  /**
   * @param {object} game the client's
   * @param {{host?: object, file?: string, ticks?: number, update?: boolean, onStep?: (step: object) => void}} options
   */
  constructor(game, { host = {}, file = '', ticks = 100_000, update = false, onStep } = {}) {
    this.raw = game;
    this.host = host;
    this.file = file;
    this.limit = ticks;
    this.update = update;
    this.onStep = onStep;
  }

  /** Makes it the running one, from where the game is now. */
  begin(at) {
    this.began = { ...at };
    this.at = { ...at };
    running.context = this;
  }

  /** Ends it: what it still waits for is taken back, and what it asks for from now on is refused. */
  end(why = 'the test is over') {
    this.#over ??= why;
    this.#abort.abort(new TestError(why));
    if (running.context === this) running.context = undefined;
  }

  get signal() {
    return this.#abort.signal;
  }

  /** How many ticks the test may still run. */
  get ticksLeft() {
    return this.limit - (this.at.tick - this.began.tick);
  }

  /** Refuses ticks beyond the test's limit, which is what ends a test that never comes to an end. */
  spend(ticks) {
    if (!Number.isInteger(ticks) || ticks < 1) throw new TestError(`ticks are a whole number from 1 on, not ${ticks}`);
    if (ticks > this.ticksLeft) {
      throw new TestError(
        `the test may run ${count(this.limit, 'tick')} and ${this.ticksLeft} are left, not ${ticks}: see the option ticks`,
      );
    }
    return ticks;
  }

  /** Calls a method of the game. */
  async call(method, params, signal) {
    const result = await this.#send(method, params, signal);
    this.saw(result);
    return result;
  }

  async #send(method, params, signal) {
    if (this.#over) throw new TestError(`${this.#over}: ${method} comes too late; is an await missing?`);
    return this.raw.call(method, params, { signal: signal ? any(signal, this.signal) : this.signal });
  }

  /** Takes in where the game is, of a result that says so. */
  saw(result) {
    if (typeof result?.tick === 'number' && typeof result.frame === 'number' && result.frame >= this.at.frame) {
      this.at = { frame: result.frame, tick: Math.max(result.tick, this.at.tick) };
    }
  }

  /** Runs ticks and says what they took. */
  async measure(ticks, scopes) {
    const result = await this.call('timing.measure', { ticks: this.spend(ticks), scopes });
    this.at = { ...this.at, tick: this.at.tick + result.ticks };
    return result;
  }

  /** Sends what devices do, and notes it for the report. The answer tells of a tick to come, and not where the game is. */
  async device(method, params) {
    this.touched.input = true;
    const seen = await this.#send(method, params);
    this.inputs.push({ tick: seen.tick, method, params });
    return seen;
  }

  /**
   * Does something as a step of the test: it is in the report, with where it began and ended.
   * @param {'step' | 'input' | 'time' | 'expect' | 'call'} kind
   */
  async act(kind, text, run) {
    const step = { text, kind, depth: this.#depth, ok: true, from: { ...this.at }, to: { ...this.at }, ms: 0 };
    if (this.steps.length < maxSteps) this.steps.push(step);
    this.open.add(step);
    const nests = kind === 'step';
    if (nests) {
      this.#depth++;
      this.onStep?.(step); // that it begins, since what is in it comes before its end
    }
    const began = performance.now();
    try {
      return await run();
    } catch (error) {
      step.ok = false;
      step.failure = error;
      throw error;
    } finally {
      if (nests) this.#depth--;
      this.open.delete(step);
      step.to = { ...this.at };
      step.ms = performance.now() - began;
      this.onStep?.(step);
    }
  }

  /** A step that is over at once, such as a comparison of plain values that failed. */
  note(kind, text, failure) {
    const step = {
      text,
      kind,
      depth: this.#depth,
      ok: !failure,
      from: { ...this.at },
      to: { ...this.at },
      ms: 0,
      failure,
    };
    if (this.steps.length < maxSteps) this.steps.push(step);
    this.onStep?.(step);
  }
}

function any(...signals) {
  if (AbortSignal.any) return AbortSignal.any(signals);
  const both = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener('abort', () => both.abort(signal.reason), { once: true, signal: both.signal });
  }
  return both.signal;
}

/** Refuses options that there are not, since a misspelt one would silently do nothing. */
export function checkOptions(what, options, known) {
  for (const key of Object.keys(options ?? {})) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw new TestError(
      `${what} has no option ${JSON.stringify(key)}${near ? `; did you mean ${near}?` : `; there are ${known.join(', ')}`}`,
    );
  }
  return options ?? {};
}
