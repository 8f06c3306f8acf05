// The console of the real game as somebody uses it who knows Quake's: lines are typed, completed,
// searched and mended, and the game does what they say, by the word of a second client.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, gone, noGame, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the console', () => {
  const expected = []; // complaints
  let game;
  let browser;
  let page;
  let client;
  before(async () => {
    game = await Game.start();
    browser = await Browser.start();
    page = await browser.page();
    client = await Client.open(game);
    await client.call('session.login', { name: 'anna' });
    await enter(page, game.link);
    await show(page, 'Console');
  });
  afterEach(() => calm(page, ...expected));
  after(async () => {
    await browser?.close();
    await game?.dispose();
  });

  const line = () => page.getByRole('combobox', { name: 'Command' });
  const options = () => page.getByRole('option');
  const rows = (text) => page.getByRole('treegrid', { name: 'Log' }).getByRole('row').filter({ hasText: text });
  const keys = (text) => page.keyboard.type(text);
  const press = (key) => page.keyboard.press(key);
  const value = () => line().inputValue();
  const typed = (what, wanted) => until(what, value, (text) => text === wanted);

  /** Puts the caret into an empty line, whatever was before. */
  async function fresh() {
    await show(page, 'Console');
    await line().focus();
    await press('Control+c');
    await line().fill('');
  }

  async function cvar(name) {
    return (await client.call('cvar.get', { name })).value;
  }

  test('completes a name with values and help, and sets the cvar', async () => {
    await fresh();
    await keys('physics.gr');
    const gravity = page.getByRole('option', { name: /physics\.gravity/ });
    await gravity.waitFor();
    assert.match(await gravity.textContent(), /16.*positive is down/s);
    await press('Tab');
    await typed('the name is whole', 'physics.gravity ');
    await keys('44');
    await press('Enter');
    await until(
      'the game takes it',
      () => cvar('physics.gravity'),
      (v) => v === 44,
    );
    await rows('physics.gravity = 44').waitFor();
    assert.equal(await rows(/you.*physics\.gravity 44/).count(), 1, 'told once, although the topic tells of it too');
    await typed('the line is empty again', '');
  });

  test('arrows choose from the list above, Esc takes the choice back', async () => {
    await fresh();
    await keys('render.');
    await options().first().waitFor();
    await press('ArrowDown');
    await press('ArrowDown');
    const chosen = await page.locator('[role=option][aria-selected=true] .prompt-name').textContent();
    await typed('the choice stands in the line', chosen);
    const active = await line().getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
    await press('Escape');
    await typed('what was typed stands there again', 'render.');
    await press('Escape');
    await until(
      'the list is closed',
      () => options().count(),
      (n) => n === 0,
    );
    assert.equal(await value(), 'render.');
  });

  test('offers arguments that only the game knows, and tells how the command is written', async () => {
    await fresh();
    await keys('set game.diff');
    await page.getByRole('option', { name: /game\.difficulty/ }).waitFor();
    await page.locator('.prompt-head').getByText('<cvar>').waitFor();
    await press('Tab');
    await keys('fi');
    await page.getByRole('option', { name: /^fierce/ }).waitFor();
    await press('Tab');
    await typed('the value is whole', 'set game.difficulty fierce ');
    await press('Enter');
    await until(
      'the game takes it',
      () => cvar('game.difficulty'),
      (v) => v === 'fierce',
    );
  });

  test('a wrong word is underlined, and Tab mends it', async () => {
    await fresh();
    await keys('set physics.gravty 12');
    await press('Enter');
    const wrong = page.locator('.prompt-paint .wrong');
    await wrong.waitFor();
    assert.equal(await wrong.textContent(), 'physics.gravty');
    await rows(/is not known/)
      .last()
      .waitFor();
    await press('Tab');
    await typed('the word is mended', 'set physics.gravity 12');
    await press('Enter');
    await until(
      'the game takes it',
      () => cvar('physics.gravity'),
      (v) => v === 12,
    );
    await typed('the line is empty', '');
    await keys('nonsense');
    await press('Enter');
    await wrong.waitFor();
    await keys('echo on');
    await typed('typing replaces what was wrong', 'echo on');
    await press('Control+c');
    await typed('and Ctrl+C drops it', '');
  });

  test('several lines run as a script, in order', async () => {
    await fresh();
    await page.evaluate(() => document.execCommand('insertText', false, 'echo first\necho second')); // as a paste does
    await press('Shift+Enter');
    await keys('echo third');
    await typed('three lines', 'echo first\necho second\necho third');
    const { height } = await line().boundingBox();
    assert.ok(height >= 60, `three lines are ${height} px high`);
    await press('Enter');
    await rows(/^[\d\u202f]*third$/).waitFor();
    assert.equal(await rows(/^[\d\u202f]*second$/).count(), 1);
  });

  test('history goes by what was typed, and over a reload with Ctrl+R', async () => {
    await fresh();
    for (const text of ['echo one', 'physics.drag', 'echo two']) {
      await keys(text);
      await press('Enter');
      await typed('it ran', '');
    }
    await keys('ec');
    await press('ArrowUp');
    await typed('the newest that begins so', 'echo two');
    await press('ArrowUp');
    await typed('the one before', 'echo one');
    await press('ArrowDown');
    await press('ArrowDown');
    await typed('and back to what was typed', 'ec');
    await page.reload();
    await line().waitFor();
    await line().click();
    await press('Control+r');
    const search = page.getByRole('combobox', { name: 'Search earlier lines' });
    await search.waitFor();
    await keys('drag');
    await until(
      'it is found',
      () => options().allTextContents(),
      (all) => all.length === 1 && all[0] === 'physics.drag',
    );
    await press('Tab');
    await typed('it can be changed', 'physics.drag');
    await press('Control+u');
    await typed('Ctrl+U cuts', '');
    await rows(/you.*echo two/).waitFor(); // what was run before the reload is told again
  });

  test('a command of another client stands in the list with its name', async () => {
    await client.call('command.run', { line: 'echo from afar' });
    await rows(/anna.*echo from afar/).waitFor();
    await rows(/^[\d\u202f]*from afar$/).waitFor();
  });

  test('rows of a table are copied as tab-separated values', async () => {
    await fresh();
    await keys('find gravity');
    await press('Enter');
    const copy = page.getByRole('button', { name: 'copy table' }).last();
    await copy.waitFor();
    await copy.click();
    await page.getByText('Table copied').waitFor();
  });

  test('follows its end until somebody scrolls, and says how much is new', async () => {
    await fresh();
    await keys('cvars');
    await press('Enter');
    await keys('cvars');
    await press('Enter');
    await until(
      'more than a page',
      () =>
        page.evaluate(() => {
          const table = document.querySelector('.log .table');
          return table.scrollHeight - table.clientHeight;
        }),
      (room) => room > 100,
    );
    await page.locator('.log .table').hover();
    await page.mouse.wheel(0, -300);
    await page.getByText(/^tail stopped at frame/).waitFor();
    for (let i = 0; i < 3; i++) await client.call('command.run', { line: `echo news ${i}` });
    const more = page.getByRole('button', { name: /new ↓/ });
    await more.waitFor();
    await more.click();
    await rows('news 2').last().waitFor();
    await page.getByText(/^tail stopped/).waitFor({ state: 'detached' });
    await line().focus();
    const many = Array.from({ length: 12 }, (_, i) => `echo ${i}`).join('\n');
    await page.evaluate((text) => document.execCommand('insertText', false, text), many);
    await client.call('command.run', { line: 'echo below a line that grew' });
    await rows('below a line that grew').last().waitFor();
    assert.equal(await page.getByText(/^tail stopped/).count(), 0, 'nobody scrolled');
    const below = await line().evaluate((el) => el.scrollHeight - el.clientHeight - el.scrollTop);
    assert.ok(below < 2, 'the caret is in view');
    await press('Control+c');
  });

  test('the key left of 1 leads here and back, from wherever one is', async () => {
    await show(page, 'World');
    await page.getByRole('heading', { level: 1 }).click();
    await press('Backquote');
    await page.getByRole('main', { name: 'Console' }).waitFor();
    await until('the line has the focus', () => line().evaluate((el) => el === document.activeElement));
    for (let i = 0; i < 12; i++) {
      await press('Backquote');
      await page.getByRole('main', { name: 'World' }).waitFor();
      await press('Backquote');
      await until(`time ${i}`, () => line().evaluate((el) => el === document.activeElement));
    }
    await press('Backquote');
    await page.getByRole('main', { name: 'World' }).waitFor();
    await press('Backquote');
    await until('again', () => line().evaluate((el) => el === document.activeElement));
    await press('Escape');
    await page.getByRole('main', { name: 'World' }).waitFor();
    await press('Backquote');
    await until('once more', () => line().evaluate((el) => el === document.activeElement));
    await page.getByRole('heading', { level: 1 }).click();
    await show(page, 'World');
    await show(page, 'Console');
    assert.equal(await line().evaluate((el) => el === document.activeElement), false, 'nobody asked for it');
    await press('Backquote');
    await until('it was asked for', () => line().evaluate((el) => el === document.activeElement));
    await press('Escape');
    await page.getByRole('main', { name: 'Console' }).waitFor();
    await page.goto(page.url().replace(/#.*/, '#/log?q=echo'));
    await page.getByRole('main', { name: 'Console' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Filter lines' }).inputValue(), 'echo');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
  });

  test('a bound key runs its line, but not in a text field, nor where the dashboard has it', async () => {
    await client.call('command.run', { line: 'bind F9 "echo nine"; bind Space "echo space"' });
    await page.getByRole('button', { name: 'Binds ▾' }).waitFor();
    await page.getByRole('heading', { level: 1 }).click();
    await press('F9');
    await rows(/you.*echo nine/).waitFor();
    await press('?');
    const sheet = page.getByRole('dialog', { name: 'All keys' });
    await sheet.getByText('the dashboard has this key: Pause the view').waitFor();
    await press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await client.call('command.run', { line: 'unbind F9; unbind Space' });
    await page.getByRole('button', { name: 'Binds ▾' }).waitFor({ state: 'detached' });
    await press('?');
    await sheet.getByText('Pause the view').waitFor();
    assert.equal(await sheet.getByRole('heading', { name: 'Binds of the game' }).count(), 0, 'there are none');
    await press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  test('a script that waits says so, and Ctrl+C ends it', async () => {
    await fresh();
    await keys('wait 5000; echo never');
    await press('Enter');
    await page.getByText('◔ runs').waitFor();
    await press('Control+c');
    await page.getByText('◔ runs').waitFor({ state: 'detached' });
    await rows(/cancel/i)
      .last()
      .waitFor();
  });

  test('Ctrl+L clears the list, and what was there can be seen again', async () => {
    await fresh();
    await press('Control+l');
    await until(
      'the list is empty',
      () => rows('echo one').count(),
      (n) => n === 0,
    );
    await page.getByRole('contentinfo').getByRole('button', { name: 'Show them again' }).click();
    await rows(/echo never/)
      .first()
      .waitFor();
  });

  test('filters as one types, by words and by levels', async () => {
    const filter = page.getByRole('textbox', { name: 'Filter lines' });
    await filter.fill('garden opens');
    await until(
      'one line is left',
      () => page.locator('.log .row:not([hidden])').count(),
      (n) => n === 1,
    );
    await page
      .getByRole('contentinfo')
      .getByText(/filtered: 1 of/)
      .waitFor();
    await fresh();
    await keys('echo seen nevertheless');
    await press('Enter');
    await rows(/^[\d\u202f]*seen nevertheless$/).waitFor();
    await filter.fill('');
  });

  test('all that the game keeps of its log can be saved', async () => {
    await page.getByRole('button', { name: 'Download ▾' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /All that the game keeps.*as text/ }).click(),
    ]);
    const chunks = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk);
    assert.match(Buffer.concat(chunks).toString(), /the garden opens/);
  });

  test('without the game the line is shut with a reason, and what is there can be read', async () => {
    expected.push(noGame, gone);
    await game.kill();
    await page
      .getByText(/takes commands again when it is back/)
      .first()
      .waitFor();
    assert.equal(await line().getAttribute('readonly'), '');
    await page.getByRole('treegrid', { name: 'Log' }).getByRole('row').first().waitFor();
  });
});
