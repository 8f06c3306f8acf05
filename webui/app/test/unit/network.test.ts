import { type Signal, signal } from '@preact/signals';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { App, ViewState } from '../../src/core/app';
import { Axis } from '../../src/core/axis';
import type { LoginResult, MethodStats, SessionRow, Stats, Transport } from '../../src/core/protocol';
import { Roster } from '../../src/core/roster';
import { Rpc } from '../../src/core/rpc';
import { Status } from '../../src/core/status';
import { Url } from '../../src/core/url';
import { clientRows, clientSheet, connections } from '../../src/panels/network/clients';
import { limitRows, limitsHit, limitValue } from '../../src/panels/network/limits';
import { methodRows } from '../../src/panels/network/methods';
import { Rates } from '../../src/panels/network/rates';
import { TrafficSeries } from '../../src/panels/network/series';
import { Net } from '../../src/panels/network/store';

/** As much of the page as the panel's models need, with a game that is driven by hand. */
class Page {
  readonly sent: { id: number; method: string; params: Record<string, unknown> }[] = [];
  readonly rpc = new Rpc();
  readonly roster = new Roster();
  readonly axis = new Axis();
  readonly status = new Status();
  readonly view: Signal<ViewState> = signal({ paused: false });
  readonly me = signal({ id: 1, name: 'me', role: 'drive', session: 'one' } as LoginResult);
  readonly clock = signal({ frame: 0, tick: 0, time: 60e9 });
  readonly frames: (() => void)[] = [];
  readonly frame = { soon: (f: () => void) => this.frames.push(f), stir: vi.fn(), invalidate: vi.fn() };
  hash = '#/network';
  readonly url = new Url(
    {
      hash: () => this.hash,
      replace: (hash) => {
        this.hash = hash;
      },
      push: () => undefined,
      onChange: () => undefined,
    },
    'network',
  );

  constructor() {
    this.axis.begin(0, 0, false);
    const send = (text: string): void => {
      const all: unknown = JSON.parse(text);
      this.sent.push(...((Array.isArray(all) ? all : [all]) as typeof this.sent));
    };
    this.rpc.connect({ send });
    this.rpc.open();
  }

  get app(): App {
    return this as unknown as App;
  }

  /** Answers the newest request to open a topic; returns a way to send events. */
  async open(topic: string, snapshot: unknown): Promise<(value: unknown, seconds: number) => void> {
    await Promise.resolve();
    const request = this.sent.findLast((m) => m.method === 'sub.open' && m.params.topic === topic);
    if (request === undefined) throw new Error(`${topic} was not asked for`);
    const { id } = request.params;
    this.rpc.receive(JSON.stringify({ id: request.id, result: { id, seq: 0, snapshot } }));
    await Promise.resolve();
    let seq = 0;
    return (value, seconds) => {
      const params = { id, seq: ++seq, frame: 0, tick: 0, time: seconds * 1e9, lost: 0, value };
      this.rpc.receive(JSON.stringify({ method: 'sub.event', params }));
    };
  }

  /** Topics that are open. */
  get following(): unknown[] {
    const open = new Map<unknown, unknown>();
    for (const { method, params } of this.sent) {
      if (method === 'sub.open') open.set(params.id, params.topic);
      if (method === 'sub.close') open.delete(params.id);
    }
    return [...open.values()];
  }
}

const transport = (more: Partial<Transport> = {}): Transport => ({
  connections: 2,
  accepted: 2,
  refused: 0,
  failed: 0,
  slow: 0,
  panics: 0,
  bytesIn: 0,
  bytesOut: 0,
  messagesIn: 0,
  messagesOut: 0,
  held: 0,
  budget: 1 << 20,
  accepting: true,
  blocked: [],
  ...more,
});

const stats = (hits: number, more: Partial<Stats> = {}): Stats => ({
  methods: [],
  queues: [],
  limits: [
    { scope: 'protocol', name: 'batch', value: 1000, unit: 'members', hits },
    { scope: 'transport', name: 'batch', value: 1, unit: '', hits: 0 },
  ],
  transport: transport(),
  ...more,
});

const client = (id: number, more: Partial<SessionRow> = {}): SessionRow => ({
  id,
  name: `client ${id}`,
  role: 'view',
  since: 0,
  sent: 0,
  received: 0,
  lost: 0,
  backlog: 0,
  messagesIn: 0,
  messagesOut: 0,
  queued: 0,
  subscriptions: 0,
  behind: false,
  ...more,
});

