// A small drawing for each kind of asset, in the colour of the text beside it.

import type { Kind } from './model';

const paths: Readonly<Record<Kind, string>> = {
  image: 'M2.5 3.5h11v9h-11zM3 11l3.2-3.5 2.3 2.5 1.8-1.7 2.7 2.7M10.8 6a.7.7 0 1 0 .01 0',
  sound: 'M2.5 7v2M5.2 4.5v7M8 2.5v11M10.8 5v6M13.5 7v2',
  text: 'M3 3.5h10M3 6.5h10M3 9.5h10M3 12.5h6',
  json: 'M6 2.5c-3 0-1 5-3 5.5 2 .5 0 5.5 3 5.5M10 2.5c3 0 1 5 3 5.5-2 .5 0 5.5-3 5.5',
  shader: 'M2.5 12.5c3 0 3.5-9 6-9s2 9 5 9M2.5 8h2M11 5.5h2.5',
  font: 'M3 13L8 2.5 13 13M4.7 9.5h6.6',
  mesh: 'M8 1.8l5.5 3.1v6.2L8 14.2l-5.5-3.1V4.9zM2.5 4.9L8 8l5.5-3.1M8 8v6.2',
  other: 'M4 2.5h5.5l2.5 2.5v8.5H4zM9.5 2.5v2.5H12',
};

const svg = 'http://www.w3.org/2000/svg';

/** An element that draws a kind; `set` draws another. */
export class KindIcon {
  readonly el = document.createElementNS(svg, 'svg');
  private readonly path = document.createElementNS(svg, 'path');
  private kind: Kind | undefined;

  constructor(size = 16) {
    const { el, path } = this;
    el.setAttribute('viewBox', '0 0 16 16');
    el.setAttribute('width', String(size));
    el.setAttribute('height', String(size));
    el.setAttribute('aria-hidden', 'true');
    el.setAttribute('class', 'kind-icon');
    el.append(path);
  }

  /** Draws a kind. */
  set(kind: Kind): void {
    if (kind === this.kind) return;
    this.kind = kind;
    this.path.setAttribute('d', pathOf(kind));
  }
}

/** The drawing of a kind, for a path of a box of 16 by 16. */
export function pathOf(kind: Kind): string {
  return paths[kind];
}
