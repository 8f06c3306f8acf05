// Takes apart a message that shows the game's screen: a header, parts, and the entities that are
// followed. The bytes may come from anybody, so what does not add up is a PictureError.

/** A message that is no picture. */
export class PictureError extends Error {}

/** How the pixels of a part are encoded: baseline JPEG, RGB in the block format of Snappy, or one RGB for each tile. */
export type Codec = 'jpeg' | 'lz' | 'solid';

/** What stands before the parts. */
export interface PictureHeader {
  /** Nothing that was sent before shows through. */
  whole: boolean;
  /** Nothing moves, and with this message the picture is exact. */
  resting: boolean;
  /** Of this picture, in pixels. */
  width: number;
  height: number;
  /** Of the display that it was made of. */
  fullWidth: number;
  fullHeight: number;
  /** The last that was simulated before it was drawn. */
  tick: number;
  /** ms that encoding took */
  encode: number;
  /** ms that reading the screen took */
  read: number;
  /** The display was shrunk by this: 1, 2 or 4. */
  scale: number;
  /** Of JPEG, 1..100. */
  quality: number;
  /** Pictures a second that are granted. */
  rate: number;
}

/**
 * A sheet of tiles in one codec. Tiles stand in it from left to right and from top to bottom; one
 * at the edge of the picture is padded by its last pixels.
 */
export interface PicturePart {
  codec: Codec;
  /** Of the sheet, in tiles; 0 without tiles. */
  columns: number;
  /** Ascending, row by row of the picture. Empty when the sheet is the whole picture, not padded. */
  tiles: Uint16Array;
  /** A view into the message. */
  data: Uint8Array<ArrayBuffer>;
}

/** An entity that is followed, in pixels of the display. */
export interface Followed {
  id: string;
  /** Index in the kinds of the world. */
  kind: number;
  x: number;
  y: number;
  radius: number;
}

/** A message that was taken apart. */
export interface Picture {
  header: PictureHeader;
  parts: PicturePart[];
  followed: Followed[];
}

/** The width and the height of a tile, in pixels. */
export const tileSize = 64;

/** Pixels of a picture. A message of a few bytes must not have the page take gigabytes. */
export const mostPixels = 1 << 26;

const headerSize = 30;
const partHeader = 10;
const codecs: readonly (Codec | undefined)[] = [undefined, 'jpeg', 'lz', 'solid'];
const wholeFlag = 1;
const restingFlag = 2;
const followedFlag = 4;

/** Takes a message apart. Throws a PictureError when it does not add up. */
export function parsePicture(message: DataView<ArrayBuffer>): Picture {
  const reader = new Reader(message);
  reader.need(headerSize);
  const version = reader.u8();
  if (version !== 1) throw new PictureError(`version ${version}, not 1`);
  const flags = reader.u8();
  if (flags >= 2 * followedFlag) throw new PictureError(`flags ${flags}`);
  const header: PictureHeader = {
    whole: (flags & wholeFlag) !== 0,
    resting: (flags & restingFlag) !== 0,
    width: reader.u16(),
    height: reader.u16(),
    fullWidth: reader.u16(),
    fullHeight: reader.u16(),
    ...takeRest(reader),
  };
  if (header.width === 0 || header.height === 0 || header.width * header.height > mostPixels) {
    throw new PictureError(`picture of ${header.width} x ${header.height} px`);
  }
  const count = reader.u16();
  const parts: PicturePart[] = [];
  for (let i = 0; i < count; i++) parts.push(takePart(reader, header));
  const followed = (flags & followedFlag) !== 0 ? takeFollowed(reader) : [];
  reader.end();
  return { header, parts, followed };
}

/** How many bytes of RGB the sheet of a part has. */
export function sheetBytes(part: PicturePart, header: PictureHeader): number {
  if (part.tiles.length === 0) return 3 * header.width * header.height;
  return 3 * tileSize * tileSize * part.columns * Math.ceil(part.tiles.length / part.columns);
}

function takeRest(reader: Reader) {
  const tile = reader.u16();
  if (tile !== tileSize) throw new PictureError(`tiles of ${tile} px, not ${tileSize}`);
  return {
    tick: reader.u32() + reader.u32() * 2 ** 32,
    encode: reader.u16() / 100,
    read: reader.u16() / 100,
    scale: reader.u8(),
    quality: reader.u8(),
    rate: reader.u16() / 10,
  };
}

function takePart(reader: Reader, header: PictureHeader): PicturePart {
  reader.need(partHeader);
  const number = reader.u8();
  const codec = codecs[number];
  const reserved = reader.u8();
  const columns = reader.u16();
  const count = reader.u16();
  const size = reader.u32();
  if (codec === undefined || reserved !== 0) throw new PictureError(`no such codec: ${number}, ${reserved}`);
  if (count === 0 ? columns !== 0 : columns === 0 || columns > count) {
    throw new PictureError(`${columns} columns for ${count} tiles`);
  }
  if (size === 0 || (codec === 'solid' && size !== 3 * Math.max(count, 1))) {
    throw new PictureError(`${size} bytes of ${codec} for ${count} tiles`);
  }
  const all = Math.ceil(header.width / tileSize) * Math.ceil(header.height / tileSize);
  reader.need(2 * count + size);
  const tiles = new Uint16Array(count);
  let next = 0; // the least that may come
  for (let i = 0; i < count; i++) {
    const tile = reader.u16();
    if (tile < next || tile >= all) throw new PictureError(`tile ${tile} out of place`);
    tiles[i] = tile;
    next = tile + 1;
  }
  return { codec, columns, tiles, data: reader.bytes(size) };
}

function takeFollowed(reader: Reader): Followed[] {
  const followed: Followed[] = [];
  const utf8 = new TextDecoder();
  for (let n = reader.u16(); n > 0; n--) {
    const id = utf8.decode(reader.bytes(reader.u8()));
    const entity = { id, kind: reader.u8(), x: reader.f32(), y: reader.f32(), radius: reader.f32() };
    // What is at no place cannot be drawn.
    if (Number.isFinite(entity.x + entity.y + entity.radius)) followed.push(entity);
  }
  return followed;
}

/** Takes numbers from the front of a message, little-endian, and never from behind its end. */
class Reader {
  private readonly view: DataView<ArrayBuffer>;
  private at = 0;

  constructor(view: DataView<ArrayBuffer>) {
    this.view = view;
  }

  need(bytes: number): void {
    if (bytes > this.view.byteLength - this.at) throw new PictureError('message ends early');
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  f32(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.take(count), count);
  }

  end(): void {
    const left = this.view.byteLength - this.at;
    if (left > 0) throw new PictureError(`${left} bytes behind the message`);
  }

  private take(bytes: number): number {
    this.need(bytes);
    const at = this.at;
    this.at += bytes;
    return at;
  }
}
