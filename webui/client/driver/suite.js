// The tests that a file declares: test, describe and their hooks. Nothing is run here.

import { placeOf, TestError } from './failure.js';

/** A describe, or the file as a whole: what its tests have in common. */
class Group {
  beforeEach = [];
  afterEach = [];

  constructor(name, above, mode) {
    this.name = name;
    this.above = above;
    this.mode = mode ?? above?.mode;
  }

  /** Groups from the file down to this one. */
  get path() {
    return this.above ? [...this.above.path, this] : [this];
  }
}

/** What is being collected: declarations go there. Where nothing is, `alone` takes them. */
const registry = { group: undefined, tests: undefined, file: '', alone: undefined };

/**
 * Runs `load`, and returns the tests that were declared by it.
 * @returns {Promise<{tests: object[], error?: unknown}>}
 */
export async function collect(file, load) {
  const tests = [];
  Object.assign(registry, { group: new Group('', undefined), tests, file });
  try {
    await load();
    return { tests };
  } catch (error) {
    return { tests: [], error };
  } finally {
    Object.assign(registry, { group: undefined, tests: undefined, file: '' });
  }
}

/** Hands over what is declared while nobody collects: to node:test, when a file is run by itself. */
export function declareAlone(take) {
  registry.alone = take;
}

function open() {
  if (registry.group) return registry.group;
  if (!registry.alone) {
    throw new TestError(
      'nobody runs tests here: use scry-test, node --test with --import scry-client/node, or the Tests panel',
    );
  }
  registry.group = new Group('', undefined);
  return registry.group;
}

function declare(mode, name, options, run) {
  if (typeof options === 'function') [options, run] = [{}, options];
  if (typeof name !== 'string' || name === '') throw new TestError('a test needs a name');
  if (typeof run !== 'function' && mode !== 'skip')
    throw new TestError(`the test ${JSON.stringify(name)} has no function`);
  const group = open();
  const names = [...group.path.map((g) => g.name).filter(Boolean), name];
  const test = {
    name: names.join(' › '),
    file: registry.file,
    line: placeOf(new Error().stack ?? '')?.line,
    mode: mode ?? group.mode,
    options: options ?? {},
    run,
    before: group.path.flatMap((g) => g.beforeEach),
    after: [...group.path].reverse().flatMap((g) => g.afterEach),
    group,
  };
  if (!registry.tests) return registry.alone(test);
  if (registry.tests.some((other) => other.name === test.name)) {
    throw new TestError(`two tests of this file are called ${JSON.stringify(test.name)}`);
  }
  registry.tests.push(test);
}

function within(mode, name, body) {
  const group = open();
  registry.group = new Group(name, group, mode);
  try {
    const left = body();
    if (typeof left?.then === 'function')
      throw new TestError(`describe(${JSON.stringify(name)}) must not wait: its function is async`);
  } finally {
    registry.group = group;
  }
}

function hook(when, run) {
  if (typeof run !== 'function') throw new TestError(`${when} needs a function`);
  const group = open();
  if (registry.tests?.some((test) => test.group.path.includes(group))) {
    throw new TestError(`${when} stands above the tests that it is for`);
  }
  group[when].push(run);
}

/** Declares a test: `test(name, async ({ world, input, time }) => { … })`. */
export const test = Object.assign((name, options, run) => declare(undefined, name, options, run), {
  /** Only such tests are run, of all files. */
  only: (name, options, run) => declare('only', name, options, run),
  skip: (name, options, run) => declare('skip', name, options, run),
  beforeEach: (run) => hook('beforeEach', run),
  afterEach: (run) => hook('afterEach', run),
});

/** Declares tests with something in common: a name, hooks. */
export const describe = Object.assign((name, body) => within(undefined, name, body), {
  only: (name, body) => within('only', name, body),
  skip: (name, body) => within('skip', name, body),
});

export const { beforeEach, afterEach } = test;
