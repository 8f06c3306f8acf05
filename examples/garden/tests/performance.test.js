import { expect, ms, test } from 'scry-client/test';

// What is compared here are numbers of one run, counts, and medians: these hold on a machine that is busy, too.
test.beforeEach(({ game }) => game.command('game.autopilot false; anew 1 meadow'));

test('a tick costs little', async ({ perf }) => {
  await expect(perf.tick).toStay({ p50: ms(8) }, { during: 120 });
  await expect(perf.scope('physics')).toStay({ p50: ms(4) }, { during: 120 });
  await expect(perf.scope('ai')).toStay({ p50: ms(2) }, { during: 120 });
});

test('ticks allocate next to nothing', async ({ perf }) => {
  await expect(perf).toAllocateLessThan(6000, { during: 120 });
});

test('physics runs once in each tick', async ({ perf }) => {
  const { scopes } = await perf.measure({ during: 50, scopes: ['physics', 'collide'] });
  const calls = Object.fromEntries(scopes.map((scope) => [scope.name, scope.calls]));
  expect(calls).toEqual({ physics: 50, collide: 100 }); // two steps in a tick
});

test('more steps in a tick cost more', async ({ perf, cvars }) => {
  const median = async (substeps) => {
    await cvars.set('physics.substeps', substeps);
    const { scopes } = await perf.measure({ during: 90, scopes: ['physics'] });
    return scopes[0].p50;
  };
  const [few, many] = [await median(1), await median(16)];
  expect(many).toBeGreaterThan(2 * few);
});
