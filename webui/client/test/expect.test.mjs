// Expectations: of plain values, of the game, and over ticks; with what they say when they are not met.

import assert from 'node:assert/strict';
import { describe as group, it } from 'node:test';
import { expect, ms, test } from '../test.js';
import { drive, failure, success } from './harness/drive.mjs';

const message = async (body, options) => (await failure(body, options)).message;

group('expectations of values', () => {
  it('hold', () => {
    expect({ a: [1, Number.NaN], b: new Set([1]) }).toEqual({ b: new Set([1]), a: [1, Number.NaN] });
    expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { d: 3 } });
    expect(new Uint8Array([1, 2])).not.toEqual(new Uint8Array([1, 3]));
    expect(0.1 + 0.2).toBeCloseTo(0.3);
    expect(90.4).toBeCloseTo(90, 0.5);
    expect(3).toBeBetween(1, 3);
    expect(2).not.toBeGreaterThan(2);
    expect([1, { a: 2 }]).toContain({ a: 2 });
    expect('abc').toMatch(/B/i);
    expect(() => {
      throw new RangeError('too far');
    }).toThrow(RangeError);
    expect(undefined).toBeUndefined();
    expect(null).toBeNull();
    expect([1, 2]).toHaveLength(2);
  });

  it('say what was expected and what there is', () => {
    assert.throws(() => expect(1).toBe(2), { message: 'expected 1 to be 2', name: 'ExpectationError' });
    assert.throws(() => expect({ a: { b: 1 } }).toEqual({ a: { b: 2 } }), {
      message: 'expected { a: { b: 1 } } to equal { a: { b: 2 } }\nthey differ at /a/b',
    });
    assert.throws(() => expect('x').toBeLessThan(3), { message: 'expected "x" to be less than 3' });
    assert.throws(() => expect(null).toBeLessThan(3), { message: 'expected null to be less than 3' });
    assert.throws(() => expect(() => 1).toThrow('no'), {
      message: 'expected it to throw with "no"\n\nit did not throw',
    });
    assert.throws(() => expect(1).toBeCloseToo(2), TypeError);
    assert.throws(() => expect(1).toExist(), { message: /1 has no matcher toExist; that is for what the game has/ });
  });

  it('wait for promises', async () => {
    await expect(Promise.resolve(3)).toBe(3);
    await expect(Promise.reject(Object.assign(new Error('gone'), { code: 1004 }))).toReject({ code: 1004 });
    await assert.rejects(expect(Promise.resolve(3)).toReject(), {
      message: 'expected it to reject\n\nit did not reject',
    });
  });

  it('go on after a soft one, which fails the test', async () => {
    let reached = false;
    const { tests } = await drive(() =>
      test('soft', async ({ world }) => {
        expect.soft(1).toBe(2);
        await expect.soft(world.get('player').path('x')).toBe(5);
        reached = true;
      }),
    );
    assert.equal(reached, true);
    assert.deepEqual(
      tests[0].errors.map((e) => [e.soft, e.message.split('\n')[0]]),
      [
        [true, 'expected 1 to be 2'],
        [true, 'expected player.x to be 5'],
      ],
    );
  });
});

