// Pages of others, in a browser that knows the game: none of them gets a word out of it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Browser, enter } from './harness/browser.mjs';
import { http } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { soon } from './harness/until.mjs';

/** Runs in the page: what becomes of a socket to the game, and of requests. */
async function attack(address) {
  const socket = await new Promise((done) => {
    const ws = new WebSocket(`ws://${address}/ws`);
    ws.onopen = () => done('open');
    ws.onclose = (event) => done(`closed ${event.code}`);
  });
  const tries = {};
  for (const [name, init] of Object.entries({
    simple: {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: '{"jsonrpc":"2.0","id":1,"method":"cvar.list"}',
    },
    json: { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' },
    opaque: { method: 'POST', mode: 'no-cors', body: '{}' },
    cookies: { credentials: 'include' },
  })) {
    tries[name] = await fetch(`http://${address}/rpc`, init).then(
      (r) => `${r.type} ${r.status}`,
      (error) => error.name,
    );
  }
  const framed = await new Promise((done) => {
    const frame = document.createElement('iframe');
    frame.onload = () => {
      try {
        done(frame.contentDocument?.getElementById('app') ? 'readable' : 'blocked');
      } catch {
        done('blocked');
      }
    };
    frame.src = `http://${address}/`;
    document.body.append(frame);
  });
  return { socket, tries, framed };
}

describe('a stranger', () => {
  let game;
  let server;
  let port;
  before(async () => {
    game = await Game.start();
    server = createServer((_, res) => {
      res.setHeader('Content-Type', 'text/html');
      res.end('<!doctype html><title>stranger</title><body>a page of somebody else');
    });
    await soon('the server of the other page', new Promise((done) => server.listen(0, '127.0.0.1', done)));
    port = server.address().port;
  });
  after(async () => {
    server?.close();
    server?.closeAllConnections();
    await game?.dispose();
  });

  test('on another port of the same machine gets nothing', async () => {
    const browser = await Browser.start();
    try {
      await enter(await browser.page(), game.link);
      const page = await browser.page();
      for (const host of ['127.0.0.1', 'localhost']) {
        await page.goto(`http://${host}:${port}/`);
        const got = await page.evaluate(attack, game.host);
        assert.equal(got.socket, 'closed 1006', host);
        assert.deepEqual(
          got.tries,
          { simple: 'TypeError', json: 'TypeError', opaque: 'TypeError', cookies: 'TypeError' },
          host,
        );
        assert.equal(got.framed, 'blocked', host);
      }
    } finally {
      await browser.close();
    }
  });

  test('whose name is bound to this machine afterwards gets nothing', async () => {
    const browser = await Browser.start({ args: ['--host-resolver-rules=MAP rebound.example.com 127.0.0.1'] });
    try {
      await enter(await browser.page(), game.link);
      const page = await browser.page();
      // The page comes from the game's own port by another name, so that for the browser all is of one origin.
      const answer = await page.goto(`http://rebound.example.com:${game.port}/`);
      assert.ok([403, 421].includes(answer.status()), String(answer.status()));
      const got = await page.evaluate(
        (address) =>
          new Promise((done) => {
            const ws = new WebSocket(`ws://${address}/ws`);
            ws.onopen = () => done('open');
            ws.onerror = () => done('refused');
          }).catch((error) => error.name),
        `rebound.example.com:${game.port}`,
      );
      assert.equal(got, 'refused');
    } finally {
      await browser.close();
    }
  });

  test('cannot make the game fall over by what it asks', async () => {
    for (const path of ['/ws', '/rpc', '/%00', `/${'a'.repeat(4000)}`, '/?c=1', '//example.com/']) {
      const { status } = await http(game, path);
      assert.ok(status >= 200 && status < 500, `${path.slice(0, 20)}: ${status}`);
    }
    assert.equal((await http(game, '/')).status, 200);
  });
});
