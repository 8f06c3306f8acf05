import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LzError, unpackLz, widenRgb } from '../../src/core/lz';
import { randomFrom } from '../fixtures/random';

interface Vector {
  block: Uint8Array;
  /** Bytes of what is in it. */
  size: number;
  /** FNV-1a of that */
  hash: number;
}

/** What Go wrote: for each block its size, the size and the hash of what it holds, and the block. */
const vectors = (() => {
  const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/lz.bin')));
  const view = new DataView(bytes.buffer);
  const list: Vector[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true);
    const block = bytes.subarray(at + 12, at + 12 + length);
    list.push({ block, size: view.getUint32(at + 4, true), hash: view.getUint32(at + 8, true) });
    at += 12 + length;
  }
  return list;
})();

function fnv(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const b of bytes) hash = Math.imul(hash ^ b, 0x01000193);
  return hash >>> 0;
}

describe('a block', () => {
  it('holds what Go put into it', () => {
    expect(vectors.length).toBeGreaterThan(10);
    for (const { block, size, hash } of vectors) {
      const out = new Uint8Array(size);
      unpackLz(block, out);
      expect(fnv(out)).toBe(hash);
    }
  });

  it('must be as large as it should be, and whole', () => {
    for (const { block, size } of vectors) {
      expect(() => unpackLz(block, new Uint8Array(size + 1))).toThrow(LzError);
      const out = new Uint8Array(size);
      for (let n = 0; n < Math.min(block.length, 500); n++) {
        expect(() => unpackLz(block.subarray(0, n), out)).toThrow(LzError);
      }
      expect(() => unpackLz(new Uint8Array([...block, 0, 0]), out)).toThrow(LzError);
    }
  });

  it.each([
    ['an offset of nothing', [4, 0, 97, 10, 0, 0]],
    ['what is before the beginning', [4, 0, 97, 10, 2, 0]],
    ['more than was said', [4, 0, 97, 14, 1, 0]],
    ['an offset of 2 GB', [4, 0, 97, 11, 1, 0, 0, 128]],
    ['a literal of 4 GB', [4, 252, 255, 255, 255, 255, 97]],
    ['a size without an end', [132, 128, 128, 128, 128, 128, 0]],
  ])('may lie about %s', (_, bytes) => {
    expect(() => unpackLz(new Uint8Array(bytes), new Uint8Array(4))).toThrow(LzError);
  });

  it('throws nothing else, and writes nowhere else, whatever it is given', () => {
    const random = randomFrom(3);
    const small = vectors.filter((v) => v.block.length < 2000 && v.size > 0);
    for (let round = 0; round < 5000; round++) {
      const { block, size } = small[random(small.length)] as Vector;
      const copy = block.slice();
      for (let n = 1 + random(4); n > 0; n--) copy[random(copy.length)] = random(256);
      const memory = new Uint8Array(size + 16).fill(0xa5);
      try {
        unpackLz(copy, memory.subarray(8, 8 + size));
      } catch (fault) {
        expect(fault).toBeInstanceOf(LzError);
      }
      expect(memory.subarray(0, 8).every((b) => b === 0xa5) && memory.subarray(8 + size).every((b) => b === 0xa5)).toBe(
        true,
      );
    }
  });
});

it('RGB becomes what a canvas takes', () => {
  const rgba = new Uint8ClampedArray(8);
  widenRgb(new Uint8Array([1, 2, 3, 4, 5, 6]), rgba);
  expect([...rgba]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
});
