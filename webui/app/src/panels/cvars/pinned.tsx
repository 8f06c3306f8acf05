// Pinned cvars as rows of the Overview, each with its editor. Dragging the grip, or the arrow keys on
// it, put them in another order.

import './pinned.css';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useApp } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { editing, undoKeys } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import { count } from '../../core/units';
import { UndoQuestion } from '../../widgets/ask/ask';
import { reset, resetOf } from './actions';
import { isModified } from './marks';
import { pinsOf } from './pins';
import { cvarsOf } from './store';
import { ValueView } from './value';

export function Pinned() {
  const app = useApp();
  const pins = pinsOf(app);
  const names = pins.list.value;
  const dragged = useSignal('');
  useEffect(() => app.keys.add('Overview', undoKeys(app)), [app]);
  const copyLink = () => {
    const link = location.href.replace(/#.*$/, '') + app.url.href('overview', { pins: names.join(',') });
    if (copyText(link)) app.toast('Address copied: it brings these pins along');
  };
  return (
    <section class="panel pinned" aria-label="Pinned cvars">
      <header class="panel-head">
        <h2>Pinned</h2>
        <span class="muted">{count(names.length)}</span>
        {pins.borrowed.value && <span class="muted">from the address</span>}
        <span class="space" />
        {pins.borrowed.value ? (
          <>
            <button type="button" class="btn soft" onClick={() => pins.adopt()}>
              Keep them
            </button>
            <button type="button" class="btn quiet" onClick={() => pins.leave()}>
              Show mine
            </button>
          </>
        ) : (
          <button type="button" class="btn quiet" title="An address of this page with these pins" onClick={copyLink}>
            Copy address
          </button>
        )}
      </header>
      <UndoQuestion />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section class="pinned-list scroll" tabIndex={0} aria-label="Pinned">
        {names.map((name) => (
          <PinnedRow
            key={name}
            name={name}
            dragged={dragged.value === name}
            onDrag={(on) => (dragged.value = on ? name : '')}
          />
        ))}
      </section>
    </section>
  );
}

interface RowProps {
  name: string;
  dragged: boolean;
  onDrag(on: boolean): void;
}

function PinnedRow({ name, dragged, onDrag }: RowProps) {
  const app = useApp();
  const store = useMemo(() => cvarsOf(app), [app]);
  const host = useRef<HTMLDivElement>(null);
  const handle = useRef<HTMLSpanElement>(null);
  const version = useSignal(-1);
  useEffect(() => {
    let view: ValueView | undefined;
    const show = (): void => {
      const cvar = store.newest(name);
      if (cvar === undefined || host.current === null) return;
      if (!view?.shows(cvar, store.cheats)) {
        view?.dispose();
        view = new ValueView(cvar, editing(app).edits, { cheats: store.cheats, offers: store.offers });
        host.current.replaceChildren(view.el);
        if (handle.current) view.scrubOn(handle.current);
      }
      view.show(cvar);
      version.value = cvar.version;
    };
    show();
    const off = app.frame.onText(show);
    return () => {
      off();
      view?.dispose();
    };
  }, [app, name]);
  version.value; // drawn anew when the cvar changes
  const cvar = store.newest(name);
  const modified = cvar !== undefined && isModified(cvar);
  return (
    <div class={`pinned-row${dragged ? ' dragged' : ''}${modified ? ' modified' : ''}`} data-pin={name}>
      <Grip name={name} onDrag={onDrag} />
      <span ref={handle} class="pinned-name cut" title={`${name}\n${cvar?.help ?? ''}`}>
        {modified && <span class="mark">● </span>}
        {name}
      </span>
      <div class="pinned-value" ref={host}>
        {cvar === undefined && store.known && <span class="muted">the game has no cvar of this name</span>}
      </div>
      <Ways name={name} cvar={cvar} cheats={store.cheats} />
    </div>
  );
}

// Back, to its place in Cvars, and off.
function Ways({ name, cvar, cheats }: { name: string; cvar: Cvar | undefined; cheats: boolean }) {
  const app = useApp();
  const back = cvar && resetOf(cvar, cheats);
  return (
    <>
      <button
        type="button"
        class="btn quiet icon"
        hidden={back === undefined}
        title={back?.words}
        aria-label={back?.words}
        onClick={() => cvar && void reset(app, cvar, back?.all ?? false)}
      >
        ↺
      </button>
      <a
        class="btn quiet icon"
        href={app.url.href('cvars', { sel: name })}
        title="Its layers and history in Cvars"
        aria-label={`${name} in Cvars`}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          app.go('cvars', { sel: name, q: '', modified: '', mine: '' });
        }}
      >
        ›
      </a>
      <button
        type="button"
        class="btn quiet icon"
        title="Take it off the Overview"
        aria-label={`Unpin ${name}`}
        onClick={() => pinsOf(app).toggle(name)}
      >
        ✕
      </button>
    </>
  );
}

function Grip({ name, onDrag }: { name: string; onDrag(on: boolean): void }) {
  const app = useApp();
  const pins = pinsOf(app);
  const over = (event: PointerEvent): void => {
    if (!(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return;
    const at = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-pin]');
    const to = pins.list.peek().indexOf(at?.dataset.pin ?? '');
    if (to >= 0 && at?.dataset.pin !== name) pins.move(name, to);
  };
  return (
    <button
      type="button"
      class="pinned-grip"
      aria-label={`Move ${name}`}
      title="Drag to another place; arrow keys move it too"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onDrag(true);
      }}
      onPointerMove={over}
      onLostPointerCapture={() => onDrag(false)}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        const button = event.currentTarget;
        pins.move(name, pins.list.peek().indexOf(name) + by);
        app.frame.soon(() => button.focus()); // a row that moved may have lost it
      }}
    >
      ⠿
    </button>
  );
}
