// Draws triangles into memory, with a depth for each pixel: no graphics card is asked, so that it looks
// the same everywhere.

import type { Mesh } from './geometry';

/** From where a mesh is seen: around a place, at a distance. */
export interface Camera {
  /** radians */
  yaw: number;
  pitch: number;
  distance: number;
  target: readonly [number, number, number];
  /** The axis that points up: 1 is y, 2 is z. */
  up: 1 | 2;
}

export interface Style {
  shaded: boolean;
  wire: boolean;
  /** 0..255 each, of what has no colour of its own. */
  plain: readonly [number, number, number];
  line: readonly [number, number, number];
  /** Draws every so manieth triangle, while it moves. */
  every: number;
}

export const angle = (40 * Math.PI) / 180; // of the view, from top to bottom

/** The three axes of a camera: right, up, and from what is seen to the eye. */
export function axesOf({ yaw, pitch, up }: Camera): { right: number[]; over: number[]; back: number[] } {
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cp = Math.cos(pitch);
  const sp = Math.sin(pitch);
  // With y up; with z up, y takes the place of minus z.
  const turn = ([x, y, z]: [number, number, number]): number[] => (up === 1 ? [x, y, z] : [x, -z, y]);
  return { right: turn([cy, 0, -sy]), over: turn([-sy * sp, cp, -cy * sp]), back: turn([sy * cp, sp, cy * cp]) };
}

/** The picture of a mesh. */
export class Raster {
  width = 0;
  height = 0;
  pixels = new Uint32Array(0);
  private depth = new Float32Array(0);
  private x = new Float32Array(0); // of each vertex on the picture
  private y = new Float32Array(0);
  private w = new Float32Array(0); // one over its distance; 0 behind the eye
  private light = new Float32Array(0);

