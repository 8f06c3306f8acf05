import { describe, expect, test } from 'vitest';
import { linesOf } from '../../src/panels/world/diff';
import { Camera, inside, length, ruler } from '../../src/panels/world/mapcamera';
import { decodePlaces } from '../../src/panels/world/mapplaces';

function camera(): Camera {
  const c = new Camera();
  c.width = 400;
  c.height = 200;
  return c;
}

describe('the camera of the top view', () => {
  test('what is fitted in is in view, and centred', () => {
    const c = camera();
    c.fit({ x0: -10, y0: 20, x1: 30, y1: 40 });
    expect(c.toScreen({ x: 10, y: 30 })).toEqual({ x: 200, y: 100 });
    expect(inside({ x0: -10, y0: 20, x1: 30, y1: 40 }, c.view())).toBe(true);
    expect(c.scale).toBeCloseTo(8.8);
  });

  test('a single place is shown in a neighbourhood', () => {
    const c = camera();
    c.fit({ x0: 5, y0: 5, x1: 5, y1: 5 });
    expect(c.scale).toBe(1);
    expect(c.toScreen({ x: 5, y: 5 })).toEqual({ x: 200, y: 100 });
  });

  test('what is under the pointer stays there while one zooms, whichever way y grows', () => {
    for (const up of [false, true]) {
      const c = camera();
      c.up = up;
      c.fit({ x0: 0, y0: 0, x1: 100, y1: 100 });
      const px = { x: 37, y: 150 };
      const before = c.toWorld(px);
      c.zoom(3, px);
      const after = c.toWorld(px);
      expect(after.x).toBeCloseTo(before.x);
      expect(after.y).toBeCloseTo(before.y);
      const back = c.toScreen(after);
      expect(back.x).toBeCloseTo(px.x);
      expect(back.y).toBeCloseTo(px.y);
      c.pan(10, -5);
      const moved = c.toScreen(after);
      expect(moved.x).toBeCloseTo(47);
      expect(moved.y).toBeCloseTo(145);
    }
  });

  test('up turns the picture over', () => {
    const c = camera();
    c.up = true;
    expect(c.toScreen({ x: 0, y: 10 }).y).toBeLessThan(c.toScreen({ x: 0, y: 0 }).y);
  });

  test('zoom ends somewhere', () => {
    const c = camera();
    for (let i = 0; i < 200; i++) c.zoom(10, { x: 1, y: 1 });
    expect(Number.isFinite(c.x + c.y)).toBe(true);
    for (let i = 0; i < 400; i++) c.zoom(0.1, { x: 1, y: 1 });
    expect(c.scale).toBeGreaterThan(0);
  });

  test('the ruler is round, lengths are short', () => {
    expect(ruler(1, 120)).toBe(100);
    expect(ruler(2, 120)).toBe(50);
    expect(ruler(100, 120)).toBe(1);
    expect(ruler(1000, 120)).toBeCloseTo(0.1);
    expect([0, 2.1234, 0.04567, 120, 3e7].map(length)).toEqual(['0', '2.1', '0.046', '120', '3.0e+7']);
  });
});

describe('the payload of places', () => {
  function payload(n: number, cut = 0): DataView {
    const data = new DataView(new ArrayBuffer(48 + 5 * n - cut));
    data.setUint32(0, 1000, true);
    data.setUint32(4, n, true);
    [-5, 0, 5, 10].forEach((v, i) => {
      data.setFloat64(8 + 8 * i, v, true);
    });
    data.setUint32(40, 77, true);
    data.setUint32(44, 3, true);
    for (let i = 0; i < n && cut === 0; i++) {
      data.setUint16(48 + 2 * i, 10 + i, true);
      data.setUint16(48 + 2 * n + 2 * i, 65535 - i, true);
      data.setUint8(48 + 4 * n + i, i);
    }
    return data;
  }

  test('columns are read', () => {
    const p = decodePlaces(payload(3));
    expect(p).toMatchObject({ count: 1000, x0: -5, y0: 0, x1: 5, y1: 10, began: 77, frames: 3 });
    expect([...(p?.xs ?? [])]).toEqual([10, 11, 12]);
    expect([...(p?.ys ?? [])]).toEqual([65535, 65534, 65533]);
    expect([...(p?.kinds ?? [])]).toEqual([0, 1, 2]);
  });

  test('what is cut off is nothing', () => {
    expect(decodePlaces(payload(3, 1))).toBeUndefined();
    expect(decodePlaces(new DataView(new ArrayBuffer(10)))).toBeUndefined();
    expect(decodePlaces(payload(0))?.xs.length).toBe(0);
  });
});

describe('the lines of a comparison', () => {
  test('what came, what went, each field that changed', () => {
    const e = (id: string) => ({ id, name: `n${id}`, kind: 'k' });
    const lines = linesOf({
      from: 1,
      added: [e('1')],
      removed: [e('2')],
      changed: [
        { ...e('3'), fields: { x: [1, 2], y: ['a', null] } },
        { ...e('4'), fields: {} },
      ],
      counts: { added: 1, removed: 1, changed: 2 },
    });
    expect(lines.map((l) => [l.what, l.id, l.path, l.before, l.after])).toEqual([
      ['added', '1', '', undefined, undefined],
      ['removed', '2', '', undefined, undefined],
      ['changed', '3', 'x', 1, 2],
      ['changed', '3', 'y', 'a', null],
      ['changed', '4', '', undefined, undefined],
    ]);
  });
});
