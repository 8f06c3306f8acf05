// Wall-clock seconds for sentences such as `4 s ago`.

import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';

/** ms of the wall clock, four times a second while `on`. */
export function useNow(on: boolean): ReadonlySignal<number> {
  const now = useMemo(() => signal(Date.now()), []);
  useEffect(() => {
    if (!on) return;
    now.value = Date.now();
    const id = setInterval(() => {
      now.value = Date.now();
    }, 250);
    return () => clearInterval(id);
  }, [on, now]);
  return now;
}
