// A timeline of all scopes: tracks below each other, a lane for each depth. Two canvases lie on each
// other, so that a moving pointer draws two lines and not ten thousand boxes.

import './flame.css';
import { beginOf, type Call, callAt, endOf, sameCall } from '../../core/calls';
import type { Frame } from '../../core/frame';
import type { Theme } from '../../core/theme';
import { count } from '../../core/units';
import { type Placed, paintMarks, paintPin } from '../chart/paint';
import { type Surface, surface, vertical } from '../chart/surface';
import { drawHead, headHeight, type Picture, pxOf } from './head';
import { listen } from './input';
import { boxHeight, Lanes, laneHeight } from './lanes';
import { Minimap } from './minimap';
import type { FlameModel } from './model';
import { Painter } from './paint';
import { box, canvas } from './parts';
import { type Colours, Gatherer, type Rects } from './rects';
import { stepFor, ticks } from './ticks';

export interface FlameOptions {
  frame: Frame;
  theme: Theme;
  model: FlameModel;
  /** Colours by scope, and what a search found. */
  colours(): Colours;
  name(id: number): string;
  /** ns, 0 for none */
  budget(): number;
  marks(x0: number, x1: number): readonly Placed[];
  /** Seconds on the page's axis: under the pointer, and pinned. */
  cursor(): number | undefined;
  pinned(): number | undefined;
  /** Numbers of the first and the last selected frame. */
  frames(): readonly [number, number] | undefined;
  /** What a track is, below its name. */
  note(track: number): string;
  onCursor(x: number | undefined): void;
  onSelect(call: Call | undefined): void;
}

const slack = 3; // px beside a scope that still hit it
const tickRoom = 90; // px

/** The picture and what takes the pointer. */
export class Flame {
  readonly el = document.createElement('div');
  /** Takes the focus, for keys. */
  readonly focusable = document.createElement('div');
  private readonly options: FlameOptions;
  private readonly tracks = document.createElement('div');
  private readonly surfaces: Record<'map' | 'head' | 'lanes' | 'over', Surface>;
  private readonly painter: Painter;
  private readonly gatherer = new Gatherer();
  private readonly map: Minimap;
  private lanes = new Lanes([], [], new Set());
  private laid = ''; // what the lanes were laid out for
  private ends: (() => void)[] = [];

  constructor(options: FlameOptions) {
    this.options = options;
    this.painter = new Painter(options.theme);
    this.map = new Minimap(options.model, options.theme);
    const again = (): void => this.invalidate();
    const { el, focusable, tracks } = this;
    el.className = 'flame';
    const map = box(el, 'flame-map');
    const name = box(map, 'flame-map-name');
    name.textContent = 'all frames';
    const head = box(el, 'flame-head');
    const body = box(el, 'flame-body');
    const canvases = box(body, 'flame-canvas');
    this.surfaces = {
      map: surface(canvas(box(map, 'flame-canvas')), again),
      head: surface(canvas(box(head, 'flame-canvas')), again),
      lanes: surface(canvas(canvases), again),
      over: surface(canvas(canvases), again),
    };
    focusable.className = 'flame-scroll';
    focusable.tabIndex = 0;
    focusable.setAttribute('role', 'group');
    tracks.className = 'flame-tracks';
    focusable.append(tracks);
    body.append(focusable);
    this.listen(map, head);
  }

  /** Draws with the next frames of the page, for as long as the element is in it. */
  start(): void {
    const { frame, model } = this.options;
    const over = this.drawOver;
    this.ends.push(
      frame.onDraw(this.draw, { rate: 30 }),
      frame.onDraw(over, { rate: 60 }),
      model.hovered.subscribe(() => frame.invalidate(over, true)),
      model.selected.subscribe(() => this.invalidate()),
      model.closed.subscribe(() => this.invalidate()),
      model.marks.subscribe(() => this.invalidate()),
    );
  }

  /** Draws all of it anew. */
  invalidate(): void {
    this.options.frame.invalidate(this.draw, true);
    this.options.frame.invalidate(this.drawOver, true);
  }

  /** The time cursor moved. */
  cursorMoved(): void {
    this.options.frame.invalidate(this.drawOver, true);
  }

  dispose(): void {
    for (const end of this.ends) end();
    for (const s of Object.values(this.surfaces)) s.close();
    this.el.remove();
  }

  /** Place on the axis that a px of the canvases shows. */
  xAt(px: number): number {
    const [x0, x1] = this.options.model.window();
    return x0 + (px / Math.max(1, this.width)) * (x1 - x0);
  }

  private get width(): number {
    return this.surfaces.lanes.width;
  }

