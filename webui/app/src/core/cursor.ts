// The one time cursor of the page. The pointer moves it in passing wherever time is drawn; a click
// pins it. A pinned place stands in the address, by its frame, or where none is recorded by its time.

import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Axis } from './axis';
import type { TimingStore } from './timings';
import type { Url } from './url';

/** A place that was pinned. */
export interface Pin {
  /** Seconds on the page's axis. */
  x: number;
  /** The frame there; undefined where none is recorded. */
  frame: number | undefined;
}

/** What the cursor needs of the page. */
export interface CursorPorts {
  url: Url;
  axis: Axis;
  /** The recording that is shown. */
  timings(): TimingStore;
}

/** Where the page looks: every time chart and every list of what happened reads and moves it. */
export class Cursor {
  /** The place under the pointer. */
  readonly hover: ReadonlySignal<number | undefined>;
  /** The place that stays when the pointer leaves. */
  readonly pinned: ReadonlySignal<Pin | undefined>;
  /** Seconds on the page's axis: under the pointer, else pinned. */
  readonly x: ReadonlySignal<number | undefined>;
  /** The frame there, undefined where none is recorded. */
  readonly frame: ReadonlySignal<number | undefined>;
  /** The frame that the address names, empty for none. It may not be recorded. */
  readonly f: Signal<string>;

  private readonly t: Signal<string>; // ns of the game's time, where no frame is recorded
  private readonly over: Signal<number | undefined> = signal(undefined);
  private readonly pin_: Signal<Pin | undefined> = signal(undefined);
  private readonly ports: CursorPorts;
  private unresolved = false;

  constructor(ports: CursorPorts) {
    this.ports = ports;
    this.f = ports.url.shared('f');
    this.t = ports.url.shared('t');
    this.hover = this.over;
    this.pinned = this.pin_;
    this.x = computed(() => this.over.value ?? this.pin_.value?.x);
    this.frame = computed(() => {
      const x = this.over.value;
      return x === undefined ? this.pin_.value?.frame : this.frameAt(x);
    });
    effect(() => this.follow(this.f.value, this.t.value));
  }

  /** The pointer is at a place, or at none. */
  point(x: number | undefined): void {
    this.over.value = x === undefined || Number.isNaN(x) ? undefined : x;
  }

  /** Keeps a place. */
  pin(x: number): void {
    const index = this.indexAt(x);
    const timings = this.ports.timings();
    if (index >= 0) this.keep({ x, frame: timings.frame.at(index) });
    else this.keep({ x, frame: undefined });
  }

  /** Keeps a frame by its number, of the newest run that has it. It may come later, as after a fresh load. */
  pinFrame(frame: number): void {
    batch(() => {
      this.t.value = '';
      this.f.value = String(frame);
    });
    this.resolve();
  }

  /** Keeps a frame whose place is known from elsewhere: a log line, an edit. */
  pinAt(frame: number, x: number): void {
    const index = this.ports.timings().find(frame);
    this.keep({ frame, x: index < 0 ? x : this.ports.timings().x.at(index) });
  }

  /** Takes the pin away. */
  clear(): void {
    batch(() => {
      this.f.value = '';
      this.t.value = '';
    });
  }

  /** Looks again for a frame that the address names and that was not recorded when it did. */
  resolve(): void {
    if (this.unresolved) this.follow(this.f.peek(), this.t.peek());
  }

  /** Index of the last recorded frame at or before a place; -1 before the first, and after the end of the last. */
  indexAt(x: number): number {
    const t = this.ports.timings();
    let i = t.atX(x);
    while (i >= t.first && Number.isNaN(t.frame.at(i))) i--; // a gap
    if (i < t.first) return -1;
    return i === t.count - 1 && x - t.x.at(i) > after ? -1 : i;
  }

  private frameAt(x: number): number | undefined {
    const index = this.indexAt(x);
    return index < 0 ? undefined : this.ports.timings().frame.at(index);
  }

  private keep(pin: Pin): void {
    this.unresolved = false;
    const now = this.pin_.peek();
    if (now?.x === pin.x && now.frame === pin.frame) return;
    batch(() => {
      this.pin_.value = pin;
      this.t.value = pin.frame === undefined ? String(Math.round(this.ports.axis.gameTime(pin.x))) : '';
      this.f.value = pin.frame === undefined ? '' : String(pin.frame);
    });
  }

  private follow(f: string, t: string): void {
    const now = this.pin_.peek();
    if (f !== '') {
      const frame = Number(f);
      if (now?.frame === frame) return;
      const timings = this.ports.timings();
      const index = timings.find(frame);
      this.unresolved = index < 0 && !Number.isNaN(frame);
      this.pin_.value = index < 0 ? undefined : { frame, x: timings.x.at(index) };
      return;
    }
    this.unresolved = false;
    if (t === '' || Number.isNaN(Number(t))) this.pin_.value = undefined;
    else if (now === undefined || now.frame !== undefined || Math.round(this.ports.axis.gameTime(now.x)) !== Number(t))
      this.pin_.value = { frame: undefined, x: this.ports.axis.place(Number(t)) };
  }
}

/** Seconds after the last frame that still belong to it. */
const after = 1;
