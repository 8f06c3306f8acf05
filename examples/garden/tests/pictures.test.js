import { expect, test } from 'scry-client/test';

// A picture depends on the state alone. Each driver draws a little otherwise, so each has its own: run with --update
// after the game was meant to look otherwise.
test.beforeEach(({ game }) => game.command('anew 1 meadow'));

/** The driver's own picture of a name. */
const named = async (cvars, name) => `${name}.${await cvars.get('game.driver')}.png`;

/** At half the size; and a graphics card may round otherwise than the one on which the picture was taken. */
const like = { scale: 0.5, maxDiffRatio: 0.005 };

test('the garden opens', async ({ display, cvars, time }) => {
  await time.step(60);
  await expect(display).toMatchImage(await named(cvars, 'opening'), like);
});

test('a fight is seen', async ({ display, cvars, time, world }) => {
  await cvars.set('render.bare', true);
  const [x, y] = await world.get('player').path('pos').value();
  for (let i = 0; i < 5; i++)
    await world.create('hunter', { at: [x - 90 + 45 * i, y - 80], radius: 8, rage: 1, health: 64 });
  await time.step(45);
  await expect(display).toMatchImage(await named(cvars, 'fight'), like);
});

test('the field is drawn over the sky', async ({ display, cvars }) => {
  await cvars.set('render.grid', true);
  await expect(display).toMatchImage(await named(cvars, 'field'), like);
});

test('another palette colors everything', async ({ display, cvars, time }) => {
  const before = await display.screenshot();
  await cvars.set('render.palette', 'frost');
  await time.step();
  const after = await display.screenshot();
  expect(await after.at(5, 200)).not.toEqual(await before.at(5, 200));
  await expect(display).toMatchImage(await named(cvars, 'frost'), like);
});

test('say shows a text', async ({ display, cvars, game, time }) => {
  await cvars.set('fx.particles', 0);
  await game.command('say never flaky');
  await time.step(30);
  await expect(display).toMatchImage(await named(cvars, 'banner'), like);
});

test('the same state has the same picture, however it was come to', async ({ display, world, time, input }) => {
  const there = await world.snapshot();
  await time.step(40);
  const first = await (await display.screenshot({ scale: 0.5 })).pixels();
  await input.press('KeyW', { ticks: 25 });
  await world.restore(there);
  await time.step(20);
  await time.step(20);
  const again = await (await display.screenshot({ scale: 0.5 })).pixels();
  expect(again.data).toEqual(first.data);
});

test('what lies in the picture can be picked', async ({ display, world, time }) => {
  const well = world.get({ kind: 'well' }).first();
  const [x, y] = await well.path('pos').value();
  await time.step();
  await display.screenshot();
  const found = await display.pick(x, y, 20);
  expect(found.map((near) => near.kind)).toContain('well');
});
