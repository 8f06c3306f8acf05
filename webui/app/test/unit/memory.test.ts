import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../src/core/app';
import { Axis } from '../../src/core/axis';
import { MemoryStore } from '../../src/core/memory';
import type { GoroutineList, MemoryDiff, MemoryMark, MemorySample } from '../../src/core/protocol';
import { Status } from '../../src/core/status';
import { Url } from '../../src/core/url';
import { collected } from '../../src/panels/memory/collections';
import { type Group, groupsOf } from '../../src/panels/memory/goroutines';
import { MemoryModel } from '../../src/panels/memory/model';
import { foreign, shortFunction, shortPlace } from '../../src/panels/memory/names';
import { saveHeapProfile } from '../../src/panels/memory/profile';
import { siteList, sitesOf } from '../../src/panels/memory/sites';

type Tags = MemorySample['tags'];

function sample(seconds: number, rest: Partial<MemorySample> = {}): MemorySample {
  return {
    time: seconds * 1e9,
    frame: seconds * 60,
    heapInUse: seconds,
    gcCycles: 0,
    marks: 0,
    ...rest,
  } as MemorySample;
}

const tag = (name: string, bytes: number, peak = bytes) => ({ name, kind: 'heap', bytes, peak });

describe('MemoryStore', () => {
  let axis: Axis;
  let store: MemoryStore;
  beforeEach(() => {
    axis = new Axis();
    axis.begin(0, 0, false);
    store = new MemoryStore(axis);
  });

  it('takes collections where they ended, each once, with the frame that is recorded there', () => {
    store.frameAt = (x) => (x > 1 ? Math.round(x * 60) : undefined);
    const gc = (cycle: number, time: number) => ({ cycle, time: time * 1e9, pause: cycle * 1000 });
    store.take(sample(1, { gcCycles: 2, gcs: [gc(1, 0.5), gc(2, 0.9)] }));
    store.take(sample(2, { gcCycles: 3, gcs: [gc(2, 0.9), gc(3, 1.5)] }));
    store.take(sample(3, { gcCycles: 3 }));
    expect(store.collections).toEqual([
      { x: 0.5, frame: 60, cycle: 1, pause: 1000 },
      { x: 0.9, frame: 60, cycle: 2, pause: 2000 },
      { x: 1.5, frame: 90, cycle: 3, pause: 3000 },
    ]);
    axis.begin(0, 0, true);
    store.take(sample(1, { gcCycles: 1, gcs: [gc(1, 0.5)] }));
    expect(store.collections).toHaveLength(4);
    expect(store.collections[3]?.x).toBeGreaterThan(3);
  });

  it('marks what the game could not date at the sample', () => {
    store.take(sample(1, { gcCycles: 5 }));
    store.take(sample(2, { gcCycles: 6 }));
    expect(store.collections).toEqual([{ x: 2, frame: 120, cycle: 6, pause: Number.NaN }]);
  });

  it('keeps tags under the same index as all else, whenever they appear or leave', () => {
    const take = (seconds: number, tags: Tags): void => store.take(sample(seconds, tags && { tags }));
    take(1, [tag('a', 10)]);
    take(2, [tag('a', 20, 25), tag('b', 1)]);
    store.opened([]); // a connection was lost and came back
    take(3, [tag('b', 3)]);
    const { a, b } = Object.fromEntries(store.tags);
    expect([...(a?.bytes.window(0) ?? [])]).toEqual([10, 20, Number.NaN, Number.NaN]);
    expect([...(b?.bytes.window(0) ?? [])]).toEqual([0, 1, Number.NaN, 3]);
    expect([...store.x.window(0)]).toEqual([1, 2, 2, 3]);
    expect(a?.peak).toBe(25);
    const still = store.freeze();
    take(4, [tag('b', 4)]);
    expect([still.tags.get('b')?.bytes.count, b?.bytes.count]).toEqual([4, 5]);
  });

  it('bounds how many tags it keeps', () => {
    store.take(sample(1, { tags: Array.from({ length: 100 }, (_, i) => tag(`t${i}`, i)) }));
    expect(store.tags.size).toBe(64);
  });
});

