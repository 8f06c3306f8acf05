// The library of assets: what is shown, where keys lead, small pictures, what is dropped, what changes.

import { signal } from '@preact/signals';
import { describe, expect, test, vi } from 'vitest';
import type { App } from '../../src/core/app';
import type { Meta } from '../../src/core/rpc';
import { fileName } from '../../src/panels/assets/actions';
import { pairs } from '../../src/panels/assets/drop';
import { columnsIn, moved } from '../../src/panels/assets/grid';
import { type Asset, choose, sane, split, sums, total } from '../../src/panels/assets/model';
import { barred, send, sendings } from '../../src/panels/assets/replace';
import { assetsOf } from '../../src/panels/assets/store';
import { pictured, type ThumbPorts, Thumbs } from '../../src/panels/assets/thumbs';
import { brief, measure } from '../../src/panels/assets/tile';
import { Final, pathOf, placesOf, refusalIn } from '../../src/panels/assets/transfer';
import { viewsOf } from '../../src/panels/assets/views';

function asset(name: string, more: Partial<Asset> = {}): Asset {
  return {
    id: name,
    name,
    kind: 'image',
    mediaType: 'image/png',
    bytes: 100,
    version: 1,
    frame: 1,
    replace: false,
    preview: true,
    ...more,
  };
}

const names = (list: readonly Asset[]): string[] => list.map((a) => a.name);

describe('the library', () => {
  const all = [
    asset('b/ship.png', { memory: 4096, refs: ['player'] }),
    asset('a/hit.wav', { kind: 'sound', bytes: 900, help: 'a blow' }),
    asset('a/Glow.kage', { kind: 'shader', bytes: 50, origin: 'disk', version: 3 }),
  ];
  const nothing = { query: '', kind: '', sort: '' };

  test('is sorted by name, and by anything else with names as the second order', () => {
    expect(names(choose(all, nothing))).toEqual(['a/Glow.kage', 'a/hit.wav', 'b/ship.png']);
    expect(names(choose(all, { ...nothing, sort: '-memory' }))).toEqual(['b/ship.png', 'a/hit.wav', 'a/Glow.kage']);
    expect(names(choose(all, { ...nothing, sort: 'frame' }))).toEqual(['a/Glow.kage', 'a/hit.wav', 'b/ship.png']);
    expect(names(choose(all, { ...nothing, sort: 'constructor' }))).toEqual(names(choose(all, nothing)));
  });

  test('is searched by every word, in names, kinds, help, origins and users', () => {
    for (const [query, found] of [
      ['GLOW', ['a/Glow.kage']],
      ['a/ blow', ['a/hit.wav']],
      ['player', ['b/ship.png']],
      ['disk shader', ['a/Glow.kage']],
      ['disk sound', []],
    ] as const)
      expect(names(choose(all, { ...nothing, query })), query).toEqual(found);
    expect(names(choose(all, { ...nothing, kind: 'sound' }))).toEqual(['a/hit.wav']);
  });

  test('is summed by kind; memory is what the game says, or else the file', () => {
    const kinds = sums(all);
    expect([...kinds.keys()]).toEqual(['image', 'sound', 'shader']);
    expect(kinds.get('image')).toEqual({ count: 1, bytes: 100, memory: 4096 });
    expect(total(kinds.values())).toEqual({ count: 3, bytes: 1050, memory: 5046 });
  });

  test('takes an unknown kind for another file', () => {
    expect(sane(asset('x', { kind: '__proto__' as Asset['kind'] })).kind).toBe('other');
    expect(viewsOf(asset('x', { kind: 'other', mediaType: 'application/x-y' }))).toEqual(['bytes']);
  });

  test('says facts in a word', () => {
    expect(brief(asset('x', { width: 64, height: 32, memory: 8192 }))).toBe('64×32 · 8\u202fKiB');
    expect(measure(asset('x', { duration: 187.4 }))).toBe('3:07');
    expect(measure(asset('x', { duration: 0.25 }))).toBe('0.25 s');
    expect(split('a/b/c.png')).toEqual({ folder: 'a/b/', base: 'c.png' });
    expect(split('folder/')).toEqual({ folder: '', base: 'folder/' });
  });
});

