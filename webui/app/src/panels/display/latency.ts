// From an input to the first picture that can show its effect: the answer to an input names the tick
// that sees it first, a picture names the last tick before it was drawn.

interface Waiting {
  /** ms, when it left */
  left: number;
  tick: number;
}

const patience = 1000; // ms: nothing was drawn, so nothing is measured
const remembered = 32; // pictures: an answer may come after its picture

export class Latency {
  private waiting: Waiting[] = [];
  private drawn: { tick: number; at: number }[] = [];
  private readonly measured: (ms: number) => void;

  constructor(measured: (ms: number) => void) {
    this.measured = measured;
  }

  /** The game answered an input that left at `left` ms: `tick` sees it first. */
  answered(left: number, tick: number): void {
    const seen = this.drawn.find((d) => d.tick >= tick && d.at >= left);
    if (seen !== undefined) this.measured(seen.at - left);
    else this.waiting.push({ left, tick });
  }

  /** A picture of a tick was drawn at `at` ms. */
  drew(tick: number, at: number): void {
    this.drawn.push({ tick, at });
    if (this.drawn.length > remembered) this.drawn.shift();
    if (this.waiting.length === 0) return;
    const left: Waiting[] = [];
    for (const w of this.waiting) {
      if (at - w.left > patience) continue;
      if (w.tick <= tick) this.measured(at - w.left);
      else left.push(w);
    }
    this.waiting = left;
  }

  /** The game began anew: its ticks mean something else. */
  forget(): void {
    this.waiting = [];
    this.drawn = [];
  }
}
