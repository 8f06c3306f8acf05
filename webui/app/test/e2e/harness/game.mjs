// The sample game, as a program of its own. It is built once, and every test that starts it gets
// a home folder of its own, so that nothing of the person's is read or written.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './until.mjs';

const root = resolve(import.meta.dirname, '../../../../..');
const token = 'a token for tests';

/** The path of the built game. SCRY_GARDEN names one that is built already. */
export function build() {
  if (process.env.SCRY_GARDEN) return process.env.SCRY_GARDEN;
  const folder = resolve(import.meta.dirname, '../../../node_modules/.cache/scry-e2e');
  const binary = join(folder, process.platform === 'win32' ? 'garden.exe' : 'garden');
  mkdirSync(folder, { recursive: true });
  execFileSync('go', ['build', '-o', binary, './examples/garden'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return binary;
}

/** The environment without what would set the game's cvars. */
function withoutCvars(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GARDEN_')));
}

export class Game {
  token = token;
  home = mkdtempSync(join(tmpdir(), 'scry-e2e-'));
  out = '';
  err = '';
  /** Every link that it printed, the newest last. */
  links = [];
  #child;
  #ended;
  #grouped = false;

  /** Starts a game on a free port, without a window, with the same seed each time. */
  static async start(options = {}) {
    const game = new Game();
    await game.start(options);
    return game;
  }

  /** Starts it, again where it was killed: then on the port that it had. */
  async start({ driver = 'headless', port = this.port ?? 0, args = [], through = [], env = {} } = {}) {
    const own = [`-config=${join(this.home, 'settings')}`, '-seed=1', '-sound=off'];
    const flags = [`-driver=${driver}`, `-addr=127.0.0.1:${port}`, ...own, ...args];
    const command = [...through, build(), ...flags];
    const seen = this.links.length;
    this.#child = spawn(command[0], command.slice(1), {
      env: {
        ...withoutCvars(process.env),
        HOME: this.home,
        XDG_CONFIG_HOME: this.home,
        XDG_CACHE_HOME: this.home,
        SCRY_TOKEN: this.token,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: through.length > 0,
    });
    this.#grouped = through.length > 0;
    const child = this.#child;
    this.#ended = new Promise((done) => {
      child.on('close', (code, signal) => done(code ?? signal));
      child.on('error', (error) => done(error.message));
    });
    child.stdout.setEncoding('utf8').on('data', (text) => this.#read(text));
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.err += text;
    });
    await until(
      'the game prints its link',
      () => this.links.length > seen || child.exitCode !== null,
      (x) => x,
      60_000,
    );
    if (child.exitCode !== null) throw new Error(`the game ended with ${child.exitCode}: ${this.err}`);
    this.url = new URL(this.link).origin;
    this.port = Number(new URL(this.link).port);
  }

  /** The newest link. */
  get link() {
    return this.links.at(-1);
  }

  get host() {
    return `127.0.0.1:${this.port}`;
  }

  get socket() {
    return `ws://${this.host}/ws`;
  }

  /** A link that was not printed when `seen` was the newest. */
  async linkAfter(seen) {
    return until(
      'the game prints another link',
      () => this.link,
      (link) => link !== seen,
    );
  }

  /** Resolves to the exit code or the signal. */
  get ended() {
    return this.#ended;
  }

  /** Ends it at once, as a crash would. */
  async kill(signal = 'SIGKILL') {
    const { pid, exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      // A game that runs through another program is ended with it: they are a group of their own.
      process.kill(this.#grouped ? -pid : pid, signal);
    }
    return this.#ended;
  }

  /** Ends it and removes its home folder. */
  async dispose() {
    await this.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  #read(text) {
    this.out += text;
    this.links = [...this.out.matchAll(/^scry: (http:\S+)$/gm)].map((m) => m[1]);
  }
}
