import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PictureError, parsePicture, sheetBytes } from '../../src/core/picture';
import { randomFrom } from '../fixtures/random';

const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/picture.bin')));

/** The message somewhere within a buffer, as it stands behind its header on the wire. */
function view(message: Uint8Array): DataView<ArrayBuffer> {
  const buffer = new ArrayBuffer(message.length + 24);
  new Uint8Array(buffer).set(message, 24);
  return new DataView(buffer, 24);
}

function patched(at: number, value: number): DataView<ArrayBuffer> {
  const copy = bytes.slice();
  copy[at] = value;
  return view(copy);
}

describe('a picture', () => {
  it('is what Go wrote', () => {
    const picture = parsePicture(view(bytes));
    expect(picture.header).toEqual({
      whole: false,
      resting: true,
      width: 320,
      height: 180,
      fullWidth: 1280,
      fullHeight: 720,
      tick: 2 ** 33 + 7,
      encode: 1.23,
      read: 0.45,
      scale: 4,
      quality: 70,
      rate: 29.5,
    });
    expect(picture.parts.map((p) => [p.codec, p.columns, [...p.tiles], p.data.length])).toEqual([
      ['jpeg', 2, [0, 3, 14], 13],
      ['lz', 0, [], 2],
      ['solid', 1, [4, 5], 6],
    ]);
    expect([...(picture.parts[2]?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(picture.followed).toEqual([
      { id: '12', kind: 3, x: 100.5, y: -20, radius: 8 },
      { id: 'ghost', kind: 0, x: 1, y: 2, radius: 0 },
    ]);
    const sheets = picture.parts.map((p) => sheetBytes(p, picture.header));
    expect(sheets).toEqual([4 * 64 * 64 * 3, 320 * 180 * 3, 2 * 64 * 64 * 3]);
  });

  it('refuses what is cut off or too long', () => {
    for (let n = 0; n < bytes.length; n++) {
      expect(() => parsePicture(view(bytes.subarray(0, n))), `${n} bytes`).toThrow(PictureError);
    }
    expect(() => parsePicture(view(new Uint8Array([...bytes, 0])))).toThrow('1 bytes behind the message');
  });

  it.each([
    [0, 2, 'version 2'],
    [1, 8, 'flags 8'],
    [10, 32, 'tiles of 32 px'],
    [30, 4, 'no such codec: 4'],
    [31, 1, 'no such codec: 1, 1'],
    [32, 0, '0 columns for 3 tiles'],
    [32, 4, '4 columns for 3 tiles'],
    [36, 0, '0 bytes of jpeg'],
    [39, 255, 'ends early'],
    [42, 0, 'tile 0 out of place'],
    [44, 15, 'tile 15 out of place'],
  ])('refuses %i = %i', (at, value, fault) => {
    expect(() => parsePicture(patched(at, value))).toThrow(fault);
  });

  it('refuses to be larger than memory', () => {
    const copy = bytes.slice();
    copy[3] = 255;
    copy[5] = 255;
    expect(() => parsePicture(view(copy))).toThrow('picture of 65344 x 65460 px');
  });

  it('leaves out who is nowhere', () => {
    const copy = view(bytes);
    copy.setFloat32(bytes.length - 4, Number.NaN, true);
    expect(parsePicture(copy).followed.map((f) => f.id)).toEqual(['12']);
  });

  it('throws nothing else, whatever it is given', () => {
    const random = randomFrom(7);
    for (let round = 0; round < 3000; round++) {
      const copy = bytes.slice(0, bytes.length - random(3));
      for (let n = 1 + random(4); n > 0; n--) {
        copy[random(copy.length)] = random(256);
      }
      try {
        parsePicture(view(copy));
      } catch (fault) {
        expect(fault).toBeInstanceOf(PictureError);
      }
    }
  });
});
