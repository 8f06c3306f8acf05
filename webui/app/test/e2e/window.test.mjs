// The sample game in a real window: Ebitengine, the adapter, the console, and a client that plays.
// It runs on the display that there is, or on a virtual one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Client } from './harness/client.mjs';
import { Game } from './harness/game.mjs';
import { until } from './harness/until.mjs';

function has(command) {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const shown =
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY) || !['linux', 'freebsd'].includes(process.platform);
const through = shown ? [] : ['xvfb-run', '-a', '-s', '-screen 0 1280x720x24'];
// ./check installs what is missing, so there a missing display is a fault.
const skip = !shown && !has('xvfb-run') && process.env.SCRY_E2E !== 'all' && 'neither a display nor xvfb-run';

test('the game in a window', { skip }, async () => {
  const game = await Game.start({ driver: 'ebiten', through });
  try {
    const client = await Client.open(game);
    const scopes = (await client.call('timing.list')).map((s) => s.name);
    const stats = await until(
      'frames that were drawn',
      () => client.call('timing.stats', { frames: 30 }),
      (s) => s.frames >= 30 && s.scopes.some((scope) => scope.name === 'draw' && scope.calls > 0),
      60_000,
    );
    assert.ok(stats.period.mean > 1e6, 'a frame takes its time');
    for (const name of ['update', 'draw', 'physics']) assert.ok(scopes.includes(name), `${name} is among ${scopes}`);

    const held = await client.call('time.hold');
    const stepped = await client.call('time.step', { ticks: 10 });
    assert.equal(stepped.tick, held.tick + 10);
    await client.call('cvar.set', { name: 'render.grid', value: true });
    await client.call('time.resume');
    await until(
      'ticks go on',
      () => client.call('time.status'),
      (time) => time.tick > stepped.tick + 10,
    );
    assert.doesNotMatch(game.err, /panic|no window/);
    await client.close();
  } finally {
    await game.dispose();
  }
});
