// How marks look in every time chart. Shape and word carry the meaning, colour comes on top; what
// happens all the time (collections) is a dotted muted line that is named once.

import type { MarkKind } from '../../core/marks';
import type { Theme } from '../../core/theme';
import { axisFont } from './surface';

/** A mark at a place of the picture's own axis. */
export interface Placed {
  x: number;
  kind: MarkKind | 'mark';
  label: string;
}

/** Where marks are drawn, canvas px. */
export interface MarkBox {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Canvas px in a px of the page. */
  px?: number;
  /** False leaves the words out: another chart of the group has them. */
  named?: boolean;
}

interface Look {
  ink: 'muted' | 'warn' | 'bad' | 'edge' | 'text';
  dash: readonly number[];
  alpha: number;
  shape?: (c: CanvasRenderingContext2D, x: number, y: number, r: number) => void;
}

const looks: Record<Placed['kind'], Look> = {
  gc: { ink: 'muted', dash: [2, 3], alpha: 0.6 },
  cvar: { ink: 'muted', dash: [6, 3], alpha: 0.5, shape: diamond },
  warn: { ink: 'warn', dash: [1, 4], alpha: 0.7, shape: triangle },
  error: { ink: 'bad', dash: [1, 2], alpha: 0.8, shape: cross },
  incident: { ink: 'bad', dash: [], alpha: 0.8, shape: ring },
  gap: { ink: 'warn', dash: [], alpha: 1 },
  restart: { ink: 'warn', dash: [], alpha: 1 },
  mark: { ink: 'warn', dash: [], alpha: 1 },
};

const order: readonly Placed['kind'][] = ['gc', 'cvar', 'warn', 'error', 'gap', 'restart', 'mark', 'incident'];
const near = 3; // px between two marks of a kind that are drawn as one
const longest = 26; // characters of a word
const fewest = 5; // that are worth drawing when it is cut

/** Draws the line of the place to which the cursor is pinned, with a foot that tells it from the pointer's. */
export function paintPin(c: CanvasRenderingContext2D, at: number, box: MarkBox, colour: string): void {
  if (!(at >= box.left && at <= box.right)) return;
  const px = box.px ?? 1;
  const sharp = Math.round(at) + 0.5;
  c.save();
  c.strokeStyle = c.fillStyle = colour;
  c.lineWidth = px;
  c.setLineDash([]);
  c.beginPath();
  c.moveTo(sharp, box.top);
  c.lineTo(sharp, box.bottom);
  c.stroke();
  c.beginPath();
  c.moveTo(sharp, box.bottom - 5 * px);
  c.lineTo(sharp + 4 * px, box.bottom);
  c.lineTo(sharp - 4 * px, box.bottom);
  c.fill();
  c.restore();
}

/** Draws marks: lines from the top of the box to its bottom, shapes and words along the top. */
export function paintMarks(
  c: CanvasRenderingContext2D,
  marks: readonly Placed[],
  toX: (x: number) => number,
  box: MarkBox,
  tokens: Theme['tokens'],
): void {
  const px = box.px ?? 1;
  const drawn: { at: number; mark: Placed }[] = [];
  c.save();
  c.lineWidth = px;
  for (const kind of order) {
    const { ink, dash, alpha } = looks[kind];
    c.strokeStyle = tokens[ink];
    c.globalAlpha = alpha;
    c.setLineDash(dash.map((d) => d * px));
    c.beginPath();
    let last = Number.NEGATIVE_INFINITY;
    for (const mark of marks) {
      if (mark.kind !== kind) continue;
      const at = toX(mark.x);
      if (!(at >= box.left && at <= box.right) || at - last < near * px) continue;
      last = at;
      drawn.push({ at, mark });
      const sharp = Math.round(at) + 0.5;
      c.moveTo(sharp, box.top + (looks[kind].shape ? 14 * px : 2 * px));
      c.lineTo(sharp, box.bottom);
    }
    c.stroke();
  }
  c.globalAlpha = 1;
  c.setLineDash([]);
  drawHeads(c, drawn, box, px, tokens);
  c.restore();
}

// Shapes always, words where there is room for them: the graver first.
function drawHeads(
  c: CanvasRenderingContext2D,
  drawn: readonly { at: number; mark: Placed }[],
  box: MarkBox,
  px: number,
  tokens: Theme['tokens'],
): void {
  const taken: [number, number][] = [];
  const y = box.top + 8 * px;
  for (const { at, mark } of drawn) {
    const { shape, ink } = looks[mark.kind];
    if (shape === undefined) continue;
    c.fillStyle = c.strokeStyle = tokens[ink];
    shape(c, at, y, 3.5 * px);
    taken.push([at - 4 * px, at + 4 * px]);
  }
  if (box.named === false) return;
  c.font = axisFont.replace('11px', `${11 * px}px`);
  c.textBaseline = 'middle';
  let gc = false;
  for (const { at, mark } of [...drawn].reverse()) {
    if (mark.label === '' || (mark.kind === 'gc' && gc)) continue;
    const gap = (looks[mark.kind].shape ? 7 : 4) * px;
    const word = fitWord(c, mark.label, at, gap, box, taken);
    if (word === undefined) continue;
    taken.push([word.from, word.to]);
    gc ||= mark.kind === 'gc';
    c.fillStyle = tokens.panel; // lines of other marks must not strike it out
    c.fillRect(word.from - 2 * px, y - 7 * px, word.to - word.from + 4 * px, 14 * px);
    c.fillStyle = tokens[looks[mark.kind].ink];
    c.textAlign = 'left';
    c.fillText(word.text, word.from, y);
  }
}

// The word at the right of its line, else at the left, else as much of it as fits at the right.
function fitWord(
  c: CanvasRenderingContext2D,
  label: string,
  at: number,
  gap: number,
  box: MarkBox,
  taken: readonly [number, number][],
): { text: string; from: number; to: number } | undefined {
  const text = label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
  const width = c.measureText(text).width;
  const free = (from: number, to: number): boolean =>
    from >= box.left && to <= box.right && taken.every(([a, b]) => to < a - 2 || from > b + 2);
  const right = at + gap;
  if (free(right, right + width)) return { text, from: right, to: right + width };
  if (free(at - gap - width, at - gap)) return { text, from: at - gap - width, to: at - gap };
  for (let n = text.length - 2; n >= fewest; n--) {
    const cut = `${text.slice(0, n)}…`;
    const to = right + c.measureText(cut).width;
    if (free(right, to)) return { text: cut, from: right, to };
  }
  return undefined;
}

function triangle(c: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  c.beginPath();
  c.moveTo(x, y - r);
  c.lineTo(x + r, y + r * 0.8);
  c.lineTo(x - r, y + r * 0.8);
  c.fill();
}

function diamond(c: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  c.beginPath();
  c.moveTo(x, y - r);
  c.lineTo(x + r, y);
  c.lineTo(x, y + r);
  c.lineTo(x - r, y);
  c.closePath();
  c.stroke();
}

function cross(c: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  const width = c.lineWidth;
  c.lineWidth = width * 1.6;
  c.beginPath();
  c.moveTo(x - r * 0.8, y - r * 0.8);
  c.lineTo(x + r * 0.8, y + r * 0.8);
  c.moveTo(x + r * 0.8, y - r * 0.8);
  c.lineTo(x - r * 0.8, y + r * 0.8);
  c.stroke();
  c.lineWidth = width;
}

function ring(c: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  c.beginPath();
  c.arc(x, y, r, 0, 7);
  c.stroke();
  c.beginPath();
  c.arc(x, y, r * 0.4, 0, 7);
  c.fill();
}
