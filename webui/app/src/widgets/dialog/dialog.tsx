// A modal dialog: the browser's own, so that focus stays inside and Escape closes it.

import './dialog.css';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../../core/app';

interface Props {
  label: string;
  class?: string;
  onClose(): void;
  children: ComponentChildren;
}

export function Dialog({ label, class: name = '', onClose, children }: Props) {
  const app = useApp();
  const ref = useRef<HTMLDialogElement>(null);
  const gone = useRef(false);
  // Not a frame later: a key that is pressed at once must find the page as it looks.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    app.keys.modal = true;
    return () => {
      gone.current = true;
      app.keys.modal = false;
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [app]);
  // A press beside the dialog lands on its backdrop, whose target is the dialog itself.
  return (
    <dialog
      ref={ref}
      class={`dialog ${name}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A browser may close it without asking, after Escape without any other input.
      onClose={() => {
        if (!gone.current) onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
