// The sheet of all keys: of the panel that is shown, of fields, of the page.

import { useEffect, useRef } from 'preact/hooks';
import { caps } from '../core/keys';
import type { KeyBinding } from '../core/panel';
import type { Session } from '../core/session';
import { Dialog } from '../widgets/dialog/dialog';

const none = (): void => undefined;

const fields: readonly KeyBinding[] = [
  { keys: 'Enter', label: 'Set the value', run: none },
  { keys: 'Escape', label: 'Keep the live value', run: none },
  { keys: 'ArrowUp ArrowDown', label: 'Step; Shift ×10, Alt ×0.1, Ctrl ×100', run: none },
  { keys: 'drag', label: 'On a name: scrub its number; Escape cancels', run: none },
  { keys: '12*3', label: 'Reckon: also += 5, *= 2, pi/2, 1k, 16ms', run: none },
];

export function Sheet({ session, onClose }: { session: Session; onClose(): void }) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const groups = [...session.keys.groups(), { title: 'Fields', bindings: fields }].filter((g) => g.bindings.length > 0);
  return (
    <Dialog label="All keys" class="sheet" onClose={onClose}>
      <header class="panel-head">
        <h2>All keys</h2>
        <span class="muted">none is taken from a text field but those with Ctrl</span>
        <span class="space" />
        <button ref={first} type="button" class="btn quiet icon" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div class="sheet-body scroll" tabIndex={0}>
        {groups.map(({ title, bindings }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {bindings.map((b) => (
                <div key={b.keys + b.label} class="sheet-line">
                  <dt>
                    {caps(b.keys).map((cap, i) =>
                      cap === 'then' ? (
                        <span key={`${i}then`}>{title === 'Fields' ? ' ' : ' then '}</span>
                      ) : (
                        <kbd key={i + cap}>{cap}</kbd>
                      ),
                    )}
                  </dt>
                  <dd>{b.note?.() ? <Yielding label={b.label} note={b.note()} /> : b.label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p class="muted">
          <a href="licences.txt" target="_blank" rel="noreferrer">
            Licences of what this page is made of
          </a>
        </p>
      </div>
    </Dialog>
  );
}

function Yielding({ label, note }: { label: string; note: string }) {
  return (
    <>
      <s>{label}</s> <span class="muted">{note}</span>
    </>
  );
}
