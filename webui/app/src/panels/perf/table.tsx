// The parts of the game in numbers: the frame that is looked at, and the window around it.

import { type Signal, signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import type { Scope } from '../../core/protocol';
import { count, fixed, ms, percent } from '../../core/units';
import { Icon } from '../../shell/icons';
import type { PerfModel, SortKey } from './model';
import { arrange, type FrameNumbers, measure, type Numbers, tsv } from './numbers';

/** The cells of a row, each a signal: only what changed touches the page. */
interface Cells {
  now: Signal<string>;
  nowClass: Signal<string>;
  avg: Signal<string>;
  p95: Signal<string>;
  max: Signal<string>;
  maxClass: Signal<string>;
  calls: Signal<string>;
  self: Signal<string>;
  bar: { current: HTMLElement | null };
}

const columns: readonly { key: SortKey | 'share' | 'budget'; title: string; help: string }[] = [
  { key: 'this', title: 'last', help: 'This frame, ms' },
  { key: 'avg', title: 'avg', help: 'Average, ms a frame' },
  { key: 'p95', title: 'p95', help: '95th percentile, ms a frame' },
  { key: 'max', title: 'max', help: 'Greatest, ms a frame' },
  { key: 'share', title: 'share', help: 'Share of the frame' },
  { key: 'calls', title: 'calls', help: 'Calls in this frame' },
  { key: 'self', title: 'self', help: 'Average without the parts inside, ms a frame' },
  { key: 'budget', title: 'budget', help: 'What the game allows it, ms a frame' },
];

function newCells(): Cells {
  return {
    now: signal(''),
    nowClass: signal('num'),
    avg: signal(''),
    p95: signal(''),
    max: signal(''),
    maxClass: signal('num'),
    calls: signal(''),
    self: signal(''),
    bar: { current: null },
  };
}

export function Table({ model }: { model: PerfModel }) {
  const app = useApp();
  const order = useSignal<readonly Scope[]>([]);
  const heading = useSignal('');
  const nowTitle = useSignal('last');
  const cells = useMemo(() => new Map<number, Cells>(), []);
  const total = useMemo(newCells, []);
  const hovered = useMemo(() => ({ on: false }), []);
  const cellsOf = (id: number): Cells => {
    let c = cells.get(id);
    if (c === undefined) {
      c = newCells();
      cells.set(id, c);
    }
    return c;
  };
  const flush = (): void => {
    const numbers = measure(model);
    heading.value = numbers.heading;
    nowTitle.value = numbers.one ? 'this' : 'last';
    for (const n of numbers.scopes) fill(cellsOf(n.scope.id), n, model.decimals);
    fillTotal(total, numbers.frame, model.decimals);
    if (hovered.on && order.peek().length === numbers.scopes.length) return;
    const next = arrange(numbers.scopes, model.sort.peek(), model.tree.peek() === 'yes', model.timings.scopes);
    const before = order.peek();
    if (next.length !== before.length || next.some((s, i) => s !== before[i])) order.value = next;
  };
  useEffect(() => app.frame.onText(flush), [app, model]);
  useEffect(() => {
    const now = hovered.on;
    hovered.on = false;
    flush();
    hovered.on = now;
  }, [model.sort.value, model.tree.value, model.f.value, model.range.value]);
  const tree = model.tree.value === 'yes';
  const budgets = order.value.some((s) => s.budget > 0);
  return (
    <section class="panel perf-table">
      <header class="panel-head">
        <h2>Numbers</h2>
        <span class="muted">{heading}</span>
        <span class="space" />
        <button
          type="button"
          class="btn quiet icon"
          aria-pressed={tree}
          aria-label="As a tree"
          title="Scopes under the scopes that hold them"
          onClick={() => {
            model.tree.value = tree ? 'no' : 'yes';
          }}
        >
          <Icon name="tree" />
        </button>
        <button type="button" class="btn quiet" title="Copy the table (Ctrl+C)" onClick={() => copyTable(app, model)}>
          <Icon name="copy" /> TSV
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="scroll perf-scroll" tabIndex={0} aria-label="Scopes in numbers">
        <table class="rows">
          <Head model={model} budgets={budgets} nowTitle={nowTitle} />
          <tbody
            onPointerEnter={() => {
              hovered.on = true;
            }}
            onPointerLeave={() => {
              hovered.on = false;
            }}
          >
            {order.value.map((s) => (
              <Row
                key={s.id}
                scope={s}
                model={model}
                cells={cellsOf(s.id)}
                depth={tree ? model.timings.depth(s) : 0}
                budgets={budgets}
              />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td class="muted">frame{model.timings.budget > 0 && ` of ${ms(model.timings.budget, 1)}`}</td>
              <td class={total.nowClass}>{total.now}</td>
              <td class="num">{total.avg}</td>
              <td class="num">{total.p95}</td>
              <td class={total.maxClass}>{total.max}</td>
              <td class="muted">{percent(1, 0)}</td>
              <td />
              <td />
              {budgets && <td />}
            </tr>
          </tfoot>
        </table>
      </section>
    </section>
  );
}

/** Copies what the table shows. */
export function copyTable(app: App, model: PerfModel): void {
  const numbers = measure(model);
  const order = arrange(numbers.scopes, model.sort.peek(), model.tree.peek() === 'yes', model.timings.scopes);
  if (copyText(tsv(numbers, order))) app.toast(`${count(order.length)} rows copied as TSV`);
  else app.toast('The browser did not let this page copy', 'bad');
}

function Head({ model, budgets, nowTitle }: { model: PerfModel; budgets: boolean; nowTitle: Signal<string> }) {
  const sort = model.sort.value;
  const key = sort.replace(/^-/, '');
  const down = sort.startsWith('-');
  const order = (k: string): 'ascending' | 'descending' | 'none' =>
    k !== key ? 'none' : down ? 'descending' : 'ascending';
  const by = (k: string): void => {
    if (k !== key) model.sort.value = k === 'name' ? k : `-${k}`;
    else model.sort.value = down ? k : `-${k}`;
  };
  return (
    <thead>
      <tr>
        <th aria-sort={order('name')} class="w-name">
          <button type="button" onClick={() => by('name')}>
            Subsystem{key === 'name' ? arrow(down) : ''}
          </button>
        </th>
        {columns.map(({ key: k, title, help }) => {
          if (k === 'budget' && !budgets) return null;
          const sortable = k !== 'share' && k !== 'budget';
          const words = k === 'this' ? nowTitle : title;
          return (
            <th
              key={k}
              class={`w-${k}${k === 'share' ? '' : ' num'}`}
              title={help}
              aria-sort={sortable ? order(k) : undefined}
            >
              {sortable ? (
                <button type="button" onClick={() => by(k)}>
                  {words}
                  {k === key ? arrow(down) : ''}
                </button>
              ) : (
                words
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function arrow(down: boolean): string {
  return down ? ' ▾' : ' ▴';
}

interface RowProps {
  scope: Scope;
  model: PerfModel;
  cells: Cells;
  depth: number;
  budgets: boolean;
}

function Row({ scope, model, cells, depth, budgets }: RowProps) {
  const app = useApp();
  const drawn = model.drawn().some((s) => s.id === scope.id);
  const paint = app.theme.paint.value;
  const colour = app.theme.series(scope.name);
  return (
    <tr title={scope.help}>
      <td class="perf-name">
        <button
          type="button"
          class="perf-key"
          style={{ marginLeft: `${depth * 12}px` }}
          aria-pressed={drawn}
          aria-label={`Line of ${scope.name}`}
          title={drawn ? 'Take its line away' : 'Draw its line'}
          onClick={() => model.toggleLine(scope)}
        >
          <span
            key={paint}
            class="swatch"
            style={drawn ? { background: colour } : { boxShadow: `inset 0 0 0 1px ${colour}` }}
          />
        </button>
        {scope.name}
      </td>
      <td class={cells.nowClass}>{cells.now}</td>
      <td class="num">{cells.avg}</td>
      <td class="num">{cells.p95}</td>
      <td class={cells.maxClass}>{cells.max}</td>
      <td>
        <span class="share" aria-hidden="true">
          <span key={paint} ref={cells.bar} style={{ background: colour }} />
        </span>
      </td>
      <td class="num muted">{cells.calls}</td>
      <td class="num">{cells.self}</td>
      {budgets && <td class="num muted">{scope.budget > 0 && ms(scope.budget, 1)}</td>}
    </tr>
  );
}

// Numbers of three digits need no thousandths, and have no room for them.
function cell(ns: number, decimals: number): string {
  return ms(ns, ns >= 1e8 ? 1 : decimals);
}

function marked(ns: number, budget: number, decimals: number): { text: string; class: string } {
  const text = cell(ns, decimals);
  if (budget <= 0 || !(ns > budget)) return { text, class: 'num' };
  return ns > budget * 2 ? { text: `▲ ${text}`, class: 'num bad' } : { text: `◆ ${text}`, class: 'num warn' };
}

function fill(c: Cells, n: Numbers, decimals: number): void {
  const now = marked(n.now, n.scope.budget, decimals);
  const max = marked(n.max, n.scope.budget, decimals);
  c.now.value = now.text;
  c.nowClass.value = now.class;
  c.avg.value = cell(n.avg, decimals);
  c.p95.value = cell(n.p95, decimals);
  c.max.value = max.text;
  c.maxClass.value = max.class;
  c.calls.value = Number.isNaN(n.calls) ? '' : count(n.calls);
  c.self.value = cell(n.self, decimals);
  const share = Math.min(1, n.share || 0);
  if (c.bar.current !== null) c.bar.current.style.width = `${fixed(share * 100, 1)}%`;
}

function fillTotal(c: Cells, f: FrameNumbers, decimals: number): void {
  const classes = ['num', 'num warn', 'num bad'];
  const marks = ['', '◆ ', '▲ '];
  c.now.value = `${marks[f.grade]}${cell(f.now, decimals)}`;
  c.nowClass.value = classes[f.grade] as string;
  c.avg.value = cell(f.mean, decimals);
  c.p95.value = cell(f.p95, decimals);
  c.max.value = `${marks[f.maxGrade]}${cell(f.max, decimals)}`;
  c.maxClass.value = classes[f.maxGrade] as string;
}
