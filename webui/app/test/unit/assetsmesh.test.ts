// Meshes: what files hold, what they claim, and the picture of them.

import { describe, expect, test } from 'vitest';
import { boundsOf, MeshFault } from '../../src/panels/assets/view/geometry';
import { multiply, readGlb, readGltf } from '../../src/panels/assets/view/gltf';
import { readMesh, readObj } from '../../src/panels/assets/view/meshfiles';
import { type Camera, Raster, type Style } from '../../src/panels/assets/view/raster';
import { randomFrom } from '../fixtures/random';

type Json = Record<string, unknown>;

/** One triangle with indices, as a GLB; `change` may spoil its JSON. */
function glb(change: (json: Json) => void = () => undefined): Uint8Array {
  const bin = new Uint8Array(48);
  new Float32Array(bin.buffer, 0, 9).set([0, 0, 0, 2, 0, 0, 0, 3, 0]);
  new Uint16Array(bin.buffer, 36, 3).set([0, 1, 2]);
  const json: Json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, translation: [10, 0, 0] }],
    meshes: [{ name: 'tri', primitives: [{ attributes: { POSITION: 0 }, indices: 1, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1] } }],
    buffers: [{ byteLength: 48 }],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 36 },
      { buffer: 0, byteOffset: 36, byteLength: 6 },
    ],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3' },
      { bufferView: 1, componentType: 5123, count: 3, type: 'SCALAR' },
    ],
  };
  change(json);
  let text = JSON.stringify(json);
  text = text.padEnd(Math.ceil(text.length / 4) * 4);
  const head = new TextEncoder().encode(text);
  const out = new Uint8Array(12 + 8 + head.length + 8 + bin.length);
  const d = new DataView(out.buffer);
  d.setUint32(0, 0x46546c67, true);
  d.setUint32(4, 2, true);
  d.setUint32(8, out.length, true);
  d.setUint32(12, head.length, true);
  d.setUint32(16, 0x4e4f534a, true);
  out.set(head, 20);
  d.setUint32(20 + head.length, bin.length, true);
  d.setUint32(24 + head.length, 0x004e4942, true);
  out.set(bin, 28 + head.length);
  return out;
}

const at = (json: Json, ...path: (string | number)[]): Json => path.reduce<Json>((j, key) => j[key] as Json, json);

describe('GLB', () => {
  test('is read with its nodes, colours and names', () => {
    const mesh = readGlb(glb());
    expect([...mesh.positions]).toEqual([10, 0, 0, 12, 0, 0, 10, 3, 0]);
    expect([...mesh.indices]).toEqual([0, 1, 2]);
    expect(mesh.parts).toEqual([{ name: 'tri', from: 0, to: 1, colour: [expect.closeTo(1), 0, 0] }]);
    expect(boundsOf(mesh)).toEqual({ min: [10, 0, 0], max: [12, 3, 0] });
  });

  test.each<[string, (json: Json) => void, RegExp]>([
    ['a view over the end', (j) => (at(j, 'bufferViews', 0).byteLength = 1e9), /end of its buffer/],
    ['an accessor over the end', (j) => (at(j, 'accessors', 0).count = 4), /end of its view/],
    ['a count that is huge', (j) => (at(j, 'accessors', 0).count = 2 ** 31), /more than this page/],
    [
      'a count without bytes',
      (j) => Object.assign(at(j, 'accessors', 0), { count: 1e9, bufferView: undefined }),
      /more than this page/,
    ],
    ['a stride that is huge', (j) => (at(j, 'bufferViews', 0).byteStride = 1e6), /end of its view/],
    ['a vertex that is not there', (j) => (at(j, 'accessors', 0).count = 2), /names vertex 2/],
    ['a file beside it', (j) => (at(j, 'buffers', 0).uri = 'http://else/x.bin'), /another file/],
    ['no base64', (j) => (at(j, 'buffers', 0).uri = 'data:x/y;base64,%%%'), /no base64/],
    ['packed triangles', (j) => (j.extensionsRequired = ['KHR_draco_mesh_compression']), /packed/],
    ['points alone', (j) => (at(j, 'meshes', 0, 'primitives', 0).mode = 0), /no triangles/],
    ['lists that are none', (j) => (j.nodes = 'x'), /no triangles/],
    ['a negative place', (j) => (at(j, 'accessors', 0).bufferView = -1), /not in the file|end of its view/],
  ])('says what is wrong: %s', (_, change, words) => {
    expect(() => readGlb(glb(change))).toThrow(MeshFault);
    expect(() => readGlb(glb(change))).toThrow(words);
  });

  test('nodes that hold each other end', () => {
    const mesh = readGlb(
      glb((j) => {
        j.nodes = [{ mesh: 0, children: [1, 0] }, { children: [0, 1, 99] }];
      }),
    );
    expect(mesh.parts).toHaveLength(1);
  });

  test('whatever bytes come, it is a mesh or a fault, and soon', () => {
    const random = randomFrom(3);
    const good = glb();
    for (let i = 0; i < 3000; i++) {
      const bytes = good.slice(0, random(4) === 0 ? random(good.length) : undefined);
      for (let k = random(8); k >= 0; k--) if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
      try {
        readMesh(bytes, ['a.glb', 'a.obj', 'a.stl', ''][random(4)] as string);
      } catch (fault) {
        expect(fault).toBeInstanceOf(MeshFault);
      }
    }
  });

  test('JSON of any shape is a mesh or a fault', () => {
    const random = randomFrom(5);
    const things: unknown[] = [null, -1, 0, 1, 2, 1e99, 'x', [], {}, true, [[]], [-1], [0, 1, 2], { nodes: [0] }, 0.5];
    const text = JSON.stringify(
      JSON.parse(new TextDecoder().decode(glb().subarray(20, 20 + new DataView(glb().buffer).getUint32(12, true)))),
    );
    for (let i = 0; i < 3000; i++) {
      const root = JSON.parse(text) as Json;
      for (let k = random(3); k >= 0; k--) {
        let here = root;
        for (;;) {
          const keys = Object.keys(here);
          const key = keys[random(keys.length)];
          if (key === undefined) break;
          const next = here[key];
          if (typeof next === 'object' && next !== null && random(4) > 0) here = next as Json;
          else {
            here[key] = structuredClone(things[random(things.length)]);
            break;
          }
        }
      }
      try {
        readGltf(JSON.stringify(root), new Uint8Array(48));
      } catch (fault) {
        expect(fault).toBeInstanceOf(MeshFault);
      }
    }
  });
});

