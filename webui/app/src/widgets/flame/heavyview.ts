// Draws the left heavy view: the same boxes as the timeline, joined by stack, on an axis of time spent.

import './flame.css';
import type { Frame } from '../../core/frame';
import type { Theme } from '../../core/theme';
import { axisFont, type Surface, surface } from '../chart/surface';
import { besideNode, type HeavyNode, type HeavyTrack } from './heavy';
import { boxHeight, Lanes } from './lanes';
import { Painter } from './paint';
import { box, canvas } from './parts';
import { least, Rects } from './rects';
import { stepFor, tickLabel } from './ticks';

export interface HeavyOptions {
  frame: Frame;
  theme: Theme;
  /** What is shown. */
  tracks(): readonly HeavyTrack[];
  trackName(track: number): string;
  name(id: number): string;
  slot(id: number): number;
  /** 1 by scope for those that a search found. */
  found(): Uint8Array | undefined;
  selected(): HeavyNode | undefined;
  onHover(node: HeavyNode | undefined): void;
  onSelect(node: HeavyNode | undefined): void;
}

const tickRoom = 90;
const dim = 9;

export class HeavyView {
  readonly el = document.createElement('div');
  readonly focusable = document.createElement('div');
  private readonly options: HeavyOptions;
  private readonly names = document.createElement('div');
  private readonly head: Surface;
  private readonly body: Surface;
  private readonly painter: Painter;
  private readonly rects = new Rects();
  private nodes: (HeavyNode | undefined)[] = []; // by rectangle
  private lanes = new Lanes([], [], new Set());
  private span: [number, number] | undefined; // ns that are shown; undefined: all
  private hovered: HeavyNode | undefined;
  private stop: (() => void) | undefined;

  constructor(options: HeavyOptions) {
    this.options = options;
    this.painter = new Painter(options.theme);
    const again = (): void => this.invalidate();
    this.el.className = 'flame';
    const head = box(this.el, 'flame-head heavy');
    const body = box(this.el, 'flame-body');
    this.head = surface(canvas(box(head, 'flame-canvas')), again);
    this.body = surface(canvas(box(body, 'flame-canvas')), again);
    this.focusable.className = 'flame-scroll';
    this.focusable.tabIndex = 0;
    this.focusable.setAttribute('role', 'group');
    this.focusable.setAttribute('aria-label', 'Left heavy: time by stack; the table has the numbers by scope');
    this.names.className = 'flame-tracks';
    this.focusable.append(this.names);
    body.append(this.focusable);
    this.listen();
  }

  start(): void {
    this.stop = this.options.frame.onDraw(this.draw, { rate: 4 });
  }

  invalidate(): void {
    this.options.frame.invalidate(this.draw, true);
  }

  dispose(): void {
    this.stop?.();
    this.head.close();
    this.body.close();
    this.el.remove();
  }

  /** Zooms around the middle of the selected stack, or of what is shown. */
  zoom(factor: number, around?: number): void {
    const [a, b] = this.shown();
    const node = this.options.selected();
    const at = around ?? (node === undefined ? (a + b) / 2 : node.x + node.total / 2);
    this.put(at - (at - a) * factor, (b - a) * factor);
  }

  /** Moves by a share of what is shown. */
  pan(share: number): void {
    const [a, b] = this.shown();
    this.put(a + share * (b - a), b - a);
  }

  fitAll(): void {
    this.span = undefined;
    this.invalidate();
  }

  /** The stack beside the selected one. */
  beside(where: 'out' | 'in' | 'next' | 'before'): HeavyNode | undefined {
    return besideNode(this.options.tracks(), this.options.selected(), where);
  }

  /** Lets a stack fill the width. */
  fit(node: HeavyNode): void {
    this.put(node.x, node.total);
  }

  private all(): number {
    return Math.max(1, ...this.options.tracks().map((t) => t.total));
  }

  private shown(): [number, number] {
    return this.span ?? [0, this.all()];
  }

  private put(from: number, size: number): void {
    const all = this.all();
    const wide = Math.min(all, Math.max(100, size));
    const left = Math.max(0, Math.min(all - wide, from));
    this.span = wide >= all ? undefined : [left, left + wide];
    this.invalidate();
  }

  private readonly draw = (): void => {
    const { theme, tracks, trackName } = this.options;
    const lanes: number[] = [];
    for (const t of tracks()) {
      while (lanes.length <= t.track) lanes.push(0);
      lanes[t.track] = t.lanes;
    }
    this.lanes = new Lanes(
      lanes,
      lanes.map((_, id) => ({ id, name: trackName(id) })),
      new Set(),
    );
    this.gather();
    const { context: c, width, height } = this.body;
    const scroll = this.focusable.scrollTop;
    const top = (lane: number): number => this.lanes.top(lane) - scroll;
    c.clearRect(0, 0, width, height);
    c.fillStyle = theme.tokens.line;
    for (const t of this.lanes.tracks) c.fillRect(0, Math.round(t.top + t.height - scroll) - 1, width, 1);
    this.painter.boxes(c, this.rects, top, height);
    this.painter.words(c, this.rects, top, height, {
      name: this.options.name,
      ns: (_r, i) => this.nodes[i]?.total ?? Number.NaN,
    });
    for (const [node, line] of [
      [this.hovered, 1],
      [this.options.selected(), 2],
    ] as const) {
      if (node !== undefined) this.outline(c, node, line, top);
    }
    this.drawHead();
    this.layOut();
  };

