// The top view as a widget: a canvas that is panned, zoomed, picked from and dragged on. What is selected
// belongs to the list; where it is comes from the inspected entity, which is followed anyway.

import type { App } from '../../core/app';
import { newGesture } from '../../core/edits';
import { type Surface, surface } from '../../widgets/chart/surface';
import { markOf, nameText } from './columns';
import type { EntityList } from './list';
import { type Bounds, Camera, inside, type Spot } from './mapcamera';
import { drawMap, type Mark, type Pointed } from './mapdraw';
import { PlacesSource } from './mapplaces';
import { canMove, moveTo } from './moving';

const around = 0.25; // of the view, asked for beside it: a small pan shows no empty edge
const reach = 9; // px from the pointer within which an entity is found
const rest = 80; // ms of a still pointer before it is asked what lies there
const slop = 4; // px that a press may move and still be a click

interface Grab {
  from: Spot; // px
  moved: boolean;
  /** The entity that is dragged; undefined pans the view. */
  drag: { id: string; gesture: number; offset: Spot } | undefined;
}

/** What the component around it shows. */
export interface MapState {
  /** Units a px. */
  grain: number;
  following: boolean;
  /** Dots are a sample of so many. */
  sample: { shown: number; of: number } | undefined;
  fault: string;
}

/** Where the pictures of lists looked last: one that comes back looks there again. */
const looks = new WeakMap<EntityList, { camera: Camera; whole: Bounds | undefined }>();

/** Draws where everything is. */
export class TopView {
  readonly el = document.createElement('div');
  readonly camera: Camera;
  onState: ((state: MapState) => void) | undefined;
  private readonly canvas = document.createElement('canvas');
  private readonly app: App;
  private readonly list: EntityList;
  private readonly source: PlacesSource;
  private readonly surface: Surface;
  private readonly off: (() => void)[] = [];
  private hovered: Pointed | undefined;
  private grab: Grab | undefined;
  private fitted: boolean; // before it is, dots would be asked for in vain
  private fitting = false;
  private whole: Bounds | undefined; // what is kept in view until somebody moves the picture
  private following = false;
  private timer = 0;
  private asking = false;
  private onAccent = '#fff';

