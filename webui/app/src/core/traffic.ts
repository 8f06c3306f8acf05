// How much the game sends to this page.

import { Ring } from './ring';

const gap = 0.25; // seconds between two samples
const kept = 3600;

export class Traffic {
  /** seconds on the page's axis */
  x = new Ring(kept);
  /** bytes per second */
  rate = new Ring(kept);
  private since = Number.NaN;
  private counted = 0;

  /** Looks at the count of bytes at a place on the axis; most looks do nothing. */
  look(x: number, received: number): void {
    if (x - this.since < gap) return;
    if (x - this.since < gap * 8) {
      this.x.push(x);
      this.rate.push((received - this.counted) / (x - this.since));
    }
    this.since = x;
    this.counted = received;
  }

  freeze(): Traffic {
    const copy = new Traffic();
    copy.x = this.x.clone();
    copy.rate = this.rate.clone();
    return copy;
  }
}
