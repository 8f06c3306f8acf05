// The page's half of the benchmark: a log of a million lines, to which a thousand more come each frame.

import '../../src/styles/tokens.css';
import '../../src/styles/base.css';
import type { App } from '../../src/core/app';
import type { Line } from '../../src/core/protocol';
import { columns } from '../../src/panels/console/columns';
import { type Item, List } from '../../src/panels/console/list';
import { Ring } from '../../src/panels/console/ring';
import { View } from '../../src/panels/console/view';
import { Table } from '../../src/widgets/table/table';
import { random } from '../fixtures/segments';

const million = 1_000_000;
const perFrame = 1000;
const slice = 4; // ms, as the panel has it

const next = random(7);
let seq = 0;

function lines(n: number): Line[] {
  return Array.from({ length: n }, () => {
    seq++;
    const hunter = Math.floor(next() * 400);
    return {
      seq,
      time: seq * 1e4,
      frame: Math.floor(seq / perFrame),
      tick: Math.floor(seq / perFrame),
      level: next() < 0.02 ? 'warn' : 'info',
      msg:
        next() < 0.3 ? `player hit by hunter ${hunter} for ${seq % 9}` : `seed ${seq} planted near well ${hunter % 12}`,
      attrs: next() < 0.4 ? { hunter, x: Math.round(next() * 640), y: Math.round(next() * 360) } : {},
      source: `garden/${['spawn', 'ai', 'combat', 'physics'][hunter % 4]}.go:${hunter % 90}`,
    } satisfies Line;
  });
}

function at(share: number, values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] as number;
}

const ring = new Ring(Number.POSITIVE_INFINITY);
for (let n = 0; n < million; n += 50_000) for (const line of lines(50_000)) ring.push(line);
const view = new View(ring);
view.sync();
const list = new List(view, new Map());
const app = { url: { href: (panel: string) => `#/${panel}` } } as unknown as App;
let draw: (() => void) | undefined;
const table = new Table<Item>({
  label: 'Log',
  columns: columns(app, () => false),
  source: list,
  soon: (f) => {
    draw = f;
  },
  rowHeight: 20,
  header: false,
  tree: true,
  dress: (item) => ({ class: item.kind === 'line' ? `level-${item.row.last.kind}` : '', level: 1 }),
});
document.querySelector('#host')?.append(table.el);

const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));

// As a message that brings them is worked off, and then drawn.
async function appending(): Promise<number[]> {
  const costs: number[] = [];
  for (let i = 0; i < 60; i++) {
    const fresh = lines(perFrame);
    await frame();
    const begin = performance.now();
    for (const line of fresh) ring.push(line);
    view.sync();
    list.place();
    table.toEnd();
    costs.push(performance.now() - begin);
  }
  return costs.slice(5);
}

async function scrolling(): Promise<number[]> {
  const costs: number[] = [];
  for (let i = 0; i < 60; i++) {
    table.el.scrollTop = (table.el.scrollHeight * ((i * 37) % 60)) / 60;
    await frame(); // its scroll event asks for a drawing
    const begin = performance.now();
    draw?.();
    costs.push(performance.now() - begin);
  }
  return costs.slice(5);
}

function filtering(text: string): { slices: number[]; rows: number } {
  const filtered = new View(ring, { text, hidden: new Set() });
  const slices: number[] = [];
  for (let done = false; !done; ) {
    const begin = performance.now();
    done = filtered.work(() => performance.now() > begin + slice);
    slices.push(performance.now() - begin);
  }
  return { slices, rows: filtered.size };
}

type Measured = Record<string, { value: number; unit: string; note: string }>;

async function measure(): Promise<Measured> {
  const out: Measured = {};
  const ms = (name: string, value: number, note = ''): void => {
    out[name] = { value, unit: 'ms', note };
  };
  const spread = (name: string, values: number[]): void => {
    ms(`${name}, median`, at(0.5, values), 'target 6 ms');
    ms(`${name}, p95`, at(0.95, values), 'target 6 ms');
  };
  spread('append 1,000 lines and draw', await appending());
  spread('draw after a jump in a million lines', await scrolling());
  for (const text of ['hunter 7, -well', 'planted near well 11', '']) {
    const { slices, rows } = filtering(text);
    const name = text === '' ? 'take the filter off' : `filter by "${text}"`;
    ms(
      name,
      slices.reduce((a, b) => a + b),
      `${rows} rows, ${slices.length} slices`,
    );
    spread(`its slices${' '.repeat(Object.keys(out).length)}`, slices);
  }
  out['bytes a line'] = { value: ring.bytes / ring.size, unit: 'B', note: '' };
  return out;
}

Object.assign(globalThis, { measure });
