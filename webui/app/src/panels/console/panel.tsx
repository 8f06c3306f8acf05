// The panel: levels, filter, the list that follows its end until somebody scrolls, the line.

import './console.css';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useApp } from '../../core/app';
import { count } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { Head } from './head';
import { PromptField } from './prompt/field';
import { Tail } from './tail';
import { terminalOf } from './terminal';

export function ConsolePanel() {
  const app = useApp();
  const terminal = terminalOf(app);
  const host = useRef<HTMLElement>(null);
  const tail = useMemo(() => new Tail(app), [app]);
  useEffect(() => tail.start(), [tail]);
  useEffect(() => {
    const field = () => host.current?.querySelector<HTMLElement>('.prompt textarea')?.focus();
    terminal.onClear = () => tail.clear();
    terminal.onFocus = field;
    terminal.onRun = () => tail.toEnd();
    tail.onAgain = (line) => {
      terminal.prompt.put(line);
      field();
    };
    return () => {
      terminal.onClear = terminal.onFocus = terminal.onRun = undefined;
    };
  }, [terminal, tail]);
  const { lines, rows, all, known, fresh } = tail.tally.value;
  return (
    <section class="panel log" aria-label="Console" ref={host}>
      <Head tail={tail} terminal={terminal} />
      <div class="filter-line">
        <Search
          value={tail.query.value}
          label="Filter lines"
          placeholder="text, text, -text"
          onValue={(text) => {
            tail.query.value = text;
          }}
          onLeave={() => tail.leaveFilter()}
        />
        {tail.filtered && (
          <span class="tally">
            <b>{count(lines)}</b> of {count(all)} lines
          </span>
        )}
      </div>
      <div class="log-body">
        <Mount class="fill" make={() => tail.table} />
        {rows === 0 && <Nothing known={known} all={all} filtered={tail.filtered} />}
        {!tail.follow.value && !app.capture && (
          <button
            type="button"
            class="btn log-fresh"
            title="Follow the newest line (End in the list)"
            onClick={() => tail.toEnd()}
          >
            {fresh > 0 ? `${count(fresh)} new ↓` : 'to the end ↓'}
          </button>
        )}
      </div>
      <PromptField terminal={terminal} />
    </section>
  );
}

function Nothing({ known, all, filtered }: { known: boolean; all: number; filtered: boolean }) {
  if (!known) return <p class="empty">Waiting for the game's log.</p>;
  if (all === 0) {
    return (
      <p class="empty">
        <b>The game has logged nothing yet.</b>
        slog.New(&con.Log) makes a logger whose lines come here.
      </p>
    );
  }
  if (!filtered) return null; // cleared: a clean sheet is what was asked for
  return (
    <p class="empty">
      <b>None of {count(all)} lines fits.</b>
      Terms are parted by commas; a minus in front shuts lines out.
    </p>
  );
}
