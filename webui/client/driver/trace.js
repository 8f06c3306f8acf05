// The one file that a failed test leaves: what the game recorded, and the record `test`.

import { toBase64 } from './bytes.js';
import { withTest } from './capture.js';

/** How long the game may take to tell what it knows, in ms: one that hangs is no reason to wait. */
const patience = 5000;

/**
 * Writes the file, by the host. It never throws: a test's failure is not to be hidden by another.
 * @returns {Promise<string | undefined>} where it is
 */
export async function trace({ event, context, test, stage, host, repeat }) {
  if (!host.artifact) return undefined;
  try {
    const [capture, screenshot, timings, log] = await Promise.all([
      soon(host.flight?.()),
      soon(picture(stage)),
      soon(stage.game.call('timing.stats', {})),
      soon(lines(stage, context)),
    ]);
    const record = recordOf({ event, context, test, repeat });
    Object.assign(record, {
      screenshot,
      timings,
      log,
      replay: host.replay?.({ file: test.file, name: test.name, seed: event.seed }),
    });
    const meta = {
      name: stage.game.login?.server?.name ?? '',
      session: stage.game.session ?? '',
      firstFrame: context.began.frame,
      lastFrame: context.at.frame,
      reason: { kind: 'test', text: test.name, ...context.at, time: 0 },
      made: new Date().toISOString(),
    };
    const file = await withTest(capture ?? null, record, meta);
    return await host.artifact(event.id, fileName(event), 'application/x-scry', file);
  } catch (error) {
    return `none: ${error.message}`;
  }
}

/** The record without what the game has to be asked for. */
export function recordOf({ event, context, test, repeat }) {
  const { id, name, file, state, seed, round, ms, ticks, errors } = event;
  return {
    version: 1,
    id,
    name,
    file,
    line: test.line,
    state,
    seed,
    round,
    repeat,
    ms,
    ticks,
    began: context.began,
    ended: context.at,
    steps: context.steps.map(({ failure, ...step }, i) => {
      const error = failure && errors.findIndex((e) => e.step === i);
      return error >= 0 ? { ...step, error } : step;
    }),
    input: context.inputs,
    errors: errors.map((error) => (error.image ? { ...error, image: packed(error.image) } : error)),
  };
}

function packed(image) {
  const out = { ...image };
  for (const key of ['expected', 'actual', 'diff']) if (image[key]) out[key] = toBase64(image[key]);
  return out;
}

async function picture(stage) {
  return (await stage.game.call('display.screenshot', { format: 'png' })).data;
}

async function lines(stage, context) {
  const { lines } = await stage.game.call('log.tail', { limit: 500 });
  return lines.filter((line) => line.frame >= context.began.frame);
}

/** What comes in time, or nothing: a game may have no picture, no log, no capture. */
async function soon(asked) {
  let timer;
  const late = new Promise((done) => {
    timer = setTimeout(done, patience);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** A name for a file, of the test's: of letters that every system takes. */
export function fileName({ file, name, round, id }) {
  const base = file
    .split('/')
    .at(-1)
    .replace(/\.test\.m?js$/, '');
  const words = `${base}-${name}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
  return `${words}-${id}${round > 1 ? `-${round}` : ''}.scry`;
}
