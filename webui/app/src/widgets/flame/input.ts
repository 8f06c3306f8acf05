// The pointer on a timeline: a drag moves it, the wheel with Ctrl zooms, the plain wheel scrolls the
// tracks as everywhere, a click selects, a double click fits.

import type { Call } from '../../core/calls';
import type { FlameModel } from './model';

const dragLeast = 4; // px under which a drag is a click
const wheelZoom = 0.0022; // per px of the wheel

/** What the pointer needs of the picture under it. */
export interface Ground {
  /** The scrolled element that takes the pointer. */
  el: HTMLElement;
  model: FlameModel;
  /** px of the canvas, whose left edge is `left` px from the window's. */
  width(): number;
  left(): number;
  /** The scope at a place of the window. */
  callAt(clientX: number, clientY: number): Call | undefined;
  onCursor(x: number | undefined): void;
  onSelect(call: Call | undefined): void;
}

/** Listens. Returns its undo. */
export function listen(g: Ground): () => void {
  const ends = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, f: (event: HTMLElementEventMap[K]) => void): void =>
    g.el.addEventListener(type, f, { signal: ends.signal, passive: false });
  const xAt = (clientX: number): number => {
    const [x0, x1] = g.model.window();
    return x0 + ((clientX - g.left()) / Math.max(1, g.width())) * (x1 - x0);
  };
  const inside = (event: MouseEvent): boolean =>
    event.clientX >= g.left() && event.clientX < g.left() + g.width() && !(event.target as Element).closest('button');
  new Drag(g, inside, xAt).listen(on);
  on('dblclick', (event) => {
    const call = inside(event) ? g.callAt(event.clientX, event.clientY) : undefined;
    if (call === undefined) return;
    g.onSelect(call);
    g.model.fit(call);
  });
  on('wheel', (event) => wheel(g, event, xAt(event.clientX)));
  return () => ends.abort();
}

function wheel(g: Ground, event: WheelEvent, x: number): void {
  const px = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault(); // or the browser would enlarge the page
    g.model.zoom(Math.exp(event.deltaY * px * wheelZoom), x);
    return;
  }
  const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
  if (Math.abs(across) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return; // tracks scroll by themselves
  event.preventDefault();
  g.model.pan((across * px) / Math.max(1, g.width()));
}

type On = <K extends keyof HTMLElementEventMap>(type: K, f: (event: HTMLElementEventMap[K]) => void) => void;

class Drag {
  private readonly g: Ground;
  private readonly inside: (event: MouseEvent) => boolean;
  private readonly xAt: (clientX: number) => number;
  private down: { x: number; y: number; px: number; scroll: number } | undefined;
  private moved = false;

  constructor(g: Ground, inside: (event: MouseEvent) => boolean, xAt: (clientX: number) => number) {
    this.g = g;
    this.inside = inside;
    this.xAt = xAt;
  }

  listen(on: On): void {
    const { g } = this;
    on('pointerdown', (event) => {
      if (event.button !== 0 || !this.inside(event)) return;
      this.down = { x: event.clientX, y: event.clientY, px: event.clientX, scroll: g.el.scrollTop };
      this.moved = false;
    });
    on('pointermove', (event) => this.move(event));
    on('pointerup', (event) => {
      if (this.down !== undefined && !this.moved) g.onSelect(g.callAt(event.clientX, event.clientY));
      this.release();
    });
    on('pointercancel', () => this.release());
    on('pointerleave', () => {
      if (this.down !== undefined) return;
      g.model.hovered.value = undefined;
      g.onCursor(undefined);
    });
  }

  private move(event: PointerEvent): void {
    const { g, down } = this;
    if (down === undefined) {
      const over = this.inside(event);
      const call = over ? g.callAt(event.clientX, event.clientY) : undefined;
      const old = g.model.hovered.peek();
      if (call?.segment !== old?.segment || call?.at !== old?.at) g.model.hovered.value = call;
      g.onCursor(over ? this.xAt(event.clientX) : undefined);
      return;
    }
    if (!this.moved) {
      if (Math.hypot(event.clientX - down.x, event.clientY - down.y) < dragLeast) return;
      this.moved = true;
      g.el.setPointerCapture(event.pointerId);
      g.el.classList.add('pan');
    }
    if (event.pointerType !== 'touch') g.el.scrollTop = down.scroll - (event.clientY - down.y);
    g.model.pan(-(event.clientX - down.px) / Math.max(1, g.width()));
    down.px = event.clientX;
  }

  private release(): void {
    this.down = undefined;
    this.g.el.classList.remove('pan');
  }
}