test('matrices are multiplied as columns', () => {
  const move = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1];
  const twice = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  expect(multiply(move, twice).slice(12)).toEqual([5, 6, 7, 1]);
  expect(multiply(twice, move).slice(12)).toEqual([10, 12, 14, 1]);
});

describe('OBJ', () => {
  test('has polygons, normals, groups and places from the end', () => {
    const mesh = readObj(
      'o a\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvn 0 0 1\nf 1//1 2//1 3//1 4//1\ng b\nf -4 -3 -2\nusemtl m',
    );
    expect([...mesh.indices]).toEqual([0, 1, 2, 0, 2, 3, 4, 5, 6]);
    expect(mesh.parts.map((p) => p.name)).toEqual(['a', 'b']);
    expect(mesh.normals).toHaveLength(0); // not all have one
    expect(mesh.left).toEqual(['materials']);
  });

  test('says what is wrong', () => {
    expect(() => readObj('v 0 0 0\nf 1 2 3')).toThrow(/names vertex 2; there are 1/);
    expect(() => readObj('v 0 0 0\nf 0 1 1')).toThrow(MeshFault);
    expect(() => readObj('# nothing')).toThrow(/no triangles/);
  });
});

describe('the picture', () => {
  const camera: Camera = { yaw: 0, pitch: 0, distance: 5, target: [0, 0, 0], up: 1 };
  const style: Style = { shaded: true, wire: false, plain: [200, 200, 200], line: [0, 0, 255], every: 1 };
  const front = readObj('v -1 -1 0\nv 1 -1 0\nv 0 1 0\nf 1 2 3');
  const count = (r: Raster): number => r.pixels.filter((p) => p !== 0).length;

  test('shows a triangle in the middle, lit from both sides', () => {
    const r = new Raster();
    r.resize(64, 64);
    r.draw(front, camera, style);
    const middle = r.pixels[32 * 64 + 32] as number;
    expect(middle >>> 24).toBe(255);
    r.draw(front, { ...camera, yaw: Math.PI }, style);
    expect(r.pixels[32 * 64 + 32]).not.toBe(0);
    r.draw(front, { ...camera, yaw: Math.PI / 2 }, style);
    expect(count(r)).toBeLessThan(8); // from its edge
  });

  test('the nearer hides the farther, in whichever order they come', () => {
    const both = (a: string, b: string): number => {
      const r = new Raster();
      r.resize(32, 32);
      const near = 'v -1 -1 1\nv 1 -1 1\nv 0 1 1\n';
      const far = 'v -2 -2 -1\nv 2 -2 -1\nv 0 2 -1\n';
      const mesh = readObj(
        `${near}${far}o ${a}\nf ${a === 'near' ? '1 2 3' : '4 5 6'}\no ${b}\nf ${b === 'near' ? '1 2 3' : '4 5 6'}`,
      );
      const parts = mesh.parts.map((p) => ({
        ...p,
        colour: p.name === 'near' ? ([1, 0, 0] as const) : ([0, 1, 0] as const),
      }));
      r.draw({ ...mesh, parts }, camera, style);
      return (r.pixels[16 * 32 + 16] as number) & 0xffff;
    };
    expect(both('near', 'far')).toBe(both('far', 'near'));
    expect(both('near', 'far') & 0xff).toBeGreaterThan(100); // red
  });

  test('with z up, z goes up the picture', () => {
    const r = new Raster();
    r.resize(64, 64);
    const up = r.place({ ...camera, up: 2 }, [0, 0, 1]);
    expect(up?.y).toBeLessThan(32);
    expect(r.place(camera, [0, 1, 0])?.y).toBeLessThan(32);
    expect(r.place(camera, [0, 0, 9])).toBeUndefined(); // behind the eye
  });

  test('numbers that are none, and a camera inside, draw no nonsense', () => {
    const r = new Raster();
    r.resize(16, 16);
    for (const v of [Number.NaN, Number.POSITIVE_INFINITY, 1e38]) {
      const mesh = { ...front, positions: Float32Array.of(v, -1, 0, 1, v, 0, 0, 1, v) };
      r.draw(mesh, camera, { ...style, wire: true });
      r.draw(mesh, { ...camera, distance: 0.001 }, { ...style, wire: true });
    }
    expect(boundsOf({ positions: Float32Array.of(Number.NaN, 1, 2, 3, Number.NaN, Number.POSITIVE_INFINITY) })).toEqual(
      {
        min: [3, 1, 2],
        max: [3, 1, 2],
      },
    );
  });
});
