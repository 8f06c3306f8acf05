// Values of several numbers whose parts are fields of their own: a vector with axes that may be linked,
// a quaternion that is also shown as angles, a matrix as the grid that it is. An axis travels alone, so
// that a thing that moves keeps the others; what is linked or turned travels as a whole.

import type { Answer, EditSource, EditView, Intent, Refusal } from '../../core/edits';
import type { Control, Note, OnNote } from './editor';
import { Whole } from './lens';
import { merged } from './note';
import { NumberField } from './number';
import type { Spec } from './spec';
import { linkButton, linksOf, together } from './vec';

/** How the parts belong together. */
export interface Shape {
  as: string;
  /** Of a matrix. */
  cols?: number | undefined;
}

const letters = ['x', 'y', 'z', 'w'];

/** The parts of one compound. Its values are arrays. */
export class CompoundField implements Control {
  readonly el = document.createElement('div');
  private readonly parts: NumberField[];
  private readonly angles: NumberField[] = [];
  private readonly notes = new Map<NumberField, Note>();
  private readonly undo: (() => void)[] = [];
  private readonly whole: Whole;
  private readonly specs: readonly Spec[];
  private readonly buttons: HTMLButtonElement[] = [];
  private last = 0;
  private scrub: { gesture: number; from: readonly number[] } | undefined;

  /** @param specs the parts. @param path of the whole, where it is set as one. */
  constructor(specs: readonly Spec[], path: string, label: string, shape: Shape, edits: EditSource, onNote: OnNote) {
    this.specs = specs;
    this.whole = new Whole(edits, path);
    const note = (field: () => NumberField) => (n: Note) => {
      this.notes.set(field(), n);
      onNote(merged([...this.notes.values()]));
    };
    this.el.className = `compound ${shape.as}`;
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', label);
    const locked = specs.every((s) => s.readOnly);
    const vector = shape.as.startsWith('vec');
    const linked = linksOf(edits);
    this.parts = specs.map((spec, i) => {
      const source = vector ? new Linked(edits, path, () => linked.has(path), this.whole, this.lens(i, spec)) : edits;
      const field: NumberField = new NumberField(
        spec,
        source,
        note(() => field),
      );
      this.handle(field, shape.as === 'mat' ? '' : (letters[i] ?? ''), spec);
      return field;
    });
    const rows = document.createElement('div');
    rows.className = 'compound-parts';
    if (shape.as === 'mat') rows.style.setProperty('--mat', String(shape.cols || Math.sqrt(specs.length)));
    rows.append(...this.parts.map((p) => p.el));
    this.el.append(rows);
    if (vector && !locked && specs.length > 1) this.buttons.push(linkButton(linked, path, label));
    if (shape.as === 'quat') this.turn(rows, label, path, note);
    this.el.append(...this.buttons);
  }

  set(value: unknown): void {
    if (!Array.isArray(value)) return;
    this.whole.live = value;
    this.parts.forEach((part, i) => {
      part.set(value[i]);
    });
    const turned = this.angles.length > 0 && value.every((n) => typeof n === 'number') ? anglesOf(value) : [];
    this.angles.forEach((angle, i) => {
      angle.set(turned[i] ?? Number.NaN);
    });
  }

  respec(): void {}

  disable(gone: boolean): void {
    for (const part of [...this.parts, ...this.angles]) part.disable(gone);
    for (const button of this.buttons) button.disabled = gone;
  }

  busy(): boolean {
    return [...this.parts, ...this.angles].some((p) => p.busy());
  }

  dispose(): void {
    for (const f of this.undo) f();
    this.whole.dispose();
    for (const part of [...this.parts, ...this.angles]) part.dispose();
    this.el.remove();
  }

  private handle(field: NumberField, letter: string, spec: Spec): void {
    if (letter === '') return;
    const name = document.createElement('span');
    name.className = 'axis';
    name.textContent = letter;
    name.setAttribute('aria-hidden', 'true');
    field.el.prepend(name);
    if (!spec.readOnly) this.undo.push(field.scrubOn(name));
  }

  private lens(i: number, spec: Spec) {
    return {
      get: (whole: unknown) => (Array.isArray(whole) ? whole[i] : undefined),
      put: (whole: unknown, part: unknown, gesture: number | undefined) => {
        this.last = i;
        // The steps of one scrub all start from where it began: a way through zero loses no proportion.
        if (gesture === undefined || this.scrub?.gesture !== gesture)
          this.scrub = { gesture: gesture ?? -1, from: (whole ?? []) as readonly number[] };
        return together(spec, this.scrub.from, i, Number(part));
      },
      blamed: () => this.last === i,
    };
  }

