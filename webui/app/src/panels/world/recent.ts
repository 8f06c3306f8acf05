// Conditions of before, for each game its own, newest first.

import type { App } from '../../core/app';

const most = 20;

/** What was asked in this browser. */
export function recent(app: App) {
  const key = `scry.world.recent.${app.me.peek()?.server.name ?? ''}`;
  const all = (): string[] => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((q): q is string => typeof q === 'string') : [];
    } catch {
      return [];
    }
  };
  return {
    all,
    /** Keeps a condition as the newest. */
    add(text: string): void {
      const query = text.trim();
      if (query === '') return;
      try {
        localStorage.setItem(key, JSON.stringify([query, ...all().filter((q) => q !== query)].slice(0, most)));
      } catch {
        // Storage may be forbidden: nothing is kept then.
      }
    },
  };
}
