// Fixtures for @playwright/test, which is the user's own: this package does not depend on it.
//
//   import { test as base } from '@playwright/test';
//   import { fixtures } from 'scry-client/playwright';
//   import { expect } from 'scry-client/test';
//
//   const test = base.extend(fixtures({ launch: './game -addr=127.0.0.1:0' }));
//   test('falls', async ({ world }) => { … });

import { writeFile } from 'node:fs/promises';
import { Context } from './driver/context.js';
import { ExpectationError, told } from './driver/failure.js';
import { fixtures as given } from './driver/fixtures.js';
import { Stage } from './driver/stage.js';
import { trace } from './driver/trace.js';
import { NodeHost } from './node.js';

const names = ['game', 'world', 'cvars', 'input', 'time', 'perf', 'display', 'step'];

/**
 * Fixtures for `test.extend`: a game for each worker, brought back to its beginning before each test, and game, world,
 * cvars, input, time, perf, display and step as in the driver's own tests.
 */
export function fixtures({ seed = 1, ticks, update = false, ...where } = {}) {
  const all = {
    scryGame: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are wanted
      async ({}, use) => {
        const host = new NodeHost(where);
        const worker = { host, stage: new Stage(await host.connect()), touched: undefined };
        await worker.stage.enter();
        await use(worker);
        await worker.stage.leave(worker.touched);
        await host.close();
      },
      { scope: 'worker' },
    ],
    scry: [
      async ({ scryGame }, use, info) => {
        const context = await begin(scryGame, info, { seed, ticks, update });
        try {
          await use(given(context));
          await finish(scryGame, context, info, seed);
        } finally {
          scryGame.touched = context.touched;
          context.end();
        }
      },
      { auto: true },
    ],
  };
  for (const name of names) all[name] = async ({ scry }, use) => use(scry[name]);
  return all;
}

async function begin({ stage, host, touched }, info, { seed, ticks, update }) {
  const context = new Context(stage.game, { host, file: info.file, ticks, update });
  context.begin(await stage.reset(seed, touched));
  return context;
}

/** Attaches the file of a failure; and fails for what the test did not await, and for soft expectations. */
async function finish({ stage, host }, context, info, seed) {
  const left = [...context.open].map((step) => new ExpectationError(`the test ended before this did: ${step.text}`));
  const own = [...context.soft, ...left];
  if (own.length === 0 && info.status === info.expectedStatus) return;
  const errors = [
    ...info.errors.map((error) => Object.assign(new Error(error.message), { stack: error.stack })),
    ...own,
  ].map(told);
  const name = info.titlePath.slice(1).join(' › ');
  const head = { id: info.testId, file: info.file, name, state: 'fail', seed, round: info.repeatEachIndex + 1 };
  const event = { ...head, ms: info.duration, ticks: context.at.tick - context.began.tick, errors };
  const test = { file: info.file, name, line: info.line };
  const attach = async (_id, file, contentType, body) => {
    const path = info.outputPath(file);
    await writeFile(path, body);
    await info.attach(file, { path, contentType });
    return path;
  };
  const to = {
    read: host.read,
    artifact: attach,
    flight: () => host.flight(),
    replay: () => `npx playwright test ${info.file}:${info.line}`,
  };
  await trace({ event, context, test, stage, host: to, repeat: 1 });
  if (own.length === 0) return;
  const failure = new ExpectationError(own.map((error) => error.message).join('\n\n'));
  failure.stack = own[0].stack;
  throw failure;
}
