// The panel: filter, table, and what is known of the selected cvar.

import './cvars.css';
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
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
import { ProfilesMenu } from './profiles';

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
          placeholder="Name, help or flag"
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
        <button
          type="button"
          class="btn soft"
          aria-pressed={list.flat.value === ''}
          title={list.flat.value === '' ? 'Show one list by name' : 'Show groups'}
          onClick={() => {
            list.flat.value = list.flat.value === '' ? '1' : '';
          }}
        >
          tree
        </button>
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
  const { total, modified, mine } = list.tally.value;
  const copy = () => {
    const lines = list.script();
    if (copyText(lines)) app.toast(`${count(lines.split('\n').length - 1)} lines copied`);
    else downloadText('cvars.cfg', lines);
  };
  return (
    <header class="panel-head">
      <h2>Cvars</h2>
      <span class="muted">{count(total)}</span>
      <span class="space" />
      <Only of={list.modifiedOnly} title="Show only what differs from its default">
        modified <span class="accent">●</span> {count(modified)}
      </Only>
      <Only of={list.mineOnly} title="Show only what you set in this run of the game">
        mine {count(mine)}
      </Only>
      <button type="button" class="btn soft" title="Copy the listed cvars as “set name value” lines" onClick={copy}>
        <Icon name="copy" />
        Copy as script
      </button>
      {!app.capture && <ProfilesMenu list={list} onCopy={() => downloadText('cvars.cfg', list.script())} />}
    </header>
  );
}

function Only({ of, title, children }: { of: Signal<string>; title: string; children: ComponentChildren }) {
  const on = of.value !== '';
  return (
    <button
      type="button"
      class="chip"
      aria-pressed={on}
      title={on ? 'Show all' : title}
      onClick={() => {
        of.value = on ? '' : '1';
      }}
    >
      {children}
    </button>
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
      {what === '' ? 'None differs so.' : `No name or help text holds “${what}”, and no flag is called so.`}
    </p>
  );
}
