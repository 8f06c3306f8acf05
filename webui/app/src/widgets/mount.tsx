// The bridge from the page's components to widgets that are plain elements.

import { useEffect, useRef } from 'preact/hooks';

/** Something that lives in an element of its own. */
export interface Widget {
  readonly el: HTMLElement;
  dispose(): void;
}

/** Puts a widget into the page for as long as the component is shown; it is made once. */
export function Mount({ make, class: name = '' }: { make(): Widget; class?: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const widget = make();
    host.current?.append(widget.el);
    return () => widget.dispose();
  }, []);
  return <div class={name} ref={host} />;
}
