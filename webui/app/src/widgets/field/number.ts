// A number: typed as an expression, stepped by keys, dragged by its label.

import { newGesture } from '../../core/edits';
import { isExpression } from '../../core/expr';
import { Editor } from './editor';
import { scrub } from './scrub';
import {
  clamp,
  draft,
  Each,
  fraction,
  hasRange,
  nudge,
  parse,
  plainText,
  rangeText,
  show,
  stepOf,
  toNumber,
  toWire,
} from './spec';

/** A box with a number, its unit, its range, and a bar that shows where in the range it lies. */
export class NumberField extends Editor {
  private readonly input = document.createElement('input');
  private readonly unit = document.createElement('span');
  private readonly range = document.createElement('span');
  private readonly bar = document.createElement('span');
  private typed = false; // the text is the person's, not ours
  private dragging: unknown; // the value of the drag
  private gesture = 0;

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'number');
    const { input } = this;
    input.type = 'text';
    input.inputMode = spec.type === 'duration' ? 'text' : 'decimal';
    input.autocomplete = 'off';
    input.spellcheck = false;
    input.setAttribute('role', 'spinbutton');
    input.setAttribute('aria-label', spec.unit ? `${spec.label}, ${spec.unit}` : spec.label);
    this.unit.className = 'unit';
    this.range.className = 'range';
    this.bar.className = 'bar';
    for (const part of [this.unit, this.range, this.bar]) part.setAttribute('aria-hidden', 'true');
    this.el.append(this.range, input, this.unit, this.bar);
    this.bounds();
    this.locked(this.readOnly);
    input.addEventListener('focus', () => this.begin());
    input.addEventListener('blur', () => this.leave());
    input.addEventListener('input', () => {
      this.typed = true;
      this.refresh();
    });
    input.addEventListener('keydown', (e) => this.key(e));
    this.el.addEventListener('pointerdown', (e) => {
      if (e.target !== input && !this.input.readOnly) {
        e.preventDefault();
        input.focus();
      }
    });
  }

  /** Lets a label be dragged to change the number. Returns its undo. */
  scrubOn(label: HTMLElement): () => void {
    return scrub(label, {
      enabled: () =>
        !this.readOnly && (this.apart || !Number.isNaN(toNumber(this.spec, this.value))) && !wide(this.value),
      begin: () => {
        this.gesture = newGesture();
        const start = this.value;
        const from = this.apart ? Number.NaN : toNumber(this.spec, start);
        const step = stepOf(this.spec, start);
        this.dragging = start;
        this.el.classList.add('dragging');
        return { start, from, step };
      },
      move: ({ from, step }, steps) => {
        // Several values that differ move by the same way, each from where it stood.
        const way = Math.round(steps) * step;
        if (Number.isNaN(from)) this.drag(new Each(`+=${way}${this.spec.type === 'duration' ? 'ns' : ''}`), true);
        else this.drag(toWire(this.spec, nudge(this.spec, from, steps * step, step)), true);
      },
      end: ({ start }, cancelled) => {
        if (cancelled) this.drag(this.spec.several && typeof start === 'symbol' ? new Each('+=0') : start, false);
        this.dragging = undefined;
        this.el.classList.remove('dragging');
        this.refresh();
      },
      reset: () => this.toDefault(),
    });
  }

  override respec(spec: Parameters<Editor['respec']>[0]): void {
    super.respec(spec);
    this.bounds();
  }

  private get apart(): boolean {
    return this.spec.several === true && typeof this.value === 'symbol';
  }

  protected show(value: unknown): void {
    const focused = document.activeElement === this.input;
    const { text, unit } = show(this.spec, value);
    const next = focused ? draft(this.spec, value) : text;
    if (this.input.value !== next) {
      this.input.value = next;
      if (focused) this.input.select();
    }
    this.unit.textContent = focused && this.spec.type === 'duration' ? '' : unit;
    const n = toNumber(this.spec, value);
    if (!Number.isNaN(n)) this.input.setAttribute('aria-valuenow', String(n));
    this.input.setAttribute('aria-valuetext', plainText(this.spec, value));
    if (hasRange(this.spec)) this.bar.style.transform = `scaleX(${fraction(this.spec, value)})`;
  }

  protected held(): boolean {
    return (
      this.dragging !== undefined ||
      (document.activeElement === this.input && !this.input.readOnly && (this.typed || !this.edit.pending))
    );
  }

  protected override holding(): unknown {
    if (this.dragging !== undefined) return this.dragging;
    const parsed = parse(this.spec, this.input.value, this.live);
    return parsed.ok ? parsed.value : undefined;
  }

  protected override result(): { text: string; bad: boolean } | undefined {
    if (!this.typed) return undefined;
    const text = this.input.value;
    const parsed = parse(this.spec, text, this.live);
    if (!parsed.ok)
      return { text: parsed.at > 0 ? `column ${parsed.at + 1}: ${parsed.reason}` : parsed.reason, bad: true };
    if (parsed.value instanceof Each) return { text: `each ${text.trim()}`, bad: false };
    const n = toNumber(this.spec, parsed.value);
    const far = clamp(this.spec, n) !== n ? `, outside ${rangeText(this.spec)}` : '';
    return isExpression(text) || far !== ''
      ? { text: `= ${plainText(this.spec, parsed.value)}${far}`, bad: false }
      : { text: '', bad: false };
  }

  protected override takenBack(): void {
    if (!this.typed && this.dragging === undefined) this.show(this.live);
  }

  protected locked(on: boolean): void {
    this.input.readOnly = on;
    this.el.classList.toggle('locked', on);
    this.input.setAttribute('aria-readonly', String(on));
  }

  private bounds(): void {
    const { spec, input } = this;
    this.range.textContent = spec.readOnly ? 'read-only' : hasRange(spec) ? rangeText(spec) : '';
    this.el.classList.toggle('ranged', hasRange(spec));
    for (const [name, end] of [
      ['aria-valuemin', spec.min],
      ['aria-valuemax', spec.max],
    ] as const) {
      if (end === undefined) input.removeAttribute(name);
      else input.setAttribute(name, String(end));
    }
  }

  private begin(): void {
    this.typed = false;
    this.gesture = newGesture();
    this.edit.dismiss();
    this.input.value = draft(this.spec, this.value);
    if (this.spec.type === 'duration') this.unit.textContent = '';
    this.input.select();
    this.refresh();
  }

  private leave(): void {
    const typed = this.typed;
    this.typed = false;
    // Leaving keeps what reads as a value, as inspectors do; Esc is the way to drop it.
    if (typed) {
      const parsed = parse(this.spec, this.input.value, this.live);
      if (parsed.ok) this.commit(parsed.value, { gesture: newGesture() });
    }
    this.refresh();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.enter();
    else if (event.key === 'Escape') this.escape();
    else if (event.key === 'ArrowUp') this.step(event, 1);
    else if (event.key === 'ArrowDown') this.step(event, -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private enter(): void {
    const parsed = parse(this.spec, this.input.value, this.live);
    if (!parsed.ok) return; // the reason stands below
    if (this.typed) this.commit(parsed.value, { gesture: newGesture() });
    this.typed = false;
    this.refresh();
    this.input.value = draft(this.spec, this.value);
    this.input.select();
  }

  private escape(): void {
    const typed = this.typed;
    this.typed = false;
    this.edit.dismiss();
    this.input.value = draft(this.spec, this.value);
    this.refresh();
    if (typed) this.input.select();
    else leaveTo(this.input);
  }

  private step(event: KeyboardEvent, sign: number): void {
    const parsed = parse(this.spec, this.input.value, this.live);
    if (this.readOnly || !parsed.ok || wide(parsed.value)) return;
    const base = stepOf(this.spec, parsed.value);
    const factor = event.shiftKey ? 10 : event.altKey ? 0.1 : event.ctrlKey || event.metaKey ? 100 : 1;
    const by = this.spec.type === 'int' ? Math.max(1, Math.round(base * factor)) : base * factor;
    const next = toWire(this.spec, nudge(this.spec, toNumber(this.spec, parsed.value), sign * by, by));
    this.typed = false;
    this.commit(next, { gesture: this.gesture, coalesce: true });
    this.input.value = draft(this.spec, next);
    this.input.select();
  }

  private drag(value: unknown, coalesce: boolean): void {
    this.dragging = value;
    this.show(value);
    this.commit(value, { gesture: this.gesture, coalesce });
  }
}

function wide(value: unknown): boolean {
  return typeof value === 'string' && /^[-+]?\d{16,}$/.test(value);
}

/** Gives the focus to the nearest row or panel around an element, so that keys work there again. */
export function leaveTo(from: HTMLElement): void {
  const home = from.parentElement?.closest<HTMLElement>('[tabindex]');
  if (home) home.focus({ preventScroll: true });
  else from.blur();
}
