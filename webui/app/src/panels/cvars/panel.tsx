// The panel: filter, table, and what is known of the selected cvar.

import './cvars.css';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../../core/app';
import { copyText, downloadText } from '../../core/clipboard';
import { count } from '../../core/units';
import { Icon } from '../../shell/icons';
import { UndoQuestion } from '../../widgets/ask/ask';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { Detail } from './detail';
import { CvarList } from './list';

export function CvarsPanel() {
  const app = useApp();
  const list = useMemo(() => new CvarList(app), [app]);
  useEffect(() => list.start(), [list]);
  const { matched, total, known } = list.tally.value;
  return (
    <section class="panel cvars" aria-label="Cvars">
      <Head list={list} />
      <UndoQuestion />
      <div class="filter-line">
        <Search
          value={list.query.value}
          label="Filter cvars"
          placeholder="Name or help"
          onValue={(text) => {
            list.query.value = text;
          }}
          onLeave={() => list.table.focus()}
        />
        {list.filtered && (
          <span class="tally">
            <b>{count(matched)}</b> of {count(total)}
          </span>
        )}
      </div>
      <div class="cvars-body">
        <div class="cvars-list">
          <Mount class="fill" make={() => list.table} />
          {matched === 0 && <Nothing known={known} total={total} what={list.query.value} />}
        </div>
        <Detail list={list} />
      </div>
    </section>
  );
}

function Head({ list }: { list: CvarList }) {
  const app = useApp();
  const { total, modified } = list.tally.value;
  const only = list.modifiedOnly.value !== '';
  const copy = () => {
    const lines = list.script();
    if (copyText(lines)) app.toast(`${count(lines.split('\n').length - 1)} lines copied`);
    else downloadText('cvars.txt', lines);
  };
  return (
    <header class="panel-head">
      <h2>Cvars</h2>
      <span class="muted">{count(total)}</span>
      <span class="space" />
      <button
        type="button"
        class="chip"
        aria-pressed={only}
        title={only ? 'Show all' : 'Show only what differs from its default'}
        onClick={() => {
          list.modifiedOnly.value = only ? '' : '1';
        }}
      >
        modified <span class="accent">●</span> {count(modified)}
      </button>
      <button type="button" class="btn soft" title="Copy the listed cvars as “set name value” lines" onClick={copy}>
        <Icon name="copy" />
        Copy as script
      </button>
    </header>
  );
}

function Nothing({ known, total, what }: { known: boolean; total: number; what: string }) {
  if (!known) return <p class="empty">Waiting for the game to tell its cvars.</p>;
  if (total === 0) {
    return (
      <p class="empty">
        <b>The game has bound no cvars.</b>
        con.Cvars.Bind("physics.gravity", &g.gravity, "m/s², positive is down") makes one.
      </p>
    );
  }
  return (
    <p class="empty">
      <b>None of {count(total)} cvars fits.</b>
      {what === '' ? 'All have their default values.' : `Neither a name nor a help text holds “${what}”.`}
    </p>
  );
}
