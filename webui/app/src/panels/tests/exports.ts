// What a run told, for other programs: TAP 14 and JUnit's XML, written by the driver's own reporters, so
// that a file of the page is one of the command line.

// @ts-expect-error the driver is JavaScript, whose declarations are for who uses it
import { junit, tap } from '../../../../client/driver/report.js';
import type { Fault, Test } from './model';

type Reporter = (write: (text: string) => void) => (event: object) => void;

export const formats: readonly { name: string; file: string; reporter: Reporter }[] = [
  { name: 'TAP', file: 'tests.tap', reporter: tap as Reporter },
  { name: 'JUnit', file: 'tests.xml', reporter: junit as Reporter },
];

/** Writes what ran. What did not run, is not in it. */
export function report(
  reporter: Reporter,
  tests: Iterable<Test>,
  faults: ReadonlyMap<string, Fault>,
  seed: number,
): string {
  let out = '';
  const tell = reporter((text) => {
    out += text;
  });
  const ran = [...tests].filter(({ state }) => state === 'pass' || state === 'fail' || state === 'skip');
  const number = (state: Test['state']): number => ran.filter((t) => t.state === state).length;
  tell({ type: 'begin', seed, repeat: 1, tests: ran, files: [] });
  for (const [file, { message, stack }] of faults) tell({ type: 'load', file, error: { message, stack } });
  for (const test of ran) {
    const { file, name, line, state, ms, frame, tick, errors, trace } = test;
    const told = errors.map(({ message, stack, soft }) => ({ message, stack, soft }));
    tell({
      type: 'test',
      round: 1,
      file,
      name,
      line,
      state,
      ms: Number.isNaN(ms) ? 0 : ms,
      frame,
      tick,
      seed,
      errors: told,
      ...(trace !== '' && { trace }),
    });
  }
  const ms = ran.reduce((sum, t) => sum + (Number.isNaN(t.ms) ? 0 : t.ms), 0);
  tell({ type: 'end', pass: number('pass'), fail: number('fail'), skip: number('skip'), errors: faults.size, ms });
  return out;
}
