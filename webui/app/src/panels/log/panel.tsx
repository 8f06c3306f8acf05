// The panel: levels, filter, the list that follows its end until somebody scrolls.

import './log.css';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { copyText, downloadText } from '../../core/clipboard';
import type { Level } from '../../core/protocol';
import { count } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { levelMarks } from './list';
import { levels } from './ring';
import { Tail } from './tail';

export function LogPanel() {
  const app = useApp();
  const tail = useMemo(() => new Tail(app), [app]);
  useEffect(() => tail.start(), [tail]);
  const { lines, all, known, fresh } = tail.tally.value;
  return (
    <section class="panel log" aria-label="Log">
      <Head tail={tail} />
      <div class="filter-line">
        <Search
          value={tail.query.value}
          label="Filter lines"
          placeholder="text, text, -text"
          onValue={(text) => {
            tail.query.value = text;
          }}
          onLeave={() => tail.table.focus()}
        />
        {tail.filtered && (
          <span class="tally">
            <b>{count(lines)}</b> of {count(all)} lines
          </span>
        )}
      </div>
      <div class="log-body">
        <Mount class="fill" make={() => tail.table} />
        {lines === 0 && <Nothing known={known} all={all} />}
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
    </section>
  );
}

function Head({ tail }: { tail: Tail }) {
  const app = useApp();
  const { all, byLevel } = tail.tally.value;
  return (
    <header class="panel-head">
      <h2>Log</h2>
      <span class="muted">{count(all)} lines</span>
      <span class="space" />
      <Levels
        hide={tail.hide.value}
        byLevel={byLevel}
        onHide={(text) => {
          tail.hide.value = text;
        }}
      />
      <button
        type="button"
        class="btn quiet"
        title="Copy the listed lines"
        onClick={() => {
          if (copyText(tail.text())) app.toast(`${count(tail.size)} lines copied`);
        }}
      >
        Copy
      </button>
      <button
        type="button"
        class="btn quiet"
        title="Download the listed lines as text"
        onClick={() => downloadText('log.txt', tail.text())}
      >
        Download
      </button>
    </header>
  );
}

function Levels({
  hide,
  byLevel,
  onHide,
}: {
  hide: string;
  byLevel: Record<Level, number>;
  onHide(text: string): void;
}) {
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
