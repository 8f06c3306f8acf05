// The mesh viewer: a camera that the pointer and the keys turn, and the picture of it.

import { type Signal, signal } from '@preact/signals';
import type { App } from '../../../core/app';
import { Surface } from './canvas';
import { boundsOf, type Mesh } from './geometry';
import { angle, axesOf, type Camera, Raster } from './raster';

const slow = 24; // ms of a drawing from which it is made coarser while it moves
const rest = 140; // ms after the last movement until it is drawn fine

export class Orbit {
  readonly shaded = signal(true);
  readonly wire = signal(false);
  readonly box = signal(true);
  readonly up: Signal<1 | 2> = signal(1);
  /** ms that the last drawing took. */
  cost = 0;
  private readonly app: App;
  private readonly raster = new Raster();
  private surface: Surface | undefined;
  private mesh: Mesh | undefined;
  private bounds = { min: [0, 0, 0], max: [0, 0, 0] };
  private camera: Camera = { yaw: 0.6, pitch: 0.4, distance: 5, target: [0, 0, 0], up: 1 };
  private image: OffscreenCanvas | undefined;
  private stale = true;
  private moving = false;
  private timer = 0;

  constructor(app: App) {
    this.app = app;
  }

  mount(host: HTMLElement): () => void {
    const surface = new Surface(
      this.app,
      host,
      (paint) => this.draw(paint),
      () => this.redraw(),
    );
    this.surface = surface;
    const off = [listen(host, this), this.app.theme.onChange(() => this.redraw())];
    return () => {
      clearTimeout(this.timer);
      for (const f of off) f();
      surface.dispose();
    };
  }

  /** Shows another mesh; one of the same size is seen from where the eye is. */
  load(mesh: Mesh): void {
    const before = JSON.stringify(this.bounds);
    this.mesh = mesh;
    this.bounds = boundsOf(mesh);
    if (JSON.stringify(this.bounds) !== before) this.reset();
    this.redraw();
  }

  /** The whole mesh, from the front and a little above. */
  reset(): void {
    const { min, max } = this.bounds;
    const target = [0, 1, 2].map((i) => ((min[i] as number) + (max[i] as number)) / 2) as [number, number, number];
    const radius = Math.hypot(...[0, 1, 2].map((i) => (max[i] as number) - (min[i] as number))) / 2 || 1;
    this.camera = { yaw: 0.6, pitch: 0.4, distance: (radius / Math.sin(angle / 2)) * 1.05, target, up: this.up.peek() };
    this.redraw();
  }

  turn(dx: number, dy: number): void {
    const limit = Math.PI / 2 - 0.01;
    const { yaw, pitch } = this.camera;
    this.move({ yaw: yaw - dx * 0.01, pitch: Math.max(-limit, Math.min(limit, pitch + dy * 0.01)) });
  }

  pan(dx: number, dy: number): void {
    const { right, over } = axesOf(this.camera);
    const { distance, target } = this.camera;
    const scale = (2 * distance * Math.tan(angle / 2)) / Math.max(1, this.surface?.height ?? 1);
    const next = [0, 1, 2].map(
      (i) => (target[i] as number) - (dx * (right[i] as number) - dy * (over[i] as number)) * scale,
    ) as [number, number, number];
    this.move({ target: next });
  }

  zoom(factor: number): void {
    const { min, max } = this.bounds;
    const radius = Math.hypot(...[0, 1, 2].map((i) => (max[i] as number) - (min[i] as number))) || 1;
    this.move({ distance: Math.max(radius / 200, Math.min(radius * 40, this.camera.distance * factor)) });
  }

  toggle(what: Signal<boolean>): void {
    what.value = !what.peek();
    if (!this.shaded.peek() && !this.wire.peek()) (what === this.shaded ? this.wire : this.shaded).value = true;
    this.redraw();
  }

  setUp(axis: 1 | 2): void {
    this.up.value = axis;
    this.reset();
  }

