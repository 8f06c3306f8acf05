// expect: of plain values at once, of what the game has by asking it, and over ticks by having it look.

import { current } from './context.js';
import * as engine from './engine.js';
import { ExpectationError, ownStack, TestError } from './failure.js';
import { Display, Perf, Picture } from './fixtures.js';
import { nearest, show } from './format.js';
import { toMatchImage } from './image.js';
import { isError, matchers } from './matchers.js';
import { Expression, Field, Locator } from './world.js';

/** What is expected of a subject, by its kind. Each is asked with the subject, whether it is negated, and arguments. */
function engineMatchers(subject) {
  if (subject instanceof Field || subject instanceof Expression) {
    return { toReach: engine.toReach, toBecome: engine.toBecome, toStay: engine.toStay };
  }
  if (subject instanceof Locator) return { toExist: engine.toExist, toHaveCount: engine.toHaveCount };
  if (subject instanceof Perf) return { toAllocateLessThan: engine.toAllocateLessThan };
  if (subject instanceof Display || subject instanceof Picture) return { toMatchImage };
  if (typeof subject?.label === 'string' && subject.context) return { toStay: engine.toCost };
  return {};
}

class Expectation {
  #subject;
  #soft;
  #negated;

  constructor(subject, { soft = false, negated = false } = {}) {
    this.#subject = subject;
    this.#soft = soft;
    this.#negated = negated;
  }

