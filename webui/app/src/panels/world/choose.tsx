// The menu of the table's columns.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Kind } from '../../core/protocol';
import { fieldsOf, pathsOf } from './columns';

/** A button and, while it is open, a list of all fields with a box each. */
export function ColumnsMenu({ kinds, kind, chosen }: { kinds: readonly Kind[]; kind: string; chosen: Signal<string> }) {
  const open = useSignal(false);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (event: Event) => {
      if (event.target instanceof Node && !host.current?.contains(event.target)) open.value = false;
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);
  const fields = [...fieldsOf(kinds, kind).values()];
  const shown = pathsOf(kinds, kind, chosen.value.split(',').filter(Boolean));
  const toggle = (path: string) => {
    const next = shown.includes(path) ? shown.filter((p) => p !== path) : [...shown, path];
    chosen.value = next.length === 0 ? '' : next.join(',');
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open.value) return;
    open.value = false;
    event.stopPropagation();
    host.current?.querySelector('button')?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from wherever the focus is inside
    <div class="menu" ref={host} onKeyDown={onKey}>
      <button
        type="button"
        class="btn quiet"
        aria-expanded={open.value}
        aria-haspopup="true"
        onClick={() => (open.value = !open.value)}
      >
        columns ▾
      </button>
      {open.value && (
        <fieldset class="menu-list">
          <legend class="aside">Columns</legend>
          {fields.map((f) => (
            <label key={f.path}>
              <input type="checkbox" checked={shown.includes(f.path)} onChange={() => toggle(f.path)} />
              <span class="cut">{f.path}</span>
              <span class="unit">{f.unit ?? (f.type === 'float' || f.type === 'int' ? '' : f.type)}</span>
            </label>
          ))}
          <button type="button" class="btn quiet" disabled={chosen.value === ''} onClick={() => (chosen.value = '')}>
            Back to the kinds' own columns
          </button>
        </fieldset>
      )}
    </div>
  );
}
