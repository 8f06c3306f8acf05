// The pictures of the README, of the real game: node test/e2e/screenshots.mjs [folder]
//
// The game is given a hitch first, so that there is something to see: a frame that takes too long,
// and why.

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Browser, enter, number, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

const folder = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../../../../docs'));
mkdirSync(folder, { recursive: true });

// The game's own tests, of which one picture is another test's: there is a failure to see.
const tests = mkdtempSync(join(tmpdir(), 'scry-tests-'));
const garden = resolve(import.meta.dirname, '../../../../examples/garden/tests');
cpSync(garden, tests, { recursive: true });
cpSync(join(garden, 'expected/opening.headless.png'), join(tests, 'expected/fight.headless.png'));

const game = await Game.start({ args: [`-tests=${tests}`] });
const browser = await Browser.start({ colorScheme: 'dark' });
try {
  const client = await Client.open(game);
  await client.call('session.login', { name: 'anna' });
  const set = (name, value) => client.call('cvar.set', { name, value });
  const frames = async (n) => {
    const { frame } = await client.call('time.status');
    await until(
      `${n} frames`,
      () => client.call('time.status'),
      (time) => time.frame >= frame + n,
      60_000,
    );
  };

  const page = await browser.page();
  await enter(page, game.link);
  await show(page, 'Perf');
  await set('spawn.rate', 120);
  await set('fx.rate', 4);
  await frames(240);
  await client.call('garden.hitch', { cause: 'routes' });
  await frames(70);

  // From the hitch to its cause, as a person finds it.
  const search = page.getByRole('textbox', { name: 'Find scopes' });
  await search.fill('routes.flood');
  await until(
    'the search finds it',
    () => page.locator('.perf-found').textContent(),
    (text) => number(text.split(',')[1]) > 0,
  );
  await search.press('Enter');
  await page
    .getByRole('region', { name: 'Selection', exact: true })
    .getByRole('heading', { name: /routes/ })
    .waitFor();
  await search.fill('');
  await page.getByRole('group', { name: /^Timeline: / }).focus();
  await page.keyboard.press('ArrowUp'); // out of the flood, to what asked for it
  await page.evaluate(() => document.activeElement?.blur());
  await picture(page, 'perf-dark');
  for (const name of ['spawn.rate', 'fx.rate']) await client.call('cvar.reset', { name });

  await page.getByRole('button', { name: 'Go live' }).first().click();
  const { id } = await client.call('world.get', { id: 'player' });
  await page.goto(`${game.url}/#/world?sel=${id}&watch=pos.x,pos.y,health`);
  const hunters = await client.call('world.list', { kind: 'hunter', limit: 1 });
  for (const { id: hunter } of hunters.rows) await client.call('world.set', { id: hunter, path: 'health', value: 5 });
  await client.call('world.set', { id, path: 'health', value: 90 });
  await frames(500);
  await picture(page, 'world-dark');

  await page.goto(`${game.url}/#/assets?sel=painted/ship`);
  await frames(240);
  await picture(page, 'assets-dark');

  await show(page, 'Cvars');
  await set('wells.strength', -1.5);
  const gravity = page.getByRole('spinbutton', { name: /^physics\.gravity/ });
  await page.goto(`${game.url}/#/cvars?sel=physics.gravity`); // which brings its row into view
  await gravity.fill('-60');
  await gravity.press('Enter');
  await set('render.grid', true);
  await client.call('cvar.set', { name: 'player.speed', value: 220, lease: true });
  await gravity.fill('16 * 2');
  await page.getByRole('row', { name: /physics\.bounce/ }).hover();
  await page.mouse.wheel(0, 240); // what is around it
  await picture(page, 'cvars-dark');

  await page.keyboard.press('Escape');
  await show(page, 'Console');
  const line = page.getByRole('combobox', { name: 'Command' });
  for (const text of ['find hunters', 'physics.gravty 9', 'alias storm "load storm; echo hold on"']) {
    await line.fill(text);
    await line.press('Enter');
    await frames(20);
  }
  await line.fill('set player.');
  await page.getByRole('listbox').waitFor();
  await picture(page, 'console-dark');

  await page.keyboard.press('Escape');
  await show(page, 'Network');
  const hush = await chatter(game);
  await frames(1200);
  await page.getByRole('tab', { name: /^Wire/ }).click();
  await frames(180);
  await page
    .getByRole('row')
    .filter({ hasText: /error 1005/ })
    .last()
    .click();
  await picture(page, 'network-dark');
  await hush();

  for (const name of ['spawn.rate', 'physics.gravity', 'wells.strength', 'render.grid', 'player.speed'])
    await client.call('cvar.reset', { name });
  await client.call('command.run', { line: 'anew 1 meadow' });
  await show(page, 'Tests');
  await page.getByRole('button', { name: 'Run all' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page.getByRole('button', { name: 'Run all' }).waitFor({ timeout: 120_000 });
  await page.getByRole('treeitem').filter({ hasText: 'a fight is seen' }).click();
  await page.getByRole('region', { name: 'Result' }).getByRole('img', { name: 'this run' }).waitFor();
  await picture(page, 'tests-dark');

  await show(page, 'Display');
  await page.getByRole('button', { name: /Take control/ }).click();
  await page.getByRole('textbox', { name: 'Picture of the game' }).focus();
  await frames(400);
  for (const key of ['KeyA', 'KeyW', 'Space']) await page.keyboard.down(key);
  await frames(30);
  await picture(page, 'display-dark', { x: 560, y: 420 });
  for (const key of ['KeyA', 'KeyW', 'Space']) await page.keyboard.up(key);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await show(page, 'Memory');
  await page.getByRole('button', { name: /^Mark here/ }).click();
  await set('fx.particles', 20_000);
  await set('fx.rate', 20);
  await frames(300);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText(/collections ran for it/).waitFor();
  await picture(page, 'memory-dark');

  await page.emulateMedia({ colorScheme: 'light' });
  await show(page, 'Overview');
  await frames(120);
  await picture(page, 'overview-light');
  await client.close();
} finally {
  await browser.close();
  await game.dispose();
  rmSync(tests, { recursive: true });
}

/** Clients that have something to say to the game and to each other; returns the way to end them. */
async function chatter(game) {
  const names = ['bert', 'carla', 'deniz'];
  const clients = await Promise.all(names.map(() => Client.open(game)));
  const [bert, carla, deniz] = clients;
  for (const [i, client] of clients.entries()) await client.call('session.login', { name: names[i] });
  await bert.call('sub.open', { id: 'seeds', topic: 'world', params: { kind: 'seed', limit: 20 } });
  await carla.call('sub.open', { id: 'lobby', topic: 'lobby' });
  await deniz.call('sub.open', { id: 'lobby', topic: 'lobby' });
  const batch = Array.from({ length: 1001 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'echo' }));
  await carla.raw(JSON.stringify(batch));
  let over = false;
  const talk = (async () => {
    for (let i = 0; !over; i++) {
      const { tick } = await deniz.call('time.status');
      if (i % 4 === 0) await carla.call('topic.publish', { topic: 'lobby', data: { wave: i / 4, tick } });
      if (i % 7 === 0) await bert.request('cvar.set', { name: 'physics.bounce', value: 7 });
      if (i % 5 === 0) await deniz.call('cvar.set', { name: 'spawn.rate', value: 20 + (i % 9) });
    }
  })();
  return async () => {
    over = true;
    await talk;
    await Promise.all(clients.map((client) => client.close()));
  };
}

/** Saves what the page shows, once its fonts and its canvases stand. */
async function picture(page, name, pointer = { x: 0, y: 0 }) {
  await page.mouse.move(pointer.x, pointer.y);
  // One that goes by itself meanwhile is not waited for.
  await page.evaluate(() => {
    for (const toast of document.querySelectorAll('button[aria-label="Dismiss"]')) toast.click();
  });
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let i = 0; i < 30; i++) await new Promise((next) => requestAnimationFrame(next));
  });
  await page.screenshot({ path: resolve(folder, `${name}.png`) });
}
