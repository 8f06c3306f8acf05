// PNG (W3C Recommendation, third edition), as far as pictures of games need it: 8 bits a sample, not interlaced.

import { join, pack, unpack } from './bytes.js';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Samples of a pixel by color type, section 11.2.1. */
const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const maxPixels = 1 << 26;

/**
 * A picture in memory: four bytes a pixel, red, green, blue, alpha; not premultiplied.
 * @typedef {{width: number, height: number, data: Uint8Array | Uint8ClampedArray}} Pixels
 */

/** @param {Uint8Array} file @returns {Promise<Pixels>} */
export async function decode(file) {
  if (!signature.every((b, i) => file[i] === b)) throw new Error('this is no PNG');
  let head;
  let palette;
  let clear = new Uint8Array(0);
  const packed = [];
  for (const { type, data } of chunks(file)) {
    if (type === 'IHDR') head = header(data);
    else if (type === 'PLTE') palette = data;
    else if (type === 'tRNS') clear = data;
    else if (type === 'IDAT') packed.push(data);
  }
  if (!head || packed.length === 0) throw new Error('the PNG has no picture');
  const stride = head.width * samples[head.type];
  const rows = await unpack(join(packed), 'deflate', (stride + 1) * head.height);
  if (rows.length < (stride + 1) * head.height) throw new Error('the PNG ends in its middle');
  return expand(head, unfilter(rows, stride, samples[head.type], head.height), palette, clear);
}

function* chunks(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 8; at + 12 <= file.length; ) {
    const size = view.getUint32(at);
    const end = at + 8 + size;
    if (end + 4 > file.length) throw new Error('the PNG ends in its middle');
    if (view.getUint32(end) !== crc(file.subarray(at + 4, end)))
      throw new Error('the PNG is damaged: a checksum is wrong');
    yield { type: String.fromCharCode(...file.subarray(at + 4, at + 8)), data: file.subarray(at + 8, end) };
    at = end + 4;
  }
}

function header(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height, depth, type, interlace] = [view.getUint32(0), view.getUint32(4), data[8], data[9], data[12]];
  if (depth !== 8 || !(type in samples) || interlace !== 0) {
    throw new Error(
      `a PNG of ${depth} bits, color type ${type}${interlace ? ', interlaced' : ''} cannot be read here; save it with 8 bits, not interlaced`,
    );
  }
  if (width === 0 || height === 0 || width * height > maxPixels)
    throw new Error(`a PNG of ${width} x ${height} pixels`);
  return { width, height, type };
}

/** Takes the filters off, section 9. */
function unfilter(rows, stride, step, height) {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let i = 0; i < stride; i++) {
      const left = i >= step ? out[to + i - step] : 0;
      const up = y > 0 ? out[to + i - stride] : 0;
      const corner = i >= step && y > 0 ? out[to + i - stride - step] : 0;
      out[to + i] = rows[from + i] + predict(filter, left, up, corner);
    }
  }
  return out;
}

function predict(filter, left, up, corner) {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, corner);
  }
  throw new Error(`the PNG has a filter ${filter}, which there is not`);
}

/** Section 9.4: the neighbour that is nearest to left + up - corner. */
function paeth(left, up, corner) {
  const p = left + up - corner;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** Makes red, green, blue and alpha of what the color type has. */
function expand({ width, height, type }, raw, palette, clear) {
  const data = new Uint8Array(width * height * 4);
  const step = samples[type];
  for (let i = 0, from = 0; i < data.length; i += 4, from += step) {
    let [r, g, b, a] = [raw[from], raw[from + 1], raw[from + 2], 255];
    if (type === 0 || type === 4) [g, b, a] = [r, r, type === 4 ? raw[from + 1] : 255];
    if (type === 6) a = raw[from + 3];
    if (type === 3) {
      if (!palette || 3 * r + 2 >= palette.length) throw new Error('the PNG names a color that its palette has not');
      a = clear[r] ?? 255;
      [r, g, b] = [palette[3 * r], palette[3 * r + 1], palette[3 * r + 2]];
    }
    data[i] = r;
    data[i + 1] = g;
    data[i + 2] = b;
    data[i + 3] = a;
  }
  return { width, height, data };
}

/** @param {Pixels} pixels @returns {Promise<Uint8Array>} the file; without alpha where all of it is opaque */
export async function encode({ width, height, data }) {
  let opaque = true;
  for (let i = 3; i < data.length; i += 4) opaque &&= data[i] === 255;
  const step = opaque ? 3 : 4;
  const stride = width * step;
  const rows = new Uint8Array((stride + 1) * height);
  const line = new Uint8Array(stride);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = 4 * y * width; x < stride; x += step, i += 4) {
      for (let k = 0; k < step; k++) line[x + k] = data[i + k];
    }
    // One filter for all: of drawn pictures Paeth's makes the smallest files nearly always.
    const at = y * (stride + 1);
    rows[at] = 4;
    for (let i = 0; i < stride; i++) {
      const left = i >= step ? line[i - step] : 0;
      rows[at + 1 + i] = line[i] - paeth(left, above[i], i >= step ? above[i - step] : 0);
    }
    above = line.slice();
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, opaque ? 2 : 6, 0, 0, 0], 8);
  return join([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', await pack(rows, 'deflate')),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type, data) {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(data.length + 8, crc(out.subarray(4, data.length + 8)));
  return out;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of a chunk, annex D. */
function crc(bytes) {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = crcTable[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
