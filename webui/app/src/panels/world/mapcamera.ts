// Where the top view looks: the world's units onto px of the canvas, and back. No elements here.

/** A rectangle of the world. */
export interface Bounds {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** A place of the world, or of the canvas. */
export interface Spot {
  x: number;
  y: number;
}

const margin = 0.06; // of the shorter side, around what is fitted in
const closest = 1e5; // px per unit
const farthest = 1e-7;

/** Pans and zooms. */
export class Camera {
  /** What is in the middle. */
  x = 0;
  y = 0;
  /** px per unit */
  scale = 1;
  width = 1; // px
  height = 1;
  /** Up is where y grows: as in mathematics, not as on a screen. */
  up = false;

  /** Px of a place. */
  toScreen(at: Spot): Spot {
    return {
      x: this.width / 2 + (at.x - this.x) * this.scale,
      y: this.height / 2 + (at.y - this.y) * this.scale * this.sign,
    };
  }

  /** The place under a px. */
  toWorld(px: Spot): Spot {
    return {
      x: this.x + (px.x - this.width / 2) / this.scale,
      y: this.y + ((px.y - this.height / 2) / this.scale) * this.sign,
    };
  }

  /** Moves the picture by px. */
  pan(dx: number, dy: number): void {
    this.x -= dx / this.scale;
    this.y -= (dy / this.scale) * this.sign;
  }

  /** Zooms; what is under the px stays there. */
  zoom(factor: number, px: Spot): void {
    const before = this.toWorld(px);
    this.scale = Math.min(closest, Math.max(farthest, this.scale * factor));
    const after = this.toWorld(px);
    this.x += before.x - after.x;
    this.y += before.y - after.y;
  }

  /** Looks at a rectangle whole. A point is shown in a neighbourhood. */
  fit(b: Bounds): void {
    this.x = (b.x0 + b.x1) / 2;
    this.y = (b.y0 + b.y1) / 2;
    const w = Math.max(b.x1 - b.x0, 1e-9);
    const h = Math.max(b.y1 - b.y0, 1e-9);
    const room = 1 - 2 * margin;
    const scale = Math.min((this.width * room) / w, (this.height * room) / h);
    this.scale = w <= 1e-9 && h <= 1e-9 ? 1 : Math.min(closest, Math.max(farthest, scale));
  }

  /** What is in view, with so much more around it as a part of the size. */
  view(more = 0): Bounds {
    const w = (this.width / this.scale) * (0.5 + more);
    const h = (this.height / this.scale) * (0.5 + more);
    return { x0: this.x - w, y0: this.y - h, x1: this.x + w, y1: this.y + h };
  }

  private get sign(): number {
    return this.up ? -1 : 1;
  }
}

/** Reports whether a rectangle lies in another. */
export function inside(a: Bounds, b: Bounds): boolean {
  return a.x0 >= b.x0 && a.y0 >= b.y0 && a.x1 <= b.x1 && a.y1 <= b.y1;
}

/** A round length of the world that is at most so many px: 1, 2 or 5 times a power of ten. */
export function ruler(scale: number, most: number): number {
  const raw = most / scale;
  const power = 10 ** Math.floor(Math.log10(raw));
  return (raw >= 5 * power ? 5 : raw >= 2 * power ? 2 : 1) * power;
}

/** A length in few digits. */
export function length(n: number): string {
  if (n === 0) return '0';
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(n))));
  return digits > 6 || Math.abs(n) >= 1e6 ? n.toExponential(1) : String(Number(n.toFixed(Math.min(digits, 6))));
}
