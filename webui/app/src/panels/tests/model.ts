// What is known of tests: their files, where each stands in the running or the last run, and what it told.

/** `waiting` is chosen and not begun, `none` has not run. */
export type State = 'none' | 'waiting' | 'running' | 'pass' | 'fail' | 'skip';

/** A step of a test's log. */
export interface Step {
  text: string;
  kind: string;
  level: 'info' | 'fail' | 'log';
  depth: number;
  frame: number;
  tick: number;
  /** NaN where it is not known */
  ms: number;
}

/** Pictures that a test compared, as PNG. */
export interface Pictures {
  name: string;
  expected: Uint8Array | undefined;
  actual: Uint8Array | undefined;
  diff: Uint8Array | undefined;
  differ: number;
  of: number;
  allowed: number;
}

export interface Fault {
  message: string;
  stack: string;
  soft: boolean;
  frame: number;
  tick: number;
  expected: string | undefined;
  actual: string | undefined;
  /** What the game's values were, the newest last. */
  values: readonly { tick: number; values: Readonly<Record<string, unknown>> }[];
  image: Pictures | undefined;
}

export interface Test {
  file: string;
  name: string;
  /** 0 where it is not known */
  line: number;
  state: State;
  ms: number;
  ticks: number;
  frame: number;
  tick: number;
  /** frame at which it began */
  began: number;
  errors: readonly Fault[];
  steps: readonly Step[];
  /** Name of the file that it left. */
  trace: string;
  replay: string;
}

export function newTest(file: string, name: string, line = 0): Test {
  return {
    file,
    name,
    line,
    state: 'none',
    ms: Number.NaN,
    ticks: 0,
    frame: 0,
    tick: 0,
    began: 0,
    errors: [],
    steps: [],
    trace: '',
    replay: '',
  };
}

/** A fault that the page itself tells. */
export function faultOf(message: string, stack = ''): Fault {
  return {
    message,
    stack,
    soft: false,
    frame: 0,
    tick: 0,
    expected: undefined,
    actual: undefined,
    values: [],
    image: undefined,
  };
}

export interface Counts {
  pass: number;
  fail: number;
  skip: number;
  running: number;
  waiting: number;
  none: number;
}

export function countsOf(tests: Iterable<Test>): Counts {
  const out: Counts = { pass: 0, fail: 0, skip: 0, running: 0, waiting: 0, none: 0 };
  for (const { state } of tests) out[state]++;
  return out;
}

/** The state of a whole: what is worst or newest of it. */
export function stateOf({ pass, fail, running, waiting, none, skip }: Counts, broken = false): State {
  if (running > 0) return 'running';
  if (fail > 0 || broken) return 'fail';
  if (waiting > 0) return 'waiting';
  if (none > 0) return 'none';
  return pass > 0 ? 'pass' : skip > 0 ? 'skip' : 'none';
}

export const marks: Readonly<Record<State, string>> = {
  none: '·',
  waiting: '·',
  running: '▸',
  pass: '✓',
  fail: '✕',
  skip: '–',
};

export const stateWords: Readonly<Record<State, string>> = {
  none: 'not run',
  waiting: 'waits',
  running: 'runs',
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
};

/** Test files; others are modules that they import. */
export const isTest = (name: string): boolean => /\.test\.js$/.test(name);
export const isPicture = (name: string): boolean => name.endsWith('.png');

type Loose = Readonly<Record<string, unknown>>;

export const loose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});

const most = 20_000; // characters of one text that a test tells

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, most) : '';
}

export function numberOf(value: unknown, instead = 0): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : instead;
}

/** A step out of an event or a record, whatever stands there. */
export function stepOf(value: unknown): Step {
  const s = loose(value);
  const to = loose(s.to);
  const fail = s.level === 'fail' || s.ok === false;
  return {
    text: textOf(s.text),
    kind: textOf(s.kind),
    level: fail ? 'fail' : s.kind === 'log' || s.level === 'log' ? 'log' : 'info',
    depth: Math.min(8, Math.max(0, numberOf(s.depth))),
    frame: numberOf(s.frame ?? to.frame),
    tick: numberOf(s.tick ?? to.tick),
    ms: numberOf(s.ms, Number.NaN),
  };
}

/** A fault likewise. Pictures are bytes, or base64 in a record. */
export function faultFrom(value: unknown): Fault {
  const e = loose(value);
  return {
    ...faultOf(textOf(e.message), textOf(e.stack)),
    soft: e.soft === true,
    frame: numberOf(e.frame),
    tick: numberOf(e.tick),
    expected: shown(e.expected),
    actual: shown(e.actual),
    values: (Array.isArray(e.values) ? e.values : []).slice(-60).map((v) => {
      const one = loose(v);
      return { tick: numberOf(one.tick), values: loose(one.values) };
    }),
    image: e.image === undefined ? undefined : picturesOf(e.image),
  };
}

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    return (typeof value === 'string' ? value : JSON.stringify(value))?.slice(0, 2000);
  } catch {
    return String(value);
  }
}

function picturesOf(value: unknown): Pictures {
  const i = loose(value);
  return {
    name: textOf(i.name),
    expected: bytesOf(i.expected),
    actual: bytesOf(i.actual),
    diff: bytesOf(i.diff),
    differ: numberOf(i.differ),
    of: numberOf(i.of),
    allowed: numberOf(i.allowed),
  };
}

/** Bytes, or base64 of them. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));
  } catch {
    return undefined;
  }
}
