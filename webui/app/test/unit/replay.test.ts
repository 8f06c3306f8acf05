import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Captures } from '../../src/core/app';
import { type CaptureFile, readCapture } from '../../src/core/capturefile';
import { remember } from '../../src/core/flight';
import { record } from '../../src/core/record';
import { loginOf, Replay } from '../../src/core/replay';
import { Session } from '../../src/core/session';
import { shapes } from '../../src/core/shapes';
import { noPorts } from '../../src/core/socket';
import { Theme } from '../../src/core/theme';
import { logOf } from '../../src/panels/console/store';
import { cvarsOf } from '../../src/panels/cvars/store';

const captures: Captures = {
  open: async () => undefined,
  choose: () => undefined,
  leave: () => undefined,
  home: true,
  game: () => {
    throw new Error('there is none');
  },
};

async function play(file: CaptureFile): Promise<Session> {
  const capture = { name: file.name, meta: file.meta, fault: file.fault, data: new Blob() };
  const session = new Session([], noPorts(), { theme: new Theme(), captures, capture });
  record(session);
  const replay = new Replay(session.rpc, file);
  session.socket.replay(replay, loginOf(file));
  await replay.settled();
  return session;
}

let file: CaptureFile;

beforeAll(async () => {
  const bytes = readFileSync(join(import.meta.dirname, '../fixtures/garden.scry'));
  file = await readCapture(new Blob([new Uint8Array(bytes)]).stream(), 'garden.scry');
});

describe('a capture in the place of the game', () => {
  it('fills the stores as the game did', async () => {
    const session = await play(file);
    const { timings, memory, conn, me } = session;
    expect([conn.value.state, me.value?.role, me.value?.features]).toEqual([
      'capture',
      'view',
      ['timings', 'scopes', 'memory', 'log', 'cvars'],
    ]);
    expect([timings.count, timings.lost, timings.budget]).toEqual([240, 0, 16_666_667]);
    expect(timings.scopes.map((s) => s.name)).toEqual(['update', 'physics', 'collide', 'ai', 'load', 'render', 'mix']);
    const hitch = timings.find(1380);
    expect(timings.period.at(hitch)).toBe(62e6);
    expect(timings.worst[0]).toMatchObject({ frame: 1380, mostly: 'load', ns: 45e6 });
    expect(timings.x.at(hitch)).toBeCloseTo(20 + 180 * 0.016667, 6);
    expect([memory.last?.gcCycles, memory.x.length]).toEqual([10, 17]);
    expect(session.newest.frame).toBe(1439);
  });

  it('gives panels that come later what they ask for, with its marks', async () => {
    const session = await play(file);
    const log = logOf(session);
    const cvars = cvarsOf(session);
    await until(() => log.ring.size === 4 && cvars.history('physics.gravity').length === 1);
    expect(log.ring.entry(3)?.msg).toBe('no path');
    expect(cvars.all.get('physics.gravity')).toMatchObject({ value: 24, flags: ['modified', 'read-only'] });
    const before = cvars.history('physics.gravity')[0]?.before;
    expect(before).toBe(16);
    const marks = session.marks.between(0, 1e9).map((m) => [m.kind, m.label, m.frame]);
    expect(marks).toContainEqual(['warn', "loading on the game's goroutine", 1380]);
    expect(marks).toContainEqual(['error', 'no path', 1400]);
    expect(marks).toContainEqual(['cvar', 'physics.gravity 16 → 24', 1350]);
    expect(marks.filter(([kind]) => kind === 'gc')).toHaveLength(1);
  });

  it('tells of changes although the first state of cvars has them already', async () => {
    const [only] = file.events.get('cvars') ?? [];
    const late: CaptureFile = {
      ...file,
      snapshots: new Map(file.snapshots).set('cvars', (only?.value as { changed?: unknown } | undefined)?.changed),
    };
    const session = await play(late);
    const cvars = cvarsOf(session);
    await until(() => cvars.history('physics.gravity').length === 1);
    expect(cvars.history('physics.gravity')[0]).toMatchObject({ before: undefined, after: 24, frame: 1350 });
    expect(session.marks.ofFrame(1350).map((m) => m.label)).toEqual(['physics.gravity → 24']);
  });

  it('answers what needs the game with a word that it is not there', async () => {
    const session = await play(file);
    await expect(session.rpc.call('memory.gc', {})).rejects.toThrow('this is a capture');
    const refused = await new Promise<Error>((done) => session.rpc.subscribe('stats', { onError: done }));
    expect(refused.message).toContain('not in this capture');
  });

  it('can be asked twice: a panel that is opened again finds all again', async () => {
    const session = await play(file);
    for (const _ of [1, 2]) {
      const frames: number[] = [];
      const sub = session.rpc.subscribe('timings', { onBinary: (_p, meta) => frames.push(meta.frame) });
      await until(() => frames.length === 240);
      expect([frames[0], frames.at(-1)]).toEqual([1200, 1439]);
      sub.close();
    }
  });

  it('takes nothing of the wrong shape into the stores', async () => {
    const odd = {
      timings: { scopes: [{ id: 0, name: 'a', parent: 7 }, { id: 5, name: 'b' }, 3], counters: 'x', budget: 'much' },
      log: { lines: [{ seq: 1 }, null, { seq: 1, time: 1, frame: 1, tick: 1, msg: 'm', level: 'loud', attrs: 7 }] },
      memory: [{}, { time: 1, frame: 1, gcCycles: 0 }, 'x'],
      cvars: [{ name: 'a' }, { name: 'b', type: 'float', value: {}, default: 1, setBy: '' }],
    };
    const events = new Map(
      ['log', 'memory', 'cvars'].map((topic) => [
        topic,
        [null, 7, [7], {}, { lines: 3 }].map((value) => ({ frame: 1, tick: 1, time: 1, lost: 0, value })),
      ]),
    );
    const short = new ArrayBuffer(30);
    const evil: CaptureFile = {
      ...file,
      snapshots: new Map(Object.entries(odd)),
      events,
      messages: new Map([['timings', [short]]]),
    };
    const session = await play(evil);
    const log = logOf(session);
    const cvars = cvarsOf(session);
    await until(() => log.known && cvars.known);
    expect(session.timings.scopes).toMatchObject([{ id: 0, name: 'a', parent: -1, budget: 0 }]);
    expect([session.timings.count, session.timings.budget, session.memory.x.length]).toEqual([0, 0, 1]);
    expect([log.ring.size, log.ring.entry(0)?.kind, cvars.all.size]).toEqual([1, 'info', 0]);
  });
});

