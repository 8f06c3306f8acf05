import { describe, expect, test } from 'scry-client/test';

const seeds = { kind: 'seed' };
const blooms = { kind: 'bloom' };

describe('in an empty garden', () => {
  test.beforeEach(({ game }) =>
    game.command(
      'rules.hunters -20; spawn.rate 0; game.autopilot false; anew 1 meadow; clear seed; clear well; clear bloom',
    ),
  );

  test('seeds rain at their rate', async ({ world, cvars, time }) => {
    await cvars.set('spawn.rate', 30);
    await time.step(120);
    expect(await world.count(seeds)).toBeBetween(59, 60);
  });

  test('no seeds rain at the rate zero', async ({ world }) => {
    await expect(world.expr('count(kind:seed)')).toStay(0, { during: 120 });
  });

  test('they come from the side that gravity pulls away from', async ({ world, cvars, time }) => {
    await cvars.set('physics.gravity', -50);
    await cvars.set('spawn.rate', 60);
    await time.step(10);
    expect(await world.count({ ...seeds, where: 'pos.y > 250' })).toBe(await world.count(seeds));
  });

  test('more than spawn.max are culled, the oldest first', async ({ world, game, cvars }) => {
    await game.command('spawn seed 100');
    const oldest = await world.get(seeds).first().pin();
    const newest = await world.get(seeds).last().pin();
    await cvars.set('spawn.max', 40);
    await expect(world.get(seeds)).toHaveCount(40, { within: 120 });
    await expect(oldest).not.toExist();
    await expect(newest).toExist();
  });

  test('a seed that lies still sprouts', async ({ world, cvars }) => {
    await cvars.set('physics.gravity', 100);
    await cvars.set('physics.bounce', 0);
    const seed = await world.create('seed', { at: [100, 290], radius: 4, worth: 10, hue: 0.25 });
    await expect(world.get(blooms)).toHaveCount(1, { within: 300 });
    await expect(seed).not.toExist();
    await expect(world.get(blooms).path('hue')).toBe(0.25);
  });

  test('where there is no room for a flower it fades', async ({ world, cvars }) => {
    await cvars.set('physics.gravity', 100);
    await cvars.set('physics.bounce', 0);
    await cvars.set('bloom.max', 0);
    const seed = await world.create('seed', { at: [100, 290], radius: 4, worth: 10 });
    await expect(seed.path('rest')).toReach(100, { within: 200 });
    await expect(world.get(seeds)).toHaveCount(0, { within: 120 });
    await expect(world.get(blooms)).not.toExist();
  });

  test('a ripe flower throws its seeds, and begins anew', async ({ world, cvars, time }) => {
    await cvars.set('bloom.seeds', 7);
    const flower = await world.create('bloom', { at: [100, 300] });
    await flower.call('ripen');
    await time.step();
    await expect(world.get(seeds)).toHaveCount(7);
    await expect(flower.path('growth')).toBeCloseTo(0.35, 0.01);
    await expect(flower.path('crops')).toBe(2);
  });

  test('a flower withers after its last crop', async ({ world, time }) => {
    const flower = await world.create('bloom', { at: [100, 300] });
    for (let crop = 0; crop < 3; crop++) {
      await flower.call('ripen');
      await time.step();
    }
    await expect(flower).not.toExist();
  });
});

test('hunters come after the pause, one at a time', async ({ world, game }) => {
  await game.command('anew 1 meadow');
  await expect('count(kind:hunter)').toStay(0, { during: 119 });
  await expect(world.get({ kind: 'hunter' })).toHaveCount(1, { within: 5 });
  const hunter = world.get({ kind: 'hunter' }).first();
  expect(await hunter.path('pos.x').value()).toBeBetween(0, 640);
});

test('the same seed makes the same garden, another another', async ({ world, game, time }) => {
  const grown = async (seed) => {
    await game.command(`anew ${seed} storm`);
    await time.step(90);
    return (await game.call('world.list', { kind: 'seed', fields: ['pos.x', 'pos.y', 'hue'], limit: 1000 })).rows.map(
      (row) => row.fields,
    );
  };
  const first = await grown(5);
  expect(first.length).toBeGreaterThan(20);
  expect(await grown(5)).toEqual(first);
  expect(await grown(6)).not.toEqual(first);
  expect(await world.count(seeds)).toBeGreaterThan(20);
});
