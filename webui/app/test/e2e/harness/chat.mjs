// The chat of examples/chat, as a program of its own.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './until.mjs';

const root = resolve(import.meta.dirname, '../../../../..');

function build() {
  const folder = resolve(import.meta.dirname, '../../../node_modules/.cache/scry-e2e');
  const binary = join(folder, process.platform === 'win32' ? 'chat.exe' : 'chat');
  mkdirSync(folder, { recursive: true });
  execFileSync('go', ['build', '-o', binary, './examples/chat'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return binary;
}

export class Chat {
  #child;
  #ended;
  #args;

  /** Starts one on a free port, with the same seed each time. */
  static async start(...args) {
    const chat = new Chat();
    chat.#args = args;
    await chat.start();
    return chat;
  }

  /** Starts it, again where it was ended: then on the port that it had. */
  async start() {
    this.#child = spawn(build(), [`-addr=127.0.0.1:${this.port ?? 0}`, '-seed=1', ...this.#args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const child = this.#child;
    this.#ended = new Promise((done) => child.on('close', (code, signal) => done(code ?? signal)));
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    await until(
      'the chat prints its address',
      () => child.exitCode !== null || /^chat: http:\S+$/m.test(out),
      (ready) => ready,
      60_000,
    );
    if (child.exitCode !== null) throw new Error(`the chat ended with ${child.exitCode}`);
    this.url = out.trim().slice('chat: '.length);
    this.port = Number(new URL(this.url).port);
  }

  /** Ends it, in order unless another signal is given. Resolves to the exit code or the signal. */
  async end(signal = 'SIGINT') {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    return this.#ended;
  }
}
