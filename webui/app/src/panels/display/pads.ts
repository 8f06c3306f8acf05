// Gamepads: asked for in every frame of the page, told of when something changed.

/** As much of a Gamepad as is used. */
export interface Pad {
  index: number;
  id: string;
  connected: boolean;
  mapping: string;
  axes: readonly number[];
  buttons: readonly { value: number }[];
}

/** What `input.gamepad` takes. */
export interface PadParams {
  id: number;
  name?: string;
  standard: boolean;
  axes: number[];
  buttons: number[];
  connected?: boolean;
}

const most = 16; // pads
const grain = 1 / 256; // a stick at rest trembles

const round = (x: number): number => Math.round(x / grain) * grain;

/** Finds what changed between two looks. */
export class Pads {
  private readonly told = new Map<number, string>();

  /** Names of those that are there. */
  names: string[] = [];

  /** What the game is to be told. */
  changes(pads: readonly (Pad | null)[]): PadParams[] {
    const out: PadParams[] = [];
    const there = new Set<number>();
    this.names = [];
    for (const pad of pads) {
      if (pad === null || !pad.connected || pad.index >= most) continue;
      there.add(pad.index);
      this.names.push(pad.id);
      const params: PadParams = {
        id: pad.index,
        name: pad.id.slice(0, 80),
        standard: pad.mapping === 'standard',
        axes: pad.axes.map(round),
        buttons: pad.buttons.map((b) => round(b.value)),
      };
      const text = JSON.stringify(params);
      if (this.told.get(pad.index) === text) continue;
      this.told.set(pad.index, text);
      out.push(params);
    }
    for (const id of [...this.told.keys()]) {
      if (there.has(id)) continue;
      this.told.delete(id);
      out.push({ id, standard: false, axes: [], buttons: [], connected: false });
    }
    return out;
  }

  /** The game knows of none any more. */
  forget(): void {
    this.told.clear();
  }
}
