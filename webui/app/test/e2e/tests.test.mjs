// Tests in the page: listed, edited, run in their sandbox on the real game; by those who mean well, and by
// those who attack.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, enter, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const good = `import { test, expect, describe } from 'scry-client/test';
import { ticks } from './lib/steps.js';

test('time goes on', async ({ time }) => {
  const before = time.tick;
  await time.step(ticks);
  expect(time.tick).toBe(before + ticks);
});

describe('gravity', () => {
  test('is what was set', async ({ cvars, time }) => {
    await cvars.set('physics.gravity', 12);
    await time.step(3);
    expect(await cvars.get('physics.gravity')).toBe(12);
  });
});
`;

const bad = `import { test, expect } from 'scry-client/test';

test('passes', async () => {});
test('fails', async ({ time }) => {
  console.log('so far', { so: 'good' });
  await time.step(5);
  expect(time.tick % 1).toBe(7);
});
`;

describe('the tests panel', () => {
  let game;
  let browser;
  let page;
  let client;
  const folder = mkdtempSync(join(tmpdir(), 'scry-e2e-tests-'));
  const put = (name, text) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  before(async () => {
    put('good.test.js', good);
    put('bad.test.js', bad);
    put('lib/steps.js', 'export const ticks = 7;\n');
    game = await Game.start({ args: [`-tests=${folder}`] });
    client = await Client.open(game);
    browser = await Browser.start();
    page = await browser.page();
    await enter(page, game.link);
    await show(page, 'Tests');
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    await game?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (name) => page.getByRole('treeitem').filter({ hasText: name });
  const state = async (name) => (await row(name).locator('.tests-mark .aside').textContent()) ?? '';
  const idle = () => page.getByRole('button', { name: 'Run all' }).waitFor();
  const status = () => client.call('time.status', {});

  test('tests are listed before they have run', async () => {
    for (const name of [
      'good.test.js',
      'time goes on',
      'gravity › is what was set',
      'bad.test.js',
      'passes',
      'lib/steps.js',
    ])
      await row(name).first().waitFor();
    assert.equal(await state('time goes on'), 'not run');
  });

  test('all run, and tell what they did', async () => {
    await page.getByRole('button', { name: 'Run all' }).click();
    await idle();
    assert.equal(await state('time goes on'), 'passed');
    assert.equal(await state('is what was set'), 'passed');
    assert.equal(await state('fails'), 'failed');
    assert.match(await row('time goes on').textContent(), /7 ticks/);
    await row('fails').click();
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByText('toBe', { exact: false }).first().waitFor();
    await result.getByText('so far {"so":"good"}').waitFor();
    assert.equal((await status()).held, false, 'the game goes on');
    assert.notEqual((await client.call('cvar.get', { name: 'physics.gravity' })).value, 12, 'the cvar is as it was');
    // The place in the test's file, as a link into the editor.
    await result.getByRole('button', { name: /bad\.test\.js:7:\d+/ }).click();
    await page.locator('.tests-code-host .cm-activeLine', { hasText: 'toBe(7)' }).waitFor();
    await calm(page);
  });

  const editor = (of) => of.getByRole('region', { name: 'Editor' });
  /** Puts text in the place of all that is in the editor. */
  async function type(text) {
    await editor(page).locator('.cm-content').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(text);
  }
  const onDisk = (name) => readFileSync(join(folder, name), 'utf8');

  test('a file is changed, saved and run from the editor', async () => {
    await row('good.test.js').click();
    await editor(page).locator('.cm-line', { hasText: 'time goes on' }).waitFor();
    const text = `import { test } from 'scry-client/test';\ntest('is new', async ({ time }) => { await time.step(3); });\n`;
    await type(text);
    await page.keyboard.press('Control+s');
    await until(
      'it is on the disk',
      () => onDisk('good.test.js'),
      (t) => t === text,
    );
    await row('is new').waitFor();
    await page.keyboard.press('Control+Enter');
    await until(
      'it ran',
      () => state('is new'),
      (s) => s === 'passed',
    );
    assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled(), true);
  });

  test('what somebody else changed is not written over unasked', async () => {
    await row('good.test.js').click();
    await type('// mine\n');
    const { name } = await client.call('session.login', { name: 'anna' });
    await client.call('test.write', { name: 'good.test.js', text: '// hers\n' });
    await editor(page).getByText(`changed by ${name} meanwhile`).waitFor();
    await editor(page).locator('.cm-content').click();
    await page.keyboard.press('Control+s');
    const question = editor(page).getByRole('alert');
    await question.getByText(`good.test.js was changed by ${name}`, { exact: false }).waitFor();
    assert.equal(onDisk('good.test.js'), '// hers\n');
    await question.getByRole('button', { name: 'Take theirs' }).click();
    await editor(page).locator('.cm-line', { hasText: '// hers' }).waitFor();
    await type('// mine again\n');
    await client.call('test.write', { name: 'good.test.js', text: '// hers again\n' });
    await page.keyboard.press('Control+s');
    await question.getByRole('button', { name: 'Keep mine' }).click();
    await until(
      'mine is on the disk',
      () => onDisk('good.test.js'),
      (t) => t === '// mine again\n',
    );
  });

  test('a file that nobody changes here follows the disk', async () => {
    put('good.test.js', good);
    await editor(page).locator('.cm-line', { hasText: 'time goes on' }).waitFor();
    await row('gravity › is what was set').waitFor();
  });

  test('what changes is run, where that is wished, and what imports it', async () => {
    await page.getByRole('button', { name: 'Run all' }).click();
    await idle();
    await page.getByRole('button', { name: 'Watch' }).click();
    put('lib/steps.js', 'export const ticks = 9;\n');
    await until(
      'it ran again',
      () => row('time goes on').textContent(),
      (text) => text.includes('9 ticks'),
    );
    await idle();
    await page.getByRole('button', { name: 'Watch' }).click();
  });

  test('names of the game are completed', async () => {
    await row('bad.test.js').click();
    await editor(page).locator('.cm-line', { hasText: 'fails' }).waitFor();
    await editor(page).locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type("cvars.set('physics.grav");
    await editor(page)
      .getByRole('option', { name: /physics\.gravity/ })
      .waitFor();
    await editor(page)
      .getByRole('option', { name: /physics\.gravity/ })
      .click();
    await editor(page).locator('.cm-line', { hasText: "cvars.set('physics.gravity" }).waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(bad);
    await page.keyboard.press('Control+s');
  });

  test('files are dropped in, run, and kept in this browser', async () => {
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      const text = "import { test } from 'scry-client/test'; test('was dropped', async () => {});";
      transfer.items.add(new File([text], 'mine.test.js', { type: 'text/javascript' }));
      return transfer;
    });
    await page.locator('.tests').dispatchEvent('drop', { dataTransfer: data });
    await row('was dropped').click();
    await page.keyboard.press('Enter');
    await until(
      'it ran',
      () => state('was dropped'),
      (s) => s === 'passed',
    );
    await page.reload();
    await row('was dropped').waitFor();
    await row('browser/mine.test.js').click();
    await editor(page).getByRole('button', { name: 'Forget' }).click();
    await row('was dropped').waitFor({ state: 'detached' });
  });

  test('pictures that differ stand beside each other, and are accepted', async () => {
    put(
      'shot.test.js',
      "import { test, expect } from 'scry-client/test';\ntest('looks so', async ({ display, game }) => { await game.command('anew 1 meadow'); await expect(display).toMatchImage('shot.png'); });\n",
    );
    await row('looks so').click();
    await page.keyboard.press('Enter');
    await until(
      'it ran',
      () => state('looks so'),
      (s) => s === 'failed',
    );
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByRole('button', { name: 'Accept as expected…' }).click();
    await result.getByRole('button', { name: 'Write', exact: true }).click();
    await result.getByText('expected/shot.png was written').waitFor();
    await row('looks so').click();
    await page.keyboard.press('Enter');
    await until(
      'it ran again',
      () => state('looks so'),
      (s) => s === 'passed',
    );
    // Another picture, of the same size.
    put(
      'shot.test.js',
      "import { test, expect } from 'scry-client/test';\ntest('looks so', async ({ display, time, cvars, game }) => { await game.command('anew 1 meadow'); await cvars.set('render.bare', true); await time.step(90); await expect(display).toMatchImage('shot.png'); });\n",
    );
    await until(
      'the page knows',
      () => page.evaluate(() => document.querySelector('.tests-edit')?.textContent ?? ''),
      () => true,
    );
    await editor(page).locator('.cm-line', { hasText: 'render.bare' }).waitFor();
    await row('looks so').click();
    await page.keyboard.press('Enter');
    await until(
      'it failed',
      () => state('looks so'),
      (s) => s === 'failed',
    );
    for (const title of ['expected', 'this run', '■ difference'])
      await result.getByRole('img', { name: title }).waitFor();
    await result.getByRole('button', { name: 'swipe' }).click();
    await result.getByRole('slider').waitFor();
    await result.getByRole('button', { name: 'blink' }).click();
    await result.getByRole('button', { name: 'side by side' }).click();
  });

  test('what a failed test left opens as a capture, and is scrubbed', async () => {
    await row('bad.test.js').click();
    await page.keyboard.press('Enter');
    await until(
      'it ran',
      () => state('fails'),
      (s) => s === 'failed',
    );
    await row('fails').click();
    await page.getByRole('button', { name: 'Open trace' }).click();
    const shown = page.getByRole('region', { name: 'Test of this capture' });
    await shown.waitFor();
    await shown.getByText('npx scry-test bad.test.js', { exact: false }).waitFor();
    const slider = shown.getByRole('slider', { name: 'Frame of the test' });
    await slider.focus();
    await page.keyboard.press('Home');
    await until(
      'the slider moved',
      () => slider.inputValue(),
      (v) => v !== '',
    );
    await page.getByTitle('Show the game again').click();
    await page.getByRole('region', { name: 'Tests' }).waitFor();
  });

  test('everybody can use it', async () => {
    await row('looks so').click();
    await page.getByRole('img', { name: 'this run' }).waitFor();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run('.tests', {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      });
      return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`));
    });
    assert.deepEqual(found, []);
  });

  test('the last run is exported', async () => {
    for (const [name, begins] of [
      ['TAP', 'TAP version 14'],
      ['JUnit', '<?xml'],
    ]) {
      await page.getByRole('button', { name: 'Export' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      assert.ok(readFileSync(await download.path(), 'utf8').startsWith(begins), name);
    }
  });

  test('an address leads to a test', async () => {
    await page.goto(`${game.url}/#/tests?file=bad.test.js&test=fails`);
    await page.reload();
    await until(
      'it is selected',
      () => row('fails').getAttribute('aria-selected'),
      (v) => v === 'true',
    );
    await editor(page).locator('.cm-line', { hasText: 'fails' }).waitFor();
    await calm(page);
  });
});