  /** Makes room for a picture. */
  resize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
    this.depth = new Float32Array(width * height);
  }

  draw(mesh: Mesh, camera: Camera, style: Style): void {
    this.pixels.fill(0);
    this.depth.fill(0);
    this.project(mesh, camera);
    const { indices, parts } = mesh;
    const axes = axesOf(camera);
    for (const part of parts) {
      const colour = part.colour ? part.colour.map((c) => c * 255) : style.plain;
      for (let t = part.from; t < part.to; t += style.every) {
        const a = indices[t * 3] as number;
        const b = indices[t * 3 + 1] as number;
        const c = indices[t * 3 + 2] as number;
        if (!((this.w[a] as number) > 0 && (this.w[b] as number) > 0 && (this.w[c] as number) > 0)) continue;
        if (style.shaded) this.fill(mesh, a, b, c, colour as readonly number[], axes);
      }
    }
    if (style.wire) this.wires(mesh, style);
  }

  /** Where a point of the mesh lies on the picture; undefined behind the eye. */
  place(camera: Camera, point: readonly number[]): { x: number; y: number } | undefined {
    const { right, over, back } = axesOf(camera);
    const d = [0, 1, 2].map((i) => (point[i] as number) - (camera.target[i] as number));
    const along = (axis: readonly number[]): number => dot(axis, d as number[]);
    const z = camera.distance - along(back);
    if (z <= 0) return undefined;
    const scale = this.height / 2 / Math.tan(angle / 2) / z;
    return { x: this.width / 2 + along(right) * scale, y: this.height / 2 - along(over) * scale };
  }

  private project({ positions, normals }: Mesh, camera: Camera): void {
    const n = positions.length / 3;
    if (this.x.length !== n) {
      this.x = new Float32Array(n);
      this.y = new Float32Array(n);
      this.w = new Float32Array(n);
      this.light = new Float32Array(n);
    }
    const { right, over, back } = axesOf(camera);
    const [tx, ty, tz] = camera.target;
    const scale = this.height / 2 / Math.tan(angle / 2);
    const near = camera.distance / 1000;
    const [rx, ry, rz] = right as [number, number, number];
    const [ox, oy, oz] = over as [number, number, number];
    const [bx, by, bz] = back as [number, number, number];
    const { x, y, w, light } = this;
    const smooth = normals.length > 0;
    for (let i = 0; i < n; i++) {
      const px = (positions[i * 3] as number) - tx;
      const py = (positions[i * 3 + 1] as number) - ty;
      const pz = (positions[i * 3 + 2] as number) - tz;
      const z = camera.distance - (px * bx + py * by + pz * bz);
      const inverse = z > near ? 1 / z : 0;
      w[i] = inverse;
      x[i] = this.width / 2 + (px * rx + py * ry + pz * rz) * scale * inverse;
      y[i] = this.height / 2 - (px * ox + py * oy + pz * oz) * scale * inverse;
      if (smooth)
        light[i] = lit(
          normals[i * 3] as number,
          normals[i * 3 + 1] as number,
          normals[i * 3 + 2] as number,
          right,
          over,
          back,
        );
    }
  }

  private fill(
    mesh: Mesh,
    a: number,
    b: number,
    c: number,
    colour: readonly number[],
    axes: { right: number[]; over: number[]; back: number[] },
  ): void {
    const { x, y, w, width, height, depth, pixels } = this;
    const ax = x[a] as number;
    const ay = y[a] as number;
    const bx = x[b] as number;
    const by = y[b] as number;
    const cx = x[c] as number;
    const cy = y[c] as number;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (!(Math.abs(area) > 1e-6)) return; // also where a vertex is no number
    const left = Math.max(0, Math.floor(Math.min(ax, bx, cx)));
    const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx, cx)));
    const top = Math.max(0, Math.floor(Math.min(ay, by, cy)));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by, cy)));
    if (left > right || top > bottom) return;
    const smooth = mesh.normals.length > 0;
    const flat = smooth ? 0 : this.flat(mesh.positions, a, b, c, axes);
    const la = smooth ? (this.light[a] as number) : flat;
    const lb = smooth ? (this.light[b] as number) : flat;
    const lc = smooth ? (this.light[c] as number) : flat;
    const wa = w[a] as number;
    const wb = w[b] as number;
    const wc = w[c] as number;
    const [r = 0, g = 0, bl = 0] = colour;
    const inv = 1 / area;
    for (let py = top; py <= bottom; py++) {
      for (let px = left; px <= right; px++) {
        const X = px + 0.5;
        const Y = py + 0.5;
        const u = ((cx - bx) * (Y - by) - (cy - by) * (X - bx)) * inv;
        const v = ((ax - cx) * (Y - cy) - (ay - cy) * (X - cx)) * inv;
        const s = 1 - u - v;
        if (u < 0 || v < 0 || s < 0) continue;
        const z = u * wa + v * wb + s * wc;
        const at = py * width + px;
        if (z <= (depth[at] as number)) continue;
        depth[at] = z;
        const l = u * la + v * lb + s * lc;
        pixels[at] = 0xff000000 | ((bl * l) << 16) | (((g * l) & 255) << 8) | ((r * l) & 255);
      }
    }
  }

  private flat(
    p: Float32Array,
    a: number,
    b: number,
    c: number,
    { right, over, back }: { right: number[]; over: number[]; back: number[] },
  ): number {
    const at = (v: number, i: number): number => p[v * 3 + i] as number;
    const ux = at(b, 0) - at(a, 0);
    const uy = at(b, 1) - at(a, 1);
    const uz = at(b, 2) - at(a, 2);
    const vx = at(c, 0) - at(a, 0);
    const vy = at(c, 1) - at(a, 1);
    const vz = at(c, 2) - at(a, 2);
    return lit(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx, right, over, back);
  }

  private wires({ indices, parts }: Mesh, { line, shaded, every }: Style): void {
    const colour = 0xff000000 | (line[2] << 16) | (line[1] << 8) | line[0];
    for (const { from, to } of parts)
      for (let t = from; t < to; t += every)
        for (let e = 0; e < 3; e++)
          this.wire(indices[t * 3 + e] as number, indices[t * 3 + ((e + 1) % 3)] as number, colour, shaded);
  }

  private wire(a: number, b: number, colour: number, hidden: boolean): void {
    const { x, y, w, width, height, depth, pixels } = this;
    const wa = w[a] as number;
    const wb = w[b] as number;
    if (!(wa > 0 && wb > 0)) return;
    const dx = (x[b] as number) - (x[a] as number);
    const dy = (y[b] as number) - (y[a] as number);
    const n = Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)));
    if (!(n < 4 * (width + height))) return;
    for (let i = 0; i <= n; i++) {
      const k = n === 0 ? 0 : i / n;
      const px = Math.floor((x[a] as number) + dx * k);
      const py = Math.floor((y[a] as number) + dy * k);
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const at = py * width + px;
      if (hidden && (wa + (wb - wa) * k) * 1.002 < (depth[at] as number)) continue;
      pixels[at] = colour;
    }
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return (
    (a[0] as number) * (b[0] as number) + (a[1] as number) * (b[1] as number) + (a[2] as number) * (b[2] as number)
  );
}

// A lamp above the left shoulder; both sides of a triangle are lit.
function lit(
  nx: number,
  ny: number,
  nz: number,
  right: readonly number[],
  over: readonly number[],
  back: readonly number[],
): number {
  const length = Math.hypot(nx, ny, nz);
  if (!(length > 0)) return 0.6;
  const n = [nx, ny, nz];
  const front = dot(n, back) / length;
  const side = front < 0 ? -1 : 1;
  const key = Math.max(0, (side * (0.35 * dot(n, over) - 0.3 * dot(n, right))) / length + 0.89 * Math.abs(front));
  return Math.min(1, 0.22 + 0.78 * key);
}
