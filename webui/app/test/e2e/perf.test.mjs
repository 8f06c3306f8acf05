// The instruments of Perf on the real game: every scope in the timeline, from a bar to its cause.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, number, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('Perf', () => {
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
    await enter(page, game.link);
  });
  afterEach(async () => {
    await calm(page);
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    await game?.dispose();
  });

  const timeline = () => page.getByRole('group', { name: /^Timeline: / });
  const selection = () => page.getByRole('region', { name: 'Selection', exact: true });
  const search = () => page.getByRole('textbox', { name: 'Find scopes' });
  const status = (pattern) => page.getByRole('contentinfo').getByText(pattern);

  /** What the timeline says of itself: ms and scopes in view, and its tracks. */
  async function told() {
    const said = await timeline().getAttribute('aria-label');
    const [, ms, scopes, tracks] = /^Timeline: ([\d.]+) ms in view, (.+) scopes on \d+ tracks \((.*)\)$/.exec(said);
    return { ms: Number(ms), scopes: number(scopes), tracks: tracks.split(', ') };
  }

  /** Subscriptions to the topic of single scopes that the game serves. */
  async function followers() {
    const { snapshot } = await client.call('sub.open', { id: 'st', topic: 'stats' });
    await client.call('sub.close', { id: 'st' });
    return snapshot.queues.filter((q) => q.topic === 'scopes').reduce((sum, q) => sum + q.subscribers, 0);
  }

  /** Brings a frame with a hitch into the recording and looks for its cause. */
  async function findRoutes() {
    await client.call('garden.hitch', { cause: 'routes' });
    const { frame } = await client.call('time.status', {});
    await until(
      'the page has the hitch',
      async () => number((await status(/^frame #/).textContent()).slice('frame #'.length)),
      (now) => now > frame + 1,
    );
    await search().fill('routes');
    await until(
      'the search finds it',
      () => page.locator('.perf-found').textContent(),
      (text) => number(text.split(',')[1]) > 0,
    );
    const found = selection().filter({ has: page.getByRole('heading', { name: /routes/ }) });
    await until(
      'the long one of those that are found', // the game makes routes by itself, too
      async () => {
        await search().press('Enter');
        return (await found.locator('.perf-big').allTextContents()).join();
      },
      (text) => / ms/.test(text) && number(text) > 1,
    );
  }

  async function live() {
    await search().fill('');
    await page.getByRole('contentinfo').getByRole('button', { name: 'Go live' }).click();
    await status(/View paused/).waitFor({ state: 'detached' });
  }

  test('shows every scope on its track while they run, and follows them only then', async () => {
    await show(page, 'Perf');
    await until('scopes in view', told, ({ scopes, tracks }) => scopes > 4 && tracks.includes('game'));
    assert.deepEqual((await told()).tracks, ['game', 'renderer']);
    assert.equal(await followers(), 1);
    await show(page, 'Overview');
    await until('nobody follows', followers, (n) => n === 0);
    await show(page, 'Perf');
    await until('it is followed again', followers, (n) => n === 1);
  });

  test('has the scopes of the seconds in which no timeline was shown', async () => {
    await show(page, 'Overview');
    await until('nobody follows', followers, (n) => n === 0);
    const { frame } = await client.call('time.status', {});
    await client.call('garden.hitch', { cause: 'routes' });
    await until(
      'the hitch is over',
      async () => (await client.call('time.status', {})).frame,
      (now) => now > frame + 40,
    );
    await show(page, 'Perf');
    await search().fill('routes.raster');
    await until(
      'the search finds it',
      () => page.locator('.perf-found').textContent(),
      (text) => number(text.split(',')[1]) > 0,
    );
    await search().fill('');
  });

  test('finds the cause of a hitch by its name', async () => {
    await findRoutes();
    await status(/View paused at frame/).waitFor();
    const pane = selection();
    assert.match(await pane.textContent(), /share of frame/);
    assert.ok(number(await pane.locator('.perf-big b').textContent()) > 1);
    assert.match(page.url(), /sel=\d+\.\d+/);
    const frame = await pane.getByRole('link').first().textContent();
    assert.equal(new URL(page.url().replace('#/', '')).searchParams.get('f'), String(number(frame.slice(1))));
    await live();
  });

  // A call of just now: the game keeps ten seconds, and a slow machine takes some of them to load the page.
  test('an address leads back to the same call after a reload', async () => {
    await until('scopes in view', told, ({ scopes }) => scopes > 4);
    await timeline().focus();
    await page.keyboard.press('Enter');
    const name = selection().getByRole('heading', { level: 3 });
    const at = () => selection().getByText('started at').locator('xpath=following-sibling::dd').textContent();
    const was = [await name.textContent(), await at()];
    await page.reload();
    await name.waitFor();
    assert.deepEqual([await name.textContent(), await at()], was);
    await live();
  });

  test('is used by keys alone', async () => {
    await until('scopes in view', told, ({ scopes }) => scopes > 4);
    await timeline().focus();
    await page.keyboard.press('Enter');
    const name = selection().getByRole('heading', { level: 3 });
    const first = await name.textContent();
    const at = () => selection().getByText('started at').locator('xpath=following-sibling::dd').textContent();
    const begun = await at();
    await page.keyboard.press(','); // there may be none behind it yet
    await until('the scope before it on the track', at, (text) => text !== begun);
    await page.keyboard.press('.');
    await until('the next one again', at, (text) => text === begun);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    assert.equal(await name.textContent(), first);
    const { ms } = await told();
    await page.keyboard.press('w');
    const near = await until('it is nearer', told, (now) => now.ms < ms);
    await page.keyboard.press('s');
    await until('it is as before', told, (now) => now.ms > near.ms);
    await page.keyboard.press('f');
    await page.keyboard.press('f');
    const [big, unit] = await Promise.all(
      ['b', '.unit'].map((s) => selection().locator(`.perf-big ${s}`).textContent()),
    );
    const took = number(big) * { ns: 1e-6, µs: 1e-3, ms: 1, s: 1e3 }[unit.trim()];
    await until('it fills the width', told, (now) => now.ms > took * 0.99 && now.ms < took * 2 + 0.01);
    await page.keyboard.press('0');
    await until('all is in view', told, (now) => now.ms > 200);
    await page.keyboard.press('Escape');
    await selection()
      .getByText(/^Click a scope/)
      .waitFor();
    await live();
  });

  test('plain wheel scrolls, with Ctrl it zooms, a drag moves', async () => {
    await until('scopes in view', told, ({ scopes }) => scopes > 4);
    await page.keyboard.press('Space');
    await status(/View paused/).waitFor();
    const box = await timeline().boundingBox();
    const { ms } = await told();
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await page.mouse.wheel(0, 240);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -240);
    await page.keyboard.up('Control');
    const near = await until('it is nearer', told, (now) => now.ms < ms * 0.8);
    assert.ok(near.ms > ms * 0.4, 'and only by the wheel with Ctrl');
    const facts = () => page.locator('.perf-readout').textContent();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 200, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
    await until('the facts of the view', facts, (text) => text.includes('in view'));
    assert.equal((await told()).ms, near.ms);
    await live();
  });

  test('lists all calls of a scope, the longest first, and leads to each', async () => {
    await findRoutes();
    await selection().getByRole('button', { name: 'Find all' }).click();
    const list = page.getByRole('grid', { name: /^Calls of .*routes/ });
    const cells = () => list.getByRole('row').locator('[role=gridcell]:first-child').allTextContents();
    const took = (await until('the calls', cells, (texts) => texts.length > 0)).map(number);
    assert.deepEqual(
      took,
      took.toSorted((a, b) => b - a),
    );
    await list.getByRole('row').nth(1).click();
    await page.getByRole('button', { name: 'Back to the selection' }).click();
    await selection().getByText('started at').waitFor();
    await live();
  });

  test('joins what is in view by stack, and tells it as a table', async () => {
    await page.getByRole('button', { name: 'Pause view' }).click();
    await status(/View paused/).waitFor();
    await page.keyboard.press('0'); // a slow machine may have half a frame in the usual window
    await until('all is in view', told, ({ scopes }) => scopes > 100);
    await page.getByRole('button', { name: 'left heavy' }).click();
    const heavy = page.getByRole('group', { name: /^Left heavy/ });
    // Joining tens of thousands of scopes takes longer than a script needs to click.
    await until('a click selects a stack', async () => {
      const box = await heavy.boundingBox();
      await page.mouse.click(box.x + 130, box.y + 12);
      return selection().getByText('share of time').isVisible();
    });
    assert.match(await selection().textContent(), /calls in view/);
    await page.getByRole('button', { name: 'table', exact: true }).click();
    const rows = page.getByRole('grid', { name: 'Scopes in view' });
    await until(
      'rows',
      async () => Number(await rows.getAttribute('aria-rowcount')),
      (n) => n > 10,
    );
    await rows.getByRole('row').nth(2).click();
    await selection().getByText('started at').waitFor();
    await page.getByRole('button', { name: 'time order' }).click();
    await timeline().waitFor();
    await live();
  });

  test('says by which clock, counts what the game counts, and knows its own cost', async () => {
    await status(/^clock: /).waitFor();
    await status(/^scopes [\d.]+ of 16 MiB/).waitFor();
    const numbers = page.getByRole('region', { name: 'Scopes in numbers' });
    await numbers
      .getByRole('row')
      .filter({ hasText: /^console own/ })
      .waitFor();
    const seeds = numbers.getByRole('row').filter({ has: page.getByRole('button', { name: 'Line of seeds' }) });
    await until(
      'seeds are counted',
      () => seeds.locator('td').nth(1).textContent(),
      (text) => number(text) > 0,
    );
    await seeds.getByRole('button', { name: 'Line of seeds' }).click();
    await page.getByRole('heading', { name: 'Counters', exact: true }).waitFor();
    await page.getByRole('button', { name: 'time', exact: true }).click();
    await page.getByRole('heading', { name: 'Subsystems' }).waitFor();
  });

  test('the pane of the selection is closed and opened', async () => {
    await page.getByRole('button', { name: 'Close the pane' }).click();
    await selection().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '‹ Selection' }).click();
    await selection().waitFor();
    await until('scopes in view', told, ({ scopes }) => scopes > 0);
  });

  test('a track is folded and unfolded by its button', async () => {
    const track = page.getByRole('button', { name: /^▾\s*game/ });
    await track.click();
    await page.getByRole('button', { name: /^▸\s*game/ }).click();
    await track.waitFor();
    assert.equal(await track.getAttribute('aria-expanded'), 'true');
  });
});
