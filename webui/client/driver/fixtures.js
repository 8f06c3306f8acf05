// What a test is handed: the game, its cvars, hands on its devices, its time, what it costs, its picture.

import { fromBase64 } from './bytes.js';
import { checkOptions } from './context.js';
import { count, show } from './format.js';
import { decode } from './png.js';
import { Expression, World } from './world.js';

/** The fixtures of one run of a test. */
export function fixtures(context) {
  return {
    game: new Game(context),
    world: new World(context),
    cvars: new Cvars(context),
    input: new Input(context),
    time: new Time(context),
    perf: new Perf(context),
    display: new Display(context),
    step: (text, run) => context.act('step', text, run),
  };
}

/** The game itself, for what the other fixtures do not have. */
export class Game {
  #context;

  constructor(context) {
    this.#context = context;
  }

  get name() {
    return this.#context.raw.name;
  }

  get session() {
    return this.#context.raw.session;
  }

  /** Calls any method. */
  call(method, params, { signal } = {}) {
    return this.#context.act('call', `${method} ${params === undefined ? '' : show(params, 80)}`.trim(), () =>
      this.#context.call(method, params, signal),
    );
  }

  /** Runs a line as a person types it into the console, and returns what it printed. */
  async command(line) {
    return this.#context.act('call', line, async () => (await this.#context.call('command.run', { line })).output);
  }

  /** Subscribes to a topic, until the end of the test. */
  subscribe(topic, options = {}) {
    const stream = this.#context.raw.subscribe(topic, options);
    this.#context.signal.addEventListener('abort', () => stream.return?.(), { once: true });
    return stream;
  }

  /** The lines of the log since the test began. */
  async log({ level, match } = {}) {
    const { lines } = await this.#context.call('log.tail', { level, match, limit: 1000 });
    return lines.filter((line) => line.frame >= this.#context.began.frame);
  }
}

/** A cvar, in expectations. */
class Cvar extends Expression {
  constructor(context, name) {
    super(context, `cvar(${name})`);
    this.name = name;
  }

  get label() {
    return this.name;
  }

  async value() {
    return (await this.context.call('cvar.get', { name: this.name })).value;
  }
}

/** Cvars. What a test sets is as it was when the next one begins. */
export class Cvars {
  #context;

  constructor(context) {
    this.#context = context;
  }

  /** The value now. */
  async get(name) {
    return this.ref(name).value();
  }

  /** The cvar itself, for expectations: `expect(cvars.ref('physics.gravity')).toBecome(0)`. */
  ref(name) {
    return new Cvar(this.#context, name);
  }

  /** Sets it on lease: it also falls back should the driver be lost. */
  set(name, value) {
    return this.#context.act('call', `${name} = ${show(value, 60)}`, () =>
      this.#context.call('cvar.set', { name, value, lease: true, force: true }),
    );
  }

  reset(name) {
    return this.#context.act('call', `reset ${name}`, () => this.#context.call('cvar.reset', { name, force: true }));
  }
}

const buttonNames = { left: 0, middle: 1, right: 2 };

/**
 * Hands on the game's devices. What says that it runs ticks does so; all else is seen by the next tick that runs.
 * Keys are named by DOM code: KeyA, ArrowLeft, Space.
 */
export class Input {
  #context;

  constructor(context) {
    this.#context = context;
  }

  #device(text, run) {
    return this.#context.act('input', text, run);
  }

  /** Sends, and runs the ticks until the game has seen the end of it. */
  async #through(ticks, ...sent) {
    this.#context.spend(ticks);
    const calls = sent.map(([method, params]) => this.#context.device(method, params));
    const [seen] = await Promise.all([...calls, this.#context.call('time.step', { ticks })]);
    return seen;
  }

  /** Presses a key for some ticks and lets it go; runs these ticks, and the one that sees it go. */
  press(code, options) {
    const { ticks = 1 } = checkOptions('input.press', options, ['ticks']);
    return this.#device(`press ${code}${ticks > 1 ? ` for ${count(ticks, 'tick')}` : ''}`, () =>
      this.#through(ticks + 1, ['input.key', { code, ticks }]),
    );
  }

  /** Presses a key and keeps it down: until release, or for some ticks while other things happen. */
  hold(code, options) {
    const { ticks } = checkOptions('input.hold', options, ['ticks']);
    return this.#device(`hold ${code}${ticks ? ` for ${count(ticks, 'tick')}` : ''}`, () =>
      this.#context.device('input.key', ticks ? { code, ticks } : { code, down: true }),
    );
  }

  /** Lets a key go, or without a code everything that the test holds. */
  release(code) {
    return this.#device(code ? `release ${code}` : 'release everything', () =>
      code ? this.#context.device('input.key', { code, down: false }) : this.#context.device('input.release', {}),
    );
  }

  /** Types a text; runs one tick. */
  type(text) {
    return this.#device(`type ${show(text, 60)}`, () => this.#through(1, ['input.text', { text }]));
  }

  /** Moves the pointer, in pixels of the picture. */
  move(x, y) {
    return this.#device(`move to ${x}, ${y}`, () => this.#context.device('input.pointer', { x, y }));
  }

  /** Clicks; runs the ticks for which the button is down, and the one that sees it go. */
  click(x, y, options) {
    const { button = 'left', ticks = 1 } = checkOptions('input.click', options, ['button', 'ticks']);
    return this.#device(`click at ${x}, ${y}`, () =>
      this.#through(ticks + 1, ['input.pointer', { x, y, button: buttonNames[button] ?? button, ticks }]),
    );
  }

  /** Presses a button of the pointer, or lets it go. */
  button(button, down, { x, y } = {}) {
    return this.#device(`${down ? 'press' : 'release'} the ${button} button`, () =>
      this.#context.device('input.pointer', { x, y, button: buttonNames[button] ?? button, down }),
    );
  }

  /** Turns the wheel, in notches; runs one tick. */
  wheel(x, y) {
    return this.#device(`turn the wheel by ${x}, ${y}`, () =>
      this.#through(1, ['input.wheel', { x: 100 * x, y: 100 * y }]),
    );
  }

  /** Moves a finger: phase is start, move or end. */
  touch(id, x, y, phase) {
    return this.#device(`touch ${id}: ${phase} at ${x}, ${y}`, () =>
      this.#context.device('input.touch', { id, x, y, phase }),
    );
  }

  /** Says what a gamepad does: axes from -1 to 1, buttons from 0 to 1, in the standard order. */
  gamepad(id, state) {
    const {
      axes = [],
      buttons = [],
      ...rest
    } = checkOptions('input.gamepad', state, ['axes', 'buttons', 'name', 'standard', 'connected']);
    return this.#device(`gamepad ${id} ${show(state ?? {}, 60)}`, () =>
      this.#context.device('input.gamepad', { id, standard: true, axes, buttons, ...rest }),
    );
  }

  /** What is held, and by whom. */
  status() {
    return this.#context.call('input.status', {});
  }
}

