// The panel: levels, filter, the list that follows its end until somebody scrolls.

import './log.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { copyText, downloadText } from '../../core/clipboard';
import type { Level } from '../../core/protocol';
import { bytes, count } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { type Column, Table } from '../../widgets/table/table';
import { CountCell, FrameCell, type Item, List, levelMarks, MessageCell, plainLine, shortSource } from './list';
import { levels } from './ring';
import { logOf } from './store';
import { type Filter, View } from './view';

function columns(app: App, list: List): Column<Item>[] {
  const text = (f: (item: Extract<Item, { kind: 'line' }>) => string) => (item: Item) => (item.kind === 'line' ? f(item) : '');
  return [
    {
      key: 'frame',
      title: 'Frame',
      width: 84,
      align: 'right',
      class: 'log-frame',
      text: text((i) => String(i.row.last.line.frame)),
      view: (host) => new FrameCell(host, (frame) => app.url.href('perf', { f: String(frame) })),
    },
    { key: 'level', title: 'Level', width: 24, class: 'log-level', text: text((i) => levelMarks[i.row.last.line.level]), copy: text((i) => i.row.last.line.level) },
    { key: 'source', title: 'Source', width: 132, class: 'log-source', text: text((i) => shortSource(i.row.last.line.source)), copy: text((i) => i.row.last.line.source) },
    {
      key: 'message',
      title: 'Message',
      width: 200,
      grow: 1,
      class: 'log-cell',
      text: (item) => (item.kind === 'line' ? `${item.row.last.line.msg} ${item.row.last.attrs}`.trim() : `${item.name} ${item.text}`.trim()),
      view: (host) => new MessageCell(host, (row) => list.isOpen(row)),
    },
    { key: 'count', title: 'Repeats', width: 76, align: 'right', text: text((i) => (i.row.count > 1 ? String(i.row.count) : '')), view: (host) => new CountCell(host) },
  ];
}

interface Tally {
  lines: number;
  all: number;
  byLevel: Record<Level, number>;
  fresh: number;
  known: boolean;
}

