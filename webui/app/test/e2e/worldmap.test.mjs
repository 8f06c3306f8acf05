// The top view of the world: found, picked and dragged by the pointer; and snapshots, compared and
// brought back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, calm, enter, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

describe('the top view', () => {
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
    await show(page, 'World');
    await client.call('time.hold');
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    await game?.dispose();
  });

  const map = () => page.getByRole('region', { name: 'Top view' });
  const canvas = () => map().locator('canvas');
  const past = () => page.locator('.snapshots');
  const field = (entity, path) => entity.components.flatMap((c) => c.fields).find((f) => f.path === path)?.value;
  const get = (id) => client.call('world.get', { id });

  const look = async () => ({ box: await canvas().boundingBox(), view: await canvas().getAttribute('data-view') });

  /** Where a place of the world is drawn, in px of the page, once the picture stands still. */
  const drawn = async (x, y) => {
    let last;
    const { box, view } = await until('the picture stands still', look, (now) => {
      const still = JSON.stringify(now) === last;
      last = JSON.stringify(now);
      return still;
    });
    const [cx, cy, scale] = view.split(' ').map(Number);
    return { x: box.x + box.width / 2 + (x - cx) * scale, y: box.y + box.height / 2 + (y - cy) * scale, scale };
  };

  test('all that has a place is in view', async () => {
    const { count } = await client.call('world.bounds', {});
    await until(
      'the dots are there',
      () => canvas().getAttribute('aria-label'),
      (label) => label.startsWith(`Top view: ${count} of ${count} entities`),
    );
  });

  test('an entity is found under the pointer, and dragged as one edit', async () => {
    const bloom = (await client.call('world.list', { kind: 'bloom', limit: 1 })).rows[0];
    const before = await get(bloom.id);
    const at = { x: field(before, 'pos.x'), y: field(before, 'pos.y') };
    const dot = await drawn(at.x, at.y);
    const [found] = await client.call('world.at', { ...at, radius: 9 / dot.scale, limit: 1 });
    await page.mouse.click(dot.x, dot.y);
    await page.getByRole('region', { name: 'Inspector' }).getByRole('heading', { name: found.name }).first().waitFor();

    // What was found may lie a little beside: it is grabbed where it is.
    const grip = await drawn(found.x, found.y);
    await page.mouse.move(grip.x, grip.y);
    await page.mouse.down();
    await page.mouse.move(grip.x, grip.y - 20, { steps: 4 });
    await page.mouse.move(grip.x, grip.y - 60, { steps: 8 });
    await page.mouse.up();
    const moved = await until(
      'the game has it',
      () => get(found.id),
      (e) =>
        Math.abs(field(e, 'pos.y') - (found.y - 60 / grip.scale)) < 1e-6 * (1 + Math.abs(found.y)) + 0.5 / grip.scale,
    );
    assert.ok(Math.abs(field(moved, 'pos.x') - found.x) < 1 / grip.scale, 'straight up');
    const mine = (await client.call('world.history', { id: found.id })).transactions.filter((t) => !t.undone);
    assert.equal(mine.length, 1, 'one drag is one transaction');
    await canvas().focus();
    await page.keyboard.press('Control+z');
    await until(
      'it is back',
      () => get(found.id),
      (e) => field(e, 'pos.y') === found.y && field(e, 'pos.x') === found.x,
    );
  });

  test('the view is panned, zoomed and fitted by keys and wheel', async () => {
    const view = async () => (await canvas().getAttribute('data-view')).split(' ').map(Number);
    await canvas().focus();
    const [x0, , s0] = await view();
    await page.keyboard.press('ArrowRight');
    await until('it moved', view, ([x]) => x > x0);
    await page.keyboard.press('+');
    await until('it is closer', view, ([, , s]) => s > s0);
    const box = await canvas().boundingBox();
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.wheel(0, 600);
    await until('it is farther', view, ([, , s]) => s < s0);
    await canvas().focus();
    await page.keyboard.press('f');
    await until('all is in view again', view, ([, , s]) => Math.abs(s / s0 - 1) < 0.05);
  });

  test('a snapshot is taken, compared and brought back', async () => {
    await page.getByRole('button', { name: 'Snapshots' }).click();
    await past().getByRole('button', { name: 'Take snapshot' }).click();
    await past().getByText(/^tick/).first().waitFor();
    const { hash } = await client.call('world.hash', {});
    const well = (await client.call('world.list', { kind: 'well', limit: 1 })).rows[0];
    const x = field(await get(well.id), 'pos.x');
    await client.call('world.set', { id: well.id, path: 'pos.x', value: x + 10 });
    await past().getByRole('button', { name: 'Compare with now' }).click();
    const differences = page.getByRole('region', { name: 'Differences' });
    await differences.getByText(/^0 added, 0 removed, [1-9]\d* changed/).waitFor();
    await differences.getByRole('row').filter({ hasText: 'pos.x' }).first().waitFor();
    await past().getByRole('button', { name: 'Restore' }).first().click();
    await page.getByText(/The world is that of tick/).waitFor();
    assert.equal((await client.call('world.hash', {})).hash, hash);
    assert.equal(field(await get(well.id), 'pos.x'), x);
    const listed = () => past().locator('.snapshot-list > li').count();
    await until('the one of before is listed', listed, (n) => n === 2);
    await past().getByRole('button', { name: /^Drop/ }).first().click();
    await until('one is dropped', listed, (n) => n === 1);
    assert.equal((await client.call('world.snapshots', {})).length, 1);
  });

  test('nothing was complained of', () => calm(page));
});
