// Lets go of the game after a run that was cut off: what the driver would have put right itself.

import type { App } from '../../../core/app';
import type { Bridge } from './bridge';

/** What the game was before a run. */
export interface Before {
  held: boolean;
  speed: number;
  cvars: ReadonlyMap<string, unknown>;
}

/** Notes what the game is, as far as a cut-off run can be put right. */
export async function before(app: App): Promise<Before> {
  try {
    const [time, cvars] = await Promise.all([app.rpc.call('time.status', {}), app.rpc.call('cvar.list', {})]);
    return { held: time.held, speed: time.speed, cvars: new Map(cvars.map(({ name, value }) => [name, value])) };
  } catch {
    return { held: false, speed: 1, cvars: new Map() };
  }
}

/** Puts right what a run did. What the game refuses, it has put right itself, or nobody can. */
export async function release(app: App, done: Bridge['done'], was: Before): Promise<void> {
  const call = async (method: string, params: object): Promise<unknown> => {
    try {
      return await app.rpc.call(method as never, params as never);
    } catch {
      return undefined;
    }
  };
  if (done.input) {
    await call('input.release', {});
    await call('input.control', { take: false });
  }
  const [beginning, ...others] = [...done.snapshots].sort((a, b) => a - b);
  if (beginning !== undefined) await call('world.restore', { id: beginning });
  for (const id of [beginning, ...others]) if (id !== undefined) await call('world.drop', { id });
  for (const name of done.cvars) {
    const value = was.cvars.get(name);
    const now = (await call('cvar.get', { name })) as { value: unknown } | undefined;
    if (now !== undefined && value !== undefined && JSON.stringify(now.value) !== JSON.stringify(value))
      await call('cvar.set', { name, value, force: true });
  }
  if (done.speed) await call('time.speed', { factor: was.speed });
  if (done.held && !was.held) await call('time.resume', {});
}
