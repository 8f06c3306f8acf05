// Cvars as a person tunes them: by hand, for a while, from files; and taken back.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, number, show } from './harness/browser.mjs';
import { Client, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('cvars', () => {
  let game;
  let browser;
  let page;
  let client;
  let all;
  before(async () => {
    game = await Game.start();
    browser = await Browser.start();
    page = await browser.page();
    client = await Client.open(game);
    await client.call('session.login', { name: 'anna' });
    all = await client.call('cvar.list', {});
    await enter(page, game.link);
    await show(page, 'Cvars');
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    await game?.dispose();
  });
  afterEach(async () => {
    await page.keyboard.press('Escape');
    for (const { name, layers, flags } of await client.call('cvar.list', {}))
      if (layers?.length && !flags.includes('read-only') && !(flags.includes('cheat') && !flags.includes('modified')))
        await client.request('cvar.reset', { name, all: true, force: true });
  });

  const get = (name) => client.call('cvar.get', { name });
  const becomes = (name, want, what = `${name} becomes ${JSON.stringify(want)}`) =>
    until(
      what,
      () => get(name),
      (cvar) => (typeof want === 'function' ? want(cvar) : JSON.stringify(cvar.value) === JSON.stringify(want)),
    );

  /** The first cvar that a test can use: anybody may set it, at once, for good. */
  const pick = (fits) => {
    const found = all.find((c) => !c.flags.some((f) => /cheat|latched|read-only|secret/.test(f)) && fits(c));
    assert.ok(found, `the game has a cvar for ${fits}`);
    return found;
  };
  const ranged = () => pick((c) => c.type === 'float' && c.min !== undefined && c.max > c.default && c.min < c.default);
  const row = (name) => page.getByRole('row').filter({ has: page.locator('.name-text', { hasText: exactly(name) }) });
  const exactly = (text) => new RegExp(`^${text.replaceAll('.', '\\.')}$`);
  const about = () => page.getByRole('complementary', { name: /^About / });

  /** Filters for a cvar and selects it. */
  const select = async (name, on = page) => {
    await on.getByRole('textbox', { name: 'Filter cvars' }).fill(name);
    await on.locator('.cvars-list .row:not([hidden], .ghost) .name-text', { hasText: exactly(name) }).click();
    await on.getByRole('complementary', { name: `About ${name}` }).waitFor();
  };

  test('dragging a name changes its number; one undo takes the whole drag back', async () => {
    const { name, value } = ranged();
    await select(name);
    const label = row(name).locator('.name-text');
    const box = await label.boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 1; i <= 12; i++) await page.mouse.move(x + i, y);
    await page.mouse.up();
    await becomes(name, (c) => c.value > value, 'the drag reaches the game');
    const shown = row(name).getByRole('spinbutton');
    const apart = async () => Math.abs(number(await shown.inputValue()) - (await get(name)).value);
    await until('the field shows what the game holds', apart, (n) => n < 0.01);
    await page.keyboard.press('Control+z');
    await becomes(name, value, 'the drag is taken back');
    // Where the machine is slow the drag takes more than a second, and is several changes to the game.
    const history = await client.call('cvar.history', { name });
    const [backs, drag] = [history.filter((c) => c.undo !== undefined), history.filter((c) => c.undo === undefined)];
    assert.ok(drag.length > 0 && drag.every((c) => c.undone));
    assert.deepEqual(
      backs.map((c) => c.undo),
      drag.map((c) => c.id).reverse(),
      'by the game’s own undo',
    );
  });

  test('Escape in a drag leaves the game as it was', async () => {
    const { name, value } = ranged();
    await select(name);
    const box = await row(name).locator('.name-text').boundingBox();
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    for (let i = 1; i <= 20; i++) await page.mouse.move(box.x + 5 + i, box.y + 5);
    await becomes(name, (c) => c.value !== value, 'the drag reaches the game');
    await page.keyboard.press('Escape');
    await becomes(name, value);
    await page.mouse.up();
  });

  test('an axis of a vector is typed as an expression; linked axes keep their proportion', async () => {
    const { name } = pick((c) => /^vec[23]$/.test(c.type) && (c.max ?? 20) >= 16);
    const n = all.find((c) => c.name === name).value.length;
    const start = Array.from({ length: n }, (_, i) => 2 * (i + 1));
    await client.call('cvar.set', { name, value: start });
    await select(name);
    const axis = (letter) => row(name).getByRole('spinbutton', { name: new RegExp(`\\.${letter}\\b`) });
    await until('the first axis shows it', async () => number(await axis('x').inputValue()) === start[0]);
    assert.equal(await about().getByRole('button', { name: 'Arm' }).count(), 0, 'the game compares no vectors');
    await axis('y').fill('*=2');
    await axis('y').press('Enter');
    await becomes(name, [start[0], start[1] * 2, ...start.slice(2)]);
    await row(name)
      .getByRole('button', { name: /^Link the axes/ })
      .click();
    await axis('x').fill('*=2');
    await axis('x').press('Enter');
    await becomes(name, [start[0] * 2, start[1] * 4, ...start.slice(2).map((v) => v * 2)]);
    await row(name)
      .getByRole('button', { name: /^Link the axes/ })
      .click();
  });

  test('a colour is typed, and its opacity slides by itself', async () => {
    const { name } = pick((c) => c.type === 'color');
    await select(name);
    const digits = row(name).getByRole('textbox', { name: exactly(name) });
    await digits.fill('#336699');
    await digits.press('Enter');
    await becomes(name, '#336699ff');
    const opacity = row(name).getByRole('slider');
    await opacity.focus();
    await page.keyboard.press('Home');
    await becomes(name, '#33669900');
    await page.keyboard.press('ArrowRight');
    await becomes(name, '#33669901');
    await page.keyboard.press('Escape');
  });

  test('a latched value waits, and says so', async () => {
    const latched = all.find((c) => c.flags.includes('latched') && c.type === 'int');
    const { name, value } = latched;
    const next = value + 1 <= (latched.max ?? 1e9) ? value + 1 : value - 1;
    await select(name);
    const field = row(name).getByRole('spinbutton');
    await field.fill(String(next));
    await field.press('Enter');
    await becomes(name, (c) => c.pending === next && c.value === value);
    await row(name)
      .filter({ hasText: `⟳ then ${next}` })
      .waitFor();
    await about().getByText('until the game takes it').waitFor();
    await field.press('Escape');
    await row(name).focus();
    await page.keyboard.press('Control+z');
    await becomes(name, (c) => c.pending === undefined);
  });

  test('a cheat is locked until cheats are on, and goes back when they go off', async () => {
    const { name, value } = all.find((c) => c.flags.includes('cheat') && c.type === 'bool');
    await select(name);
    const field = row(name).getByRole('switch');
    assert.ok(await field.isDisabled());
    assert.equal((await refusal(client.call('cvar.set', { name, value: !value }))).code, 1006);
    await about().getByRole('button', { name: 'turn on' }).click();
    await until('the switch is free', () => field.isEnabled());
    await field.click();
    await becomes(name, !value);
    await client.call('cvar.set', { name: 'cheats', value: false });
    await becomes(name, value);
    await until('the switch is locked again', () => field.isDisabled());
  });

  test('a value on lease goes back when the page that holds it is closed', async () => {
    const { name, value, max } = ranged();
    const other = await browser.page();
    await other.goto(game.url);
    await show(other, 'Cvars');
    await select(name, other);
    await other.getByRole('button', { name: /^On lease/ }).click();
    await other.getByRole('button', { name: 'until I leave' }).click();
    await becomes(name, (c) => c.lease !== undefined);
    const field = other.getByRole('spinbutton', { name: new RegExp(`^${name.replaceAll('.', '\\.')}`) });
    await field.fill(String(max));
    await field.press('Enter');
    const held = await becomes(name, (c) => c.value === max);
    assert.equal(held.layer, 'lease', 'what is typed then is on lease too');

    await select(name);
    await about()
      .getByText(/On lease to/)
      .waitFor();
    assert.match((await refusal(client.call('cvar.set', { name, value }))).message, /on lease to/);
    await other.close();
    await becomes(name, value, 'the lease ends with its page');
    await about()
      .getByText(/On lease to/)
      .waitFor({ state: 'detached' });
  });

  test('a lease of seconds counts down and can be kept', async () => {
    const { name, max } = ranged();
    await select(name);
    await client.call('cvar.set', { name, value: max });
    await about()
      .getByRole('button', { name: /^On lease/ })
      .click();
    await page.getByRole('button', { name: /for 60/ }).click();
    await about()
      .getByText(/\d\s?s left/)
      .waitFor();
    await about().getByRole('button', { name: 'Keep it' }).click();
    const kept = await becomes(name, (c) => c.lease === undefined);
    assert.deepEqual([kept.value, kept.layer], [max, 'console']);
    await about()
      .getByRole('table', { name: 'Layers' })
      .getByRole('row', { name: /console ?, holds/ })
      .waitFor();
  });

  test('the history survives a reload, leads back, and is struck through when undone', async () => {
    const { name, min, max, value } = ranged();
    await client.call('cvar.set', { name, value: max });
    await select(name);
    const field = row(name).getByRole('spinbutton');
    await field.fill(String(min));
    await field.press('Enter');
    const { frame } = await becomes(name, min);
    // What a client does to a cvar within a second is one change to the game.
    await becomes(name, (c) => c.frame > frame + 70, 'a second is over');
    await page.reload();
    const history = about().getByRole('table', { name: 'History' });
    const mine = history.getByRole('row', { name: /you/ }).first();
    await mine.waitFor();
    await history.getByRole('row', { name: /anna/ }).first().waitFor();
    await mine.getByRole('link').waitFor();
    await mine.getByRole('button', { name: /^Back to/ }).click();
    await becomes(name, max);
    await row(name).focus();
    await page.keyboard.press('Control+z');
    await becomes(name, min, 'going back is an edit like any other');
    await history
      .getByRole('row', { name: /undone/ })
      .first()
      .waitFor();
    await page.keyboard.press('Control+z');
    await becomes(name, max, 'also what was done before the reload');
    await about()
      .getByRole('button', { name: /^Default/ })
      .click();
    await becomes(name, value);
  });

  test('an undo of what somebody else changed since asks, and names them', async () => {
    const { name, min, max } = ranged();
    await select(name);
    const field = row(name).getByRole('spinbutton');
    await field.fill(String(max));
    await field.press('Enter');
    await becomes(name, max);
    await client.call('cvar.set', { name, value: min });
    await field.press('Escape');
    await row(name).focus();
    await page.keyboard.press('Control+z');
    const question = page.getByRole('alert').filter({ hasText: 'anna changed it since' });
    await question.waitFor();
    await question.getByRole('button', { name: /^Keep/ }).click();
    await becomes(name, min);
  });

  test('mine are those that this person set', async () => {
    const { name, max } = ranged();
    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('');
    const other = pick((c) => c.type === 'bool');
    await client.call('cvar.set', { name: other.name, value: !other.value });
    await select(name);
    await row(name).getByRole('spinbutton').fill(String(max));
    await page.keyboard.press('Enter');
    await becomes(name, max);
    await page.getByRole('textbox', { name: 'Filter cvars' }).fill('');
    await page.getByRole('button', { name: /^mine/ }).click();
    await page.getByRole('button', { name: 'mine 1' }).waitFor();
    const names = page.locator('.cvars-list .row:not(.group):not([hidden]) .name-text');
    await until(
      'one row is left',
      () => names.allTextContents(),
      (all) => all.join() === name,
    );
    await page.getByRole('button', { name: 'tree' }).click();
    await until(
      'headings are gone',
      () => page.locator('.cvars-list .row.group:visible').count(),
      (n) => n === 0,
    );
    await page.getByRole('button', { name: 'tree' }).click();
    await page.getByRole('button', { name: /^mine/ }).click();
  });

  test('a pinned cvar stands on the Overview with its editor, also after a reload', async () => {
    const { name, max, value } = ranged();
    await select(name);
    await about().getByRole('button', { name: 'Pin', exact: true }).click();
    const other = pick((c) => c.type === 'bool');
    await select(other.name);
    await row(other.name).focus();
    await page.keyboard.press('p');
    await about().getByRole('button', { name: 'Pinned', exact: true }).waitFor();
    await show(page, 'Overview');
    const pinned = page.getByRole('region', { name: 'Pinned cvars' });
    const field = pinned.getByRole('spinbutton');
    await field.fill(String(max));
    await field.press('Enter');
    await becomes(name, max);
    await field.press('Escape');
    await pinned.getByRole('button', { name: `Move ${name}` }).focus();
    await page.keyboard.press('ArrowDown');
    const order = () => pinned.locator('.pinned-name').allTextContents();
    const cut = (texts) => texts.map((t) => t.replace('● ', '')).join();
    await until('it moved behind the other', order, (texts) => cut(texts) === [other.name, name].join());
    await page.reload();
    await until('the order is kept', order, (texts) => cut(texts) === [other.name, name].join());
    await pinned.getByRole('button', { name: new RegExp(`^Reset ${name}`) }).click();
    await becomes(name, value);
    for (const n of [name, other.name]) await pinned.getByRole('button', { name: `Unpin ${n}` }).click();
    await pinned.waitFor({ state: 'detached' });
    await page.goto(`${game.url}/#/overview?pins=${name}`);
    await pinned.getByText('from the address').waitFor();
    await pinned.getByRole('button', { name: 'Show mine' }).click();
    await pinned.waitFor({ state: 'detached' });
    await show(page, 'Cvars');
  });

  test('a script tells before what it would set, and is one step to undo', async () => {
    const { name, max, value } = ranged();
    const other = pick((c) => c.type === 'bool');
    await page.getByRole('button', { name: /^Profiles/ }).click();
    await page.getByRole('button', { name: /^Import a script/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a script' });
    const lines = [
      `set ${name} ${max}`,
      `set ${other.name} ${!other.value} // a comment`,
      `set ${name}x 1`,
      'say hello',
    ];
    await dialog.getByRole('textbox', { name: 'Script' }).fill(lines.join('\n'));
    await dialog.getByText('2 changes, 2 left out').waitFor();
    await dialog.getByText(/^▲ line 3: /).waitFor();
    await dialog.getByRole('button', { name: 'Set 2 values' }).click();
    await dialog.waitFor({ state: 'detached' });
    await becomes(name, max);
    await becomes(other.name, !other.value);
    await page.keyboard.press('Control+z');
    await becomes(name, value);
    await becomes(other.name, other.value);
    await page.keyboard.press('Control+Shift+z');
    await becomes(name, max);
  });

  test('a profile is saved, tells what it would change, and is loaded as one step', async () => {
    const { name, max, value } = ranged();
    const other = pick((c) => c.type === 'bool');
    await client.call('cvar.set', { name, value: max });
    await client.call('cvar.set', { name: other.name, value: !other.value });
    const menu = page.getByRole('button', { name: /^Profiles/ });
    await menu.click();
    await page.getByRole('button', { name: 'Save as a profile…' }).click();
    await page.getByRole('textbox', { name: 'Name of the profile' }).fill('dusk');
    await page.keyboard.press('Enter');
    await page.getByText(/^Profile dusk: \d+ values in dusk\.cfg$/).waitFor();

    for (const n of [name, other.name]) await client.call('cvar.reset', { name: n, all: true });
    await menu.click();
    await page.getByRole('button', { name: /^dusk… .*saved/ }).waitFor();
    const beyond = await page.locator('.menu-list').evaluate((list) => list.scrollWidth - list.clientWidth);
    assert.equal(beyond, 0, 'what profiles are for is read whole');
    await page.getByRole('button', { name: /^dusk… .*saved/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Profile dusk' });
    await dialog.getByRole('row', { name: new RegExp(`^${name} `) }).waitFor();
    assert.equal((await get(name)).value, value, 'a look changes nothing');
    await dialog.getByRole('button', { name: /^Load \d+ values$/ }).click();
    await dialog.waitFor({ state: 'detached' });
    const loaded = await becomes(name, max);
    assert.equal(loaded.from, 'profile dusk');
    await becomes(other.name, !other.value);
    await page.keyboard.press('Control+z');
    await becomes(name, value);
    await becomes(other.name, other.value);

    await menu.click();
    await page.getByRole('button', { name: 'Delete the profile dusk' }).click();
    await until(
      'it is gone',
      () => client.call('cvar.profiles', {}),
      (list) => !list.some((p) => p.name === 'dusk'),
    );
    await page.keyboard.press('Escape');
  });

  test('the menu tells what is not saved yet, and saves it', async () => {
    const { name, max } = pick((c) => c.flags.includes('archive') && c.type === 'float' && c.max > c.value);
    await client.call('cvar.set', { name, value: max });
    await page.getByRole('button', { name: /^Profiles/ }).click();
    await page.getByRole('button', { name: /^Save the archive now/ }).click();
    await page.getByText(/in archive\.cfg$/).waitFor();
    await becomes(name, (c) => c.layer === 'archive', 'the archive has it');
    await page.getByRole('button', { name: /^Profiles/ }).click();
    await page.getByRole('button', { name: 'Save the archive now all is saved' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('a link to a cvar brings its row into view, also while the list is shown', async () => {
    await page.goto(`${game.url}/#/cvars?sel=ai.aggression`);
    await page.getByRole('row', { name: /ai\.aggression/ }).waitFor();
    await page.goto(`${game.url}/#/cvars?sel=wells.strength`);
    await page.getByRole('row', { name: /wells\.strength/, selected: true }).waitFor();
    await page.goto(`${game.url}/#/cvars?sel=ai.aggression`);
    await page.getByRole('row', { name: /ai\.aggression/, selected: true }).waitFor();
  });

  test('a link brings the row into view where the details take their room below', async () => {
    await page.setViewportSize({ width: 900, height: 700 });
    await page.getByRole('button', { name: 'Close the details' }).click();
    await about().waitFor({ state: 'detached' });
    const last = await until('the lowest row', () =>
      page.locator('.cvars-list').evaluate((list) => {
        const { bottom } = list.getBoundingClientRect();
        const rows = [...list.querySelectorAll('.row:not([hidden], .group)')];
        const whole = rows.filter((r) => r.getBoundingClientRect().bottom <= bottom);
        const y = (r) => r.getBoundingClientRect().y;
        return whole
          .toSorted((a, b) => y(a) - y(b))
          .at(-1)
          ?.querySelector('.name-text').textContent;
      }),
    );
    await page.goto(`${game.url}/#/cvars?sel=${last}`);
    await about().waitFor();
    await until(
      `${last} stands above the details`,
      async () => [await row(last).boundingBox(), await about().boundingBox()],
      ([one, below]) => one && one.y + one.height <= below.y + 1,
    );
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('nothing of it made the browser complain', () => calm(page));
});