group('expectations over ticks', () => {
  it('hold', () =>
    success(async ({ world, time, cvars }) => {
      const x = world.get('player').path('x');
      await expect(x).toReach(7, { within: 10 });
      await expect(x).toBe(8);
      await x.set(100);
      await expect(x)
        .toReach(20, { within: 1 })
        .catch((e) => assert.match(e.message, /to reach 20/));
      await expect(x).not.toReach(500, { within: 5 });
      await expect(world.get('player').path('mode')).toBecome('calm');
      await expect(world.get('player').path('mode')).toStay('calm', { during: 5 });
      await expect(x).toStay({ above: 0, atMost: 1e6 });
      await expect('count(kind:player)').toReach(1);
      await expect(world.get({ kind: 'player' })).toHaveCount(1, { within: 5 });
      await expect(world.get('player')).toExist();
      await expect(world.get({ kind: 'seed' })).not.toExist();
      await expect(cvars.ref('gravity')).toBe(16);
      assert.equal((await time.until('#1.x > 0', { within: 3 })).met, true);
    }));

  it('show the way of the values', async () => {
    const error = await failure(({ world }) => expect(world.get('player').path('x')).toReach(100, { within: 12 }));
    assert.equal(
      error.message,
      `expected player.x to reach 100 within 12 ticks

player.x did not in 12 ticks: it went from 0 to 24 (tick 22, frame 113)
  #1.x  ▁▁▂▃▃▄▅▅▆▇▇██  0 → 24
  tick  #1.x
  15    10
  16    12
  17    14
  18    16
  19    18
  20    20
  21    22
  22    24`,
    );
    assert.deepEqual([error.tick, error.actual, error.expected, error.values.length], [22, 24, 100, 13]);
    assert.match(error.stack, /expect\.test\.mjs:\d+/);
    assert.match(
      await message(({ world }) => expect(world.get('player').path('x')).toStay({ below: 9 }, { during: 60 })),
      /^expected player.x to stay < 9 during 60 ticks\n\nplayer.x was 10 after 5 ticks \(tick 15/,
    );
    assert.match(
      await message(({ world }) => expect(world.get('player').path('mode')).toBecome('chase', { within: 2 })),
      /^expected player.mode to become "chase" within 2 ticks\n\nplayer.mode is "calm" after 2 ticks/,
    );
    assert.match(
      await message(({ world }) => expect(world.get('player').path('x')).not.toReach(4, { within: 60 })),
      /not to reach 4 within 60 ticks\n\nplayer.x did, at tick 12/,
    );
  });

  it('measure', async () => {
    await success(async ({ perf }) => {
      await expect(perf.scope('physics')).toStay({ p99: ms(4) }, { during: 10 });
      await expect(perf.tick).toStay({ max: ms(2) });
      await expect(perf).toAllocateLessThan(8, { during: 10 });
    });
    assert.match(
      await message(({ perf }) => expect(perf.scope('physics')).toStay({ p99: ms(2) }, { during: 10 })),
      /expected the scope physics to stay within its budget during 10 ticks\n\n[\s\S]*p99 {4}3 ms of 2 ms {2}over/,
    );
    assert.match(await message(({ perf }) => expect(perf).toAllocateLessThan(7)), /they allocated 7, of 512 bytes/);
  });

  it('refuse what is misspelt', async () => {
    assert.match(
      await message(({ world }) => expect(world.get('player').path('x')).toReach(1, { whithin: 3 })),
      /toReach has no option "whithin"; did you mean within\?/,
    );
    assert.match(
      await message(({ world }) => expect(world.get('player').path('x')).toStay({ over: 3 })),
      /it has no over/,
    );
    assert.match(
      await message(({ world }) => expect(world.get('player')).toReach(3)),
      /a locator has no matcher toReach; it has toExist/,
    );
  });
});

group('locators', () => {
  const crowd = ({ world }) => Promise.all([1, 2, 3].map(() => world.create('seed')));

  it('are looked up at each use', () =>
    success(async ({ world }) => {
      const newest = world.get({ kind: 'seed' }).last();
      assert.equal(await newest.exists(), false);
      await crowd({ world });
      assert.equal(await newest.id(), '4');
      assert.equal(await world.get({ kind: 'seed' }).nth(1).id(), '3');
      assert.equal((await world.get({ kind: 'seed' }).all()).length, 3);
      assert.deepEqual(await world.get('#2').fields(), { x: 0 });
      const pinned = await newest.pin();
      await world.create('seed');
      assert.equal(await pinned.id(), '4');
      assert.equal(await newest.id(), '5');
    }));

  it('say what they match, and what is near', async () => {
    assert.match(
      await message(async ({ world }) => {
        await crowd({ world });
        await world.get({ kind: 'seed' }).path('x').value();
      }),
      /^seed matches 3 entities at tick 10 \(frame \d+\); say which: first\(\), nth\(n\), or a narrower condition\n {2}#2 seed 2\n {2}#3 seed 3\n {2}#4 seed 4$/,
    );
    assert.match(
      await message(({ world }) => world.get('playr').id()),
      /^playr matches nothing at tick 10 \(frame \d+\); the nearest name is "player"$/,
    );
    assert.match(
      await message(async ({ world }) => {
        await crowd({ world });
        await world.get('seed').first().path('x').value();
      }),
      /^seed\[0\] matches nothing .*; it is a kind: world\.get\({ kind: "seed" }\)$/,
    );
    assert.match(
      await message(({ world }) => world.get('#9').id()),
      /^#9 matches nothing .* it is gone, or never was; the nearest id is #1 player$/,
    );
    assert.match(
      await message(({ world }) => world.get({ kind: 'player', where: 'never' }).id()),
      /of kind player there is 1, and for none of them holds: never$/,
    );
    assert.match(await message(({ world }) => world.get({ kind: 'seed' }).id()), /there are 1 player$/);
    assert.match(
      await message(({ world }) => world.get('player').path('helth').value()),
      /player \(player, #1\) has no field "helth"; the nearest is health/,
    );
    assert.match(await message(({ world }) => world.get({ knd: 'seed' }).id()), /did you mean kind/);
  });
});

group('input', () => {
  it('runs the ticks that a press takes, and none for what is held', () =>
    success(async ({ input, time, world }) => {
      await input.press('KeyD', { ticks: 3 });
      assert.equal(time.tick, 14);
      assert.equal(await world.get('player').path('x').value(), 308);
      await input.hold('KeyA', { ticks: 2 });
      assert.equal(time.tick, 14);
      await time.step(5);
      assert.equal(await world.get('player').path('x').value(), 518);
    }));

  it('fails with what the game says', async () => {
    assert.equal(await message(({ input }) => input.press('keyA')), 'no key is called keyA');
  });
});
