// The sample game, built once. SCRY_GARDEN names one that is built already.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launch } from '../../launch.js';

/** The folder of the whole project. */
export const root = resolve(import.meta.dirname, '../../../..');

/** The path of the built game. */
export function build() {
  if (process.env.SCRY_GARDEN) return process.env.SCRY_GARDEN;
  const folder = join(root, 'webui/app/node_modules/.cache/scry-e2e');
  const binary = join(folder, process.platform === 'win32' ? 'garden.exe' : 'garden');
  mkdirSync(folder, { recursive: true });
  execFileSync('go', ['build', '-o', binary, './examples/garden'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return binary;
}

/** Flags with which a game is the same each time, and keeps nothing. */
export const flags = ['-driver=headless', '-addr=127.0.0.1:0', '-config=none', '-sound=off', '-seed=1'];

/** Starts a game and connects to it. */
export function garden(options) {
  return launch(build(), flags, options);
}