test('the ways to look at a file', () => {
  expect(viewsOf(asset('a.svg', { mediaType: 'image/svg+xml' }))).toEqual(['image', 'text', 'bytes']);
  expect(viewsOf(asset('a.obj', { kind: 'mesh', mediaType: 'model/obj' }))).toEqual(['mesh', 'text', 'bytes']);
  expect(viewsOf(asset('a.glb', { kind: 'mesh', mediaType: 'model/gltf-binary' }))).toEqual(['mesh', 'bytes']);
  expect(viewsOf(asset('a', { kind: 'json', mediaType: 'application/json' }))).toEqual(['tree', 'text', 'bytes']);
});

describe('the grid', () => {
  test('has as many columns as fit, and always one', () => {
    expect(columnsIn(0).columns).toBe(1);
    expect(columnsIn(600)).toEqual({ columns: 5, each: 116.8 });
  });

  test('is walked with the arrows and never left', () => {
    const go = (key: string, at: number): number | undefined => moved(key, at, 10, 4, 2);
    expect(go('ArrowRight', 0)).toBe(1);
    expect(go('ArrowLeft', 0)).toBe(0);
    expect(go('ArrowDown', 1)).toBe(5);
    expect(go('ArrowDown', 7)).toBe(9); // the last row is shorter: its last
    expect(go('ArrowDown', 9)).toBe(9);
    expect(go('ArrowUp', 2)).toBe(2);
    expect(go('PageDown', 0)).toBe(8);
    expect(go('End', 3)).toBe(9);
    expect(go('x', 3)).toBeUndefined();
  });
});

describe('small pictures', () => {
  function make(fetch: ThumbPorts['fetch']) {
    const revoked: string[] = [];
    const later: (() => void)[] = [];
    let n = 0;
    const thumbs = new Thumbs(
      { fetch, address: () => `blob:${++n}`, revoke: (a) => revoked.push(a), later: (f) => later.push(f) },
      96,
    );
    return { thumbs, revoked, later };
  }
  const blob = (size = 10): Blob => new Blob([new Uint8Array(size)]);

  test('come four at a time, and what left the view is dropped', async () => {
    const running = new Map<string, { signal: AbortSignal; done: (b: Blob) => void }>();
    const { thumbs } = make((a, _, signal) => new Promise((done) => running.set(a.name, { signal, done })));
    const seven = ['1', '2', '3', '4', '5', '6', '7'].map((n) => asset(n));
    thumbs.want(seven);
    expect([...running.keys()]).toEqual(['1', '2', '3', '4']);
    thumbs.want(seven.slice(3));
    expect(running.get('1')?.signal.aborted).toBe(true);
    expect(running.get('4')?.signal.aborted).toBe(false);
    expect([...running.keys()]).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    running.get('4')?.done(blob());
    await vi.waitFor(() => expect(thumbs.get(asset('4'))).toBe('blob:1'));
    expect(thumbs.get(asset('4', { version: 2 }))).toBeUndefined();
  });

  test('are kept up to a bound, the least used goes first', async () => {
    const { thumbs, revoked } = make(async () => blob(1 << 20));
    for (let i = 0; i < 40; i++) {
      thumbs.want([asset(String(i))]);
      await vi.waitFor(() => expect(thumbs.get(asset(String(i)))).toBeDefined());
      thumbs.get(asset('0'));
    }
    expect(thumbs.get(asset('0'))).toBe('blob:1');
    expect(thumbs.get(asset('1'))).toBeUndefined();
    expect(revoked).toContain('blob:2');
    thumbs.dispose();
    expect(revoked).toHaveLength(40);
  });

  test('are asked for again where the game had no time, and not where it said no', async () => {
    let asked = 0;
    const slow = make(async () => {
      if (++asked < 3) throw new Error('busy');
      return blob();
    });
    slow.thumbs.want([asset('a')]);
    for (let i = 1; i < 3; i++) {
      await vi.waitFor(() => expect(slow.later).toHaveLength(i));
      slow.later[i - 1]?.();
    }
    await vi.waitFor(() => expect(slow.thumbs.get(asset('a'))).toBeDefined());

    const no = vi.fn(async () => Promise.reject(new Final('no picture')));
    const refused = make(no);
    refused.thumbs.want([asset('a')]);
    await vi.waitFor(() => expect(no).toHaveBeenCalledTimes(1));
    await new Promise((next) => setTimeout(next));
    refused.thumbs.want([asset('a')]);
    expect(no).toHaveBeenCalledTimes(1);
    expect(refused.later).toHaveLength(0);
  });

  test('are of what the game draws, and of small files that the browser draws', () => {
    expect(pictured(asset('a'))).toBe(true);
    expect(pictured(asset('a', { preview: false }))).toBe(false);
    expect(pictured(asset('a', { preview: false, mediaType: 'image/svg+xml' }))).toBe(true);
    expect(pictured(asset('a', { preview: false, mediaType: 'image/svg+xml', bytes: 1 << 20 }))).toBe(false);
    expect(pictured(asset('a', { preview: false, kind: 'text', mediaType: 'image/svg+xml' }))).toBe(false);
  });
});