  private readonly draw = (): void => {
    const { model, theme } = this.options;
    const p = this.picture();
    this.layOut();
    this.reveal();
    this.map.draw(this.surfaces.map, p.budget);
    drawHead(this.surfaces.head, p, theme, this.painter);
    const { context: c, width, height } = this.surfaces.lanes;
    c.clearRect(0, 0, width, height);
    this.drawGrid(c, p, width, height);
    const [from, to] = p.store.between(p.x0, p.x1);
    const rects = this.gatherer.gather(
      p.store.segments,
      from,
      to,
      { x0: p.x0, perPx: (p.x1 - p.x0) / Math.max(1, width), width },
      this.lanes.count,
      this.lanes.laneOf,
      this.options.colours(),
    );
    this.drawRects(c, rects, height);
    this.drawMarks(c, p, width, height);
    this.drawOver();
    this.focusable.setAttribute('aria-label', this.summary(rects, model.window()));
  };

  private drawRects(c: CanvasRenderingContext2D, rects: Rects, height: number): void {
    const { store } = this.options.model;
    const scroll = this.focusable.scrollTop;
    const top = (lane: number): number => this.lanes.top(lane) - scroll;
    this.painter.boxes(c, rects, top, height);
    this.painter.words(c, rects, top, height, {
      name: this.options.name,
      ns: (r, i) => {
        const s = store.segments[r.segment[i] as number];
        return s === undefined ? Number.NaN : (s.duration[r.at[i] as number] as number) * s.unit * 1e9;
      },
    });
  }

  private drawGrid(c: CanvasRenderingContext2D, p: Picture, width: number, height: number): void {
    const { tokens } = this.options.theme;
    const scroll = this.focusable.scrollTop;
    c.fillStyle = tokens.line;
    for (const t of this.lanes.tracks) c.fillRect(0, Math.round(t.top + t.height - scroll) - 1, width, 1);
    const step = stepFor(((p.x1 - p.x0) / Math.max(1, width)) * tickRoom);
    c.globalAlpha = 0.6;
    for (const x of ticks(p.x0, p.x1, p.zero, step)) c.fillRect(Math.round(pxOf(p, width, x)), 0, 1, height);
    c.globalAlpha = 1;
    const [from, to] = p.store.between(p.x0, p.x1);
    c.fillStyle = tokens.edge;
    let last = Number.NEGATIVE_INFINITY;
    for (let k = from; k < to; k++) {
      const px = pxOf(p, width, p.store.segments[k]?.x ?? 0);
      if (px >= 0 && px <= width && px - last > 14) c.fillRect(Math.round(px), 0, 1, height);
      last = px;
    }
  }

  // Their shapes and words stand in the head.
  private drawMarks(c: CanvasRenderingContext2D, p: Picture, width: number, height: number): void {
    const box = { left: 0, right: width, top: -headHeight, bottom: height, named: false };
    paintMarks(c, p.marks, (x) => pxOf(p, width, x), box, this.options.theme.tokens);
  }

  private readonly drawOver = (): void => {
    const { model, theme, cursor, pinned } = this.options;
    const { context: c, width, height } = this.surfaces.over;
    c.clearRect(0, 0, width, height);
    const [x0, x1] = model.window();
    const x = cursor();
    const selected = model.selected.peek();
    const hovered = model.hovered.peek();
    if (hovered !== undefined && !sameCall(hovered, selected)) this.outline(c, hovered, theme.tokens.text, 1);
    if (selected !== undefined) this.outline(c, selected, theme.tokens.text, 2);
    const pin = pinned();
    if (pin !== undefined && selected === undefined) {
      paintPin(c, pxOf({ x0, x1 }, width, pin), { left: 0, right: width, top: 0, bottom: height }, theme.tokens.accent);
    }
    if (x === undefined || x < x0 || x > x1) return;
    c.strokeStyle = theme.tokens.accent;
    c.lineWidth = 1;
    vertical(c, pxOf({ x0, x1 }, width, x) - 0.5, 0, height);
  };

  private outline(c: CanvasRenderingContext2D, call: Call, colour: string, line: number): void {
    const lane = this.lanes.laneOf(call.track, call.depth);
    if (lane < 0) return;
    const [x0, x1] = this.options.model.window();
    const left = Math.max(-4, pxOf({ x0, x1 }, this.width, beginOf(call)));
    const right = Math.min(this.width + 4, pxOf({ x0, x1 }, this.width, endOf(call)));
    if (right < 0 || left > this.width) return;
    c.strokeStyle = colour;
    c.lineWidth = line;
    const y = this.lanes.top(lane) - this.focusable.scrollTop;
    c.strokeRect(left + line / 2, y + line / 2, Math.max(line, right - left - 1 - line), boxHeight - line);
  }

  private picture(): Picture {
    const { model, budget, marks, cursor, frames } = this.options;
    const [x0, x1] = model.window();
    const own = model.marks.peek().map((x, i): Placed => ({ x, kind: 'mark', label: `mark ${i + 1}` }));
    return {
      store: model.store,
      x0,
      x1,
      zero: model.anchor()?.x ?? x0,
      budget: budget(),
      marks: [...marks(x0, x1), ...own],
      cursor: cursor(),
      selected: frames(),
    };
  }

