// What a test fails with.

/** The game or its host cannot do what the test asks for; or a test was written wrongly. */
export class TestError extends Error {
  name = 'TestError';

  /** The error without its stack, where that would lead nowhere. */
  nowhere() {
    this.stack = '';
    return this;
  }
}

/**
 * An expectation that was not met. What it knew beside its message is kept, for reports:
 * expected, actual, values (what time.until saw last), image, frame, tick.
 */
export class ExpectationError extends Error {
  name = 'ExpectationError';

  constructor(message, details = {}) {
    super(message);
    Object.assign(this, details);
  }
}

/** An error as reports have it: plain data, with the lines of the stack that are the test's own. */
export function told(error) {
  if (!(error instanceof Error)) return { message: `the test threw ${String(error)}, which is no Error`, stack: '' };
  const out = { message: error.message, stack: ownStack(error.stack ?? '') };
  if (!(error instanceof ExpectationError) && error.name !== 'Error' && error.name !== 'TestError') {
    out.message = `${error.name}: ${error.message}`;
  }
  for (const key of ['matcher', 'soft', 'expected', 'actual', 'frame', 'tick', 'values', 'image', 'method', 'data']) {
    if (error[key] !== undefined) out[key] = error[key];
  }
  return out;
}

// In the file that the driver is bundled into, there is nothing to be told apart, and all lines stay.
const driver = /\/(scry-)?client\/(driver\/\w+|[\w-]+|bin\/[\w-]+)\.m?js:|node:internal/;

/** The lines of a stack behind its message, without those of the driver and of the host. */
export function ownStack(stack) {
  const lines = stack.split('\n').filter((line) => /^\s+at |@.*:\d+/.test(line));
  const own = lines.filter((line) => !driver.test(line));
  return (own.length > 0 ? own : lines).map((line) => line.trim()).join('\n');
}

/** Where a stack's first own line is: file, line and column, as far as it can be told. */
export function placeOf(stack) {
  const found = /\(?((?:file|https?|blob|scry):[^\s()]+|\/[^\s()]+|[A-Za-z0-9_./-]+\.js):(\d+):(\d+)\)?$/m.exec(
    ownStack(stack),
  );
  return found ? { file: found[1], line: Number(found[2]), column: Number(found[3]) } : undefined;
}
