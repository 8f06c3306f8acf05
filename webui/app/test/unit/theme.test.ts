import { describe, expect, it } from 'vitest';
import { hash, hues, Inks, seriesPalette } from '../../src/core/theme';

const names = ['ai', 'audio', 'combat', 'input', 'particles', 'physics', 'render', 'spawn'];

describe('colours of series', () => {
  it('belong to names: the order in which they come does not matter', () => {
    const a = new Inks();
    a.register(names);
    const b = new Inks();
    b.register([...names].reverse());
    for (const n of names) expect(a.of(n)).toEqual(b.of(n));
  });

  it('are all different, whatever the hashes say', () => {
    for (let round = 0; round < 200; round++) {
      const inks = new Inks();
      const some = Array.from({ length: hues }, (_, i) => `s${round}.${i * 7}`);
      inks.register(some);
      expect(new Set(some.map((n) => inks.of(n).slot)).size).toBe(hues);
    }
  });

  it('are those of the hash where nobody else wants them', () => {
    const inks = new Inks();
    inks.register(['physics']);
    expect(inks.of('physics').slot).toBe(hash('physics') % hues);
  });

  it('stay when others come later', () => {
    const inks = new Inks();
    inks.register(names.slice(0, 4));
    const before = names.slice(0, 4).map((n) => inks.of(n));
    inks.register(names);
    expect(names.slice(0, 4).map((n) => inks.of(n))).toEqual(before);
  });

  it('end after eight: then muted and dashed, never more hues', () => {
    const inks = new Inks();
    inks.register([...names, 'x', 'y', 'z']);
    const rest = [...names, 'x', 'y', 'z'].map((n) => inks.of(n)).filter((i) => i.slot === hues);
    expect(rest).toHaveLength(3);
    for (const { dash } of rest) expect(dash.length).toBeGreaterThan(0);
    expect(new Set(rest.map((i) => i.dash.join())).size).toBe(3);
  });

  it('are not taken by what is muted, nor by who only asks', () => {
    const inks = new Inks();
    inks.mute('console');
    expect(inks.of('console').slot).toBe(hues);
    expect(inks.of('stranger').slot).toBe(hues);
    inks.register(names);
    expect(new Set(names.map((n) => inks.of(n).slot)).size).toBe(hues);
  });
});

describe('the palette', () => {
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255).map(linear) as [
      number,
      number,
      number,
    ];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const linear = (c: number): number => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const contrast = (a: string, b: string): number => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
    return (x + 0.05) / (y + 0.05);
  };

  it.each([
    ['dark', '#1B1E24'],
    ['light', '#FFFFFF'],
  ] as const)('%s stands out from the panel', (theme, panel) => {
    expect(seriesPalette[theme]).toHaveLength(hues);
    for (const colour of seriesPalette[theme]) expect(contrast(colour, panel), colour).toBeGreaterThanOrEqual(3);
  });
});
