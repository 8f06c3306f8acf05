// The page's only owner of requestAnimationFrame. A message marks, a frame draws: canvases that are
// dirty (at most two, in turn), text ten times a second, then acknowledgements. With nothing dirty
// no frame is asked for.

import { type Signal, signal } from '@preact/signals';

/** What a frame needs of the browser. */
export interface FramePorts {
  request(callback: (now: number) => void): void;
  /** Milliseconds, on the clock of `request`. */
  now(): number;
  later(callback: () => void, millis: number): void;
}

export interface DrawOptions {
  /** Draws per second at most. Zero means 20. */
  rate?: number;
}

interface Drawing {
  draw(now: number): void;
  gap: number; // ms between two draws
  dirty: boolean;
  urgent: boolean;
  last: number;
}

const perFrame = 2;
const textGap = 100;
const budget = 6; // ms of a frame that the page may spend
const history = 120; // frames over which the cost is judged
const never = Number.NEGATIVE_INFINITY;

/** How far the page holds back: 0 not at all, 1 charts at 10 Hz, 2 text at 5 Hz as well. */
export type Pace = 0 | 1 | 2;

export class Frame {
  readonly pace: Signal<Pace> = signal(0);

  private readonly ports: FramePorts;
  private readonly drawings: Drawing[] = [];
  private turn = 0;
  private readonly texts = new Set<() => void>();
  private readonly acks = new Set<() => void>();
  private once: (() => void)[] = [];
  private stirred = false;
  private ackDue = false;
  private lastText = never;
  private asked = false;
  private timed = false;
  private readonly costs = new Float64Array(history);
  private frames = 0;

  constructor(ports: FramePorts = browser) {
    this.ports = ports;
  }

  /** Draws when dirty. Dirty from the start. Returns its undo. */
  onDraw(draw: (now: number) => void, options: DrawOptions = {}): () => void {
    const drawing: Drawing = { draw, gap: 1000 / (options.rate || 20), dirty: true, urgent: true, last: never };
    this.drawings.push(drawing);
    this.ask();
    return () => {
      const i = this.drawings.indexOf(drawing);
      if (i >= 0) this.drawings.splice(i, 1);
    };
  }

  /** Marks a drawing, or all. Urgent: with the next frame, whatever its rate (the pointer moved). */
  invalidate(draw?: (now: number) => void, urgent = false): void {
    for (const d of this.drawings) {
      if (draw !== undefined && d.draw !== draw) continue;
      d.dirty = true;
      d.urgent ||= urgent;
    }
    this.ask();
  }

  /** Runs at 10 Hz while something stirs. Returns its undo. */
  onText(flush: () => void): () => void {
    this.texts.add(flush);
    this.stir();
    return () => this.texts.delete(flush);
  }

  /** New data came: text is due. */
  stir(): void {
    this.stirred = true;
    this.ask();
  }

  /** Runs f once, at the begin of the next frame. */
  soon(f: () => void): void {
    this.once.push(f);
    this.ask();
  }

  /** Runs at the end of the next frame after `ackSoon`. Returns its undo. */
  onAck(send: () => void): () => void {
    this.acks.add(send);
    return () => this.acks.delete(send);
  }

  ackSoon(): void {
    this.ackDue = true;
    this.ask();
  }

  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    this.ports.request((now) => this.run(now));
  }

  private run(now: number): void {
    this.asked = false;
    const begin = this.ports.now();
    const once = this.once;
    this.once = [];
    for (const f of once) f();
    this.drawSome(now);
    if (this.stirred && now - this.lastText >= this.textGap() - 4) {
      this.stirred = false;
      this.lastText = now;
      for (const flush of this.texts) flush();
    }
    if (this.ackDue) {
      this.ackDue = false;
      for (const send of this.acks) send();
    }
    this.judge(this.ports.now() - begin);
    this.sleepUntilDue(now);
  }

  private drawSome(now: number): void {
    let left = perFrame;
    const n = this.drawings.length;
    const first = this.turn;
    for (let k = 0; k < n; k++) {
      const d = this.drawings[(first + k) % n];
      if (d === undefined || !d.dirty) continue;
      if (!d.urgent && (left === 0 || now - d.last < this.drawGap(d) - 4)) continue;
      if (!d.urgent) left--;
      d.dirty = d.urgent = false;
      d.last = now;
      d.draw(now);
      this.turn = (first + k + 1) % n;
    }
  }

  // One frame for the nearest thing that is due, and a timer when that is more than a frame away.
  private sleepUntilDue(now: number): void {
    let wait = Number.POSITIVE_INFINITY;
    if (this.once.length > 0 || this.ackDue) wait = 0;
    for (const d of this.drawings) if (d.dirty) wait = Math.min(wait, d.last + this.drawGap(d) - now);
    if (this.stirred) wait = Math.min(wait, this.lastText + this.textGap() - now);
    if (wait === Number.POSITIVE_INFINITY) return;
    if (wait <= 17) {
      this.ask();
      return;
    }
    if (this.timed) return;
    this.timed = true;
    this.ports.later(() => {
      this.timed = false;
      this.ask();
    }, wait - 12);
  }

  private drawGap(d: Drawing): number {
    return this.pace.value > 0 ? Math.max(d.gap, 100) : d.gap;
  }

  private textGap(): number {
    return this.pace.value > 1 ? textGap * 2 : textGap;
  }

  private judge(cost: number): void {
    this.costs[this.frames % history] = cost;
    this.frames++;
    if (this.frames % history !== 0) return;
    const p95 = this.costs.slice().sort()[Math.floor(history * 0.95)] as number;
    const pace = this.pace.value;
    if (p95 > budget && pace < 2) this.pace.value = (pace + 1) as Pace;
    else if (p95 < budget / 2 && pace > 0) this.pace.value = (pace - 1) as Pace;
  }
}

const browser: FramePorts = {
  request: (callback) => requestAnimationFrame(callback),
  now: () => performance.now(),
  later: (callback, millis) => setTimeout(callback, millis),
};
