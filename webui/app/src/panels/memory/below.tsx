// What stands below the charts: growth by call site, the goroutines, and the collections.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { useLive } from '../../core/live';
import type { HeapProfile, MemoryDiff } from '../../core/protocol';
import { ago, bytes, count, duration, frameName, text } from '../../core/units';
import { Icon } from '../../shell/icons';
import { FrameLink } from '../../widgets/framelink/framelink';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { CollectionList } from './collections';
import { type MemoryModel, markName, type PageMark, type View, views } from './model';
import { siteList, sitesOf } from './sites';
import type { Stacked, StackList } from './stacks';

const titles: Record<View, string> = { sites: 'Call sites', goroutines: 'Goroutines', collections: 'Collections' };

export function Below({ model }: { model: MemoryModel }) {
  const { viewName } = model;
  return (
    <section class="panel memory-below" aria-label={titles[viewName]}>
      <Tabs model={model} />
      {viewName === 'sites' && <Sites model={model} />}
      {viewName === 'goroutines' && <GoroutineView model={model} />}
      {viewName === 'collections' && <Collections />}
    </section>
  );
}

function Tabs({ model }: { model: MemoryModel }) {
  const app = useApp();
  const { viewName } = model;
  const goroutines = useLive(() => count(app.shown().memory.last?.goroutines ?? 0));
  const collections = useLive(() => count(app.shown().memory.collections.length));
  const told = { sites: '', goroutines, collections };
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    const next = views[(views.indexOf(viewName) + by + views.length) % views.length] as View;
    model.view.value = next;
    document.getElementById(`memory-${next}`)?.focus();
    event.preventDefault();
  };
  return (
    <div class="sub-tabs" role="tablist" aria-label="Views of the memory" onKeyDown={onKey}>
      {views.map((v) => (
        <button
          key={v}
          id={`memory-${v}`}
          type="button"
          role="tab"
          aria-selected={v === viewName}
          tabIndex={v === viewName ? 0 : -1}
          onClick={() => {
            model.view.value = v;
          }}
        >
          {titles[v]} <span class="muted">{told[v]}</span>
        </button>
      ))}
    </div>
  );
}

function useLiveGame(): boolean {
  return useApp().conn.value.state === 'live';
}

function Rows<T extends Stacked>({ list, children }: { list: StackList<T>; children?: ComponentChildren }) {
  const { listed, all } = list.tally.value;
  return (
    <div class="rows-body">
      <Mount class="fill" make={() => list.table} />
      {all === 0 && children}
      {all > 0 && listed === 0 && (
        <p class="empty">
          <b>None of {count(all)} fits.</b>
          Each word of the filter must occur in a function or a file of the stack.
        </p>
      )}
    </div>
  );
}

function Filter<T extends Stacked>({ list, label }: { list: StackList<T>; label: string }) {
  const { listed, all } = list.tally.value;
  return (
    <>
      <Search
        value={list.query.value}
        label={label}
        placeholder="Function, file"
        onValue={(value) => {
          list.query.value = value;
        }}
        onLeave={() => list.table.focus()}
      />
      {list.query.value.trim() !== '' && (
        <span class="tally">
          <b>{count(listed)}</b> of {count(all)}
        </span>
      )}
      <button
        type="button"
        class="btn soft"
        title="Copy what is listed as tab-separated values"
        disabled={listed === 0}
        onClick={() => list.copy()}
      >
        <Icon name="copy" /> TSV
      </button>
    </>
  );
}

function Sites({ model }: { model: MemoryModel }) {
  const app = useApp();
  const list = useMemo(() => siteList(app), [app]);
  const diff = model.diff.value;
  useEffect(() => list.start(), [list]);
  useEffect(() => list.set(diff ? sitesOf(diff) : []), [list, diff]);
  const from = model.from.value;
  const asking = model.asked.value === 'diff';
  const live = useLiveGame();
  return (
    <>
      <div class="filter-line memory-compare">
        <Choice model={model} end="from" />
        <span class="muted">→</span>
        <Choice model={model} end="to" />
        <button
          type="button"
          class="btn"
          disabled={from === undefined || !live || model.asked.value !== ''}
          title={
            model.to.value
              ? 'Compare the two marks'
              : 'Compare with the heap of now: two garbage collections run first, the game goes on meanwhile'
          }
          onClick={() => void model.compare()}
        >
          {asking ? 'Comparing…' : 'Compare'}
        </button>
        <Filter list={list} label="Filter call sites" />
      </div>
      {diff && <DiffFacts diff={diff} />}
      <Rows list={list}>
        <p class="empty">
          <Hint model={model} asking={asking} diff={diff} />
        </p>
      </Rows>
    </>
  );
}

function Hint({ model, asking, diff }: { model: MemoryModel; asking: boolean; diff: MemoryDiff | undefined }) {
  if (model.fault.value !== '') {
    return (
      <>
        <b class="bad">✕ The game did not compare.</b>
        It says: {model.fault}.
      </>
    );
  }
  if (asking) return <>Two garbage collections run, then the heap is read.</>;
  if (diff) {
    return (
      <>
        <b>Nothing that was allocated or freed between the two was sampled.</b>
        One allocation in {text(bytes(diff.to.profile.rate, 0))} is. Started with{' '}
        <code class="mono">GODEBUG=memprofilerate=4096</code> the game samples more.
      </>
    );
  }
  if (model.from.value === undefined) {
    return (
      <>
        <b>Which line of the program grows?</b>
        Mark the heap (<kbd>m</kbd>), let the game run, then compare. The figures are estimates from the sampled heap
        profile.
      </>
    );
  }
  return (
    <>
      <b>{markName(model.from.value)} is kept.</b>
      Compare says what grew since, by call site.
    </>
  );
}