describe('Rates', () => {
  it('are what came between two looks, by the second', () => {
    const rates = new Rates();
    rates.take(10, [['a', [100, 7]]]);
    expect(rates.of('a', 0)).toBeNaN();
    rates.take(12, [
      ['a', [300, 7]],
      ['b', [5, 5]],
    ]);
    expect([rates.of('a', 0), rates.of('a', 1)]).toEqual([100, 0]);
    expect(rates.of('b', 0)).toBeNaN(); // looked at once
    rates.take(12.1, [['a', [1e6, 1e6]]]); // too soon: a client came, and the list with it
    expect(rates.of('a', 0)).toBe(100);
    rates.take(13, [['a', [400, 8]]]);
    expect([rates.of('a', 0), rates.of('a', 1)]).toEqual([100, 1]);
    expect(rates.of('b', 0)).toBeNaN(); // it is gone
  });

  it('are unknown over a time in which nobody looked, and where totals begin anew', () => {
    const rates = new Rates();
    rates.take(1, [['a', [0]]]);
    rates.take(20, [['a', [100]]]);
    expect(rates.of('a', 0)).toBeNaN();
    rates.take(21, [['a', [150]]]);
    expect(rates.of('a', 0)).toBe(50);
    rates.take(22, [['a', [10]]]);
    expect(rates.of('a', 0)).toBeNaN();
    rates.take(Number.NaN, [['a', [1e9]]]); // a first state bears no time
    rates.take(23, [['a', [30]]]);
    expect(rates.of('a', 0)).toBe(20);
    rates.take(2, [['a', [0]]]); // the game was started anew
    rates.take(3, [['a', [9]]]);
    expect(rates.of('a', 0)).toBe(9);
  });
});

describe('TrafficSeries', () => {
  it('draws rates over the time of the page, broken where nobody looked', () => {
    const axis = new Axis();
    axis.begin(0, 0, false);
    const series = new TrafficSeries(axis);
    series.take(10e9, transport({ bytesIn: 1000, held: 7 }));
    series.take(11e9, transport({ bytesIn: 3000, held: 8 }));
    series.take(11e9, transport({ bytesIn: 9000 })); // the same moment
    expect([...series.x.window(0)]).toEqual([10, 11]);
    expect([...series.rings.bytesIn.window(0)]).toEqual([Number.NaN, 2000]);
    expect([...series.rings.held.window(0)]).toEqual([7, 8]);
    const frozen = series.freeze();
    series.take(30e9, transport({ bytesIn: 3500, held: 9 }));
    series.take(31e9, transport({ bytesIn: 3600, held: 9 }));
    expect([...series.rings.held.window(0)]).toEqual([7, 8, Number.NaN, 9, 9]);
    expect([...series.rings.bytesIn.window(0)].slice(2)).toEqual([Number.NaN, Number.NaN, 100]);
    const xs = [...series.x.window(0)];
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(frozen.x.count).toBe(2);
  });

  it('goes on behind a restart of the game, whose totals begin anew', () => {
    const axis = new Axis();
    axis.begin(0, 0, false);
    const series = new TrafficSeries(axis);
    series.take(10e9, transport({ bytesOut: 5000 }));
    series.take(11e9, transport({ bytesOut: 6000 }));
    axis.begin(0.5e9, 0, true);
    series.take(1e9, transport({ bytesOut: 10 }));
    series.take(2e9, transport({ bytesOut: 30 }));
    expect([...series.rings.bytesOut.window(0)]).toEqual([Number.NaN, 1000, Number.NaN, 20]);
    expect(series.x.last).toBeGreaterThan(11);
  });
});

