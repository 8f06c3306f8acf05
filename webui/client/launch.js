// Starts a game, connects to it, and ends it: for tests and scripts in Node.

import { spawn } from 'node:child_process';
import { connect } from './client.js';

const printed = /^scry: (https?:\/\/\S+)$/gm;
const keptOutput = 64 << 10; // characters
const grace = 3000; // ms for a game to end in order
const toldLines = 20; // of the output, in an error

const games = new Set(); // that run; for when this process ends

export async function launch(command, args, options = {}) {
  if (!Array.isArray(args)) [args, options] = [undefined, args ?? {}];
  const { env, cwd, timeout = 60_000, signal, ...rest } = options;
  signal?.throwIfAborted();
  const running = new Running(command, args, { env, cwd });
  try {
    const link = await running.link(timeout, signal);
    running.game = await connect(link, { signal, explain: (event) => running.explain(event), ...rest });
    return running;
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** A game that was started. */
class Running {
  game;
  process;
  output = '';
  url;
  /** Opens the dashboard, once; the newest that the game printed. */
  dashboard;
  /** Resolves to the exit code or the signal. */
  ended;
  #watchdog;
  #over = false;
  #looks = new Set();

  constructor(command, args, { env, cwd }) {
    const windows = process.platform === 'win32';
    this.command = [command, ...(args ?? [])].join(' ');
    this.process = spawn(command, args ?? [], {
      cwd,
      env: { ...process.env, ...env },
      shell: args === undefined,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows, // a group of its own, which is ended as a whole: go run starts another program
      windowsHide: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#read(text));
    }
    this.ended = new Promise((resolve) => {
      this.process.on('error', (error) => this.#end(error.message, resolve));
      this.process.on('exit', (code, signal) => this.#end(code ?? signal, resolve));
    });
    if (this.process.pid === undefined) return;
    guard(this);
    if (!windows) this.#watchdog = watch(this.process.pid);
  }

  /** Resolves to the first link that the game prints. */
  link(timeout, signal) {
    return new Promise((resolve, reject) => {
      const refuse = (error) => {
        done();
        reject(error);
      };
      const look = (ended) => {
        if (this.dashboard) {
          done();
          resolve(this.dashboard);
        } else if (ended !== undefined) {
          refuse(this.error(`ended with ${ended} before it printed its link`));
        }
      };
      const late = () => refuse(this.error(`printed no line "scry: http://..." within ${timeout} ms`));
      const abort = () => refuse(signal.reason);
      const timer = setTimeout(late, timeout);
      const done = () => {
        clearTimeout(timer);
        this.#looks.delete(look);
        signal?.removeEventListener('abort', abort);
      };
      signal?.addEventListener('abort', abort);
      this.#looks.add(look);
      this.ended.then(look);
    });
  }

  /** An error that tells what the game said last. */
  error(what) {
    const lines = this.output.trimEnd().split('\n').slice(-toldLines).join('\n');
    return new Error(`${this.command}: ${what}${lines ? `; its last lines:\n${lines}` : '; it printed nothing'}`);
  }

  /** A connection that ends with the game ends a moment before it. */
  async explain(event) {
    let timer;
    const moment = new Promise((resolve) => {
      timer = setTimeout(resolve, 500, event);
    });
    const ended = this.ended.then((how) => ({ ...event, code: 1001, reason: this.error(`ended with ${how}`).message }));
    const why = await Promise.race([ended, moment]);
    clearTimeout(timer);
    return why;
  }

  /** Ends the game with all that it started, and returns when it has ended. */
  async close() {
    this.game?.close();
    if (!this.#over) {
      this.kill('SIGTERM');
      const timer = setTimeout(() => this.kill('SIGKILL'), grace);
      await this.ended;
      clearTimeout(timer);
    }
    return this.ended;
  }

  /** Sends a signal to the game and to all that it started. */
  kill(signal = 'SIGKILL') {
    const { pid } = this.process;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // it has ended already
    }
  }

  #end(how, resolve) {
    if (this.#over) return;
    this.#over = true;
    if (process.platform !== 'win32') this.kill('SIGKILL'); // what it started and left behind
    this.#watchdog?.kill('SIGKILL');
    games.delete(this);
    setTimeout(() => this.game?.close(this.error(`ended with ${how}`).message));
    resolve(how);
  }

  #read(text) {
    this.output = (this.output + text).slice(-keptOutput);
    for (const [, link] of this.output.matchAll(printed)) {
      this.dashboard = link;
      this.url = new URL('.', link).href;
    }
    for (const look of this.#looks) look();
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function killAll() {
  for (const game of games) game.kill();
}

/** Ends this process as the signal would have without us. */
function onSignal(signal) {
  killAll();
  for (const one of signals) process.off(one, onSignal);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/** Sees to it that a game ends with this process. */
function guard(game) {
  if (!process.listeners('exit').includes(killAll)) {
    process.on('exit', killAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  games.add(game);
}

/**
 * A shell that ends the group when this process is gone, even where it was killed: then its standard
 * input ends.
 */
function watch(pid) {
  const dog = spawn('/bin/sh', ['-c', `read _; kill -s TERM -- -${pid}; sleep 2; kill -s KILL -- -${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  dog.on('error', () => {}); // a system without a shell has no such guard
  dog.stdin.on('error', () => {});
  dog.unref();
  dog.stdin.unref();
  return dog;
}
