// Everybody can use it: the rules of WCAG 2 A and AA in every panel and theme, and a small window.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, enter, live, open, show } from './harness/browser.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const panels = ['Overview', 'Perf', 'Memory', 'Cvars', 'World', 'Display', 'Assets', 'Tests', 'Console', 'Network'];

/** The violations of a page, or of a part of it, as lines that a person can act on. */
async function violations(page, within = 'html') {
  await page.evaluate(axe); // not by a script element: the page's policy refuses it
  return page.evaluate(async (part) => {
    const run = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };
    const { violations } = await globalThis.axe.run(part, run);
    return violations.flatMap((v) =>
      v.nodes.slice(0, 3).map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 160)} ${n.failureSummary?.slice(0, 240)}`),
    );
  }, within);
}

/** Runs in the page: what sticks out of the window and cannot be scrolled to. */
function sticking() {
  const clipped = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    }
    return false;
  };
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !clipped(e))
    .map((e) => `${e.tagName}.${e.className} ends at ${Math.round(e.getBoundingClientRect().right)}`);
}

describe('the page for everybody', () => {
  let game;
  let browser;
  let page;
  before(async () => {
    game = await Game.start();
    browser = await Browser.start();
    page = await browser.page();
    await enter(page, game.link);
  });
  after(async () => {
    await browser?.close();
    await game?.dispose();
  });

  async function theme(mode) {
    const button = page.getByRole('button', { name: /^Theme: / });
    while ((await button.getAttribute('aria-label')) !== `Theme: ${mode}`) await button.click();
  }

  /** Opens a message of the wire, which stands still for that. */
  async function readMessage() {
    const own = page.getByRole('button', { name: /^own/ });
    if ((await own.getAttribute('aria-pressed')) === 'false') await own.click();
    const message = page.getByRole('row').filter({ hasText: '→ in' }).last();
    await message.waitFor();
    await page.getByRole('button', { name: 'Pause recording' }).click();
    await message.click();
    await page.getByRole('heading', { name: '→ in' }).waitFor();
    await page.getByRole('button', { name: '● Record' }).click();
  }

  for (const mode of ['dark', 'light']) {
    for (const panel of panels) {
      test(`${panel}, ${mode}`, async () => {
        await theme(mode);
        await show(page, panel);
        if (panel === 'World') {
          await page
            .getByRole('row', { name: /player/ })
            .first()
            .click();
          await page.getByRole('region', { name: 'Inspector' }).getByRole('spinbutton').first().waitFor();
        }
        if (panel === 'Memory') {
          await page.getByRole('tab', { name: 'Goroutines' }).click();
          await page.getByRole('button', { name: /^List/ }).click();
          await page.getByRole('row').filter({ hasText: 'IO wait' }).first().waitFor();
        }
        if (panel === 'Cvars') {
          const grid = page.getByRole('treegrid', { name: 'Cvars' });
          await grid.getByRole('spinbutton').first().waitFor();
          // A row that is half below the head has half a target.
          await grid.evaluate((el) => el.scrollTo(0, 0));
          await page.getByRole('spinbutton', { name: /^ai\./ }).first().waitFor();
        }
        if (panel === 'Network') await page.getByRole('row', { name: /you/ }).first().waitFor();
        assert.deepEqual(await violations(page), []);
        await calm(page);
      });
    }

    test(`Console, what the line shows, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Console');
      const line = page.getByRole('combobox', { name: 'Command' });
      await line.fill('physics.');
      await page.getByRole('option').first().waitFor();
      await line.press('ArrowDown');
      assert.deepEqual(await violations(page), [], 'completions');
      await line.fill('cvars physics; stats; set physics.gravty 3');
      await line.press('Enter');
      await page.locator('.prompt-paint .wrong').waitFor();
      assert.deepEqual(await violations(page), [], 'a fault, a table');
      await line.press('Control+r');
      await page.getByRole('combobox', { name: 'Search earlier lines' }).waitFor();
      assert.deepEqual(await violations(page), [], 'the history');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Download ▾' }).click();
      assert.deepEqual(await violations(page), [], 'a menu');
      await page.keyboard.press('Escape');
    });

    test(`Assets, every view, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Assets');
      const kinds = page.getByRole('toolbar', { name: 'Kinds' });
      await kinds.waitFor();
      for (const chip of await kinds.getByRole('button').all()) {
        await chip.click();
        // The tiles are drawn with the next frame: one that is gone then must not be pressed.
        const found = await page.locator('.shelf .tally b').textContent();
        await page.locator(`.tile:not([hidden])[aria-setsize="${found}"]`).first().click();
        for (const tab of await page.locator('.asset-detail').getByRole('tab').all()) {
          await tab.click();
          await page.locator('.asset-stage .view-foot').first().waitFor();
          assert.deepEqual(await violations(page), [], `${await chip.textContent()}, ${await tab.textContent()}`);
        }
        await chip.click();
      }
      await page.getByRole('button', { name: 'List', exact: true }).click();
      await page.getByRole('grid', { name: 'Assets' }).getByRole('row').nth(1).waitFor();
      await page.getByRole('button', { name: 'Close the asset' }).click();
      assert.deepEqual(await violations(page), [], 'the list, memory by kind');
      await page.getByRole('button', { name: 'Tiles', exact: true }).click();
      await calm(page);
    });

    test(`Network, every view, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Network');
      for (const view of ['Methods', 'Queues', 'Limits', 'Wire']) {
        await page.getByRole('tab', { name: new RegExp(`^${view}`) }).click();
        await page.getByRole('grid').getByRole('row').nth(1).waitFor();
        if (view === 'Wire') await readMessage();
        assert.deepEqual(await violations(page), [], view);
      }
      await page.getByRole('tab', { name: /^Clients/ }).click();
      await page.getByRole('button', { name: /^Door/ }).click();
      assert.deepEqual(await violations(page), [], 'the door');
      await page.keyboard.press('Escape');
    });

    test(`incidents, a comparison and a capture, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Perf');
      await page.keyboard.press('Shift+B');
      await page.getByRole('button', { name: /incidents? ▾/ }).click();
      await page.locator('.incident-line').first().waitFor();
      assert.deepEqual(await violations(page), [], 'the menu');
      await page.getByRole('button', { name: 'Compare…' }).click();
      await page.getByRole('region', { name: 'Differences by scope' }).waitFor();
      assert.deepEqual(await violations(page), [], 'the comparison');
      await page.getByRole('button', { name: 'Close the comparison' }).click();
      await show(page, 'Overview');
      await page
        .getByRole('region', { name: 'Incidents' })
        .getByRole('button', { name: 'Open', disabled: false })
        .first()
        .click();
      await page.getByRole('button', { name: 'Back to live' }).waitFor();
      for (const panel of ['Perf', 'Memory', 'Cvars', 'Console', 'Overview']) {
        await show(page, panel);
        assert.deepEqual(await violations(page), [], `${panel} of a capture`);
      }
      await page.getByRole('button', { name: 'Back to live' }).click();
      await live(page);
      await calm(page);
    });

    test(`Perf, every view, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Perf');
      const timeline = page.getByRole('group', { name: /^Timeline: / });
      await timeline.focus();
      await page.keyboard.press('Enter');
      await page.getByText('started at').waitFor();
      assert.deepEqual(await violations(page), [], 'a selection');
      await page.getByRole('button', { name: 'Find all' }).click();
      await page.getByRole('grid', { name: /^Calls of/ }).waitFor();
      assert.deepEqual(await violations(page), [], 'all calls');
      await page.getByRole('button', { name: 'left heavy' }).click();
      await page.getByRole('group', { name: /^Left heavy/ }).waitFor();
      assert.deepEqual(await violations(page), [], 'left heavy');
      await page.getByRole('button', { name: 'table', exact: true }).click();
      await page.getByRole('grid', { name: 'Scopes in view' }).getByRole('row').nth(1).waitFor();
      await page.getByRole('button', { name: 'counters' }).click();
      assert.deepEqual(await violations(page), [], 'a table, counters');
      await page.getByRole('button', { name: 'time', exact: true }).click();
      await page.getByRole('button', { name: 'time order' }).click();
      await page.getByRole('contentinfo').getByRole('button', { name: 'Go live' }).click();
    });

    test(`Cvars, what is locked, on lease, pinned and imported, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Cvars');
      const filter = page.getByRole('textbox', { name: 'Filter cvars' });
      const select = async (name) => {
        await filter.fill(name);
        await page.getByRole('row', { name }).last().click();
        await page.getByRole('complementary', { name: `About ${name}` }).waitFor();
      };
      await select('player.god');
      assert.deepEqual(await violations(page), [], 'a cheat while cheats are off');
      await select('physics.wind');
      assert.deepEqual(await violations(page), [], 'a vector');
      await select('render.tint');
      await page.getByRole('button', { name: 'Pin', exact: true }).click();
      assert.deepEqual(await violations(page), [], 'a colour');
      await page.getByRole('button', { name: /^On lease/ }).click();
      assert.deepEqual(await violations(page, '.menu-list'), [], 'the terms of a lease');
      await page.getByRole('button', { name: 'until I leave' }).click();
      await page.getByText(/On lease to/).waitFor();
      await page.getByRole('textbox', { name: 'render.tint', exact: true }).fill('#336699');
      await page.keyboard.press('Enter');
      await page.getByRole('table', { name: 'History' }).waitFor();
      assert.deepEqual(await violations(page), [], 'a lease, a history');
      await page.getByRole('button', { name: 'End the lease' }).click();
      await page.getByRole('button', { name: /^Profiles/ }).click();
      assert.deepEqual(await violations(page, '.menu-list'), [], 'the menu of profiles');
      await page.getByRole('button', { name: /^Import a script/ }).click();
      await page.getByRole('textbox', { name: 'Script' }).fill('set physics.gravity 22\nset nobody 1');
      await page.getByRole('dialog').getByText('1 change, 1 left out').waitFor();
      assert.deepEqual(await violations(page), [], 'a script');
      await page.keyboard.press('Escape');
      await filter.fill('');
      await show(page, 'Overview');
      await page.getByRole('region', { name: 'Pinned cvars' }).getByRole('slider').waitFor();
      assert.deepEqual(await violations(page), [], 'pinned');
      await page.getByRole('button', { name: 'Unpin render.tint' }).click();
      await calm(page);
    });

    test(`dialogs, ${mode}`, async () => {
      await theme(mode);
      await show(page, 'Overview');
      await page.getByRole('button', { name: 'All keys' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await until(
        'the focus is where it was before',
        () => page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
        (label) => label === 'All keys',
      );
      const box = page.getByRole('combobox');
      await open(page, 'Control+k', box);
      await box.fill('grav');
      await page.getByRole('option').first().waitFor();
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('Escape');
    });
  }

  test('whoever is outside of the door', async () => {
    const stranger = await Browser.start();
    try {
      const gate = await stranger.page();
      for (const colorScheme of ['dark', 'light']) {
        await gate.emulateMedia({ colorScheme });
        await gate.goto(`${game.url}/`);
        await gate.getByRole('heading', { name: /link that the game prints/ }).waitFor();
        assert.deepEqual(await violations(gate), [], colorScheme);
      }
    } finally {
      await stranger.close();
    }
  });

  test('nothing is cut off in a window of 900 by 700, nor when text is twice as large', async () => {
    for (const size of [
      { width: 900, height: 700 },
      { width: 720, height: 450 }, // 1440 by 900 at 200 %
    ]) {
      await page.setViewportSize(size);
      for (const panel of panels) {
        await show(page, panel);
        await until(
          `${panel} fits into ${size.width} px`,
          () => page.evaluate(sticking),
          (out) => out.length === 0,
        );
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('the keyboard alone leads from the tabs into a panel and back', async () => {
    await show(page, 'Cvars');
    await page.evaluate(() => document.activeElement?.blur());
    const seen = [];
    await until(
      'Tab reaches the filter of the cvars',
      async () => {
        await page.keyboard.press('Tab');
        seen.push(
          await page.evaluate(
            () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim(),
          ),
        );
        return seen;
      },
      (all) => all.at(-1) === 'Filter cvars' || all.length > 60,
    );
    assert.equal(seen.at(-1), 'Filter cvars', seen.join(' > '));
    assert.ok(seen.includes('World'), 'the tabs come before');
  });
});
