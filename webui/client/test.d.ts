import type { CallOptions, Game as Client, Params, Result, SubscribeOptions, Subscription } from './client.d.ts';
import type { InputStatus, Line, Nearby, TimeStatus, UntilResult } from './wire.d.ts';

/** Declares tests. The game is held, and before each test brought back to where it was when the run began. */
export interface Test {
  (name: string, run: (fixtures: Fixtures) => unknown): void;
  (name: string, options: TestOptions, run: (fixtures: Fixtures) => unknown): void;
  /** Only such tests are run, of all files. */
  only: Test['skip'];
  skip(name: string, run?: (fixtures: Fixtures) => unknown): void;
  skip(name: string, options: TestOptions, run?: (fixtures: Fixtures) => unknown): void;
  beforeEach(run: (fixtures: Fixtures) => unknown): void;
  afterEach(run: (fixtures: Fixtures) => unknown): void;
  describe: Describe;
  step: typeof step;
}

export interface TestOptions {
  /** ms by the clock; by default that of the run, 30,000. */
  timeout?: number;
  /** Ticks that the test may run; by default that of the run, 100,000. */
  ticks?: number;
}

export interface Describe {
  (name: string, body: () => void): void;
  only(name: string, body: () => void): void;
  skip(name: string, body: () => void): void;
}

export const test: Test;
export const describe: Describe;
export const beforeEach: Test['beforeEach'];
export const afterEach: Test['afterEach'];

/** Runs a part of a test under a name that reports show. */
export function step<T>(text: string, run: () => T | Promise<T>): Promise<T>;

/** Milliseconds, and microseconds, in the unit of timings, nanoseconds. */
export function ms(n: number): number;
export function us(n: number): number;

/** What a test is handed. */
export interface Fixtures {
  game: Game;
  world: World;
  cvars: Cvars;
  input: Input;
  time: Time;
  perf: Perf;
  display: Display;
  step: typeof step;
}

export interface Game {
  readonly name: string;
  readonly session: string;
  call<M extends string>(method: M, params?: Params<M>, options?: CallOptions): Promise<Result<M>>;
  /** Runs a line as a person types it into the console, and returns what it printed. */
  command(line: string): Promise<string>;
  /** Subscribes to a topic, until the end of the test. */
  subscribe<T extends string>(topic: T, options?: SubscribeOptions<T>): Subscription<T>;
  /** The lines of the log since the test began. */
  log(options?: { level?: Line['level']; match?: string }): Promise<Line[]>;
}

/** Something that the game evaluates: a text of the language of time.until, or a cvar. */
export interface Expression {
  readonly label: string;
  expression(): Promise<string>;
  value(): Promise<unknown>;
}

/** Who is meant, in words; or `#id`. The condition is that of world.list. */
export type Query =
  | string
  | number
  | { id?: string | number; name?: string; kind?: string; where?: string; sort?: string };

export interface World {
  /** Describes entities. They are looked up at each use. */
  get(query: Query): Locator;
  expr(text: string): Expression;
  create(kind: string, fields?: { at?: number[]; fields?: object } & Record<string, unknown>): Promise<Locator>;
  count(query?: Query): Promise<number>;
  undo(transaction?: number): Promise<Result<'world.undo'>>;
  redo(transaction?: number): Promise<Result<'world.redo'>>;
  /** Keeps the whole state until the end of the test, and returns its id. */
  snapshot(label?: string): Promise<number>;
  restore(id: number): Promise<Result<'world.restore'>>;
  /** A digest of the whole state. */
  hash(): Promise<string>;
}

export interface Locator {
  readonly label: string;
  path(path: string): Field;
  first(): Locator;
  last(): Locator;
  nth(n: number): Locator;
  filter(condition: string): Locator;
  count(): Promise<number>;
  exists(): Promise<boolean>;
  all(): Promise<Locator[]>;
  id(): Promise<string>;
  /** The same entity from now on, whatever becomes of what described it. */
  pin(): Promise<Locator>;
  fields(): Promise<Record<string, unknown>>;
  /** Changes several fields at once: all of them or none. */
  set(fields: Record<string, unknown>): Promise<Result<'world.edit'>>;
  call(method: string, ...args: unknown[]): Promise<unknown>;
  delete(): Promise<Result<'world.delete'>>;
}

export interface Field extends Expression {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a field has, the game knows
  value(): Promise<any>;
  set(value: unknown): Promise<Result<'world.set'>>;
  /** Keeps it at a value although the game writes it, until release or the end of the test. */
  hold(value: unknown): Promise<Result<'world.hold'>>;
  release(): Promise<Result<'world.release'>>;
}

export interface Cvars {
  // biome-ignore lint/suspicious/noExplicitAny: what a cvar has, the game knows
  get(name: string): Promise<any>;
  ref(name: string): Expression;
  /** Sets it on lease; it is as it was when the next test begins. */
  set(name: string, value: unknown): Promise<Result<'cvar.set'>>;
  reset(name: string): Promise<Result<'cvar.reset'>>;
}

