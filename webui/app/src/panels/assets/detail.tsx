// The right half: the selected asset, looked at, with what is known of it.

import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';
import { bytes, count, percent, text } from '../../core/units';
import { Icon } from '../../shell/icons';
import { FrameLink } from '../../widgets/framelink/framelink';
import { copyName, saveAsset } from './actions';
import { pathOf as drawing } from './kindicon';
import type { Library } from './library';
import { type Asset, split } from './model';
import { barred, chooseFile, dismiss, sendings } from './replace';
import { Stage } from './stage';
import { clock, fileSize } from './tile';
import { usedBy } from './users';
import { type ViewName, views, viewsOf } from './views';

export function Detail({ library, asset }: { library: Library; asset: Asset }) {
  const app = useApp();
  const wanted = app.url.param('view', '', 'assets');
  const ways = viewsOf(asset);
  const view = ways.find((w) => w === wanted.value) ?? (ways[0] as ViewName);
  const set = (name: ViewName): void => {
    wanted.value = name === ways[0] ? '' : name;
  };
  const stage = useRef<HTMLDivElement>(null);
  useEffect(() => {
    library.onOpen = () =>
      stage.current?.querySelector<HTMLElement>('[tabindex="0"], textarea, button, input')?.focus();
    return () => {
      library.onOpen = undefined;
    };
  }, [library]);
  return (
    <section class="panel asset-detail" aria-label={`Asset ${asset.name}`}>
      <Head library={library} asset={asset} />
      <div class="asset-views">
        <div role="tablist" aria-label="Ways to look at it" class="asset-tabs">
          {ways.map((name) => (
            <button key={name} type="button" role="tab" aria-selected={name === view} onClick={() => set(name)}>
              {views[name].title}
            </button>
          ))}
        </div>
      </div>
      <Sent asset={asset} />
      <div class="asset-stage" ref={stage} role="tabpanel" aria-label={views[view].title}>
        <Stage key={asset.id} asset={asset} view={view} onView={set} />
      </div>
      <div class="asset-about scroll" tabIndex={-1}>
        <Facts app={app} asset={asset} />
        <Users asset={asset} />
      </div>
    </section>
  );
}

function Head({ library, asset }: { library: Library; asset: Asset }) {
  const app = useApp();
  const { folder, base } = split(asset.name);
  const why = barred(app, asset);
  return (
    <header class="panel-head">
      <svg class="kind-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={drawing(asset.kind)} />
      </svg>
      <h2 class="cut" title={asset.name}>
        {folder !== '' && <span class="asset-folder">{folder}</span>}
        {base}
      </h2>
      <span class="muted">v{count(asset.version)}</span>
      <span class="space" />
      {app.me.value?.role !== 'view' && (
        <button
          type="button"
          class="btn soft"
          disabled={why !== ''}
          title={why === '' ? 'Choose the file that takes its place; or drop one here' : why}
          onClick={() => chooseFile(app, asset)}
        >
          Replace…
        </button>
      )}
      <button type="button" class="btn soft" title="Save the file" onClick={() => void saveAsset(app, asset)}>
        Download
      </button>
      <button
        type="button"
        class="btn quiet icon"
        title="Fetch it anew: what the game draws all the time has no versions"
        aria-label="Fetch it anew"
        onClick={() => library.store.renew(asset)}
      >
        <Icon name="recycle" />
      </button>
      <button
        type="button"
        class="btn quiet icon"
        title="Copy the name"
        aria-label="Copy the name"
        onClick={() => copyName(app, asset)}
      >
        <Icon name="copy" />
      </button>
      <button
        type="button"
        class="btn quiet icon"
        title="Close (Esc)"
        aria-label="Close the asset"
        onClick={() => {
          library.selected.value = '';
        }}
      >
        ✕
      </button>
    </header>
  );
}

