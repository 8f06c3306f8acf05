// scry-test as a program, on the real game: what it prints, writes and answers when tests fail.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fromBase64 } from '../driver/bytes.js';
import { read } from '../driver/capture.js';
import { decode } from '../driver/png.js';
import { build, flags, garden, root } from './harness/garden.mjs';

const program = resolve(import.meta.dirname, '../bin/scry-test.mjs');
const folder = mkdtempSync(join(tmpdir(), 'scry-test-'));
const failing = join(import.meta.dirname, 'failing');

/** Runs a program to its end. */
async function run(command, args, { cwd = folder, env } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', NODE_TEST_CONTEXT: undefined, ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const code = await new Promise((done) => child.on('close', done));
  return { code, out, err };
}

const scryTest = (...args) => run(process.execPath, [program, ...args]);

let command;

before(() => {
  command = [build(), ...flags].join(' ');
});

after(() => rmSync(folder, { recursive: true, force: true }));

describe('tests that fail', () => {
  let result;
  let game;

  before(async () => {
    game = await garden();
    const reporters = ['spec', 'tap:out.tap', 'junit:out.xml'].flatMap((name) => ['--reporter', name]);
    const { url } = game;
    result = await scryTest(
      join(failing, 'ways.test.js'),
      '--url',
      url,
      '--token',
      game.game.token,
      '--trace',
      'traces',
      ...reporters,
    );
  });

  after(() => game.close());

  it('are told one by one, and the exit code is 1', () => {
    assert.equal(result.err, '');
    assert.equal(result.code, 1);
    const marks = [...result.out.matchAll(/^ {2}(\S) (.+?)(?: \(\d+ ms, \d+ ticks\))?$/gm)].map(
      ([, mark, name]) => `${mark} ${name}`,
    );
    assert.deepEqual(marks, [
      '﹣ is skipped',
      '✔ passes',
      '✖ over ticks › does not reach',
      '✖ over ticks › does not stay',
      '✖ two soft ones',
      '✖ throws <what> it & must',
      '✖ is refused',
      '✖ never ends',
      '✖ runs too many ticks',
      '✖ forgets to await',
      '✖ looks otherwise',
      '✖ has no picture yet',
    ]);
    assert.match(result.out, /\n1 passed, 10 failed, 1 skipped in \d+\.\d s\n$/);
  });

  it('say why', () => {
    for (const words of [
      /expected player\.pos\.x to reach 900 within 20 ticks\n\n +player\.pos\.x did not in 20 ticks: it went from [\d.]+ to [\d.]+ \(tick \d+, frame \d+\)\n +#\d+\.pos\.x {2}[▁-█]+ {2}[\d.]+ → [\d.]+\n +tick +#/,
      /at .*ways\.test\.js:\d+:\d+\)\n/,
      /player\.shield was 100 after \d+ ticks/,
      /\(soft\) expected player\.lives to be 4[\s\S]+\(soft\) expected \{ a: \[1, 2\] \} to equal/,
      /RangeError: on "purpose"/,
      /cvar\.set: .*physics\.gravity/,
      /the test took longer than 200 ms/,
      /the test may run 50 ticks and 10 are left, not 20/,
      /the test ended before this did: expect player\.pos\.x toReach\(900\); is an await missing\?/,
      /there is no picture .*expected\/none\.png yet: run with --update/,
      /at tick \d+, frame \d+, seed 1\n +trace: traces\/ways-/,
    ]) {
      assert.match(result.out, words);
    }
  });

  it('are in TAP, with one line for each', () => {
    const tap = readFileSync(join(folder, 'out.tap'), 'utf8');
    assert.match(tap, /^TAP version 14\n/);
    assert.match(tap, /\n1\.\.12\n# pass 1\n# fail 10\n# skip 1\n$/);
    assert.deepEqual(
      [...tap.matchAll(/^(not ok|ok) (\d+)/gm)].map((m) => Number(m[2])),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    );
    assert.match(tap, /^ok 1 - .*ways\.test\.js › is skipped # SKIP$/m);
    assert.match(tap, /^ {2}seed: 1$/m);
  });

  it('are in JUnit, as XML that can be read', () => {
    const xml = readFileSync(join(folder, 'out.xml'), 'utf8');
    assert.match(xml, /<testsuites name="scry" tests="12" failures="10" errors="0" skipped="1"/);
    assert.equal([...xml.matchAll(/<testcase /g)].length, 12);
    assert.equal([...xml.matchAll(/<failure /g)].length, 11, 'two of a test');
    assert.match(xml, /name="throws &lt;what&gt; it &amp; must"/);
    assert.ok(!xml.includes(String.fromCharCode(7)));
    const open = [];
    for (const [, close, name, self] of xml.matchAll(/<(\/?)([a-z-]+)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (self) continue;
      if (!close) open.push(name);
      else assert.equal(open.pop(), name);
    }
    assert.deepEqual(open, []);
  });

  it('leave a file each, with what the game recorded and what the test did', async () => {
    const [, file] = /trace: (traces\/ways-over-ticks-does-not-reach\S+)/.exec(result.out);
    const records = await read(readFileSync(join(folder, file)));
    assert.equal(records.meta.name, 'Gravity Garden');
    assert.ok(records.timings.scopes.length > 5, 'the game recorded its scopes');
    const { test } = records;
    assert.equal(test.name, 'over ticks › does not reach');
    assert.match(
      test.replay,
      /^npx scry-test \S*ways\.test\.js --grep '\^over ticks › does not reach\$' --seed 1 --url http:/,
    );
    assert.deepEqual(
      test.steps.map((s) => [s.kind, s.depth, s.ok]),
      [
        ['call', 0, true],
        ['step', 0, true],
        ['input', 1, true],
        ['expect', 0, false],
      ],
    );
    assert.equal(test.input[0].params.code, 'KeyD');
    assert.equal(test.errors[0].values.length, 21);
    assert.equal(test.ticks, 31);
    assert.deepEqual((await decode(fromBase64(test.screenshot))).width, 640);
    assert.ok(test.timings.frames > 0);
  });

  it('are opened by scry open', async () => {
    const [, file] = /trace: (traces\/ways-never-ends\S+)/.exec(result.out);
    const child = spawn('go', ['run', './cmd/scry', 'open', join(folder, file)], { cwd: root, detached: true });
    try {
      const link = await new Promise((done, fail) => {
        let out = '';
        child.stdout.on('data', (text) => {
          out += text;
          const found = /http:\/\/\S+/.exec(out);
          if (found) done(found[0]);
        });
        child.on('close', (code) => fail(new Error(`it ended with ${code}: ${out}`)));
      });
      const page = await (await fetch(link)).text();
      const [, address] = /name="scry-capture" content="([^"]+)"/.exec(page);
      const bytes = new Uint8Array(await (await fetch(new URL(address, link))).arrayBuffer());
      assert.equal((await read(bytes)).test.name, 'never ends');
    } finally {
      process.kill(-child.pid, 'SIGTERM');
    }
  });

  it('leave the game as it was found', async () => {
    const status = await game.game.call('time.status');
    assert.equal(status.held, false);
    assert.equal((await game.game.call('cvar.get', { name: 'game.autopilot' })).value, true);
    assert.deepEqual(await game.game.call('world.snapshots').then((all) => all.filter((s) => !s.auto)), []);
  });
});

