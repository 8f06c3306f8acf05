// The way to the console's line and back, from wherever somebody is.

import { type Signal, signal } from '@preact/signals';
import type { App } from './app';

/** Who asked for the line, and from where. */
export interface Summons {
  /** Grows with every call for the line. */
  readonly asked: Signal<number>;
  /** The last call that the line has answered. */
  answered: number;
  from: { panel: string; focus: Element | null } | undefined;
}

const byApp = new WeakMap<App, Summons>();

/** The page's summons. */
export function summonsOf(app: App): Summons {
  let summons = byApp.get(app);
  if (summons === undefined) {
    summons = { asked: signal(0), answered: 0, from: undefined };
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

/** Reports, to the line that is there now, whether it was called; each call is answered once. */
export function called(app: App): boolean {
  const summons = summonsOf(app);
  const asked = summons.asked.value;
  if (asked === summons.answered) return false;
  summons.answered = asked;
  return true;
}

/** The line was left by another way: nothing leads back any more. A call that no line has answered yet stands. */
export function forget(app: App): void {
  const summons = summonsOf(app);
  if (summons.asked.peek() === summons.answered) summons.from = undefined;
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
