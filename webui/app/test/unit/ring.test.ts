import { describe, expect, it } from 'vitest';
import { Ring } from '../../src/core/ring';

describe('Ring', () => {
  it('gives every window as a plain array would', () => {
    const ring = new Ring(7);
    const all: number[] = [];
    for (let i = 0; i < 40; i++) {
      ring.push(i * 1.5);
      all.push(i * 1.5);
      const held = Math.max(0, all.length - 7);
      for (let from = held; from <= all.length; from++) {
        for (let to = from; to <= all.length; to++) {
          expect([...ring.window(from, to)]).toEqual(all.slice(from, to));
        }
      }
      expect(ring.last).toBe(all.at(-1));
      expect(ring.length).toBe(Math.min(7, all.length));
    }
  });

  it('finds the newest number at or below another, as a search from the end would', () => {
    const ring = new Ring(7);
    expect(ring.indexOf(1)).toBe(-1);
    const all: number[] = [];
    for (let i = 0; i < 40; i++) {
      all.push(Math.floor(i / 3) * 2); // each three times
      ring.push(all[i] as number);
      const held = Math.max(0, all.length - 7);
      for (let x = -1; x < 30; x++) {
        const want = all.findLastIndex((y) => y <= x);
        expect(ring.indexOf(x)).toBe(want < held ? -1 : want);
      }
    }
  });

  it('cuts a window to what is held', () => {
    const ring = new Ring(3);
    for (const x of [1, 2, 3, 4, 5]) ring.push(x);
    expect([...ring.window(0)]).toEqual([3, 4, 5]);
    expect([...ring.window(0, 99)]).toEqual([3, 4, 5]);
    expect([...ring.window(0, 1)]).toEqual([]);
    expect([...ring.tail(2)]).toEqual([4, 5]);
  });

  it('says NaN for what is gone or not yet there', () => {
    const ring = new Ring(2);
    expect(ring.last).toBeNaN();
    for (const x of [1, 2, 3]) ring.push(x);
    expect(ring.at(0)).toBeNaN();
    expect(ring.at(1)).toBe(2);
    expect(ring.at(3)).toBeNaN();
  });

  it('copies nothing: a window looks into the ring', () => {
    const ring = new Ring(4);
    for (const x of [1, 2, 3]) ring.push(x);
    expect(ring.tail(2).buffer).toBe(ring.tail(3).buffer);
  });

  it('joins others that began before', () => {
    const ring = new Ring(4);
    ring.skip(9);
    ring.push(5);
    expect(ring.count).toBe(10);
    expect([...ring.tail(4)]).toEqual([0, 0, 0, 5]);
  });

  it('has copies that stand still', () => {
    const ring = new Ring(3);
    for (const x of [1, 2, 3]) ring.push(x);
    const copy = ring.clone();
    for (const x of [4, 5, 6]) ring.push(x);
    expect([...copy.tail(3)]).toEqual([1, 2, 3]);
    expect([...ring.tail(3)]).toEqual([4, 5, 6]);
  });
});