export function LogPanel() {
  const app = useApp();
  const log = logOf(app);
  const query = app.url.param('q', '', 'log');
  const hide = app.url.param('hide', '', 'log');
  const tally = useSignal<Tally>({ lines: 0, all: 0, byLevel: { debug: 0, info: 0, warn: 0, error: 0 }, fresh: 0, known: false });
  const follow = useSignal(true);
  const stopped = useSignal(0); // frame at which the tail was left
  const view = useMemo(() => new View(), []);
  const list = useMemo(() => new List(view), [view]);
  const table = useRef<Table<Item> | null>(null);
  const fresh = useRef(0);

  const tell = () => {
    const { ring } = log;
    const next: Tally = {
      lines: view.lines,
      all: ring.size,
      byLevel: Object.fromEntries(levels.map((l) => [l, ring.count(l)])) as Record<Level, number>,
      fresh: fresh.current,
      known: log.known,
    };
    if (JSON.stringify(next) !== JSON.stringify(tally.peek())) tally.value = next;
    const filtered = query.peek().trim() !== '' || hide.peek() !== '';
    app.status.filter('log', count(next.lines), count(next.all), 'lines', filtered ? clear : undefined);
    const size = bytes(ring.bytes);
    app.status.set({ id: 'log-size', text: `log ${size.value} ${size.unit} of 8 MiB`, tone: 'muted', side: 'right', order: 60 });
  };
  const clear = () => {
    query.value = '';
    hide.value = '';
  };
  const draw = () => {
    list.place();
    if (follow.peek()) table.current?.toEnd();
    table.current?.update();
    tell();
  };
  const toEnd = () => {
    follow.value = true;
    fresh.current = 0;
    draw();
  };

  useEffect(() => {
    let drawn = -1;
    const off = app.frame.onText(() => {
      if (app.view.peek().paused || log.version === drawn) return;
      drawn = log.version;
      const { came, went } = view.sync(log.ring);
      if (!follow.peek()) {
        fresh.current += came;
        if (went > 0) table.current?.shift(went);
      }
      draw();
    });
    app.frame.stir();
    return () => {
      off();
      for (const id of ['log', 'log-size', 'log-tail']) app.status.clear(id);
    };
  }, [app]);

  useSignalEffect(() => {
    view.rebuild(log.ring, filterOf(query.value, hide.value));
    fresh.current = 0;
    draw();
  });
  useSignalEffect(() => {
    if (!app.view.value.paused) app.frame.stir();
  });
  useSignalEffect(() => {
    if (follow.value) app.status.clear('log-tail');
    else app.status.set({ id: 'log-tail', text: `tail stopped at frame ${count(stopped.value)}`, tone: 'muted', order: 30, clear: toEnd, clearLabel: 'Follow again' });
  });

  const make = () => {
    const made = new Table<Item>({
      label: 'Log',
      columns: columns(app, list),
      source: list,
      soon: (f) => app.frame.soon(f),
      rowHeight: 20,
      header: false,
      tree: true,
      onToggle: (item, open) => {
        if (item.kind === 'line') list.toggle(item.row, open);
        follow.value = false;
        made.update();
      },
      onScroll: (atEnd) => {
        if (atEnd) fresh.current = 0;
        else if (follow.peek()) stopped.value = app.clock.peek().frame;
        follow.value = atEnd;
        tell();
      },
      dress: (item) =>
        item.kind === 'attr'
          ? { class: 'detail', level: 2 }
          : { class: `level-${item.row.last.line.level}`, level: 1, open: list.isOpen(item.row) },
    });
    table.current = made;
    draw();
    return made;
  };

  const text = () => {
    const lines: string[] = [];
    for (let i = 0; i < view.size; i++) {
      const row = view.row(i);
      if (row !== undefined) lines.push(plainLine(row.last, row.count));
    }
    return `${lines.join('\n')}\n`;
  };
  const { lines, all, byLevel, known } = tally.value;
  const filtered = query.value.trim() !== '' || hide.value !== '';
  return (
    <section class="panel log" aria-label="Log">
      <header class="panel-head">
        <h2>Log</h2>
        <span class="muted">{count(all)} lines</span>
        <span class="space" />
        <Levels hide={hide.value} byLevel={byLevel} onHide={(text) => (hide.value = text)} />
        <button
          type="button"
          class="btn quiet"
          title="Copy the listed lines"
          onClick={() => {
            if (copyText(text())) app.toast(`${count(view.size)} lines copied`);
          }}
        >
          Copy
        </button>
        <button type="button" class="btn quiet" title="Download the listed lines as text" onClick={() => downloadText('log.txt', text())}>
          Download
        </button>
      </header>
      <div class="filter-line">
        <Search
          value={query.value}
          label="Filter lines"
          placeholder="text, text, -text"
          onValue={(t) => (query.value = t)}
          onLeave={() => table.current?.focus()}
        />
        {filtered && (
          <span class="tally">
            <b>{count(lines)}</b> of {count(all)} lines
          </span>
        )}
      </div>
      <div class="log-body">
        <Mount class="fill" make={make} />
        {lines === 0 && <Nothing known={known} all={all} />}
        {!follow.value && (
          <button type="button" class="btn log-fresh" title="Follow the newest line (End)" onClick={toEnd}>
            {tally.value.fresh > 0 ? `${count(tally.value.fresh)} new ↓` : 'to the end ↓'}
          </button>
        )}
      </div>
    </section>
  );
}

function Levels({ hide, byLevel, onHide }: { hide: string; byLevel: Record<Level, number>; onHide(text: string): void }) {
  const hidden = new Set(hide.split(',').filter(Boolean));
  const flip = (level: Level, only: boolean) => {
    let next = new Set(hidden);
    if (only) next = new Set(levels.filter((l) => l !== level));
    else if (!next.delete(level)) next.add(level);
    onHide(levels.filter((l) => next.has(l)).join(','));
  };
  return (
    <>
      {[...levels].reverse().map((level) => (
        <button
          key={level}
          type="button"
          class={`chip level-chip level-${level}${hidden.has(level) ? ' off' : ''}`}
          aria-pressed={!hidden.has(level)}
          title={`${hidden.has(level) ? 'Show' : 'Hide'} lines of level ${level}; double click: only these`}
          onClick={() => flip(level, false)}
          onDblClick={() => flip(level, true)}
        >
          <span class="mark" aria-hidden="true">
            {levelMarks[level]}
          </span>
          {level} {count(byLevel[level])}
        </button>
      ))}
    </>
  );
}

function Nothing({ known, all }: { known: boolean; all: number }) {
  if (!known) return <p class="empty">Waiting for the game's log.</p>;
  if (all === 0) {
    return (
      <p class="empty">
        <b>The game has logged nothing yet.</b>
        slog.New(&con.Log) makes a logger whose lines come here.
      </p>
    );
  }
  return (
    <p class="empty">
      <b>None of {count(all)} lines fits.</b>
      Terms are parted by commas; a minus in front shuts lines out.
    </p>
  );
}

function filterOf(text: string, hide: string): Filter {
  return { text, hidden: new Set(hide.split(',').filter((l): l is Level => (levels as readonly string[]).includes(l))) };
}
