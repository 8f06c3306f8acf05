// The driver in Node: the host that scry-test runs on, and for files that node --test runs by itself:
//
//   SCRY_LAUNCH='./garden -driver=headless -addr=127.0.0.1:0' node --import scry-client/node --test tests/*.test.js

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect } from './client.js';
import { runOne } from './driver/one.js';
import { Stage } from './driver/stage.js';
import { declareAlone } from './driver/suite.js';
import { trace } from './driver/trace.js';
import { launch } from './launch.js';

// A test's file says 'scry-client/test' wherever it lies, and must get the very modules that run it.
register('./node-resolve.js', import.meta.url);

/** The address where a game listens that nobody told of another one. */
const usual = 'http://127.0.0.1:6060';

/** Where a test's files are, and its game: the driver's host in Node. */
export class NodeHost {
  #options;
  #running;
  #game;
  #loads = 0;

  /**
   * @param {{url?: string, token?: string, launch?: string, root?: string, traces?: string, env?: object}} options
   *   launch: a command line that starts a game, in the place of url; root: what names of files are relative to;
   *   traces: the folder for files of failures
   */
  constructor({ root = process.cwd(), traces = 'scry-traces', ...options } = {}) {
    this.#options = { root, traces, ...options };
  }

  /** Connects, to another game where the one before has ended. */
  async connect() {
    const { url = usual, token, launch: line, env } = this.#options;
    await this.close();
    if (line) {
      this.#running = await launch(line, { env, name: 'scry-test', reconnect: false });
      this.#game = this.#running.game;
    } else {
      this.#game = await connect(url, { token, name: 'scry-test', reconnect: false });
    }
    return this.#game;
  }

  /** Imports a file of tests, anew each time. */
  load(name) {
    const address = pathToFileURL(this.#path(name));
    if (this.#loads++ > 0) address.searchParams.set('load', String(this.#loads));
    return import(address.href);
  }

  #path(name) {
    return isAbsolute(name) ? name : resolve(this.#options.root, name);
  }

  async read(name) {
    try {
      return new Uint8Array(await readFile(this.#path(name)));
    } catch (error) {
      if (error.code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(name, bytes) {
    const path = this.#path(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }

  async artifact(_id, name, _mediaType, bytes) {
    const path = join(resolve(this.#options.root, this.#options.traces), name);
    await this.write(path, bytes);
    return relative(process.cwd(), path);
  }

  /** The last seconds of the game, as .scry. */
  async flight() {
    if (!this.#game?.url) return null;
    const answer = await fetch(new URL('capture/flight', this.#game.url), {
      headers: { Authorization: `Bearer ${this.#game.token}` },
    });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  }

  /** The command that runs one test again, as it ran. */
  replay({ file, name, seed }) {
    const { launch: line, url } = this.#options;
    const exact = `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
    const to = line ? ['--launch', line] : url ? ['--url', url.replace(/#.*/, '')] : [];
    return ['npx', 'scry-test', file, '--grep', exact, '--seed', String(seed), ...to].map(quoted).join(' ');
  }

  /** Ends what it started, and the connection. */
  async close() {
    this.#game?.close();
    await this.#running?.close();
    this.#game = this.#running = undefined;
  }

  /** What the game printed, where it was started here. */
  get output() {
    return this.#running?.output ?? '';
  }
}

/** A word of a command line, for a shell. */
function quoted(word) {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether node --test runs this process, or a file of tests was given to node as it is. */
const alone = process.env.NODE_TEST_CONTEXT !== undefined || /\.test\.m?js$/.test(process.argv[1] ?? '');

if (alone) {
  // The runner may be gone: then nobody waits for what is printed, and the game must not stay behind.
  process.stdout.on('error', () => process.exit(1));
  const { after, test } = await import('node:test');
  const {
    SCRY_URL: url,
    SCRY_LAUNCH: line,
    SCRY_TRACES: traces,
    SCRY_SEED: seed = '1',
    SCRY_UPDATE: update,
  } = process.env;
  const host = new NodeHost({ url, launch: line, traces });
  const file = relative(process.cwd(), process.argv[1] ?? '');
  let entered;
  let stage;
  let touched;
  const enter = async () => {
    stage = new Stage(await host.connect());
    await stage.enter();
  };
  after(async () => {
    await stage?.leave(touched);
    await host.close();
  });
  declareAlone((declared) => {
    const options = declared.mode ? { [declared.mode]: true } : {};
    test(declared.name, options, async (t) => {
      entered ??= enter();
      await entered;
      const one = { ...declared, file };
      const { context, errors, ms } = await runOne(stage, {
        test: one,
        host,
        seed: Number(seed),
        timeout: 30_000,
        ticks: 100_000,
        update: Boolean(update),
        touched,
      });
      touched = context.touched;
      if (errors.length === 0) return;
      const event = {
        id: '1',
        round: 1,
        file,
        name: declared.name,
        state: 'fail',
        ms,
        seed: Number(seed),
        errors,
        ticks: context.at.tick - context.began.tick,
        ...context.at,
      };
      const place = await trace({ event, context, test: one, stage, host, repeat: 1 });
      if (place) t.diagnostic(`trace: ${place}`);
      throw asError(errors);
    });
  });
}

/** The failures of a test as one error, which is all that node:test takes. */
function asError([first, ...others]) {
  const error = new Error([first, ...others].map((e) => e.message).join('\n\n'));
  error.stack = `${error.message}\n${first.stack
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}`;
  return error;
}
