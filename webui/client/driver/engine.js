// Matchers that the game evaluates, tick by tick: no tick is missed, and how fast this machine is does not count.

import { checkOptions } from './context.js';
import { condition, literal, words } from './expression.js';
import { ExpectationError, TestError } from './failure.js';
import { count, history, number, show } from './format.js';

const withinKeys = ['within', 'every'];
const duringKeys = ['during', 'every'];

/** A failure with where the game was, and what its values were last. */
function failed(subject, text, { matcher, expected, actual, values, at, wish }) {
  const told = values ? history(values) : '';
  return new ExpectationError([`${wish}\n\n${subject.label} ${text}`, told].filter(Boolean).join('\n'), {
    matcher,
    expected,
    actual,
    values,
    frame: at.frame,
    tick: at.tick,
  });
}

const place = ({ tick, frame }) => `tick ${tick}, frame ${frame}`;

/** Waits for a condition, and returns what time.until said, with the ticks that it was given. */
async function until(context, expr, within, every) {
  const spent = context.spend(within);
  return context.call('time.until', { expr, within: spent, every });
}

/**
 * A number reaches a bound when it is there or beyond it, on the way from where it is now: a game moves in steps, and
 * most pass over the exact value. What is no number must become it.
 */
export async function toReach(subject, negated, value, options) {
  const { within = 60, every } = checkOptions('toReach', options, withinKeys);
  const context = subject.context;
  const expr = await subject.expression();
  const from = (await context.call('time.check', { expr })).value;
  const rises =
    typeof value !== 'number' || typeof from !== 'number' || from === value
      ? 'is'
      : from < value
        ? 'atLeast'
        : 'atMost';
  const result = await until(context, condition(group(expr), { [rises]: value }), within, every);
  if (result.met !== negated) return;
  const now = lastOf(result, expr);
  const way = `it went from ${show(from)} to ${show(now)}`;
  throw failed(
    subject,
    negated
      ? `did, at ${place(result)}; ${way}`
      : `did not in ${count(result.ticks, 'tick')}: ${way} (${place(result)})`,
    {
      matcher: 'toReach',
      wish: `expected ${subject.label} ${negated ? 'not ' : ''}to reach ${show(value)} within ${count(within, 'tick')}`,
      expected: value,
      actual: now,
      values: result.last,
      at: result,
    },
  );
}

/** A condition comes to hold within some ticks; it may hold already. */
export async function toBecome(subject, negated, want, options) {
  const { within = 60, every } = checkOptions('toBecome', options, withinKeys);
  const context = subject.context;
  const expr = await subject.expression();
  const result = await until(context, condition(group(expr), want), within, every);
  if (result.met !== negated) return;
  const now = lastOf(result, expr);
  throw failed(
    subject,
    negated
      ? `did, at ${place(result)}: it is ${show(now)}`
      : `is ${show(now)} after ${count(result.ticks, 'tick')} (${place(result)})`,
    {
      matcher: 'toBecome',
      wish: `expected ${subject.label} ${negated ? 'not ' : ''}to become ${words(want)} within ${count(within, 'tick')}`,
      expected: want,
      actual: now,
      values: result.last,
      at: result,
    },
  );
}

/** A condition holds now and in each of so many ticks. */
export async function toStay(subject, negated, want, options) {
  if (negated) throw new TestError('toStay has no not: say what it becomes, with toBecome');
  const { during = 60, every } = checkOptions('toStay', options, duringKeys);
  const context = subject.context;
  const expr = await subject.expression();
  const result = await until(context, `not (${condition(group(expr), want)})`, during, every);
  if (!result.met) return;
  const now = lastOf(result, expr);
  throw failed(subject, `was ${show(now)} after ${count(result.ticks, 'tick')} (${place(result)})`, {
    matcher: 'toStay',
    wish: `expected ${subject.label} to stay ${words(want)} during ${count(during, 'tick')}`,
    expected: want,
    actual: now,
    values: result.last,
    at: result,
  });
}

