// The game between two tests: held, and brought back to where it was when the tests began.

import { TestError } from './failure.js';

const methodNotFound = -32601;
const [notFound, unavailable, busy] = [1004, 1010, 1012];

/** What a game need not have: a fault that says so is none. */
const lacking = (error) => error?.code === methodNotFound || error?.code === unavailable;

/** A game with the tests' beginning. It belongs to one runner. */
export class Stage {
  #wasHeld = false;
  #snapshot;
  #cvars = new Map(); // by name, as they were: value and layer
  #changed = new Set(); // names
  #watch;
  #pointer; // where it was
  #seeds = true;
  #lost;
  #off;

  constructor(game) {
    this.game = game;
    this.#off = game.on?.('close', ({ reason }) => {
      this.#lost = reason;
    });
  }

  /** Why the game cannot be used any more, or undefined. */
  get lost() {
    return this.#lost;
  }

  /** Holds the game and keeps what it is now as the beginning of every test. */
  async enter() {
    const { game } = this;
    const status = await game.call('time.status', {});
    if (!status.controlled)
      throw new TestError(
        'this game does not let its time be held, so tests cannot run in it: its loop must range over Update',
      );
    this.#wasHeld = status.held;
    try {
      await game.call('time.hold', {});
    } catch (error) {
      if (error.code === busy)
        throw new TestError(`${status.holder ?? 'somebody'} holds the game; let it go there, or end that connection`);
      throw error;
    }
    await this.#optional('input.control', { take: true });
    this.#pointer = await this.#optional('input.status', {});
    const { id } = await game.call('world.snapshot', { label: 'beginning of the tests' });
    this.#snapshot = id;
    await this.#watchCvars();
  }

  async #watchCvars() {
    const sub = this.game.subscribe('cvars', { policy: 'all' });
    this.#watch = sub;
    this.#follow(sub).catch(() => {}); // that the connection is lost, is told by every call
    for (const cvar of await this.game.call('cvar.list', {})) this.#cvars.set(cvar.name, cvar);
  }

  /** Notes what changes. Events of a frame come before the answers of its calls, so none is missing after a call. */
  async #follow(sub) {
    for await (const { value } of sub) {
      for (const { name } of value.changed ?? []) this.#changed.add(name);
    }
  }

  /**
   * Makes the game what it was at the beginning.
   * @param {{input: boolean, snapshots: number[]}} touched what a test did beside the state
   * @returns {Promise<{frame: number, tick: number}>}
   */
  async reset(seed, touched = { input: false, snapshots: [] }) {
    const { game } = this;
    const done = [];
    if (touched.input) {
      // Whatever was held is let go in one tick, so that no test sees the edge of another's key. The pointer stays
      // where it was moved, unless it is moved back.
      done.push(this.#optional('input.release', {}));
      if (this.#pointer) done.push(game.call('input.pointer', { x: this.#pointer.x, y: this.#pointer.y }));
      done.push(game.call('time.step', { ticks: 1 }));
    }
    const holds = game.call('world.holds', {});
    done.push(holds);
    for (const id of touched.snapshots) done.push(this.#optional('world.drop', { id }, notFound));
    await Promise.all(done);
    await Promise.all((await holds).map(({ id, path }) => this.#optional('world.release', { id, path }, notFound)));
    await this.#resetCvars();
    const restored = game.call('world.restore', { id: this.#snapshot });
    const seeded = this.#seed(seed);
    const status = game.call('time.status', {});
    await Promise.all([restored, seeded, status]);
    this.#settle();
    const { frame, tick } = await status;
    return { frame, tick };
  }

  /** Takes away what was set above the values of the beginning, and gives back what is still another. */
  async #resetCvars() {
    if (this.#changed.size === 0) return;
    // Backwards, as undo goes; and what allows others to be changed is the last.
    const names = [...this.#changed].reverse().filter((name) => this.#settable(name));
    names.sort((a, b) => Number(a === 'cheats') - Number(b === 'cheats'));
    this.#changed.clear();
    const now = await Promise.all(names.map((name) => this.#optional('cvar.get', { name }, notFound)));
    const other = now.filter((cvar) => cvar && !same(cvar, this.#cvars.get(cvar.name)));
    await Promise.all(other.map((cvar) => this.#resetCvar(cvar, this.#cvars.get(cvar.name))));
  }

  /** What is read-only is the game's own, and comes back with the state if it is a part of it. */
  #settable(name) {
    const was = this.#cvars.get(name);
    return was && !was.flags.includes('read-only');
  }

  async #resetCvar(cvar, was) {
    const { name } = cvar;
    let now = cvar;
    // A layer that was not there is taken away; which uncovers the one that was.
    for (let layers = cvar.layers?.length ?? 0; layers > (was.layers?.length ?? 0); layers--) {
      now = (await this.#optional('cvar.reset', { name, force: true })) ?? now;
    }
    if (JSON.stringify(now.value) === JSON.stringify(was.value)) return;
    await this.game.call('cvar.set', { name, value: was.value, force: true });
  }

  async #seed(seed) {
    if (seed === undefined || !this.#seeds) return;
    const done = await this.#optional('time.seed', { seed });
    this.#seeds = done !== undefined; // a game without a function for it need not be asked again
  }

  /** What the reset itself changed is no news. It was told before the answers were. */
  #settle() {
    this.#changed.clear();
  }

  /** Leaves the game as it was found. */
  async leave(touched) {
    const { game } = this;
    this.#off?.();
    if (this.#lost || this.#snapshot === undefined) return;
    await this.reset(undefined, touched);
    this.#watch?.close?.();
    await this.#optional('world.drop', { id: this.#snapshot }, notFound);
    await this.#optional('input.control', { take: false });
    if (!this.#wasHeld) await game.call('time.resume', {});
  }

  /** Calls what a game may lack, or what may be gone by now: then the answer is undefined. */
  async #optional(method, params, also) {
    try {
      return await this.game.call(method, params);
    } catch (error) {
      if (lacking(error) || error.code === also) return undefined;
      throw error;
    }
  }
}

const same = (a, b) => JSON.stringify([a.value, a.layer, a.pending]) === JSON.stringify([b.value, b.layer, b.pending]);
