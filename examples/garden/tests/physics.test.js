import { expect, test } from 'scry-client/test';

// Nothing but the ship, and nothing comes.
test.beforeEach(({ game }) =>
  game.command(
    'rules.hunters -20; spawn.rate 0; game.autopilot false; anew 1 meadow; clear seed; clear well; clear bloom',
  ),
);

/** A seed far from the ship, of a known size. */
const seed = (world, x, y, more) => world.create('seed', { at: [x, y], radius: 4, worth: 10, ...more });

test('gravity pulls seeds down', async ({ world, cvars, time }) => {
  await cvars.set('physics.gravity', 120);
  await cvars.set('physics.drag', 0);
  const falling = await seed(world, 100, 60);
  await time.step(30);
  await expect(falling.path('vel.y')).toBeCloseTo(60, 1e-6); // half a second
  await expect(falling.path('pos.x')).toBe(100);
  await expect(falling.path('pos.y')).toReach(300, { within: 120 });
});

test('below zero, gravity lets seeds rise', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', -120);
  const rising = await seed(world, 100, 200);
  await expect(rising.path('pos.y')).toReach(4, { within: 180 });
  await expect(rising.path('pos.y')).toStay({ atLeast: 4 }, { during: 60 });
});

test('a seed bounces, and keeps a part of its speed', async ({ world, cvars, time }) => {
  await cvars.set('physics.gravity', 200);
  await cvars.set('physics.drag', 0);
  await cvars.set('physics.bounce', 0.5);
  const ball = await seed(world, 100, 240);
  const before = await time.until(`#${await ball.id()}.vel.y < 0`, { within: 120 });
  expect(before.met).toBe(true);
  const speeds = before.last.map(({ values }) => Object.values(values)[0]);
  const [down, up] = speeds.slice(-2);
  expect(down).toBeGreaterThan(100);
  expect(-up / down).toBeBetween(0.45, 0.55); // a step of the physics may lie between the two
});

test('with no bounce a seed comes to rest at once', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', 200);
  await cvars.set('physics.bounce', 0);
  const ball = await seed(world, 100, 250);
  await expect(ball.path('rest')).toReach(5, { within: 120 });
  await expect(ball.path('vel.y')).toStay({ near: [0, 4] }, { during: 20 });
});

test('drag takes a part of the speed in each second', async ({ world, cvars, time }) => {
  await cvars.set('physics.gravity', 0);
  await cvars.set('physics.drag', 1);
  const sliding = await seed(world, 60, 60, { 'vel.x': 100 });
  await time.step(60);
  // (1 - 1/120)^120, since a tick has two steps
  await expect(sliding.path('vel.x')).toBeCloseTo(100 * (1 - 1 / 120) ** 120, 1e-6);
});

test('wind blows to the right and down', async ({ world, cvars, time }) => {
  await cvars.set('physics.gravity', 0);
  await cvars.set('physics.drag', 0);
  await cvars.set('physics.wind', [60, 30]);
  const blown = await seed(world, 100, 100);
  await time.step(60);
  expect(await blown.path('vel').value()).toEqual([expectClose(60), expectClose(30)]);

  function expectClose(n) {
    return Math.round(n * 1e6) / 1e6;
  }
});

test('nothing is faster than physics.maxSpeed', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', 0);
  await cvars.set('physics.drag', 0);
  await cvars.set('physics.maxSpeed', 50);
  const fast = await seed(world, 100, 100, { 'vel.x': 400 });
  await expect(fast.path('vel.x')).toBecome({ near: [50, 1e-9] }, { within: 1 });
});

test('a well pulls what is near, and pushes once it is flipped', async ({ world, cvars, time }) => {
  await cvars.set('physics.gravity', 0);
  await cvars.set('wells.drift', 0);
  const well = await world.create('well', {
    at: [200, 120],
    radius: 12,
    'pull.strength': 200,
    'pull.reach': 150,
    'pull.spin': 0,
  });
  const drawn = await seed(world, 120, 120);
  await time.step(20);
  await expect(drawn.path('vel.x')).toBeGreaterThan(10);
  expect(await well.call('flip')).toBe(-200);
  await expect(drawn.path('vel.x')).toReach(-10, { within: 60 });
});

test('a well does not reach farther than its reach', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', 0);
  await cvars.set('wells.drift', 0);
  await world.create('well', { at: [300, 60], radius: 12, 'pull.strength': 400, 'pull.reach': 100, 'pull.spin': 1 });
  const far = await seed(world, 100, 60);
  await expect(far.path('pos.x')).toStay(100, { during: 60 });
});

test('seeds that overlap push each other apart', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', 0);
  const [a, b] = [await seed(world, 100, 100), await seed(world, 103, 100)];
  const [one, other] = [await a.id(), await b.id()];
  await expect(`abs(#${other}.pos.x - #${one}.pos.x)`).toReach(7.9, { within: 30 });
  expect(await a.path('pos.x').value()).toBeLessThan(100);
});

test('the walls hold a seed for ten seconds', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', 0);
  await cvars.set('physics.bounce', 1);
  await cvars.set('physics.drag', 0);
  const wild = await seed(world, 100, 60, { 'vel.x': 700 });
  await expect(wild.path('pos.x')).toStay({ atLeast: 4, atMost: 636 }, { during: 600 });
});
