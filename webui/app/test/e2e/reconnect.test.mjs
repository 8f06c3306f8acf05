// The connection: how it is lost and found, and what the page says to those whom it does not know.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, connection, enter, gone, live, noGame, number, show } from './harness/browser.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the connection', () => {
  let game;
  before(async () => {
    game = await Game.start();
  });
  after(() => game?.dispose());

  async function visit(run) {
    const browser = await Browser.start();
    try {
      await run(await browser.page(), browser);
    } finally {
      await browser.close();
    }
  }

  test('a bare address says what to do, and takes a pasted link', () =>
    visit(async (page) => {
      await page.goto(`${game.url}/`);
      await page.getByRole('heading', { name: /link that the game prints/ }).waitFor();
      const field = page.getByRole('textbox', { name: 'Link of the game' });
      await field.fill('what is this');
      await page.getByRole('button', { name: 'Open' }).click();
      await page
        .getByRole('alert')
        .getByText(/no link of the game/)
        .waitFor();
      await field.fill(game.link);
      await page.getByRole('button', { name: 'Open' }).click();
      await live(page);
      await calm(page);
    }));

  test('a used link says so, and the newest works in the same tab', async () => {
    const used = game.link;
    await visit(async (page) => {
      await enter(page, used);
    });
    const fresh = await game.linkAfter(used);
    await visit(async (page) => {
      await page.goto(used);
      await page.getByRole('heading', { name: /link does not open the game any more/ }).waitFor();
      await page
        .getByText(/used already/)
        .first()
        .waitFor();
      assert.doesNotMatch(page.url(), /c=/);
      await page.goto(fresh);
      await live(page);
      await calm(page);
    });
  });

  test('a game that ends leaves its data, and is found again when it is back', () =>
    visit(async (page) => {
      await enter(page, game.link);
      await page.waitForLoadState('networkidle'); // the other panels come one by one
      await show(page, 'Perf');
      const rows = page.getByRole('region', { name: 'Scopes in numbers' }).getByRole('row');
      await rows.filter({ has: page.getByText('physics', { exact: true }) }).waitFor();
      const frame = page.getByRole('contentinfo').getByText(/^frame #/);
      await until(
        'frames',
        async () => number((await frame.textContent()).slice('frame #'.length)),
        (n) => n > 30,
      );

      await game.kill();
      const banner = page.getByRole('status').filter({ hasText: /ago\./ });
      await banner.filter({ hasText: /Data frozen at frame/ }).waitFor();
      assert.match(await banner.textContent(), /Retrying in|Trying now/);
      await until(
        'the toolbar says so',
        () => connection(page).textContent(),
        (text) => text.includes('offline'),
      );
      assert.ok((await rows.count()) > 5, 'the numbers stay');
      assert.ok(await page.getByRole('button', { name: /Pause/ }).isDisabled());
      await show(page, 'Overview');
      await show(page, 'Perf');
      await rows.filter({ has: page.getByText('physics', { exact: true }) }).waitFor();
      const frozen = number((await banner.textContent()).match(/at frame (?:#)?([\d\s\u2009\u202f]+)\./)?.[1]);
      assert.ok(frozen > 30, `frozen at ${frozen}`);

      await game.start();
      await live(page);
      await banner.waitFor({ state: 'detached' });
      await until(
        'frames of the new run',
        async () => number((await frame.textContent()).slice('frame #'.length)),
        (n) => n > 5,
      );
      await calm(page, noGame, gone);
    }));

  test('a panel that was not loaded when the game ended comes when it is back', () =>
    visit(async (page) => {
      let away = true;
      await page.route('**/assets/console-*', (route) => (away ? route.abort('connectionrefused') : route.continue()));
      await enter(page, game.link);
      await page.getByRole('navigation').getByRole('link', { name: 'Console', exact: true }).click();
      const again = page.getByRole('main').getByRole('button');
      await again.waitFor();
      away = false;
      await again.click();
      await page.getByRole('region', { name: 'Console' }).waitFor();
      await live(page);
    }));

  test('a game that goes away while its page is closed is found by the bare address', () =>
    visit(async (page, browser) => {
      await enter(page, game.link);
      await page.close();
      await game.kill();
      await game.start();
      const again = await browser.page();
      await enter(again, `${game.url}/`);
      await calm(again);
    }));

  test('a browser that is not remembered forgets with its tab', () =>
    visit(async (page, browser) => {
      await page.goto(`${game.url}/`);
      await page.getByRole('checkbox', { name: 'Remember this browser' }).uncheck();
      await page.getByRole('textbox', { name: 'Link of the game' }).fill(game.link);
      await page.getByRole('button', { name: 'Open' }).click();
      await live(page);
      await page.reload();
      await live(page);
      await page.close();
      const later = await browser.page();
      await later.goto(`${game.url}/`);
      await later.getByRole('heading', { name: /link that the game prints/ }).waitFor();
    }));
});