type Sent = Promise<{ frame: number; tick: number }>;

/** press, click, type and wheel run the ticks that they take; all else is seen by the next tick that runs. */
export interface Input {
  press(code: string, options?: { ticks?: number }): Sent;
  hold(code: string, options?: { ticks?: number }): Sent;
  release(code?: string): Sent;
  type(text: string): Sent;
  move(x: number, y: number): Sent;
  click(x: number, y: number, options?: { button?: 'left' | 'middle' | 'right' | number; ticks?: number }): Sent;
  button(button: 'left' | 'middle' | 'right' | number, down: boolean, at?: { x?: number; y?: number }): Sent;
  wheel(x: number, y: number): Sent;
  touch(id: number, x: number, y: number, phase: 'start' | 'move' | 'end'): Sent;
  gamepad(
    id: number,
    state?: { axes?: number[]; buttons?: number[]; name?: string; standard?: boolean; connected?: boolean },
  ): Sent;
  status(): Promise<InputStatus>;
}

/** Time stands still but for what a test runs of it. */
export interface Time {
  readonly tick: number;
  readonly frame: number;
  step(ticks?: number): Promise<TimeStatus>;
  /** Runs ticks until an expression holds, 600 at the most unless more are given; `met` says whether it did. */
  until(expr: string, options?: { within?: number; every?: number }): Promise<UntilResult>;
  at(tick: number, calls: { method: string; params?: object }[]): Promise<Result<'time.at'>>;
  // biome-ignore lint/suspicious/noExplicitAny: what an expression is, its text says
  check(expr: string): Promise<any>;
  seed(seed: number): Promise<TimeStatus>;
}

/** What scopes, or ticks as a whole, may cost; times in nanoseconds. */
export interface Budget {
  calls?: number;
  total?: number;
  p50?: number;
  p95?: number;
  p99?: number;
  max?: number;
}

export interface Scope {
  readonly label: string;
}

export interface Perf {
  scope(name: string): Scope;
  readonly tick: Scope;
  measure(options?: { during?: number; scopes?: string[] }): Promise<Result<'timing.measure'>>;
}

export interface Pixels {
  width: number;
  height: number;
  /** Four bytes a pixel: red, green, blue, alpha. */
  data: Uint8Array | Uint8ClampedArray;
}

export interface Picture {
  readonly png: Uint8Array;
  readonly frame: number;
  readonly tick: number;
  readonly width: number;
  readonly height: number;
  pixels(): Promise<Pixels>;
  at(x: number, y: number): Promise<[red: number, green: number, blue: number, alpha: number]>;
}

export interface Display {
  screenshot(options?: { scale?: 1 | 0.5 | 0.25 }): Promise<Picture>;
  pick(x: number, y: number, radius?: number): Promise<Nearby[]>;
  info(): Promise<Result<'display.info'>>;
}

/** A value that is equalled, or bounds. */
export type Condition =
  | number
  | string
  | boolean
  | null
  | {
      above?: number;
      atLeast?: number;
      below?: number;
      atMost?: number;
      is?: unknown;
      not?: unknown;
      near?: [number, by: number];
    };

export interface ImageOptions {
  /** How far a pixel may be off, 0 to 1; by default 0.1. */
  threshold?: number;
  /** Whether pixels that smooth an edge count, too. */
  antialias?: boolean;
  mask?: { x: number; y: number; width: number; height: number }[];
  maxDiffPixels?: number;
  maxDiffRatio?: number;
  scale?: 1 | 0.5 | 0.25;
}

/** What the game looks at, tick by tick. */
export interface OverTicks {
  /** A number comes to the value or beyond it, from where it is; anything else becomes it. By default within 60 ticks. */
  toReach(value: number | string | boolean, options?: { within?: number; every?: number }): Promise<void>;
  toBecome(condition: Condition, options?: { within?: number; every?: number }): Promise<void>;
  /** Holds now and in each of so many ticks; by default 60. */
  toStay(condition: Condition, options?: { during?: number; every?: number }): Promise<void>;
}

/** Matchers of what is there now. R is void for values, a promise for what the game is asked for. */
export interface Matchers<R> {
  toBe(expected: unknown): R;
  toEqual(expected: unknown): R;
  toMatchObject(part: object): R;
  toBeCloseTo(expected: number, by?: number): R;
  toBeGreaterThan(bound: number): R;
  toBeGreaterThanOrEqual(bound: number): R;
  toBeLessThan(bound: number): R;
  toBeLessThanOrEqual(bound: number): R;
  toBeBetween(low: number, high: number): R;
  toBeTruthy(): R;
  toBeFalsy(): R;
  toBeNull(): R;
  toBeDefined(): R;
  toBeUndefined(): R;
  toBeNaN(): R;
  // biome-ignore lint/suspicious/noExplicitAny: any class
  toBeInstanceOf(type: new (...args: any[]) => unknown): R;
  toContain(item: unknown): R;
  toHaveLength(length: number): R;
  toMatch(pattern: RegExp | string): R;
}

