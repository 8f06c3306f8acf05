import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Column, type Source, Table } from '../../src/widgets/table/table';
import { Scale, Slots } from '../../src/widgets/table/window';

describe('Scale', () => {
  test('agrees with brute force on which rows are in view', () => {
    for (const rows of [0, 1, 7, 100, 100_000]) {
      for (const view of [1, 23, 240, 731]) {
        const scale = new Scale(rows, 24, view);
        for (const top of [0, 1, 23, 24, 25, 500, 99_999]) {
          const y = Math.min(top, Math.max(0, rows * 24 - view));
          const want: number[] = [];
          for (let i = 0; i < Math.min(rows, 6000); i++) if (i * 24 < y + view && (i + 1) * 24 > y) want.push(i);
          const { from, to } = scale.visible(top);
          expect([from, to - 1], `${rows} rows, view ${view}, top ${top}`).toEqual(
            want.length > 0 ? [want[0], want.at(-1)] : [from, from - 1],
          );
        }
      }
    }
  });

  test('reaches both ends of a list that is taller than an element can be', () => {
    const scale = new Scale(2_000_000, 24, 700);
    expect(scale.height).toBeLessThan(10_000_000);
    expect(scale.visible(0).from).toBe(0);
    expect(scale.visible(scale.height - 700).to).toBe(2_000_000);
    const at = scale.reveal(1_234_567, 0);
    const { from, to } = scale.visible(at);
    expect(from).toBeLessThanOrEqual(1_234_567);
    expect(to).toBeGreaterThan(1_234_567);
    expect(scale.offset(from, at) - at).toBeGreaterThan(-24);
  });

  test('moves no further than it must to reveal a row', () => {
    const scale = new Scale(1000, 24, 240);
    expect(scale.reveal(5, 0)).toBe(0);
    expect(scale.reveal(10, 0)).toBe(24);
    expect(scale.reveal(0, 500)).toBe(0);
  });
});

describe('Slots', () => {
  test('keeps a key in its slot, each key once, and makes no more slots than were ever needed', () => {
    const slots = new Slots<number>();
    const at = new Map<number, number>();
    let most = 0;
    let seed = 7;
    for (let step = 0; step < 2000; step++) {
      seed = (seed * 48271) % 2147483647;
      const from = seed % 500;
      const keys = Array.from({ length: 5 + (seed % 30) }, (_, i) => from + i);
      most = Math.max(most, keys.length);
      slots.assign(keys);
      const used = keys.map((k) => slots.slot(k));
      expect(new Set(used).size).toBe(keys.length);
      for (const k of keys) {
        if (at.has(k)) expect(slots.slot(k)).toBe(at.get(k));
      }
      at.clear();
      for (const k of keys) at.set(k, slots.slot(k) as number);
      expect(slots.size).toBeLessThanOrEqual(most);
    }
  });

  test('keeps what is pinned', () => {
    const slots = new Slots<string>();
    slots.assign(['a', 'b']);
    const slot = slots.slot('a');
    slots.pin('a');
    slots.assign(['c', 'd', 'e']);
    expect(slots.slot('a')).toBe(slot);
    slots.unpin('a');
    slots.assign(['c', 'd', 'e']);
    expect(slots.slot('a')).toBeUndefined();
  });
});

interface Ball {
  id: string;
  speed: number;
}

