// Does anything grow while the dashboard is open for long? The sample game and a real Chromium run
// for some minutes; what both hold after a collection is compared with what they held after two, and
// after six, when every ring is full: of the log, of frames, and of incidents, of which a busy machine
// brings one every ten seconds.
//
//   node test/soak.mjs [minutes, 30]

import { Browser, enter, show } from './e2e/harness/browser.mjs';
import { Client } from './e2e/harness/client.mjs';
import { Game } from './e2e/harness/game.mjs';

const minutes = Number(process.argv[2] ?? 30);
const marks = [2, 6].filter((m) => m < minutes);
const panels = ['Perf', 'Memory', 'Overview', 'Log', 'Network'];
const turn = 20_000; // ms that a panel is shown
const say = (line) => process.stdout.write(`${line}\n`);

const game = await Game.start();
const client = await Client.open(game);
const browser = await Browser.start({ args: ['--js-flags=--expose-gc', '--enable-precise-memory-info'] });
const page = await browser.page();
await enter(page, game.link);

/** MiB that the game's heap and the page's hold once their garbage is collected. */
async function weigh() {
  const sample = await client.call('memory.gc', {});
  const pageHeap = await page.evaluate(() => {
    globalThis.gc();
    return performance.memory.usedJSHeapSize;
  });
  return { game: sample.heapInUse / 2 ** 20, page: pageHeap / 2 ** 20 };
}

const begun = Date.now();
const since = () => (Date.now() - begun) / 60_000;
const then = new Map();
for (let n = 0; since() < minutes; n++) {
  await show(page, panels[n % panels.length]);
  await new Promise((done) => setTimeout(done, Math.min(turn, Math.max(0, (minutes - since()) * 60_000))));
  const now = await weigh();
  for (const m of marks) if (!then.has(m) && since() >= m) then.set(m, now);
  say(`${since().toFixed(1)} min: game ${now.game.toFixed(1)} MiB, page ${now.page.toFixed(1)} MiB`);
}
const last = await weigh();
for (const [m, was] of then) {
  say(`against ${m} min: game ${(last.game / was.game).toFixed(2)}, page ${(last.page / was.page).toFixed(2)}`);
}
await client.close();
await browser.close();
await game.kill();
