// The Memory panel on the real game: classes and the game's own tags, marks, growth by call site,
// goroutines, and what the game answers to other clients about the same.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Browser, calm, enter, gone, live, noGame, number, show } from './harness/browser.mjs';
import { Client, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

/** At the usual rate a large object is sampled or it is not; these tests leave nothing to chance. */
const finely = { env: { GODEBUG: 'memprofilerate=4096' } };

describe('the memory of the game, by the wire', () => {
  let game;
  let anna;
  before(async () => {
    game = await Game.start(finely);
    anna = await Client.open(game);
  });
  after(async () => {
    await anna?.close();
    await game?.dispose();
  });

  test('tells classes, the scheduler and the trackers of the game', async () => {
    const s = await anna.call('memory.stats');
    assert.ok(s.heapInUse > s.heapUnused && s.total >= s.heapInUse + s.stacks);
    assert.ok(s.goroutines > 0);
    const trackers = await anna.call('memory.trackers');
    assert.deepEqual(trackers.map((t) => t.name).sort(), ['audio', 'particles', 'pictures', 'world']);
    assert.ok(trackers.every((t) => t.kind === 'heap' && t.help !== '' && t.peak >= t.bytes));
  });

  test('names the collections of a subscription, each once, with time and pause', async () => {
    const { snapshot } = await anna.call('sub.open', { id: 'm', topic: 'memory', policy: 'all' });
    const from = Math.max(...snapshot.map((s) => s.gcCycles), 0);
    await anna.call('memory.gc');
    await anna.call('memory.gc');
    const cycles = () => [snapshot, anna.events('m').map((e) => e.value)].flat().flatMap((s) => s.gcs ?? []);
    await until('both are told', cycles, (all) => all.filter((gc) => gc.cycle > from).length >= 2);
    const told = cycles();
    assert.equal(new Set(told.map((gc) => gc.cycle)).size, told.length, 'each once');
    const { time } = await anna.call('memory.stats');
    for (const gc of told) assert.ok(gc.pause > 0 && gc.time >= 0 && gc.time <= time + 1e6, JSON.stringify(gc));
  });

  test('compares marks by call site, and says what its figures are made of', async () => {
    const a = await anna.call('memory.mark', { name: 'before' });
    assert.ok(a.profile.ran.length >= 2 && a.profile.rate === 4096 && a.profile.age < 60e9);
    await anna.call('cvar.set', { name: 'fx.particles', value: 20_000 });
    await anna.call('cvar.set', { name: 'fx.rate', value: 20 });
    await until(
      'many sparks',
      () => anna.call('memory.trackers'),
      (all) => all.find((t) => t.name === 'particles').bytes > 300 << 10,
      60_000,
    );
    const d = await anna.call('memory.diff', { from: a.id });
    await anna.call('cvar.reset', { name: 'fx.rate' });
    await anna.call('cvar.reset', { name: 'fx.particles' });
    assert.equal(d.from.name, 'before');
    assert.equal(d.to.id, 0);
    const sites = d.sites.map((s) => ({ ...s, named: d.frames[s.stack[s.at]] }));
    const sparks = sites.filter((s) => s.named.func.includes('sim.(*World).spark'));
    assert.ok(sparks.reduce((sum, s) => sum + s.bytes, 0) > 200 << 10, JSON.stringify(sites.slice(0, 5)));
    assert.match(sparks[0].named.file, /sim\/sparks\.go$/);
    const b = await anna.call('memory.mark', { collect: false });
    assert.deepEqual(b.profile.ran, []);
    assert.ok((await anna.call('memory.diff', { from: a.id, to: b.id, limit: 3 })).sites.length <= 3);
    assert.equal((await refusal(anna.call('memory.diff', { from: 99 }))).code, 1004);
    assert.deepEqual(
      (await anna.call('memory.marks')).map((m) => m.id),
      [a.id, b.id],
    );
    for (const { id } of [a, b]) await anna.call('memory.unmark', { id });
    assert.deepEqual(await anna.call('memory.marks'), []);
  });

  test('lists goroutines by stack, and what that cost', async () => {
    const g = await anna.call('memory.goroutines');
    assert.equal(
      g.groups.reduce((sum, group) => sum + group.count, g.left),
      g.total,
    );
    assert.ok(g.stops > 0 && g.stopped > 0 && g.stopped <= g.took);
    assert.ok(g.groups.some((group) => g.frames[group.stack[group.at]].func.includes('console')));
  });
});

describe('the memory panel', () => {
  const expected = []; // complaints
  let game;
  let browser;
  let page;
  let anna;
  before(async () => {
    game = await Game.start(finely);
    anna = await Client.open(game);
    browser = await Browser.start();
    page = await browser.page();
    await enter(page, game.link);
    await show(page, 'Memory');
  });
  afterEach(() => calm(page, ...expected));
  after(async () => {
    await browser?.close();
    await game?.dispose();
  });

  const button = (name) => page.getByRole('button', { name });
  const enabled = (name) => button(name).and(page.locator(':enabled'));
  const region = (name) => page.getByRole('region', { name, exact: true });
  const row = (table, text) => page.getByRole('treegrid', { name: table }).getByRole('row').filter({ hasText: text });
  const choice = (name) => page.getByRole('combobox', { name });

  test('shows classes, and what the game tracks', async () => {
    const heap = region('Classes').getByRole('row').filter({ hasText: 'heap in use' });
    assert.match(await heap.textContent(), /heap in use[\d.]+MiB/);
    const pictures = region('Tags').getByRole('row').filter({ hasText: 'pictures' });
    assert.match(await pictures.textContent(), /pictures4\.5MiBheap/);
    await until(
      'what it is for',
      () => pictures.getAttribute('title'),
      (text) => /painted.*at most 4\.5/.test(text ?? ''),
    );
  });

  test('a mark is made with a key, drawn, and the numbers are compared with it', async () => {
    await page.keyboard.press('m');
    await region('Classes').getByText('against mark 1').waitFor();
    assert.equal((await anna.call('memory.marks')).length, 1);
    await choice('Earlier mark').getByText('mark 1').waitFor({ state: 'attached' });
    await anna.call('cvar.set', { name: 'fx.particles', value: 20_000 });
    await anna.call('cvar.set', { name: 'fx.rate', value: 20 });
    const particles = region('Tags').getByRole('row').filter({ hasText: 'particles' });
    await until(
      'the growth of the particles',
      () => particles.textContent(),
      (text) => /\+[\d.]+ (KiB|MiB)$/.test(text),
      60_000,
    );
  });

  test('names the line of the program that grew, with its stack', async () => {
    await until(
      'many sparks',
      () => anna.call('memory.trackers'),
      (all) => all.find((t) => t.name === 'particles').bytes > 300 << 10,
      60_000,
    );
    await enabled('Compare').click();
    const sparks = row('Call sites', 'sim.(*World).spark').first();
    await sparks.waitFor();
    const facts = region('Call sites').locator('.memory-facts');
    assert.match(await facts.textContent(), /collections ran for it, stops .*one allocation in 4.KiB sampled/);
    await until(
      'the growth of the sparks',
      () => sparks.getByRole('gridcell').nth(2).textContent().then(number),
      (kib) => kib > 100,
    );
    assert.match(await sparks.getByRole('gridcell').nth(1).textContent(), /^sim\/sparks\.go:\d+$/);
    assert.equal(await row('Call sites', 'stepSparks').count(), 0);
    await sparks.locator('.function').click();
    await page.keyboard.press('Enter');
    await row('Call sites', 'stepSparks').first().waitFor();
    assert.equal(await sparks.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('Enter');
    await until(
      'the stack is folded',
      () => row('Call sites', 'stepSparks').count(),
      (n) => n === 0,
    );
  });

  test('filters, sorts and says so', async () => {
    const filter = page.getByRole('textbox', { name: 'Filter call sites' });
    await filter.fill('sparks.go exhaust');
    await page
      .getByRole('contentinfo')
      .getByText(/filtered: \d+ of \d+ call sites/)
      .waitFor();
    await until(
      'only those',
      () => row('Call sites', 'view.').count(),
      (n) => n === 0,
    );
    await filter.press('Escape');
    await page
      .getByRole('contentinfo')
      .getByText(/filtered/)
      .waitFor({ state: 'detached' });
    await page.getByRole('columnheader', { name: 'AllocatedKiB' }).getByRole('button').click();
    const order = () =>
      row('Call sites', '.go:').evaluateAll((rows) =>
        rows
          .filter((r) => !r.hidden)
          .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
          .map((r) => r.children[4].textContent),
      );
    await until('the most allocated first', order, (texts) => {
      const n = texts.map(number);
      return n.length > 3 && n[0] > 0 && n.every((x, i) => i === 0 || x <= n[i - 1]);
    });
    await page.getByRole('columnheader', { name: 'GrowthKiB' }).getByRole('button').click();
  });

  test('copies what is listed as a table', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button('TSV').click();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const [head, ...lines] = text.trim().split('\n');
    assert.match(head, /^Function\tSource\tGrowth\tGrowth\tAllocated/);
    const line = lines.find((l) => l.includes('sim.(*World).spark'));
    assert.match(
      line,
      /^github\.com\/scry-dev\/scry\/examples\/garden\/sim\.\(\*World\)\.spark\t\S+sim\/sparks\.go:\d+\t/,
    );
  });

  test('two marks are compared without asking the game to collect', async () => {
    await anna.call('cvar.reset', { name: 'fx.rate' });
    await enabled('Mark here').click();
    await region('Classes').getByText('against mark 2').waitFor();
    const { gcForced } = await anna.call('memory.stats');
    await choice('Earlier mark').selectOption('1');
    await choice('Later mark').selectOption('2');
    await row('Call sites', 'sim.(*World).spark').first().waitFor();
    await region('Classes').getByText('against mark 1').waitFor();
    assert.equal((await anna.call('memory.stats')).gcForced, gcForced);
    await page.reload();
    await live(page);
    await region('Classes').getByText('against mark 1').waitFor();
    assert.equal(await choice('Later mark').inputValue(), '2', 'it stands in the address');
  });

  test('a mark of another client appears, and one that is forgotten leaves', async () => {
    const { id } = await anna.call('memory.mark', { name: 'from anna', collect: false });
    await choice('Later mark').getByText('from anna').waitFor({ state: 'attached' });
    await anna.call('memory.unmark', { id });
    await choice('Later mark').getByText('from anna').waitFor({ state: 'detached' });
    await button('Forget mark 1').click();
    await region('Classes').getByText('against mark 2').waitFor();
  });

  test('lists the goroutines with their stacks, and what that cost', async () => {
    await page.getByRole('tab', { name: 'Goroutines' }).click();
    await enabled('List now').click();
    const accept = row('Stacks', 'console.capped.Accept');
    await accept.waitFor();
    assert.match(await accept.textContent(), /^IO wait.*console\/sockets\.go:\d+/);
    await region('Goroutines')
      .locator('.memory-facts')
      .getByText(/the world stood still \d+ times, .* at most/)
      .waitFor();
    await page.getByRole('textbox', { name: 'Filter goroutines' }).fill('accept');
    await page
      .getByRole('contentinfo')
      .getByText(/filtered: 1 of \d+ stacks/)
      .waitFor();
    await page.getByRole('textbox', { name: 'Filter goroutines' }).press('Escape');
    await enabled('List again').click();
    await until(
      'the change since the last list',
      () => accept.getByRole('gridcell').last().textContent(),
      (text) => text === '0',
    );
  });

  test('collects when asked, and the collection is a mark on the time axis', async () => {
    const { gcCycles } = await anna.call('memory.stats');
    await enabled('Collect now').click();
    await page.getByText(/Collected: [\d.]+ MiB → [\d.]+ MiB in use/).waitFor();
    const s = await anna.call('memory.stats');
    assert.ok(s.gcCycles > gcCycles);
    await page.getByRole('tab', { name: 'Collections' }).click();
    const newest = page.getByRole('grid', { name: 'Collections' }).getByRole('row').nth(1);
    await until(
      'the collection',
      () => newest.getByRole('gridcell').first().textContent(),
      (n) => number(n) > gcCycles,
    );
    assert.match(await newest.getByRole('gridcell').nth(3).textContent(), /^[\d.]+\s(ns|µs|ms)$/);
    await newest.getByRole('gridcell').nth(3).click();
    await page.getByText('at cursor').first().waitFor();
    await page.getByRole('tab', { name: 'Goroutines' }).click();
  });

  test('downloads the heap profile, or says that this game serves none', async () => {
    expected.push(/status of 404/); // the browser's own line where there is none
    const download = page.waitForEvent('download').then(
      (d) => d.suggestedFilename(),
      () => '',
    );
    await enabled('Heap profile').click();
    const refused = page.getByText('This game serves no pprof').first();
    const name = await Promise.race([download, refused.waitFor().then(() => 'none')]);
    if (name === 'none') assert.equal(await button('Heap profile').isDisabled(), true);
    else assert.match(name, /^heap-\d+\.pb\.gz$/);
  });

  test('everything can still be read while the game is away', async () => {
    expected.push(noGame, gone);
    await game.kill();
    await page.locator('output.conn').getByText('offline').waitFor();
    for (const name of ['Mark here', 'Collect now', 'List again']) {
      await until(`${name} is disabled`, () => button(name).isDisabled());
    }
    assert.ok((await row('Stacks', 'console').count()) > 0);
  });
});
