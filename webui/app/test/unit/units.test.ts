import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, fixed, frameName, ms, percent, text, thin } from '../../src/core/units';

// Thin spaces are written as _ here, so that they can be read.
const plain = (s: string): string => s.replaceAll(thin, '_');

describe('numbers', () => {
  it.each([
    [0, 0, '0'],
    [1234.5, 2, '1_234.50'],
    [999.999, 2, '1_000.00'],
    [-0.25, 2, '−0.25'],
    [-0.001, 2, '0.00'],
    [1e9, 0, '1_000_000_000'],
    [12345, 0, '12_345'],
    [Number.NaN, 2, '–'],
    [Number.NEGATIVE_INFINITY, 2, '−∞'],
  ])('%d with %d decimals', (x, decimals, want) => {
    expect(plain(fixed(x, decimals))).toBe(want);
  });

  it('counts whole things', () => {
    expect(plain(count(18204.9))).toBe('18_204');
    expect(plain(frameName(18204))).toBe('#18_204');
  });

  it('keeps their width while they move', () => {
    const widths = [16.666e6, 9.999e6, 10.001e6].map((ns) => ms(ns).split('.')[1]?.length);
    expect(new Set(widths)).toEqual(new Set([2]));
  });
});

describe('units', () => {
  it.each([
    [0, '0_ns'],
    [999, '999_ns'],
    [1_500, '1.50_µs'],
    [98_000, '98.0_µs'],
    [1_234_567, '1.23_ms'],
    [16_666_667, '16.7_ms'],
    [2.5e9, '2.50_s'],
    [-16e6, '−16.0_ms'],
  ])('%d ns', (ns, want) => {
    expect(plain(text(duration(ns)))).toBe(want);
  });

  it.each([
    [0, '0_B'],
    [1023, '1_023_B'],
    [1024, '1.0_KiB'],
    [1536, '1.5_KiB'],
    [41 * 1048576, '41.0_MiB'],
    [5 * 1024 ** 4, '5.0_TiB'],
    [5000 * 1024 ** 4, '5_000.0_TiB'],
  ])('%d bytes', (n, want) => {
    expect(plain(text(bytes(n)))).toBe(want);
  });

  it('shares, and time gone by', () => {
    expect(plain(percent(0.511))).toBe('51.1_%');
    expect([0, 59_999, 60_000, 3_600_000, -5].map((t) => plain(ago(t)))).toEqual([
      '0_s',
      '59_s',
      '1_min',
      '1_h',
      '0_s',
    ]);
  });
});
