// Triangles of a file, whatever its format: glTF and GLB here, OBJ and STL in meshfiles.ts.

/** A stretch of the triangles that has one colour. */
export interface Part {
  name: string;
  /** Triangles [from, to). */
  from: number;
  to: number;
  /** 0..1, as the screen takes them; undefined draws it grey. */
  colour: readonly [number, number, number] | undefined;
}

export interface Mesh {
  /** x y z of each vertex */
  positions: Float32Array;
  /** The same of their normals; empty where the file has none. */
  normals: Float32Array;
  /** Three vertices for each triangle. */
  indices: Uint32Array;
  parts: readonly Part[];
  /** What the file has that is not drawn. */
  left: readonly string[];
}

/** Why a file cannot be drawn. */
export class MeshFault extends Error {}

export const mostVertices = 4_000_000;
export const mostTriangles = 4_000_000;

/** The box around all vertices; broken ones are left out. */
export function boundsOf({ positions }: Pick<Mesh, 'positions'>): { min: number[]; max: number[] } {
  const min = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < positions.length; i++) {
    const v = positions[i] as number;
    if (!Number.isFinite(v)) continue;
    const axis = i % 3;
    if (v < (min[axis] as number)) min[axis] = v;
    if (v > (max[axis] as number)) max[axis] = v;
  }
  for (let axis = 0; axis < 3; axis++) if (!Number.isFinite(min[axis])) min[axis] = max[axis] = 0;
  return { min, max };
}

/** Collects triangles of several pieces into one mesh, and keeps the bounds. */
export class Builder {
  readonly left = new Set<string>();
  private readonly positions: Float32Array[] = [];
  private readonly normals: (Float32Array | undefined)[] = [];
  private readonly indices: Uint32Array[] = [];
  private readonly parts: Part[] = [];
  private vertices = 0;
  private triangles = 0;

  /** Adds a piece; a vertex that is not there is a fault. */
  add(piece: {
    name: string;
    positions: Float32Array;
    normals?: Float32Array | undefined;
    indices: Uint32Array;
    colour?: Part['colour'];
  }): void {
    const { positions, normals, indices, name, colour } = piece;
    const n = positions.length / 3;
    const t = Math.floor(indices.length / 3);
    if (this.vertices + n > mostVertices) throw new MeshFault(`It has more than ${mostVertices} vertices.`);
    if (this.triangles + t > mostTriangles) throw new MeshFault(`It has more than ${mostTriangles} triangles.`);
    const moved = new Uint32Array(t * 3);
    for (let i = 0; i < moved.length; i++) {
      const v = indices[i] as number;
      if (v >= n) throw new MeshFault(`“${name.slice(0, 80)}” names vertex ${v}; it has ${n}.`);
      moved[i] = v + this.vertices;
    }
    this.positions.push(positions);
    this.normals.push(normals?.length === positions.length ? normals : undefined);
    this.indices.push(moved);
    this.parts.push({ name, from: this.triangles, to: this.triangles + t, colour });
    this.vertices += n;
    this.triangles += t;
  }

  build(): Mesh {
    if (this.triangles === 0) throw new MeshFault('There are no triangles in it.');
    const positions = new Float32Array(this.vertices * 3);
    const indices = new Uint32Array(this.triangles * 3);
    const shaded = this.normals.every((n) => n !== undefined);
    const normals = new Float32Array(shaded ? positions.length : 0);
    let v = 0;
    let t = 0;
    this.positions.forEach((p, i) => {
      positions.set(p, v);
      if (shaded) normals.set(this.normals[i] as Float32Array, v);
      v += p.length;
      indices.set(this.indices[i] as Uint32Array, t);
      t += (this.indices[i] as Uint32Array).length;
    });
    return { positions, normals, indices, parts: this.parts, left: [...this.left] };
  }
}
