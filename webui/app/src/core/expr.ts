// Arithmetic for number fields: `12*3`, `+=5`, `*=2`, `pi/2`, `1k`, `16ms`.
// A recursive-descent parser of its own, because the page's policy forbids eval
// and because a person who mistypes deserves the column and the reason.

/** What a text came to: a number in the field's own unit, or why not and where. */
export type Outcome = { ok: true; value: number } | { ok: false; reason: string; at: number };

/** What the field lends to an expression. */
export interface Scope {
  /** The field's value now: what `+=5` adds to, and what `x` stands for. */
  current?: number;
  /** The field's unit. Suffixes of the same dimension are converted to it. */
  unit?: string;
}

type Dimension = Record<string, number>;

const minute = 60e9;
const time: Dimension = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: minute,
  min: minute,
  h: 60 * minute,
};
const angle: Dimension = { deg: 1, '°': 1, rad: 180 / Math.PI, turn: 360 };
const length: Dimension = { mm: 1e-3, cm: 1e-2, m: 1, km: 1e3 };
const bytes: Dimension = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, kB: 1e3, MB: 1e6, GB: 1e9 };
const dimensions = [time, angle, length, bytes];

const multiples: Dimension = { k: 1e3, M: 1e6, G: 1e9, '%': 0.01 };
const constants: Dimension = {
  pi: Math.PI,
  π: Math.PI,
  tau: 2 * Math.PI,
  e: Math.E,
  inf: Infinity,
  infinity: Infinity,
};

const functions: Record<string, { arity: [number, number]; call: (args: number[]) => number }> = {
  abs: unary(Math.abs),
  ceil: unary(Math.ceil),
  cos: unary(Math.cos),
  exp: unary(Math.exp),
  floor: unary(Math.floor),
  log: unary(Math.log),
  round: unary(Math.round),
  sin: unary(Math.sin),
  sqrt: unary(Math.sqrt),
  tan: unary(Math.tan),
  min: { arity: [1, 16], call: (a) => Math.min(...a) },
  max: { arity: [1, 16], call: (a) => Math.max(...a) },
  clamp: { arity: [3, 3], call: ([v = 0, lo = 0, hi = 0]) => Math.min(Math.max(v, lo), hi) },
};

const maxLength = 256;
const maxDepth = 32;

/** Evaluates one text. Never throws. */
export function evaluate(text: string, scope: Scope = {}): Outcome {
  if (text.length > maxLength) return { ok: false, reason: `longer than ${maxLength} characters`, at: maxLength };
  try {
    const value = new Parser(text, scope).run();
    if (Number.isNaN(value)) return { ok: false, reason: 'the result is not a number', at: 0 };
    return { ok: true, value };
  } catch (fault) {
    if (fault instanceof Fault) return { ok: false, reason: fault.message, at: fault.at };
    throw fault;
  }
}

/** Reports whether a text is more than a plain number: then its result is worth showing. */
export function isExpression(text: string): boolean {
  return !/^\s*[-−+]?[\d\s\u2009\u202f_]*\.?\d*(?:e[-+]?\d+)?\s*$/i.test(text);
}

/** The dimension's table of a unit, or undefined for units that are not converted. */
function dimensionOf(unit: string | undefined): Dimension | undefined {
  if (unit === undefined || unit === '') return undefined;
  return dimensions.find((d) => Object.hasOwn(d, unit) && !(unit === 'm' && d === time));
}

function unary(f: (x: number) => number): { arity: [number, number]; call: (args: number[]) => number } {
  return { arity: [1, 1], call: ([x = 0]) => f(x) };
}

