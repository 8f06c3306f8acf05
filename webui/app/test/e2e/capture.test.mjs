// The black box from end to end: an incident is frozen in the real game, saved, and opened when the
// game is gone, in the page and by cmd/scry.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Browser, calm, connection, enter, gone, live, noGame, number, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

const root = resolve(import.meta.dirname, '../../../..');

describe('the black box', () => {
  let game;
  let browser;
  let page;
  let client;
  let folder;
  let file; // a saved capture
  let hitch; // the frame that the game froze for
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scry-e2e-capture-'));
    game = await Game.start();
    browser = await Browser.start({ acceptDownloads: true });
    client = await Client.open(game);
    await client.call('session.login', { name: 'witness' });
  });
  after(async () => {
    await browser?.close();
    await game?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const incidents = () => client.call('incident.list');
  let opened; // the frame at which the page was there
  const late = (one) => one.kind === 'frame' && one.frame > opened;
  const spaced = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, '.');
  const kept = (kind) => (list) => list.find((i) => i.kind === kind && i.state === 'kept');
  const list = () => page.getByRole('region', { name: 'Incidents', exact: true });
  const title = () => page.getByRole('banner').getByText(/capture .*\.scry/);

  async function download(press) {
    const [saved] = await Promise.all([page.waitForEvent('download'), press()]);
    const path = join(folder, saved.suggestedFilename());
    await saved.saveAs(path);
    return path;
  }

  test('tells a page of what happened before it came', async () => {
    await until(
      'two seconds of frames',
      () => client.call('time.status'),
      ({ frame }) => frame > 120,
      60_000,
    );
    const { frame } = await client.call('time.status');
    page = await browser.page();
    await enter(page, game.link);
    await show(page, 'Perf');
    const heading = page.getByRole('heading', { name: 'Frames' }).locator('xpath=following-sibling::span[1]');
    const first = await until(
      'the first frame that is recorded',
      async () => {
        await page.keyboard.press('0');
        return number((await heading.textContent())?.slice(1));
      },
      (n) => n > 0,
    );
    opened = (await client.call('time.status')).frame;
    assert.ok(first < frame - 60, `the page begins at frame ${first}, it was opened at ${frame}`);
    await calm(page);
  });

  test('freezes by itself when a frame takes long, and the page says so', async () => {
    // Shortly after one incident the game makes no other by itself, so it may have to be asked again.
    const all = await until(
      'an incident',
      async () => {
        await client.call('garden.hitch', { cause: 'wait' });
        // The game logs it: by itself it may log nothing for as long as an incident is.
        for (const value of ['calm', 'fierce']) await client.call('cvar.set', { name: 'game.difficulty', value });
        return incidents();
      },
      (list) => list.some(late),
      60_000,
    );
    hitch = all.find(late).frame;
    await page
      .getByRole('status')
      .getByText(/kept what happened around frame/)
      .first()
      .waitFor();
    await until('it is kept', incidents, (all) => all.find((i) => i.frame === hitch && i.state === 'kept'));
  });

  test('freezes by a key, by a condition on a cvar, and lists it all', async () => {
    await page.keyboard.press('Shift+B');
    await until('an incident by hand', incidents, kept('client'));
    await page.goto(`${game.url}/#/cvars?sel=spawn.rate`);
    await live(page);
    await page.getByRole('textbox', { name: 'Value of the condition' }).fill('50');
    await page.getByRole('button', { name: 'Arm' }).click();
    await page.getByRole('button', { name: 'Disarm > 50' }).waitFor();
    await until(
      'an incident by the condition',
      async () => {
        await client.call('cvar.set', { name: 'spawn.rate', value: 8 });
        await client.call('cvar.set', { name: 'spawn.rate', value: 60 });
        return incidents();
      },
      kept('predicate'),
      60_000,
    );
    await page.getByRole('button', { name: 'Disarm > 50' }).click();
    await until(
      'nothing is armed',
      () => client.call('incident.armed'),
      (armed) => armed.length === 0,
    );
    await show(page, 'Overview');
    await until(
      'rows of all',
      () => list().locator('tbody tr').count(),
      (n) => n >= 3,
    );
    await calm(page);
  });

  test('gives an incident as files in three formats', async () => {
    const save = list().getByRole('button', { name: new RegExp(`^Save #${spaced(hitch)} `) });
    file = await download(() => save.click());
    assert.match(file, /\.scry$/);
    assert.equal(gunzipSync(readFileSync(file)).subarray(0, 6).toString(), 'SCRY1\n');
    await show(page, 'Perf');
    await page.getByRole('button', { name: /incidents/ }).click();
    const chrome = await download(() => page.getByRole('button', { name: 'chrome' }).first().click());
    assert.ok(Array.isArray(JSON.parse(readFileSync(chrome, 'utf8')).traceEvents));
    const perfetto = await download(() => page.getByRole('button', { name: 'perfetto' }).first().click());
    assert.match(perfetto, /\.pftrace$/);
    await page.keyboard.press('Escape');
  });

  test('opens an incident in the place of the game, and leaves it again', async () => {
    await show(page, 'Overview');
    await list()
      .getByRole('row')
      .filter({ has: page.getByRole('button', { name: new RegExp(`^Save #${spaced(hitch)} `) }) })
      .getByRole('button', { name: 'Open' })
      .click();
    await title().waitFor();
    await page.getByRole('main', { name: 'Perf' }).waitFor();
    assert.match(page.url(), /#\/perf\?f=\d+/);
    await show(page, 'Console');
    await page.getByRole('treegrid', { name: 'Log' }).getByText('the difficulty changes').first().waitFor();
    await page.getByRole('button', { name: 'Back to live' }).click();
    await live(page);
    assert.doesNotMatch(page.url(), /f=/);
    await calm(page);
  });

  test('compares two stretches', async () => {
    await show(page, 'Perf');
    await page.getByRole('button', { name: /incidents/ }).click();
    await page.getByRole('button', { name: 'Compare…' }).click();
    const view = page.getByRole('region', { name: 'Compare', exact: true });
    await until(
      'lines by scope',
      () => view.locator('tbody tr').count(),
      (n) => n > 5,
    );
    const [words] = await view.locator('tbody tr').first().allTextContents();
    assert.match(words, /^frame.*(more|less|noise)/);
    await page.getByRole('button', { name: 'Close the comparison' }).click();
    await calm(page);
  });

  test('is looked at when the game is gone, also for the first time', async () => {
    await page.reload();
    await live(page);
    const came = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map((e) => e.name)
          .join(),
      );
    await until(
      'what reads captures is there',
      came,
      (all) => /\/capturefile-.*\.js/.test(all) && /\/replay-.*\.js/.test(all),
    );
    await game.kill();
    await until(
      'the page knows',
      () => connection(page).textContent(),
      (text) => text?.includes('offline'),
    );
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /incidents/ }).click();
    await page.getByRole('button', { name: 'Open a file…' }).click();
    await (await chooser).setFiles(file);
    await title().waitFor();
    await until(
      'the frame of the hitch',
      () => page.url(),
      (url) => url.includes(`f=${hitch}`),
    );
    await page
      .getByText(new RegExp(`frame #${spaced(hitch)}`))
      .first()
      .waitFor();
    await calm(page, noGame, gone);
  });

  test('opens by a drop, and says what is wrong with a file', async () => {
    const drop = (bytes, name) =>
      page.evaluate(
        async ([data, name]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([Uint8Array.from(data)], name));
          document.body.dispatchEvent(
            new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: carried }),
          );
        },
        [[...bytes], name],
      );
    const bytes = readFileSync(file);
    await drop(bytes.subarray(0, Math.floor(bytes.length / 2)), 'half.scry');
    await page.getByText('half.scry').first().waitFor();
    await page.getByText('The file is cut off or damaged.').waitFor();
    await drop(Buffer.from('a letter'), 'letter.scry');
    await page
      .getByText(/letter\.scry: /)
      .first()
      .waitFor();
    await calm(page, noGame, gone);
  });

  test('is served by scry open, without any game', async () => {
    const binary = join(folder, process.platform === 'win32' ? 'scry.exe' : 'scry');
    execFileSync('go', ['build', '-o', binary, './cmd/scry'], { cwd: root, stdio: 'inherit' });
    const viewer = spawn(binary, ['open', file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((done) => viewer.on('close', (code) => done(code)));
    try {
      let said = '';
      viewer.stdout.on('data', (text) => {
        said += text;
      });
      const [link] = await until('a link', () => /http:\S+/.exec(said));
      const other = await browser.page();
      await other.goto(link);
      await other
        .getByRole('banner')
        .getByText(/capture .*\.scry/)
        .waitFor();
      await until(
        'the frame of the hitch',
        () => other.url(),
        (url) => url.includes(`f=${hitch}`),
      );
      await other
        .getByText(new RegExp(`frame #${spaced(hitch)}`))
        .first()
        .waitFor();
      await show(other, 'Console');
      await other.getByRole('treegrid', { name: 'Log' }).getByText('the difficulty changes').first().waitFor();
      assert.equal(
        await other.getByRole('button', { name: 'Back to live' }).count(),
        0,
        'there is no game to go back to',
      );
      await calm(other);
      viewer.kill('SIGINT');
      assert.equal(await ended, 0);
    } finally {
      viewer.kill('SIGKILL');
    }
  });
});
