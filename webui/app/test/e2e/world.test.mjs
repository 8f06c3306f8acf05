// The world in the dashboard: found, selected, changed and taken back, by one person and by two.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, live, number, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the world', () => {
  let game;
  let browser;
  let page;
  let anna;
  before(async () => {
    game = await Game.start();
    browser = await Browser.start();
    page = await browser.page();
    anna = await Client.open(game);
    await anna.call('session.login', { name: 'anna' });
    await enter(page, game.link);
    await show(page, 'World');
    await until(
      'seeds',
      () => anna.call('world.list', { kind: 'seed', limit: 1 }),
      ({ total }) => total > 5,
    );
    await anna.call('time.hold'); // what is edited stays as it was put
    await anna.call('world.create', { kind: 'hunter' }); // there may be none yet
  });
  afterEach(() => calm(page));
  after(async () => {
    await anna?.close();
    await browser?.close();
    await game?.dispose();
  });

  const table = () => page.getByRole('grid', { name: 'Entities' });
  const tree = () => page.getByRole('treegrid', { name: 'Tree of entities' });
  const inspector = () => page.getByRole('region', { name: 'Inspector' });
  const past = () => page.getByRole('region', { name: 'History' });
  const condition = () => page.getByRole('combobox', { name: 'Condition' });
  const box = (path) => inspector().getByRole('spinbutton', { name: new RegExp(`^${path.replace('.', '\\.')}(,|$)`) });
  const heading = (text) => inspector().getByRole('heading', { name: text, level: 2 }).waitFor();
  const line = (text) => past().getByRole('row').filter({ hasText: text }).first();
  const field = async (id, path) => {
    const { components } = await anna.call('world.get', { id });
    return components.flatMap((c) => c.fields).find((f) => f.path === path)?.value;
  };
  const becomes = (id, path, value) =>
    until(
      `${path} is ${value}`,
      () => field(id, path),
      (now) => now === value,
    );
  const some = async (kind, limit = 2) => (await anna.call('world.list', { kind, limit })).rows;
  const query = async (params) => {
    await page.goto(`${game.url}/#/world?${new URLSearchParams(params)}`);
    await live(page);
  };
  const row = ({ name }) => table().getByRole('row').filter({ hasText: name }).first();

  test('completes a condition, says where one is wrong, and mends it', async () => {
    await condition().fill('');
    await condition().pressSequentially('kind:hunter and heal');
    await page.getByRole('option', { name: /^health/ }).waitFor();
    await condition().press('Tab');
    await until(
      'the word is whole',
      () => condition().inputValue(),
      (text) => /and health\b/.test(text),
    );
    await condition().press('Escape');
    await condition().fill('healt < 5000');
    await page.getByText('▲ column 1:').waitFor();
    await page.locator('.query-fault').getByRole('button', { name: 'health' }).click();
    await until(
      'it is mended',
      () => condition().inputValue(),
      (text) => text === 'health < 5000',
    );
    await page.getByText('▲ column 1:').waitFor({ state: 'detached' });
    await table().getByRole('row').filter({ hasText: 'hunter' }).first().waitFor();
    await condition().press('Enter');
    await condition().fill('');
    await condition().press('ArrowDown');
    await page.getByRole('option', { name: 'health < 5000' }).waitFor(); // it was asked before
    await condition().press('Escape');
  });

  test('its rows stay in sight while the window becomes narrow and wide again', async () => {
    const rows = () => page.locator('.entities-list .row:visible').count();
    await until('rows', rows, (n) => n > 5);
    for (const width of [900, 1440, 900, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await until(
        'the columns follow',
        () => page.locator('.world-columns > .split > .split-part').count(),
        (n) => n === 2,
      );
      await until(`rows at ${width}`, rows, (n) => n > 5);
    }
  });

  test('Enter waits for the rows of what was typed', async () => {
    await query({ kind: '' });
    await table().getByRole('row').filter({ hasText: 'match' }).first().waitFor();
    await condition().fill('kind:well');
    await condition().press('Enter'); // before the page has asked
    await until(
      'what has the focus',
      () => page.evaluate(() => document.activeElement?.textContent),
      (text) => /^.well/.test(text ?? ''),
    );
    await heading(/^well/);
    await condition().fill('wel < 1');
    await condition().press('Enter');
    await page.getByText('▲ column 1:').waitFor();
    await until('the condition keeps the focus', () => condition().evaluate((e) => e === document.activeElement));
    await condition().fill('');
  });

  test('is a tree by kind or by a field, and the address remembers it', async () => {
    await query({});
    await page.getByRole('button', { name: 'Tree', exact: true }).click();
    const wells = tree().getByRole('row').filter({ hasText: 'well' }).first();
    await wells.click();
    await page.keyboard.press('ArrowRight');
    await tree().getByRole('row').filter({ hasText: 'well 3' }).waitFor();
    await page.getByRole('button', { name: 'kind ▾' }).click();
    await page.getByRole('button', { name: 'Grouped by hanging' }).click();
    await tree().getByRole('row').filter({ hasText: 'no hanging' }).waitFor();
    await until(
      'the address',
      () => page.url(),
      (url) => url.includes('by=hanging'),
    );
    await page.reload();
    await live(page);
    await tree().getByRole('row').filter({ hasText: 'no hanging' }).waitFor();
    await page.getByRole('button', { name: 'Tree', exact: true }).click();
    await table().getByRole('row').nth(3).waitFor();
  });

  test('several are edited as one: a dash, each from its own value, one undo', async () => {
    const [a, b] = await some('well');
    await anna.call('world.edit', {
      edits: [
        { id: a.id, path: 'radius', value: 4 },
        { id: b.id, path: 'radius', value: 6 },
      ],
    });
    await query({ kind: 'well' });
    await row(a).click();
    await row(b).click({ modifiers: ['Control'] });
    await heading('2 entities');
    await until(
      'a dash',
      () => box('radius').inputValue(),
      (text) => text === '—',
    );
    await box('radius').fill('*=2');
    await box('radius').press('Enter');
    await becomes(a.id, 'radius', 8);
    await becomes(b.id, 'radius', 12);
    await line('radius ×2').waitFor();
    await box('radius').press('Escape');
    await page.keyboard.press('Control+z');
    await becomes(a.id, 'radius', 4);
    await becomes(b.id, 'radius', 6);
    await page.keyboard.press('Control+Shift+z');
    await becomes(b.id, 'radius', 12);
  });

  test('all that fit are selected by a key', async () => {
    const seeds = await anna.call('world.list', { kind: 'seed', limit: 1 });
    await query({ kind: 'seed' });
    await table().getByRole('row').nth(2).click();
    await page.keyboard.press('Control+a');
    const n = Math.min(500, seeds.total);
    await until(
      'their number',
      async () => number(await inspector().getByRole('heading', { level: 2 }).textContent()),
      (now) => now === n,
    );
  });

  test('one is created, copied, deleted, and the delete is taken back', async () => {
    await query({});
    const wells = async () => (await anna.call('world.list', { kind: 'well' })).total;
    const n = await wells();
    const grown = (to) =>
      until(
        `${to} wells`,
        () => wells(),
        (now) => now === to,
      );
    await page.getByRole('button', { name: '+ Spawn' }).click();
    await page.locator('.menu-list').getByRole('button', { name: /well/ }).click();
    await grown(n + 1);
    await heading(/^.? ?well/);
    await page.getByRole('region', { name: 'Entities' }).getByRole('heading').click();
    await page.keyboard.press('Control+d');
    await grown(n + 2);
    await line('duplicate').waitFor();
    await until(
      'the copy is selected',
      async () => (await inspector().getByRole('button', { name: 'Delete' }).count()) === 1,
    );
    await page.keyboard.press('Delete');
    await grown(n + 1);
    await line('delete').waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
    await grown(n + 2);
    await page.getByRole('button', { name: 'Undo mine' }).click();
    await grown(n);
    await past().locator('.row.undone').first().waitFor();
  });

  test('a reference leads there and back, and is chosen by a press', async () => {
    const [hunter] = await some('hunter');
    const [seed] = await some('seed');
    await anna.call('world.set', { id: hunter.id, path: 'target', value: seed.id });
    await query({ sel: hunter.id });
    await heading(/hunter/);
    await inspector()
      .getByRole('link', { name: new RegExp(seed.name) })
      .click();
    await heading(/seed/);
    await inspector().getByRole('button', { name: 'Back' }).click();
    await heading(/hunter/);
    await inspector()
      .getByText(/px away/)
      .waitFor();
    await inspector().getByRole('button', { name: 'Choose target' }).click();
    await page.getByText(/press on a seed or player/).waitFor();
    await table().getByRole('row').filter({ hasText: 'player' }).first().click();
    const { id } = await anna.call('world.get', { id: 'player' });
    await becomes(hunter.id, 'target', id);
    await heading(/hunter/); // what is selected stays
    await inspector().getByRole('button', { name: 'Clear target' }).click();
    await becomes(hunter.id, 'target', null);
  });

  test('methods are buttons; a result and a refusal are said beside them', async () => {
    const [well] = await some('well');
    const strength = await field(well.id, 'pull.strength');
    await query({ sel: well.id });
    await inspector().getByRole('button', { name: 'flip' }).click();
    await becomes(well.id, 'pull.strength', -strength);
    const [hunter] = await some('hunter');
    await query({ sel: hunter.id });
    const enrage = inspector().locator('form.method').filter({ hasText: 'enrage' });
    await enrage.getByRole('textbox').fill('many');
    await enrage.getByRole('button').click();
    await enrage.getByText('"many" is no number').waitFor();
    await enrage.getByRole('textbox').fill('2');
    await enrage.getByRole('button').click();
    await enrage.getByText('→').waitFor();
  });

  test('a field is held by its menu, and let go beside it', async () => {
    const [well] = await some('well');
    await query({ sel: well.id });
    await box('radius').focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Hold at this value' }).click();
    await inspector()
      .getByText(/^held at .* by you/)
      .waitFor();
    assert.equal((await anna.call('world.holds')).length, 1);
    await inspector().getByRole('button', { name: 'Release' }).click();
    await inspector()
      .getByText(/^held at/)
      .waitFor({ state: 'detached' });
    assert.equal((await anna.call('world.holds')).length, 0);
  });

  test('what another does is seen at once, and what is asked back is asked about', async () => {
    const [well] = await some('well');
    await query({ sel: well.id });
    await box('radius').fill('9');
    await box('radius').press('Enter');
    await becomes(well.id, 'radius', 9);
    await anna.call('world.set', { id: well.id, path: 'radius', value: 5 });
    await line('→ 5').filter({ hasText: 'anna' }).waitFor();
    await box('radius').press('Escape');
    await page.keyboard.press('Control+z');
    const question = page.getByRole('alert').filter({ hasText: /anna/ });
    await question.waitFor();
    await question.getByRole('button', { name: 'Undo anyway' }).click();
    await until(
      'the value before both',
      () => field(well.id, 'radius'),
      (now) => now !== 5 && now !== 9,
    );
  });

  test('lists and what is of any type unfold', async () => {
    const { id } = await anna.call('world.get', { id: 'player' });
    await query({ sel: id });
    await inspector()
      .getByRole('button', { name: /^trail: / })
      .click();
    const inside = inspector().getByRole('group', { name: 'What lies in trail' });
    await inside.locator('.field-row').first().waitFor();
  });
});
