// Entities in the game's picture: found by a click, marked where the very picture has them, and moved
// by a drag. What is selected is selected in the World panel as well.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { newGesture } from '../../core/edits';
import type { Followed } from '../../core/picture';
import type { Entity, Field, Kind } from '../../core/protocol';
import { markOf, nameText } from '../world/columns';
import { canMove, moveTo } from '../world/moving';
import { worldOf } from '../world/source';
import { apply, identity, invert, type Matrix } from './layout';
import type { Display } from './model';
import type { Spot } from './pointer';

const reach = 8; // px of the screen
const slop = 4; // px of the screen that a press may move and still be a click
const cameraGap = 200; // ms between two looks at the camera while something is dragged
const lookGap = 500; // ms between two looks while something is selected
const mostFollowed = 20;

/** An entity that is marked in the picture. */
export interface Marked {
  id: string;
  name: string;
  shape: string;
  /** Slot of the palette. */
  ink: number;
  /** px of the display */
  x: number;
  y: number;
  radius: number;
}

interface Drag {
  entity: Entity;
  paths: readonly string[];
  fields: readonly Field[];
  camera: Matrix; // from the world
  offset: Spot; // from the pointer to the entity, in the world
  home: Spot;
  gesture: number;
  asked: number; // ms, when the camera was looked at
}

interface Press {
  id: string; // of the entity under the pointer, '' for none
  from: Spot;
  to: Spot;
  moved: boolean;
  drag: Drag | undefined;
  over: boolean;
}

export class Picker {
  /** Ids of what is selected. */
  readonly selected: ReadonlySignal<string[]>;
  /** What is known of the first of them. */
  readonly entity: Signal<Entity | undefined> = signal(undefined);
  private readonly display: Display;
  private readonly sel: Signal<string>;
  private press: Press | undefined;
  private turn = 0; // of several under one place, which

  constructor(display: Display) {
    this.display = display;
    this.sel = display.app.url.param('sel', '', 'world');
    this.selected = computed(() => this.sel.value.split(',').filter(Boolean).slice(0, mostFollowed));
  }

  /** Follows the selection. Returns its undo. */
  start(): () => void {
    const { app } = this.display;
    let looked = 0;
    const offText = app.frame.onText(() => {
      const now = performance.now();
      if (this.selected.peek().length === 0 || now - looked < lookGap) return;
      looked = now;
      void this.look();
    });
    const off = this.selected.subscribe(([id]) => {
      this.entity.value = undefined;
      if (id === undefined) return;
      void this.kinds();
      app.rpc.call('world.get', { id }).then(
        (entity) => {
          if (this.selected.peek()[0] === id) this.entity.value = entity;
        },
        () => undefined, // it is gone
      );
    });
    return () => {
      offText();
      off();
    };
  }

  /** Kinds of the game, once they were asked for. */
  readonly known: Signal<readonly Kind[]> = signal([]);

  async kinds(): Promise<readonly Kind[]> {
    if (this.known.peek().length === 0) {
      const { app } = this.display;
      this.known.value = await app.rpc.call('world.kinds', {}).catch(() => []);
      worldOf(app).inks.register(this.known.peek().map((k) => k.kind));
    }
    return this.known.peek();
  }

  /** What is to be marked over the newest picture. */
  marks(): Marked[] {
    const { last } = this.display;
    const entity = this.entity.peek();
    return (last?.followed ?? []).map((f) => this.mark(f, entity?.id === f.id ? entity : undefined));
  }

  private mark({ id, kind, x, y, radius }: Followed, entity: Entity | undefined): Marked {
    const kinds = this.known.peek();
    const name = entity?.kind ?? kinds[kind]?.kind ?? '';
    const { shape, ink } = markOf(kinds, name, (k) => worldOf(this.display.app).inks.of(k));
    return { id, name: entity ? nameText(entity.kind, entity.name) : `${name} ${id}`, shape, ink, x, y, radius };
  }

  /** Where the first of the selection is in the world; undefined where the picture does not say. */
  at(camera: Matrix = this.camera): Spot | undefined {
    const [id] = this.selected.peek();
    const f = this.display.last?.followed.find((one) => one.id === id);
    const back = invert(camera);
    return f && back && apply(back, f);
  }

  /** As it was told last. */
  camera: Matrix = identity;

