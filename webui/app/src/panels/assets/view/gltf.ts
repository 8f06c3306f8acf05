// glTF 2.0 and its binary form. Nothing that the file says of itself is believed: every number is
// looked at before it is used as a place, every list is walked once, nodes that hold each other end.

import { Builder, type Mesh, MeshFault, mostTriangles, mostVertices } from './geometry';

type Json = Record<string, unknown>;

const json = 0x4e4f534a;
const bin = 0x004e4942;
const mostNodes = 100_000;

/** Reads a file that begins with `glTF`. */
export function readGlb(data: Uint8Array): Mesh {
  const d = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (d.byteLength < 20 || d.getUint32(0, true) !== 0x46546c67)
    throw new MeshFault('It is no GLB: the first bytes are others.');
  if (d.getUint32(4, true) !== 2) throw new MeshFault(`It is glTF version ${d.getUint32(4, true)}; version 2 is read.`);
  let text: string | undefined;
  let binary: Uint8Array | undefined;
  for (let at = 12; at + 8 <= d.byteLength; ) {
    const size = d.getUint32(at, true);
    const kind = d.getUint32(at + 4, true);
    if (at + 8 + size > d.byteLength) throw new MeshFault('A part of the GLB reaches over its end.');
    const chunk = data.subarray(at + 8, at + 8 + size);
    if (kind === json) text ??= new TextDecoder().decode(chunk);
    else if (kind === bin) binary ??= chunk;
    at += 8 + size + ((4 - (size % 4)) % 4);
  }
  if (text === undefined) throw new MeshFault('The GLB has no JSON part.');
  return readGltf(text, binary);
}

/** Reads the JSON of a glTF; its buffers lie in it or beside it in a GLB. */
export function readGltf(text: string, binary?: Uint8Array): Mesh {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (fault) {
    throw new MeshFault(`Its JSON is broken: ${(fault as Error).message}`);
  }
  return new Reader(object(root), binary).read();
}

function object(v: unknown): Json {
  return typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Json) : {};
}

function list(v: unknown): unknown[] {
  return Array.isArray(v) ? v : [];
}

function whole(v: unknown, initial = -1): number {
  return typeof v === 'number' && Number.isInteger(v) && v >= 0 ? v : initial;
}

function numbers(v: unknown, n: number): number[] | undefined {
  const a = list(v);
  return a.length === n && a.every((x) => typeof x === 'number' && Number.isFinite(x)) ? (a as number[]) : undefined;
}

function name(v: unknown, initial: string): string {
  return typeof v === 'string' && v !== '' ? v.slice(0, 200) : initial;
}

/** Columns of four, as glTF has them. */
type Matrix = readonly number[];

const identity: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** a times b. */
export function multiply(a: Matrix, b: Matrix): number[] {
  const out: number[] = [];
  for (let c = 0; c < 4; c++)
    for (let r = 0; r < 4; r++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += (a[k * 4 + r] as number) * (b[c * 4 + k] as number);
      out.push(sum);
    }
  return out;
}

function matrixOf(node: Json): Matrix {
  const whole = numbers(node.matrix, 16);
  if (whole !== undefined) return whole;
  const [tx, ty, tz] = (numbers(node.translation, 3) ?? [0, 0, 0]) as [number, number, number];
  const [x, y, z, w] = (numbers(node.rotation, 4) ?? [0, 0, 0, 1]) as [number, number, number, number];
  const [sx, sy, sz] = (numbers(node.scale, 3) ?? [1, 1, 1]) as [number, number, number];
  return [
    (1 - 2 * (y * y + z * z)) * sx,
    2 * (x * y + z * w) * sx,
    2 * (x * z - y * w) * sx,
    0,
    2 * (x * y - z * w) * sy,
    (1 - 2 * (x * x + z * z)) * sy,
    2 * (y * z + x * w) * sy,
    0,
    2 * (x * z + y * w) * sz,
    2 * (y * z - x * w) * sz,
    (1 - 2 * (x * x + y * y)) * sz,
    0,
    tx,
    ty,
    tz,
    1,
  ];
}

interface Component {
  size: number;
  read(d: DataView, at: number): number;
  /** What a normalised integer is divided by. */
  most: number;
}

