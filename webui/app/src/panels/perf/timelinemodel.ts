// The timeline's part of Perf: what it shows in which way, what is searched, and what is selected.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../core/app';
import { beginOf, type Call, callNamed, idOf, nameOfCall } from '../../core/calls';
import type { ScopeStore, Segment } from '../../core/scopes';
import type { HeavyNode } from '../../widgets/flame/heavy';
import { FlameModel } from '../../widgets/flame/model';
import { Book } from './book';
import { type PerfModel, perfModel } from './model';

/** Ways to show what ran. */
export type Mode = 'time' | 'heavy' | 'list';

export class TimelineModel {
  readonly flame: FlameModel;
  readonly book: Book;
  /** Kept in the address: the way to show it, what is searched, the selected call. */
  readonly mode: Signal<string>;
  readonly query: Signal<string>;
  readonly sel: Signal<string>;
  /** `no`: the pane beside the timeline is closed. */
  readonly pane: Signal<string>;
  /** The selected stack of the left heavy view. */
  readonly node: Signal<HeavyNode | undefined> = signal(undefined);
  /** The scope all calls of which are listed. */
  readonly listed: Signal<number | undefined> = signal(undefined);
  private readonly app: App;
  private readonly perf: PerfModel;

  constructor(app: App) {
    this.app = app;
    this.perf = perfModel(app);
    this.book = new Book(app);
    this.mode = app.url.param('view', 'time', 'perf');
    this.query = app.url.param('q', '', 'perf');
    this.sel = app.url.param('sel', '', 'perf');
    this.pane = app.url.param('pane', 'yes', 'perf');
    this.flame = new FlameModel({
      store: () => app.shown().scopes,
      paused: () => app.view.peek().paused,
      pause: () => {
        if (!app.view.peek().paused) app.pauseView(true);
      },
      changed: () => {
        app.frame.invalidate();
        app.frame.stir();
      },
    });
    this.flame.selected.subscribe((call) => {
      if (call !== undefined) this.sel.value = nameOfCall(call);
    });
    let before = false;
    app.view.subscribe(({ paused }) => {
      if (paused === before) return;
      before = paused;
      this.flame.held(paused);
      if (paused) return;
      this.listed.value = undefined;
      this.select(undefined);
    });
  }

  get store(): ScopeStore {
    return this.flame.store;
  }

  get modeValue(): Mode {
    const m = this.mode.value;
    return m === 'heavy' || m === 'list' ? m : 'time';
  }

  /** Selects what was clicked: a list of other calls gives way to it. */
  pick(call: Call | undefined): void {
    this.listed.value = undefined;
    this.select(call);
  }

  /** Selects a stack of the left heavy view. */
  pickNode(node: HeavyNode | undefined): void {
    if (node !== undefined && !this.app.view.peek().paused) this.app.pauseView(true);
    this.pick(undefined);
    this.node.value = node;
  }

  /** Selects a call, and its frame with it. */
  select(call: Call | undefined, reveal = false): void {
    this.flame.select(call, reveal);
    this.node.value = undefined;
    if (call === undefined) {
      this.sel.value = '';
      return;
    }
    this.perf.range.value = '';
    this.app.cursor.pinAt(call.segment.frame, call.segment.x);
  }

  /** Whether anything is selected or listed. */
  any(): boolean {
    const { selected } = this.flame;
    return selected.peek() !== undefined || this.node.peek() !== undefined || this.listed.peek() !== undefined;
  }

  /** Goes back by one: from the list to the selection, from the selection to none. Reports whether there was anything. */
  clear(): boolean {
    if (!this.any()) return false;
    if (this.listed.peek() !== undefined) this.listed.value = undefined;
    else this.select(undefined);
    return true;
  }

  /** Goes along the lane of the selected call. */
  step(by: 1 | -1): void {
    this.take(this.flame.along(by));
  }

  /** Goes to the call around the selected one, or to the first inside it. */
  climb(by: 1 | -1): void {
    this.take(this.flame.beside(by));
  }

  /** Selects what is in the middle, or goes into what is selected. */
  enter(): void {
    this.take(this.flame.selected.peek() === undefined ? this.flame.nearest() : this.flame.beside(1));
  }

  canCentre(): boolean {
    return this.any() || this.frames() !== undefined;
  }

  /** Centres what is selected, or shows the selected frame. */
  centre(): void {
    if (this.flame.selected.peek() !== undefined) this.flame.centre();
    else {
      const frames = this.frames();
      if (frames !== undefined) this.flame.showFrame(this.store.find(frames[0]), this.store.find(frames[1]));
    }
  }

  /** Marks the place under the pointer, else the selected call, else the middle. */
  markHere(): void {
    const call = this.flame.selected.peek();
    const [x0, x1] = this.flame.window();
    this.markAt(this.app.cursor.hover.peek() ?? (call === undefined ? (x0 + x1) / 2 : beginOf(call)));
  }

  private take(call: Call | undefined): void {
    if (call !== undefined) this.select(call, true);
  }

