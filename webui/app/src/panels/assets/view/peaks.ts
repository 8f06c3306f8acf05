// What a waveform draws: the least and the greatest sample of each pixel. Sums over blocks of samples
// are made once, so that a minute of sound is drawn as fast as a second.

const block = 256; // samples

/** The extremes of one channel. */
export class Peaks {
  readonly samples: Float32Array;
  /** Greatest absolute sample. */
  readonly peak: number;
  /** Root of the mean of squares. */
  readonly rms: number;
  private readonly lows: Float32Array;
  private readonly highs: Float32Array;

  constructor(samples: Float32Array) {
    this.samples = samples;
    const n = Math.ceil(samples.length / block);
    this.lows = new Float32Array(n);
    this.highs = new Float32Array(n);
    let peak = 0;
    let squares = 0;
    for (let b = 0; b < n; b++) {
      let lo = Number.POSITIVE_INFINITY;
      let hi = Number.NEGATIVE_INFINITY;
      for (let i = b * block; i < Math.min(samples.length, (b + 1) * block); i++) {
        const v = samples[i] as number;
        if (v < lo) lo = v;
        if (v > hi) hi = v;
        squares += v * v;
      }
      this.lows[b] = lo;
      this.highs[b] = hi;
      peak = Math.max(peak, -lo, hi);
    }
    this.peak = peak;
    this.rms = samples.length > 0 ? Math.sqrt(squares / samples.length) : 0;
  }

  /** Least and greatest of the samples [from, to), written into `out`; both 0 where there is none. */
  range(from: number, to: number, out: { lo: number; hi: number }): void {
    const { samples } = this;
    let i = Math.max(0, Math.floor(from));
    const end = Math.min(samples.length, Math.max(i + 1, Math.ceil(to)));
    let lo = Number.POSITIVE_INFINITY;
    let hi = Number.NEGATIVE_INFINITY;
    while (i < end) {
      if (i % block === 0 && i + block <= end) {
        const b = i / block;
        if ((this.lows[b] as number) < lo) lo = this.lows[b] as number;
        if ((this.highs[b] as number) > hi) hi = this.highs[b] as number;
        i += block;
        continue;
      }
      const v = samples[i++] as number;
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
    out.lo = lo === Number.POSITIVE_INFINITY ? 0 : lo;
    out.hi = hi === Number.NEGATIVE_INFINITY ? 0 : hi;
  }
}

/** A level below full scale: `−6.0 dB`. */
export function decibels(level: number): string {
  if (!(level > 0)) return '−∞ dB';
  return `${(20 * Math.log10(level)).toFixed(1).replace('-', '−')} dB`;
}

/** Distances between the marks of a time axis, seconds. */
const gaps = [
  0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600,
];

/** The distance at which marks stand about `px` apart. */
export function gapFor(perPixel: number, px = 90): number {
  return gaps.find((g) => g / perPixel >= px) ?? 600;
}

/** A moment with as many decimals as its axis tells apart. */
export function moment(seconds: number, gap: number): string {
  const decimals = Math.min(4, Math.max(0, Math.ceil(-Math.log10(gap) - 1e-9)));
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = Math.max(0, seconds - minutes * 60).toFixed(decimals);
  return minutes > 0 ? `${minutes}:${rest.padStart(decimals > 0 ? 3 + decimals : 2, '0')}` : `${rest} s`;
}