describe('Table', () => {
  const columns: Column<Ball>[] = [
    { key: 'id', title: 'id', width: 80, sortable: true, text: (b) => b.id },
    { key: 'speed', title: 'speed', width: 80, align: 'right', heat: true, text: (b) => b.speed.toFixed(2) },
  ];
  let frame: (() => void)[];
  let balls: Ball[];

  beforeEach(() => {
    frame = [];
    balls = Array.from({ length: 100_000 }, (_, i) => ({ id: `ball ${i}`, speed: i / 7 }));
    document.body.replaceChildren();
  });

  function draw(): void {
    for (let i = 0; i < 3; i++) for (const f of frame.splice(0)) f();
  }

  function make(extra: Partial<ConstructorParameters<typeof Table<Ball>>[0]> = {}): Table<Ball> {
    const source: Source<Ball> = {
      get count() {
        return balls.length;
      },
      row: (i) => balls[i],
      key: (i) => balls[i]?.id ?? '',
    };
    const table = new Table<Ball>({ label: 'Balls', columns, source, soon: (f) => frame.push(f), ...extra });
    Object.defineProperty(table.el, 'clientHeight', { value: 724, configurable: true });
    document.body.append(table.el);
    (table as unknown as { height: number }).height = -1;
    table.update();
    draw();
    return table;
  }

  function shown(table: Table<Ball>): Element[] {
    return [...table.el.querySelectorAll('.row:not([hidden])')];
  }

  function scroll(table: Table<Ball>, top: number): void {
    table.el.scrollTop = top;
    table.el.dispatchEvent(new Event('scroll'));
    draw();
  }

  test('draws each visible row exactly once, wherever it is scrolled', () => {
    const table = make();
    const made = table.el.querySelectorAll('.row').length;
    let seed = 11;
    for (let i = 0; i < 200; i++) {
      seed = (seed * 48271) % 2147483647;
      scroll(table, seed % (100_000 * 24 - 724));
      const { from, to } = table.visible;
      const names = shown(table).map((r) => r.querySelector('[role=gridcell]')?.textContent);
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(names)).toEqual(new Set(balls.slice(from, to).map((b) => b.id)));
    }
    expect(table.el.querySelectorAll('.row').length).toBeLessThanOrEqual(made + 2);
    expect(table.el.getAttribute('aria-rowcount')).toBe('100001');
  });

  test('numbers its rows for assistive technology', () => {
    const table = make();
    scroll(table, 24 * 500);
    const row = shown(table).find((r) => r.textContent?.startsWith('ball 500'));
    expect(row?.getAttribute('aria-rowindex')).toBe('502');
    expect(row?.getAttribute('role')).toBe('row');
    expect(table.el.getAttribute('role')).toBe('grid');
  });

  test('writes only what changed, and marks a cell that was quiet before', () => {
    const time = vi.spyOn(performance, 'now').mockReturnValue(10_000);
    const table = make();
    const cell = shown(table)[3]?.querySelectorAll<HTMLElement>('[role=gridcell]')[1];
    const ball = balls.find((b) => b.speed.toFixed(2) === cell?.textContent) as Ball;
    time.mockReturnValue(12_000);
    ball.speed = 555;
    table.update();
    draw();
    expect(cell?.textContent).toBe('555.00');
    const mark = cell?.dataset.heat;
    expect(mark).toBeDefined();
    time.mockReturnValue(12_100);
    ball.speed = 556; // it moves: no second mark
    table.update();
    draw();
    expect(cell?.dataset.heat).toBe(mark);
    expect(shown(table).filter((r) => r.querySelector('[data-heat]'))).toHaveLength(1);
  });

  test('moves by keys with a roving focus', () => {
    const chosen: (string | undefined)[] = [];
    const table = make({ onSelect: (b) => chosen.push(b?.id) });
    const press = (key: string, more: KeyboardEventInit = {}): void => {
      (document.activeElement ?? table.el).dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
      );
      draw();
    };
    table.focus();
    press('ArrowDown');
    press('ArrowDown');
    expect(chosen.at(-1)).toBe('ball 2');
    press('End');
    expect(chosen.at(-1)).toBe('ball 99999');
    expect(table.visible.to).toBe(100_000);
    press('PageUp');
    expect(chosen.at(-1)).toBe(`ball ${99_999 - 29}`);
    press('Home');
    expect(chosen.at(-1)).toBe('ball 0');
    expect(document.activeElement?.textContent).toContain('ball 0');
    expect(table.el.querySelectorAll('.row[tabindex="0"]')).toHaveLength(1);
  });

  test('keeps the row that has the focus while it is scrolled away', () => {
    const table = make();
    table.focus();
    draw();
    const focused = document.activeElement;
    scroll(table, 50_000);
    expect(document.activeElement).toBe(focused);
    expect(focused?.textContent).toContain('ball 0');
  });

  test('copies the selection as tab-separated values', () => {
    const table = make();
    const rows = shown(table);
    const byName = (name: string): Element | undefined => shown(table).find((r) => r.textContent?.startsWith(name));
    expect(rows.length).toBeGreaterThan(20);
    byName('ball 2')?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    draw();
    byName('ball 4')?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0, shiftKey: true }));
    draw();
    expect(table.tsv()).toBe('id\tspeed\nball 2\t0.29\nball 3\t0.43\nball 4\t0.57\n');
  });

  test('sorts up, down, and back to the order of the source', () => {
    const asked: unknown[] = [];
    const table = make({ onSort: (s) => asked.push(s) });
    for (let i = 0; i < 3; i++) table.el.querySelector<HTMLButtonElement>('.sort')?.click();
    expect(asked).toEqual([{ key: 'id', down: false }, { key: 'id', down: true }, undefined]);
    expect(table.el.querySelector('[role=columnheader]')?.getAttribute('aria-sort')).toBe('none');
  });

  test('keeps its rows with their keys when the order changes', () => {
    const table = make();
    const first = shown(table).find((r) => r.textContent?.startsWith('ball 0'));
    [balls[0], balls[1]] = [balls[1] as Ball, balls[0] as Ball];
    table.update();
    draw();
    expect(first?.textContent).toContain('ball 0');
    expect(first?.getAttribute('aria-rowindex')).toBe('3');
  });

  test('reveals a row that was asked for before it had a place in the page', () => {
    const source: Source<Ball> = { count: 1000, row: (i) => balls[i], key: (i) => balls[i]?.id ?? '' };
    const table = new Table<Ball>({ label: 'Balls', columns, source, soon: (f) => frame.push(f) });
    table.select('ball 500', 500, true);
    draw();
    Object.defineProperty(table.el, 'clientHeight', { value: 240 });
    document.body.append(table.el);
    (table as unknown as { height: number }).height = -1;
    table.update();
    draw();
    expect(table.visible.from).toBeLessThanOrEqual(500);
    expect(table.visible.to).toBeGreaterThan(500);
  });

  test('keeps the selected row in view when there is less room, and only that', () => {
    const resized: (() => void)[] = [];
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe = vi.fn();
        disconnect = vi.fn();
        constructor(f: () => void) {
          resized.push(f);
        }
      },
    );
    try {
      const table = make();
      const shrink = (to: number): void => {
        Object.defineProperty(table.el, 'clientHeight', { value: to, configurable: true });
        resized[0]?.();
        draw();
      };
      table.select('ball 25', 25, true);
      draw();
      shrink(240);
      expect(table.visible).toEqual({ from: 16, to: 26 });
      scroll(table, 0);
      shrink(120);
      expect(table.visible.from).toBe(0); // it was scrolled away
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('draws a row that is not known yet as empty', () => {
    const table = make({ source: { count: 5, row: () => undefined, key: (i) => `#${i}` } });
    expect(shown(table)).toHaveLength(5);
    expect(shown(table)[0]?.hasAttribute('aria-busy')).toBe(true);
    expect(shown(table)[0]?.textContent).toBe('');
  });
});