const components: Readonly<Record<number, Component>> = {
  5120: { size: 1, read: (d, at) => d.getInt8(at), most: 127 },
  5121: { size: 1, read: (d, at) => d.getUint8(at), most: 255 },
  5122: { size: 2, read: (d, at) => d.getInt16(at, true), most: 32_767 },
  5123: { size: 2, read: (d, at) => d.getUint16(at, true), most: 65_535 },
  5125: { size: 4, read: (d, at) => d.getUint32(at, true), most: 1 },
  5126: { size: 4, read: (d, at) => d.getFloat32(at, true), most: 1 },
};

const packed = ['KHR_draco_mesh_compression', 'EXT_meshopt_compression'];

class Reader {
  private readonly root: Json;
  private readonly builder = new Builder();
  private readonly buffers = new Map<number, Uint8Array>();

  constructor(root: Json, binary: Uint8Array | undefined) {
    this.root = root;
    if (binary !== undefined && object(list(root.buffers)[0]).uri === undefined) this.buffers.set(0, binary);
  }

  read(): Mesh {
    const wanted = list(this.root.extensionsRequired).find((e) => packed.includes(e as string));
    if (wanted !== undefined)
      throw new MeshFault(`Its triangles are packed with ${wanted}, which this page does not unpack.`);
    for (const [key, words] of [
      ['textures', 'textures'],
      ['skins', 'skins'],
      ['animations', 'animations'],
    ] as const)
      if (list(this.root[key]).length > 0) this.builder.left.add(words);
    this.walk();
    return this.builder.build();
  }

  // Every node of the scene once, with what its parents do to it. A file without a scene shows its meshes.
  private walk(): void {
    const nodes = list(this.root.nodes);
    const scene = object(list(this.root.scenes)[whole(this.root.scene, 0)]);
    const roots = list(scene.nodes).map((n) => whole(n));
    const stack: { node: number; matrix: Matrix }[] = roots.reverse().map((node) => ({ node, matrix: identity }));
    const seen = new Set<number>();
    if (stack.length === 0) for (const i of list(this.root.meshes).keys()) this.mesh(i, identity);
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen.has(next.node) || seen.size >= mostNodes) continue;
      seen.add(next.node);
      const node = object(nodes[next.node]);
      const matrix = multiply(next.matrix, matrixOf(node));
      if (node.mesh !== undefined) this.mesh(whole(node.mesh), matrix);
      for (const child of list(node.children)) stack.push({ node: whole(child), matrix });
    }
  }

  private mesh(index: number, matrix: Matrix): void {
    const mesh = object(list(this.root.meshes)[index]);
    for (const one of list(mesh.primitives)) this.primitive(object(one), name(mesh.name, `mesh ${index}`), matrix);
  }

  private primitive(primitive: Json, title: string, matrix: Matrix): void {
    const mode = whole(primitive.mode, 4);
    if (mode < 4 || mode > 6) {
      this.builder.left.add('points and lines');
      return;
    }
    const attributes = object(primitive.attributes);
    if (attributes.POSITION === undefined) return;
    const positions = this.accessor(whole(attributes.POSITION), 'VEC3', mostVertices);
    const normals =
      attributes.NORMAL === undefined ? undefined : this.accessor(whole(attributes.NORMAL), 'VEC3', mostVertices);
    const order =
      primitive.indices === undefined
        ? Uint32Array.from({ length: positions.length / 3 }, (_, i) => i)
        : Uint32Array.from(this.accessor(whole(primitive.indices), 'SCALAR', mostTriangles * 3));
    if (list(primitive.targets).length > 0) this.builder.left.add('morph targets');
    this.builder.add({
      name: title,
      positions: moved(positions, matrix),
      normals: normals && turned(normals, matrix),
      indices: triangles(order, mode),
      colour: this.colour(primitive.material),
    });
  }

  private colour(material: unknown): readonly [number, number, number] | undefined {
    const pbr = object(object(list(this.root.materials)[whole(material)]).pbrMetallicRoughness);
    const factor = numbers(pbr.baseColorFactor, 4);
    if (factor === undefined || (pbr.baseColorTexture !== undefined && factor.slice(0, 3).every((f) => f === 1)))
      return undefined;
    const [r, g, b] = factor.map(toScreen) as [number, number, number];
    return [r, g, b];
  }

  // The numbers of an accessor. Doubles: a float does not hold every index.
  private accessor(index: number, type: 'SCALAR' | 'VEC3', most: number): Float64Array {
    const accessor = object(list(this.root.accessors)[index]);
    const component = components[whole(accessor.componentType)];
    const count = whole(accessor.count);
    const wide = type === 'SCALAR' ? 1 : 3;
    if (component === undefined || count < 0 || accessor.type !== type)
      throw new MeshFault(`Accessor ${index} is not what it must be here.`);
    if (count > most) throw new MeshFault(`Accessor ${index} has ${count} elements: more than this page draws.`);
    if (accessor.sparse !== undefined) this.builder.left.add('sparse changes');
    if (accessor.bufferView === undefined) return new Float64Array(count * wide); // as the format has it: zeros
    const view = object(list(this.root.bufferViews)[whole(accessor.bufferView)]);
    const buffer = this.buffer(whole(view.buffer));
    const from = whole(view.byteOffset, 0);
    const size = whole(view.byteLength, 0);
    if (from + size > buffer.byteLength)
      throw new MeshFault(`A view of accessor ${index} reaches over the end of its buffer.`);
    const each = component.size * wide;
    const stride = whole(view.byteStride, 0) || each;
    const at = whole(accessor.byteOffset, 0);
    if (count > 0 && at + stride * (count - 1) + each > size)
      throw new MeshFault(`Accessor ${index} reaches over the end of its view.`);
    const d = new DataView(buffer.buffer, buffer.byteOffset + from, size);
    const scale = accessor.normalized === true ? component.most : 1;
    const out = new Float64Array(count * wide);
    for (let i = 0; i < count; i++)
      for (let c = 0; c < wide; c++)
        out[i * wide + c] = component.read(d, at + i * stride + c * component.size) / scale;
    return out;
  }

  private buffer(index: number): Uint8Array {
    const kept = this.buffers.get(index);
    if (kept !== undefined) return kept;
    const { uri } = object(list(this.root.buffers)[index]);
    if (typeof uri !== 'string') throw new MeshFault(`Buffer ${index} is not in the file.`);
    const hit = /^data:[^,;]{0,100}(?:;[^,;]{0,100})*;base64,/.exec(uri.slice(0, 400));
    if (hit === null)
      throw new MeshFault(`Its triangles lie in another file, ${uri.slice(0, 80)}. A GLB has all in one.`);
    let made: Uint8Array;
    try {
      made = Uint8Array.from(atob(uri.slice(hit[0].length)), (c) => c.charCodeAt(0));
    } catch {
      throw new MeshFault(`Buffer ${index} is no base64.`);
    }
    this.buffers.set(index, made);
    return made;
  }
}