describe('collections', () => {
  it('are told newest first, with the heap around them', () => {
    const axis = new Axis();
    axis.begin(0, 0, false);
    const memory = new MemoryStore(axis);
    memory.take(sample(1, { heapInUse: 100, heapLive: 10 }));
    const gcs = [
      { cycle: 1, time: 1.2e9, pause: 5 },
      { cycle: 2, time: 1.3e9, pause: 6 },
    ];
    memory.take(sample(2, { heapInUse: 40, heapLive: 30, gcCycles: 2, gcs }));
    const rows = collected({ shown: () => ({ memory }) as ReturnType<App['shown']> });
    expect(rows.map((c) => [c.cycle, c.pause, c.before, c.after, c.live])).toEqual([
      [2, 6, 100, 40, 30],
      [1, 5, 100, 40, 30],
    ]);
  });
});

describe('names', () => {
  it('are cut to what fits into a line', () => {
    expect(shortFunction('github.com/a/game/sim.(*World).burst')).toBe('sim.(*World).burst');
    expect(shortFunction('main.main.func1')).toBe('main.main.func1');
    expect(shortFunction('slices.Grow[go.shape.[]github.com/a/b.T]')).toBe('slices.Grow[go.shape.[]github.com/a/b.T]');
    expect(shortFunction('gopkg.in/yaml%2ev3.Parse')).toBe('yaml.v3.Parse');
    expect(shortPlace({ func: '', file: '/src/game/sim/sparks.go', line: 88 })).toBe('sim/sparks.go:88');
    expect(shortPlace({ func: '', file: 'C:\\game\\sim\\a.go', line: 1 })).toBe('sim/a.go:1');
    expect(shortPlace({ func: '', file: 'main.go', line: 3 })).toBe('main.go:3');
  });

  it('tell what is of the standard library', () => {
    const of = (func: string): boolean => foreign({ func, file: '', line: 0 });
    expect(['fmt.Println', 'net/http.(*Server).Serve', 'main.main', 'github.com/a/b.F'].map(of)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

const frames = [
  { func: 'bytes.growSlice', file: '/go/src/bytes/buffer.go', line: 9 },
  { func: 'github.com/a/game/sim.Step', file: '/src/sim/step.go', line: 20 },
  { func: 'main.main', file: '/src/main.go', line: 5 },
];

describe('goroutines', () => {
  it('are compared with the list before, by stack and state', () => {
    const list = (groups: GoroutineList['groups']): GoroutineList => ({ groups, frames }) as GoroutineList;
    const first = groupsOf(list([{ count: 3, state: 'select', at: 0, stack: [1, 2] }]));
    expect(first.map((g) => [g.count, g.more, g.stack.length])).toEqual([[3, undefined, 2]]);
    const before = new Map(first.map((g: Group) => [g.key, g.count]));
    const second = groupsOf(
      list([
        { count: 5, state: 'select', at: 0, stack: [1, 2] },
        { count: 2, state: 'lock', at: 0, stack: [1, 2] },
      ]),
      before,
    );
    expect(second.map((g) => g.more)).toEqual([2, 2]);
  });
});

const site = (bytes: number, stack: number[], at = 0) => ({
  bytes,
  objects: bytes / 10,
  allocBytes: 1000,
  allocObjects: 100,
  nowBytes: 500,
  nowObjects: 50,
  at,
  stack,
});

function mark(id: number, seconds: number): MemoryMark {
  return { id, time: seconds * 1e9, frame: seconds * 60, bytes: 0, objects: 0, sites: 0 } as MemoryMark;
}

/** As much of the page as the panel's model needs. */
class Page {
  readonly axis = new Axis();
  readonly memory = new MemoryStore(this.axis);
  readonly status = new Status();
  readonly cursor = { x: signal<number | undefined>(undefined) };
  readonly conn = signal({ state: 'live' });
  readonly clock = signal({ frame: 7, tick: 0, time: 0 });
  readonly frame = { soon: (f: () => void) => f(), stir: vi.fn(), invalidate: vi.fn() };
  readonly toast = vi.fn();
  readonly fetch = vi.fn();
  readonly answers: Record<string, (params: Record<string, unknown>) => unknown> = {};
  readonly calls: string[] = [];
  readonly rpc = {
    call: async (method: string, params: Record<string, unknown>): Promise<unknown> => {
      this.calls.push(`${method} ${JSON.stringify(params)}`);
      const answer = this.answers[method];
      if (answer === undefined) throw new Error(`${method} is refused`);
      return answer(params);
    },
  };
  readonly url = new Url(
    { hash: () => '#/memory', replace: () => undefined, push: () => undefined, onChange: () => undefined },
    'memory',
  );

  constructor() {
    this.axis.begin(0, 0, false);
    this.answers['memory.trackers'] = () => [];
  }

  shown() {
    return this;
  }

  get app(): App {
    return this as unknown as App;
  }
}

describe('MemoryModel', () => {
  let page: Page;
  let model: MemoryModel;
  beforeEach(() => {
    page = new Page();
    for (const s of [1, 2, 3, 4]) page.memory.take(sample(s, { marks: 1 }));
    model = new MemoryModel(page.app);
  });

  it('reads the marks when they have changed, and chooses the newest', async () => {
    page.answers['memory.marks'] = () => [mark(1, 1), mark(2, 2)];
    await model.readMarks();
    await model.readMarks();
    expect(page.calls.filter((c) => c.startsWith('memory.marks'))).toHaveLength(1);
    expect(model.from.value).toMatchObject({ id: 2, x: 2 });
    expect([model.index(), model.markIndex()]).toEqual([3, 1]);
    page.answers['memory.marks'] = () => [];
    page.memory.take(sample(5, { marks: 2 }));
    await model.readMarks();
    expect([model.from.value, model.markIndex()]).toEqual([undefined, -1]);
  });

  it('asks nothing of a game that is not there, and forgets what another run answered', async () => {
    page.answers['memory.marks'] = () => [mark(1, 1)];
    page.answers['memory.goroutines'] = () => ({ groups: [{ count: 1, at: 0, stack: [1] }], frames });
    page.conn.value = { state: 'offline' };
    await model.readMarks(true);
    expect(page.calls).toEqual([]);
    page.conn.value = { state: 'live' };
    await model.readMarks();
    await model.listGoroutines();
    expect(model.goroutines.groups).toHaveLength(1);
    page.axis.begin(0, 0, true);
    await model.readMarks(true);
    expect([model.goroutines.groups, model.goroutines.answer.value]).toEqual([[], undefined]);
  });

  it('asks again when the game did not answer', async () => {
    await model.readMarks();
    page.answers['memory.marks'] = () => [mark(1, 1)];
    await model.readMarks();
    expect(model.marks.value).toHaveLength(1);
  });

  it('compares with the newest mark until two were chosen', async () => {
    let last = 0;
    page.answers['memory.mark'] = () => mark(++last, last);
    page.answers['memory.diff'] = () => ({ sites: [], frames: [] });
    await model.mark();
    await model.mark();
    expect(model.from.value?.id).toBe(2);
    await model.compare();
    expect(page.calls.at(-1)).toBe('memory.diff {"from":2,"to":0,"limit":500}');
    model.choose('1', '2');
    await vi.waitFor(() => expect(model.asked.value).toBe(''));
    expect(page.calls.at(-1)).toBe('memory.diff {"from":1,"to":2,"limit":500}');
    expect(model.index()).toBe(1);
    page.cursor.x.value = 3;
    expect(model.index()).toBe(2);
    await model.mark();
    expect([model.from.value?.id, model.to.value?.id]).toEqual([1, 2]);
  });

  it('asks one thing at a time, and says what the game refuses', async () => {
    page.answers['memory.mark'] = () => mark(1, 1);
    await Promise.all([model.mark(), model.mark(), model.collect()]);
    expect(page.calls).toEqual(['memory.mark {}']);
    await model.compare();
    expect(model.fault.value).toBe('memory.diff is refused');
    await model.collect();
    expect(page.toast).toHaveBeenLastCalledWith('memory.gc is refused', 'bad');
    expect(model.asked.value).toBe('');
  });

  it('drops an answer to what is no longer asked', async () => {
    page.answers['memory.marks'] = () => [mark(1, 1), mark(2, 2)];
    await model.readMarks();
    page.answers['memory.diff'] = () => {
      model.choose('1', '');
      return { sites: [], frames: [] };
    };
    await model.compare();
    expect(model.diff.value).toBeUndefined();
  });

  it('says once and for all that a game serves no profile', async () => {
    page.fetch.mockResolvedValue(new Response('no', { status: 404 }));
    await saveHeapProfile(page.app, model);
    expect(page.fetch).toHaveBeenCalledWith('debug/pprof/heap');
    expect(model.noProfile.value).toBe('This game serves no pprof');
    page.fetch.mockResolvedValue(new Response('show a token\n', { status: 401 }));
    await saveHeapProfile(page.app, model);
    expect(page.toast).toHaveBeenLastCalledWith('The game gives no heap profile: show a token', 'bad');
  });
});

describe('the list of call sites', () => {
  beforeEach(() => {
    page = new Page();
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1400);
  });
  afterEach(() => vi.restoreAllMocks());
  const diff = { sites: [site(50, [0, 1, 2], 1), site(-20, [2]), site(0, [1, 2])], frames } as unknown as MemoryDiff;
  let page: Page;
  const text = (el: HTMLElement): string[] =>
    [...el.querySelectorAll<HTMLElement>('.table-body [role=row]')]
      .filter((r) => !r.hidden)
      .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
      .map((r) => r.querySelector('.function')?.textContent ?? '');
  const shown = () => {
    const list = siteList(page.app);
    document.body.replaceChildren(list.table.el);
    list.start();
    list.set(sitesOf(diff));
    list.table.draw();
    return list;
  };
  it('names a site by its own frame, what it went through and who called', () => {
    expect(text(shown().table.el)).toEqual([
      '▸sim.Step in bytes.growSlice ← main.main',
      '▸sim.Step ← main.main',
      '▸main.main',
    ]);
  });

  it('shows the frames of a site that is opened', () => {
    const list = shown();
    const row = list.table.el.querySelector<HTMLElement>('.table-body [aria-rowindex="2"]');
    row?.querySelector('.function')?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    list.table.draw();
    expect(text(list.table.el).slice(0, 4)).toEqual([
      '▾sim.Step in bytes.growSlice ← main.main',
      'bytes.growSlice',
      'sim.Step',
      'main.main',
    ]);
  });

  it('sorts by the greatest, then the smallest, then as at first', () => {
    const list = shown();
    const grown = (): (string | null)[] =>
      [...list.table.el.querySelectorAll('.table-body [role=row]:not([hidden])')]
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((r) => r.children[3]?.textContent ?? null);
    const press = (title: string): void => {
      const heads = [...list.table.el.querySelectorAll<HTMLElement>('[role=columnheader]')];
      heads
        .find((h) => h.textContent?.startsWith(title))
        ?.querySelector('button')
        ?.click();
      list.table.draw();
    };
    press('Growthobjects');
    expect(grown()).toEqual(['+5', '0', '−2']);
    press('Growthobjects');
    expect(grown()).toEqual(['−2', '0', '+5']);
    press('Growthobjects');
    expect(list.table.el.querySelector('[aria-sort=descending]')?.textContent).toBe('GrowthKiB▾');
  });

  it('filters by any frame of the stack', () => {
    const list = shown();
    list.query.value = 'GROWSLICE step';
    expect(list.tally.value).toEqual({ listed: 1, all: 3 });
    list.query.value = 'main.go:5';
    expect(list.tally.value.listed).toBe(3);
  });
});