/** One end of the comparison. */
function Choice({ model, end }: { model: MemoryModel; end: 'from' | 'to' }) {
  const [from, to] = [model.from.value, model.to.value];
  const all = model.marks.value;
  const listed = end === 'from' ? all : all.filter((m) => from === undefined || m.id > from.id);
  const chosen = end === 'from' ? from : to;
  const change = (id: string): void => {
    if (end === 'to') model.choose(String(from?.id ?? ''), id);
    else model.choose(id, to !== undefined && to.id > Number(id) ? String(to.id) : '');
  };
  return (
    <select
      class="input"
      aria-label={end === 'from' ? 'Earlier mark' : 'Later mark'}
      value={String(chosen?.id ?? '')}
      disabled={all.length === 0}
      onChange={(event) => change(event.currentTarget.value)}
    >
      {end === 'to' ? <option value="">now</option> : all.length === 0 && <option value="">no mark</option>}
      {listed.map((m: PageMark) => (
        <option key={m.id} value={String(m.id)}>
          {markName(m)} · {frameName(m.frame)}
        </option>
      ))}
    </select>
  );
}

function DiffFacts({ diff }: { diff: MemoryDiff }) {
  const { from, to, left, others } = diff;
  const growth = to.bytes - from.bytes;
  const objects = to.objects - from.objects;
  return (
    <p class="memory-facts">
      <span>
        <FrameLink frame={from.frame} /> → <FrameLink frame={to.frame} />
      </span>
      <span>
        in use{' '}
        <b>
          {growth > 0 ? '+' : ''}
          {text(bytes(growth))}
        </b>
        , {objects > 0 ? '+' : ''}
        {count(objects)} objects
      </span>
      <span title={ran(to.profile)}>{age(to.profile)}</span>
      <span title="The runtime samples allocations; what was sampled stands for what was not. Small counts are coarse.">
        estimates: one allocation in {text(bytes(to.profile.rate, 0))} sampled
      </span>
      {left > 0 && (
        <span title={`Together ${text(bytes(others.bytes))} of growth`}>
          {count(left)} sites with less are left out
        </span>
      )}
    </p>
  );
}

function age({ age: ns, cycle, ran: collections }: HeapProfile): string {
  const old = ns < 1e9 ? text(duration(ns)) : ago(ns / 1e6);
  if (collections.length === 0) return `profile of collection ${count(cycle)}, ${old} old`;
  const stop = collections.reduce((sum, c) => sum + c.pause, 0);
  return `${collections.length} collections ran for it, stops ${text(duration(stop))}; profile ${old} old`;
}

function ran({ ran: collections }: HeapProfile): string {
  if (collections.length === 0) return 'No collection ran for it: it may miss what was allocated since';
  return collections
    .map((c) => `collection ${count(c.cycle)}: the world stood still for ${text(duration(c.pause))}`)
    .join('\n');
}

function GoroutineView({ model }: { model: MemoryModel }) {
  const { goroutines } = model;
  const list = useMemo(() => goroutines.list(), [goroutines]);
  const answer = goroutines.answer.value;
  useEffect(() => list.start(), [list]);
  useEffect(() => list.set(goroutines.groups), [list, goroutines, answer]);
  const live = useLiveGame();
  const asking = model.asked.value === 'goroutines';
  const ask = (): void => void model.listGoroutines();
  return (
    <>
      <div class="filter-line memory-compare">
        <button
          type="button"
          class="btn"
          disabled={!live || model.asked.value !== ''}
          title="List all goroutines: the world stands still for a moment"
          onClick={ask}
        >
          {asking ? 'Listing…' : answer ? 'List again' : 'List now'}
        </button>
        <Filter list={list} label="Filter goroutines" />
      </div>
      {answer && (
        <p class="memory-facts">
          <span title="Those of the runtime itself are not listed; the chart counts them too">
            {count(answer.total)} goroutines of the program at <FrameLink frame={answer.frame} />
          </span>
          <span title="The runtime tells it by buckets; another stop of that moment counts too">
            the world stood still {count(answer.stops)} times, {text(duration(answer.stopped))} at most
          </span>
          <span>{text(duration(answer.took))} in all, beside the game</span>
          {answer.left > 0 && <span>{count(answer.left)} more in stacks that are not listed</span>}
        </p>
      )}
      <Rows list={list}>
        <p class="empty">
          <b>Who waits where?</b>
          Listing stops the world for a moment, and says for how long it was.
        </p>
      </Rows>
    </>
  );
}

function Collections() {
  const app = useApp();
  const list = useMemo(() => new CollectionList(app), [app]);
  useEffect(() => list.start(), [list]);
  return (
    <div class="rows-body">
      <Mount class="fill" make={() => list.table} />
      {list.all.value === 0 && <p class="empty">No collection has ended since the recording began.</p>}
    </div>
  );
}
