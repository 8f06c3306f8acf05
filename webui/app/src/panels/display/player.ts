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

/** Holds the pictures and draws the one that is wanted. */
export class Player {
  readonly list: Kept[] = [];
  /** What is drawn; -1 for nothing. */
  at = -1;
  /** What is to be. */
  wanted = -1;
  private busy = false;
  private readonly ports: PlayerPorts;

  constructor(ports: PlayerPorts) {
    this.ports = ports;
  }

  /** Takes a message of the file; one that is no picture is left out. */
  take(payload: DataView<ArrayBuffer>, meta: Meta): void {
    try {
      this.list.push({ picture: parsePicture(payload), meta, bytes: payload.buffer.byteLength });
    } catch {
      // The file may hold anything.
    }
  }

  /** Shows a picture; of several asked for in a row, the last. */
  show(index: number): void {
    this.wanted = Math.min(Math.max(0, index), this.list.length - 1);
    if (!this.busy) void this.work();
  }

  /** The index of the last picture at or before a frame. */
  indexOf(frame: number): number {
    let lo = 0;
    let hi = this.list.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if ((this.list[mid] as Kept).meta.frame <= frame) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.wanted !== this.at) {
      const to = this.wanted;
      for (const i of chain(this.list, this.at, to)) {
        const { picture } = this.list[i] as Kept;
        const sheets = await decodeParts(picture).catch((): Sheet[] => []); // damaged: what stood there stays
        this.ports.draw(picture, sheets);
        dropSheets(sheets);
      }
      this.at = to;
      const kept = this.list[to];
      if (kept !== undefined) this.ports.stands(kept, to);
    }
    this.busy = false;
  }
}
