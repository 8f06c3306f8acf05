#!/usr/bin/env node
// Runs tests of a game: see --help. Exit code 0 when all passed, 1 when some failed, 2 when they could not be run.

import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { junit, spec, tap } from '../driver/report.js';
import { NodeHost } from '../node.js';
import { run } from '../test.js';

const usage = `usage: scry-test [FILE or FOLDER ...] [options]

Runs the tests of files named *.test.js, by default those below this folder.

  --url URL             the game: its address, or the link that it printed; SCRY_URL, else http://127.0.0.1:6060
  --token TOKEN         what lets in at an address; SCRY_TOKEN
  --launch 'COMMAND'    starts the game by a command line, and ends it; SCRY_LAUNCH
  --grep PATTERN        only tests whose full name a regular expression matches
  --repeat N            each test so many times; after the first, a line is printed every hundred rounds
  --shuffle             in another order each round, which the seed gives
  --seed N              of the order, and of all that is random in the game, before each test; 1
  --bail                ends after the first failure
  --timeout MS          of a test, by the clock; 30000
  --ticks N             that a test may run; 100000
  --reporter NAME[:FILE]  spec, tap or junit, to the standard output or a file; may be repeated
  --update              keeps pictures that are new or differ as the expected ones
  --trace FOLDER        where a file .scry for each failure goes; scry-traces. Open it with: scry open FILE
  --help
`;

const reporters = { spec, tap, junit };

const options = {
  url: { type: 'string', default: process.env.SCRY_URL },
  token: { type: 'string' },
  launch: { type: 'string', default: process.env.SCRY_LAUNCH },
  grep: { type: 'string' },
  repeat: { type: 'string', default: '1' },
  shuffle: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  bail: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '30000' },
  ticks: { type: 'string', default: '100000' },
  reporter: { type: 'string', multiple: true, default: ['spec'] },
  update: { type: 'boolean', default: false },
  trace: { type: 'string', default: 'scry-traces' },
  help: { type: 'boolean', default: false },
};

/** Something in the command line, or around the tests, that keeps them from being run. */
class CannotRun extends Error {}

// Whoever reads may have read enough, as head does.
process.stdout.on('error', () => process.exit());

process.exitCode = await main().catch((error) => {
  const known = error instanceof CannotRun || error.name === 'TestError' || error.name === 'RpcError';
  process.stderr.write(`scry-test: ${known ? error.message : error.stack}\n`);
  return 2;
});
// A test that hangs may keep timers and sockets, which are nobody's any more.
process.stdout.write('', () => process.exit());

async function main() {
  const { values, positionals } = parse();
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const files = find(positionals);
  if (files.length === 0) throw new CannotRun(`no files *.test.js in ${positionals.join(', ') || 'this folder'}`);
  const grep = pattern(values.grep);
  const report = reports(values.reporter);
  const host = new NodeHost({
    url: values.launch ? undefined : values.url,
    token: values.token,
    launch: values.launch,
    traces: values.trace,
  });
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    const sum = await run(files, {
      host,
      grep,
      repeat: whole(values, 'repeat'),
      seed: whole(values, 'seed', 0),
      timeout: whole(values, 'timeout'),
      ticks: whole(values, 'ticks'),
      shuffle: values.shuffle,
      bail: values.bail,
      update: values.update,
      signal: stop.signal,
      onEvent: report.take,
    });
    if (stop.signal.aborted) return 130;
    if (sum.errors > 0) return 2;
    if (sum.pass + sum.fail + sum.skip === 0)
      throw new CannotRun(values.grep ? `no test's name matches ${values.grep}` : 'the files have no tests');
    return sum.fail > 0 ? 1 : 0;
  } finally {
    process.off('SIGINT', interrupted);
    report.close();
    await host.close();
  }
}

function parse() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new CannotRun(`${error.message}\n\n${usage}`);
  }
}

function whole(values, name, least = 1) {
  const n = Number(values[name]);
  if (!Number.isSafeInteger(n) || n < least)
    throw new CannotRun(`--${name} is a whole number from ${least} on, not ${values[name]}`);
  return n;
}

function pattern(text) {
  try {
    return text === undefined ? undefined : new RegExp(text);
  } catch (error) {
    throw new CannotRun(`--grep: ${error.message}`);
  }
}

/** The files that are meant, relative to the working folder. */
function find(places) {
  const found = [];
  for (const place of places.length > 0 ? places : ['.']) {
    const stat = statSync(place, { throwIfNoEntry: false });
    if (!stat) throw new CannotRun(`there is no file ${place}`);
    if (stat.isDirectory()) found.push(...below(place));
    else found.push(place);
  }
  const names = found.map((path) => relative(process.cwd(), resolve(path)).replaceAll('\\', '/'));
  return [...new Set(names)].sort();
}

function below(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : below(path);
    return /\.test\.m?js$/.test(entry.name) ? [path] : [];
  });
}

/** All reporters that were asked for as one, each with where it writes to. */
function reports(names) {
  const open = [];
  const all = names.map((text) => {
    const [, name, file] = /^([^:]*)(?::(.+))?$/.exec(text);
    if (!Object.hasOwn(reporters, name))
      throw new CannotRun(`--reporter: there are ${Object.keys(reporters).join(', ')}, and no ${name}`);
    if (!file)
      return reporters[name]((out) => process.stdout.write(out), {
        color: process.stdout.isTTY && !process.env.NO_COLOR,
      });
    const to = openSync(file, 'w');
    open.push(to);
    return reporters[name]((out) => writeSync(to, out));
  });
  return {
    take: (event) => {
      for (const one of all) one(event);
    },
    close: () => open.map((to) => closeSync(to)),
  };
}
