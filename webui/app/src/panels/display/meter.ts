// What the stream of pictures is like: of each picture of the last seconds its size, how long it took
// to decode, what was left out before it; and how long inputs took to be seen.

import { Ring } from '../../core/ring';

/** Seconds that are kept and drawn. */
export const span = 10;
const capacity = 1024; // pictures; 60 a second for more than that

/** Averages over the last second. */
export interface Readings {
  fps: number;
  /** ms, the median */
  decode: number;
  /** ms, the median; NaN without inputs */
  latency: number;
  /** bytes a second */
  rate: number;
}

export class Meter {
  /** Seconds of the page's clock, one for each picture. */
  readonly t = new Ring(capacity);
  readonly decode = new Ring(capacity); // ms
  readonly bytes = new Ring(capacity);
  readonly lost = new Ring(capacity);
  readonly latencyAt = new Ring(capacity); // seconds
  readonly latency = new Ring(capacity); // ms
  /** When inputs left, seconds. */
  readonly sentAt = new Ring(capacity);
  /** Pictures that were left out, ever. */
  dropped = 0;

  /** A picture was drawn. @param now ms */
  drew(now: number, decode: number, bytes: number, lost: number): void {
    this.t.push(now / 1000);
    this.decode.push(decode);
    this.bytes.push(bytes);
    this.lost.push(lost);
    this.dropped += lost;
  }

  /** An input was seen. @param now ms */
  saw(now: number, latency: number): void {
    this.latencyAt.push(now / 1000);
    this.latency.push(latency);
  }

  /** An input left. @param now ms */
  sent(now: number): void {
    this.sentAt.push(now / 1000);
  }

  /** Inputs of the last second. @param now ms */
  sends(now: number): number {
    const first = Math.max(this.sentAt.indexOf(now / 1000 - 1) + 1, this.sentAt.count - this.sentAt.length);
    return this.sentAt.count - first;
  }

  /** @param now ms */
  readings(now: number): Readings {
    const from = now / 1000 - 1;
    const first = this.t.indexOf(from) + 1;
    const n = this.t.count - Math.max(first, this.t.count - this.t.length);
    let bytes = 0;
    for (let i = this.t.count - n; i < this.t.count; i++) bytes += this.bytes.at(i);
    return {
      fps: n,
      decode: median(this.decode, this.t.count - n),
      latency: median(this.latency, this.latencyAt.indexOf(from) + 1),
      rate: bytes,
    };
  }
}

function median(ring: Ring, from: number): number {
  const values: number[] = [];
  for (let i = Math.max(from, ring.count - ring.length); i < ring.count; i++) values.push(ring.at(i));
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? Number.NaN;
}