test('dropped files are meant for the one asset of their name', () => {
  const all = [asset('a/ship.png'), asset('b/ship.png'), asset('a/hit.wav')];
  const files = [{ name: 'ship.png' }, { name: 'hit.wav' }, { name: 'else.txt' }];
  expect(pairs(files, all).map((p) => [p.file.name, p.asset.name])).toEqual([['hit.wav', 'a/hit.wav']]);
});

test('a name becomes a file name that no system minds', () => {
  for (const [name, file] of [
    ['a/b/ship.png', 'ship.png'],
    ['..', 'asset'],
    ['a\\..\\b:c', 'a_.._b_c'],
    ['x\u202egnp.exe', 'x_gnp.exe'],
    ['nul\u0000<script>', 'nul__script_'],
    ['', 'asset'],
  ] as const)
    expect(fileName(name), name).toBe(file);
  expect(fileName('x'.repeat(500)).length).toBe(120);
});

describe('what the game says', () => {
  test('points into the text, line by line', () => {
    expect(placesOf('7:3: undefined: x')).toEqual([{ line: 7, column: 3, text: 'undefined: x' }]);
    expect(placesOf('glow.kage:12:5: a\nnote\n0 errors\n(13:1) b')).toEqual([{ line: 12, column: 5, text: 'a' }]);
    expect(placesOf('ERROR: 0:14: bad\n1:2: also')).toEqual([
      { line: 0, column: 14, text: 'bad' },
      { line: 1, column: 2, text: 'also' },
    ]);
    expect(placesOf('it is 10:30 now')).toEqual([{ line: 10, column: 30, text: 'now' }]);
    expect(placesOf('nothing of the kind')).toEqual([]);
    const begin = performance.now();
    placesOf('1:'.repeat(1 << 18));
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  test('comes as a text or as an error of the socket', () => {
    expect(refusalIn(' no\n')).toBe('no');
    expect(refusalIn('{"error":{"message":"7:3: no"}}')).toBe('7:3: no');
    expect(refusalIn('{"message":"no"}')).toBe('no');
    expect(refusalIn('{"a":1}')).toBe('{"a":1}');
  });

  test('an id in an address is one part of the path', () => {
    expect(pathOf(asset('x', { id: '../a b?c' }), '/preview')).toBe('asset/..%2Fa%20b%3Fc/preview');
  });
});

describe('the store', () => {
  function world() {
    let snapshot: (s: { assets: Asset[] }) => void = () => undefined;
    let event: (e: { changed: Asset[]; gone: string[] }, meta: Meta) => void = () => undefined;
    const answers: Record<string, string> = {};
    const fetched: string[] = [];
    const app = {
      rpc: {
        subscribe: (_: string, o: { onSnapshot: typeof snapshot; onEvent: typeof event }) => {
          snapshot = o.onSnapshot;
          event = o.onEvent;
        },
      },
      frame: { soon: (f: () => void) => f() },
      conn: signal({ state: 'live' }),
      me: signal({ role: 'edit' }),
      bearer: () => 'Bearer t',
      fetch: async (path: string) => {
        fetched.push(path);
        return new Response(answers[path] ?? 'x');
      },
      toast: () => undefined,
    } as unknown as App;
    const store = assetsOf(app);
    const meta = (frame: number): Meta => ({ seq: 1, frame, tick: frame, time: 0, lost: 0 });
    return {
      app,
      store,
      answers,
      fetched,
      first: (...assets: Asset[]) => snapshot({ assets }),
      tell: (frame: number, changed: Asset[], gone: string[] = []) => event({ changed, gone }, meta(frame)),
    };
  }

  test('keeps what the game tells, and says what changed while it looked', () => {
    const { store, first, tell } = world();
    first(asset('a'), asset('b'));
    tell(500, [asset('c', { frame: 3 })]); // had no room in the first state
    expect(store.changes.value).toEqual([]);
    tell(600, [asset('a', { version: 2, frame: 600 }), asset('d', { frame: 600 })], ['b']);
    expect(store.changes.value.map((c) => [c.name, c.version, c.frame])).toEqual([
      ['d', 1, 600],
      ['a', 2, 600],
    ]);
    expect([...store.all.keys()]).toEqual(['a', 'c', 'd']);
    tell(601, [asset('a', { version: 1 })]);
    expect(store.all.get('a')?.version).toBe(2);
    expect(store.named('d')?.id).toBe('d');
  });

  test('fetches a version once, and has the one before to compare with', async () => {
    const { store, first, tell, answers, fetched } = world();
    first(asset('a'));
    answers['asset/a'] = 'one';
    const one = asset('a');
    await store.bytes(one);
    await store.bytes(one);
    expect(fetched).toEqual(['asset/a']);
    expect(store.before(one)).toBeUndefined();
    store.renew(one);
    await store.bytes(one);
    expect(fetched).toEqual(['asset/a', 'asset/a']);
    const two = asset('a', { version: 2 });
    tell(9, [two]);
    answers['asset/a'] = 'two';
    expect(new TextDecoder().decode((await store.bytes(two)).data)).toBe('two');
    expect(new TextDecoder().decode(store.before(two)?.data)).toBe('one');
  });

  test('says why an asset is not to be replaced', () => {
    const { app } = world();
    const a = asset('a', { replace: true });
    expect(barred(app, a)).toBe('');
    expect(barred(app, asset('b'))).toContain('without a way');
    (app.me as ReturnType<typeof signal>).value = { role: 'view' };
    expect(barred(app, a)).toContain('look only');
  });

  test('a refusal stands beside the asset, with its places', async () => {
    const { app, first } = world();
    const a = asset('a', { replace: true });
    first(a);
    vi.stubGlobal(
      'XMLHttpRequest',
      class {
        upload: Record<string, unknown> = {};
        status = 422;
        responseText = '7:3: undefined: x';
        onload: () => void = () => undefined;
        open(): void {}
        setRequestHeader(): void {}
        send(): void {
          this.onload();
        }
      },
    );
    const taken = await send(app, a, { data: new Uint8Array(1), mediaType: 'text/plain' }, 'x.kage');
    vi.unstubAllGlobals();
    expect(taken).toBe(false);
    expect(sendings(app).value.get('a')).toMatchObject({
      state: 'refused',
      file: 'x.kage',
      reason: '7:3: undefined: x',
      places: [{ line: 7, column: 3, text: 'undefined: x' }],
    });
  });
});