describe('the store of the network', () => {
  let page: Page;
  let net: Net;
  beforeEach(() => {
    page = new Page();
    net = new Net(page.app);
  });

  it('asks once when the page opens, and follows while the panel is shown', async () => {
    await page.open('stats', stats(3));
    await Promise.resolve();
    expect(page.following).toEqual([]);
    const stop = net.watch();
    await Promise.resolve();
    expect(page.following).toEqual(['stats']);
    stop();
    await Promise.resolve();
    expect(page.following).toEqual([]);
  });

  it('tells the limits that were hit since the page was opened', async () => {
    await page.open('stats', stats(3));
    net.watch();
    const event = await page.open('stats', stats(3));
    expect(limitsHit(net)).toBe(0);
    event(stats(5), 10);
    expect(limitsHit(net)).toBe(1);
    expect(limitRows(net).map((row) => [row.limit.scope, row.since])).toEqual([
      ['protocol', 2],
      ['transport', 0],
    ]);
    // Of a game that was started anew since, every hit is news.
    page.me.value = { ...page.me.value, session: 'two' };
    event(stats(1), 1);
    expect(limitRows(net)[0]?.since).toBe(1);
  });

  it('stands while the view is paused, but goes on recording', async () => {
    net.watch();
    const event = await page.open('stats', stats(0));
    event(stats(0, { transport: transport({ held: 1 }) }), 1);
    net.freeze(true);
    event(stats(9, { transport: transport({ held: 2 }) }), 2);
    expect(net.shown.stats?.limits[0]?.hits).toBe(0);
    expect(net.shown.series.rings.held.last).toBe(1);
    expect(net.series.rings.held.last).toBe(2);
    net.freeze(false);
    expect(net.shown.stats?.limits[0]?.hits).toBe(9);
  });

  it('shows something when the panel is opened while the view is paused', async () => {
    page.view.value = { paused: true };
    net.freeze(true);
    net.watch();
    const event = await page.open('stats', stats(4));
    event(stats(5), 1);
    expect(net.shown.stats?.limits[0]?.hits).toBe(4);
  });

  it('tells what methods take', async () => {
    const method = (calls: number, time: number): MethodStats => ({
      name: 'cvar.set',
      calls,
      failed: 0,
      in: calls * 40,
      out: 0,
      time,
      max: 0,
    });
    const idle = { ...method(1, 1), name: 'echo' };
    net.watch();
    const event = await page.open('stats', stats(0, { methods: [method(10, 1e6), idle] }));
    event(stats(0, { methods: [method(10, 1e6), idle] }), 1);
    event(stats(0, { methods: [method(40, 4e6), idle] }), 2);
    expect(methodRows(net).map((row) => [row.method.name, row.rate, row.load, row.share])).toEqual([
      ['cvar.set', 30, 3e6, 1],
      ['echo', 0, 0, 0],
    ]);
  });

  it('makes rates of clients from the newest word and the one before', () => {
    page.roster.take([client(1), client(2, { received: 100, messagesIn: 5 })], 1);
    page.roster.take([client(1), client(2, { received: 600, messagesIn: 15, sent: 50 })], 2);
    net.watch();
    net.lookAtClients();
    expect(clientRows(page.app, net)).toMatchObject([
      { own: true, bytesIn: 0 },
      { own: false, bytesIn: 500, bytesOut: 50, messagesIn: 10, messagesOut: 0 },
    ]);
  });

  it('knows that the list of clients ends at a thousand', async () => {
    page.roster.take(
      Array.from({ length: 1000 }, (_, i) => client(i)),
      1,
    );
    net.watch();
    await page.open('stats', stats(0, { transport: transport({ connections: 9001 }) }));
    expect(connections(net)).toBe(9001);
    page.roster.take([client(1)], 2); // beside one that has not logged in
    expect(connections(net)).toBe(1);
  });
});

