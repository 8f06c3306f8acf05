// Draws rectangles of scopes: one pass for each colour, since changing the colour costs more than the
// box; then hatched blocks, then words.

import { hues, type Theme } from '../../core/theme';
import { count, duration, text } from '../../core/units';
import { axisFont } from '../chart/surface';
import { boxHeight } from './lanes';
import { dimmed, type Rects } from './rects';

const colours = hues + 2; // hues, muted, dimmed
const hatchLeast = 7; // px from which on a block shows its hatching
const wordLeast = 20; // px from which on a box has room for a word
const numberLeast = 52;
const inset = 6;

/** What the words in boxes are. */
export interface Words {
  name(id: number): string;
  /** ns of the scope in a rectangle */
  ns(rects: Rects, i: number): number;
}

/** Colours of one theme, ready to be used. */
class Palette {
  readonly fill: string[] = [];
  readonly edge: string[] = [];
  readonly small: string[] = [];
  readonly hatch: (CanvasPattern | string)[] = [];

  constructor(theme: Theme, c: CanvasRenderingContext2D) {
    const { panel, muted, line, edge } = theme.tokens;
    for (let slot = 0; slot < colours; slot++) {
      const colour = slot < hues ? theme.slot(slot) : slot === dimmed ? line : muted;
      const share = slot === dimmed ? 60 : slot < hues ? 36 : 30;
      this.fill.push(mix(colour, share, panel));
      this.small.push(mix(colour, slot === dimmed ? 80 : 62, panel));
      this.edge.push(slot < hues ? colour : slot === dimmed ? line : edge);
      this.hatch.push(pattern(c, mix(colour, 48, panel), mix(colour, 14, panel)));
    }
  }
}

function mix(colour: string, share: number, ground: string): string {
  return `color-mix(in srgb, ${colour} ${share}%, ${ground})`;
}

// Slanted lines, as large as px of the screen allow.
function pattern(c: CanvasRenderingContext2D, line: string, ground: string): CanvasPattern | string {
  const size = 5;
  const ratio = devicePixelRatio || 1;
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(size * ratio);
  const t = tile.getContext('2d');
  if (t === null) return line;
  t.scale(tile.width / size, tile.width / size);
  t.fillStyle = ground;
  t.fillRect(0, 0, size, size);
  t.strokeStyle = line;
  t.lineWidth = 1.4;
  t.beginPath();
  for (const by of [-size, 0, size]) {
    t.moveTo(by - 1, size + 1);
    t.lineTo(by + size + 1, -1);
  }
  t.stroke();
  const out = c.createPattern(tile, 'repeat');
  if (out === null) return line;
  out.setTransform(new DOMMatrix().scale(size / tile.width));
  return out;
}

/** Draws on one canvas. */
export class Painter {
  private readonly theme: Theme;
  private palette: Palette | undefined;
  private painted = -1;
  private ratio = 0;
  private readonly fitted = new Map<string, number>(); // px of a text
  private digit = 0; // px
  private order = new Uint32Array(0); // indices of rectangles by colour
  private y = new Float32Array(0); // px, by rectangle
  private readonly ends = new Uint32Array(colours); // of each colour in `order`

  constructor(theme: Theme) {
    this.theme = theme;
  }

  /** Draws boxes; `top` gives the upper edge of a lane on the canvas. */
  boxes(c: CanvasRenderingContext2D, rects: Rects, top: (lane: number) => number, height: number): void {
    const palette = this.paletteOf(c);
    this.sort(rects, top, height);
    let from = 0;
    for (let slot = 0; slot < colours; slot++) {
      const to = this.ends[slot] as number;
      if (to > from) this.pass(c, rects, from, to, slot, palette);
      from = to;
    }
  }

  // Those in view by their colour: a counting sort, so that each pass meets its own alone.
  private sort(rects: Rects, top: (lane: number) => number, height: number): void {
    const { count } = rects;
    if (this.order.length < count) {
      this.order = new Uint32Array(rects.x.length);
      this.y = new Float32Array(rects.x.length);
    }
    const tops = this.tops(rects, top);
    const ends = this.ends.fill(0);
    for (let i = 0; i < count; i++) {
      const y = tops[rects.lane[i] as number] as number;
      this.y[i] = y;
      if (y > -boxHeight && y < height) ends[rects.slot[i] as number] = (ends[rects.slot[i] as number] as number) + 1;
    }
    let sum = 0;
    for (let slot = 0; slot < colours; slot++) {
      const n = ends[slot] as number;
      ends[slot] = sum;
      sum += n;
    }
    for (let i = 0; i < count; i++) {
      const y = this.y[i] as number;
      if (y <= -boxHeight || y >= height) continue;
      const slot = rects.slot[i] as number;
      const at = ends[slot] as number;
      this.order[at] = i;
      ends[slot] = at + 1;
    }
  }

