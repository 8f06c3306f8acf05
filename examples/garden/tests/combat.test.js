import { expect, test } from 'scry-client/test';

// The ship in the middle without its shield, and nobody else.
test.beforeEach(async ({ game, world }) => {
  await game.command(
    'rules.hunters -20; spawn.rate 0; game.autopilot false; anew 1 meadow; clear seed; clear well; clear bloom',
  );
  await world.get('player').set({ shield: 0, 'vel.x': 0, 'vel.y': 0 });
});

/** A hunter that stays where it is, at a distance from the ship to the right. */
async function target(world, { far = 60, ...more } = {}) {
  const [x, y] = await world.get('player').path('pos').value();
  const hunter = await world.create('hunter', { at: [x + far, y], radius: 8, rage: 1, health: 64, ...more });
  await hunter.call('stun', '10s');
  return hunter;
}

test('a shot flies ahead, and is gone when its time is over', async ({ world, input, cvars }) => {
  await cvars.set('shot.life', '200ms');
  await input.press('Space');
  const shot = world.get({ kind: 'shot' });
  await expect(shot).toHaveCount(1);
  await expect(shot.path('vel.x')).toBeGreaterThan(300);
  await expect(shot).toHaveCount(0, { within: 13 });
});

test('a shot takes health', async ({ world, input, cvars }) => {
  await cvars.set('shot.damage', 20);
  const hunter = await target(world);
  await input.press('Space');
  await expect(hunter.path('health')).toBecome(44, { within: 30 });
  await expect(world.get({ kind: 'shot' })).toHaveCount(0, { within: 1 });
});

test('a hunter that is destroyed gives points and seeds', async ({ world, input, cvars }) => {
  await cvars.set('cheats', true);
  await cvars.set('shot.oneHit', true);
  await cvars.set('player.unseen', true);
  const hunter = await target(world, { far: 120 });
  await input.press('Space');
  await expect(hunter).toHaveCount(0, { within: 60 });
  await expect(world.get({ kind: 'seed' })).toHaveCount(4);
  await expect(world.get('match').path('score')).toBe(100);
  await expect(world.get('match').path('tally["killed"]')).toBe(1);
});

test('a hunter bites, and the ship is safe for a moment then', async ({ world, time }) => {
  const ship = world.get('player');
  const hunter = await target(world, { far: 10 });
  await time.step();
  await expect(ship.path('health')).toBe(86);
  await expect(ship.path('shield')).toBe(45);
  await hunter.set({ 'pos.x': 320, 'pos.y': 240 });
  await expect(ship.path('health')).toStay(86, { during: 40 });
});

test('difficulty decides how hard they bite', async ({ world, cvars, time }) => {
  await cvars.set('game.difficulty', 'fierce');
  await cvars.set('ai.bite', 10);
  await target(world, { far: 10 });
  await time.step();
  await expect(world.get('player').path('health')).toBeCloseTo(84);
});

test('nothing hurts a god', async ({ world, cvars }) => {
  await cvars.set('cheats', true);
  await cvars.set('player.god', true);
  await target(world, { far: 10 });
  await expect(world.get('player').path('health')).toStay(100, { during: 30 });
});

test('a lost ship takes a life, and is back two seconds later', async ({ world, time }) => {
  const ship = world.get('player');
  await ship.set({ health: 1 });
  await target(world, { far: 10 });
  await time.step();
  await expect(ship.path('lives')).toBe(2);
  await expect(ship.path('health')).toStay(0, { during: 115 });
  await expect(ship.path('health')).toBecome(100, { within: 10 });
  await expect(ship.path('shield')).toBeGreaterThan(100);
});

test('the match is over with the last life, and another begins', async ({ world, time }) => {
  const [ship, match] = [world.get('player'), world.get('match')];
  await ship.set({ health: 1, lives: 1 });
  await match.set({ score: 500 });
  await target(world, { far: 10 });
  await time.step();
  await expect(match.path('over')).toBe(true);
  await expect(match.path('over')).toBecome(false, { within: 300 });
  await expect(ship.path('lives')).toBe(3);
  await expect(match.path('score')).toBe(0);
});

test('seeds that are caught give points, and more in a row', async ({ world, time }) => {
  const [x, y] = await world.get('player').path('pos').value();
  const match = world.get('match');
  for (let i = 1; i <= 6; i++) {
    await world.create('seed', { at: [x + 1, y], radius: 3, worth: 10 });
    await time.step();
    await expect(match.path('combo')).toBe(i);
  }
  await expect(match.path('score')).toBe(80); // four single ones, and twice the worth from the fifth on
  await expect(match.path('combo')).toBecome(0, { within: 60 });
});

test('a magnet draws seeds from farther', async ({ world, cvars }) => {
  await cvars.set('physics.gravity', 0);
  const ship = world.get('player');
  const [x, y] = await ship.path('pos').value();
  const seed = await world.create('seed', { at: [x - 100, y], radius: 4, worth: 10 });
  await expect(seed.path('pos.x')).toStay(x - 100, { during: 30 });
  await ship.call('bless', 'magnet', '5s');
  await expect(seed).toHaveCount(0, { within: 240 });
  await expect(world.get('match').path('caught')).toBe(1);
});

test('a wave ends with its quota', async ({ world, time }) => {
  const match = world.get('match');
  await match.set({ quota: 1 });
  const [x, y] = await world.get('player').path('pos').value();
  await world.create('seed', { at: [x, y + 1], radius: 3, worth: 10 });
  await time.step();
  await expect(match.path('wave')).toBe(2);
  await expect(match.path('caught')).toBe(0);
});

test('hunters that see the ship come nearer', async ({ world }) => {
  const [x, y] = await world.get('player').path('pos').value();
  const hunter = await world.create('hunter', { at: [x - 150, y], radius: 8, rage: 1, health: 64 });
  const id = await hunter.id();
  await expect(hunter.path('state')).toBecome('stalk', { within: 30 });
  await expect(`near(#${id}, player, 40)`).toBecome(true, { within: 300 });
});
