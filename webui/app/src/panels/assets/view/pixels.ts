// A file becomes pixels. Its size is looked at before the browser decodes it; the colours are read
// without being multiplied by alpha, so that a channel that hides behind alpha can be looked at.

import type { Bytes } from '../transfer';
import { Undecodable } from '../views';

/** The bytes red, green, blue, alpha of every pixel, rows from the top. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
  /** False: the browser multiplied the colours by alpha and back. */
  exact: boolean;
}

/** More are not decoded: it would take a gigabyte. */
export const mostPixels = 64 << 20;

const most = 1 << 15; // px, side of a canvas

/** The size that a file says it has, for the formats that browsers know; undefined where it does not say. */
export function sizeIn(b: Uint8Array): { width: number; height: number } | undefined {
  const d = new DataView(b.buffer, b.byteOffset, b.byteLength);
  if (b.length >= 24 && d.getUint32(0) === 0x89504e47) return { width: d.getUint32(16), height: d.getUint32(20) };
  if (b.length >= 10 && d.getUint32(0) === 0x47494638)
    return { width: d.getUint16(6, true), height: d.getUint16(8, true) };
  if (b.length >= 26 && d.getUint16(0) === 0x424d)
    return { width: d.getInt32(18, true), height: Math.abs(d.getInt32(22, true)) };
  if (b.length >= 30 && d.getUint32(0) === 0x52494646 && d.getUint32(8) === 0x57454250) return webp(d);
  if (b.length >= 4 && d.getUint16(0) === 0xffd8) return jpeg(d);
  return undefined;
}

function webp(d: DataView): { width: number; height: number } | undefined {
  const at24 = (at: number): number => d.getUint16(at, true) | (d.getUint8(at + 2) << 16);
  switch (d.getUint32(12)) {
    case 0x56503858: // VP8X
      return { width: at24(24) + 1, height: at24(27) + 1 };
    case 0x56503820: // VP8, lossy
      return { width: d.getUint16(26, true) & 0x3fff, height: d.getUint16(28, true) & 0x3fff };
    case 0x5650384c: {
      const bits = d.getUint32(21, true); // VP8L
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return undefined;
  }
}

// Segments of JPEG: the size stands in the frame header, which is one of SOF0..SOF15 without DHT, JPG, DAC.
function jpeg(d: DataView): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 <= d.byteLength) {
    if (d.getUint8(at) !== 0xff) return undefined;
    const mark = d.getUint8(at + 1);
    if (mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc)
      return { width: d.getUint16(at + 7), height: d.getUint16(at + 5) };
    at += mark === 0xff ? 1 : 2 + d.getUint16(at + 2);
  }
  return undefined;
}

/** Decodes a file. Throws Undecodable with words for the person. */
export async function decode({ data, mediaType }: Bytes): Promise<Pixels> {
  const size = sizeIn(data);
  if (size !== undefined) bound(size.width, size.height);
  const blob = new Blob([data], { type: mediaType });
  if (/^image\/svg/.test(mediaType)) return fromPicture(blob);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  } catch {
    throw new Undecodable(
      `This browser does not decode it (${mediaType}${data.length === 0 ? ', no bytes' : ''}): its format is another, or the file is broken.`,
    );
  }
  try {
    bound(bitmap.width, bitmap.height);
    return exactly(bitmap) ?? drawn(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

function bound(width: number, height: number): void {
  if (width > most || height > most || width * height > mostPixels)
    throw new Undecodable(`It says that it has ${width} × ${height} pixels: more than this page decodes.`);
}

// A drawing has no pixels of its own; <img> runs none of its scripts and fetches nothing for it.
async function fromPicture(blob: Blob): Promise<Pixels> {
  const address = URL.createObjectURL(blob);
  const image = new Image();
  try {
    image.src = address;
    await image.decode();
    const width = image.naturalWidth || 512;
    const height = image.naturalHeight || 512;
    bound(width, height);
    return drawn(image, width, height);
  } catch (fault) {
    if (fault instanceof Undecodable) throw fault;
    throw new Undecodable('This browser cannot draw the SVG: it is broken, or it shows foreign content.');
  } finally {
    URL.revokeObjectURL(address);
  }
}

function drawn(source: CanvasImageSource, width: number, height: number): Pixels {
  const canvas = new OffscreenCanvas(width, height);
  const paint = canvas.getContext('2d', { willReadFrequently: true });
  if (paint === null) throw new Undecodable('This browser gives no canvas of that size.');
  paint.drawImage(source, 0, 0, width, height);
  return { width, height, data: paint.getImageData(0, 0, width, height).data as Pixels['data'], exact: false };
}

// WebGL takes the colours as they are; a canvas in two dimensions loses them where alpha is small.
function exactly(bitmap: ImageBitmap): Pixels | undefined {
  const { width, height } = bitmap;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl', { antialias: false, depth: false });
  if (gl === null) return undefined;
  try {
    if (Math.max(width, height) > (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number)) return undefined;
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, currentTexture(gl), 0);
    if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) return undefined;
    const data = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    return gl.getError() === 0 ? { width, height, data: new Uint8ClampedArray(data.buffer), exact: true } : undefined;
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function currentTexture(gl: WebGLRenderingContext): WebGLTexture {
  return gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture;
}

export type Channel = 'rgba' | 'rgb' | 'r' | 'g' | 'b' | 'a';

/** The pixels as one channel shows them: one alone is grey, colours without alpha are opaque. */
export function channel({ data }: Pixels, which: Channel): Uint8ClampedArray<ArrayBuffer> {
  if (which === 'rgba') return data;
  const out = new Uint8ClampedArray(data.length);
  const at = 'rgba'.indexOf(which);
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c++) out[i + c] = data[i + (which === 'rgb' ? c : at)] as number;
    out[i + 3] = 255;
  }
  return out;
}

/** A canvas that shows them. */
export function canvasOf(pixels: Pixels, which: Channel): OffscreenCanvas {
  const canvas = new OffscreenCanvas(pixels.width, pixels.height);
  canvas.getContext('2d')?.putImageData(new ImageData(channel(pixels, which), pixels.width, pixels.height), 0, 0);
  return canvas;
}

/** A pixel as the foot of the viewer tells it. */
export function colourText([r = 0, g = 0, b = 0, a = 0]: ArrayLike<number> & Iterable<number>): string {
  const hex = [r, g, b, a].map((v) => v.toString(16).padStart(2, '0')).join('');
  return `#${hex.toUpperCase()}`;
}
