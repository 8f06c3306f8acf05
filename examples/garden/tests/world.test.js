import { expect, test } from 'scry-client/test';

test.beforeEach(({ game }) => game.command('game.autopilot false; anew 1 meadow'));

test('an edit can be taken back, and made again', async ({ world }) => {
  const health = world.get('player').path('health');
  await health.set(55);
  await expect(health).toBe(55);
  await world.undo();
  await expect(health).toBe(100);
  await world.redo();
  await expect(health).toBe(55);
});

test('several fields change together or not at all', async ({ world }) => {
  const ship = world.get('player');
  await expect(ship.set({ health: 60, lives: 99 })).toReject({ code: 1005 });
  await expect(ship.path('health')).toBe(100);
  await ship.set({ health: 60, lives: 9 });
  expect(await ship.fields()).toMatchObject({ health: 60, lives: 9 });
});

test('what is read-only is refused', async ({ world }) => {
  await expect(world.get('match').path('wave').set(3)).toReject({ code: 1006 });
});

test('a snapshot brings everything back', async ({ world, time, game }) => {
  const [before, hash] = [await world.snapshot(), await world.hash()];
  await time.step(120);
  await game.command('clear seed; level storm');
  expect(await world.hash()).not.toBe(hash);
  await world.restore(before);
  expect(await world.hash()).toBe(hash);
});

test('from a snapshot the game goes the same way again', async ({ world, time, cvars, input }) => {
  await cvars.set('game.autopilot', true);
  const before = await world.snapshot();
  const ends = [];
  for (let way = 0; way < 2; way++) {
    await time.step(300);
    ends.push(await world.hash());
    await world.restore(before);
  }
  expect(ends[1]).toBe(ends[0]);
  await input.press('KeyD');
  await time.step(298);
  expect(await world.hash()).not.toBe(ends[0]);
});

test('entities are made, found and deleted', async ({ world }) => {
  const before = await world.count({ kind: 'well' });
  const well = await world.create('well', { at: [50, 70], 'pull.strength': -80, radius: 10 });
  expect(await world.count({ kind: 'well' })).toBe(before + 1);
  await expect(world.get({ kind: 'well', where: 'pull.strength < 0' }).path('pos.x')).toBe(50);
  await well.delete();
  await expect(well).not.toExist();
  await world.undo();
  await expect(well).toExist();
});

test('a field that is held stays, though the game writes it', async ({ world, time }) => {
  const shield = world.get('player').path('shield');
  await shield.hold(33);
  await time.step(20);
  await expect(shield).toBe(33);
  await shield.release();
  await expect(shield).toBecome(30, { within: 5 });
});

test('methods of the game are called with their arguments', async ({ world }) => {
  const hunter = await world.create('hunter', { at: [100, 100], rage: 1, radius: 8, health: 64 });
  expect(await hunter.call('enrage', 2)).toBe(2);
  expect(await hunter.call('enrage', 9)).toBe(3);
  await expect(hunter.call('stun', 'soon')).toReject(/duration|stun/);
});

test('a locator says what it matches', async ({ world }) => {
  await expect(world.get({ kind: 'seed' }).id()).toReject(/seed matches \d+ entities .* first\(\), nth\(n\)/s);
  await expect(world.get('playr').id()).toReject(/nearest name is "player"/);
  await expect(world.get({ kind: 'hunter', where: 'health < 0' }).id()).toReject(/for none of them holds: health < 0/);
  await expect(world.get('player').path('helth').value()).toReject(/the nearest is health/);
});

test('changes between two ticks come as one', async ({ world, time, game }) => {
  const [a, b] = [world.get('match').path('score'), world.get('player').path('health')];
  await Promise.all([a.set(10), b.set(20)]);
  const { frame } = await game.call('time.status', {});
  await time.step(3);
  expect((await game.call('time.status', {})).frame).toBeGreaterThanOrEqual(frame);
  await expect(a).toBe(10);
  await expect(b).toBe(20);
});