// biome-ignore lint/suspicious/noExplicitAny: any class
type ErrorLike = string | RegExp | (new (...args: any[]) => Error) | object;

type Not<T> = T & { not: T };

export interface Expect {
  (subject: Field | Expression): Not<Matchers<Promise<void>> & OverTicks>;
  (
    subject: Locator,
  ): Not<{ toExist(): Promise<void>; toHaveCount(n: number, options?: { within?: number }): Promise<void> }>;
  (
    subject: Perf,
  ): { toAllocateLessThan(objects: number, options?: { during?: number; bytes?: number }): Promise<void> };
  (subject: Display | Picture): { toMatchImage(name: string, options?: ImageOptions): Promise<void> };
  (subject: Scope): { toStay(budget: Budget, options?: { during?: number }): Promise<void> };
  (subject: string): Not<Matchers<void> & OverTicks>;
  (subject: Promise<unknown>): Not<Matchers<Promise<void>> & { toReject(like?: ErrorLike): Promise<void> }>;
  (subject: () => Promise<unknown>): Not<{ toThrow(like?: ErrorLike): Promise<void> }>;
  (subject: unknown): Not<Matchers<void> & { toThrow(like?: ErrorLike): void }>;
}

/** What is expected of a value, or of what the game has. With `soft` the test goes on, and fails at its end. */
export const expect: Expect & { soft: Expect };

export class TestError extends Error {}
export class ExpectationError extends Error {
  matcher?: string;
  soft?: boolean;
  expected?: unknown;
  actual?: unknown;
  frame?: number;
  tick?: number;
  values?: UntilResult['last'];
  image?: ImageFailure;
}

export interface ImageFailure {
  name: string;
  expected?: Uint8Array;
  actual: Uint8Array;
  diff?: Uint8Array;
  differ?: number;
  of?: number;
  allowed?: number;
}

/** What a run is connected to. */
export interface Host {
  /** Either a game, or how to come by one: asked again when a test has ended it. */
  game?: Client;
  connect?(): Promise<Client>;
  /** Imports a file of tests. */
  load?(name: string): Promise<unknown>;
  /** An expected picture, by its name beside the file of tests; null when there is none. */
  read?(name: string): Promise<Uint8Array | null>;
  write?(name: string, bytes: Uint8Array): Promise<void>;
  /** Keeps a file .scry of a failure, and says where. */
  artifact?(id: string, name: string, mediaType: string, bytes: Uint8Array): Promise<string | undefined>;
  /** The game's last seconds, GET /capture/flight. */
  flight?(): Promise<Uint8Array | null>;
  /** The command that runs a test again. */
  replay?(test: { file: string; name: string; seed: number }): string;
}

export interface RunOptions {
  host: Host;
  /** Only tests whose full name it matches; a text is read as a regular expression, whatever the case. */
  grep?: RegExp | string;
  filter?(test: { file: string; name: string }): boolean;
  /** Each test so often; by default once. */
  repeat?: number;
  /** In another order each round. */
  shuffle?: boolean;
  /** Orders what is shuffled, and seeds the game before each test; by default 1. */
  seed?: number;
  bail?: boolean;
  timeout?: number;
  ticks?: number;
  update?: boolean;
  trace?: 'fail' | 'always' | 'never';
  signal?: AbortSignal;
  onEvent?(event: RunEvent): void;
}

export interface Failure {
  message: string;
  stack: string;
  soft?: boolean;
  matcher?: string;
  expected?: unknown;
  actual?: unknown;
  frame?: number;
  tick?: number;
  line?: number;
  /** Number of the step that failed by it. */
  step?: number;
  values?: UntilResult['last'];
  image?: ImageFailure;
}

interface Head {
  id: string;
  round: number;
  file: string;
  name: string;
  frame: number;
  tick: number;
}

/** What happens in a run: plain data. A step of kind step is told when it begins, and again when it is over. */
export type RunEvent =
  | { type: 'load'; file: string; error: Failure }
  | {
      type: 'begin';
      files: string[];
      tests: { id: string; file: string; name: string; line?: number }[];
      seed: number;
      repeat: number;
      game?: { name?: string; session: string };
    }
  | (Head & { type: 'start' })
  | (Head & {
      type: 'step';
      text: string;
      kind: 'step' | 'input' | 'time' | 'expect' | 'call';
      depth: number;
      ok: boolean;
      level: 'info' | 'fail';
      ms: number;
    })
  | (Head & {
      type: 'test';
      state: 'pass' | 'fail' | 'skip';
      line?: number;
      ms: number;
      ticks: number;
      seed?: number;
      errors: Failure[];
      trace?: string;
    })
  | { type: 'round'; round: number }
  | { type: 'end'; pass: number; fail: number; skip: number; errors: number; ms: number };

/** Runs the tests of files: names that the host loads, or names with a function that imports. */
export function run(
  files: (string | { name: string; load(): Promise<unknown> })[],
  options: RunOptions,
): Promise<{ pass: number; fail: number; skip: number; errors: number }>;