  // The names of the tracks are elements, so that the keyboard reaches them.
  private layOut(): void {
    const { model, note } = this.options;
    const { store } = model;
    const closed = model.closed.peek();
    const key = `${store.lanes.join()}|${[...closed].join()}|${store.tracks.map((t) => t.name).join()}`;
    if (key === this.laid) return;
    this.laid = key;
    this.lanes = new Lanes(store.lanes, store.tracks, closed);
    this.tracks.style.height = `${this.lanes.height}px`;
    const focused = this.tracks.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.track
      : undefined;
    this.tracks.replaceChildren(
      ...this.lanes.tracks.map((t) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'flame-track';
        button.dataset.track = String(t.id);
        button.style.top = `${t.top}px`;
        button.style.height = `${t.height - 1}px`;
        button.setAttribute('aria-expanded', String(t.open));
        button.title = t.open
          ? `Show the first lane of ${t.name} alone`
          : `Show all ${count(t.lanes)} lanes of ${t.name}`;
        button.append(span('fold', t.open ? '▾' : '▸'), trackName(t.name, note(t.id)));
        button.addEventListener('click', () => model.toggle(t.id));
        return button;
      }),
    );
    if (focused !== undefined) this.tracks.querySelector<HTMLElement>(`[data-track="${focused}"]`)?.focus();
  }

  private reveal(): void {
    const { model } = this.options;
    const call = model.revealed;
    if (call === undefined) return;
    model.revealed = undefined;
    if (this.lanes.laneOf(call.track, call.depth) < 0 && model.closed.peek().has(call.track)) {
      model.toggle(call.track);
      this.layOut();
    }
    const top = this.lanes.top(this.lanes.laneOf(call.track, call.depth));
    const { focusable: el } = this;
    if (top < el.scrollTop) el.scrollTop = top - laneHeight;
    else if (top + laneHeight > el.scrollTop + el.clientHeight) el.scrollTop = top + 2 * laneHeight - el.clientHeight;
  }

  private callAt(clientX: number, clientY: number): Call | undefined {
    const { model } = this.options;
    const rect = this.focusable.getBoundingClientRect();
    const place = this.lanes.at(clientY - rect.top + this.focusable.scrollTop);
    if (place === undefined) return undefined;
    const [x0, x1] = model.window();
    const near = (slack * (x1 - x0)) / Math.max(1, this.width);
    return callAt(model.store, place.track, place.depth, this.xAt(clientX - this.leftOf()), near);
  }

  private leftOf(): number {
    return this.surfaces.lanes.context.canvas.getBoundingClientRect().left;
  }

  private listen(map: HTMLElement, head: HTMLElement): void {
    const { model, onCursor, onSelect } = this.options;
    this.ends.push(
      listen({
        el: this.focusable,
        model,
        width: () => this.width,
        left: () => this.leftOf(),
        callAt: (x, y) => this.callAt(x, y),
        onCursor,
        onSelect,
      }),
    );
    this.focusable.addEventListener('scroll', () => this.invalidate(), { passive: true });
    head.addEventListener('pointermove', (event) => onCursor(this.xAt(event.clientX - this.leftOf())));
    head.addEventListener('pointerleave', () => onCursor(undefined));
    head.addEventListener('click', (event) => {
      const at = model.store.atX(this.xAt(event.clientX - this.leftOf()));
      if (at >= 0) model.showFrame(at);
    });
    this.listenToMap(map);
  }

  private listenToMap(map: HTMLElement): void {
    const el = map.querySelector('.flame-canvas') as HTMLElement;
    const px = (event: PointerEvent): number => event.clientX - el.getBoundingClientRect().left;
    const { map: mini } = this;
    const width = (): number => this.surfaces.map.width;
    el.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      el.setPointerCapture(event.pointerId);
      mini.press(px(event), width());
    });
    el.addEventListener('pointermove', (event) => {
      if (mini.dragged) mini.drag(px(event), width());
      const under = mini.under(px(event), width());
      el.style.cursor = under === 'whole' ? (mini.dragged ? 'grabbing' : 'grab') : under ? 'ew-resize' : 'pointer';
    });
    for (const type of ['pointerup', 'pointercancel'] as const) el.addEventListener(type, () => mini.release());
  }

  private summary(rects: Rects, [x0, x1]: readonly [number, number]): string {
    let n = 0;
    for (let i = 0; i < rects.count; i++) n += rects.n[i] as number;
    const tracks = this.lanes.tracks.map((t) => t.name).join(', ');
    const ms = ((x1 - x0) * 1e3).toFixed(x1 - x0 < 0.01 ? 4 : 1);
    return `Timeline: ${ms} ms in view, ${count(n)} scopes on ${this.lanes.tracks.length} tracks (${tracks})`;
  }
}

function span(name: string, text: string): HTMLElement {
  const el = document.createElement('span');
  el.className = name;
  el.textContent = text;
  return el;
}

function trackName(name: string, note: string): HTMLElement {
  const el = span('cut', name);
  if (note !== '') el.append(span('flame-track-note cut', note));
  return el;
}
