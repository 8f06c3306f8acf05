// What a timeline looks at and what is selected in it. No DOM: keys, the pane beside it and the
// picture itself share it, and it outlives them.

import { type Signal, signal } from '@preact/signals';
import { beginOf, type Call, callAt, childOf, endOf, neighbour, parentOf, sameCall } from '../../core/calls';
import type { ScopeStore, Segment } from '../../core/scopes';

/** What a timeline needs of the page around it. */
export interface FlamePorts {
  /** What is drawn: the recording, or its copy while the view is paused. */
  store(): ScopeStore;
  paused(): boolean;
  /** Holds the view: what is looked at must not run away. */
  pause(): void;
  /** Something is to be drawn anew. */
  changed(): void;
}

const leastSpan = 5e-7; // seconds
const liveSpan = 0.1; // seconds shown at first
const edge = 0.02; // of the span: free at both ends
const fitShare = 0.8; // of the width, for what is fitted
const centred = 0.01; // of the span: near enough to the middle

export class FlameModel {
  readonly selected: Signal<Call | undefined> = signal(undefined);
  readonly hovered: Signal<Call | undefined> = signal(undefined);
  /** Tracks that show their first lane alone. */
  readonly closed: Signal<ReadonlySet<number>> = signal(new Set<number>());
  /** Places that a person marked, seconds on the page's axis. */
  readonly marks: Signal<readonly number[]> = signal([]);
  /** A place that is brought into view by the widget, once. */
  revealed: Call | undefined;

  private readonly ports: FlamePorts;
  private span = liveSpan;
  private alive = liveSpan; // span while the view is live: it comes back as it was left
  private from = Number.NaN; // begin of the window while the view is paused

  constructor(ports: FlamePorts) {
    this.ports = ports;
  }

  get store(): ScopeStore {
    return this.ports.store();
  }

  /** The piece of the axis that is shown, seconds. While the view is live it ends with what is newest. */
  window(): [number, number] {
    const { end } = this.store;
    if (!this.ports.paused() || Number.isNaN(this.from)) {
      const last = (Number.isNaN(end) ? 0 : end) + this.span * edge;
      return [last - this.span, last];
    }
    return [this.from, this.from + this.span];
  }

  /** The view was paused, and stays where it is, or goes on, as large as it was before. */
  held(paused: boolean): void {
    this.from = Number.NaN;
    if (paused) {
      this.alive = this.span;
      this.from = this.window()[0];
    } else this.span = this.alive;
  }

  /** Shows a piece of the axis, as far as there is something. Holds the view. */
  show(x0: number, x1: number): void {
    this.ports.pause();
    this.put(x0, x1 - x0);
  }

  /** Zooms around a place; a factor above 1 shows more. Live, the newest stays in view. */
  zoom(factor: number, around?: number): void {
    const [x0, x1] = this.window();
    if (!this.ports.paused()) {
      this.span = this.spanOf(this.span * factor);
      this.ports.changed();
      return;
    }
    const at = around ?? this.focus(x0, x1);
    const span = this.spanOf((x1 - x0) * factor);
    this.put(at - ((at - x0) / (x1 - x0)) * span, span);
  }

  /** Moves the window by a share of itself, positive towards what is later. */
  pan(share: number): void {
    this.panBy(share * this.span);
  }

  /** Moves the window by seconds. */
  panBy(seconds: number): void {
    this.ports.pause();
    this.put(this.window()[0] + seconds, this.span);
  }

  /** Shows all that is held. */
  fitAll(): void {
    const { begin, end } = this.store;
    if (Number.isNaN(begin)) return;
    const span = (end - begin) * (1 + 2 * edge);
    if (this.ports.paused()) this.put(begin - (end - begin) * edge, span);
    else {
      this.span = this.spanOf(span);
      this.ports.changed();
    }
  }

  /** Shows a frame with something of its neighbours. Reports whether it is held. */
  showFrame(index: number, last = index): boolean {
    const [a, b] = [this.store.segments[index], this.store.segments[last]];
    if (a === undefined || b === undefined) return false;
    const length = b.x + b.length / 1e9 - a.x;
    const more = index === last ? Math.min(length * 0.4, 0.02) : length * 0.04;
    this.show(a.x - more, a.x + length + more);
    return true;
  }