  /** The contrary. */
  get not() {
    return new Expectation(this.#subject, { soft: this.#soft, negated: !this.#negated });
  }

  /** Calls a matcher by its name. */
  match(name, args) {
    const subject = this.#subject;
    const own = engineMatchers(subject);
    if (own[name]) return this.#inGame(name, args, () => own[name](subject, this.#negated, ...args), subject);
    // A text is an expression where it is asked to do what only the game can see.
    if (typeof subject === 'string' && name in overTicks) {
      const expression = new Expression(current(), subject);
      return this.#inGame(name, args, () => overTicks[name](expression, this.#negated, ...args), expression);
    }
    if (name in matchers && (subject instanceof Field || subject instanceof Expression)) {
      return this.#inGame(
        name,
        args,
        async () => {
          const actual = await subject.value();
          const { frame, tick } = subject.context.at;
          this.#judge(name, actual, args, {
            label: subject.label,
            where: ` (tick ${tick}, frame ${frame})`,
            frame,
            tick,
          });
        },
        subject,
      );
    }
    if (name in matchers) return this.#plain(name, args);
    throw new TestError(`${kindOf(subject)} has no matcher ${name}; ${hintFor(name, own, subject)}`);
  }

  /** A matcher that waits for the game: it must be awaited. */
  #inGame(name, args, run, { context, label }) {
    const text = `expect ${label} ${this.#negated ? 'not ' : ''}${name}(${args.map((a) => show(a, 60)).join(', ')})`;
    const here = new Error(); // the stack is lost over an await
    return this.#softly(
      context,
      context.act('expect', text, () =>
        run().catch((error) => {
          throw placed(error, here);
        }),
      ),
    );
  }

  async #softly(context, done) {
    if (!this.#soft) return done;
    return done.catch((error) => {
      if (!(error instanceof ExpectationError)) throw error;
      error.soft = true;
      context.soft.push(error);
    });
  }

  #plain(name, args) {
    if (typeof this.#subject?.then === 'function') {
      return this.#subject.then((actual) =>
        new Expectation(actual, { soft: this.#soft, negated: this.#negated }).match(name, args),
      );
    }
    try {
      this.#judge(name, this.#subject, args, { label: show(this.#subject), where: '' });
    } catch (error) {
      let context;
      try {
        context = current();
      } catch {
        throw error; // outside of a test, it is an assertion like any other
      }
      Object.assign(error, { frame: context.at.frame, tick: context.at.tick });
      context.note(
        'expect',
        `expect ${show(this.#subject, 60)} ${this.#negated ? 'not ' : ''}${name}(${args.map((a) => show(a, 60)).join(', ')})`,
        error,
      );
      if (!this.#soft || !(error instanceof ExpectationError)) throw error;
      error.soft = true;
      context.soft.push(error);
    }
  }

  #judge(name, actual, args, { label, where, ...details }) {
    const { ok, words, expected, note } = matchers[name](actual, ...args);
    if (ok !== this.#negated) return;
    const is = label === show(actual) ? '' : `\n\nit is ${show(actual)}${where}`;
    const rest = note && !this.#negated ? `\n${note}` : '';
    throw new ExpectationError(`expected ${label} ${this.#negated ? 'not ' : ''}to ${words}${is}${rest}`, {
      matcher: name,
      expected,
      actual,
      ...details,
    });
  }

  /** A function throws, at once or, when it is async, in the end. */
  toThrow(like) {
    const subject = this.#subject;
    if (typeof subject !== 'function')
      throw new TestError('toThrow is expected of a function; of a promise it is toReject');
    let left;
    try {
      left = subject();
    } catch (error) {
      return this.#thrown('throw', error, like);
    }
    if (typeof left?.then === 'function')
      return new Expectation(left, { soft: this.#soft, negated: this.#negated }).toReject(like);
    return this.#thrown('throw', undefined, like);
  }

  /** A promise fails: by a part or a pattern of its message, by class, or members as `{ code: 1005 }`. */
  async toReject(like) {
    if (typeof this.#subject?.then !== 'function') throw new TestError('toReject is expected of a promise');
    const here = new Error();
    const error = await this.#subject.then(
      () => undefined,
      (e) => e ?? new Error('nothing'),
    );
    try {
      this.#thrown('reject', error, like);
    } catch (failure) {
      throw placed(failure, here);
    }
  }

  #thrown(verb, error, like) {
    const ok = error !== undefined && isError(error, like);
    if (ok !== this.#negated) return;
    const what =
      like === undefined
        ? ''
        : ` with ${like instanceof RegExp ? like : typeof like === 'function' ? like.name : show(like)}`;
    const did = error === undefined ? `it did not ${verb}` : `it did with ${show(error)}`;
    const failure = new ExpectationError(`expected it ${this.#negated ? 'not ' : ''}to ${verb}${what}\n\n${did}`, {
      matcher: verb === 'throw' ? 'toThrow' : 'toReject',
    });
    if (!this.#soft) throw failure;
    failure.soft = true;
    current().soft.push(failure);
  }
}

const overTicks = { toReach: engine.toReach, toBecome: engine.toBecome, toStay: engine.toStay };
const engineNames = [...Object.keys(overTicks), 'toExist', 'toHaveCount', 'toAllocateLessThan', 'toMatchImage'];
const allNames = [...Object.keys(matchers), ...engineNames];
for (const name of allNames) {
  Object.defineProperty(Expectation.prototype, name, {
    value(...args) {
      return this.match(name, args);
    },
  });
}

function kindOf(subject) {
  if (subject instanceof Field) return 'a field';
  if (subject instanceof Locator) return 'a locator';
  if (subject instanceof Expression) return 'an expression';
  return typeof subject === 'object' && subject !== null ? (subject.label ?? 'an object') : show(subject);
}

function hintFor(name, own, subject) {
  if (subject instanceof Locator) return 'it has toExist and toHaveCount; its fields, path(…), have the others';
  const near = nearest(name, [...Object.keys(own), ...Object.keys(matchers)]);
  if (near) return `the nearest is ${near}`;
  return engineNames.includes(name)
    ? 'that is for what the game has: a field, an expression, perf, the display'
    : `there are ${[...Object.keys(own), ...Object.keys(matchers)].join(', ')}`;
}

/** An error that happened after an await, with the stack of who called, from the test's own line on. */
function placed(error, here) {
  if (error instanceof Error && here.stack) {
    const lines = ownStack(here.stack)
      .split('\n')
      .map((line) => `    ${line}`);
    error.stack = `${error.name}: ${error.message}\n${lines.join('\n')}`;
  }
  return error;
}

/** What is expected of a value, or of what the game has. */
export const expect = Object.assign((subject) => new Expectation(subject), {
  /** Goes on after a failure; the test fails at its end. */
  soft: (subject) => new Expectation(subject, { soft: true }),
});
