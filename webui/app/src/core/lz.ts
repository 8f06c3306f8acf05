// Unpacks the block format of Snappy. The bytes may come from anybody: nothing is read or written
// outside of what is there, and the work is bounded by the sizes of both.

/** A block that is damaged. */
export class LzError extends Error {}

/**
 * Unpacks a block into `out`, which it must fill exactly: how large a sheet is was known before.
 * Throws an LzError when it does not.
 */
export function unpackLz(block: Uint8Array, out: Uint8Array): void {
  let from = 0;
  let to = 0;
  const byte = (): number => {
    const b = block[from++];
    if (b === undefined) throw new LzError('block ends early');
    return b;
  };
  const little = (bytes: number): number => {
    let value = 0;
    for (let i = 0, scale = 1; i < bytes; i++, scale *= 256) value += byte() * scale;
    return value;
  };

  if (varint(byte) !== out.length) throw new LzError('block is of another size');
  while (from < block.length) {
    const tag = byte();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const length = 1 + (short < 60 ? short : little(short - 59));
      if (length > block.length - from) throw new LzError('block ends early');
      if (length > out.length - to) throw new LzError('block holds too much');
      if (length > 32) out.set(block.subarray(from, from + length), to);
      else for (let i = 0; i < length; i++) out[to + i] = block[from + i] as number;
      from += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const offset = kind === 1 ? (tag >> 5) * 256 + byte() : little(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > to) throw new LzError('block refers to what is before it');
    if (length > out.length - to) throw new LzError('block holds too much');
    // Byte by byte, because what is copied may be what this very copy writes.
    for (const end = to + length; to < end; to++) out[to] = out[to - offset] as number;
  }
  if (to !== out.length) throw new LzError('block holds too little');
}

/** Takes a number of 7 bits to the byte, at most 32 bits. */
function varint(byte: () => number): number {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    const b = byte();
    value += (b & 127) * scale;
    if (b < 128) return value;
  }
  throw new LzError('size of the block is no number');
}

/** Makes opaque RGBA, as a canvas takes it, of RGB. `rgba` has four bytes for each three. */
export function widenRgb(rgb: Uint8Array, rgba: Uint8ClampedArray): void {
  for (let i = 0, o = 0; i < rgb.length; i += 3, o += 4) {
    rgba[o] = rgb[i] as number;
    rgba[o + 1] = rgb[i + 1] as number;
    rgba[o + 2] = rgb[i + 2] as number;
    rgba[o + 3] = 255;
  }
}
