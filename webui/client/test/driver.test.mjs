// The driver's core, on a game in memory.

import assert from 'node:assert/strict';
import { describe as group, it } from 'node:test';
import { read } from '../driver/capture.js';
import { shuffled } from '../driver/run.js';
import { describe, expect, step, test } from '../test.js';
import { drive, failure } from './harness/drive.mjs';
import { FakeGame, Refusal } from './harness/fakegame.mjs';

group('a run', () => {
  it('resets the game before each test, and leaves it as it was found', async () => {
    const game = new FakeGame();
    const seen = [];
    const { sum } = await drive(
      () => {
        for (const name of ['one', 'two']) {
          test(name, async ({ world, time }) => {
            seen.push([await world.get('player').path('x').value(), await world.count(), game.state.random, game.held]);
            await world.create('seed');
            await time.step(5);
          });
        }
      },
      { game, seed: 7 },
    );
    assert.deepEqual(sum, { pass: 2, fail: 0, skip: 0, errors: 0 });
    assert.deepEqual(seen, [
      [0, 1, 7, true],
      [0, 1, 7, true],
    ]);
    assert.equal(game.held, false);
    assert.equal(game.state.entities.length, 1);
  });

  it('tells what happens, in order', async () => {
    const { events } = await drive(() => {
      describe('outer', () => {
        test('works', async ({ time }) => {
          await step('a part', () => time.step(3));
        });
        test.skip('is not run');
      });
    });
    assert.deepEqual(
      events.map((e) => [e.type, e.name ?? e.text ?? '', e.state ?? '']),
      [
        ['begin', '', ''],
        ['test', 'outer › is not run', 'skip'],
        ['start', 'outer › works', ''],
        ['step', 'outer › works', ''],
        ['step', 'outer › works', ''],
        ['step', 'outer › works', ''],
        ['test', 'outer › works', 'pass'],
        ['end', '', ''],
      ],
    );
    const steps = events.filter((e) => e.type === 'step');
    assert.deepEqual(
      steps.map((s) => [s.text, s.depth]),
      [
        ['a part', 0],
        ['step 3 ticks', 1],
        ['a part', 0],
      ],
    );
    const { ticks, tick } = events.find((e) => e.state === 'pass');
    assert.deepEqual([ticks, tick], [3, 13]);
  });

  it('runs hooks from the outside in and back', async () => {
    const log = [];
    const note = (text) => () => void log.push(text);
    await drive(() => {
      test.beforeEach(note('a'));
      test.afterEach(note('z'));
      describe('inner', () => {
        test.beforeEach(note('b'));
        test.afterEach(note('y'));
        test('t', note('t'));
      });
    });
    assert.deepEqual(log, ['a', 'b', 't', 'y', 'z']);
  });

  it('runs those that are asked for: only, grep, filter, bail', async () => {
    const declare = () => {
      test('red', () => expect(1).toBe(2));
      test('green', () => {});
      test('blue', () => {});
    };
    const names = ({ tests }) => tests.filter((t) => t.state !== 'skip').map((t) => t.name);
    assert.deepEqual(names(await drive(declare, { grep: '^gr' })), ['green']);
    assert.deepEqual(
      names(await drive(declare, { filter: ({ name, file }) => file === 'a/b.test.js' && name === 'blue' })),
      ['blue'],
    );
    assert.deepEqual(names(await drive(declare, { bail: true })), ['red']);
    const { sum } = await drive(() => {
      test('one', () => {});
      describe('some', () => test.only('two', () => {}));
    });
    assert.deepEqual(sum, { pass: 1, fail: 0, skip: 1, errors: 0 });
  });

  it('repeats in an order that the seed gives', async () => {
    const declare = () => {
      for (const name of 'abcdefgh') test(name, () => {});
    };
    const order = async (seed) =>
      (await drive(declare, { repeat: 3, shuffle: true, seed })).tests.map((t) => t.name).join('');
    const first = await order(5);
    assert.equal(await order(5), first);
    assert.notEqual(await order(6), first);
    assert.equal([...first.slice(0, 8)].sort().join(''), 'abcdefgh');
    assert.notEqual(first.slice(0, 8), first.slice(8, 16));
    assert.deepEqual(shuffled([1, 2, 3, 4, 5], 1), [5, 3, 2, 1, 4]);
  });

  it('says which file did not load, and runs the others', async () => {
    const { sum, events } = await drive(() => {
      test('twice', () => {});
      test('twice', () => {});
    });
    assert.deepEqual(sum, { pass: 0, fail: 0, skip: 0, errors: 1 });
    assert.match(events[0].error.message, /two tests of this file are called "twice"/);
  });

  it('ends a test that takes too long, by the clock and by ticks', async () => {
    let late;
    const error = await failure(
      async ({ time }) => {
        late = new Promise((done) => setTimeout(done, 60)).then(() => time.step());
        late.catch(() => {});
        await new Promise(() => {});
      },
      { timeout: 30 },
    );
    assert.match(error.message, /took longer than 30 ms/);
    await assert.rejects(late, /took longer than 30 ms: time.step comes too late/);
    assert.match(
      (await failure(({ time }) => time.step(20), { ticks: 10 })).message,
      /may run 10 ticks and 10 are left, not 20/,
    );
  });

  it('fails a test that did not await what it began', async () => {
    const error = await failure(({ world }) => {
      expect(world.get('player').path('x'))
        .toReach(500, { within: 3 })
        .catch(() => {});
    });
    assert.match(error.message, /ended before this did: expect player.x toReach\(500/);
  });

  it('goes on with another game when one was lost', async () => {
    const games = [new FakeGame(), new FakeGame()];
    const left = [...games];
    const { sum } = await drive(
      () => {
        test('ends it', ({ time }) => {
          games[0].lose();
          return time.step();
        });
        test('goes on', ({ time }) => time.step());
      },
      { host: { game: undefined, connect: async () => left.shift() } },
    );
    assert.deepEqual(sum, { pass: 1, fail: 1, skip: 0, errors: 0 });
    assert.equal(games[1].tick, 11);
  });

  it('refuses a game that cannot be held, and one that somebody else holds', async () => {
    const loop = new FakeGame((g) => {
      g['time.status'] = () => ({ controlled: false, frame: 0, tick: 0 });
    });
    await assert.rejects(
      drive(() => test('t', () => {}), { game: loop }),
      /does not let its time be held/,
    );
    const taken = new FakeGame((g) => {
      g['time.hold'] = () => {
        throw new Refusal(1012, 'held');
      };
      g['time.status'] = () => ({ controlled: true, frame: 0, tick: 0, held: true, holder: 'ann' });
    });
    await assert.rejects(
      drive(() => test('t', () => {}), { game: taken }),
      /ann holds the game/,
    );
  });

  it('brings cvars back, and lets go of keys before the next test', async () => {
    const game = new FakeGame();
    const seen = [];
    await drive(
      () => {
        test('turns', async ({ cvars, input }) => {
          await cvars.set('gravity', 3);
          await input.hold('KeyA');
        });
        test('finds', async ({ cvars }) => {
          seen.push(await cvars.get('gravity'), game.keys.size, game.state.entities[0].fields.x);
        });
      },
      { game },
    );
    assert.deepEqual(seen, [16, 0, 0]);
    const methods = game.calls.map(([m]) => m);
    assert.ok(methods.indexOf('input.release') < methods.lastIndexOf('world.restore'));
    assert.ok(methods.includes('cvar.reset'));
  });
});

group('the file of a failure', () => {
  it('tells what the test did', async () => {
    const { tests, files } = await drive(() => {
      test('misses', async ({ input, world }) => {
        await input.press('KeyD', { ticks: 2 });
        await expect(world.get('player').path('x')).toReach(1000, { within: 4 });
      });
    });
    const { test: record, meta } = await read(files.get(tests[0].trace));
    assert.equal(meta.reason.kind, 'test');
    assert.deepEqual(
      record.steps.map((s) => [s.kind, s.text, s.ok, s.to.tick - s.from.tick, s.error]),
      [
        ['input', 'press KeyD for 2 ticks', true, 3, undefined],
        ['expect', 'expect player.x toReach(1000, { within: 4 })', false, 4, 0],
      ],
    );
    assert.deepEqual(record.input, [{ tick: 11, method: 'input.key', params: { code: 'KeyD', ticks: 2 } }]);
    assert.equal(record.errors[0].values.length, 5);
    assert.equal(record.replay, 'replay misses 1');
    assert.deepEqual(
      [record.version, record.state, record.seed, record.ended.tick - record.began.tick],
      [1, 'fail', 1, 7],
    );
  });
});
