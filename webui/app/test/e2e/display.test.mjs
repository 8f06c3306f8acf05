// The game's own picture in the dashboard: seen, driven, picked from, frozen, kept. The game is the
// sample without a window, which draws every frame in memory.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Browser, calm, enter, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the display', () => {
  let game;
  let browser;
  let page;
  let client;

  before(async () => {
    game = await Game.start();
    client = await Client.open(game);
    await client.call('session.login', { name: 'anna' });
    browser = await Browser.start({ acceptDownloads: true });
    page = await browser.page();
    await enter(page, game.link);
    await show(page, 'Display');
    await seen(page);
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    await game?.dispose();
  });
  beforeEach(async () => {
    await client.call('time.resume', { force: true });
    await client.call('input.control', { take: true, force: true });
    await client.call('input.control', { take: false });
    await until('nobody has control', status, (s) => s.holder === undefined);
  });

  const status = () => client.call('input.status', {});
  const me = async () => (await client.call('session.list', {})).find((s) => s.name !== 'anna')?.name;
  const frame = (on = page) => on.locator('.display-frame');
  const field = (on = page) => on.getByRole('textbox', { name: 'Picture of the game' });
  const button = (name, on = page) => on.getByRole('button', { name });
  const ship = async () => {
    const { components } = await client.call('world.get', { id: 'player' });
    const at = (path) => components.flatMap((c) => c.fields).find((f) => f.path === path)?.value;
    return { x: at('pos.x'), y: at('pos.y') };
  };

  /** A number that differs when the picture does. */
  const pixels = (on = page) =>
    on.locator('.display-canvas').evaluate((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] * 3 + data[i + 1] * 5 + data[i + 2]) | 0;
      return `${canvas.width}x${canvas.height} ${sum}`;
    });

  // A page that is slow is sent smaller ones.
  async function seen(on) {
    await until(
      'a picture is there',
      () => pixels(on),
      (text) => /^(640x360|320x180|160x90) /.test(text),
    );
  }

  async function takeControl(on = page) {
    await button(/Take control/, on).click();
    await on.locator('.display-frame.driving').waitFor();
  }

  /** Where a pixel of the display is on the page. */
  async function spot(x, y, on = page) {
    const box = await frame(on).boundingBox();
    return [box.x + (x / 640) * box.width, box.y + (y / 360) * box.height];
  }

  test('is seen, and changes as the game goes on', async () => {
    const first = await pixels();
    await until(
      'another picture',
      () => pixels(),
      (now) => now !== first,
    );
    const hud = page.locator('.display-hud');
    await until(
      'pictures are counted',
      () => hud.locator('dd').first().textContent(),
      (text) => Number(text) > 0,
    );
    await until(
      'the game has a viewer',
      () => client.call('display.info', {}),
      (info) => info.viewers === 1 && info.width === 640,
    );
    await calm(page);
  });

  test('keys drive the ship, and the page says that they do', async () => {
    await takeControl();
    assert.equal((await status()).holder, await me());
    await page.getByRole('contentinfo').getByText('you have control, keys go to the game').waitFor();
    await page.getByRole('region', { name: 'Input' }).getByText('keys go to the game').waitFor();
    const from = await ship();
    const way = from.x < 320 ? 'd' : 'a';
    await page.keyboard.down(way);
    await until('the game sees the key', status, (s) => s.keys.includes(`Key${way.toUpperCase()}`));
    await until('the ship has gone that way', ship, ({ x }) => (way === 'd' ? x > from.x + 20 : x < from.x - 20));
    await page.locator(`.dp-cap[data-code="Key${way.toUpperCase()}"][data-on]`).waitFor();
    await page.keyboard.up(way);
    await until('the key is up', status, (s) => s.keys.length === 0);
    await until(
      'how long it takes was measured',
      () => page.locator('.display-hud dd').nth(2).textContent(),
      (text) => Number.parseInt(text, 10) > 0,
    );
  });

  test('the pointer is the game’s, in pixels of its display', async () => {
    await takeControl();
    await page.mouse.move(...(await spot(100, 50)));
    await page.mouse.move(...(await spot(400, 300)));
    await page.mouse.down({ button: 'right' });
    const now = await until('the button is down', status, (s) => s.buttons.includes(2));
    assert.ok(Math.abs(now.x - 400) < 2 && Math.abs(now.y - 300) < 2, `at ${now.x}, ${now.y}`);
    await page.mouse.move(5, 5); // a press holds on to the pointer
    await until('it is at the edge', status, (s) => s.x === 0 && s.y === 0);
    await page.mouse.up({ button: 'right' });
    await until('the button is up', status, (s) => s.buttons.length === 0);
  });

  test('what the page does with keys it does not do now', async () => {
    await takeControl();
    for (const key of ['g', 'c', '?', 'Control+k', 'Space', 'f']) await page.keyboard.press(key);
    await page.keyboard.down('z'); // the last one, which the game must have seen
    await until('the game sees it', status, (s) => s.keys.includes('KeyZ'));
    await page.keyboard.up('z');
    assert.match(page.url(), /#\/display/);
    assert.equal(await page.locator('dialog[open], [role=dialog]').count(), 0);
    assert.equal(await button('Freeze the picture (f)').getAttribute('aria-pressed'), 'false');
    assert.equal((await status()).holder, await me());
  });

  test('text goes to the game, and none stays in the page', async () => {
    await takeControl();
    await page.keyboard.type('aß');
    await page.keyboard.insertText('日本');
    assert.equal(await field().inputValue(), '');
    const words = page.getByRole('textbox', { name: 'Text to type into the game' });
    await words.fill('from the clipboard');
    await words.press('Enter');
    await until(
      'it was sent',
      () => words.inputValue(),
      (text) => text === '',
    );
    await calm(page);
  });

  test('Esc is the game’s, twice it gives control back', async () => {
    await takeControl();
    await page.keyboard.down('w');
    await until('the game sees the key', status, (s) => s.keys.includes('KeyW'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await until('all is let go of', status, (s) => s.holder === undefined && s.keys.length === 0);
    await page.keyboard.up('w');
    await button(/Take control/).waitFor();
    assert.equal(await page.locator('.driving').count(), 0);
    await page.keyboard.press('c'); // the page has its keys again
    await page.locator('.display-frame.driving').waitFor();
  });

  test('keys are let go of when the focus leaves the picture; control stays', async () => {
    await takeControl();
    await page.keyboard.down('d');
    await until('the game sees the key', status, (s) => s.keys.includes('KeyD'));
    await page.getByRole('textbox', { name: 'Text to type into the game' }).focus();
    await until('it is up', status, (s) => s.keys.length === 0 && s.holder !== undefined);
    await page.getByRole('contentinfo').getByText('click the picture to play').waitFor();
    await page.keyboard.up('d');
  });

  test('another panel gives control up', async () => {
    await takeControl();
    await page.keyboard.down('a');
    await until('the game sees the key', status, (s) => s.keys.includes('KeyA'));
    await show(page, 'Cvars');
    await until('all is let go of', status, (s) => s.holder === undefined && s.keys.length === 0);
    await until(
      'nobody looks',
      () => client.call('display.info', {}),
      (info) => info.viewers === 0,
    );
    await page.keyboard.up('a');
    await show(page, 'Display');
    await seen(page);
  });

  test('a tab that is closed holds nothing', async () => {
    const other = await browser.page();
    await other.goto(`${game.url}/#/display`);
    await seen(other);
    await takeControl(other);
    await other.keyboard.down('s');
    await until('the game sees the key', status, (s) => s.keys.includes('KeyS'));
    await other.close();
    await until('all is let go of', status, (s) => s.holder === undefined && s.keys.length === 0);
  });

  test('one drives, the other waits, and may take it', async () => {
    await client.call('input.control', { take: true });
    const bar = page.getByRole('toolbar', { name: 'Control and picture' });
    await bar.getByText('anna has control').waitFor();
    await button('Ask for control').click();
    await bar.getByText('you are waiting').waitFor();
    await until('anna is told', status, (s) => s.waiting.length === 1);
    await client.call('input.key', { code: 'KeyW', down: true });
    await page.locator('.dp-cap[data-code="KeyW"][data-on]').waitFor(); // whoever's keys they are
    await button('Take it anyway').click();
    await page.locator('.display-frame.driving').waitFor();
    await until('hers are let go of', status, (s) => s.keys.length === 0);

    await client.request('input.control', { take: true }); // is refused, and waits
    await bar.getByText('anna is waiting').waitFor();
    await page.keyboard.down('d');
    await until('the game sees the key', status, (s) => s.keys.includes('KeyD'));
    await client.call('input.control', { take: true, force: true });
    await until('his are let go of', status, (s) => s.keys.length === 0 && s.holder === 'anna');
    await until(
      'the page says so',
      () => page.locator('.driving').count(),
      (n) => n === 0,
    );
    await page.keyboard.up('d');
    await calm(page);
  });

  test('who only looks presses nothing', async () => {
    await button('View only').click();
    assert.ok(await button(/Take control/).isDisabled());
    await field().focus();
    await page.keyboard.down('w');
    await page.keyboard.up('w');
    await button('View only').click();
    assert.equal((await status()).holder, undefined);
  });

  test('keys that the browser keeps are sent by buttons', async () => {
    await takeControl();
    await client.call('time.hold', { keep: 60 });
    await button('Alt+Tab').click();
    await until('they wait for ticks', status, (s) => s.queued >= 4);
    await client.call('time.step', { ticks: 1 });
    assert.deepEqual((await status()).keys.sort(), ['AltLeft', 'Tab']);
    await client.call('time.step', { ticks: 1 });
    assert.deepEqual((await status()).keys, []);
    assert.equal(await page.locator('.display-frame.driving').count(), 1, 'the picture keeps the keyboard');
  });

  test('a screenshot is a PNG of the whole display', async () => {
    await page.getByRole('combobox', { name: 'Quality' }).selectOption('half size');
    await until(
      'the stream is smaller',
      () => pixels(),
      (text) => text.startsWith('320x180'),
    );
    const coming = page.waitForEvent('download');
    await button('Save a screenshot (s)').click();
    const download = await coming;
    assert.match(download.suggestedFilename(), /\.png$/);
    const png = readFileSync(await download.path());
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [640, 360]);
    await page.getByRole('combobox', { name: 'Quality' }).selectOption('lossless');
    await until(
      'the stream is exact',
      () => client.call('display.info', {}),
      (info) => info.profiles.some((p) => p.mode === 'lossless'),
    );
    await page.getByRole('combobox', { name: 'Quality' }).selectOption('quality 70');
  });

  test('an entity is picked, named in the picture, dragged, and put back by Esc', async () => {
    await client.call('time.hold', { keep: 60 });
    const { rows } = await client.call('world.list', { kind: 'well', limit: 1 });
    const id = rows[0].id;
    const place = async () => {
      const { components } = await client.call('world.get', { id });
      const at = (path) => components.flatMap((c) => c.fields).find((f) => f.path === path)?.value;
      return { x: at('pos.x'), y: at('pos.y') };
    };
    const home = await place();
    const on = await spot(home.x, home.y);
    await until(
      'the well is picked',
      async () => {
        await page.mouse.click(...on); // a click on what is picked finds what lies below
        return page
          .getByRole('region', { name: 'Loupe' })
          .getByRole('link')
          .getAttribute('href', { timeout: 2000 })
          .catch(() => '');
      },
      (href) => href?.includes(`sel=${encodeURIComponent(id).replace(/%3A/g, ':')}`),
    );
    // What is dragged is grabbed where the picture has it.
    const stands = () =>
      until(
        'the picture has it there',
        () => page.getByRole('region', { name: 'Loupe' }).locator('dd').nth(1).textContent(),
        (text) => text.startsWith(`${home.x.toFixed(2)}, ${home.y.toFixed(2)}`),
      );
    await stands();
    await page.mouse.move(...on);
    await page.mouse.down();
    await page.mouse.move(on[0] + 10, on[1] + 10, { steps: 3 });
    await page.mouse.move(...(await spot(home.x + 60, home.y + 30)), { steps: 4 });
    await until('it went along', place, ({ x, y }) => Math.abs(x - home.x - 60) < 3 && Math.abs(y - home.y - 30) < 3);
    await page.keyboard.press('Escape');
    await until('it is back', place, ({ x, y }) => x === home.x && y === home.y);
    await page.mouse.up();
    await stands();
    await page.mouse.move(...on);
    await page.mouse.down();
    await page.mouse.move(...(await spot(home.x - 40, home.y + 20)), { steps: 6 });
    await until('it went along', place, ({ x }) => Math.abs(x - home.x + 40) < 3);
    await page.mouse.up();
    await page.keyboard.press('Control+z');
    await until('one undo takes the drag back', place, ({ x, y }) => x === home.x && y === home.y);
    await show(page, 'World');
    assert.match(page.url(), /sel=/);
    await show(page, 'Display');
    await seen(page);
    await calm(page);
  });

  test('it freezes, and goes on', async () => {
    await field().focus();
    await page.keyboard.press('f');
    await page.getByRole('contentinfo').getByText('picture frozen').waitFor();
    await until(
      'nobody looks',
      () => client.call('display.info', {}),
      (info) => info.viewers === 0,
    );
    const still = await pixels();
    const { tick } = await client.call('time.status', {});
    await until(
      'the game goes on',
      () => client.call('time.status', {}),
      (t) => t.tick > tick + 20,
    );
    assert.equal(await pixels(), still);
    await page.keyboard.press('f');
    await until(
      'it goes on',
      () => pixels(),
      (now) => now !== still,
    );
  });

  test('a recording plays back in this panel', async () => {
    await button('Record the pictures (r)').click();
    await until(
      'pictures are kept',
      () => page.getByText('recording').locator('span').textContent(),
      (text) => Number.parseInt(text, 10) >= 30,
    );
    const coming = page.waitForEvent('download');
    await button('End the recording (r)').click();
    const download = await coming;
    assert.match(download.suggestedFilename(), /\.scry$/);
    await page.getByRole('button', { name: 'Open', exact: true }).last().click();
    const bar = page.getByRole('toolbar', { name: 'Pictures of the capture' });
    await bar.waitFor();
    await seen(page);
    const slider = bar.getByRole('slider', { name: 'Picture' });
    const of = Number(await slider.getAttribute('max'));
    assert.ok(of >= 3, `${of + 1} pictures`); // each may have come in pieces
    const at = (n) =>
      until(
        `picture ${n}`,
        () => slider.inputValue(),
        (value) => Number(value) === n,
      );
    await page.keyboard.press('End');
    await at(of);
    const last = await pixels();
    await page.keyboard.press('Home');
    await at(0);
    const first = await pixels();
    assert.notEqual(first, last);
    await page.keyboard.press('.');
    await at(1);
    await page.keyboard.press('Space');
    await at(of); // it plays to its end
    assert.equal(await pixels(), last, 'by another way, the same picture');
    await page.keyboard.press(',');
    await at(of - 1);
    await calm(page);
    await button('Back to live').click();
    await seen(page);
  });

  test('a capture without pictures says so', async () => {
    const capture = readFileSync(resolve(import.meta.dirname, '../fixtures/garden.scry'));
    const transfer = await page.evaluateHandle(
      (bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], 'garden.scry'));
        return data;
      },
      [...capture],
    );
    await page.locator('body').dispatchEvent('drop', { dataTransfer: transfer });
    await button('Back to live').waitFor();
    await show(page, 'Display');
    await page.getByText('This capture holds no pictures.').waitFor();
    await button('Back to live').click();
    await show(page, 'Display');
    await seen(page);
    await calm(page);
  });

  test('a game that ends lets the page keep the last picture, and one that comes back is seen', async () => {
    await takeControl();
    await game.kill();
    await until(
      'the keys are the page’s',
      () => page.locator('.driving').count(),
      (n) => n === 0,
    );
    await seen(page);
    await client.closed;
    await game.start();
    client = await Client.open(game);
    await client.call('session.login', { name: 'anna' });
    const still = await pixels();
    await page.goto(game.link);
    await page.goto(`${game.url}/#/display`);
    await until(
      'pictures come again',
      () => pixels(),
      (now) => now !== still && !now.startsWith('300x150'),
    );
  });
});
