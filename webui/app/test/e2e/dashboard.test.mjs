// A person at the dashboard of the real game, in Chromium: what they see, what they change, and
// that the game really did it, by the word of a second client.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, number, open, show } from './harness/browser.mjs';
import { Client, fields } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the dashboard', () => {
  let game;
  let browser;
  let page;
  let client;
  before(async () => {
    game = await Game.start();
    browser = await Browser.start();
    page = await browser.page();
    client = await Client.open(game);
    await client.call('session.login', { name: 'witness' });
  });
  afterEach(async () => {
    await client.call('time.resume', { force: true });
    await calm(page);
  });
  after(async () => {
    await browser?.close();
    await game?.dispose();
  });

  const reading = (name) => page.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd');
  const status = (pattern) => page.getByRole('contentinfo').getByText(pattern);
  const gravity = () => page.getByRole('spinbutton', { name: /^physics\.gravity/ });
  const field = (path) =>
    page
      .getByRole('region', { name: 'Inspector' })
      .getByRole('spinbutton', { name: new RegExp(`^${path.replace('.', '\\.')}(,|$)`) });

  /** Holds the game by the button of the page and returns the tick at which it stands. */
  async function hold() {
    await page.getByRole('button', { name: 'Hold game' }).click();
    await page.getByText(/Game held at tick/).waitFor();
    return (await client.call('time.status')).tick;
  }

  /** The seeds in the air, away from the walls: id and speed downwards. */
  async function flying() {
    const where = 'kind:seed and pos.y > 60 and pos.y < 240 and pos.x > 40 and pos.x < 600';
    const list = await until(
      'seeds in the air',
      () => client.call('world.list', { where, fields: ['vel.y'] }),
      ({ rows }) => rows.length >= 5,
    );
    return new Map(list.rows.map((row) => [row.id, row.fields['vel.y']]));
  }

  function median(numbers) {
    return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  }

  /** What a field of the inspector shows, in full. */
  async function shown(path) {
    return Number(await field(path).getAttribute('aria-valuenow'));
  }

  test('opens by the link, which leaves the address bar, and shows data at once', async (t) => {
    const used = game.link;
    const began = Date.now();
    await page.goto(used);
    await until(
      'a frame rate',
      () => reading('Frame rate').textContent(),
      (text) => number(text) > 0,
    );
    const took = Date.now() - began;
    t.diagnostic(`first data after ${took} ms`);
    assert.ok(took < 10_000, `first data after ${took} ms`);
    assert.doesNotMatch(page.url(), /c=/, 'the code is not left in the address');
    assert.notEqual(await game.linkAfter(used), used);
    assert.equal(await page.title(), 'Gravity Garden · Overview');
    assert.equal(
      await page
        .getByRole('heading', { level: 1 })
        .textContent()
        .then((s) => s.trim()),
      'Gravity Garden',
    );
  });

  test('shows the frame rate and the subsystems, and they move', async () => {
    await show(page, 'Overview');
    await until(
      'the sixty frames a second that the game runs at',
      () => reading('Frame rate').textContent(),
      (text) => number(text) > 30 && number(text) < 80,
    );
    const frame = status(/^frame #/);
    const first = number((await frame.textContent()).slice('frame #'.length));
    await until(
      'frames go by',
      async () => number((await frame.textContent()).slice('frame #'.length)),
      (now) => now > first + 20,
    );

    await show(page, 'Perf');
    const row = (name) => page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
    for (const name of ['physics', 'ai', 'render', 'collide']) await row(name).waitFor();
    const numbers = () => row('physics').textContent();
    const was = await numbers();
    await until('the timings of physics move', numbers, (now) => now !== was && /\d/.test(now));
  });

  test('a typed gravity bends the flight of the seeds', async () => {
    await client.call('cvar.set', { name: 'wells.strength', value: 0 }); // they would pull as well
    await show(page, 'Cvars');
    const tick = await hold();
    const before = await flying();

    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('gravity');
    await gravity().fill('200');
    await gravity().press('Enter');
    const set = await until(
      'the game takes the gravity',
      () => client.call('cvar.get', { name: 'physics.gravity' }),
      (cvar) => cvar.value === 200,
    );
    assert.notEqual(set.setBy, 'witness');
    await page.getByRole('row', { name: /physics\.gravity.*you/ }).waitFor();

    await page.getByRole('button', { name: '10', exact: true }).click();
    const after = await until(
      'exactly ten ticks',
      () => client.call('time.status'),
      (time) => time.tick === tick + 10,
    );
    await until(
      'the page shows the tick',
      async () => number((await status(/^tick /).textContent()).slice('tick '.length)),
      (n) => n === after.tick,
    );

    const now = await flying();
    const ids = [...before.keys()].filter((id) => now.has(id));
    const gained = median(ids.map((id) => now.get(id) - before.get(id)));
    assert.ok(Math.abs(gained - 200 / 6) < 5, `the seeds gained ${gained} px/s in a sixth of a second`);

    await show(page, 'World');
    await page.getByRole('combobox', { name: 'Condition' }).fill(`kind:seed and vel.y = ${now.get(ids[0])}`);
    await page.getByRole('row', { name: new RegExp(`seed ${ids[0]}\\b`) }).click();
    await until(
      'the inspector shows the speed that the other client reads',
      () => shown('vel.y'),
      (speed) => speed === now.get(ids[0]),
    );
    for (const name of ['wells.strength', 'physics.gravity']) await client.call('cvar.reset', { name });
  });

  test('an edit in the inspector is what the game goes on with, until it is undone', async () => {
    await show(page, 'World');
    await page.getByRole('combobox', { name: 'Condition' }).fill('');
    await hold();
    const [id] = (await flying()).keys();
    await page.goto(`${game.url}/#/world?sel=${id}`);
    const now = () => fields(client, id).then((all) => all['pos.x'].value);
    const was = await now();
    await until(
      'the inspector shows where it is',
      () => shown('pos.x'),
      (x) => x === was,
    );
    await field('pos.x').fill('100 + 23.5');
    await field('pos.x').press('Enter');
    await until('the seed is where it was put', now, (x) => x === 123.5);

    await field('pos.x').press('Escape');
    await page.keyboard.press('Control+z');
    await until('the undo puts it back', now, (x) => x === was);
    await until(
      'the page knows it',
      () => shown('pos.x'),
      (x) => x === was,
    );
    await page.keyboard.press('Control+Shift+z');
    await until('the redo puts it there again', now, (x) => x === 123.5);
  });

  test('what the game refuses is said beside the field, in its words', async () => {
    await show(page, 'Cvars');
    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('bounce');
    const bounce = page.getByRole('spinbutton', { name: /^physics\.bounce/ });
    const { value } = await client.call('cvar.get', { name: 'physics.bounce' });
    await bounce.fill('7');
    await bounce.press('Enter');
    await page
      .getByRole('treegrid', { name: 'Cvars' })
      .getByText(/out of range|outside|0.*to.*1/i)
      .first()
      .waitFor();
    assert.equal((await client.call('cvar.get', { name: 'physics.bounce' })).value, value);
    await bounce.press('Escape');
    await bounce.press('Escape');
  });

  test('a field that somebody types in is not overwritten', async () => {
    await show(page, 'Cvars');
    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('gravity');
    await gravity().fill('12');
    await client.call('cvar.set', { name: 'physics.gravity', value: -77 });
    await page
      .getByRole('row', { name: /physics\.gravity/ })
      .getByText(/77/)
      .first()
      .waitFor();
    assert.equal(await gravity().inputValue(), '12', 'what was typed stays');
    await gravity().press('Escape');
    await until(
      'the live value comes back',
      () => gravity().inputValue().then(number),
      (n) => n === -77,
    );
    await gravity().press('Escape');
    await client.call('cvar.reset', { name: 'physics.gravity' });
  });

  test('the game is held, stepped and resumed by keys', async () => {
    await show(page, 'Overview');
    await page.keyboard.press('Shift+Space');
    await page.getByText(/Game held at tick/).waitFor();
    const { tick, holder } = await client.call('time.status');
    assert.notEqual(holder, 'witness');
    await page.keyboard.press('.');
    await until(
      'one tick',
      () => client.call('time.status'),
      (time) => time.tick === tick + 1,
    );
    await page.keyboard.press('Shift+Space');
    await until(
      'the game goes on',
      () => client.call('time.status'),
      (time) => !time.held && time.tick > tick + 5,
    );
    await page.getByText(/Game held at tick/).waitFor({ state: 'detached' });
  });

  test('the button on top resumes a game that another holds, and says who', async () => {
    await client.call('time.hold');
    const resume = page.getByRole('banner').getByRole('button', { name: 'Resume anyway' });
    assert.match(await resume.getAttribute('title'), /^witness holds the game/);
    await resume.click();
    await until(
      'the game goes on',
      () => client.call('time.status'),
      (time) => !time.held,
    );
  });

  test('a paused view stands still while recording goes on', async () => {
    await show(page, 'Perf');
    await page.keyboard.press('Space');
    await status(/View paused at frame/).waitFor();
    await status(/recording goes on: [1-9]/).waitFor();
    await page.getByRole('contentinfo').getByRole('button', { name: 'Go live' }).click();
    await status(/View paused/).waitFor({ state: 'detached' });
  });

  test('an address with a frame holds the view at that frame', async () => {
    await show(page, 'Perf');
    const { frame } = await client.call('time.status');
    await until(
      'later frames',
      () => client.call('time.status'),
      (time) => time.frame > frame + 30,
    );
    await page.evaluate((f) => {
      location.hash = `#/perf?f=${f}`;
    }, frame);
    await status(new RegExp(`View paused at frame ${String(frame).replace(/\B(?=(\d{3})+$)/g, '.?')}`)).waitFor();
    assert.match(page.url(), new RegExp(`f=${frame}`));
    await page.getByRole('contentinfo').getByRole('button', { name: 'Go live' }).click();
    await status(/View paused/).waitFor({ state: 'detached' });
    assert.doesNotMatch(page.url(), /f=/);
  });

  test('the log comes with levels and a filter', async () => {
    await client.call('world.set', { id: 'player', path: 'health', value: 1 });
    await show(page, 'Console');
    const panel = page.getByRole('region', { name: 'Console' });
    await panel.getByText('the garden opens').first().waitFor();
  });

  test('every panel can be reached by its keys and by the palette', async () => {
    const titles = await page.getByRole('navigation').getByRole('link').allTextContents();
    assert.deepEqual(titles, [
      'Overview',
      'Perf',
      'Memory',
      'Cvars',
      'World',
      'Display',
      'Assets',
      'Tests',
      'Console',
      'Network',
    ]);
    await page.getByRole('heading', { level: 1 }).click();
    for (const [key, title] of [
      ['c', 'Cvars'],
      ['o', 'Overview'],
      ['m', 'Memory'],
      ['p', 'Perf'],
    ]) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByRole('main', { name: title }).waitFor();
    }
    const box = page.getByRole('combobox', { name: /Search/ });
    await open(page, 'Control+k', box);
    await box.fill('world');
    await page.getByRole('option', { name: /World/ }).first().waitFor();
    await box.press('Enter');
    await page.getByRole('main', { name: 'World' }).waitFor();
    await open(page, 'Control+k', box);
    await box.fill('physics.gravity');
    await page
      .getByRole('option', { name: /physics\.gravity/ })
      .first()
      .waitFor();
    await box.press('Enter');
    await page.getByRole('main', { name: 'Cvars' }).waitFor();
    await open(page, 'Control+Shift+p', box);
    await box.fill('>hold the game');
    await box.press('Enter');
    await page.getByText(/Game held at tick/).waitFor();
  });

  test('a sheet tells all keys', async () => {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'All keys' });
    await sheet.getByText('Pause the view').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  test('the theme follows the button and is kept', async () => {
    const shade = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const button = page.getByRole('button', { name: /^Theme: / });
    const seen = new Set();
    for (const _ of ['system', 'dark', 'light']) {
      seen.add(await shade());
      const mode = await button.getAttribute('aria-label');
      await button.click();
      await until(
        'another theme',
        () => button.getAttribute('aria-label'),
        (now) => now !== mode,
      );
    }
    assert.ok(seen.size >= 2, [...seen].join(' '));
    while ((await button.getAttribute('aria-label')) !== 'Theme: light') await button.click();
    const light = await shade();
    await page.reload();
    await until('the theme after a reload', shade, (now) => now === light);
  });

  test('what is looked at stands in the address and survives a reload', async () => {
    await show(page, 'Cvars');
    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('spawn');
    await page.getByText('spawn.rate', { exact: true }).first().click();
    await until(
      'the address',
      () => page.url(),
      (url) => /#\/cvars\?.*q=spawn/.test(url) && /sel=spawn\.rate/.test(url),
    );
    await page.reload();
    await page.getByRole('main', { name: 'Cvars' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Filter cvars' }).inputValue(), 'spawn');
    await page.getByText('spawn.rate', { exact: true }).first().waitFor();
    assert.equal(await page.getByText('fx.rate', { exact: true }).count(), 0);
    await status(/filtered: \d+ of \d+ cvars/).waitFor();
    await page.goBack();
  });

  test('a second tab and a bare address come in by what the browser remembers', async () => {
    const second = await browser.page();
    await enter(second, `${game.url}/`);
    await second.close();
  });
});