/** An expression as one operand of another. */
const group = (expr) => (/^[#\w.:]+$|^\w+\([^()]*\)$/.test(expr) ? expr : `(${expr})`);

/** The newest value of an expression that is a path, else of the first path in it. */
function lastOf({ last, value }, expr) {
  const values = last?.at(-1)?.values;
  if (!values) return value;
  return expr in values ? values[expr] : Object.keys(values).length === 1 ? Object.values(values)[0] : values;
}

/** How many entities a locator finds comes to be so many: now, or within some ticks. */
export async function toHaveCount(locator, negated, n, options) {
  const { within } = checkOptions('toHaveCount', options, ['within']);
  const context = locator.context;
  const wish = `expected ${locator.label} ${negated ? 'not ' : ''}to have count ${n}${within ? ` within ${count(within, 'tick')}` : ''}`;
  if (within === undefined) {
    const there = await locator.count();
    if ((there === n) !== negated) return;
    throw failed(locator, `has ${there} (${place(context.at)})`, {
      matcher: 'toHaveCount',
      wish,
      expected: n,
      actual: there,
      at: context.at,
    });
  }
  const counted = `count(${locator.condition || 'kind != ""'})`;
  const result = await until(context, `${counted} == ${literal(n)}`, within);
  if (result.met !== negated) return;
  const now = lastOf(result, counted);
  throw failed(locator, `has ${show(now)} after ${count(result.ticks, 'tick')} (${place(result)})`, {
    matcher: 'toHaveCount',
    wish,
    expected: n,
    actual: now,
    values: result.last,
    at: result,
  });
}

export async function toExist(locator, negated) {
  const there = await locator.count();
  if (there > 0 !== negated) return;
  const { at } = locator.context;
  const hint = there > 0 ? `there are ${there}` : (await locator.resolve().catch((error) => error)).message;
  throw failed(locator, `does${there > 0 ? '' : ' not'} (${place(at)}): ${hint}`, {
    matcher: 'toExist',
    wish: `expected ${locator.label} ${negated ? 'not ' : ''}to exist`,
    expected: !negated,
    actual: there > 0,
    at,
  });
}

const costs = ['calls', 'total', 'p50', 'p95', 'p99', 'max'];
const times = ['total', 'p50', 'p95', 'p99', 'max'];

/** A scope, or ticks as a whole, cost at most so much: `toStay({ p99: ms(4) }, { during: 120 })`, in nanoseconds. */
export async function toCost(subject, negated, budget, options) {
  if (negated) throw new TestError('a budget has no not');
  const { during = 60 } = checkOptions('toStay', options, ['during']);
  checkOptions('a budget', budget, costs);
  const { context, name } = subject;
  const result = await context.measure(during, name === undefined ? undefined : [name]);
  const spread = name === undefined ? result.tick : result.scopes.find((s) => s.name === name);
  if (!spread)
    throw new TestError(
      `${subject.label} did not run in ${count(during, 'tick')}; there are ${result.scopes.map((s) => s.name).join(', ') || 'none'}`,
    );
  const over = Object.keys(budget).filter((key) => !(spread[key] <= budget[key]));
  if (over.length === 0) return;
  const row = (key) =>
    `  ${key.padEnd(5)}  ${amount(key, spread[key])}${key in budget ? ` of ${amount(key, budget[key])}${over.includes(key) ? '  over' : ''}` : ''}`;
  throw new ExpectationError(
    `expected ${subject.label} to stay within its budget during ${count(during, 'tick')}\n\n${costs
      .filter((key) => key in spread)
      .map(row)
      .join('\n')}`,
    { matcher: 'toStay', expected: budget, actual: spread, frame: context.at.frame, tick: context.at.tick },
  );
}

const amount = (key, value) =>
  times.includes(key) ? `${number(Number((value / 1e6).toPrecision(3)))} ms` : String(value);

/** So many ticks allocate fewer objects than a bound. */
export async function toAllocateLessThan(perf, negated, bound, options) {
  if (negated) throw new TestError('a budget has no not');
  const { during = 60, bytes } = checkOptions('toAllocateLessThan', options, ['during', 'bytes']);
  const { context } = perf;
  const result = await context.measure(during);
  if (result.allocs < bound && !(result.allocBytes >= bytes)) return;
  throw new ExpectationError(
    `expected ${count(during, 'tick')} to allocate fewer than ${bound} objects${bytes === undefined ? '' : ` and ${bytes} bytes`}\n\nthey allocated ${result.allocs}, of ${result.allocBytes} bytes together`,
    {
      matcher: 'toAllocateLessThan',
      expected: bound,
      actual: result.allocs,
      frame: context.at.frame,
      tick: context.at.tick,
    },
  );
}