/** From linear light to what screens take. */
function toScreen(v: number): number {
  const c = Math.max(0, Math.min(1, v));
  return c <= 0.003_130_8 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055;
}

function moved(p: Float64Array, m: Matrix): Float32Array {
  const out = new Float32Array(p.length);
  for (let i = 0; i < p.length; i += 3)
    for (let r = 0; r < 3; r++)
      out[i + r] =
        (m[r] as number) * (p[i] as number) +
        (m[4 + r] as number) * (p[i + 1] as number) +
        (m[8 + r] as number) * (p[i + 2] as number) +
        (m[12 + r] as number);
  return out;
}

// By the matrix of cofactors, so that a scale that differs by axis keeps them upright.
function turned(n: Float64Array, m: Matrix): Float32Array {
  const at = (r: number, c: number): number => m[(c % 3) * 4 + (r % 3)] as number;
  const out = new Float32Array(n.length);
  for (let r = 0; r < 3; r++)
    for (let c = 0; c < 3; c++) {
      const factor = at(r + 1, c + 1) * at(r + 2, c + 2) - at(r + 1, c + 2) * at(r + 2, c + 1);
      for (let i = 0; i < n.length; i += 3) out[i + r] = (out[i + r] as number) + factor * (n[i + c] as number);
    }
  return out;
}

function triangles(order: Uint32Array, mode: number): Uint32Array {
  if (mode === 4) return order;
  const n = Math.max(0, order.length - 2);
  const out = new Uint32Array(n * 3);
  for (let i = 0; i < n; i++) {
    const fan = mode === 6;
    const odd = !fan && i % 2 === 1;
    out[i * 3] = order[fan ? 0 : odd ? i + 1 : i] as number;
    out[i * 3 + 1] = order[fan ? i + 1 : odd ? i : i + 1] as number;
    out[i * 3 + 2] = order[i + 2] as number;
  }
  return out;
}
