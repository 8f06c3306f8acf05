// Draws the top view: dots by kind, a net of lines, the selection, the pointer's find, a ruler.

import { axisFont, chip } from '../../widgets/chart/surface';
import { type Camera, length, ruler, type Spot } from './mapcamera';
import type { Places } from './mapplaces';

/** How a kind is drawn. */
export interface Mark {
  colour: string;
  shape: string;
}

/** An entity that is pointed out. */
export interface Pointed extends Spot {
  name: string;
  mark: Mark;
  /** What it refers to. */
  target?: (Spot & { name: string }) | undefined;
}

/** All that is in the picture. */
export interface Picture {
  places: Places | undefined;
  marks: readonly Mark[];
  selected: Pointed | undefined;
  hovered: Pointed | undefined;
  tokens: Record<'line' | 'muted' | 'text' | 'accent' | 'panel' | 'bg', string>;
  onAccent: string;
  unit: string;
}

const manyDots = 2500; // from so many on, a dot is a square of 2 px

/** Paints the whole picture. */
export function drawMap(c: CanvasRenderingContext2D, camera: Camera, p: Picture): void {
  c.clearRect(0, 0, camera.width, camera.height);
  net(c, camera, p);
  if (p.places !== undefined) dots(c, camera, p.places, p.marks);
  if (p.hovered !== undefined) point(c, camera, p.hovered, p, false);
  if (p.selected !== undefined) point(c, camera, p.selected, p, true);
  scaleBar(c, camera, p);
}

function net(c: CanvasRenderingContext2D, camera: Camera, p: Picture): void {
  const step = ruler(camera.scale, 160);
  const { x0, y0, x1, y1 } = camera.view();
  c.lineWidth = 1;
  c.strokeStyle = p.tokens.line;
  c.beginPath();
  for (let i = Math.ceil(x0 / step); i * step <= x1; i++) {
    const x = Math.round(camera.toScreen({ x: i * step, y: 0 }).x) + 0.5;
    c.moveTo(x, 0);
    c.lineTo(x, camera.height);
  }
  for (let i = Math.ceil(y0 / step); i * step <= y1; i++) {
    const y = Math.round(camera.toScreen({ x: 0, y: i * step }).y) + 0.5;
    c.moveTo(0, y);
    c.lineTo(camera.width, y);
  }
  c.stroke();
  const zero = camera.toScreen({ x: 0, y: 0 });
  c.strokeStyle = p.tokens.muted;
  c.globalAlpha = 0.5;
  c.beginPath();
  c.moveTo(Math.round(zero.x) + 0.5, 0);
  c.lineTo(Math.round(zero.x) + 0.5, camera.height);
  c.moveTo(0, Math.round(zero.y) + 0.5);
  c.lineTo(camera.width, Math.round(zero.y) + 0.5);
  c.stroke();
  c.globalAlpha = 1;
}

// One pass a kind: a change of colour costs more than many dots.
function dots(c: CanvasRenderingContext2D, camera: Camera, places: Places, marks: readonly Mark[]): void {
  const { xs, ys, kinds } = places;
  const a = camera.toScreen({ x: places.x0, y: places.y0 });
  const b = camera.toScreen({ x: places.x1, y: places.y1 });
  const kx = (b.x - a.x) / 65535;
  const ky = (b.y - a.y) / 65535;
  const small = xs.length > manyDots;
  const used = new Set(kinds);
  for (const kind of [...used].sort((x, y) => x - y)) {
    const mark = marks[kind];
    if (mark === undefined) continue;
    c.fillStyle = mark.colour;
    c.strokeStyle = mark.colour;
    const stamp = small ? square : stampOf(mark.shape);
    for (let i = 0; i < xs.length; i++) {
      if (kinds[i] === kind) stamp(c, a.x + (xs[i] as number) * kx, a.y + (ys[i] as number) * ky);
    }
  }
}

type Stamp = (c: CanvasRenderingContext2D, x: number, y: number) => void;

const square: Stamp = (c, x, y) => c.fillRect(Math.round(x) - 1, Math.round(y) - 1, 2, 2);

function polygon(...points: readonly [number, number][]): Stamp {
  return (c, x, y) => {
    c.beginPath();
    for (const [dx, dy] of points) c.lineTo(x + dx, y + dy);
    c.closePath();
    c.fill();
  };
}

const stamps: Record<string, Stamp> = {
  '◆': polygon([0, -5], [5, 0], [0, 5], [-5, 0]),
  '▲': polygon([0, -4], [4, 4], [-4, 4]),
  '▼': polygon([0, 4], [4, -4], [-4, -4]),
  '■': (c, x, y) => c.fillRect(x - 3, y - 3, 6, 6),
  '○': (c, x, y) => {
    c.lineWidth = 1.5;
    c.beginPath();
    c.arc(x, y, 4, 0, 7);
    c.stroke();
  },
};

function round(c: CanvasRenderingContext2D, x: number, y: number): void {
  c.beginPath();
  c.arc(x, y, 2.5, 0, 7);
  c.fill();
}

function stampOf(shape: string): Stamp {
  return stamps[shape] ?? round;
}

function point(c: CanvasRenderingContext2D, camera: Camera, e: Pointed, p: Picture, selected: boolean): void {
  const at = camera.toScreen(e);
  if (e.target !== undefined) link(c, camera, at, e.target, p);
  c.fillStyle = e.mark.colour;
  c.strokeStyle = e.mark.colour;
  stampOf(e.mark.shape)(c, at.x, at.y);
  c.lineWidth = selected ? 2 : 1;
  c.strokeStyle = selected ? p.tokens.accent : p.tokens.text;
  c.beginPath();
  c.arc(at.x, at.y, 9, 0, 7);
  c.stroke();
  c.font = axisFont;
  const half = c.measureText(e.name).width / 2 + 18;
  const left = at.x + 2 * half > camera.width ? at.x - half : at.x + half;
  chip(c, e.name, left, Math.max(0, at.y - 8), [0, camera.width], {
    ground: selected ? p.tokens.accent : p.tokens.panel,
    text: selected ? p.onAccent : p.tokens.text,
  });
}

function link(c: CanvasRenderingContext2D, camera: Camera, from: Spot, target: Spot, p: Picture): void {
  const to = camera.toScreen(target);
  c.strokeStyle = p.tokens.accent;
  c.lineWidth = 1;
  c.setLineDash([3, 3]);
  c.beginPath();
  c.moveTo(from.x, from.y);
  c.lineTo(to.x, to.y);
  c.stroke();
  c.setLineDash([]);
  c.strokeRect(to.x - 6, to.y - 6, 12, 12);
}

function scaleBar(c: CanvasRenderingContext2D, camera: Camera, p: Picture): void {
  const step = ruler(camera.scale, 120);
  const width = step * camera.scale;
  const right = camera.width - 12.5;
  const y = camera.height - 10.5;
  c.strokeStyle = p.tokens.muted;
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(right - width, y - 4);
  c.lineTo(right - width, y);
  c.lineTo(right, y);
  c.lineTo(right, y - 4);
  c.stroke();
  c.fillStyle = p.tokens.muted;
  c.font = axisFont;
  c.textAlign = 'center';
  c.textBaseline = 'bottom';
  c.fillText(`${length(step)}${p.unit && ` ${p.unit}`}`, right - width / 2, y - 3);
}
