// The client that a game serves, imported in a browser.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, calm, enter } from '../../app/test/e2e/harness/browser.mjs';
import { garden } from './harness/garden.mjs';

let running;
let browser;
before(async () => {
  [running, browser] = await Promise.all([garden(), Browser.start()]);
});
after(async () => {
  await browser?.close();
  await running?.close();
});

test('a page of the game’s origin imports it, and comes in by a link', async () => {
  const page = await browser.page();
  await page.goto(`${running.url}client.js`); // any address of the game has its origin
  const answer = await page.evaluate(async (link) => {
    const { connect, RpcError } = await import('/client.js');
    const game = await connect(link, { name: 'page' });
    const both = await Promise.all([
      game.call('time.hold'),
      game.call('time.step', { ticks: 2 }),
      game.call('time.resume'),
    ]);
    const error = await game.call('cvar.get', { name: 'physics.gravty' }).catch((e) => e);
    const timings = game.subscribe('timings', { credit: 2 });
    const events = [];
    for await (const { kind, binary } of timings) {
      if (events.push([kind, binary.byteLength > 20]) === 5) break;
    }
    const url = game.url;
    game.close();
    const late = await game.call('echo').catch((e) => e.message);
    return { ticks: both[1].tick - both[0].tick, refused: error instanceof RpcError && error.code, events, url, late };
  }, running.dashboard);
  assert.deepEqual(answer, {
    ticks: 2,
    refused: 1004,
    events: Array(5).fill([1, true]),
    url: running.url,
    late: 'echo: the client was closed',
  });
  await calm(page, /404/); // a script has no icon
  await page.close();
});

test('where the dashboard is logged in, connect needs nothing', async () => {
  const page = await browser.page();
  await enter(page, running.dashboard);
  const { role, same } = await page.evaluate(async () => {
    const [client, again] = await Promise.all([import('/client.js'), import('/client/client.js')]);
    const game = await client.connect();
    const { role } = game;
    game.close();
    return { role, same: client.RpcError === again.RpcError };
  });
  assert.equal(role, 'drive');
  assert.ok(same, 'both names are one module');
  await calm(page);
  await page.close();
});

test('over a MessagePort the page’s connection serves another', async () => {
  const page = await browser.page();
  await enter(page, running.dashboard);
  const answer = await page.evaluate(async () => {
    const { connect } = await import('/client.js');
    const outer = await connect();
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = async ({ data }) => {
      const calls = [JSON.parse(data)].flat();
      const answers = calls.map(async ({ id, method, params }) => ({ id, result: await outer.call(method, params) }));
      port2.postMessage(JSON.stringify(await Promise.all(answers)));
    };
    const inner = await connect(port1);
    const answer = await Promise.all([inner.call('echo', [1]), inner.call('echo', [2])]);
    inner.close();
    outer.close();
    return answer;
  });
  assert.deepEqual(answer, [[1], [2]]);
  await calm(page);
  await page.close();
});
