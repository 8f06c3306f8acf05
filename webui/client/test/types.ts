// Checked by tsc, never run: what must not compile is marked.

import { connect, type Game, type LoginResult, RpcError, type TimeStatus } from 'scry-client';
import { launch } from 'scry-client/launch';
import { NodeHost } from 'scry-client/node';
import { expect, ms, run, test } from 'scry-client/test';

export async function calls(game: Game): Promise<void> {
  const status: TimeStatus = await game.call('time.step', { ticks: 1 });
  const held: TimeStatus = await game.call('time.hold');
  await game.call('cvar.set', { name: 'physics.gravity', value: 3 }, { signal: AbortSignal.timeout(1000) });
  const own: unknown = await game.call('garden.rain', { drops: 3 });
  await game.call('garden.rain');
  game.notify('time.resume');

  // @ts-expect-error: ticks is missing
  await game.call('time.step');
  // @ts-expect-error: ticks is a number
  await game.call('time.step', { ticks: 'one' });
  // @ts-expect-error: there is no such member
  await game.call('cvar.get', { nam: 'physics.gravity' });
  // @ts-expect-error: the result has no such member
  (await game.call('cvar.get', { name: 'physics.gravity' })).ticks;
  // @ts-expect-error: params are an object
  await game.call('garden.rain', 3);
  // @ts-expect-error: ticks is missing
  game.notify('time.step');
  void [status, held, own];
}

export async function streams(game: Game): Promise<void> {
  const log = game.subscribe('log', { policy: 'all', credit: 2 });
  const first = (await log.ready).lines[0]?.msg;
  for await (const event of log) {
    const tick: number = event.tick + event.lost;
    void [tick, event.value.lines[0]?.msg, event.reopened];
    // @ts-expect-error: the topic's events are texts
    event.binary;
  }
  for await (const { binary } of game.subscribe('timings')) void binary.getUint8(0);
  for await (const event of game.subscribe('timings')) {
    // @ts-expect-error: the topic's events are binary
    event.value;
  }
  for await (const { value } of game.subscribe('a group')) {
    const unknown: unknown = value;
    void unknown;
  }
  // @ts-expect-error: there is no such policy
  game.subscribe('log', { policy: 'newest' });
  // @ts-expect-error: x0 is a number
  game.subscribe('places', { params: { x0: 'left', y0: 0, x1: 1, y1: 1 } });
  void first;
}

export async function entrances(port: MessagePort): Promise<LoginResult> {
  await connect();
  await connect(port, { name: 'tests' });
  await connect(() => new WebSocket('ws://127.0.0.1:6060/ws'));
  // @ts-expect-error: there is no such option
  await connect('http://127.0.0.1:6060', { tokn: 'x' });
  const running = await launch('go', ['run', './examples/garden'], { env: { A: 'b' }, name: 'tests' });
  await launch('go run ./examples/garden', { timeout: 1000 });
  running.game.on('close', ({ final }) => final === true);
  // @ts-expect-error: the event has no such member
  running.game.on('close', ({ finally: _ }) => undefined);
  try {
    await running.close();
  } catch (error) {
    if (error instanceof RpcError && error.code === 1004) console.log(error.data.suggest, error.method);
  }
  return running.game.login;
}

test('the driver', { ticks: 600 }, async ({ cvars, display, game, input, perf, time, world }) => {
  const player = world.get({ kind: 'player', where: 'health > 3' });
  await input.press('KeyD', { ticks: 3 });
  await expect(player.path('x')).toReach(90, { within: 60 });
  await expect(player.path('x')).not.toBe(3);
  await expect(player).toHaveCount(1, { within: 3 });
  await expect(cvars.ref('physics.gravity')).toStay({ atLeast: 3 }, { during: 30 });
  await expect(perf.scope('physics')).toStay({ p99: ms(4) }, { during: 120 });
  await expect(perf).toAllocateLessThan(3);
  await expect(display).toMatchImage('a.png', { maxDiffPixels: 3 });
  await expect(game.call('time.step', { ticks: 1 })).toReject({ code: 1005 });
  expect.soft(time.tick).toBeGreaterThan(3);
  const status: TimeStatus = await time.step();
  // @ts-expect-error: there is no such option
  await expect(player.path('x')).toReach(90, { whithin: 60 });
  // @ts-expect-error: what is there is asked for by its fields
  await expect(player).toReach(90);
  // @ts-expect-error: a button has a name, or a number
  await input.click(3, 4, { button: 'lefft' });
  void status;
});

export async function hosts(): Promise<number> {
  const sum = await run(['a.test.js'], {
    host: new NodeHost({ launch: './game' }),
    repeat: 3,
    onEvent: (event) => event.type === 'test' && event.errors[0]?.message,
  });
  // @ts-expect-error: a run needs a host
  await run([], {});
  return sum.fail;
}
