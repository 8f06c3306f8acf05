// Where the lanes of a timeline lie: track below track, a lane for each depth.

import type { TrackInfo } from '../../core/protocol';

/** px */
export const laneHeight = 20;
export const boxHeight = 18;
const pad = 5; // above and below the lanes of a track
const leastHeight = 40; // its name and what it says below

/** A track in the picture. */
export interface TrackLanes {
  id: number;
  name: string;
  /** px from the top of all tracks */
  top: number;
  height: number;
  /** Lanes that are shown, and that there are. */
  shown: number;
  lanes: number;
  open: boolean;
}

/** The places of all lanes. */
export class Lanes {
  readonly tracks: readonly TrackLanes[];
  readonly height: number;
  /** Lanes that are shown. */
  readonly count: number;
  private readonly first: Int32Array; // by track: its first lane, -1 when it is not shown
  private readonly shown: Uint8Array; // by track
  private readonly tops: number[] = []; // by lane
  private readonly owner: number[] = []; // by lane: index of its track

  /** `lanes` has the number of lanes of each track by id; a closed track shows one. */
  constructor(lanes: readonly number[], names: readonly TrackInfo[], closed: ReadonlySet<number>) {
    const tracks: TrackLanes[] = [];
    this.first = new Int32Array(lanes.length).fill(-1);
    this.shown = new Uint8Array(lanes.length);
    let top = 0;
    lanes.forEach((n, id) => {
      if (n === 0) return;
      const open = !closed.has(id);
      const shown = open ? n : 1;
      const height = Math.max(leastHeight, shown * laneHeight + 2 * pad);
      const name = names.find((t) => t.id === id)?.name ?? `track ${id}`;
      this.first[id] = this.tops.length;
      this.shown[id] = shown;
      for (let d = 0; d < shown; d++) {
        this.tops.push(top + pad + d * laneHeight);
        this.owner.push(tracks.length);
      }
      tracks.push({ id, name, top, height, shown, lanes: n, open });
      top += height;
    });
    this.tracks = tracks;
    this.height = top;
    this.count = this.tops.length;
  }

  /** The lane of a track's depth; -1 when it is not shown. */
  readonly laneOf = (track: number, depth: number): number => {
    if (depth >= (this.shown[track] ?? 0)) return -1;
    return (this.first[track] as number) + depth;
  };

  /** The upper edge of a lane's boxes, px. */
  top(lane: number): number {
    return this.tops[lane] ?? 0;
  }

  /** Track and depth at a height; undefined between lanes. */
  at(y: number): { track: number; depth: number } | undefined {
    for (let lane = 0; lane < this.tops.length; lane++) {
      const top = this.tops[lane] as number;
      if (y < top || y >= top + laneHeight) continue;
      const { id } = this.tracks[this.owner[lane] as number] as TrackLanes;
      return { track: id, depth: lane - (this.first[id] as number) };
    }
    return undefined;
  }
}