  /** Asks where the world is in the picture. */
  async look(): Promise<void> {
    const info = await this.display.app.rpc.call('display.info', {}).catch(() => undefined);
    if (info !== undefined) this.camera = info.camera ? (info.camera as unknown as Matrix) : identity;
  }

  /** The button went down on a pixel of the display; `scale` is css px for one of it. */
  down(at: Spot, scale: number): void {
    const near = (f: Followed): boolean => Math.hypot(f.x - at.x, f.y - at.y) <= Math.max(f.radius, reach / scale);
    const under = this.display.last?.followed.find(near);
    this.press = { id: under?.id ?? '', from: at, to: at, moved: false, drag: undefined, over: false };
    if (under !== undefined) void this.grab(this.press, under);
  }

  move(at: Spot, scale: number): void {
    const { press } = this;
    if (press === undefined) return;
    press.to = at;
    press.moved ||= Math.hypot(at.x - press.from.x, at.y - press.from.y) * scale > slop;
    if (press.moved && press.drag !== undefined) this.put(press.drag, at);
  }

  /** Resolves when what was pressed on is selected. */
  async up(scale: number): Promise<void> {
    const { press } = this;
    this.press = undefined;
    if (press === undefined) return;
    press.over = true;
    if (!press.moved) await this.pick(press.from, scale);
  }

  /** The drag is taken back. Reports whether there was one. */
  cancel(): boolean {
    const { press } = this;
    this.press = undefined;
    if (press?.drag === undefined || !press.moved) return press !== undefined;
    const { drag } = press;
    moveTo(this.display.app, this.movable(drag), [drag.home.x, drag.home.y], drag.gesture);
    return true;
  }

  get dragging(): boolean {
    return this.press?.moved === true && this.press.drag !== undefined;
  }

  /** What a click on a pixel of the display finds; a second click finds what lies below. */
  async pick(at: Spot, scale: number): Promise<void> {
    const { app } = this.display;
    try {
      const found = await app.rpc.call('world.pick', { x: at.x, y: at.y, radius: reach / scale });
      await this.kinds();
      const now = found.findIndex((n) => n.id === this.selected.peek()[0]);
      this.turn = now < 0 ? 0 : (now + 1) % found.length;
      this.sel.value = found[this.turn]?.id ?? '';
      await this.look();
    } catch (fault) {
      app.toast(fault instanceof Error ? fault.message : String(fault), 'bad');
    }
  }

  private async grab(press: Press, under: Followed): Promise<void> {
    const { app } = this.display;
    const [entity, kinds] = await Promise.all([
      app.rpc.call('world.get', { id: under.id }).catch(() => undefined),
      this.kinds(),
      this.look(),
    ]);
    const back = invert(this.camera);
    if (entity === undefined || back === undefined || press.over || app.me.peek()?.role === 'view') return;
    const paths = kinds.find((k) => k.kind === entity.kind)?.position ?? [];
    const fields = entity.components.flatMap((c) => c.fields);
    if (!canMove({ paths, fields })) return;
    const value = (path: string | undefined): number => Number(fields.find((f) => f.path === path)?.value);
    const home = { x: value(paths[0]), y: value(paths[1]) };
    const at = apply(back, press.from);
    press.drag = {
      entity,
      paths,
      fields,
      camera: this.camera,
      offset: { x: home.x - at.x, y: home.y - at.y },
      home,
      gesture: newGesture(),
      asked: performance.now(),
    };
    if (press.moved) this.put(press.drag, press.to);
  }

  private put(drag: Drag, at: Spot): void {
    this.follow(drag);
    const back = invert(drag.camera);
    if (back === undefined) return;
    const to = apply(back, at);
    moveTo(this.display.app, this.movable(drag), [to.x + drag.offset.x, to.y + drag.offset.y], drag.gesture);
  }

  // The camera may go along with what is dragged.
  private follow(drag: Drag): void {
    const now = performance.now();
    if (now - drag.asked < cameraGap) return;
    drag.asked = now;
    void this.look().then(() => {
      drag.camera = this.camera;
    });
  }

  private movable({ entity, paths, fields }: Drag) {
    return { id: entity.id, paths, fields, value: (path: string) => fields.find((f) => f.path === path)?.value };
  }
}