class Fault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const numberPattern = /(?:\d[\d_\u2009\u202f]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?/y;
const wordPattern = /[°%]|[A-Za-zµμπ]+/y;
const assignPattern = /^\s*([-−+*/%^])=/;

class Parser {
  private at = 0;
  private depth = 0;
  private readonly units: Dimension | undefined;
  private readonly text: string;
  private readonly scope: Scope;

  constructor(text: string, scope: Scope) {
    this.text = text;
    this.scope = scope;
    this.units = dimensionOf(scope.unit);
  }

  run(): number {
    const assign = assignPattern.exec(this.text);
    if (assign === null) return this.whole();
    const current = this.scope.current;
    if (current === undefined || Number.isNaN(current)) throw new Fault('there is no value to change', 0);
    this.at = assign[0].length;
    return apply(assign[1] ?? '', current, this.whole());
  }

  private whole(): number {
    if (this.peek() === '') throw new Fault(this.at === 0 ? 'empty' : 'a value is missing', this.at);
    const value = this.sum();
    const rest = this.peek();
    if (rest === ',') throw new Fault('decimals are written with a point', this.at);
    if (rest !== '') throw new Fault(`"${rest}" is not expected here`, this.at);
    return value;
  }

  private sum(): number {
    if (++this.depth > maxDepth) throw new Fault('nested too deeply', this.at);
    let left = this.product();
    for (let op = this.peek(); op === '+' || op === '-' || op === '−'; op = this.peek()) {
      this.at++;
      left = apply(op, left, this.product());
    }
    this.depth--;
    return left;
  }

  private product(): number {
    let left = this.sign();
    for (let op = this.peek(); op === '*' || op === '/' || op === '×' || op === '÷' || op === '%'; op = this.peek()) {
      this.at++;
      if (op === '*' && this.text[this.at] === '*') {
        throw new Fault('a power is written with ^', this.at - 1);
      }
      left = apply(op, left, this.sign());
    }
    return left;
  }

  private sign(): number {
    let negative = false;
    for (let op = this.peek(); op === '+' || op === '-' || op === '−'; op = this.peek()) {
      if (op !== '+') negative = !negative;
      this.at++;
    }
    const value = this.power();
    return negative ? -value : value;
  }

  // A power binds tighter than the sign before it and associates to the right: -2^2 is -4, 2^3^2 is 512.
  private power(): number {
    const base = this.quantity();
    if (this.peek() !== '^') return base;
    this.at++;
    if (++this.depth > maxDepth) throw new Fault('nested too deeply', this.at);
    const value = base ** this.sign();
    this.depth--;
    return value;
  }

  // `1m30s`: quantities with units that stand together are added, as Go writes durations.
  private quantity(): number {
    let value = this.atom();
    let unit = this.suffix();
    if (unit === undefined) return value;
    value *= unit;
    while (/[\d.]/.test(this.text[this.at] ?? '')) {
      const next = this.atom();
      const start = this.at;
      unit = this.suffix();
      if (unit === undefined) throw new Fault('a unit is missing', start);
      value += next * unit;
    }
    return value;
  }

  private suffix(): number | undefined {
    this.skip();
    const start = this.at;
    const own = this.scope.unit;
    if (own && this.text.startsWith(own, start) && !/^\w/.test(this.text.slice(start + own.length))) {
      this.at += own.length;
      return 1; // also units that are no single word: `5 m/s`
    }
    const word = this.match(wordPattern);
    if (word === undefined) return undefined;
    if (word === '%') {
      // `50%` is half, `7 % 4` is a remainder: it is a remainder when a value follows.
      if (/[\w(.]/.test(this.peek())) {
        this.at = start;
        return undefined;
      }
      return multiples['%'];
    }
    const factor = this.unit(word);
    if (factor !== undefined) return factor;
    throw new Fault(this.unknownUnit(word), start);
  }

  private unit(word: string): number | undefined {
    const own = this.units;
    const unit = this.scope.unit;
    if (own !== undefined && unit !== undefined && Object.hasOwn(own, word)) return (own[word] ?? 1) / (own[unit] ?? 1);
    if (Object.hasOwn(multiples, word)) return multiples[word];
    return /^(pi|π|tau)$/i.test(word) ? constants[word.toLowerCase()] : undefined; // 2pi
  }

  private unknownUnit(word: string): string {
    const known = dimensions.some((d) => Object.hasOwn(d, word));
    if (!known) return `"${word}" is not known`;
    return this.scope.unit ? `${word} cannot become ${this.scope.unit}` : `${word} is a unit, this value has none`;
  }

  private atom(): number {
    const next = this.peek();
    const start = this.at;
    if (next === '(') {
      this.at++;
      const value = this.sum();
      if (this.peek() !== ')') throw new Fault('a ) is missing', this.at);
      this.at++;
      return value;
    }
    const digits = this.match(numberPattern);
    if (digits !== undefined) return Number(digits.replace(/[_\u2009\u202f]/g, ''));
    const word = this.match(wordPattern);
    if (word !== undefined && word !== '%' && word !== '°') return this.named(word, start);
    throw new Fault(next === '' ? 'a value is missing' : `"${next}" is not expected here`, start);
  }

  private named(word: string, start: number): number {
    const lower = word.toLowerCase();
    if (lower === 'x' || lower === 'live') {
      if (this.scope.current === undefined) throw new Fault('there is no value yet', start);
      return this.scope.current;
    }
    if (Object.hasOwn(constants, lower)) return constants[lower] ?? 0;
    const known = Object.hasOwn(functions, lower) ? functions[lower] : undefined;
    if (known === undefined) throw new Fault(`"${word}" is not known`, start);
    const args = this.arguments(lower);
    const [least, most] = known.arity;
    if (args.length < least || args.length > most) {
      throw new Fault(
        `${lower} takes ${least === most ? least : `${least} or more`} value${most === 1 ? '' : 's'}`,
        start,
      );
    }
    return known.call(args);
  }

  private arguments(name: string): number[] {
    if (this.peek() !== '(') throw new Fault(`${name} needs ( )`, this.at);
    const args: number[] = [];
    do {
      this.at++;
      args.push(this.sum());
    } while (this.peek() === ',');
    if (this.peek() !== ')') throw new Fault('a ) is missing', this.at);
    this.at++;
    return args;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private skip(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  private peek(): string {
    this.skip();
    return this.text[this.at] ?? '';
  }
}

function apply(op: string, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
    case '−':
      return left - right;
    case '*':
    case '×':
      return left * right;
    case '/':
    case '÷':
      return left / right;
    case '%':
      return left - right * Math.floor(left / right);
    default:
      return left ** right;
  }
}
