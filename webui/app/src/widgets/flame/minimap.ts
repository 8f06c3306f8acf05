// All frames that are held, on one line, and the window in them: drag it, or one of its ends; press
// elsewhere to bring it there.

import type { Segment } from '../../core/scopes';
import type { Theme } from '../../core/theme';
import type { Surface } from '../chart/surface';
import { segmentGrade } from './head';
import type { FlameModel } from './model';

/** px */
export const mapHeight = 24;
const reach = 2.4; // budgets that fit the height
const grip = 5; // px at an end of the window that resize it
const leastWindow = 6; // px

type Hold = 'from' | 'to' | 'whole';

export class Minimap {
  private readonly model: FlameModel;
  private readonly theme: Theme;
  private most = new Float64Array(0); // ns of the longest frame of each px
  private grades = new Uint8Array(0);
  private hold: { what: Hold; at: number } | undefined;

  constructor(model: FlameModel, theme: Theme) {
    this.model = model;
    this.theme = theme;
  }

  draw({ context: c, width, height }: Surface, budget: number): void {
    c.clearRect(0, 0, width, height);
    const { begin, end } = this.model.store;
    if (Number.isNaN(begin) || width < 1) return;
    this.gather(Math.ceil(width), begin, end, budget);
    let top = budget * reach;
    if (budget <= 0) for (let i = 0; i < width; i++) top = Math.max(top, this.most[i] as number);
    const { tokens } = this.theme;
    for (const [grade, colour] of [tokens.bar, tokens.warn, tokens.bad].entries()) {
      c.fillStyle = colour;
      for (let i = 0; i < width; i++) {
        if (this.grades[i] !== grade || this.most[i] === 0) continue;
        const h = Math.max(2, Math.min(1, (this.most[i] as number) / top) * (height - 4));
        c.fillRect(i, height - 2 - h, 1, h);
      }
    }
    const [left, right] = this.place(width);
    c.fillStyle = tokens.accent;
    c.globalAlpha = 0.16;
    c.fillRect(left, 0, right - left, height);
    c.globalAlpha = 1;
    c.strokeStyle = tokens.accent;
    c.lineWidth = 1;
    c.strokeRect(Math.round(left) + 0.5, 0.5, Math.max(1, Math.round(right - left) - 1), height - 1);
  }

  /** What a press at a px would take hold of, for the pointer's shape. */
  under(px: number, width: number): Hold | undefined {
    const [left, right] = this.place(width);
    const wide = right - left > 4 * grip;
    if (wide && Math.abs(px - left) < grip) return 'from';
    if (wide && Math.abs(px - right) < grip) return 'to';
    return px >= left - grip && px <= right + grip ? 'whole' : undefined;
  }

  press(px: number, width: number): void {
    const what = this.under(px, width);
    if (what === undefined) {
      const [x0, x1] = this.model.window();
      const x = this.x(px, width);
      this.model.show(x - (x1 - x0) / 2, x + (x1 - x0) / 2);
    }
    this.hold = { what: what ?? 'whole', at: px };
  }

  drag(px: number, width: number): void {
    if (this.hold === undefined) return;
    const by = this.x(px, width) - this.x(this.hold.at, width);
    const [x0, x1] = this.model.window();
    const { what } = this.hold;
    this.hold.at = px;
    if (what === 'whole') this.model.panBy(by);
    else if (what === 'from') this.model.show(Math.min(x0 + by, x1 - 1e-6), x1);
    else this.model.show(x0, Math.max(x1 + by, x0 + 1e-6));
  }

  release(): void {
    this.hold = undefined;
  }

  get dragged(): boolean {
    return this.hold !== undefined;
  }

  private x(px: number, width: number): number {
    const { begin, end } = this.model.store;
    return begin + (px / Math.max(1, width)) * (end - begin);
  }

  private place(width: number): [number, number] {
    const { begin, end } = this.model.store;
    const [x0, x1] = this.model.window();
    const scale = width / Math.max(1e-9, end - begin);
    const left = Math.max(0, (x0 - begin) * scale);
    const right = Math.min(width, (x1 - begin) * scale);
    const missing = Math.max(0, leastWindow - (right - left)) / 2;
    const from = Math.max(0, Math.min(left - missing, width - leastWindow));
    return [from, Math.max(right + missing, from + leastWindow)];
  }

  private gather(width: number, begin: number, end: number, budget: number): void {
    if (this.most.length < width) {
      this.most = new Float64Array(width);
      this.grades = new Uint8Array(width);
    }
    this.most.fill(0);
    this.grades.fill(0);
    const scale = width / Math.max(1e-9, end - begin);
    for (const s of this.model.store.segments) {
      const i = Math.min(width - 1, Math.max(0, Math.floor((s.x - begin) * scale)));
      const grade = segmentGrade(s as Segment, budget);
      this.most[i] = Math.max(this.most[i] as number, s.length);
      this.grades[i] = Math.max(this.grades[i] as number, grade);
    }
  }
}
