// From the parts of a picture to what a canvas draws, and the drawing. JPEG is decoded by the browser,
// which does that beside the page's own thread; LZ is unpacked here.

import { unpackLz, widenRgb } from '../../core/lz';
import { type Picture, type PicturePart, sheetBytes, tileSize } from '../../core/picture';

/** A sheet of tiles whose pixels are there. */
export interface Sheet {
  part: PicturePart;
  /** Undefined for tiles of one colour. */
  pixels: ImageBitmap | ImageData | undefined;
}

/** Decodes all parts. */
export function decodeParts({ header, parts }: Picture): Promise<Sheet[]> {
  return Promise.all(
    parts.map(async (part): Promise<Sheet> => {
      if (part.codec === 'solid') return { part, pixels: undefined };
      if (part.codec === 'jpeg') {
        const file = new Blob([part.data], { type: 'image/jpeg' });
        // Colours are the game's: no profile of a screen may change them.
        return { part, pixels: await createImageBitmap(file, { colorSpaceConversion: 'none' }) };
      }
      const rgb = new Uint8Array(sheetBytes(part, header));
      unpackLz(part.data, rgb);
      const width = part.tiles.length === 0 ? header.width : part.columns * tileSize;
      const pixels = new ImageData(width, rgb.length / 3 / width);
      widenRgb(rgb, pixels.data);
      return { part, pixels };
    }),
  );
}

/** Frees what the browser holds of pictures. */
export function dropSheets(sheets: readonly Sheet[]): void {
  for (const { pixels } of sheets) if (pixels instanceof ImageBitmap) pixels.close();
}

/** Draws a picture over the one before. The canvas takes its size. */
export function drawPicture(c: CanvasRenderingContext2D, { header }: Picture, sheets: readonly Sheet[]): void {
  const { canvas } = c;
  if (canvas.width !== header.width || canvas.height !== header.height) {
    canvas.width = header.width;
    canvas.height = header.height;
  }
  const across = Math.ceil(header.width / tileSize);
  for (const sheet of sheets) drawSheet(c, sheet, across);
}

function drawSheet(c: CanvasRenderingContext2D, { part, pixels }: Sheet, across: number): void {
  const { tiles, columns, data } = part;
  if (tiles.length === 0) {
    if (pixels instanceof ImageData) c.putImageData(pixels, 0, 0);
    else if (pixels !== undefined) c.drawImage(pixels, 0, 0);
    else solid(c, data, 0, 0, 0, c.canvas.width, c.canvas.height);
    return;
  }
  for (let i = 0; i < tiles.length; i++) {
    const tile = tiles[i] as number;
    const x = (tile % across) * tileSize;
    const y = Math.floor(tile / across) * tileSize;
    const sx = (i % columns) * tileSize;
    const sy = Math.floor(i / columns) * tileSize;
    // What hangs over the edge of the picture is cut off by the canvas.
    if (pixels instanceof ImageData) c.putImageData(pixels, x - sx, y - sy, sx, sy, tileSize, tileSize);
    else if (pixels === undefined) solid(c, data, i, x, y, tileSize, tileSize);
    else c.drawImage(pixels, sx, sy, tileSize, tileSize, x, y, tileSize, tileSize);
  }
}

function solid(
  c: CanvasRenderingContext2D,
  rgb: Uint8Array,
  i: number,
  x: number,
  y: number,
  w: number,
  h: number,
): void {
  c.fillStyle = `rgb(${rgb[3 * i]} ${rgb[3 * i + 1]} ${rgb[3 * i + 2]})`;
  c.fillRect(x, y, w, h);
}
