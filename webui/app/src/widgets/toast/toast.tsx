// Words in passing, at the lower right. They never cover a control for long, and can be waved away.

import './toast.css';
import type { Session } from '../../core/session';

const marks = { info: '', good: '✓', warn: '◆', bad: '▲' } as const;

export function Toasts({ session }: { session: Session }) {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {session.toasts.value.map(({ id, text, tone, action }) => (
        <div key={id} class="toast">
          {marks[tone] !== '' && <span class={tone}>{marks[tone]}</span>}
          <span>{text}</span>
          {action && (
            <button
              type="button"
              class="btn soft"
              onClick={() => {
                session.dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" class="btn quiet icon" aria-label="Dismiss" onClick={() => session.dismiss(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
