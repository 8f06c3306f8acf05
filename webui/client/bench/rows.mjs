// What is measured, in Node and in a page alike: the function is also sent to a browser as its source.

/**
 * Measures loops over a held game with 1,000 entities, each for `millis` a few times, and returns the
 * rows of the table: what is counted per second or taken in µs, as the median of the rounds.
 */
export async function rows(game, { millis, rounds }) {
  await game.call('time.hold');
  const list = await game.call('world.list', { limit: 1000, fields: ['x', 'y'] });
  const id = list.rows[0].id;
  const step = (options) => game.call('time.step', { ticks: 1 }, options);
  const get = (options) => game.call('world.get', { id }, options);
  const apart = { alone: true };
  const hundred = async (options) => {
    const calls = [];
    for (let i = 0; i < 100; i++) calls.push(step(options), get(options));
    await Promise.all(calls);
  };
  const { id: snapshot } = await game.call('world.snapshot', { label: 'bench' });
  const loops = [
    ['step, then get, each awaited', 1, async () => [await step(), await get()]],
    ['step and get, two messages', 1, () => Promise.all([step(apart), get(apart)])],
    ['step and get, one batch', 1, () => Promise.all([step(), get()])],
    ['100 x (step, get), 200 messages', 100, () => hundred(apart)],
    ['100 x (step, get), batched', 100, () => hundred()],
    ['step 60, then get', 60, () => Promise.all([game.call('time.step', { ticks: 60 }), get()])],
    ['until, 1,000 ticks away', 1000, () => game.call('time.until', { expr: 'tick < 0', within: 1000 })],
    ['restore of a snapshot', 0, () => game.call('world.restore', { id: snapshot })],
    ['1,000 rows', 0, () => game.call('world.list', { limit: 1000, fields: ['x', 'y'] })],
  ];
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const table = [];
  for (const [name, ticks, run] of loops) {
    try {
      await run();
    } catch (error) {
      table.push({ name, error: error.message });
      continue;
    }
    const measured = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      let count = 0;
      while (performance.now() - began < millis) {
        await run();
        count++;
      }
      const each = (performance.now() - began) / count; // ms
      measured.push(ticks > 0 ? (ticks / each) * 1000 : each * 1000);
    }
    table.push({ name, unit: ticks > 0 ? 'ticks/s' : 'µs', value: median(measured) });
  }
  game.close();
  return table;
}