  private move(part: Partial<Camera>): void {
    this.camera = { ...this.camera, ...part };
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moving = false;
      this.redraw();
    }, rest) as unknown as number;
    this.redraw();
  }

  private redraw(): void {
    this.stale = true;
    this.surface?.dirty();
  }

  private draw(paint: CanvasRenderingContext2D): void {
    const { surface, mesh } = this;
    if (surface === undefined || mesh === undefined) return;
    if (this.stale) this.render(mesh, surface);
    this.stale = false;
    if (this.image) {
      paint.imageSmoothingEnabled = true;
      paint.drawImage(this.image, 0, 0, surface.width, surface.height);
    }
    // From here on the picture's pixels are those of the page.
    paint.scale(surface.width / this.raster.width, surface.height / this.raster.height);
    if (this.box.peek()) this.drawBox(paint, surface.width / this.raster.width);
    paint.setTransform(surface.ratio, 0, 0, surface.ratio, 0, 0);
    this.drawAxes(paint, surface.height);
  }

  private render(mesh: Mesh, surface: Surface): void {
    const { raster } = this;
    const coarse = this.moving && this.cost > slow;
    // At rest each pixel of the screen is drawn from four.
    const scale = coarse
      ? 0.5
      : this.moving || surface.width * surface.height > 1_200_000
        ? surface.ratio
        : surface.ratio * 2;
    raster.resize(Math.max(1, Math.round(surface.width * scale)), Math.max(1, Math.round(surface.height * scale)));
    const triangles = mesh.indices.length / 3;
    const style = {
      shaded: this.shaded.peek(),
      wire: this.wire.peek(),
      plain: this.colour('muted'),
      line: this.colour(this.shaded.peek() ? 'bg' : 'text'),
      every: coarse ? Math.max(1, Math.ceil(triangles / 200_000)) : 1,
    };
    const begin = performance.now();
    raster.draw(mesh, this.camera, style);
    if (this.moving || !coarse)
      this.cost = coarse ? Math.max(slow + 1, performance.now() - begin) : performance.now() - begin;
    this.image ??= new OffscreenCanvas(1, 1);
    this.image.width = raster.width;
    this.image.height = raster.height;
    const data = new Uint8ClampedArray(raster.pixels.buffer as ArrayBuffer);
    this.image.getContext('2d')?.putImageData(new ImageData(data, raster.width, raster.height), 0, 0);
  }

  private colour(token: 'muted' | 'bg' | 'text'): readonly [number, number, number] {
    const [r = 128, g = 128, b = 128] = (this.app.theme.tokens[token].match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b];
  }

  private drawBox(paint: CanvasRenderingContext2D, line: number): void {
    const { min, max } = this.bounds;
    const corner = (i: number): number[] => [0, 1, 2].map((axis) => ((i >> axis) & 1 ? max : min)[axis] as number);
    paint.beginPath();
    for (let i = 0; i < 8; i++)
      for (let axis = 0; axis < 3; axis++) {
        if ((i >> axis) & 1) continue;
        const a = this.raster.place(this.camera, corner(i));
        const b = this.raster.place(this.camera, corner(i | (1 << axis)));
        if (a === undefined || b === undefined) continue;
        paint.moveTo(a.x, a.y);
        paint.lineTo(b.x, b.y);
      }
    paint.strokeStyle = this.app.theme.tokens.edge;
    paint.globalAlpha = 0.5;
    paint.lineWidth = 1 / line;
    paint.stroke();
    paint.globalAlpha = 1;
  }

  // Which way the axes point, in the lower left corner.
  private drawAxes(paint: CanvasRenderingContext2D, height: number): void {
    const { right, over } = axesOf(this.camera);
    const { tokens } = this.app.theme;
    const x = 34;
    const y = height - 34;
    paint.font = '11px system-ui, sans-serif';
    paint.textAlign = 'center';
    paint.textBaseline = 'middle';
    paint.lineWidth = 1.5;
    ['x', 'y', 'z'].forEach((name, i) => {
      const dx = (right[i] as number) * 20;
      const dy = -(over[i] as number) * 20;
      paint.strokeStyle = tokens.edge;
      paint.beginPath();
      paint.moveTo(x, y);
      paint.lineTo(x + dx, y + dy);
      paint.stroke();
      paint.fillStyle = tokens.text;
      paint.fillText(name, x + dx * 1.4, y + dy * 1.4);
    });
    paint.textAlign = 'start';
  }
}

function listen(host: HTMLElement, orbit: Orbit): () => void {
  let last: { x: number; y: number } | undefined;
  const handlers: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void } = {
    pointerdown: (event) => {
      host.setPointerCapture(event.pointerId);
      last = { x: event.clientX, y: event.clientY };
      host.classList.add('grabbing');
    },
    pointermove: (event) => {
      if (last === undefined) return;
      const dx = event.clientX - last.x;
      const dy = event.clientY - last.y;
      last = { x: event.clientX, y: event.clientY };
      if (event.shiftKey || (event.buttons & 6) !== 0) orbit.pan(dx, dy);
      else orbit.turn(dx, dy);
    },
    pointerup: () => {
      last = undefined;
      host.classList.remove('grabbing');
    },
    pointercancel: () => {
      last = undefined;
    },
    contextmenu: (event) => event.preventDefault(),
    dblclick: () => orbit.reset(),
    wheel: (event) => {
      event.preventDefault();
      orbit.zoom(1.0015 ** (event.deltaY * (event.deltaMode === 1 ? 16 : 1)));
    },
    keydown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== host) return;
      const turn = event.shiftKey
        ? (x: number, y: number) => orbit.pan(x * 2, y * 2)
        : (x: number, y: number) => orbit.turn(x, y);
      const acts: Record<string, () => void> = {
        ArrowLeft: () => turn(-12, 0),
        ArrowRight: () => turn(12, 0),
        ArrowUp: () => turn(0, -12),
        ArrowDown: () => turn(0, 12),
        '+': () => orbit.zoom(0.8),
        '=': () => orbit.zoom(0.8),
        '-': () => orbit.zoom(1.25),
        '0': () => orbit.reset(),
        w: () => orbit.toggle(orbit.wire),
      };
      const act = acts[event.key];
      if (act === undefined) return;
      act();
      event.preventDefault();
      event.stopPropagation();
    },
  };
  for (const [name, f] of Object.entries(handlers))
    host.addEventListener(name, f as EventListener, name === 'wheel' ? { passive: false } : undefined);
  return () => {
    for (const [name, f] of Object.entries(handlers)) host.removeEventListener(name, f as EventListener);
  };
}
