// Who comes in, and who does not.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, http, refusal } from './harness/client.mjs';
import { Game } from './harness/game.mjs';

const json = 'application/json';
const gravity = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'cvar.get', params: { name: 'physics.gravity' } });

describe('the door', () => {
  let game;
  before(async () => {
    game = await Game.start();
  });
  after(() => game?.dispose());

  const bearer = () => ({ Authorization: `Bearer ${game.token}` });
  const upgrade = () => ({
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  });

  test('one request by POST, as curl sends it', async () => {
    const answer = await http(game, '/rpc', {
      method: 'POST',
      headers: { ...bearer(), 'Content-Type': json },
      body: gravity,
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], json);
    const { id, result } = JSON.parse(answer.body);
    assert.equal(id, 1);
    assert.equal(result.name, 'physics.gravity');
    const batch = await http(game, '/rpc', {
      method: 'POST',
      headers: { ...bearer(), 'Content-Type': `${json}; charset=utf-8` },
      body: `[${gravity},${gravity}]`,
    });
    assert.equal(JSON.parse(batch.body).length, 2);
    const broken = await http(game, '/rpc', {
      method: 'POST',
      headers: { ...bearer(), 'Content-Type': json },
      body: '{',
    });
    assert.equal(JSON.parse(broken.body).error.code, -32700);
  });

  test('a POST without the token, with another, or of another kind is refused', async () => {
    const post = (headers, method = 'POST') =>
      http(game, '/rpc', { method, headers, body: method === 'POST' ? gravity : undefined });
    assert.equal((await post({ 'Content-Type': json })).status, 401);
    assert.equal((await post({ 'Content-Type': json, Authorization: 'Bearer wrong' })).status, 401);
    assert.equal((await post({ 'Content-Type': 'text/plain', ...bearer() })).status, 415);
    assert.equal((await post(bearer())).status, 415);
    assert.equal((await post(bearer(), 'GET')).status, 405);
    const large = await http(game, '/rpc', {
      method: 'POST',
      headers: { ...bearer(), 'Content-Type': json },
      body: ' '.repeat(70_000),
    });
    assert.equal(large.status, 413);
  });

  test('a page elsewhere cannot forge a POST, token or not', async () => {
    const headers = { 'Content-Type': json, ...bearer(), Origin: 'http://example.com' };
    assert.equal((await http(game, '/rpc', { method: 'POST', headers, body: gravity })).status, 403);
    assert.equal(
      (await http(game, '/rpc', { method: 'OPTIONS', headers })).headers['access-control-allow-origin'],
      undefined,
    );
  });

  test('a socket needs a token or the origin of our page', async () => {
    assert.equal((await http(game, '/ws', { headers: upgrade() })).status, 401);
    assert.equal((await http(game, '/ws', { headers: { ...upgrade(), Authorization: 'Bearer wrong' } })).status, 401);
    for (const origin of [
      'http://example.com',
      'null',
      'file://',
      `http://localhost:${game.port}`,
      `https://${game.host}.example.com`,
      'http://127.0.0.1:1',
    ]) {
      assert.equal((await http(game, '/ws', { headers: { ...upgrade(), Origin: origin } })).status, 403, origin);
    }
    const crossSite = { ...upgrade(), ...bearer(), 'Sec-Fetch-Site': 'cross-site' };
    assert.equal((await http(game, '/ws', { headers: crossSite })).status, 403);
    assert.equal((await http(game, '/ws', { headers: { ...upgrade(), Origin: game.url } })).status, 101);
    assert.equal((await http(game, '/ws', { headers: { ...upgrade(), ...bearer() } })).status, 101);
  });

  test('a name that is not this machine is refused, whatever is asked', async () => {
    for (const host of [
      'example.com',
      `rebound.example.com:${game.port}`,
      '0.0.0.0',
      `127.0.0.1.:${game.port}`,
      '2130706433',
      'localhost.',
    ]) {
      for (const path of ['/', '/ws', '/rpc']) {
        const { status } = await http(game, path, { headers: { ...bearer(), Host: host } });
        assert.ok(status === 403 || status === 421, `${host}${path}: ${status}`);
      }
    }
    assert.equal((await http(game, '/', { headers: { Host: `LOCALHOST:${game.port}` } })).status, 200);
  });

  test('the token may travel as a subprotocol, where headers cannot be set', async () => {
    const offered = ['scry.1', `scry.token.${Buffer.from(game.token).toString('base64url')}`];
    const client = await Client.open(game, {}, offered);
    assert.deepEqual(await client.call('echo', [1]), [1]);
    await client.close();
  });

  test('a page logs in first, by a code that works once', async () => {
    const page = { headers: { Origin: game.url } };
    const code = new URL(game.link).hash.slice('#c='.length);
    const used = game.link;

    const hasty = await Client.open(game, page);
    hasty.send({ jsonrpc: '2.0', id: 1, method: 'cvar.list' });
    assert.equal((await hasty.next((m) => m.id === 1, 'the refusal')).error.code, 1001);
    assert.equal((await hasty.closed).code, 4401);

    const first = await Client.open(game, page);
    const login = await first.call('session.login', { code });
    assert.equal(login.role, 'drive');
    assert.ok(login.token.length > 20);

    const second = await Client.open(game, page);
    assert.equal((await refusal(second.call('session.login', { code }))).code, 1001);
    const closed = await second.closed;
    assert.equal(closed.code, 4401);
    assert.match(closed.reason, /link/);

    const third = await Client.open(game, page);
    assert.ok(
      (await third.call('session.login', { token: login.token })).token,
      'a token is exchanged for a fresh one',
    );
    const fourth = await Client.open(game, page);
    const { hash } = new URL(await game.linkAfter(used));
    await fourth.call('session.login', { code: hash.slice('#c='.length) });
    for (const client of [first, third, fourth]) await client.close();
  });

  test('nothing that the game serves may be framed, cached or guessed at', async () => {
    const page = await http(game, '/');
    assert.equal(page.status, 200);
    assert.match(page.headers['content-type'], /^text\/html/);
    const policy = page.headers['content-security-policy'];
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]) {
      assert.ok(policy.includes(rule), rule);
    }
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.equal(page.headers['referrer-policy'], 'no-referrer');
    assert.equal(page.headers['access-control-allow-origin'], undefined);
    assert.equal((await http(game, '/no-such-file')).status, 404);
    for (const path of ['/../go.mod', '/%2e%2e/go.mod', '/assets/../../go.mod']) {
      assert.doesNotMatch((await http(game, path)).body, /^module /m, path);
    }
    assert.equal((await http(game, '/', { method: 'DELETE' })).status, 405);
  });
});
