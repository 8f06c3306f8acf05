// The assets of the sample: found, looked at, replaced, written; by a person who may, and one who may not.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, enter, number, open, show } from './harness/browser.mjs';
import { Client, http } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

/** The browser's own line about an answer that was a refusal, which a test asked for. */
const refusal = /status of 422/;

describe('the assets', () => {
  let game;
  let browser;
  let page;
  let client;
  let assets;
  const folder = mkdtempSync(join(tmpdir(), 'scry-e2e-assets-'));

  before(async () => {
    game = await Game.start();
    client = await Client.open(game);
    // The files of folders come when somebody has asked for them first.
    assets = await until(
      'the game tells its assets',
      () => client.call('asset.list', {}),
      (list) =>
        ['image', 'sound', 'text', 'json', 'shader', 'font', 'mesh'].every((k) => list.some((a) => a.kind === k)),
    );
    browser = await Browser.start();
    page = await browser.page();
    await enter(page, game.link);
    await show(page, 'Assets');
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    await game?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The first asset for which something holds. */
  function one(what, holds) {
    const asset = assets.find(holds);
    assert.ok(asset, `the sample has ${what}`);
    return asset;
  }

  /** The newest that the game says of an asset. */
  const now = (asset) => client.call('asset.get', { id: asset.id });

  /** Opens an asset by its address. */
  async function look(asset, params = '') {
    await page.goto(`${game.url}/#/assets?sel=${encodeURIComponent(asset.name)}${params}`);
    const detail = page.getByRole('region', { name: `Asset ${asset.name}`, exact: true });
    await detail.waitFor();
    return detail;
  }

  /** Pixels of the page under an element, as one number that differs when they do. */
  async function picture(locator) {
    return (await locator.screenshot()).toString('base64');
  }

  /** Drops a file on what is found. */
  async function drop(locator, name, type, bytes) {
    const transfer = await page.evaluateHandle(
      ([name, type, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
        return data;
      },
      [name, type, [...bytes]],
    );
    await locator.dispatchEvent('dragover', { dataTransfer: transfer });
    const marked = await locator.evaluate((el) => el.closest('[data-drop]')?.getAttribute('data-drop'));
    await locator.dispatchEvent('drop', { dataTransfer: transfer });
    return marked;
  }

  /** A PNG as the browser makes it. */
  async function png(width, height, colour) {
    return Buffer.from(
      await page.evaluate(
        async ([width, height, colour]) => {
          const canvas = new OffscreenCanvas(width, height);
          const paint = canvas.getContext('2d');
          paint.fillStyle = colour;
          paint.fillRect(0, 0, width, height);
          return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
        },
        [width, height, colour],
      ),
    );
  }

  test('are all there, with small pictures of what is in view', async () => {
    const grid = page.getByRole('listbox', { name: 'Assets' });
    await grid.getByRole('option').first().waitFor();
    const said = () => page.locator('.shelf .panel-head .muted').first().textContent();
    await until(
      'all are there',
      async () => [number(await said()), (await client.call('asset.list', {})).length],
      ([shown, all]) => shown === all,
    );
    await page
      .getByRole('toolbar', { name: 'Kinds' })
      .getByRole('button', { name: /^image/ })
      .click();
    await until(
      'a picture was drawn',
      () => grid.locator('img').evaluateAll((all) => all.filter((i) => i.naturalWidth > 0).length),
      (n) => n > 0,
    );
    assert.ok(page.url().includes('kind=image'));
    await page
      .getByRole('contentinfo')
      .getByText(/filtered: .* assets/)
      .waitFor();
    await page
      .getByRole('toolbar', { name: 'Kinds' })
      .getByRole('button', { name: /^image/ })
      .click();
    await calm(page);
  });

  test('are walked with the keyboard, and the selection is in the address', async () => {
    const grid = page.getByRole('listbox', { name: 'Assets' });
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await until(
      'a tile has the focus',
      () => page.evaluate(() => document.activeElement?.getAttribute('role')),
      (r) => r === 'option',
    );
    const first = await grid.getByRole('option', { selected: true }).textContent();
    await page.keyboard.press('ArrowRight');
    await until(
      'another is selected',
      () => grid.getByRole('option', { selected: true }).textContent(),
      (label) => label !== first,
    );
    assert.match(page.url(), /sel=/);
    await page.keyboard.press('v');
    const table = page.getByRole('grid', { name: 'Assets' });
    await table.getByRole('row', { selected: true }).waitFor();
    await table.getByRole('columnheader', { name: 'Size' }).getByRole('button').click();
    await until(
      'the order is in the address',
      () => page.url(),
      (url) => url.includes('sort='),
    );
    await page.keyboard.press('v');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Memory of the assets' }).waitFor();
    await calm(page);
  });

  test('are found by the palette', async () => {
    const asset = one('a shader', (a) => a.kind === 'shader');
    const box = page.getByRole('combobox', { name: 'Search or > command' });
    await open(page, 'Control+k', box);
    await box.fill(asset.name);
    await page.getByRole('option').filter({ hasText: asset.name }).first().click();
    await page.getByRole('region', { name: `Asset ${asset.name}`, exact: true }).waitFor();
  });

  test('an image is zoomed, shown by channel, read by the pixel', async () => {
    const asset = one('an image', (a) => a.kind === 'image' && a.preview && a.width >= 8 && !a.frames);
    const detail = await look(asset);
    const stage = detail.locator('.image-canvas');
    await until(
      'it is decoded',
      () => stage.getAttribute('aria-label'),
      (label) => label.includes('by'),
    );
    const box = await stage.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await detail
      .locator('.view-foot')
      .getByText(/^#[0-9A-F]{8}$/)
      .waitFor();
    const scale = detail.getByRole('group', { name: 'Zoom' }).locator('.scale');
    const before = await scale.textContent();
    await page.mouse.wheel(0, -120);
    await until(
      'it is larger',
      () => scale.textContent(),
      (text) => number(text) > number(before),
    );
    await stage.focus();
    await page.keyboard.press('0');
    await until(
      'it fits again',
      () => scale.textContent(),
      (text) => text === before,
    );
    const all = await picture(stage);
    await detail.getByRole('button', { name: 'A', exact: true }).click();
    await until(
      'alpha looks different',
      () => picture(stage),
      (p) => p !== all,
    );
    await detail.getByRole('button', { name: 'RGBA' }).click();
    await calm(page);
  });

  test('a sheet plays', async () => {
    const asset = one('a sheet of pictures', (a) => a.frames);
    const detail = await look(asset);
    const { frames } = await until(
      'the game has counted them',
      () => now(asset),
      (a) => a.frames.count > 0,
    );
    const shown = detail.locator('.frame-count');
    await shown.waitFor();
    assert.equal(number((await shown.textContent()).split('of')[1]), frames.count);
    await detail.getByRole('button', { name: 'Play', exact: true }).click();
    await until(
      'another frame is shown',
      () => shown.textContent(),
      (text) => number(text) > 1,
    );
    await detail.getByRole('toolbar', { name: 'Frames of the sheet' }).getByRole('button', { name: 'Pause' }).click();
    const at = number(await shown.textContent());
    await detail.getByRole('button', { name: 'One frame on' }).click();
    await until(
      'the next',
      () => shown.textContent(),
      (text) => number(text) === (at % frames.count) + 1,
    );
    await calm(page);
  });

  test('an image is replaced by a drop, compared, refused and put back', async () => {
    const asset = one('an image that can be replaced', (a) => a.kind === 'image' && a.replace && !a.frames);
    const detail = await look(asset);
    const stage = detail.locator('.image-canvas');
    await until(
      'it is decoded',
      () => stage.getAttribute('aria-label'),
      (label) => label.includes('pixels'),
    );
    const { version, width, height } = await now(asset);
    const file = await png(width, height, '#3355ff');
    assert.equal(await drop(stage, 'blue.png', 'image/png', file), 'yes');
    await page.getByText(/was replaced by blue\.png/).waitFor();
    await until(
      'the game has another version',
      async () => (await now(asset)).version,
      (v) => v > version,
    );
    await detail.getByRole('button', { name: 'compare' }).click();
    await detail.getByRole('slider', { name: 'Where the wipe stands' }).waitFor();

    await drop(stage, 'none.png', 'image/png', Buffer.from('no picture at all'));
    const alert = detail.getByRole('alert');
    await alert.getByText('none.png was refused').waitFor();
    const after = await now(asset);
    assert.ok((await alert.locator('pre').textContent()).length > 3, 'in the words of the loader');
    await alert.getByRole('button', { name: 'Dismiss' }).click();

    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/is as it was before/).waitFor();
    await until(
      'the game took it back',
      async () => (await now(asset)).version,
      (v) => v > after.version,
    );
    await calm(page, refusal);
  });

  test('a drop that misses leaves the page where it is', async () => {
    const url = page.url();
    await drop(page.locator('.asset-kinds'), 'nobody-has-this-name.bin', '', Buffer.from('x'));
    await page.getByText(/1 file left out/).waitFor();
    assert.equal(page.url(), url);
    await calm(page, refusal);
  });

  test('a sound is drawn, and played after a press', async () => {
    const asset = one('a sound', (a) => a.kind === 'sound');
    const detail = await look(asset);
    await detail.getByText(/^peak/).waitFor();
    await detail.getByRole('button', { name: 'loop' }).click(); // it may be over before one looks
    await detail.getByRole('button', { name: 'Play', exact: true }).click();
    const foot = detail.locator('.view-foot');
    await until(
      'its time goes on',
      () => foot.textContent(),
      (text) => number(text.split('s')[0].split(':').at(-1)) > 0,
    );
    await detail.getByRole('button', { name: 'Pause' }).click();
    await calm(page, refusal);
  });

  test('a shader is written while the game runs; its compiler speaks at the line', async () => {
    const asset = one('a shader that can be replaced', (a) => a.kind === 'shader' && a.replace);
    const detail = await look(asset);
    const area = detail.getByRole('textbox', { name: `Text of ${asset.name}` });
    await until(
      'its text is there',
      () => area.inputValue(),
      (text) => text.length > 20,
    );
    const text = await area.inputValue();
    const { version } = await now(asset);
    await area.evaluate((a) => a.setSelectionRange(a.value.length, a.value.length));
    await area.focus();
    await page.keyboard.type('\n// written by a person');
    await detail.getByText('✓ applied').waitFor();
    assert.ok((await now(asset)).version > version);

    await area.evaluate((a) => a.setSelectionRange(0, 0));
    await page.keyboard.type('}}\n');
    await detail.getByText('▲ refused').waitFor();
    await detail.locator('.code-line.noted').waitFor();
    await detail.locator('.code-number.bad').waitFor();
    await detail.locator('.code-jump').first().click();
    await detail.getByText(/^line \d+, column \d+$/).waitFor();

    const find = detail.getByRole('textbox', { name: 'Find in the text' });
    await area.press('Control+f');
    await find.fill('a person');
    await find.press('Enter');
    await detail.getByText('1 of 1').waitFor();

    await detail.getByRole('button', { name: 'Revert' }).click();
    await detail.getByText('✓ applied').waitFor();
    assert.equal(await area.inputValue(), text);
    await calm(page, refusal);
  });

  test('JSON is a tree that is folded, searched and copied from', async () => {
    const asset = one('JSON', (a) => a.kind === 'json');
    const detail = await look(asset);
    const tree = detail.getByRole('treegrid', { name: 'JSON' });
    await tree.getByRole('row').nth(1).waitFor();
    await detail.getByRole('button', { name: 'Fold all' }).click();
    const rows = async () => Number(await tree.getAttribute('aria-rowcount'));
    const folded = await rows();
    await detail.getByRole('button', { name: 'Open all' }).click();
    await until('more is to be seen', rows, (n) => n > folded);
    await tree.getByRole('row').nth(1).click();
    await detail.getByRole('button', { name: 'Copy path' }).click();
    await page.getByText('Path copied').waitFor();
    await detail.getByRole('tab', { name: 'Text' }).click();
    await detail.getByRole('textbox', { name: `Text of ${asset.name}` }).waitFor();
    await calm(page, refusal);
  });

  test('a font is shown in its own letters', async () => {
    const asset = one('a font', (a) => a.kind === 'font');
    const detail = await look(asset);
    await detail.locator('[data-size="48"]').waitFor();
    const family = await detail.locator('[data-size="48"]').evaluate((el) => el.style.fontFamily);
    assert.ok(await page.evaluate((f) => document.fonts.check(`12px ${f}`), family));
    await detail.getByRole('button', { name: 'Characters' }).click();
    await detail.locator('.glyph').first().waitFor();
    await calm(page, refusal);
  });

  test('a mesh is drawn, turned and shown as wires', async () => {
    const asset = one('a mesh', (a) => a.kind === 'mesh');
    const detail = await look(asset);
    const stage = detail.locator('.mesh-canvas');
    await detail.getByText(/triangles in/).waitFor();
    const first = await picture(stage);
    await stage.focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    await until(
      'it was turned',
      () => picture(stage),
      (p) => p !== first,
    );
    const turned = await picture(stage);
    await detail.getByRole('button', { name: 'wireframe' }).click();
    await until(
      'wires are drawn',
      () => picture(stage),
      (p) => p !== turned,
    );
    await detail.getByRole('tab', { name: 'Bytes' }).click();
    await detail.getByRole('row').first().waitFor();
    await calm(page, refusal);
  });

  test('a download has the bytes that the game has', async () => {
    const asset = one('an asset of known size', (a) => a.kind === 'json');
    const detail = await look(asset);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      detail.getByRole('button', { name: 'Download' }).click(),
    ]);
    const path = join(folder, 'download');
    await download.saveAs(path);
    const headers = { Authorization: `Bearer ${game.token}` };
    const { body } = await http(game, `/asset/${asset.id}`, { headers });
    assert.equal(readFileSync(path, 'utf8'), body);
    assert.ok(asset.name.endsWith(download.suggestedFilename()));
  });
});
