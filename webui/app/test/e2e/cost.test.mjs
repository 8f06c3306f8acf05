// What a cvar costs, on the real game: a load is found, what costs nothing is not, and the value is
// back afterwards whatever happens.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, number, open, show } from './harness/browser.mjs';
import { Client, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('what a cvar costs', () => {
  let game;
  let anna;
  let browser;
  let page;
  before(async () => {
    game = await Game.start();
    anna = await Client.open(game);
    browser = await Browser.start();
    page = await browser.page();
    await enter(page, game.link);
  });
  afterEach(() => calm(page));
  after(async () => {
    await browser?.close();
    await game?.dispose();
  });

  const sheet = (name) => page.getByRole('region', { name: `Cost of ${name}`, exact: true });
  const button = (name) => page.getByRole('button', { name, exact: true });
  const fill = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
  const choose = (label, what) =>
    page.getByRole('combobox', { name: label, exact: true }).selectOption({ label: what });
  const cells = (n) => page.getByRole('region', { name: 'Report by value' }).getByRole('row').nth(n).getByRole('cell');
  const value = async (name) => (await anna.call('cvar.get', { name })).value;

  /** Measures by what stands in the form, and returns the outcome in words. */
  async function measured() {
    await page.getByRole('button', { name: /^Measure( anew)?$/ }).click();
    await button('Stop').waitFor();
    await button('Stop').waitFor({ state: 'detached', timeout: 120_000 });
    return (await page.getByRole('status').filter({ hasText: 'of blocks' }).textContent()) ?? '';
  }

  test('opens from the palette', async () => {
    await show(page, 'Cvars');
    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('physics.substeps');
    await page.getByText('physics.substeps', { exact: true }).first().waitFor(); // the palette knows it then
    const search = page.getByRole('dialog').getByRole('combobox');
    await open(page, 'Control+k', search);
    await search.fill('Measure the cost of physics.substeps');
    await page.keyboard.press('Enter');
    await sheet('physics.substeps').waitFor();
    assert.match(page.url(), /cost=physics\.substeps/);
  });

  test('finds a load, with an interval that leaves zero out', async () => {
    const before = await value('physics.substeps');
    await fill('A, the first', '1');
    await fill('B', '16');
    await fill('rounds', '12');
    await fill('frames a block', '20');
    await choose('judged by', 'physics');
    await choose('of a block', 'median');
    const words = await measured();
    assert.match(words, /^16 costs [\d.]+.ms more than 1/);
    assert.match(words, /interval \+[\d.]+ … \+[\d.]+/);
    assert.equal(await value('physics.substeps'), before, 'the value is back');
    assert.equal(await cells(1).last().textContent(), 'first');
    assert.equal(await cells(2).last().textContent(), '▲ more');
    assert.equal(number(await cells(2).nth(2).textContent()), 240, 'frames');
    assert.ok(number(await cells(2).nth(4).textContent()) > number(await cells(1).nth(4).textContent()), 'p50');
    assert.ok(await page.getByRole('img', { name: /^Differences of 12 rounds/ }).isVisible());
  });

  test('is judged by another scope afterwards, without measuring anew', async () => {
    const load = number(await cells(2).nth(7).textContent());
    await choose('judged by', 'audio');
    await until(
      'the table is of audio',
      () => cells(2).nth(7).textContent(),
      (text) => Math.abs(number(text)) < load / 2,
    );
    await choose('judged by', 'physics');
    assert.equal(await cells(2).last().textContent(), '▲ more');
  });

  test('measures more rounds beside those that are there', async () => {
    const more = page.getByRole('button', { name: /more rounds$/ });
    await fill('precision, ± ms', '100');
    await page.getByText('as wanted').waitFor();
    await more.click();
    await button('Stop').waitFor({ state: 'detached', timeout: 120_000 });
    await page.getByText(/^22 rounds of 20 frames/).waitFor();
    assert.match(await cells(2).last().textContent(), /more/);
  });

  test('is found again by the other way in, and copied as a table', async () => {
    await button('‹ Cvars').click();
    await page
      .getByRole('treegrid', { name: 'Cvars' })
      .or(page.getByRole('grid', { name: 'Cvars' }))
      .first()
      .waitFor();
    await page.getByText('physics.substeps', { exact: true }).first().click();
    await button('Measure cost…').click();
    await page.getByText(/^22 rounds of 20 frames/).waitFor();
    await page.evaluate(() => {
      const set = DataTransfer.prototype.setData;
      DataTransfer.prototype.setData = function (type, text) {
        globalThis.text = text;
        return set.call(this, type, text);
      };
    });
    await button('TSV').click();
    await page.getByText('Report copied as TSV').waitFor();
    const text = await page.evaluate(() => globalThis.text);
    assert.match(text, /^physics\.substeps\tframes\tmean ms\t/);
    assert.match(text, /\n16\t440\t[\d.]+\t.*\tmore\n$/);
    await button('Markdown').click();
    assert.match(await page.evaluate(() => globalThis.text), /\| 16 \| 440 \|/);
  });

  test('sweeps several values', async () => {
    await button('sweep').click();
    await fill('values', '4');
    await fill('rounds', '6');
    await fill('frames a block', '15');
    const words = await measured();
    assert.match(words, /^16 costs [\d.]+.ms more than 1/);
    assert.equal(await page.getByRole('region', { name: 'Report by value' }).getByRole('row').count(), 5);
    assert.deepEqual(
      await Promise.all([1, 2, 3, 4].map((n) => cells(n).first().textContent())).then((all) =>
        all.map((text) => text?.replace(' now', '')),
      ),
      ['1', '6', '11', '16'],
    );
    const means = await Promise.all([1, 2, 3, 4].map((n) => cells(n).nth(4).textContent()));
    assert.deepEqual(
      means.map(number),
      means.map(number).toSorted((a, b) => a - b),
      'more steps, more time',
    );
    assert.ok(await page.getByRole('img', { name: /^Cost by value/ }).isVisible());
  });

  test('says that there is no difference where there is none', async () => {
    await page.evaluate(() => {
      location.hash = '#/cvars?cost=audio.volume';
    });
    await sheet('audio.volume').waitFor();
    await fill('rounds', '12');
    await fill('frames a block', '15');
    await choose('judged by', 'physics');
    await choose('of a block', 'median');
    // Five in a hundred intervals leave the truth out, and may: three in a row do not.
    let words = '';
    for (let i = 0; i < 3 && !words.startsWith('no'); i++) words = await measured();
    assert.match(words, /^no difference found \(±[\d.]+.ms\)/);
  });

  test('stops when asked, goes on while another panel is shown, and keeps what it has', async () => {
    await fill('rounds', '200');
    const before = await value('audio.volume');
    await button('Measure anew').click();
    await page
      .getByText(/round [3-9] of 200/)
      .first()
      .waitFor({ timeout: 60_000 });
    await anna.call('time.hold');
    await page.getByText('waits: the game is held').waitFor();
    await anna.call('time.resume');
    await page.getByText('waits: the game is held').waitFor({ state: 'detached' });
    await show(page, 'Perf');
    const told = page.getByText(/measuring audio\.volume: round \d+ of 200/);
    await told.waitFor();
    await button('Stop measuring audio.volume').click();
    await told.waitFor({ state: 'detached' });
    await button('Show').click();
    await page.getByText('· stopped').waitFor();
    assert.equal(await value('audio.volume'), before);
  });

  test('says who disturbed it', async () => {
    const before = await value('audio.volume');
    await button('Measure anew').click();
    await button('Stop').waitFor();
    await until(
      'it has begun',
      () => anna.call('cvar.get', { name: 'audio.volume' }),
      (cvar) => cvar.layer === 'lease',
    );
    assert.equal((await refusal(anna.call('cvar.set', { name: 'audio.volume', value: 0.3 }))).code, 1007);
    await anna.call('cvar.set', { name: 'audio.volume', value: 0.3, force: true });
    await page.getByRole('alert').filter({ hasText: 'was changed while it alternated' }).waitFor();
    assert.equal(await value('audio.volume'), 0.3, 'what anna set stays');
    await anna.call('cvar.reset', { name: 'audio.volume' });
    assert.equal(await value('audio.volume'), before);
  });

  test('refuses what makes no sense, at the form or by the game', async () => {
    await fill('rounds', '0');
    await page.getByRole('alert').filter({ hasText: 'Rounds: 1 to 1000' }).waitFor();
    assert.ok(await button('Measure anew').isDisabled());
    await fill('rounds', '5');
    await fill('B', '7');
    await button('Measure anew').click();
    await page.getByRole('alert').filter({ hasText: 'audio.volume' }).waitFor();
    await button('Close and forget the measurement').click();
    await page.getByRole('region', { name: 'Cvars', exact: true }).waitFor();
  });

  for (const mode of ['dark', 'light']) {
    test(`keeps the rules of WCAG 2 A and AA, ${mode}`, async () => {
      const theme = page.getByRole('button', { name: /^Theme: / });
      while ((await theme.getAttribute('aria-label')) !== `Theme: ${mode}`) await theme.click();
      await page.evaluate(() => {
        location.hash = '#/cvars?cost=physics.substeps';
      });
      await page.getByRole('img', { name: /^Cost by value/ }).waitFor();
      await page.evaluate(axe); // not by a script element: the page's policy refuses it
      const violations = await page.evaluate(async () => {
        const run = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };
        const { violations } = await globalThis.axe.run(document, run);
        return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`);
      });
      assert.deepEqual(violations, []);
    });
  }
});
