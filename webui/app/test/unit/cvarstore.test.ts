// The store of cvars between what the stream tells and what the game answers.

import { signal } from '@preact/signals';
import { beforeEach, expect, test } from 'vitest';
import type { App } from '../../src/core/app';
import { answered } from '../../src/core/cvaredits';
import { editing } from '../../src/core/editing';
import type { Cvar, CvarChanges, CvarState } from '../../src/core/protocol';
import type { Meta } from '../../src/core/rpc';
import { keep, lend, resetOf } from '../../src/panels/cvars/actions';
import { type Cvars, cvarsOf } from '../../src/panels/cvars/store';

const meta: Meta = { seq: 1, frame: 5, tick: 5, time: 1e9, lost: 0 };

function cvar(name: string, version: number, more: Partial<Cvar> = {}): Cvar {
  const plain = { type: 'float', value: version, default: 0, help: '', flags: [], setBy: 'default' } as const;
  return { ...plain, name, flags: [], layer: 'default', version, ...more };
}

const state = (c: Cvar): CvarState => ({ ...c, frame: 5, tick: 5 });

let app: App;
let store: Cvars;
let snapshot: (list: Cvar[]) => void;
let event: (changes: CvarChanges) => void;

beforeEach(() => {
  app = {
    rpc: {
      subscribe: (_: string, o: { onSnapshot(l: Cvar[]): void; onEvent(c: CvarChanges, m: Meta): void }) => {
        snapshot = o.onSnapshot;
        event = (changes) => o.onEvent(changes, meta);
      },
      call: async () => ({ items: [{ text: '"two words"', help: 'now' }, { text: 'plain' }] }),
    },
    me: signal({ name: 'me' }),
    url: { panel: signal('cvars') },
    frame: { soon: (f: () => void) => f(), stir: () => {}, onText: () => () => {} },
    status: { set: () => {}, clear: () => {} },
    marks: { add: () => ({ label: '' }) },
    axis: { place: (t: number) => t / 1e9 },
  } as unknown as App;
  store = cvarsOf(app);
  snapshot([cvar('a', 1), cvar('b', 1)]);
});

test('an answer holds until an event that is as new', () => {
  answered(app, state(cvar('a', 3)));
  expect(store.newest('a')?.value).toBe(3);
  event({ changed: [cvar('a', 2)] }); // was on its way already
  expect(store.newest('a')?.value).toBe(3);
  event({ changed: [cvar('a', 3)] });
  event({ changed: [cvar('a', 4)] });
  expect(store.newest('a')?.value).toBe(4);
  answered(app, state(cvar('a', 2))); // late
  expect(store.newest('a')?.value).toBe(4);
});

test('another run of the game begins anew, with versions that are small again', () => {
  answered(app, state(cvar('a', 90)));
  snapshot([cvar('a', 1)]);
  expect(store.newest('a')?.value).toBe(1);
  expect(store.newest('b')).toBeUndefined();
});

test('what is bound no more is gone', () => {
  const { shape } = store;
  event({ changed: [], gone: ['b'] });
  expect([...store.all.keys()]).toEqual(['a']);
  expect(store.shape).toBeGreaterThan(shape);
});

test('a lease that ended is not begun again by the next edit', () => {
  editing(app).leases.set('cvar:a', true);
  event({ changed: [cvar('a', 2, { lease: { by: 'me' } })] });
  expect(editing(app).leases.has('cvar:a')).toBe(true);
  event({ changed: [cvar('a', 3)] });
  expect(editing(app).leases.has('cvar:a')).toBe(false);
});

test('an event that is older than a lease does not end it', () => {
  answered(app, state(cvar('a', 3, { lease: { by: 'me' } })));
  editing(app).leases.set('cvar:a', true);
  event({ changed: [cvar('a', 2)] });
  expect(editing(app).leases.has('cvar:a')).toBe(true);
  event({ changed: [cvar('a', 4)] });
  expect(editing(app).leases.has('cvar:a')).toBe(false);
});

test('what is lent or kept is the value that the game holds, not the one that was drawn', async () => {
  const sent: unknown[] = [];
  app.rpc.call = (async (_: string, params: unknown) => {
    sent.push(params);
    return state(cvar('a', sent.length + 1));
  }) as unknown as typeof app.rpc.call;
  const drawn = cvar('a', 1);
  await lend(app, drawn, 60);
  editing(app).edits.edit('cvar:a').set(7, { before: 1 }); // on its way when it is kept
  await keep(app, drawn);
  expect(sent).toEqual([{ name: 'a', lease: 60 }, { name: 'a', value: 7, lease: 60 }, { name: 'a' }]);
  expect(editing(app).leases.has('cvar:a')).toBe(false);
});

test('values that the game offers come without their quotes', async () => {
  expect(await store.offers('a', 't')).toEqual([{ text: 'two words', help: 'now' }, { text: 'plain' }]);
});

test('a reset says what it leads to, and where it cannot it goes to the default', () => {
  const layers = [
    { layer: 'console', value: 3, by: 'me' },
    { layer: 'archive', value: 2, by: 'archive' },
  ];
  expect(resetOf(cvar('a', 1), false)).toBeUndefined();
  expect(resetOf(cvar('a', 1, { layers }), false)).toEqual({ words: 'Reset a to 2.00 (archive file)', all: false });
  const forced = [{ layer: 'environment', value: 3, by: 'environment' }];
  expect(resetOf(cvar('a', 1, { layers: forced }), false)).toEqual({ words: 'Reset a to 0.00', all: true });
  expect(resetOf(cvar('a', 1, { layers, flags: ['cheat'] }), false)).toBeUndefined();
  expect(resetOf(cvar('a', 1, { layers, flags: ['read-only'] }), true)).toBeUndefined();
});
