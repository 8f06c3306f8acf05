import { describe, expect, it } from 'vitest';
import { spread } from '../../src/widgets/chart/labels';

describe('labels at the end of lines', () => {
  it('stay where they want to be when there is room', () => {
    expect(spread([10, 50, 90], 14, 0, 200)).toEqual([10, 50, 90]);
  });

  it('share the shift when they touch', () => {
    expect(spread([50, 50], 14, 0, 200)).toEqual([43, 57]);
    expect(spread([50, 52, 54], 10, 0, 200)).toEqual([42, 52, 62]);
  });

  it('stay within their bounds', () => {
    expect(spread([0, 0, 0], 14, 0, 200)).toEqual([0, 14, 28]);
    expect(spread([199, 199, 199], 14, 0, 200)).toEqual([172, 186, 200]);
  });

  it('keep their order and distance, whatever they want', () => {
    let state = 3;
    const next = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32) * 300;
    };
    for (let round = 0; round < 200; round++) {
      const wanted = Array.from({ length: 1 + (round % 12) }, next);
      const got = spread(wanted, 14, 0, 300);
      const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
      for (let i = 0; i < order.length; i++) {
        const y = got[order[i] as number] as number;
        expect(y).toBeGreaterThanOrEqual(-1e-9);
        expect(y).toBeLessThanOrEqual(300 + 1e-9);
        if (i > 0) expect(y - (got[order[i - 1] as number] as number)).toBeGreaterThanOrEqual(14 - 1e-9);
      }
    }
  });
});
