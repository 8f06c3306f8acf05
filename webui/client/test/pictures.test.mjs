// Pictures: the codec, the comparison, and what is kept.

import assert from 'node:assert/strict';
import { describe as group, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { toBase64 } from '../driver/bytes.js';
import { read } from '../driver/capture.js';
import { compare } from '../driver/pixels.js';
import { decode, encode } from '../driver/png.js';
import { expect, test } from '../test.js';
import { drive } from './harness/drive.mjs';
import { FakeGame } from './harness/fakegame.mjs';

/** A picture whose pixels a function gives. */
function picture(width, height, color) {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(color(x, y), 4 * (y * width + x));
  }
  return { width, height, data };
}

const noise = (alpha) =>
  picture(61, 43, (x, y) => [(x * 7 + y * 3) & 255, (x * y) & 255, (x ^ y) & 255, alpha ? (x * 5) & 255 : 255]);

group('PNG', () => {
  it('comes back as it was, with and without alpha', async () => {
    for (const alpha of [false, true]) {
      const file = await encode(noise(alpha));
      assert.equal(file[25], alpha ? 6 : 2, 'color type');
      assert.deepEqual(await decode(file), noise(alpha));
    }
  });

  it('is read with every filter and color type', async () => {
    const raw = Buffer.from([0, 10, 20, 30, 40, 1, 5, 5, 5, 5, 2, 1, 1, 1, 1, 3, 8, 8, 8, 8, 4, 2, 2, 2, 2]);
    const rows = [
      [10, 20, 30, 40],
      [5, 10, 15, 20],
      [6, 11, 16, 21],
      [11, 19, 25, 31],
      [13, 21, 27, 33],
    ];
    const grey = await decode(make(4, 5, 0, raw));
    assert.deepEqual(
      rows.flat(),
      [...grey.data].filter((_, i) => i % 4 === 0),
    );
    const palette = await decode(
      make(2, 1, 3, Buffer.from([0, 1, 0]), { PLTE: Buffer.from([1, 2, 3, 4, 5, 6]), tRNS: Buffer.from([9]) }),
    );
    assert.deepEqual([...palette.data], [4, 5, 6, 255, 1, 2, 3, 9]);
    const both = await decode(make(1, 1, 4, Buffer.from([0, 7, 8])));
    assert.deepEqual([...both.data], [7, 7, 7, 8]);
  });

  it('is refused when it is damaged, cut, or of another kind', async () => {
    const file = await encode(noise(false));
    await assert.rejects(decode(file.slice(0, 100)), /middle/);
    await assert.rejects(decode(new Uint8Array(50)), /no PNG/);
    const wrong = file.slice();
    wrong[60] ^= 1;
    await assert.rejects(decode(wrong), /checksum/);
    await assert.rejects(decode(make(4, 4, 0, Buffer.alloc(5))), /middle/);
    await assert.rejects(decode(make(1, 1, 0, Buffer.alloc(3000))), /more than 2 bytes/);
    await assert.rejects(decode(make(1, 1, 3, Buffer.from([0, 5]), { PLTE: Buffer.alloc(3) })), /palette/);
  });
});