  /** Centres the selected scope; once more, and it fills the width. */
  centre(): void {
    const call = this.selected.peek();
    if (call === undefined) return;
    const [x0, x1] = this.window();
    const middle = (beginOf(call) + endOf(call)) / 2;
    if (Math.abs((x0 + x1) / 2 - middle) < (x1 - x0) * centred) this.fit(call);
    else this.show(middle - this.span / 2, middle + this.span / 2);
  }

  /** Lets a scope fill the width. */
  fit(call: Call): void {
    const [begin, end] = [beginOf(call), endOf(call)];
    const span = this.spanOf((end - begin) / fitShare);
    const middle = (begin + end) / 2;
    this.show(middle - span / 2, middle + span / 2);
  }

  /** Selects a scope and holds the view; `reveal` brings it into view. */
  select(call: Call | undefined, reveal = false): void {
    if (call !== undefined) this.ports.pause();
    if (!sameCall(call, this.selected.peek())) this.selected.value = call;
    if (call !== undefined && reveal) this.reveal(call);
    this.ports.changed();
  }

  /** The next call of the lane of the selected one; none selected: what is in the middle. */
  along(by: 1 | -1): Call | undefined {
    const call = this.selected.peek();
    return call === undefined ? this.nearest() : neighbour(this.store, call, by);
  }

  /** The call around the selected one (-1), or the first inside it. */
  beside(by: 1 | -1): Call | undefined {
    const call = this.selected.peek();
    if (call === undefined) return this.nearest();
    return by < 0 ? parentOf(this.store, call) : childOf(this.store, call);
  }

  /** Marks a place, or takes the mark away that is within `near` seconds of it. */
  mark(x: number, near: number): void {
    const old = this.marks.peek();
    const left = old.filter((m) => Math.abs(m - x) > near);
    this.marks.value = left.length < old.length ? left : [...old, x].sort((a, b) => a - b);
    this.ports.changed();
  }

  /** Shows all lanes of a track, or its first alone. */
  toggle(track: number): void {
    const next = new Set(this.closed.peek());
    if (!next.delete(track)) next.add(track);
    this.closed.value = next;
    this.ports.changed();
  }

  /** Brings a scope into view; the scale stays unless the scope is larger than the window. */
  reveal(call: Call): void {
    const [x0, x1] = this.window();
    const [begin, end] = [beginOf(call), endOf(call)];
    this.revealed = call;
    if (begin >= x0 && end <= x1) {
      this.ports.changed();
      return;
    }
    const span = Math.max(x1 - x0, (end - begin) / fitShare);
    this.show((begin + end - span) / 2, (begin + end + span) / 2);
  }

  /** The outermost scope of the game's track in the middle of the window. */
  nearest(): Call | undefined {
    const [x0, x1] = this.window();
    const track = this.store.lanes.findIndex((n) => n > 0);
    return track < 0 ? undefined : callAt(this.store, track, 0, (x0 + x1) / 2, (x1 - x0) / 2);
  }

  /** Segments in view, `[from, to)`. */
  inView(): [number, number] {
    return this.store.between(...this.window());
  }

  /** The frame to which times are told: that of the selected scope, else the first that begins in view. */
  anchor(): Segment | undefined {
    const call = this.selected.peek();
    const [x0, x1] = this.window();
    if (call !== undefined) {
      const { x, length } = call.segment;
      if (x < x1 && x + length / 1e9 > x0) return call.segment;
    }
    const { segments } = this.store;
    let i = Math.max(0, this.store.atX(x0));
    while (i < segments.length && (segments[i] as Segment).x < x0) i++;
    return segments[i] ?? segments.at(-1);
  }

  private focus(x0: number, x1: number): number {
    const call = this.selected.peek();
    if (call !== undefined) {
      const middle = (beginOf(call) + endOf(call)) / 2;
      if (middle > x0 && middle < x1) return middle;
    }
    return (x0 + x1) / 2;
  }

  private spanOf(span: number): number {
    const { begin, end } = this.store;
    const most = Number.isNaN(begin) ? 1 : Math.max(0.01, end - begin) * (1 + 4 * edge);
    return Math.min(most, Math.max(leastSpan, span));
  }

  private put(x0: number, span: number): void {
    const { begin, end } = this.store;
    this.span = this.spanOf(span);
    const free = this.span * 0.5; // an end may stand in the middle, no further
    this.from = Number.isNaN(begin) ? x0 : Math.min(end - free, Math.max(begin - free, x0));
    this.ports.changed();
  }
}
