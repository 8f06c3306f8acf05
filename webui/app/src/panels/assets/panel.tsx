// The panel: the library at the left, the selected asset at the right.

import './assets.css';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { bytes, count, many, text } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { Search } from '../../widgets/search/search';
import { Splitter } from '../../widgets/splitter/splitter';
import { Detail } from './detail';
import { type Target, takeFiles } from './drop';
import { pathOf } from './kindicon';
import { Library } from './library';
import { total } from './model';
import { Summary } from './summary';

export function AssetsPanel() {
  const app = useApp();
  const has = app.me.value?.features.includes('assets') ?? false;
  if (app.capture !== undefined)
    return <p class="empty">A capture holds no assets: they are shown of a running game.</p>;
  if (!has) return <Unbound />;
  return <Bound app={app} />;
}

/** What a game must say so that there is something to see. */
function Unbound() {
  return (
    <div class="empty">
      <p>
        <b>The game shows no assets.</b>
        One line for each picture, sound, text, shader, font or mesh; one for a whole folder:
      </p>
      <pre class="asset-code">
        {'con.Assets.Bind("sprites/ship", g.ship, "the player")\ncon.Assets.Bind("data", os.DirFS("data"), "")'}
      </pre>
    </div>
  );
}

function Bound({ app }: { app: App }) {
  const library = useMemo(() => new Library(app), [app]);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => library.start(), [library]);
  useEffect(() => {
    const el = host.current;
    if (el === null) return;
    return takeFiles(el, { app, at: (event) => targetOf(library, event), all: () => library.store.all.values() });
  }, [app, library]);
  const { asset } = library;
  return (
    <div class="assets" ref={host}>
      <Splitter
        name="assets"
        label="Width of the list"
        direction="row"
        initial={0.44}
        least={300}
        first={<Shelf library={library} />}
        second={asset === undefined ? <Summary library={library} /> : <Detail library={library} asset={asset} />}
      />
    </div>
  );
}

// A tile, a row, or the asset that is looked at.
function targetOf(library: Library, event: DragEvent): Target | undefined {
  const el = event.target instanceof Element ? event.target : undefined;
  if (el === undefined) return undefined;
  const detail = el.closest('.asset-detail');
  const shown = library.asset;
  if (detail !== null) return shown && { asset: shown, el: detail.querySelector('.asset-stage') ?? detail };
  const tile = library.grid.tileOf(el);
  const onTile = library.grid.assetAt(el);
  if (tile !== undefined && onTile !== undefined) return { asset: onTile, el: tile.el };
  const row = el.closest('.row[aria-rowindex]');
  const onRow = library.tally.peek().shown[Number(row?.getAttribute('aria-rowindex') ?? 0) - 2];
  return row !== null && onRow !== undefined ? { asset: onRow, el: row } : undefined;
}

function Shelf({ library }: { library: Library }) {
  const { shown, all } = library.tally.value;
  const list = library.mode.value === 'list';
  return (
    <section class="panel shelf" aria-label="Assets">
      <header class="panel-head">
        <h2>Assets</h2>
        <span class="muted">{count(all)}</span>
        <span class="space" />
        <fieldset class="segments" aria-label="How they are shown">
          {(['', 'list'] as const).map((mode) => (
            <button
              key={mode}
              type="button"
              aria-pressed={library.mode.value === mode}
              title="v"
              onClick={() => {
                library.mode.value = mode;
              }}
            >
              {mode === '' ? 'Tiles' : 'List'}
            </button>
          ))}
        </fieldset>
      </header>
      <div class="filter-line">
        <Search
          value={library.query.value}
          label="Filter assets"
          placeholder="Name, user, origin"
          onValue={(words) => {
            library.query.value = words;
          }}
          onLeave={() => library.focus()}
        />
        {library.filtered && (
          <span class="tally">
            <b>{count(shown.length)}</b> of {count(all)}
          </span>
        )}
      </div>
      <Kinds library={library} />
      <div class="shelf-body">
        <div class="fill" hidden={list}>
          <Mount class="fill" make={() => library.grid} />
        </div>
        <div class="fill" hidden={!list}>
          <Mount class="fill" make={() => library.table} />
        </div>
        <Nothing library={library} />
      </div>
      <Foot library={library} />
    </section>
  );
}

function Kinds({ library }: { library: Library }) {
  const { kinds } = library.tally.value;
  if (kinds.size < 2 && library.kind.value === '') return null;
  return (
    <div class="asset-kinds" role="toolbar" aria-label="Kinds">
      {[...kinds].map(([kind, sum]) => {
        const on = library.kind.value === kind;
        return (
          <button
            key={kind}
            type="button"
            class="asset-kind"
            aria-pressed={on}
            title={`${many(sum.count, 'asset')}, ${text(bytes(sum.memory))}${on ? '. Show all kinds' : ''}`}
            onClick={() => {
              library.kind.value = on ? '' : kind;
            }}
          >
            <svg class="kind-icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
              <path d={pathOf(kind)} />
            </svg>
            {kind} <span class="muted">{count(sum.count)}</span>
            <span class="muted asset-kind-size">{text(bytes(sum.memory, 0))}</span>
          </button>
        );
      })}
    </div>
  );
}

function Nothing({ library }: { library: Library }) {
  const { shown, all } = library.tally.value;
  if (shown.length > 0) return null;
  const fault = library.store.fault.value;
  if (fault !== '') return <p class="empty">The game does not tell its assets: {fault}</p>;
  if (!library.store.known.value) return <p class="empty">Waiting for the game to tell its assets.</p>;
  if (all === 0) return <Unbound />;
  return (
    <p class="empty">
      <b>None of {count(all)} assets fits.</b>
      Words look into names, kinds, origins, help texts and the names of users.
    </p>
  );
}

function Foot({ library }: { library: Library }) {
  const app = useApp();
  const { shown, kinds } = library.tally.value;
  const all = total(kinds.values());
  const size = shown.reduce((sum, a) => sum + (a.memory ?? a.bytes), 0);
  return (
    <footer class="list-foot">
      <span>
        {library.filtered ? `${text(bytes(size))} of ${text(bytes(all.memory))}` : text(bytes(all.memory))}{' '}
        <span class="muted">in memory</span>
      </span>
      {app.me.value?.role !== 'view' && <span class="muted">drop a file on an asset to replace it</span>}
    </footer>
  );
}
