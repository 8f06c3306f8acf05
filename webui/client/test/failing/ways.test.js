// Fails in every way that there is, on purpose: scrytest.test.mjs looks at what is told of it.

import { describe, expect, test } from 'scry-client/test';

test.beforeEach(({ game }) => game.command('game.autopilot false; anew 1 meadow'));

test('passes', async ({ time }) => {
  await time.step(3);
});

test.skip('is skipped', () => {});

describe('over ticks', () => {
  test('does not reach', async ({ input, step, world }) => {
    await step('fly', async () => {
      await input.press('KeyD', { ticks: 10 });
    });
    await expect(world.get('player').path('pos.x')).toReach(900, { within: 20 });
  });

  test('does not stay', async ({ world }) => {
    await expect(world.get('player').path('shield')).toStay({ above: 100 }, { during: 60 });
  });
});

test('two soft ones', async ({ world }) => {
  await expect.soft(world.get('player').path('lives')).toBe(4);
  expect.soft({ a: [1, 2] }).toEqual({ a: [1, 3] });
});

test('throws <what> it & must', () => {
  throw new RangeError('on "purpose" \u0007');
});

test('is refused', async ({ cvars }) => {
  await cvars.set('physics.gravty', 1);
});

test('never ends', { timeout: 200 }, () => new Promise(() => {}));

test('runs too many ticks', { ticks: 50 }, async ({ time }) => {
  for (;;) await time.step(20);
});

test('forgets to await', ({ world }) => {
  expect(world.get('player').path('pos.x'))
    .toReach(900)
    .catch(() => {});
});

test('looks otherwise', async ({ display }) => {
  await expect(display).toMatchImage('other.png', { scale: 0.25 });
});

test('has no picture yet', async ({ display }) => {
  await expect(display).toMatchImage('none.png', { scale: 0.25 });
});
