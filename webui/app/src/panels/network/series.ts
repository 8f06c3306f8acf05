// Traffic of the whole server over time, while the panel is shown: once a second.

import type { Axis } from '../../core/axis';
import type { Transport } from '../../core/protocol';
import { Ring } from '../../core/ring';
import { Rates } from './rates';

/** What is drawn. */
export const seriesNames = ['bytesIn', 'bytesOut', 'messagesIn', 'messagesOut', 'held'] as const;

export type SeriesName = (typeof seriesNames)[number];

const kept = 1024; // seconds, a little more than the longest span
const gap = 5; // seconds without a sample that break the lines

export class TrafficSeries {
  /** seconds on the page's axis */
  x = new Ring(kept);
  /** bytes and messages by the second; held in bytes */
  rings: Record<SeriesName, Ring>;

  private readonly axis: Axis;
  private readonly rates = new Rates();

  constructor(axis: Axis) {
    this.axis = axis;
    this.rings = Object.fromEntries(seriesNames.map((s) => [s, new Ring(kept)])) as Record<SeriesName, Ring>;
  }

  /** Takes the totals of a moment, ns since the session began. */
  take(time: number, t: Transport): void {
    const x = this.axis.place(time);
    if (x <= this.x.last) return;
    if (x - this.x.last > gap) this.push(this.x.last, () => Number.NaN);
    this.rates.take(x, [['', [t.bytesIn, t.bytesOut, t.messagesIn, t.messagesOut]]]);
    this.push(x, (name, i) => (name === 'held' ? t.held : this.rates.of('', i)));
  }

  /** A copy that stands still. */
  freeze(): TrafficSeries {
    const copy = new TrafficSeries(this.axis);
    copy.x = this.x.clone();
    for (const name of seriesNames) copy.rings[name] = this.rings[name].clone();
    return copy;
  }

  private push(x: number, value: (name: SeriesName, i: number) => number): void {
    this.x.push(x);
    seriesNames.forEach((name, i) => {
      this.rings[name].push(value(name, i));
    });
  }
}
