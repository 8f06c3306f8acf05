// Where the entities are: the topic `places`, whose payload is columns; and the questions that the top
// view asks of the game.

import type { App } from '../../core/app';
import type { RpcError, Subscription } from '../../core/rpc';
import type { Bounds } from './mapcamera';

/** Dots of one moment. */
export interface Places extends Bounds {
  /** How many entities are in the rectangle; where they are more than the dots, these are a sample. */
  count: number;
  /** Columns: from 0 to 65535 over the rectangle. */
  xs: Uint16Array;
  ys: Uint16Array;
  /** Which of the kinds, by its number in `world.kinds`. */
  kinds: Uint8Array;
  /** The frame at which the game began to look, and over how many it did. */
  began: number;
  frames: number;
}

const head = 48; // bytes before the columns

/** Reads a payload; undefined for one that is cut off. */
export function decodePlaces(data: DataView): Places | undefined {
  if (data.byteLength < head) return undefined;
  const n = data.getUint32(4, true);
  if (data.byteLength < head + 5 * n) return undefined;
  const column = (at: number): Uint16Array => {
    const out = new Uint16Array(n);
    for (let i = 0; i < n; i++) out[i] = data.getUint16(at + 2 * i, true);
    return out;
  };
  const float = (i: number): number => data.getFloat64(8 + 8 * i, true);
  return {
    count: data.getUint32(0, true),
    x0: float(0),
    y0: float(1),
    x1: float(2),
    y1: float(3),
    began: data.getUint32(40, true),
    frames: data.getUint32(44, true),
    xs: column(head),
    ys: column(head + 2 * n),
    kinds: new Uint8Array(data.buffer.slice(data.byteOffset + head + 4 * n, data.byteOffset + head + 5 * n)),
  };
}

/** What is asked for. */
export interface PlacesQuery {
  where: string;
  kind: string;
}

/** Follows the dots in a rectangle. */
export class PlacesSource {
  places: Places | undefined;
  /** The game cannot say where things are, and why. */
  refused: RpcError | undefined;
  private readonly app: App;
  private readonly changed: () => void;
  private sub: Subscription<'places'> | undefined;
  private query: PlacesQuery = { where: '', kind: '' };
  private rect: Bounds | undefined;
  private asked = '';

  constructor(app: App, changed: () => void) {
    this.app = app;
    this.changed = changed;
  }

  /** Asks for the dots of a rectangle. */
  look(rect: Bounds, query: PlacesQuery): void {
    this.rect = rect;
    this.query = query;
    const params = this.params(rect);
    const text = JSON.stringify(params);
    if (text === this.asked) return;
    this.asked = text;
    if (this.sub !== undefined) {
      this.sub.update(params);
      return;
    }
    this.sub = this.app.rpc.subscribe('places', {
      params,
      policy: 'latest',
      rate: 10,
      credit: 2,
      onBinary: (payload) => this.take(payload),
      onError: (error) => {
        this.refused = error;
        this.changed();
      },
    });
  }

  /** The rectangle that is followed. */
  get area(): Bounds | undefined {
    return this.rect;
  }

  close(): void {
    this.sub?.close();
    this.sub = undefined;
    this.asked = '';
  }

  private take(payload: DataView): void {
    const places = decodePlaces(payload);
    if (places === undefined) return;
    this.places = places;
    this.refused = undefined;
    this.changed();
  }

  private params(rect: Bounds) {
    const { where, kind } = this.query;
    return { ...rect, ...(where.trim() !== '' && { where: where.trim() }), ...(kind !== '' && { kind }) };
  }
}
