// The elements that the views of scopes are made of.

/** Adds a box of a class. */
export function box(parent: HTMLElement, name: string): HTMLElement {
  const el = document.createElement('div');
  el.className = name;
  parent.append(el);
  return el;
}

/** Adds a canvas, which says nothing to who cannot see it: the view's own text does. */
export function canvas(parent: HTMLElement): HTMLCanvasElement {
  const el = document.createElement('canvas');
  el.setAttribute('aria-hidden', 'true');
  parent.append(el);
  return el;
}
