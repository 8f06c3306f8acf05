// Images, sounds and fonts: what is read of them without the browser.

import { describe, expect, test } from 'vitest';
import { readFont } from '../../src/panels/assets/view/fontfile';
import { hexOf, lettersOf } from '../../src/panels/assets/view/hex';
import { centre, fitted, pan, pixelAt, scaleText, step, zoom } from '../../src/panels/assets/view/lens';
import { decibels, gapFor, moment, Peaks } from '../../src/panels/assets/view/peaks';
import { channel, colourText, sizeIn } from '../../src/panels/assets/view/pixels';
import { cut, frameAt, frameRect } from '../../src/panels/assets/view/sprites';
import { randomFrom } from '../fixtures/random';

const random = randomFrom(9);

describe('an image', () => {
  const bytes = (...parts: (string | number[])[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((p) => (typeof p === 'string' ? [...p].map((c) => c.charCodeAt(0)) : p)));

  test('says its size before it is decoded', () => {
    expect(sizeIn(bytes([0x89], 'PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 2, 0, 0, 0, 1, 44]))).toEqual({
      width: 512,
      height: 300,
    });
    expect(sizeIn(bytes('GIF89a', [44, 1, 10, 0]))).toEqual({ width: 300, height: 10 });
    expect(sizeIn(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 9, 8, 0, 100, 1, 0, 3]))).toEqual({
      width: 256,
      height: 100,
    });
    expect(sizeIn(bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 9, 0, 0]))).toEqual({
      width: 65536,
      height: 10,
    });
    expect(sizeIn(bytes('nothing that is known, whatever it is'))).toBeUndefined();
  });

  test('that lies about its parts ends all the same', () => {
    const heads = [
      [0x89, 0x50, 0x4e, 0x47],
      [0xff, 0xd8, 0xff],
      [0x52, 0x49, 0x46, 0x46],
      [0x42, 0x4d],
      [0x47, 0x49, 0x46, 0x38],
    ];
    for (let i = 0; i < 4000; i++) {
      const b = Uint8Array.from({ length: random(64) }, () => (random(3) === 0 ? 0xff : random(256)));
      b.set((heads[random(heads.length)] as number[]).slice(0, b.length));
      sizeIn(b);
    }
    sizeIn(new Uint8Array(1 << 20).fill(0xff));
  });

  test('shows one channel alone', () => {
    const pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(10, 20, 30, 0, 1, 2, 3, 4), exact: true };
    expect([...channel(pixels, 'g')]).toEqual([20, 20, 20, 255, 2, 2, 2, 255]);
    expect([...channel(pixels, 'a')]).toEqual([0, 0, 0, 255, 4, 4, 4, 255]);
    expect([...channel(pixels, 'rgb')]).toEqual([10, 20, 30, 255, 1, 2, 3, 255]);
    expect(colourText(Uint8ClampedArray.of(255, 230, 9, 128))).toBe('#FFE60980');
  });

  test('is fitted, zoomed around the pointer and never lost', () => {
    const picture = { width: 64, height: 32 };
    const room = { width: 400, height: 300 };
    const all = fitted(picture, room);
    expect(all.scale).toBe(5); // a whole multiple
    expect(fitted({ width: 4000, height: 10 }, room).scale).toBeCloseTo(0.092);
    for (let i = 0; i < 200; i++) {
      const view = { scale: 1 + random(8), x: random(200), y: random(200) };
      const [x, y] = [random(400), random(300)];
      const before = pixelAt(view, x, y, { width: 1e6, height: 1e6 });
      const after = zoom(view, 1 + random(8), x, y);
      expect(pixelAt(after, x, y, { width: 1e6, height: 1e6 })).toEqual(before);
    }
    const far = pan(centre(picture, room, 2), 1e6, -1e6, picture, room);
    expect(far.x).toBe(376);
    expect(far.y).toBe(-40);
    expect(pixelAt({ scale: 2, x: 10, y: 10 }, 9, 10, picture)).toBeUndefined();
    expect([step(1, true), step(1, false), step(64, true), step(0.9, true)]).toEqual([1.5, 2 / 3, 64, 1]);
    expect([scaleText(2), scaleText(0.0625)]).toEqual(['200 %', '6.3 %']);
  });

  test('may be a sheet, of which no more is shown than there is', () => {
    const picture = { width: 130, height: 64 };
    expect(cut({ width: 64, height: 32, count: 0 }, picture)).toEqual({ width: 64, height: 32, count: 4 });
    expect(cut({ width: 64, height: 32, count: 99 }, picture).count).toBe(4);
    expect(cut({ width: -5, height: Number.NaN, count: 3 }, picture)).toEqual({ width: 1, height: 1, count: 3 });
    expect(cut({ width: 1e9, height: 1e9, count: 1 }, picture)).toEqual({ width: 130, height: 64, count: 1 });
    expect(frameRect({ width: 64, height: 32, count: 4 }, picture, 3)).toEqual({ x: 64, y: 32, width: 64, height: 32 });
    expect([0, 99, 250, 500].map((t) => frameAt(2, t, 10, 4))).toEqual([2, 2, 0, 3]);
  });
});