describe('a sheet of clients', () => {
  let page: Page;
  const rows = (...clients: SessionRow[]) =>
    clients.map((c) => ({ client: c, own: c.id === 1, bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 }));
  const draw = (): void => {
    for (let i = 0; i < 3; i++) for (const f of page.frames.splice(0)) f();
  };
  beforeEach(() => {
    page = new Page();
    document.body.replaceChildren();
  });

  function make() {
    const sheet = clientSheet(page.app, undefined);
    Object.defineProperty(sheet.table.el, 'clientHeight', { value: 724 });
    document.body.append(sheet.table.el);
    (sheet.table as unknown as { height: number }).height = -1;
    const stop = sheet.start();
    const names = (): (string | null)[] => {
      draw();
      return [...sheet.table.el.querySelectorAll<HTMLElement>('.row:not([hidden])')]
        .sort(
          (a, b) => Number(a.ariaRowIndex ?? a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')),
        )
        .map((row) => row.querySelector('[role=gridcell] span')?.textContent ?? null);
    };
    const hover = (on: boolean): void => {
      const body = sheet.table.el.querySelector('.table-body');
      body?.dispatchEvent(new Event(on ? 'pointerenter' : 'pointerleave'));
    };
    return { sheet, names, hover, stop };
  }

  it('filters by name, role, address and state, and says so', () => {
    const { sheet, names, stop } = make();
    sheet.set(
      rows(
        client(1, { name: 'anna', role: 'drive' }),
        client(2, { name: 'bert', address: '10.0.0.7:51' }),
        client(3, { name: 'carla', behind: true }),
      ),
    );
    expect(names()).toEqual(['anna', 'bert', 'carla']);
    for (const [query, found] of [
      ['BER', ['bert']],
      ['view 10.0', ['bert']],
      ['behind', ['carla']],
      ['you', ['anna']],
      ['drive bert', []],
    ] as const) {
      sheet.query.value = query;
      expect(names()).toEqual(found);
    }
    expect(page.status.segments.value[0]?.text).toBe('filtered: 0 of 3 clients');
    page.status.segments.value[0]?.clear?.();
    expect(names()).toHaveLength(3);
    stop();
    expect(page.status.segments.value).toEqual([]);
  });

  it('keeps its order, and rows that are gone, under the pointer', () => {
    page.hash = '#/network?clients-sort=-lost';
    const { sheet, names, hover } = make();
    page.url.param('clients-sort', '', 'network').value = '-lost';
    sheet.set(
      rows(client(1, { name: 'a', lost: 3 }), client(2, { name: 'b', lost: 2 }), client(3, { name: 'c', lost: 1 })),
    );
    expect(names()).toEqual(['a', 'b', 'c']);
    hover(true);
    sheet.set(
      rows(client(1, { name: 'a', lost: 3 }), client(3, { name: 'c', lost: 9 }), client(4, { name: 'd', lost: 99 })),
    );
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
    expect(sheet.table.el.querySelector('.stale')?.textContent).toContain('b');
    expect(sheet.tally.value).toEqual({ listed: 3, all: 3, waiting: true });
    hover(false);
    expect(names()).toEqual(['d', 'c', 'a']);
    expect(sheet.table.el.querySelector('.stale:not([hidden])')).toBeNull();
  });

  it('hands the focus on when the row that has it leaves', () => {
    const { sheet, names } = make();
    const [a, b, c] = [client(1, { name: 'a' }), client(2, { name: 'b' }), client(3, { name: 'c' })];
    sheet.set(rows(a, b, c));
    expect(names()).toEqual(['a', 'b', 'c']);
    const focused = (): string | undefined =>
      document.activeElement?.querySelector('[role=gridcell] span')?.textContent ?? undefined;
    sheet.table.el.querySelectorAll<HTMLElement>('.row')[1]?.focus();
    draw();
    expect(focused()).toBe('b');
    sheet.set(rows(a, c));
    draw();
    expect(focused()).toBe('c');
    sheet.set(rows(client(9, { name: 'new' }), a, c)); // it only moved
    draw();
    expect(focused()).toBe('c');
    sheet.set(rows(a));
    draw();
    expect(focused()).toBe('a');
  });

  it('puts clients without a round trip last, whichever way they are sorted', () => {
    const { sheet, names } = make();
    const sort = page.url.param('clients-sort', '', 'network');
    sheet.set(
      rows(
        client(1, { name: 'none' }),
        client(2, { name: 'slow', roundTrip: 9e6 }),
        client(3, { name: 'fast', roundTrip: 1e6 }),
      ),
    );
    sort.value = 'trip';
    expect(names()).toEqual(['fast', 'slow', 'none']);
    sort.value = '-trip';
    expect(names()).toEqual(['slow', 'fast', 'none']);
  });
});

describe('the value of a limit', () => {
  const value = (value: number, unit: string) => {
    const q = limitValue({ scope: '', name: '', value, unit, hits: 0 });
    return `${q.value} ${q.unit}`.trim();
  };

  it('stands in the unit that suits it', () => {
    expect(value(65536, 'B')).toBe('64 KiB');
    expect(value(4000, 'B')).toBe('3.9 KiB');
    expect(value(10e9, 'ns')).toBe('10 s');
    expect(value(1.5e9, 'ns')).toBe('1.5 s');
    expect(value(5e6, 'ns')).toBe('5 ms');
    expect(value(0, 'messages/s')).toBe('none');
    expect(value(10_000, 'values')).toBe('10\u202f000 values');
  });
});
