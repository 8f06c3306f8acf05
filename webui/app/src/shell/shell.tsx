// The frame of the page: toolbar, tabs, strips, the panel, status bar, overlays.

import './shell.css';
import { useEffect } from 'preact/hooks';
import type { Tab } from '../core/panel';
import type { Session } from '../core/session';
import { Ask } from '../widgets/dialog/ask';
import { PaletteDialog } from '../widgets/palette/palette';
import { Toasts } from '../widgets/toast/toast';
import { Banner } from './banner';
import { pageKeys, shownPanels } from './commands';
import { Gate } from './gate';
import { loads } from './loading';
import { closeOverlay, overlay } from './overlays';
import { Sheet } from './sheet';
import type { Stage } from './stage';
import { StatusBar } from './statusbar';
import { Toolbar } from './toolbar';

export function Shell({ session, stage }: { session: Session; stage: Stage }) {
  const me = session.me.value;
  const panels = shownPanels(session);
  const wanted = session.url.panel.value;
  const tab = panels.find((p) => p.id === wanted) ?? panels[0];
  const panel = tab && loads.value.get(tab.id);
  useTitle(session, tab);
  useEffect(() => session.keys.add('Page', pageKeys(session)), [session, me]);
  useEffect(() => {
    if (!panel) return;
    const keys = typeof panel.keys === 'function' ? panel.keys(session) : panel.keys;
    return keys && session.keys.add(panel.title, keys);
  }, [session, panel]);
  return (
    <div class="page">
      <Toolbar session={session} />
      {me !== null && <Tabs session={session} panels={panels} shown={tab?.id} />}
      <Banner session={session} />
      {me === null ? (
        <Gate session={session} stage={stage} />
      ) : (
        <main class="stage" aria-label={tab?.title}>
          {panel && <panel.View key={panel.id} />}
          {panel === null && <Failed />}
        </main>
      )}
      <StatusBar session={session} />
      <Toasts session={session} />
      <p class="drop-hint" aria-hidden="true">
        Drop a capture (.scry) to open it here
      </p>
      {overlay.value === 'sheet' && <Sheet session={session} onClose={closeOverlay} />}
      {overlay.value === 'name' && <Name session={session} />}
      {overlay.value === 'palette' && <PaletteDialog initial="" onClose={closeOverlay} />}
      {overlay.value === 'commands' && <PaletteDialog initial=">" onClose={closeOverlay} />}
    </div>
  );
}

function Name({ session }: { session: Session }) {
  const me = session.me.value;
  return (
    <Ask
      title="Your name"
      label="Your name"
      initial={me?.name ?? ''}
      hint="Others see it beside what you change and when you hold the game."
      onAnswer={(name) =>
        session.socket.rename(name).then(
          () => undefined,
          (error: Error) => error.message,
        )
      }
      onClose={closeOverlay}
    />
  );
}

interface TabsProps {
  session: Session;
  panels: readonly Tab[];
  shown: string | undefined;
}

function Tabs({ session, panels, shown }: TabsProps) {
  return (
    <nav class="tabs" aria-label="Panels">
      {panels.map((p) => (
        <a
          key={p.id}
          href={session.url.href(p.id)}
          title={`${p.title} (g ${p.key})`}
          aria-current={p.id === shown ? 'page' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab, as the browser does it
            event.preventDefault();
            session.go(p.id);
          }}
        >
          {p.title}
        </a>
      ))}
    </nav>
  );
}

function Failed() {
  return (
    <p class="empty">
      <b>This part of the page did not come.</b> The game may have been built anew since the page was opened.{' '}
      <button type="button" class="btn" onClick={() => location.reload()}>
        Load the page again
      </button>
    </p>
  );
}

// The browser's tab says whether the game is there, also while another tab is looked at.
function useTitle(session: Session, panel: Tab | undefined): void {
  const name = session.me.value?.server.name ?? 'Scry';
  const state = session.conn.value.state;
  const held = session.time.value?.held ?? false;
  useEffect(() => {
    const mark = state === 'capture' ? '◉ ' : state !== 'live' ? '○ ' : held ? '❚❚ ' : '';
    document.title = `${mark}${name}${panel ? ` · ${panel.title}` : ''}`;
  }, [name, state, held, panel]);
}
