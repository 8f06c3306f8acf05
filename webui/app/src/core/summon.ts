// The way to the console's line and back, from wherever somebody is.

import { type Signal, signal } from '@preact/signals';
import type { App } from './app';

/** Who asked for the line, and from where. */
export interface Summons {
  /** Grows with every call for the line. */
  readonly asked: Signal<number>;
  from: { panel: string; focus: Element | null } | undefined;
}

const byApp = new WeakMap<App, Summons>();

/** The page's summons. */
export function summonsOf(app: App): Summons {
  let summons = byApp.get(app);
  if (summons === undefined) {
    summons = { asked: signal(0), from: undefined };
    byApp.set(app, summons);
  }
  return summons;
}

/** Shows the console with the caret in its line. */
export function summon(app: App): void {
  const summons = summonsOf(app);
  summons.from = { panel: app.url.panel.peek(), focus: document.activeElement };
  app.go('console');
  summons.asked.value++;
}

/** The line was left by another way: nothing leads back any more. */
export function forget(app: App): void {
  summonsOf(app).from = undefined;
}

/** Leads back to where the line was called from; in any case out of it. */
export function dismiss(app: App): void {
  const summons = summonsOf(app);
  const { from } = summons;
  summons.from = undefined;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (from === undefined) return;
  if (from.panel !== app.url.panel.peek()) app.go(from.panel);
  if (from.focus instanceof HTMLElement && from.focus.isConnected) from.focus.focus();
}
