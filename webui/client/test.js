// Scry's test driver: tests of a running game, tick by tick. The same file runs in Node (scry-test, node --test), in
// the dashboard, and below Playwright. It imports nothing of the host's; types and documentation: test.d.ts.

import { current } from './driver/context.js';
import { test as declared, describe } from './driver/suite.js';

/** Runs a part of a test under a name that reports show. */
export const step = (text, run) => current().act('step', text, run);

export const test = Object.assign(declared, { describe, step });
export { expect } from './driver/expect.js';
export { ExpectationError, TestError } from './driver/failure.js';
export { run } from './driver/run.js';
export { afterEach, beforeEach, collect, declareAlone } from './driver/suite.js';
export { describe };

/** Milliseconds in the unit of timings, nanoseconds. */
export const ms = (n) => n * 1e6;

/** Microseconds likewise. */
export const us = (n) => n * 1e3;
