import { expect, test } from 'scry-client/test';

test.beforeEach(({ game }) => game.command('anew 1 meadow'));

test('a value beyond its range is refused', async ({ cvars }) => {
  await expect(cvars.set('physics.bounce', 1.5)).toReject({ code: 1005 });
  await expect(cvars.ref('physics.bounce')).toBe(0.78);
});

test('a name that there is not is refused, and the nearest is named', async ({ cvars }) => {
  await expect(cvars.set('physics.gravty', 5)).toReject(/physics\.gravity/);
});

test('an enum takes its names alone', async ({ cvars }) => {
  await expect(cvars.set('game.difficulty', 'hard')).toReject(/calm, normal, fierce/);
  await cvars.set('game.difficulty', 'calm');
  await expect(cvars.ref('game.difficulty')).toBe('calm');
});

test('what one test sets, the next does not see: gravity', async ({ cvars }) => {
  await expect(cvars.ref('physics.gravity')).toBe(16);
  await cvars.set('physics.gravity', 99);
  await expect(cvars.ref('physics.gravity')).toBe(99);
});

test('what one test sets, the next does not see: the palette, by a line', async ({ cvars, game }) => {
  await expect(cvars.ref('render.palette')).toBe('dusk');
  await game.command('render.palette frost');
  await expect(cvars.ref('render.palette')).toBe('frost');
});

test('a latched one waits for the next match', async ({ cvars, game, world }) => {
  await cvars.set('rules.lives', 5);
  await expect(world.get('player').path('lives')).toBe(3);
  await game.command('restart');
  await expect(world.get('player').path('lives')).toBe(5);
});

test('cvars and entities stand in one expression', async ({ cvars, time }) => {
  await cvars.set('player.speed', 200);
  expect(await time.check('cvar(player.speed) > 150 and player.health == 100')).toBe(true);
  await expect('cvar(player.speed) / 2').toBecome(100);
});

test('teleport takes the ship to a place, within the walls', async ({ game, world }) => {
  await game.command('teleport 100 50');
  expect(await world.get('player').path('pos').value()).toEqual([100, 50]);
  await game.command('teleport 640 0');
  expect(await world.get('player').path('pos').value()).toEqual([633, 7]);
});

test('heal gives health back', async ({ game, world }) => {
  await world.get('player').set({ health: 30 });
  expect(await game.command('heal 20')).toMatch('health 50');
  await game.command('heal');
  await expect(world.get('player').path('health')).toBe(100);
});

test('a script runs in order, and waits for ticks', async ({ game, world, time }) => {
  const line = game.call('command.run', { line: 'give 5; wait 3; give 7' });
  await time.step(10);
  await line;
  await expect(world.get('match').path('score')).toBeGreaterThanOrEqual(12);
});

test('a command that there is not is refused', async ({ game }) => {
  await expect(game.command('telport 1 2')).toReject(/teleport/);
});

test('what happens is in the log', async ({ game, world, time }) => {
  await world.get('player').set({ health: 1, shield: 0 });
  const [x, y] = await world.get('player').path('pos').value();
  await world.create('hunter', { at: [x, y], radius: 8, rage: 1, health: 64 });
  await time.step();
  const lines = await game.log({ level: 'warn' });
  expect(lines.map((line) => line.msg)).toContain('the ship is lost');
});
