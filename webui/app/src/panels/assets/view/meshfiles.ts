// OBJ and STL, and the choice of who reads a file.

import { Builder, type Mesh, MeshFault, mostTriangles, mostVertices, type Part } from './geometry';
import { readGlb, readGltf } from './gltf';

/** Reads a file by its first bytes, and its name where they do not say. */
export function readMesh(data: Uint8Array, name: string): Mesh {
  const begin = String.fromCharCode(...data.subarray(0, 80));
  if (begin.startsWith('glTF')) return readGlb(data);
  if (/^\s*\{/.test(begin.replace(/^\u00ef\u00bb\u00bf/, ''))) return readGltf(new TextDecoder().decode(data));
  const size = data.length >= 84 ? 84 + new DataView(data.buffer, data.byteOffset).getUint32(80, true) * 50 : 0;
  if (size === data.length && size > 84) return readStl(data);
  if (/\.obj$/i.test(name) || /^\s*(#|v |vn |vt |o |g |mtllib )/m.test(begin))
    return readObj(new TextDecoder().decode(data));
  throw new MeshFault('This page draws GLB, glTF, OBJ and binary STL; the file is none of these.');
}

/** Reads the triangles and polygons of an OBJ. Its colours lie in other files. */
export function readObj(text: string): Mesh {
  const builder = new Builder();
  const places: number[] = [];
  const normals: number[] = [];
  let name = 'mesh';
  let piece = new Piece();
  const flush = (): void => {
    if (piece.indices.length > 0) builder.add({ name, ...piece.arrays() });
    piece = new Piece();
  };
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).trim();
    at = end < 0 ? text.length : end + 1;
    const [word, ...rest] = line.split(/\s+/);
    if (word === 'v') places.push(Number(rest[0]), Number(rest[1]), Number(rest[2]));
    else if (word === 'vn') normals.push(Number(rest[0]), Number(rest[1]), Number(rest[2]));
    else if (word === 'f') piece.face(rest, places, normals);
    else if (word === 'o' || word === 'g') {
      flush();
      name = rest.join(' ').slice(0, 200) || 'mesh';
    } else if (word === 'usemtl') builder.left.add('materials');
    else if (word === 'l' || word === 'p') builder.left.add('points and lines');
    if (places.length > mostVertices * 3) throw new MeshFault(`It has more than ${mostVertices} vertices.`);
  }
  flush();
  return builder.build();
}

// Corners of the same place and normal are one vertex.
class Piece {
  readonly indices: number[] = [];
  private readonly positions: number[] = [];
  private readonly normals: number[] = [];
  private readonly known = new Map<string, number>();
  private shaded = true;

  face(corners: readonly string[], places: readonly number[], normals: readonly number[]): void {
    const at = corners.slice(0, 1024).map((c) => this.corner(c, places, normals));
    for (let i = 2; i < at.length; i++) this.indices.push(at[0] as number, at[i - 1] as number, at[i] as number);
    if (this.indices.length > mostTriangles * 3) throw new MeshFault(`It has more than ${mostTriangles} triangles.`);
  }

  arrays(): {
    positions: Float32Array;
    normals: Float32Array | undefined;
    indices: Uint32Array;
    colour: Part['colour'];
  } {
    return {
      positions: new Float32Array(this.positions),
      normals: this.shaded ? new Float32Array(this.normals) : undefined,
      indices: new Uint32Array(this.indices),
      colour: undefined,
    };
  }

  private corner(text: string, places: readonly number[], normals: readonly number[]): number {
    const [v, , n] = text.split('/');
    const place = index(v, places.length / 3);
    if (place === undefined)
      throw new MeshFault(`A face names vertex ${text.slice(0, 40)}; there are ${places.length / 3}.`);
    const normal = index(n, normals.length / 3);
    const key = `${place}/${normal ?? ''}`;
    let known = this.known.get(key);
    if (known === undefined) {
      known = this.positions.length / 3;
      this.known.set(key, known);
      for (let i = 0; i < 3; i++) {
        this.positions.push(places[place * 3 + i] as number);
        this.normals.push(normal === undefined ? 0 : (normals[normal * 3 + i] as number));
      }
      this.shaded &&= normal !== undefined;
    }
    return known;
  }
}

// From 1, or backwards from -1.
function index(text: string | undefined, count: number): number | undefined {
  const n = Number(text || Number.NaN);
  const at = n < 0 ? count + n : n - 1;
  return Number.isInteger(at) && at >= 0 && at < count ? at : undefined;
}

function readStl(data: Uint8Array): Mesh {
  const d = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const n = d.getUint32(80, true);
  if (n > mostTriangles) throw new MeshFault(`It has more than ${mostTriangles} triangles.`);
  const positions = new Float32Array(n * 9);
  for (let t = 0; t < n; t++)
    for (let i = 0; i < 9; i++) positions[t * 9 + i] = d.getFloat32(84 + t * 50 + 12 + i * 4, true);
  const builder = new Builder();
  builder.add({ name: 'mesh', positions, indices: Uint32Array.from({ length: n * 3 }, (_, i) => i) });
  return builder.build();
}
