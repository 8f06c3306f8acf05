// One measurement of what a cvar costs: how it is set up, that it runs, what came of it so far. It
// lasts until it is closed, whichever panel is shown meanwhile.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import type { Cvar } from '../../core/protocol';
import { codes } from '../../core/protocol';
import { offline, RpcError } from '../../core/rpc';
import { count, thin } from '../../core/units';
import { CostFrames, type Measure } from './costframes';
import { firstSetup, isPlan, labelOf, mostRounds, type Plan, planOf, type Setup, secondsOf } from './costsetup';
import { type Centre, type Line, leastRounds, report, roundsFor } from './coststats';
import { type About, plusMinus, timeText, verdictText } from './costtext';
import { cvarsOf } from './store';

/** What was measured. */
export interface Ran {
  plan: Plan;
  labels: readonly string[];
  /** Of the game's run: frames and scopes of another are not to be mixed with these. */
  session: string;
  seeds: readonly number[];
}

const calm = 400; // ms between two reports at least

export class CostModel {
  readonly name: string;
  readonly setup: Signal<Setup>;
  readonly measure: Signal<Measure> = signal('work');
  readonly centre: Signal<Centre> = signal('mean');
  /** ms, as typed. */
  readonly precision = signal('0.05');
  /** Rounds that were asked for in all; 0 while nothing runs. */
  readonly goal = signal(0);
  /** Why it ended; '' where nothing is wrong. */
  readonly fault = signal('');
  readonly stopped = signal(false);
  readonly ran: Signal<Ran | undefined> = signal(undefined);
  /** Complete rounds. */
  readonly rounds = signal(0);
  readonly lines: ReadonlySignal<readonly Line[]>;
  readonly numbers: ReadonlySignal<ReturnType<CostFrames['read']>>;
  private readonly app: App;
  private readonly drawn = signal(0); // grows when the report is to be made anew
  private frames: CostFrames | undefined;
  private abort: AbortController | undefined;
  private drawnAt = 0; // ms

  constructor(app: App, cvar: Cvar) {
    this.app = app;
    this.name = cvar.name;
    this.setup = signal(firstSetup(cvar));
    this.numbers = computed(() => {
      this.drawn.value;
      return this.frames?.read(this.measure.value) ?? [];
    });
    this.lines = computed(() => {
      const ran = this.ran.value;
      return ran === undefined ? [] : report(this.numbers.value, ran.plan.values.length, this.centre.value);
    });
  }

  get running(): boolean {
    return this.goal.value > 0;
  }

  /** Blocks of which frames are missing. */
  get missing(): number {
    return this.frames?.missing ?? 0;
  }

  /** ns wanted on either side; NaN where what was typed is none. */
  get wanted(): number {
    const ms = Number(this.precision.value);
    return ms > 0 ? ms * 1e6 : Number.NaN;
  }

  /** Changes the form. */
  change(part: Partial<Setup>): void {
    this.setup.value = { ...this.setup.peek(), ...part };
  }

  /** Rounds that are still to be measured for the wanted precision; NaN while nobody can say. */
  get more(): number {
    const [ran, n] = [this.ran.value, roundsFor(this.lines.value, this.wanted)];
    return ran === undefined ? Number.NaN : Math.max(0, n - this.rounds.value);
  }

  // Rounds for which there is room beside those that are kept.
  private get room(): number {
    const plan = this.ran.value?.plan;
    return plan === undefined ? 0 : mostRounds(plan.values.length, plan.every) - (this.frames?.begun ?? 0);
  }

  /** Rounds that are measured when somebody asks for more: those that are missing, but no more than take a minute. */
  get next(): number {
    const minute = Math.floor(60 / this.secondsFor(1));
    const { more } = this;
    return Math.max(1, Math.min(more > 0 ? more : 10, Math.max(5, minute), this.room));
  }

  /** What the wanted precision still takes, in words. */
  get outlook(): string {
    const { wanted, more } = this;
    const widest = Math.max(...this.lines.value.slice(1).map((l) => l.delta.half));
    if (Number.isNaN(wanted)) return '';
    if (Number.isNaN(more)) return `At least ${leastRounds} rounds say anything`;
    if (more === 0) return `Known to ${plusMinus(widest)}${thin}ms, as wanted`;
    if (more > this.room) return `${plusMinus(wanted)}${thin}ms takes too many rounds: judge by a scope, or by medians`;
    return `${plusMinus(wanted)}${thin}ms takes about ${count(more)} more rounds, ${timeText(this.secondsFor(more))}`;
  }

  /** ns from frame to frame, of late. */
  get period(): number {
    const { timings: t } = this.app;
    const { mean } = t.summary(t.period, t.count - 60, t.count);
    return mean > 0 ? mean : t.budget;
  }

  /** Seconds that further rounds take. */
  secondsFor(rounds: number): number {
    const plan = this.ran.value?.plan;
    return plan === undefined ? 0 : secondsOf({ ...plan, rounds }, this.period);
  }

  /** What the numbers are of. */
  get measured(): string {
    const m = this.measure.value;
    if (m === 'work') return 'frame work';
    return m === 'period' ? 'frame time' : (this.app.timings.scopes[m]?.name ?? `scope ${m}`);
  }

