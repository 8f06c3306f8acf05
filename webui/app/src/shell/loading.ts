// Panels come when they are needed, or soon after the page stands: the first load stays small, and
// going from panel to panel never waits.

import { effect, type Signal, signal } from '@preact/signals';
import type { LazyPanel, Panel } from '../core/panel';
import type { Session } from '../core/session';
import { runsOn } from './commands';

/** Panels whose code is there; null where it could not be had. */
export const loads: Signal<ReadonlyMap<string, Panel | null>> = signal(new Map());

const idle = 400; // ms after the login

/** A panel, when its code is there. */
export function loaded(id: string): Panel | undefined {
  return loads.value.get(id) ?? undefined;
}

/**
 * Loads the panel that is shown at once, the others when the page has time, and lets their stores begin.
 * `also` loads what else is to be there when the game, from which it comes, is gone.
 */
export function startPanels(session: Session, panels: readonly LazyPanel[], also?: () => Promise<unknown>): void {
  const asked = new Set<string>();
  const get = (panel: LazyPanel): void => {
    if (asked.has(panel.id)) return;
    asked.add(panel.id);
    const done = (one: Panel | null): void => {
      loads.value = new Map(loads.peek()).set(panel.id, one);
      one?.start?.(session);
    };
    panel.load().then(done, () => done(null));
  };
  effect(() => {
    if (session.me.value === null) return;
    const has = panels.filter((p) => p.feature === undefined || runsOn(session, p.feature));
    const shown = has.find((p) => p.id === session.url.panel.value) ?? has[0];
    if (shown !== undefined) get(shown);
    const id = setTimeout(() => {
      has.forEach(get);
      also?.().catch(() => undefined); // whoever needs it asks again
    }, idle);
    return () => clearTimeout(id);
  });
}