describe('a waveform', () => {
  test('has the extremes of each stretch, whatever lies between the blocks', () => {
    const samples = Float32Array.from({ length: 5000 }, () => random(2000) / 1000 - 1);
    const peaks = new Peaks(samples);
    const out = { lo: 0, hi: 0 };
    for (let i = 0; i < 300; i++) {
      const from = random(5000);
      const to = from + 1 + random(3000);
      peaks.range(from, to, out);
      const part = samples.subarray(from, to);
      expect([out.lo, out.hi]).toEqual([Math.min(...part), Math.max(...part)]);
    }
    peaks.range(9999, 10_000, out);
    expect(out).toEqual({ lo: 0, hi: 0 });
    expect(peaks.peak).toBe(Math.max(...samples.map(Math.abs)));
  });

  test('tells levels and moments', () => {
    expect([decibels(1), decibels(0.5), decibels(0)]).toEqual(['0.0 dB', '−6.0 dB', '−∞ dB']);
    expect(new Peaks(Float32Array.of(1, -1, 1, -1)).rms).toBe(1);
    expect(new Peaks(new Float32Array(0)).rms).toBe(0);
    expect(gapFor(0.001)).toBe(0.1);
    expect(gapFor(1e9)).toBe(600);
    expect([moment(0.25, 0.01), moment(61.5, 0.1), moment(120, 60), moment(5, 1)]).toEqual([
      '0.25 s',
      '1:01.5',
      '2:00',
      '5 s',
    ]);
  });
});

describe('a font', () => {
  /** A table directory with one table. */
  function font(name: string, table: number[]): Uint8Array {
    const out = new Uint8Array(28 + table.length);
    const d = new DataView(out.buffer);
    d.setUint32(0, 0x00010000);
    d.setUint16(4, 1);
    out.set(
      [...name].map((c) => c.charCodeAt(0)),
      12,
    );
    d.setUint32(20, 28);
    d.setUint32(24, table.length);
    out.set(table, 28);
    return out;
  }
  const u16 = (...v: number[]): number[] => v.flatMap((x) => [(x >> 8) & 255, x & 255]);
  const u32 = (...v: number[]): number[] => v.flatMap((x) => u16(x >>> 16, x & 0xffff));

  test('says which characters it has, by segments', () => {
    const format4 = [
      ...u16(4, 32, 0, 4, 0, 0, 0),
      ...u16(0x43, 0xffff),
      ...u16(0),
      ...u16(0x41, 0xffff),
      ...u16(1, 1),
      ...u16(0, 0),
    ];
    expect(readFont(font('cmap', [...u16(0, 1), ...u16(3, 1), ...u32(12), ...format4]))?.characters).toEqual([
      0x41, 0x42, 0x43,
    ]);
  });

  test('and by groups, of which none is endless', () => {
    const format12 = [...u16(12, 0), ...u32(40, 0, 2), ...u32(0x1f600, 0x1f602, 1), ...u32(0, 0xffffffff, 1)];
    const { characters } = readFont(font('cmap', [...u16(0, 1), ...u16(3, 10), ...u32(12), ...format12])) as {
      characters: number[];
    };
    expect(characters.slice(0, 2)).toEqual([0, 1]);
    expect(characters.length).toBeLessThanOrEqual(200_000);
  });

  test('that is packed or none says nothing', () => {
    expect(readFont(new TextEncoder().encode('wOF2 and more than twelve bytes'))).toBeUndefined();
    expect(readFont(new Uint8Array(3))).toBeUndefined();
  });

  test('whatever bytes come, reading ends without a fault', () => {
    const table = [
      ...u16(0, 1),
      ...u16(3, 1),
      ...u32(12),
      ...u16(4, 32, 0, 4, 0, 0, 0, 0x43, 0xffff, 0, 0x41, 0xffff, 1, 1, 0, 0),
    ];
    for (const name of ['cmap', 'name', 'head', 'maxp'])
      for (let i = 0; i < 1500; i++) {
        const bytes = font(name, table);
        for (let k = random(10); k >= 0; k--) bytes[random(bytes.length)] = random(256);
        readFont(bytes.subarray(0, random(3) === 0 ? random(bytes.length) : bytes.length));
      }
  });
});

test('bytes stand sixteen to a row', () => {
  const data = new TextEncoder().encode('Hello, world!\n\u0000and');
  expect(hexOf(data, 0)).toBe('48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a 00 61');
  expect(lettersOf(data, 0)).toBe('Hello, world!··a');
  expect(hexOf(data, 1)).toHaveLength(48);
  expect(lettersOf(data, 1)).toBe('nd');
});
