// Tests in the page: listed, edited, run in their sandbox on the real game; by those who mean well, and by
// those who attack.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, enter, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

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
});
