// A vector: a number field for each axis, and a lock that makes them move together.

import './vec.css';
import type { EditSource } from '../../core/edits';
import type { Control, Note, OnNote } from './editor';
import { icon } from './icon';
import { Whole } from './lens';
import { merged } from './note';
import { NumberField } from './number';
import { axesOf, clamp, type Spec } from './spec';

const letters = ['x', 'y', 'z', 'w'];

/** Paths whose axes are linked, for as long as the page's edits live. */
const links = new WeakMap<EditSource, Set<string>>();

/** The axes of one path. All travel together, whichever of them is edited. */
export class VecField implements Control {
  readonly el = document.createElement('div');
  private readonly axes: NumberField[];
  private readonly notes: Note[] = [];
  private readonly lock: HTMLButtonElement;
  private readonly linked: Set<string>;
  private readonly undo: (() => void)[] = [];
  private spec: Spec;
  private readonly whole: Whole;
  private last = 0; // the axis that was set last
  private scrub: { gesture: number; from: readonly number[] } | undefined;

  constructor(spec: Spec, edits: EditSource, onNote: OnNote = () => {}) {
    this.spec = spec;
    this.linked = linksOf(edits);
    this.lock = linkButton(this.linked, spec.path, spec.label);
    this.lock.disabled = spec.readOnly === true;
    this.whole = new Whole(edits, spec.path);
    this.el.className = 'vec-field';
    this.el.setAttribute('role', 'group');
    this.el.setAttribute('aria-label', spec.label);
    this.axes = letters.slice(0, axesOf(spec)).map((letter, i) => {
      const axis = new NumberField(axisSpec(spec, i), this.whole.through(this.lens(i)), (note) => {
        this.notes[i] = note;
        onNote(merged(this.notes.filter(Boolean)));
      });
      const name = document.createElement('span');
      name.className = 'axis';
      name.textContent = letter;
      name.setAttribute('aria-hidden', 'true');
      axis.el.prepend(name);
      if (!spec.readOnly) this.undo.push(axis.scrubOn(name));
      return axis;
    });
    this.el.append(...this.axes.map((a) => a.el), this.lock);
  }

  set(value: unknown): void {
    if (!Array.isArray(value)) return;
    this.whole.live = value;
    this.axes.forEach((axis, i) => {
      axis.set(value[i]);
    });
  }

  respec(spec: Spec): void {
    this.spec = spec;
    this.axes.forEach((axis, i) => {
      axis.respec(axisSpec(spec, i));
    });
    this.lock.disabled = spec.readOnly === true;
  }

  disable(gone: boolean): void {
    for (const axis of this.axes) axis.disable(gone);
    this.lock.disabled = gone || this.spec.readOnly === true;
  }

  busy(): boolean {
    return this.axes.some((axis) => axis.busy());
  }

  dispose(): void {
    for (const f of this.undo) f();
    this.whole.dispose();
    for (const axis of this.axes) axis.dispose();
    this.el.remove();
  }

  private lens(i: number) {
    return {
      get: (whole: unknown) => (Array.isArray(whole) ? whole[i] : undefined),
      put: (whole: unknown, part: unknown, gesture: number | undefined) => {
        const base = (whole ?? []) as readonly number[];
        this.last = i;
        if (!this.linked.has(this.spec.path)) return base.map((n, k) => (k === i ? part : n));
        // The steps of one scrub all start from where it began: a way through zero loses no proportion.
        if (gesture === undefined || this.scrub?.gesture !== gesture)
          this.scrub = { gesture: gesture ?? -1, from: base };
        return together(this.spec, this.scrub.from, i, Number(part));
      },
      blamed: () => this.last === i,
    };
  }
}

/** The paths whose axes are linked. */
export function linksOf(edits: EditSource): Set<string> {
  const known = links.get(edits) ?? new Set<string>();
  links.set(edits, known);
  return known;
}

/** The lock that links the axes of a path. */
export function linkButton(linked: Set<string>, path: string, label: string): HTMLButtonElement {
  const lock = document.createElement('button');
  lock.type = 'button';
  lock.className = 'vec-link';
  lock.setAttribute('aria-label', `Link the axes of ${label}`);
  lock.append(icon('M6.5 9.5l3-3M7 5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7'));
  const show = () => {
    const on = linked.has(path);
    lock.setAttribute('aria-pressed', String(on));
    lock.title = on ? 'Linked: all axes keep their proportion' : 'Link the axes: all keep their proportion';
  };
  lock.addEventListener('click', () => {
    if (!linked.delete(path)) linked.add(path);
    show();
  });
  show();
  return lock;
}

/**
 * A vector whose i-th axis becomes `to`, and the others with it: equal axes stay equal, others keep
 * their proportion; where the axis was zero they move by the same way.
 */
export function together(spec: Spec, from: readonly number[], i: number, to: number): number[] {
  const was = from[i] ?? 0;
  const equal = from.every((n) => n === was);
  return from.map((n, k) => {
    if (k === i || equal) return to;
    const next = was === 0 ? n + to : n * (to / was);
    return clamp(spec, Number(next.toPrecision(12)));
  });
}

function axisSpec(spec: Spec, i: number): Spec {
  const fallback = Array.isArray(spec.fallback) ? (spec.fallback[i] as unknown) : undefined;
  return { ...spec, type: 'float', label: `${spec.label}.${letters[i]}`, fallback };
}