/** A file of unfiltered rows, with chunks that are made here. */
function make(width, height, type, rows, more = {}) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, type], 8);
  const all = { IHDR: head, ...more, IDAT: deflateSync(rows), IEND: Buffer.alloc(0) };
  const parts = [Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])];
  for (const [name, data] of Object.entries(all)) {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
    chunk.writeUInt32BE(data.length, 0);
    chunk.writeUInt32BE(crc(chunk.subarray(4, -4)), chunk.length - 4);
    parts.push(chunk);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

group('the comparison', () => {
  const flat = (r, g, b) => picture(8, 8, () => [r, g, b, 255]);

  it('sees brightness more than hue, and by the threshold', () => {
    const differ = (a, b, options) => compare(a, b, options).differ;
    assert.equal(differ(flat(100, 100, 100), flat(100, 100, 100)), 0);
    assert.equal(differ(flat(100, 100, 100), flat(108, 108, 108)), 0);
    assert.equal(differ(flat(100, 100, 100), flat(160, 160, 160)), 64);
    assert.equal(differ(flat(100, 100, 100), flat(108, 108, 108), { threshold: 0.02 }), 64);
    assert.equal(differ(flat(100, 100, 100), flat(100, 100, 125)), 0, 'blue is seen least');
    assert.equal(differ(flat(100, 100, 100), flat(100, 140, 100)), 64);
    assert.equal(differ(flat(0, 0, 0), flat(255, 255, 255), { threshold: 1 }), 0, 'nothing is farther apart');
    assert.equal(differ(flat(0, 0, 0), flat(255, 255, 255), { threshold: 0.96 }), 64);
  });

  it('counts pixels that smooth an edge only when it is told to', () => {
    // A slanted edge, smoothed in one picture and not in the other.
    const edge = (soft) =>
      picture(40, 40, (x, y) => {
        const far = x - y / 3 - 12.3;
        const v = soft ? 255 * Math.min(1, Math.max(0, far + 0.5)) : far > 0 ? 255 : 0;
        return [v, v, v, 255];
      });
    const strict = compare(edge(false), edge(true), { antialias: true }).differ;
    const loose = compare(edge(false), edge(true)).differ;
    assert.ok(strict >= 20, `${strict} pixels`);
    assert.ok(loose <= strict / 10, `${loose} of ${strict} are left`);
  });

  it('leaves masked rectangles out, and paints what differs', () => {
    const b = flat(0, 0, 0);
    b.data.set([255, 255, 255, 255], 4 * (3 * 8 + 2));
    const { differ, diff } = compare(flat(0, 0, 0), b, { antialias: true });
    assert.equal(differ, 1);
    assert.deepEqual([...diff.data.subarray(4 * 26, 4 * 26 + 3)], [230, 20, 40]);
    assert.equal(compare(flat(0, 0, 0), b, { antialias: true, mask: [{ x: 2, y: 3, width: 1, height: 1 }] }).differ, 0);
    assert.throws(
      () =>
        compare(
          flat(0, 0, 0),
          picture(2, 2, () => [0, 0, 0, 0]),
        ),
      /same size/,
    );
  });
});

group('toMatchImage', () => {
  const shows = async (pixels) => {
    const data = toBase64(await encode(pixels));
    return new FakeGame((g) => {
      g['display.screenshot'] = () => ({
        frame: g.frame,
        tick: g.tick,
        width: pixels.width,
        height: pixels.height,
        mediaType: 'image/png',
        data,
      });
    });
  };
  const look = (options) => () => test('looks', ({ display }) => expect(display).toMatchImage('scene.png', options));

  it('keeps a picture with update, and compares with it then', async () => {
    const { tests, files } = await drive(look(), { game: await shows(noise(false)) });
    assert.match(tests[0].errors[0].message, /there is no picture a\/expected\/scene.png yet: run with --update/);
    assert.ok(tests[0].errors[0].image.actual instanceof Uint8Array);
    const kept = await drive(look(), { game: await shows(noise(false)), update: true });
    assert.deepEqual(kept.tests[0].errors, []);
    const read = async (name) => kept.files.get(name) ?? null;
    assert.equal((await drive(look(), { game: await shows(noise(false)), host: { read } })).sum.pass, 1);
    assert.ok(files.size > 0);
  });

  it('shows three pictures of a difference, in the event and in the file', async () => {
    const other = noise(false);
    other.data.fill(255, 0, 400);
    const expected = await encode(noise(false));
    const host = { read: async () => expected };
    const { tests, files } = await drive(look(), { game: await shows(other), host });
    const [error] = tests[0].errors;
    assert.match(error.message, /pixels of 2623 differ \(\d\.\d+ %\), and 0 may/);
    assert.deepEqual(error.image.expected, expected);
    assert.equal((await decode(error.image.diff)).width, 61);
    const { test: record } = await read(files.get(tests[0].trace));
    assert.equal(record.errors[0].image.diff, toBase64(error.image.diff));
    assert.ok(record.screenshot.length > 100);
    assert.equal((await drive(look({ maxDiffPixels: 100 }), { game: await shows(other), host })).sum.pass, 1);
    assert.equal((await drive(look({ maxDiffRatio: 0.001 }), { game: await shows(other), host })).sum.fail, 1);
  });

  it('takes no name that leads elsewhere', async () => {
    const bad = () => test('looks', ({ display }) => expect(display).toMatchImage('../scene.png'));
    const { tests } = await drive(bad, { game: await shows(noise(false)) });
    assert.match(tests[0].errors[0].message, /a picture's name is like bloom.png/);
  });
});