describe('the flight recorder', () => {
  const live = (): Session => new Session([], noPorts(), { theme: new Theme(), captures });

  it('tells a page that was just opened of the seconds before, and its stream goes on without a gap', () => {
    const session = live();
    session.axis.begin(24e9, 1430, false);
    remember(session, file);
    const { timings, scopes } = session;
    expect([timings.count, timings.find(1380) >= 0, scopes.find(1380) >= 0]).toEqual([240, true, true]);
    expect(session.joined).toBe(true);
    expect(timings.period.window(timings.first).some(Number.isNaN)).toBe(false);
  });

  it('fills what a lost connection has missed, and takes no frame twice', () => {
    const session = live();
    session.axis.begin(20e9, 1200, false);
    const cut = { ...file, messages: new Map([['timings', file.messages.get('timings')?.slice(0, 100) ?? []]]) };
    remember(session, cut);
    session.axis.begin(24e9, 1439, false); // the connection came back
    remember(session, file);
    remember(session, file);
    const { timings } = session;
    expect(timings.count).toBe(240);
    expect(Array.from(timings.frame.window(0))).toEqual(Array.from({ length: 240 }, (_, i) => 1200 + i));
  });

  it('leaves a gap where it does not reach back far enough', () => {
    const session = live();
    session.axis.begin(20e9, 1200, false);
    const all = file.messages.get('timings') ?? [];
    const part = (from: number, to: number) => ({ ...file, messages: new Map([['timings', all.slice(from, to)]]) });
    remember(session, part(0, 50));
    remember(session, part(100, 150));
    expect([session.timings.count, session.timings.period.at(50)]).toEqual([101, Number.NaN]);
  });

  it('puts the first frames of a game that was just started behind those of the run before', () => {
    const session = live();
    session.axis.begin(20e9, 1200, false);
    remember(session, file);
    const end = session.timings.x.last;
    session.axis.begin(3e9, 180, true);
    expect(session.axis.place(0)).toBeCloseTo(end + 0.25, 6);
    expect(session.axis.marks.at(-1)).toMatchObject({ kind: 'restart', x: session.axis.place(0) });
  });
});

describe('shapes', () => {
  it('let pass what the fixture holds', () => {
    for (const [topic, state] of file.snapshots) {
      if (topic !== 'cvars') expect(shapes[topic]?.state(state), topic).toEqual(state);
      for (const event of file.events.get(topic) ?? []) expect(shapes[topic]?.event(event.value), topic).toBe(true);
    }
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((next) => setTimeout(next, 1));
  expect(holds()).toBe(true);
}