  // Boxes of one colour: wide ones, their left edges, small ones, hatched blocks.
  private pass(
    c: CanvasRenderingContext2D,
    rects: Rects,
    from: number,
    to: number,
    slot: number,
    palette: Palette,
  ): void {
    const { order, y } = this;
    const { x, w, n } = rects;
    const kinds: number[][] = [[], [], []]; // wide, small, hatched
    for (let k = from; k < to; k++) {
      const i = order[k] as number;
      const wide = w[i] as number;
      kinds[wide >= hatchLeast && (n[i] as number) > 1 ? 2 : wide >= 5 && n[i] === 1 ? 0 : 1]?.push(i);
    }
    const [wide = [], small = [], hatched = []] = kinds;
    c.fillStyle = palette.fill[slot] as string;
    for (const i of wide) c.fillRect(x[i] as number, y[i] as number, (w[i] as number) - 1, boxHeight);
    c.fillStyle = palette.edge[slot] as string;
    for (const i of wide) if ((x[i] as number) > -2) c.fillRect(x[i] as number, y[i] as number, 2, boxHeight);
    c.fillStyle = palette.small[slot] as string;
    for (const i of small) {
      c.fillRect(x[i] as number, y[i] as number, Math.max(1, (w[i] as number) - 0.5), boxHeight);
    }
    c.fillStyle = palette.hatch[slot] as CanvasPattern;
    for (const i of hatched) c.fillRect(x[i] as number, y[i] as number, w[i] as number, boxHeight);
  }

  /** Writes into the boxes that have room. A name may be cut, a number never is. */
  words(c: CanvasRenderingContext2D, rects: Rects, top: (lane: number) => number, height: number, words: Words): void {
    const { tokens } = this.theme;
    c.font = axisFont;
    c.textAlign = 'left';
    c.textBaseline = 'middle';
    if (this.digit === 0) this.digit = c.measureText('0').width;
    const numbers: [string, number, number][] = [];
    c.fillStyle = tokens.text;
    for (let i = 0; i < rects.count; i++) {
      const w = rects.w[i] as number;
      if (w < wordLeast || rects.slot[i] === dimmed) continue;
      const y = top(rects.lane[i] as number);
      if (y <= -boxHeight || y >= height) continue;
      const n = rects.n[i] as number;
      const left = Math.max(0, rects.x[i] as number) + inset;
      const room = (rects.x[i] as number) + w - 4 - left;
      const name = words.name(rects.id[i] as number);
      if (n > 1) {
        this.blockWords(c, rects.mixed[i] === 1 ? `${count(n)} scopes` : `${name} × ${count(n)}`, left, y, room);
        continue;
      }
      const said = this.fit(c, name, room);
      if (said === '') continue;
      c.fillText(said, left, y + boxHeight / 2 + 0.5);
      if (w < numberLeast || said !== name) continue;
      const number = text(duration(words.ns(rects, i)));
      const x = left + this.width(c, name) + 6;
      if (x + (number.length + 0.5) * this.digit <= left + room) numbers.push([number, x, y + boxHeight / 2 + 0.5]);
    }
    c.fillStyle = tokens.text;
    c.globalAlpha = 0.72;
    for (const [number, x, y] of numbers) c.fillText(number, x, y);
    c.globalAlpha = 1;
  }

  /** As much of a text as has room; nothing rather than a letter. */
  fit(c: CanvasRenderingContext2D, text: string, room: number): string {
    const width = this.width(c, text);
    if (width <= room) return text;
    const n = Math.floor((room / width) * text.length) - 1;
    return n < 2 ? '' : `${text.slice(0, n)}…`;
  }

  /** px of a text in the font of axes. */
  width(c: CanvasRenderingContext2D, text: string): number {
    let width = this.fitted.get(text);
    if (width === undefined) {
      if (this.fitted.size > 4000) this.fitted.clear();
      width = c.measureText(text).width;
      this.fitted.set(text, width);
    }
    return width;
  }

  private blockWords(c: CanvasRenderingContext2D, said: string, left: number, y: number, room: number): void {
    const width = c.measureText(said).width;
    if (width + 8 > room) return; // its count must not be cut
    const { tokens } = this.theme;
    c.fillStyle = tokens.panel;
    c.fillRect(left - 2, y + 2, width + 6, boxHeight - 4);
    c.fillStyle = tokens.text;
    c.fillText(said, left + 1, y + boxHeight / 2 + 0.5);
  }

  private tops(rects: Rects, top: (lane: number) => number): number[] {
    let most = -1;
    for (let i = 0; i < rects.count; i++) most = Math.max(most, rects.lane[i] as number);
    return Array.from({ length: most + 1 }, (_, lane) => top(lane));
  }

  private paletteOf(c: CanvasRenderingContext2D): Palette {
    const paint = this.theme.paint.peek();
    const ratio = devicePixelRatio || 1;
    if (this.palette === undefined || paint !== this.painted || ratio !== this.ratio) {
      this.palette = new Palette(this.theme, c);
      this.painted = paint;
      this.ratio = ratio;
    }
    return this.palette;
  }
}