  constructor(app: App, list: EntityList) {
    this.app = app;
    this.list = list;
    const before = looks.get(list);
    this.camera = before?.camera ?? new Camera();
    this.whole = before?.whole;
    this.fitted = before !== undefined;
    this.el.className = 'map-canvas';
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.el.append(this.canvas);
    this.source = new PlacesSource(app, () => {
      this.app.frame.invalidate(this.draw);
      this.tell();
    });
    this.surface = surface(this.canvas, () => this.resized());
    this.off.push(
      app.frame.onDraw(this.draw, { rate: 20 }),
      app.theme.onChange(() => this.themed()),
      app.frame.onText(() => this.flush()),
    );
    this.themed();
    this.listen();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const f of this.off) f();
    if (this.fitted) looks.set(this.list, { camera: this.camera, whole: this.whole });
    this.source.close();
    this.surface.close();
    this.el.remove();
  }

  /** Looks at all that fits the condition. */
  async fit(): Promise<void> {
    const { where, kind } = this.filter();
    const bounds = (params: { where?: string; kind?: string }) =>
      this.app.rpc.call('world.bounds', params).catch(() => undefined); // an older game
    // A condition that is being typed may be none yet.
    const b = (await bounds({ ...(where && { where }), ...(kind && { kind }) })) ?? (await bounds({}));
    if (b !== undefined && b.count > 0) {
      this.whole = b;
      this.camera.fit(b);
    }
    this.fitted = true;
    this.changed();
  }

  /** Keeps the selected entity in the middle. */
  follow(on: boolean): void {
    this.following = on;
    this.whole = undefined;
    this.changed();
  }

  /** Turns the picture over: y grows upwards or downwards. */
  flip(up: boolean): void {
    this.camera.up = up;
    this.changed();
  }

  /** The condition, where the game took it. */
  private filter(): { where: string; kind: string } {
    const bad = this.list.world.fault.peek() !== null;
    return { where: bad ? '' : this.list.where.peek().trim(), kind: this.list.kind.peek() };
  }

  private readonly draw = (): void => {
    const { tokens } = this.app.theme;
    drawMap(this.surface.context, this.camera, {
      places: this.source.places,
      marks: this.marks(),
      selected: this.selected(),
      hovered: this.hovered,
      tokens,
      onAccent: this.onAccent,
      unit: this.unit(),
    });
  };

  private marks(): Mark[] {
    const { world } = this.list;
    const kinds = world.kinds.peek();
    return kinds.map((k) => this.mark(k.kind));
  }

  private mark(kind: string): Mark {
    const { world } = this.list;
    const { shape, ink } = markOf(world.kinds.peek(), kind, (name) => world.inks.of(name));
    return { shape, colour: this.app.theme.slot(ink) };
  }

  /** Paths of the position of a kind. */
  private position(kind: string): readonly string[] {
    return this.list.world.kinds.peek().find((k) => k.kind === kind)?.position ?? [];
  }

  private unit(): string {
    for (const k of this.list.world.kinds.peek()) {
      const unit = k.fields.find((f) => f.path === k.position?.[0])?.unit;
      if (unit) return unit;
    }
    return '';
  }

  private selected(): Pointed | undefined {
    const { subject } = this.list.world;
    const entity = subject?.entity;
    if (subject === undefined || entity === undefined || subject.gone) return undefined;
    const [px, py] = this.position(entity.kind);
    if (px === undefined || py === undefined) return undefined;
    const held = this.dragged(entity.id);
    const x = held?.x ?? Number(subject.values.get(px));
    const y = held?.y ?? Number(subject.values.get(py));
    if (!Number.isFinite(x + y)) return undefined;
    return { x, y, name: nameText(entity.kind, entity.name), mark: this.mark(entity.kind) };
  }

  // Where the pointer holds the entity: the game's word of it is a round trip old.
  private dragged(id: string): Spot | undefined {
    const drag = this.grab?.drag;
    if (drag === undefined || drag.id !== id || !this.grab?.moved || this.last === undefined) return undefined;
    const at = this.camera.toWorld(this.last);
    return { x: at.x + drag.offset.x, y: at.y + drag.offset.y };
  }

  private last: Spot | undefined; // where the pointer is, px

  private themed(): void {
    this.onAccent = getComputedStyle(document.documentElement).getPropertyValue('color-scheme').includes('dark')
      ? '#14161a'
      : '#ffffff';
    this.app.frame.invalidate(this.draw);
  }

  private resized(): void {
    const { width, height } = this.surface;
    if (width === 0 || height === 0) return;
    this.camera.width = width;
    this.camera.height = height;
    if (!this.fitted) {
      if (!this.fitting) void this.fit();
      this.fitting = true;
    } else if (this.whole !== undefined) this.camera.fit(this.whole);
    this.changed();
  }

  private flush(): void {
    const { view } = this.app;
    if (view.peek().paused) {
      this.source.close();
      return;
    }
    const at = this.following && this.grab === undefined ? this.selected() : undefined;
    if (at !== undefined) {
      this.camera.x = at.x;
      this.camera.y = at.y;
    }
    this.app.frame.invalidate(this.draw);
    this.ask();
    this.tell();
  }

  /** Somebody moved the picture. */
  private moved(): void {
    this.whole = undefined;
    this.changed();
  }

  /** What is drawn changed. */
  private changed(): void {
    this.app.frame.invalidate(this.draw, true);
    this.app.frame.stir();
    this.tell();
  }

  // Asked anew when the view leaves what was asked for, or when that has become far larger than the view.
  private ask(): void {
    if (!this.fitted || this.surface.width === 0) return;
    const { area } = this.source;
    const view = this.camera.view();
    const wide = area !== undefined && area.x1 - area.x0 > 4 * (view.x1 - view.x0);
    const rect: Bounds = area !== undefined && inside(view, area) && !wide ? area : this.camera.view(around);
    this.source.look(rect, this.filter());
  }

  private tell(): void {
    const p = this.source.places;
    const shown = p?.xs.length ?? 0;
    this.onState?.({
      grain: 1 / this.camera.scale,
      following: this.following,
      sample: p !== undefined && p.count > shown ? { shown, of: p.count } : undefined,
      fault: this.source.refused?.message ?? '',
    });
    const { x, y, scale } = this.camera;
    this.canvas.dataset.view = `${x} ${y} ${scale}`;
    this.canvas.setAttribute(
      'aria-label',
      `Top view: ${shown} of ${p?.count ?? 0} entities in view. Arrows pan, plus and minus zoom, F shows all.`,
    );
  }

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    canvas.addEventListener('pointerup', (event) => this.release(event));
    canvas.addEventListener('pointercancel', () => {
      this.grab = undefined;
    });
    canvas.addEventListener('pointerleave', () => {
      clearTimeout(this.timer);
      this.hovered = undefined;
      this.changed();
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        this.camera.zoom(1.0015 ** -event.deltaY, this.spot(event));
        this.moved();
      },
      { passive: false },
    );
    canvas.addEventListener('dblclick', () => void this.fit());
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  private spot(event: MouseEvent): Spot {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const from = this.spot(event);
    this.last = from;
    this.canvas.setPointerCapture(event.pointerId);
    const { subject } = this.list.world;
    const at = this.selected();
    let drag: Grab['drag'];
    if (at !== undefined && subject !== undefined && this.near(from, at) && this.movable(subject.entity?.kind ?? '')) {
      const under = this.camera.toWorld(from);
      drag = { id: subject.id, gesture: newGesture(), offset: { x: at.x - under.x, y: at.y - under.y } };
    }
    this.grab = { from, moved: false, drag };
  }

  private near(px: Spot, at: Spot): boolean {
    const dot = this.camera.toScreen(at);
    return Math.hypot(dot.x - px.x, dot.y - px.y) <= reach + 2;
  }

  private movable(kind: string): boolean {
    const fields = this.list.world.subject?.entity?.components.flatMap((c) => c.fields) ?? [];
    return canMove({ paths: this.position(kind), fields });
  }

  private move(event: PointerEvent): void {
    const px = this.spot(event);
    const before = this.last ?? px;
    this.last = px;
    const { grab } = this;
    if (grab === undefined) {
      this.hover(px);
      return;
    }
    grab.moved ||= Math.hypot(px.x - grab.from.x, px.y - grab.from.y) > slop;
    if (!grab.moved) return;
    if (grab.drag !== undefined) this.put(grab.drag, px);
    else {
      this.following = false;
      this.whole = undefined;
      this.camera.pan(px.x - before.x, px.y - before.y);
    }
    this.changed();
  }

  private put(drag: NonNullable<Grab['drag']>, px: Spot): void {
    const { subject } = this.list.world;
    const under = this.camera.toWorld(px);
    const entity = {
      id: drag.id,
      paths: this.position(subject?.entity?.kind ?? ''),
      fields: subject?.entity?.components.flatMap((c) => c.fields) ?? [],
      value: (path: string) => subject?.values.get(path),
    };
    moveTo(this.app, entity, [under.x + drag.offset.x, under.y + drag.offset.y], drag.gesture);
  }

  private release(event: PointerEvent): void {
    const { grab } = this;
    this.grab = undefined;
    if (grab === undefined || event.button !== 0) return;
    this.changed();
    if (!grab.moved) void this.click(grab.from, event.ctrlKey || event.metaKey || event.shiftKey);
  }

  private async click(px: Spot, more: boolean): Promise<void> {
    const found = await this.at(px);
    const { list } = this;
    const picked = list.picked.peek();
    if (found === undefined) {
      if (!more) list.deselect();
      return;
    }
    if (!more) list.choose([found.id]);
    else list.choose(picked.includes(found.id) ? picked.filter((id) => id !== found.id) : [...picked, found.id]);
  }

  private hover(px: Spot): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.find(px), rest);
  }

  private async find(px: Spot): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const found = await this.at(px);
    this.asking = false;
    this.hovered = found && { ...found, name: nameText(found.kind, found.name), mark: this.mark(found.kind) };
    this.canvas.style.cursor = found === undefined ? '' : 'pointer';
    this.app.frame.invalidate(this.draw, true);
  }

  private async at(px: Spot) {
    const { where, kind } = this.filter();
    const { x, y } = this.camera.toWorld(px);
    const radius = reach / this.camera.scale;
    const params = { x, y, radius, limit: 1, ...(where && { where }), ...(kind && { kind }) };
    const found = await this.app.rpc.call('world.at', params).catch(() => []);
    return found[0];
  }

  private key(event: KeyboardEvent): void {
    const step = event.shiftKey ? 160 : 40;
    const middle = { x: this.camera.width / 2, y: this.camera.height / 2 };
    const moves: Record<string, () => void> = {
      ArrowLeft: () => this.camera.pan(step, 0),
      ArrowRight: () => this.camera.pan(-step, 0),
      ArrowUp: () => this.camera.pan(0, step),
      ArrowDown: () => this.camera.pan(0, -step),
      '+': () => this.camera.zoom(1.25, middle),
      '=': () => this.camera.zoom(1.25, middle),
      '-': () => this.camera.zoom(0.8, middle),
      f: () => void this.fit(),
    };
    const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key.startsWith('Arrow')) this.following = false;
    run();
    if (event.key !== 'f') this.moved();
  }
}
