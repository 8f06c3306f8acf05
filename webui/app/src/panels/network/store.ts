// What is known of the game's network. The counters of the game are followed only while the panel is
// shown; but once, when the page opens, it asks how often each limit had been hit by then.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Limit, Stats } from '../../core/protocol';
import type { Roll } from '../../core/roster';
import { Rates } from './rates';
import { TrafficSeries } from './series';

/** What is drawn: the newest, or what was there when the view was paused. */
export interface NetShown {
  stats: Stats | undefined;
  roll: Roll;
  series: TrafficSeries;
}

export class Net implements NetShown {
  /** Undefined until the game has told. */
  stats: Stats | undefined;
  readonly series: TrafficSeries;
  /** Of clients by id: bytes in and out, messages in and out. */
  readonly clientRates = new Rates();
  /** Of methods by name: calls, time. */
  readonly methodRates = new Rates();
  /** Grows with each word of the game. */
  version = 0;
  /** Why the game does not tell; empty while it does. */
  readonly fault: Signal<string> = signal('');

  private readonly app: App;
  private frozen: NetShown | undefined;
  private still = false;
  private rolled = -1; // version of the roster that the rates have seen
  private session = ''; // to which the base belongs
  private base: ReadonlyMap<string, number> = new Map();

  constructor(app: App) {
    this.app = app;
    this.series = new TrafficSeries(app.axis);
    const once = app.rpc.subscribe('stats', {
      onSnapshot: (stats) => {
        this.judge(stats);
        once.close();
      },
      onError: () => once.close(),
    });
  }

  get roll(): Roll {
    return this.app.roster.now;
  }

  /** What is to be drawn. */
  get shown(): NetShown {
    return this.frozen ?? this;
  }

  /** Stops or continues what is drawn; recording goes on. */
  freeze(on: boolean): void {
    this.still = on;
    if (!on) this.frozen = undefined;
    else if (this.stats !== undefined) this.hold();
  }

  /** Follows the counters. Returns its undo. */
  watch(): () => void {
    const { before } = this.app.roster;
    this.look(before);
    const stats = this.app.rpc.subscribe('stats', {
      onSnapshot: (stats) => this.take(stats, Number.NaN),
      onEvent: (stats, meta) => this.take(stats, meta.time),
      onError: (error) => {
        this.fault.value = error.message;
      },
    });
    return () => stats.close();
  }

  /** Makes rates of what the roster has got since. */
  lookAtClients(): void {
    const { roster } = this.app;
    if (roster.version === this.rolled) return;
    this.rolled = roster.version;
    this.look(roster.now);
    this.version++;
  }

  /** How often a limit was hit since the page was opened. */
  hitsSince(limit: Limit): number {
    return Math.max(0, limit.hits - (this.base.get(limitKey(limit)) ?? 0));
  }

  private hold(): void {
    this.frozen ??= { stats: this.stats, roll: this.roll, series: this.series.freeze() };
  }

  private look({ rows, at }: Roll): void {
    this.clientRates.take(
      at,
      rows.map((c) => [String(c.id), [c.received, c.sent, c.messagesIn, c.messagesOut]] as const),
    );
  }

  private take(stats: Stats, time: number): void {
    this.judge(stats);
    this.stats = stats;
    this.fault.value = '';
    this.methodRates.take(
      time / 1e9,
      stats.methods.map((m) => [m.name, [m.calls, m.time]] as const),
    );
    if (stats.transport !== undefined && !Number.isNaN(time)) this.series.take(time, stats.transport);
    this.version++;
    if (this.still)
      this.hold(); // the panel was opened while the view stood: this once
    else this.app.frame.invalidate();
  }

  // In a game that was started later than the page every hit is news.
  private judge({ limits }: Stats): void {
    const session = this.app.me.peek()?.session ?? '';
    if (session === this.session) return;
    this.base = this.session === '' ? new Map(limits.map((l) => [limitKey(l), l.hits])) : new Map();
    this.session = session;
  }
}

/** What names a limit. */
export function limitKey({ scope, name }: Limit): string {
  return `${scope} ${name}`;
}

const byApp = new WeakMap<App, Net>();

/** The page's one. */
export function netOf(app: App): Net {
  let net = byApp.get(app);
  if (net === undefined) {
    net = new Net(app);
    byApp.set(app, net);
  }
  return net;
}