  private outline(c: CanvasRenderingContext2D, node: HeavyNode, line: number, top: (lane: number) => number): void {
    const lane = this.lanes.laneOf(node.track, node.depth);
    if (lane < 0) return;
    const [x, w] = this.place(node);
    c.strokeStyle = this.options.theme.tokens.text;
    c.lineWidth = line;
    c.strokeRect(x + line / 2, top(lane) + line / 2, Math.max(line, w - 1 - line), boxHeight - line);
  }

  private drawHead(): void {
    const { context: c, width, height } = this.head;
    const [a, b] = this.shown();
    const step = stepFor(((b - a) / 1e9 / Math.max(1, width)) * tickRoom) * 1e9;
    c.clearRect(0, 0, width, height);
    c.font = axisFont;
    c.textBaseline = 'middle';
    c.fillStyle = this.options.theme.tokens.muted;
    for (let v = Math.ceil(a / step) * step; v <= b; v += step) {
      const x = ((v - a) / (b - a)) * width;
      c.textAlign = x < 14 ? 'left' : 'center';
      if (x >= 0 && x < width - 24) c.fillText(tickLabel(v / 1e9, step / 1e9).replace('+', ''), x, height / 2);
    }
  }

  private place(node: HeavyNode): [number, number] {
    const [a, b] = this.shown();
    const scale = this.body.width / (b - a);
    const left = Math.max(-8, (node.x - a) * scale);
    return [left, Math.min(this.body.width + 8, (node.x + node.total - a) * scale) - left];
  }

  private gather(): void {
    this.rects.count = 0;
    this.nodes = [];
    for (const t of this.options.tracks()) this.gatherAll(t.roots);
  }

  // Brothers stand in order of their size, so those too small to be drawn lie together at the end.
  private gatherAll(nodes: readonly HeavyNode[]): void {
    const { slot, found } = this.options;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as HeavyNode;
      const [x, w] = this.place(node);
      if (x > this.body.width) return;
      const rest = w < least ? nodes.slice(i) : [];
      const last = rest.at(-1);
      const [lastX, lastW] = last === undefined ? [x, w] : this.place(last);
      if (lastX + lastW < 0) continue;
      const r = this.rects;
      const at = r.next();
      const hit = found();
      r.x[at] = x;
      r.w[at] = lastX + lastW - x;
      r.lane[at] = this.lanes.laneOf(node.track, node.depth);
      r.slot[at] = hit !== undefined && hit[node.id] !== 1 ? dim : slot(node.id);
      r.n[at] = Math.max(1, rest.length);
      r.id[at] = node.id;
      r.mixed[at] = rest.length > 1 ? 1 : 0;
      this.nodes[at] = node;
      if (rest.length > 0) return;
      this.gatherAll(node.children);
    }
  }

  private nodeAt(event: MouseEvent): HeavyNode | undefined {
    const rect = this.body.context.canvas.getBoundingClientRect();
    const place = this.lanes.at(event.clientY - rect.top + this.focusable.scrollTop);
    if (place === undefined) return undefined;
    const lane = this.lanes.laneOf(place.track, place.depth);
    const x = event.clientX - rect.left;
    for (let i = 0; i < this.rects.count; i++) {
      const left = this.rects.x[i] as number;
      if (this.rects.lane[i] === lane && x >= left && x <= left + Math.max(2, this.rects.w[i] as number)) {
        return this.nodes[i];
      }
    }
    return undefined;
  }

  private listen(): void {
    const { onHover, onSelect } = this.options;
    const { focusable: el } = this;
    el.addEventListener('scroll', () => this.invalidate(), { passive: true });
    el.addEventListener('pointermove', (event) => {
      const node = this.nodeAt(event);
      if (node === this.hovered) return;
      this.hovered = node;
      onHover(node);
      this.invalidate();
    });
    el.addEventListener('pointerleave', () => {
      this.hovered = undefined;
      onHover(undefined);
      this.invalidate();
    });
    el.addEventListener('click', (event) => onSelect(this.nodeAt(event)));
    el.addEventListener('dblclick', (event) => {
      const node = this.nodeAt(event);
      if (node !== undefined) this.fit(node);
    });
    el.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const [a, b] = this.shown();
        const rect = this.body.context.canvas.getBoundingClientRect();
        this.zoom(Math.exp(event.deltaY * 0.0022), a + ((event.clientX - rect.left) / rect.width) * (b - a));
      },
      { passive: false },
    );
  }

  private layOut(): void {
    const key = this.lanes.tracks.map((t) => `${t.name} ${t.top}`).join('|');
    if (this.names.dataset.key === key) return;
    this.names.dataset.key = key;
    this.names.style.height = `${this.lanes.height}px`;
    this.names.replaceChildren(
      ...this.lanes.tracks.map((t) => {
        const el = document.createElement('div');
        el.className = 'flame-track';
        el.style.top = `${t.top}px`;
        el.style.height = `${t.height - 1}px`;
        el.textContent = t.name;
        return el;
      }),
    );
  }
}
