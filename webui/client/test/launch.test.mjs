// Games that are started: how they are found, how they end, whatever happens to who started them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { until } from '../../app/test/e2e/harness/until.mjs';
import { launch } from '../launch.js';
import { refusal } from './harness/fake.mjs';
import { build, flags, garden, root } from './harness/garden.mjs';

before(build);

const node = process.execPath;

/** Whether a process, or with a minus a group, is there. */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pid) => until(`group ${pid} has ended`, () => !alive(-pid));

test('a game is started, reached by its link, and ended', async () => {
  const running = await garden({ name: 'tests' });
  const { game } = running;
  assert.equal(game.name, 'tests');
  assert.equal(running.url, game.url);
  assert.equal((await game.call('time.hold')).holder, 'tests');
  await until('the next link', () => running.output.split('scry: ').length === 3);
  const links = [...running.output.matchAll(/^scry: (.*)$/gm)].map((m) => m[1]);
  assert.equal(running.dashboard, links[1], 'one that was not used');
  assert.equal(await running.close(), 0);
  assert.equal(await running.close(), 0);
  assert.equal(await running.ended, 0);
  assert.ok(!alive(-running.process.pid));
  assert.equal((await refusal(game.call('time.status'))).code, 0);
});

test('go run is ended with what it started', async () => {
  const running = await launch('go', ['run', './examples/garden', ...flags], { cwd: root });
  const { pid } = running.process;
  await running.game.call('echo');
  await running.close();
  await gone(pid);
});

test('a line for the shell will do', async () => {
  const env = { FLAGS: flags.join(' ') };
  const running = await launch(`echo first && '${build()}' $FLAGS`, { env });
  assert.match(running.output, /^first\n/);
  await running.close();
  await gone(running.process.pid);
});

test('a game that prints no link is ended, and its last words are told', async () => {
  const script = 'console.log(process.pid); console.error("no display"); setInterval(() => {}, 1000)';
  const error = await refusal(launch(node, ['-e', script], { timeout: 1500 }));
  assert.match(error.message, /^\S+ -e .*: printed no line "scry: http:\/\/..." within 1500 ms; its last lines:\n/);
  assert.match(error.message, /no display/);
  assert.ok(!alive(Number(/^(\d+)$/m.exec(error.message)[1])));
});

test('a game that ends early says how', async () => {
  const error = await refusal(launch(node, ['-e', 'console.log("no\\nlevel"); process.exitCode = 3']));
  assert.match(error.message, /: ended with 3 before it printed its link; its last lines:\nno\nlevel$/);
  const silent = await refusal(launch(node, ['-e', '']));
  assert.match(silent.message, /: ended with 0 before it printed its link; it printed nothing$/);
});

test('a program that is not there is an error', async () => {
  const error = await refusal(launch('/no/such/game', []));
  assert.match(error.message, /^\/no\/such\/game: .*ENOENT/);
});

test('a game that lets nobody in is ended', async () => {
  const script = 'console.log("scry: http://127.0.0.1:1/#c=abc " + process.pid); setInterval(() => {}, 1000)';
  const link = await refusal(launch(node, ['-e', script.replace(' " + process.pid', '"')]));
  assert.match(link.message, /no game answers at ws:\/\/127.0.0.1:1\/ws/);
});

test('a game that does not end when it is asked is ended', async () => {
  const script = 'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000)';
  const error = await refusal(launch(node, ['-e', script], { timeout: 1000 }));
  assert.ok(!alive(Number(/^(\d+)$/m.exec(error.message)[1])));
});

test('a signal ends the wait', async () => {
  const abort = new AbortController();
  const script = 'console.log("up"); setInterval(() => {}, 1000)';
  const error = refusal(launch(node, ['-e', script], { signal: abort.signal }));
  abort.abort(new Error('enough'));
  assert.equal((await error).message, 'enough');
});

test('calls that wait when the game crashes are told that it did', async () => {
  const running = await garden();
  await running.game.call('time.hold');
  const wait = refusal(
    running.game.call('cvar.alternate', { name: 'physics.gravity', values: [1, 2], every: 60, rounds: 9 }),
  );
  await running.game.call('echo');
  running.kill('SIGKILL');
  assert.match(
    (await wait).message,
    /^cvar.alternate: no answer, though it may have run: \S*garden .*: ended with SIGKILL; its last lines:\nscry: http/,
  );
  assert.equal(await running.ended, 'SIGKILL');
});

for (const [what, argument, signal, code] of [
  ['is killed', 'wait', 'SIGKILL', 'SIGKILL'],
  ['is asked to end', 'wait', 'SIGTERM', 'SIGTERM'],
  ['is interrupted', 'wait', 'SIGINT', 'SIGINT'],
  ['throws', 'throw', undefined, 1],
  ['exits', 'exit', undefined, 5],
  ['ends in its own way', 'own', 'SIGTERM', 6],
]) {
  test(`no game outlives a runner that ${what}`, async () => {
    const runner = spawn(node, [join(import.meta.dirname, 'harness/runner.mjs'), argument], {
      env: { ...process.env, SCRY_GARDEN: build() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(runner, 'exit');
    const pid = Number(await once(runner.stdout.setEncoding('utf8'), 'data'));
    assert.ok(pid > 0 && (argument !== 'wait' || alive(-pid)));
    if (signal) runner.kill(signal);
    const [status, by] = await exit;
    assert.equal(status ?? by, code);
    await gone(pid);
  });
}
