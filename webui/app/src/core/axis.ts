// One time axis for everything that is recorded. The game's own time begins at 0 with each run; the
// page's axis goes on, so that what came before a restart stays where it was.

/** Something that happened to the recording. */
export interface Mark {
  /** seconds on the page's axis */
  x: number;
  kind: 'gap' | 'restart';
  /** The first frame behind it. */
  frame: number;
}

const young = 10e9; // ns
const drift = 1e-5; // seconds by message

/** Joins the times of several runs of the game. */
export class Axis {
  readonly marks: Mark[] = [];
  /** Counts runs of the game since the page was opened. */
  run = 0;
  private offset = 0;
  private latest = 0;
  private lag = Number.NaN; // seconds that the page's clock is ahead of the axis

  /** A time of the running game, in ns, as seconds on the axis. */
  place(time: number): number {
    const x = time / 1e9 + this.offset;
    if (x > this.latest) this.latest = x;
    return x;
  }

  /** The opposite, for the run of now. */
  gameTime(x: number): number {
    return (x - this.offset) * 1e9;
  }

  /** A message of now bears this time of the game: the page's own clock is compared with it. */
  heard(time: number, now: number): void {
    const lag = now / 1000 - this.place(time);
    // The least delay tells the truth; it may grow slowly, as clocks drift.
    this.lag = Number.isNaN(this.lag) || lag < this.lag ? lag : this.lag + Math.min(lag - this.lag, drift);
  }

  /** The place of a time of the page's clock, ms; NaN before the first message. */
  fromPage(now: number): number {
    return now / 1000 - this.lag;
  }

  /** The opposite. */
  toPage(x: number): number {
    return (x + this.lag) * 1000;
  }

  /** A connection begins at this time and frame of the game. */
  begin(time: number, frame: number, restarted: boolean): void {
    if (this.run === 0) {
      this.run = 1;
      return;
    }
    // A game that began a moment ago tells of its first frames too.
    const begun = time < young ? 0 : time;
    if (restarted) {
      this.run++;
      this.lag = Number.NaN;
      this.offset = this.latest + 0.25 - begun / 1e9;
    }
    this.marks.push({ x: this.place(restarted ? begun : time), kind: restarted ? 'restart' : 'gap', frame });
    if (this.marks.length > 100) this.marks.shift();
  }
}
