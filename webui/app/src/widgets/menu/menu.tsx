// A button and what hangs below it while it is open.

import './menu.css';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  /** What stands on the button. */
  label: ComponentChildren;
  title?: string;
  class?: string;
  /** What hangs there; a function is given the way to close it. */
  children: ComponentChildren | ((close: () => void) => ComponentChildren);
}

/** Esc and a press elsewhere close it; Esc gives the focus back to the button. */
export function Menu({ label, title, class: name = 'quiet', children }: Props) {
  const open = useSignal(false);
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (event: Event) => {
      if (event.target instanceof Node && !host.current?.contains(event.target)) open.value = false;
    };
    // What had the focus may be gone by what it did.
    const key = (event: KeyboardEvent) => {
      if (event.target === document.body) onKey(event);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('keydown', key);
    };
  }, [open]);
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
        class={`btn ${name}`}
        title={title}
        aria-expanded={open.value}
        aria-haspopup="true"
        onClick={() => (open.value = !open.value)}
      >
        {label}
      </button>
      {open.value && (
        <div class="menu-list">{typeof children === 'function' ? children(() => (open.value = false)) : children}</div>
      )}
    </div>
  );
}
