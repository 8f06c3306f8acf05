// One test, once: its hooks and its function, on a game that was reset, within its limits.

import { Context } from './context.js';
import { ExpectationError, placeOf, TestError, told } from './failure.js';
import { fixtures } from './fixtures.js';
import { count } from './format.js';

/**
 * Runs a test, and never throws.
 * @param {import('./stage.js').Stage} stage
 * @param {{test: object, host: object, seed: number, timeout: number, ticks: number, update?: boolean,
 *   onStart?: (at: object) => void, onStep?: (step: object) => void, signal?: AbortSignal}} options
 * @returns {Promise<{context: Context, errors: object[], ms: number, stopped: boolean}>}
 */
export async function runOne(stage, { test, host, seed, timeout, ticks, update, onStart, onStep, signal, touched }) {
  const { options } = test;
  const context = new Context(stage.game, { host, file: test.file, ticks: options.ticks ?? ticks, update, onStep });
  const began = performance.now();
  const errors = [];
  const fail = (error) => errors.push(error);
  const limit = options.timeout ?? timeout;
  const clock = alarm(limit, signal);
  try {
    context.begin(await clock.race(stage.reset(seed, touched)));
    onStart?.(context.at);
    await clock.race(body(context, test, fail));
    for (const step of context.open) {
      fail(new TestError(`the test ended before this did: ${step.text}; is an await missing?`).nowhere());
    }
  } catch (error) {
    fail(error);
  } finally {
    clock.stop();
    context.end(clock.rang ? `the test took longer than ${limit} ms` : undefined);
  }
  const all = [...context.soft, ...errors].map((error) => withPlace(error, context));
  return { context, errors: all, ms: performance.now() - began, stopped: Boolean(signal?.aborted) };
}

/** The hooks from the outside in, the test, the hooks from the inside out: these also when it failed. */
async function body(context, test, fail) {
  const given = fixtures(context);
  try {
    for (const run of test.before) await run(given);
    await test.run(given);
  } catch (error) {
    fail(error);
  }
  for (const run of test.after) {
    try {
      await run(given);
    } catch (error) {
      fail(error);
    }
  }
}

/** What ends a test that does not end: its time, or whoever stops the run. */
function alarm(ms, signal) {
  let timer;
  let stop;
  const self = { rang: false, race: (promise) => Promise.race([promise, over]), stop: () => stop() };
  const over = new Promise((_, reject) => {
    const ring = () => {
      self.rang = true;
      reject(
        new TestError(
          `the test took longer than ${count(ms, 'ms').replace('mss', 'ms')}; an await that never ends?`,
        ).nowhere(),
      );
    };
    const aborted = () => reject(new TestError('the run was stopped').nowhere());
    timer = setTimeout(ring, ms);
    if (signal?.aborted) aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
  });
  over.catch(() => {});
  return self;
}

/** An error as reports have it, with the step that failed by it. */
function withPlace(error, context) {
  const out = told(error);
  if (out.frame === undefined) Object.assign(out, { frame: context.at.frame, tick: context.at.tick });
  const step = context.steps.findIndex((s) => s.failure === error);
  if (step >= 0) out.step = step;
  const place = placeOf(error?.stack ?? '');
  if (place) out.line = place.line;
  if (error instanceof ExpectationError) out.expectation = true;
  return out;
}
