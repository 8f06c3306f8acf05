// The page's half of the benchmark: a hundred thousand entities in the table and in the tree, of which
// a window is known, as the game sends it.

import '../../src/styles/tokens.css';
import '../../src/styles/base.css';
import '../../src/panels/world/world.css';
import type { App } from '../../src/core/app';
import type { Kind, KindField } from '../../src/core/protocol';
import { columnsOf, fieldsOf, NameCell } from '../../src/panels/world/columns';
import { Rows, type Shown } from '../../src/panels/world/store';
import { Tree, type TreeRow } from '../../src/panels/world/tree';
import { type Column, Table } from '../../src/widgets/table/table';
import { random } from '../fixtures/segments';

const total = 100_000;
const window = 150; // rows that the game sends at once
const next = random(7);
const paths = ['pos.x', 'pos.y', 'vel.x', 'vel.y', 'speed', 'health', 'ripeness', 'worth'];
const fields = paths.map((path): KindField => ({ path, name: path, type: 'float' }));
const kinds: Kind[] = [{ kind: 'seed', help: '', count: total, fields, columns: paths, subsystem: 'seed' }];

function row(i: number) {
  const values = Object.fromEntries(paths.map((p) => [p, next() * 1000]));
  return { id: String(i), name: `seed ${i}`, kind: 'seed', fields: values };
}

function rowsAt(offset: number) {
  const all = Array.from({ length: Math.min(window, total - offset) }, (_, i) => row(offset + i));
  return { total, all: total, offset, ids: all.map((r) => r.id), rows: all };
}

function columns(): Column<Shown>[] {
  const name: Column<Shown> = {
    key: 'id',
    title: 'entity',
    width: 122,
    text: (r) => r.name,
    view: (host) => new NameCell(host, () => ({ shape: '●', ink: 2 })),
  };
  return columnsOf(paths, fieldsOf(kinds, ''), name);
}

const due: (() => void)[] = [];
const soon = (f: () => void) => void due.push(f);
const draw = () => {
  for (const f of due.splice(0)) f();
};
const rows = new Rows();
const table = new Table<Shown>({
  label: 'Entities',
  columns: columns(),
  source: {
    get count() {
      return rows.count;
    },
    row: (i) => rows.at(i),
    key: (i) => rows.at(i)?.id ?? `#${i}`,
  },
  soon,
});

const answering = {
  rpc: {
    call: async (_: string, { offset = 0 }: { offset?: number }) => rowsAt(offset),
  },
  frame: { stir: () => {} },
  view: { peek: () => ({ paused: false }) },
} as unknown as App;
const tree = new Tree(answering, () => kinds);
const treeTable = new Table<Shown>({
  label: 'Tree',
  tree: true,
  columns: columns(),
  source: {
    get count() {
      return tree.count;
    },
    row: (i) => tree.at(i),
    key: (i) => tree.at(i)?.key ?? `#${i}`,
  },
  soon,
  onView: (view) => tree.look(view),
  dress: (r) => ({ level: (r as TreeRow).level }),
});

const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));

function at(share: number, values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] as number;
}

function show(t: Table<Shown>): void {
  document.querySelector('#host')?.replaceChildren(t.el);
  t.draw();
}

// A jump, and the rows that the game sends for it.
async function jumping(): Promise<{ blank: number[]; filled: number[] }> {
  const blank: number[] = [];
  const filled: number[] = [];
  show(table);
  for (let i = 0; i < 60; i++) {
    table.el.scrollTop = (table.el.scrollHeight * ((i * 37) % 60)) / 60;
    await frame();
    let begin = performance.now();
    draw();
    blank.push(performance.now() - begin);
    const view = rowsAt(Math.max(0, table.visible.from - 60));
    begin = performance.now();
    rows.apply(view, true);
    table.draw();
    filled.push(performance.now() - begin);
  }
  return { blank: blank.slice(5), filled: filled.slice(5) };
}

// Three rows a frame, as a wheel turns, where the rows are known.
async function wheeling(t: Table<Shown>): Promise<number[]> {
  show(t);
  const costs: number[] = [];
  t.el.scrollTop = 24 * 40_000;
  for (let i = 0; i < 90; i++) {
    t.el.scrollTop += 72;
    await frame();
    if (t === table && i % 20 === 0) rows.apply(rowsAt(Math.max(0, t.visible.from - 60)), true);
    const begin = performance.now();
    draw();
    costs.push(performance.now() - begin);
  }
  return costs.slice(10);
}

// Every value in view changes, as ten times a second at the most.
function changing(): number[] {
  show(table);
  const costs: number[] = [];
  for (let i = 0; i < 60; i++) {
    const { from, to } = table.visible;
    const changed = Array.from({ length: to - from }, (_, k) => row(from + k));
    const begin = performance.now();
    rows.apply({ total, all: total, rows: changed }, false);
    table.draw();
    costs.push(performance.now() - begin);
  }
  return costs.slice(5);
}

type Measured = Record<string, { value: number; unit: string; note: string }>;

async function measure(): Promise<Measured> {
  const out: Measured = {};
  const spread = (name: string, values: number[]): void => {
    for (const [word, share] of [
      ['median', 0.5],
      ['p95', 0.95],
    ] as const)
      out[`${name}, ${word}`] = { value: at(share, values), unit: 'ms', note: 'target 6 ms' };
  };
  rows.apply(rowsAt(0), true);
  const { blank, filled } = await jumping();
  spread('draw after a jump in 100,000 rows', blank);
  spread('take the rows of a jump and draw', filled);
  spread('draw three rows further', await wheeling(table));
  spread('take changes of all in view and draw', changing());
  tree.ask({ where: '', kind: '', by: 'kind', sort: '', fields: [] });
  const head = tree.at(0);
  if (head && !head.open) tree.toggle(head, true);
  tree.look({ from: 0, to: 30 });
  await frame();
  spread('tree: draw three rows further', await wheeling(treeTable));
  return out;
}

Object.assign(globalThis, { measure });