describe('scry-test', () => {
  it('starts a game, keeps a picture, and passes with it then', async () => {
    const file = join(folder, 'looks.test.js');
    writeFileSync(
      file,
      "import { expect, test } from 'scry-client/test';\ntest('looks', async ({ display, game }) => {\n  await game.command('anew 1 meadow');\n  await expect(display).toMatchImage('it.png', { scale: 0.25 });\n});\n",
    );
    const kept = await scryTest('looks.test.js', '--launch', command, '--update');
    assert.equal(kept.code, 0, kept.out + kept.err);
    assert.equal((await decode(readFileSync(join(folder, 'expected/it.png')))).width, 160);
    const again = await scryTest('.', '--launch', command, '--repeat', '100', '--shuffle', '--grep', 'looks');
    assert.equal(again.code, 0, again.out + again.err);
    assert.match(again.out, /^ {2}round 100 of 100: 100 tests run, 0 failed, \d+\.\d s\n\n100 passed in/);
  });

  it('says with 2 that it could not run', async () => {
    const broken = await scryTest(join(failing, 'broken.test.js'), '--launch', command);
    assert.equal(broken.code, 2);
    assert.match(broken.out, /broken\.test\.js cannot be loaded\n +this file is broken/);
    for (const [args, words] of [
      [['--repeat', 'often'], /--repeat is a whole number from 1 on, not often/],
      [['--reporter', 'html'], /there are spec, tap, junit, and no html/],
      [['--nonsense'], /--nonsense/],
      [['missing.test.js'], /there is no file missing\.test\.js/],
      [[join(failing, 'ways.test.js'), '--grep', '('], /--grep/],
      [
        [join(failing, 'ways.test.js'), '--grep', 'nothing like it', '--launch', command],
        /no test's name matches nothing like it/,
      ],
      [[join(failing, 'ways.test.js'), '--url', 'http://127.0.0.1:9'], /no game answers at ws:\/\/127\.0\.0\.1:9/],
      [[join(failing, 'ways.test.js'), '--launch', 'exit 3'], /ended with 3 before it printed its link/],
    ]) {
      const { code, err } = await scryTest(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, words);
    }
  });

  it('stops at the first failure with --bail', async () => {
    const { code, out } = await scryTest(
      join(failing, 'ways.test.js'),
      '--launch',
      command,
      '--bail',
      '--trace',
      'bailed',
    );
    assert.equal(code, 1);
    assert.match(out, /1 passed, 1 failed, 1 skipped/);
  });
});

describe('node --test', () => {
  it('runs the same files', async () => {
    const hook = resolve(import.meta.dirname, '../node.js');
    const args = ['--import', hook, '--test', '--test-reporter=tap', join(failing, 'ways.test.js')];
    const { code, out } = await run(process.execPath, args, {
      env: { SCRY_LAUNCH: command, SCRY_TRACES: 'node-traces' },
    });
    assert.equal(code, 1);
    assert.match(out, /^# pass 1$/m);
    assert.match(out, /^# fail 10$/m);
    assert.match(out, /^# skipped 1$/m);
    assert.match(out, /expected player\.pos\.x to reach 900/);
    assert.match(out, /^ *# trace: node-traces\/ways-never-ends/m);
  });
});