  /** What a copied report says of itself. */
  about(): About {
    const ran = this.ran.peek() as Ran;
    return {
      name: this.name,
      measure: this.measured,
      centre: this.centre.peek(),
      labels: ran.labels,
      rounds: this.rounds.peek(),
      every: ran.plan.every,
      seed: ran.seeds.join(', ') || 'unknown: it was stopped',
    };
  }

  /** Whether further rounds can be measured beside those that are there. */
  get extendable(): boolean {
    return this.ran.value !== undefined && this.ran.value.session === this.session() && this.room > 0;
  }

  /** Measures what the form says, from the beginning. */
  begin(): void {
    const cvar = cvarsOf(this.app).all.get(this.name);
    if (cvar === undefined || this.goal.peek() > 0) return;
    const plan = planOf(cvar, this.setup.peek());
    if (!isPlan(plan)) {
      this.fault.value = plan.reason;
      return;
    }
    this.frames = new CostFrames(this.app.timings, plan.values.length);
    this.rounds.value = 0;
    const labels = plan.values.map((v) => labelOf(cvar, v));
    this.ran.value = { plan, labels, session: this.session(), seeds: [] };
    void this.run(plan, plan.rounds);
  }

  /** Measures further rounds beside those that are there. */
  extend(): void {
    const ran = this.ran.peek();
    if (ran !== undefined && this.goal.peek() === 0) void this.run(ran.plan, this.next);
  }

  /** Ends it; what was measured stays. */
  stop(): void {
    this.abort?.abort();
  }

  private async run(plan: Plan, rounds: number): Promise<void> {
    const { app, frames } = this;
    if (frames === undefined) return;
    const from = frames.begun;
    this.goal.value = this.rounds.peek() + rounds;
    this.fault.value = '';
    this.stopped.value = false;
    this.abort = new AbortController();
    this.say();
    const offText = app.frame.onText(() => {
      frames.join();
      this.redraw();
    });
    let close = (): void => undefined;
    try {
      close = await this.follow(frames, from);
      const { values, every, settle } = plan;
      const { signal } = this.abort;
      const asked = { name: this.name, values: [...values], every, rounds, settle };
      const answer = await app.rpc.call('cvar.alternate', asked, { signal });
      const ran = this.ran.peek();
      if (ran !== undefined) this.ran.value = { ...ran, seeds: [...ran.seeds, answer.seed] };
    } catch (error) {
      this.failed(error);
    } finally {
      close();
      offText();
      frames.join();
      frames.abandon();
      this.ended();
    }
  }

  // Answered by itself: in one batch with the call it would wait for the end of that.
  private follow(frames: CostFrames, from: number): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const sub = this.app.rpc.subscribe('alternations', {
        onSnapshot: () => resolve(() => sub.close()),
        onError: reject,
        onEvent: (block) => {
          if (block.name !== this.name || block.by !== this.app.me.peek()?.name) return;
          frames.take(from, block.number, block);
          this.redraw();
        },
      });
    });
  }

  private failed(error: unknown): void {
    const code = error instanceof RpcError ? error.code : undefined;
    if (code === codes.cancelled) this.stopped.value = true;
    else if (code === offline) this.fault.value = 'The connection to the game was lost; what was measured stays';
    else this.fault.value = error instanceof Error ? error.message : String(error);
  }

  private ended(): void {
    this.goal.value = 0;
    this.drawnAt = 0;
    this.redraw();
    this.app.status.clear(`cost ${this.name}`);
    const hidden = this.app.url.panel.peek() !== 'cvars';
    if (!hidden || !byApp.get(this.app)?.has(this.name)) return; // it is seen, or was closed
    const words = this.fault.peek() || verdictText(this.lines.peek(), this.ran.peek()?.labels ?? []);
    this.app.toast(`${this.name}: ${words}`, this.fault.peek() === '' ? 'info' : 'bad', {
      label: 'Show',
      run: () => this.app.go('cvars', { cost: this.name }),
    });
  }

  // The report sorts all frames: it is made when a round is complete, and not for each.
  private redraw(): void {
    const rounds = this.frames?.complete() ?? 0;
    const now = performance.now();
    if (this.goal.peek() > 0 && (rounds === this.rounds.peek() || now - this.drawnAt < calm)) return;
    this.drawnAt = now;
    this.rounds.value = rounds;
    this.drawn.value++;
    if (this.goal.peek() > 0) this.say();
  }

  private say(): void {
    this.app.status.set({
      id: `cost ${this.name}`,
      text: `measuring ${this.name}: round ${this.rounds.peek() + 1} of ${this.goal.peek()}`,
      tone: 'accent',
      order: 30,
      clear: () => this.stop(),
      clearLabel: `Stop measuring ${this.name}`,
    });
  }

  private session(): string {
    return this.app.me.value?.session ?? '';
  }
}

const byApp = new WeakMap<App, Map<string, CostModel>>();

/** The page's measurement of a cvar, begun or not; undefined while the game has told of no such cvar. */
export function costModel(app: App, name: string): CostModel | undefined {
  let all = byApp.get(app);
  if (all === undefined) {
    all = new Map();
    byApp.set(app, all);
  }
  let model = all.get(name);
  const cvar = cvarsOf(app).all.get(name);
  if (model === undefined && cvar !== undefined) {
    model = new CostModel(app, cvar);
    all.set(name, model);
  }
  return model;
}

/** Ends a measurement and forgets what it found. */
export function closeCost(app: App, name: string): void {
  const model = byApp.get(app)?.get(name);
  byApp.get(app)?.delete(name);
  model?.stop();
}
