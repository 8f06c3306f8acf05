// A part of the page whose code comes when it is first shown.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Props<P> {
  /** Gives the part; the same function each time. */
  of(): Promise<ComponentType<P>>;
  props: P;
}

export function Later<P extends object>({ of, props }: Props<P>) {
  const [Part, setPart] = useState<ComponentType<P>>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    of().then(
      (part) => setPart(() => part),
      () => setFailed(true),
    );
  }, [of]);
  if (failed) return <p class="empty">This part of the page did not come. Load the page again.</p>;
  return Part === undefined ? null : <Part {...props} />;
}