/** The game's time, which stands still but for what a test runs of it. */
export class Time {
  #context;

  constructor(context) {
    this.#context = context;
  }

  /** The tick that was simulated last, as far as the test has heard. */
  get tick() {
    return this.#context.at.tick;
  }

  get frame() {
    return this.#context.at.frame;
  }

  /** Runs ticks, and answers after the last. */
  step(ticks = 1) {
    return this.#context.act('time', `step ${count(ticks, 'tick')}`, () =>
      this.#context.call('time.step', { ticks: this.#context.spend(ticks) }),
    );
  }

  /**
   * Runs ticks until an expression holds, at most so many. It does not fail: `met` says whether it came to hold.
   * @param {string} expr
   */
  until(expr, options) {
    const { within = 600, every } = checkOptions('time.until', options, ['within', 'every']);
    return this.#context.act('time', `until ${expr}`, () =>
      this.#context.call('time.until', { expr, within: this.#context.spend(within), every }),
    );
  }

  /** Calls methods just before a tick is simulated: `[{ method, params }]`. Await it behind the step that runs it. */
  at(tick, calls) {
    return this.#context.act('time', `at tick ${tick}`, () => this.#context.call('time.at', { tick, calls }));
  }

  /** What an expression is now. */
  async check(expr) {
    return (await this.#context.call('time.check', { expr })).value;
  }

  /** Has the game seed all that is random anew. Before each test that has been done already. */
  seed(seed) {
    return this.#context.act('time', `seed ${seed}`, () => this.#context.call('time.seed', { seed }));
  }
}

/** A scope of the timings, in expectations. */
class Scope {
  constructor(context, name) {
    this.context = context;
    this.name = name;
    this.label = name === undefined ? 'the tick' : `the scope ${name}`;
  }
}

/** What ticks cost. Times are in nanoseconds: see ms and us. */
export class Perf {
  constructor(context) {
    this.context = context;
  }

  /** A scope, for `expect(perf.scope('physics')).toStay({ p99: ms(4) }, { during: 120 })`. */
  scope(name) {
    return new Scope(this.context, name);
  }

  /** Ticks as a whole, likewise. */
  get tick() {
    return new Scope(this.context);
  }

  /** Runs ticks and says what they took: as timing.measure. */
  measure(options) {
    const { during = 60, scopes } = checkOptions('perf.measure', options, ['during', 'scopes']);
    return this.context.act('time', `measure ${count(during, 'tick')}`, () => this.context.measure(during, scopes));
  }
}

/** A picture of the game, as a file and as pixels. */
export class Picture {
  #pixels;

  constructor(context, shot) {
    this.context = context;
    this.label = `the picture of tick ${shot.tick}`;
    this.png = fromBase64(shot.data);
    this.frame = shot.frame;
    this.tick = shot.tick;
    this.width = shot.width;
    this.height = shot.height;
  }

  /** @returns {Promise<import('./png.js').Pixels>} */
  pixels() {
    this.#pixels ??= decode(this.png);
    return this.#pixels;
  }

  /** The color of a pixel: red, green, blue, alpha. */
  async at(x, y) {
    const { width, data } = await this.pixels();
    return [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
  }
}

/** The game's picture. */
export class Display {
  constructor(context) {
    this.context = context;
    this.label = 'the picture';
  }

  /** The picture of the state as it is. */
  screenshot(options) {
    const { scale } = checkOptions('display.screenshot', options, ['scale']);
    return this.context.act(
      'call',
      'screenshot',
      async () => new Picture(this.context, await this.context.call('display.screenshot', { format: 'png', scale })),
    );
  }

  /** What lies at a place of the picture, the nearest first. */
  async pick(x, y, radius) {
    return this.context.call('world.pick', { x, y, radius });
  }

  info() {
    return this.context.call('display.info', {});
  }
}