  // The same turn as angles about x, y and z, behind a button.
  private turn(rows: HTMLElement, label: string, path: string, note: (field: () => NumberField) => OnNote): void {
    const { readOnly } = this.specs[0] ?? {};
    const turned = document.createElement('div');
    turned.className = 'compound-parts';
    turned.hidden = true;
    for (let i = 0; i < 3; i++) {
      let from: { gesture: number | undefined; angles: number[] } | undefined;
      const source = this.whole.through({
        get: (whole) => (Array.isArray(whole) ? anglesOf(whole)[i] : undefined),
        put: (whole, part, gesture) => {
          if (from === undefined || from.gesture !== gesture || gesture === undefined)
            from = { gesture, angles: anglesOf(whole as number[]) };
          return turnOf(from.angles.map((a, k) => (k === i ? Number(part) : a)));
        },
      });
      const spec: Spec = { path, label: `${label}, about ${letters[i]}`, type: 'float', unit: '°', step: 1, readOnly };
      const field: NumberField = new NumberField(
        spec,
        source,
        note(() => field),
      );
      this.handle(field, letters[i] ?? '', spec);
      this.angles.push(field);
      turned.append(field.el);
    }
    rows.after(turned);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'vec-link';
    button.textContent = '°';
    button.title = 'Show angles about x, y, z (applied in this order)';
    button.setAttribute('aria-label', `${label} as angles`);
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      turned.hidden = !turned.hidden;
      rows.hidden = !turned.hidden;
      button.setAttribute('aria-pressed', String(rows.hidden));
    });
    this.buttons.push(button);
  }
}

/** An axis: its own field, or all axes as one while they are linked. */
class Linked implements EditSource {
  private readonly edits: EditSource;
  private readonly path: string;
  private readonly on: () => boolean;
  private readonly whole: EditSource;

  constructor(edits: EditSource, path: string, on: () => boolean, whole: Whole, lens: Parameters<Whole['through']>[0]) {
    this.edits = edits;
    this.path = path;
    this.on = on;
    this.whole = whole.through(lens);
  }

  edit(path: string): EditView {
    return new Both(this.edits.edit(path), this.whole.edit(this.path), this.on);
  }

  onPath(path: string, f: (edit: EditView) => void): () => void {
    let newest: Answer | undefined;
    const tell = (answer: Answer | undefined) => {
      newest = answer ?? newest;
      const view = this.edit(path) as Both;
      view.newest = newest;
      f(view);
    };
    const off = [
      this.edits.onPath(path, (e) => tell(e.answered)),
      this.whole.onPath(this.path, (e) => tell(e.answered)),
    ];
    return () => {
      for (const end of off) end();
    };
  }
}

class Both implements EditView {
  /** The answer that came last, of whichever of the two. */
  newest: Answer | undefined;
  private readonly own: EditView;
  private readonly all: EditView;
  private readonly on: () => boolean;

  constructor(own: EditView, all: EditView, on: () => boolean) {
    this.own = own;
    this.all = all;
    this.on = on;
  }

  get pending(): boolean {
    return this.own.pending || this.all.pending;
  }

  get value(): unknown {
    return this.own.pending ? this.own.value : this.all.value;
  }

  get answered(): Answer | undefined {
    return this.newest ?? this.own.answered ?? this.all.answered;
  }

  get refused(): Refusal | undefined {
    return this.own.refused ?? this.all.refused;
  }

  set(value: unknown, intent: Intent): void {
    (this.on() && typeof value === 'number' ? this.all : this.own).set(value, intent);
  }

  dismiss(): void {
    this.own.dismiss();
    this.all.dismiss();
  }
}

const degrees = 180 / Math.PI;

/** A quaternion as angles about x, y and z, in degrees; the turn about x comes first. */
export function anglesOf(q: readonly number[]): number[] {
  const size = Math.hypot(...q) || 1;
  const [x = 0, y = 0, z = 0, w = 1] = q.map((n) => n / size);
  const sin = Math.max(-1, Math.min(1, 2 * (w * y - z * x)));
  const about = [
    Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
    Math.asin(sin),
    Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
  ];
  return about.map((a) => Number((a * degrees).toPrecision(12)));
}

/** The opposite: a quaternion of length one. */
export function turnOf(angles: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0] = angles.map((n) => n / degrees / 2);
  const [sx, cx, sy, cy, sz, cz] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b), Math.sin(c), Math.cos(c)];
  return [
    sx * cy * cz - cx * sy * sz,
    cx * sy * cz + sx * cy * sz,
    cx * cy * sz - sx * sy * cz,
    cx * cy * cz + sx * sy * sz,
  ].map((n) => Number(n.toPrecision(12)));
}
