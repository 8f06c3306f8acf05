// A row of a table that tells when something happened: a press on it pins the cursor there, and the row
// at which the cursor is pinned is marked and brought into view.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type App, useApp } from '../../core/app';

interface Props {
  frame: number;
  /** Seconds on the page's axis; NaN where that is not known. */
  x: number;
  /** The cursor is pinned to it. */
  current: boolean;
  class?: string;
  children: ComponentChildren;
}

export function AtFrame({ frame, x, current, class: name = '', children }: Props) {
  const app = useApp();
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (current) row.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const pin = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest('a, button') !== null) return;
    if (Number.isNaN(x)) app.cursor.pinFrame(frame);
    else app.cursor.pinAt(frame, x);
  };
  return (
    <tr ref={row} class={`at-frame ${name}`} aria-current={current ? 'true' : undefined} onClick={pin}>
      {children}
    </tr>
  );
}

/** What happened last before the place where the cursor is pinned; undefined where it is not. */
export function lastBefore<T>(app: App, items: readonly T[], at: (item: T) => number): T | undefined {
  const pin = app.cursor.pinned.value;
  if (pin === undefined) return undefined;
  let best: T | undefined;
  for (const item of items) {
    const x = at(item);
    if (x <= pin.x + sameFrame && (best === undefined || x > at(best))) best = item;
  }
  return best;
}

const sameFrame = 0.001; // seconds
