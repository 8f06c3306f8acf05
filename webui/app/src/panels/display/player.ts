// Pictures of a capture, gone through by hand. A picture may be drawn over any before it; of those
// only the ones that still show are decoded, so that going back is as quick as going on.

import { type Picture, parsePicture, tileSize } from '../../core/picture';
import type { Meta } from '../../core/rpc';
import { decodeParts, dropSheets, type Sheet } from './decode';

/** A picture of the file. */
export interface Kept {
  picture: Picture;
  meta: Meta;
  bytes: number;
}

/** Which pictures must be drawn, in their order, so that the one at `to` stands over what is drawn at `from` (-1: nothing). */
export function chain(list: readonly Kept[], from: number, to: number): number[] {
  const last = list[to];
  if (last === undefined) return [];
  const { width, height } = last.picture.header;
  const missing = new Set<number>();
  const all = Math.ceil(width / tileSize) * Math.ceil(height / tileSize);
  for (let i = 0; i < all; i++) missing.add(i);
  const out: number[] = [];
  for (let i = to; i > (from < to ? from : -1) && missing.size > 0; i--) {
    const { header, parts } = (list[i] as Kept).picture;
    if (header.width !== width || header.height !== height) break;
    let shows = false;
    for (const { tiles } of parts) {
      if (tiles.length === 0) {
        shows ||= missing.size > 0;
        missing.clear();
      } else for (const tile of tiles) if (missing.delete(tile)) shows = true;
    }
    if (shows) out.push(i);
    if (header.whole) break;
  }
  return out.reverse();
}

export interface PlayerPorts {
  draw(picture: Picture, sheets: readonly Sheet[]): void;
  /** The picture at an index stands. */
  stands(kept: Kept, index: number): void;
}

/** Holds the pictures and draws the one that is wanted. Of those of one frame, the last: they come in pieces where the line is slow. */
export class Player {
  private readonly pieces: Kept[] = [];
  private readonly ends: number[] = []; // of the frames: indices of their last pieces
  /** What is drawn, counted in frames; -1 for nothing. */
  at = -1;
  /** What is to be. */
  wanted = -1;
  private drawn = -1; // the piece
  private busy = false;
  private readonly ports: PlayerPorts;

  constructor(ports: PlayerPorts) {
    this.ports = ports;
  }

  /** Takes a message of the file; one that is no picture is left out. */
  take(payload: DataView<ArrayBuffer>, meta: Meta): void {
    try {
      const picture = parsePicture(payload);
      if (this.pieces.at(-1)?.meta.frame === meta.frame) this.ends.pop();
      this.ends.push(this.pieces.length);
      this.pieces.push({ picture, meta, bytes: payload.buffer.byteLength });
    } catch {
      // The file may hold anything.
    }
  }

  /** How many frames there are. */
  get length(): number {
    return this.ends.length;
  }

  /** The picture of a frame, whole by then. */
  of(index: number): Kept | undefined {
    return this.pieces[this.ends[index] ?? -1];
  }

  /** Shows a picture; of several asked for in a row, the last. */
  show(index: number): void {
    this.wanted = Math.min(Math.max(0, index), this.length - 1);
    if (!this.busy) void this.work();
  }

  /** The index of the last picture at or before a frame. */
  indexOf(frame: number): number {
    let lo = 0;
    let hi = this.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if ((this.of(mid) as Kept).meta.frame <= frame) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  // The last piece of what is wanted; while a file is read, more may come.
  private get last(): number {
    return this.ends[this.wanted] ?? -1;
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let last = this.last; last !== this.drawn; last = this.last) {
      const to = this.wanted;
      for (const i of chain(this.pieces, this.drawn, last)) {
        const { picture } = this.pieces[i] as Kept;
        const sheets = await decodeParts(picture).catch((): Sheet[] => []); // damaged: what stood there stays
        this.ports.draw(picture, sheets);
        dropSheets(sheets);
      }
      this.drawn = last;
      this.at = to;
      const kept = this.of(to);
      if (kept !== undefined) this.ports.stands(kept, to);
    }
    this.busy = false;
  }
}