  /** Follows the page, once it stands: to the frame that was pinned, or to the frames that were selected. */
  follow(): void {
    if (!this.app.view.peek().paused) return;
    const { store } = this;
    const range = /^(\d+)-(\d+)$/.exec(this.perf.range.peek());
    if (range !== null) {
      const [first, last] = [store.find(Number(range[1])), store.find(Number(range[2]))];
      if (first >= 0 && last >= first) this.flame.showFrame(first, last);
      return;
    }
    const pin = this.app.cursor.pinned.peek();
    if (pin === undefined) return;
    const call = this.flame.selected.peek();
    if (call !== undefined && call.segment.frame === pin.frame) return; // it came from here
    const named = callNamed(store, this.sel.peek());
    if (named !== undefined && named.segment.frame === pin.frame) {
      this.flame.select(named, true);
      return;
    }
    if (call !== undefined) this.select(undefined);
    const at = store.atX(pin.x);
    if (at >= 0) this.flame.showFrame(at);
  }

  /** What the left heavy view joins: the selected frames, or what is in view. */
  range(): [number, number] {
    const frames = this.frames();
    if (frames !== undefined && this.perf.range.peek() !== '') {
      const [a, b] = [this.store.find(frames[0]), this.store.find(frames[1])];
      const [first, last] = [this.store.segments[a], this.store.segments[b]];
      if (first !== undefined && last !== undefined) return [first.x, last.x + last.length / 1e9];
    }
    return this.flame.window();
  }

  /** Numbers of the selected frames. */
  frames(): readonly [number, number] | undefined {
    const range = /^(\d+)-(\d+)$/.exec(this.perf.range.peek());
    if (range !== null) return [Number(range[1]), Number(range[2])];
    const frame = this.app.cursor.pinned.peek()?.frame;
    return frame === undefined ? undefined : [frame, frame];
  }

  /** Marks a place, or takes the mark away that is there. */
  markAt(x: number): void {
    const [x0, x1] = this.flame.window();
    this.flame.mark(x, (x1 - x0) * 0.005);
  }

  /**
   * Goes to the next call that the search finds, from the selected one or the left edge on; live, to
   * the newest. Behind the last it begins anew.
   */
  nextFound(by: 1 | -1): void {
    const { found } = this.book.colours(this.query.peek());
    if (found === undefined) return;
    const { store } = this;
    const call = this.flame.selected.peek();
    const live = call === undefined && !this.app.view.peek().paused;
    const here = call === undefined ? this.flame.window()[live ? 1 : 0] : beginOf(call);
    const far = by > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const next =
      nearestFound(store, found, here, call, live ? -1 : by) ?? nearestFound(store, found, far, undefined, by);
    if (next !== undefined) this.select(next, true);
    else this.app.toast(`No scope with “${this.query.peek()}” is held`);
  }

  /** Calls that the search finds: in view, and of all that are held. */
  countFound(): [number, number] | undefined {
    const { found } = this.book.colours(this.query.peek());
    if (found === undefined) return undefined;
    const { store } = this;
    const [x0, x1] = this.range();
    let inView = 0;
    let all = 0;
    store.segments.forEach((segment) => {
      const { id } = segment;
      const before = all;
      for (let i = 0; i < id.length; i++) if (found[id[i] as number] === 1) all++;
      if (segment.touches(x0, x1)) inView += all - before;
    });
    return [inView, all];
  }

  /** The scope of what is selected. */
  selectedScope(): number | undefined {
    const call = this.flame.selected.value;
    return this.node.value?.id ?? (call === undefined ? undefined : idOf(call));
  }
}

// The found call that begins next after a place; the lanes of a segment are looked at one by one.
function nearestFound(
  store: ScopeStore,
  found: Uint8Array,
  here: number,
  call: Call | undefined,
  by: 1 | -1,
): Call | undefined {
  const last = store.segments.length - 1;
  const at = call === undefined ? Math.min(last, store.between(here, here)[0]) : store.indexOf(call.segment);
  for (let k = at; k >= 0 && k < store.segments.length; k += by) {
    const segment = store.segments[k] as Segment;
    let best: Call | undefined;
    let lo = 0;
    for (let r = 0; r < segment.runs.length; r += 2) {
      const word = segment.runs[r] as number;
      const hi = lo + (segment.runs[r + 1] as number);
      for (let i = lo; i < hi; i++) {
        if (found[segment.id[i] as number] !== 1) continue;
        const other = { segment, track: word & 0xffff, depth: (word >>> 16) & 0xff, at: i, lo, hi };
        if (after(other, here, call, by) && (best === undefined || (beginOf(other) - beginOf(best)) * by < 0))
          best = other;
      }
      lo = hi;
    }
    if (best !== undefined) return best;
  }
  return undefined;
}

function after(other: Call, here: number, call: Call | undefined, by: 1 | -1): boolean {
  const away = (beginOf(other) - here) * by;
  if (away !== 0 || call === undefined || other.segment !== call.segment) return away > 0;
  return (other.at - call.at) * by > 0; // they begin together: by their place in the columns
}

const models = new WeakMap<App, TimelineModel>();

/** The page's one model of the timeline; it outlives the view. */
export function timelineModel(app: App): TimelineModel {
  let model = models.get(app);
  if (model === undefined) {
    model = new TimelineModel(app);
    models.set(app, model);
  }
  return model;
}
