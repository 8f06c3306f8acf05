import { expect, test } from 'scry-client/test';

test.beforeEach(({ game }) =>
  game.command(
    'rules.hunters -20; spawn.rate 0; physics.gravity 0; game.autopilot false; anew 1 meadow; clear seed; clear well; clear bloom',
  ),
);

const keys = {
  KeyD: [1, 0],
  ArrowRight: [1, 0],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
};

for (const [code, [x, y]] of Object.entries(keys)) {
  test(`${code} flies the ship`, async ({ world, input }) => {
    const ship = world.get('player');
    const from = await ship.path('pos').value();
    await input.press(code, { ticks: 20 });
    const to = await ship.path('pos').value();
    expect(Math.sign(Math.round(to[0] - from[0]))).toBe(x);
    expect(Math.sign(Math.round(to[1] - from[1]))).toBe(y);
  });
}

test('a ship that nobody steers comes to rest', async ({ world, input }) => {
  await input.press('KeyD', { ticks: 30 });
  await expect(world.get('player').path('vel.x')).toReach(1, { within: 120 });
});

test('keys that pull both ways keep the ship where it is', async ({ world, input }) => {
  await input.hold('KeyA');
  await input.hold('KeyD');
  await expect(world.get('player').path('pos.x')).toStay(320, { during: 30 });
  await input.release('KeyA');
  await expect(world.get('player').path('pos.x')).toReach(340, { within: 60 });
});

test('a press of one tick is seen in one tick', async ({ input, time, world }) => {
  await input.hold('KeyD', { ticks: 1 });
  await time.step();
  const { keys } = await input.status();
  expect(keys).toEqual(['KeyD']);
  await expect(world.get('player').path('thrust')).toBe(1);
  await time.step();
  await expect(world.get('player').path('thrust')).toBe(0);
});

test('Space fires as often as the gun lets it', async ({ world, input, cvars, time }) => {
  await cvars.set('shot.every', '200ms');
  await cvars.set('shot.life', '5s');
  await input.hold('Space');
  await time.step(60);
  await expect(world.get('match').path('tally["fired"]')).toBe(5);
});

test('the first key takes over from the autopilot', async ({ input, cvars, time }) => {
  await cvars.set('game.autopilot', true);
  await time.step(5);
  await expect(cvars.ref('game.autopilot')).toBe(true);
  await input.press('KeyX');
  await expect(cvars.ref('game.autopilot')).toBe(false);
});

test('Tab gives back to it, once for each press', async ({ input, cvars }) => {
  await input.press('Tab', { ticks: 10 });
  await expect(cvars.ref('game.autopilot')).toBe(true);
  await input.press('Tab', { ticks: 1 });
  await expect(cvars.ref('game.autopilot')).toBe(false);
});

test('G shows the field', async ({ input, cvars }) => {
  await input.press('KeyG');
  await expect(cvars.ref('render.grid')).toBe(true);
  await input.press('KeyG', { ticks: 5 });
  await expect(cvars.ref('render.grid')).toBe(false);
});

test('the ship aims at the pointer', async ({ world, input, time }) => {
  await input.move(320, 60);
  await time.step(20);
  expect(await world.get('player').path('aim.y').value()).toBeLessThan(-0.99);
  await input.move(20, 240);
  await time.step(30);
  expect(await world.get('player').path('aim.x').value()).toBeLessThan(-0.99);
});

test('a click shoots at its place', async ({ world, input }) => {
  await input.move(320, 340);
  await input.click(320, 340, { ticks: 12 });
  const shots = await world.get({ kind: 'shot' }).all();
  expect(shots.length).toBeGreaterThan(0);
  await expect(world.get({ kind: 'shot' }).last().path('vel.y')).toBeGreaterThan(100);
});

test('a finger aims and fires', async ({ world, input, time }) => {
  await input.touch(1, 620, 240, 'start');
  await time.step(15);
  await input.touch(1, 620, 240, 'end');
  await time.step(2);
  const fired = await world.get('match').path('tally["fired"]').value();
  expect(fired).toBeGreaterThan(0);
  await expect(world.get('match').path('tally["fired"]')).toStay(fired, { during: 30 });
});

test('the left stick of a gamepad flies, half way half as fast', async ({ world, input, time }) => {
  const ship = world.get('player');
  await input.gamepad(0, { axes: [0.5, 0, 0, 0] });
  await time.step(60);
  const half = await ship.path('vel.x').value();
  await input.gamepad(0, { axes: [1, 0, 0, 0] });
  await time.step(40);
  expect(await ship.path('vel.x').value()).toBeBetween(1.9 * half, 2.1 * half);
});

test('its first button fires', async ({ world, input, time }) => {
  await input.gamepad(0, { axes: [0, 0, 0, 0], buttons: [1] });
  await time.step(2);
  await expect(world.get({ kind: 'shot' })).toHaveCount(1);
});

test('release lets everything go', async ({ input, time }) => {
  await input.hold('KeyA');
  await input.hold('Space');
  await time.step();
  expect((await input.status()).keys).toHaveLength(2);
  await input.release();
  await time.step();
  expect((await input.status()).keys).toEqual([]);
});

test('a key that is timed is seen by its tick', async ({ input, world, time }) => {
  const tick = time.tick + 10;
  const sent = time.at(tick, [{ method: 'input.key', params: { code: 'KeyD', ticks: 5 } }]);
  await expect(world.get('player').path('thrust')).toStay(0, { during: 9 });
  await time.step();
  await expect(world.get('player').path('thrust')).toBe(1);
  expect((await sent).results[0].result.tick).toBe(tick);
  await input.release();
});

test('what is no key is refused, and the nearest is named', async ({ input }) => {
  await expect(input.press('Keyd')).toReject(/KeyD/);
});