/** What is on its way to the game, or what the game said to it. */
function Sent({ asset }: { asset: Asset }) {
  const app = useApp();
  const sending = sendings(app).value.get(asset.id);
  if (sending === undefined) return null;
  if (sending.state === 'sending') {
    if (sending.file === '') return null; // by the editor, which has its own word for it
    return (
      <p class="asset-sent" role="status">
        <span class="accent">◔</span> Sending {sending.file}
        <progress max={1} value={sending.share} aria-label={`Sending ${sending.file}`} />
        <span class="num">{percent(sending.share, 0)}</span>
      </p>
    );
  }
  if (sending.file === '') return null;
  return (
    <div class="asset-sent refused" role="alert">
      <p>
        <span class="bad">▲ {sending.file} was refused.</span> <span class="muted">The asset is what it was.</span>
      </p>
      <pre class="asset-reason">{sending.reason}</pre>
      <button type="button" class="btn quiet icon" aria-label="Dismiss" onClick={() => dismiss(app, asset)}>
        ✕
      </button>
    </div>
  );
}

function Facts({ app, asset }: { app: App; asset: Asset }) {
  const facts: [string, preact.ComponentChildren][] = [
    [
      'Kind',
      <>
        {asset.kind} <span class="muted">{[asset.mediaType, asset.language].filter(Boolean).join(' · ')}</span>
      </>,
    ],
    ...measures(asset),
    ['Size', fileSize(asset)],
    ...(asset.memory === undefined ? [] : ([['Memory', text(bytes(asset.memory))]] as [string, string][])),
    [
      'Version',
      <>
        {count(asset.version)} <span class="muted">since</span>{' '}
        {asset.frame > 0 ? <FrameLink frame={asset.frame} /> : 'the start'} <Age app={app} frame={asset.frame} />
      </>,
    ],
    ...(asset.origin
      ? ([['Origin', <span class="mono">{asset.origin}</span>]] as [string, preact.ComponentChildren][])
      : []),
  ];
  return (
    <div class="asset-facts">
      {asset.fault && (
        <p class="asset-fault">
          <span class="bad">▲</span> {asset.fault}
        </p>
      )}
      {asset.help && <p>{asset.help}</p>}
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Age({ app, frame }: { app: App; frame: number }) {
  const age = app.clock.value.frame - frame;
  return age > 0 ? <span class="muted">{count(age)} frames ago</span> : null;
}

function measures(a: Asset): [string, string][] {
  const out: [string, string][] = [];
  if (a.width && a.height)
    out.push([
      'Pixels',
      `${count(a.width)} × ${count(a.height)}${a.levels && a.levels > 1 ? `, ${a.levels} levels` : ''}`,
    ]);
  if (a.frames) out.push(['Frames', `${count(a.frames.count)} of ${a.frames.width} × ${a.frames.height}`]);
  if (a.duration !== undefined)
    out.push(['Length', a.duration < 60 ? `${a.duration.toFixed(3)} s` : clock(a.duration)]);
  if (a.rate)
    out.push([
      'Rate',
      `${count(a.rate)} Hz${a.channels ? `, ${a.channels === 1 ? 'mono' : a.channels === 2 ? 'stereo' : `${a.channels} channels`}` : ''}`,
    ]);
  if (a.vertices) out.push(['Vertices', count(a.vertices)]);
  if (a.triangles) out.push(['Triangles', count(a.triangles)]);
  if (a.glyphs) out.push(['Glyphs', count(a.glyphs)]);
  if (a.family) out.push(['Family', a.family]);
  return out;
}

const mostUsers = 200;

function Users({ asset }: { asset: Asset }) {
  const app = useApp();
  const { refs } = asset;
  return (
    <div class="asset-users">
      <h3>
        Where used <span class="muted">{refs ? count(refs.length) : ''}</span>
      </h3>
      {refs === undefined || refs.length === 0 ? (
        <p class="muted">
          The game names nobody. <code>.Refs</code> or <code>.UsedBy</code> behind its Bind does.
        </p>
      ) : (
        <ul>
          {refs.slice(0, mostUsers).map((name) => {
            const use = usedBy(app, name);
            return (
              <li key={name}>
                <a
                  href={app.url.href(use.panel, use.params)}
                  title={use.title}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                    event.preventDefault();
                    app.go(use.panel, use.params);
                  }}
                >
                  {name}
                </a>
              </li>
            );
          })}
          {refs.length > mostUsers && <li class="muted">and {count(refs.length - mostUsers)} more</li>}
        </ul>
      )}
    </div>
  );
}
