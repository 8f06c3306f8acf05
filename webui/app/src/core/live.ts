// Values that follow the game at the pace of text.

import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useApp } from './app';

/**
 * What `read` gives, read anew ten times a second while the game sends. Put the signal itself into
 * the tree: then only its text node is touched, and only when the value differs.
 */
export function useLive<T>(read: () => T): ReadonlySignal<T> {
  const app = useApp();
  const latest = useRef(read);
  latest.current = read;
  const value = useMemo(() => signal(read()), []);
  useEffect(() => {
    return app.frame.onText(() => {
      value.value = latest.current();
    });
  }, [app, value]);
  return value;
}
