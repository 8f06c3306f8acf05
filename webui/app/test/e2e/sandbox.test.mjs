// Tests that mean no good: what their sandbox keeps from them, and how they end. On the real game, since
// it must go on.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, enter, show } from './harness/browser.mjs';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

const head = "import { test, expect } from 'scry-client/test';\n";

describe('the sandbox of the tests', () => {
  let game;
  let browser;
  let page;
  let client;
  let foreign;
  let origin;
  const asked = []; // of the foreign origin
  const folder = mkdtempSync(join(tmpdir(), 'scry-e2e-sandbox-'));

  before(async () => {
    foreign = createServer((request, answer) => {
      asked.push(request.url);
      answer.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/javascript' });
      answer.end('export default 1;');
    });
    await new Promise((done) => foreign.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${foreign.address().port}`;
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
    foreign?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (name) => page.getByRole('treeitem').filter({ hasText: name }).first();
  const result = () => page.getByRole('region', { name: 'Result' });
  const state = (of) => of.locator('.tests-mark .aside').textContent();

  /** Writes a file, runs it alone, and waits for its end. Resolves to the words of the page about a test. */
  async function run(file, text, name = '') {
    writeFileSync(join(folder, file), head + text);
    await row(file).waitFor();
    await row(file).click();
    const head1 = page.getByRole('region', { name: 'Editor' }).locator('.cm-content');
    await until(
      'the editor has the file',
      () => head1.count(),
      (n) => n > 0,
    );
    await row(file).press('Enter');
    await until(
      `${file} has run`,
      async () => ((await page.getByRole('button', { name: 'Run all' }).isVisible()) ? state(row(file)) : 'running'),
      (s) => s === 'passed' || s === 'failed',
      60_000,
    );
    if (name !== '') await row(name).click();
    // biome-ignore lint/performance/useDomNodeTextContent: lines of a stack stay lines
    return result().innerText();
  }

  /** The game is nobody's: not held, no input held, and the page still has a heart. */
  async function free() {
    const { held } = await client.call('time.status', {});
    assert.equal(held, false, 'the game goes on');
    const input = await client.call('input.status', {}).catch(() => undefined);
    if (input) assert.deepEqual(input.injected?.keys ?? [], [], 'no key is held');
    assert.equal(await page.evaluate(() => document.querySelectorAll('iframe').length), 0, 'the frame is gone');
  }

  const attempts = {
    fetch: () => `await fetch('${origin}/fetch')`,
    'fetch home': () => `await fetch('${game.url}/index.html')`,
    XMLHttpRequest: () =>
      `await new Promise((done, fail) => { const x = new XMLHttpRequest(); x.open('GET', '${origin}/xhr'); x.onload = done; x.onerror = fail; x.send(); })`,
    WebSocket: () =>
      `await new Promise((done, fail) => { const s = new WebSocket('${origin.replace('http', 'ws')}/ws'); s.onopen = done; s.onerror = s.onclose = fail; })`,
    'WebSocket home': () =>
      `await new Promise((done, fail) => { const s = new WebSocket('${game.url.replace('http', 'ws')}/ws'); s.onopen = done; s.onerror = s.onclose = fail; })`,
    EventSource: () =>
      `await new Promise((done, fail) => { const s = new EventSource('${origin}/events'); s.onopen = done; s.onerror = fail; })`,
    importScripts: () => `importScripts('${origin}/scripts')`,
    'importScripts home': () => `importScripts('${game.url}/client.js')`,
    'import()': () => `await import(String('${origin}/module'))`,
    eval: () => `(0, eval)('1')`,
    Function: () => `new Function('return 1')()`,
    indexedDB: () =>
      `await new Promise((done, fail) => { const r = indexedDB.open('x'); r.onsuccess = done; r.onerror = fail; })`,
    caches: () => `await caches.open('x')`,
    localStorage: () => `localStorage.getItem('scry.token')`,
    sessionStorage: () => `sessionStorage.getItem('scry.token')`,
    parent: () => `parent.document`,
    top: () => `top.location`,
    document: () => `document.cookie`,
    'a worker from elsewhere': () =>
      `await new Promise((done, fail) => { const w = new Worker('${origin}/worker'); w.onmessage = done; w.onerror = fail; })`,
  };

  test('there is no network, no storage, no page', async () => {
    const names = Object.keys(attempts);
    const text = names
      .map(
        (name) => `test(${JSON.stringify(name)}, async () => {
          let got = 'it was let through';
          try { ${attempts[name]()}; } catch { got = 'refused'; }
          expect(got).toBe('refused');
        });`,
      )
      .join('\n');
    await run('network.test.js', text);
    for (const name of names) assert.equal(await state(row(name)), 'passed', name);
    assert.deepEqual(asked, [], 'no request arrived');
    await free();
  });

  test('other clients, connections and files are out of reach', async () => {
    const calls = [
      ['session.close', { name: 'x' }],
      ['session.login', { token: 'x' }, true],
      ['client.send', { to: 'x', data: 1 }],
      ['network.accept', { on: false }],
      ['network.block', { address: '127.0.0.1' }],
      ['topic.publish', { topic: 'x', data: 1 }],
      ['test.write', { name: 'x.js', text: 'evil' }],
      ['test.read', { name: 'network.test.js' }],
      ['cvar.save', {}],
      ['sub.open', { id: 'w', topic: 'wire' }],
      ['sub.open', { id: 's', topic: 'sessions' }],
    ];
    const text = `test('calls', async ({ game }) => {
      for (const [method, params, through] of ${JSON.stringify(calls)}) {
        let code;
        try { const r = await game.call(method, params); code = JSON.stringify(r).includes('token') ? 'a token' : 'through'; } catch (e) { code = e.code; }
        expect.soft(code, method).toBe(through ? 'through' : 1003);
      }
    });`;
    const words = await run('calls.test.js', text, 'calls');
    assert.equal(await state(row('calls')), 'passed', words);
    assert.equal((await client.call('network.status', {})).accepting ?? true, true);
    await free();
  });

  const hangs = {
    'an endless loop': `test('hangs', async ({ time }) => { await time.step(1); for (;;); });`,
    'an endless loop of promises': `test('hangs', async ({ time }) => { await time.step(1); for (;;) await null; });`,
  };
  for (const [what, text] of Object.entries(hangs)) {
    test(`${what} is ended, and the tests behind it run`, async () => {
      const file = `hang${Object.keys(hangs).indexOf(what)}.test.js`;
      const words = await run(
        file,
        `${text}\ntest('behind ${file}', async ({ time }) => { await time.step(2); });`,
        'hangs',
      );
      assert.match(words, /gave no sign of life/);
      assert.equal(await state(row(`behind ${file}`)), 'passed');
      await free();
      rmSync(join(folder, file));
    });
  }

  test('a test that waits for nothing ends by its own limit', async () => {
    const text = `test('waits', { timeout: 500 }, async ({ time }) => { await time.step(1); await new Promise(() => {}); });`;
    assert.match(await run('await.test.js', text, 'waits'), /longer than 500 ms/);
    await free();
  });

  test('who holds a key and hangs, holds it no longer', async () => {
    const text = `test('holds a key', async ({ input, time }) => { await input.hold('KeyW'); await time.step(2); for (;;); });`;
    assert.match(await run('key.test.js', text, 'holds a key'), /no sign of life|input/);
    await free();
  });

  /** Code that gets hold of a port: of what happens, or of the game's. */
  const grab = (textual) => `
    const textual = ${textual};
    let port;
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (...a) { if ((typeof a[0] === 'string') === textual) port = this; return post.apply(this, a); };`;

  test('a million messages end who sends them, and the page lives', async () => {
    const text = `${grab(false)}
      test('floods', async ({ time }) => {
        await time.step(1);
        for (let i = 0; i < 1e6; i++) post.call(port, { type: 'beat' });
        await new Promise(() => {});
      });`;
    assert.match(await run('flood.test.js', text, 'floods'), /more than 20,000 messages/);
    await free();
  });

  test('a huge message ends who sends it', async () => {
    const text = `${grab(true)}
      test('is huge', async ({ time }) => { await time.step(1); post.call(port, 'x'.repeat(50e6)); await new Promise(() => {}); });`;
    assert.match(await run('huge.test.js', text, 'is huge'), /characters, at most/);
    await free();
  });

  test('nonsense through the ports is no harm', async () => {
    const text = `${grab(false)}
      test('talks nonsense', { timeout: 2000 }, async ({ time }) => {
        await time.step(1);
        const deep = []; let at = deep; for (let i = 0; i < 1000; i++) at.push(at = []);
        for (const x of [null, 1, 'x', [], deep, { type: 'event', event: null }, { type: 'event', event: { type: 'test', name: {}, errors: [{ message: {}, image: { actual: 7 } }] } },
          { type: 'ask' }, { type: 'ask', id: 1, what: 'read', name: '../../etc/passwd' }, { type: 'answer' }]) post.call(port, x);
      });`;
    await run('nonsense.test.js', text, 'talks nonsense');
    await free();
    assert.equal(await page.getByRole('button', { name: 'Run all' }).isEnabled(), true);
  });

  test('what does not load says why, and where', async () => {
    assert.match(await run('syntax.test.js', `const x = ;`), /Unexpected token/);
    await result().getByRole('button', { name: 'syntax.test.js:2:11' }).waitFor();
    assert.match(await run('throws.test.js', `throw new Error('not today');`), /not today[\s\S]*throws\.test\.js:2:7/);
    assert.match(
      await run('missing.test.js', `import './nowhere.js';`),
      /no file nowhere\.js[\s\S]*missing\.test\.js:2/,
    );
    assert.match(await run('far.test.js', `import 'https://example.org/x.js';`), /cannot import "https:/);
    assert.match(await run('circle.test.js', `import './circle.test.js';`), /in a circle/);
    await free();
  });

  test('a worker that closes itself is noticed', async () => {
    const text = `test('closes', async ({ time }) => { await time.step(1); self.close(); await new Promise(() => {}); });`;
    assert.match(await run('close.test.js', text, 'closes'), /no sign of life/);
    await free();
  });

  test('a run that is stopped lets go', async () => {
    writeFileSync(
      join(folder, 'long.test.js'),
      `${head}test('takes long', async ({ time }) => { for (let i = 0; i < 1e6; i++) await time.step(1); });`,
    );
    await row('long.test.js').click();
    await row('long.test.js').press('Enter');
    await until(
      'it runs',
      () => state(row('takes long')),
      (s) => s === 'runs',
    );
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Run all' }).waitFor();
    assert.equal(await state(row('takes long')), 'not run');
    await free();
  });

  test('the frame is nothing that another page could use', async () => {
    const answer = await fetch(`${game.url}/sandbox.html`);
    const policy = answer.headers.get('content-security-policy');
    assert.match(
      policy,
      /^sandbox allow-scripts; default-src 'none'; script-src 'sha256-[^' ]+' blob:; worker-src blob:;/,
    );
    assert.match(policy, /frame-ancestors 'self'/);
  });
});
