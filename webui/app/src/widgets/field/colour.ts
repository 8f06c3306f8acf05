// A colour: a swatch that opens the browser's picker, its digits, its opacity. The browser's picker
// knows no opacity: a slider of its own has it.

import type { EditSource } from '../../core/edits';
import { newGesture } from '../../core/edits';
import type { Control, Editor, OnNote } from './editor';
import { Whole } from './lens';
import { Slider } from './slider';
import type { Spec } from './spec';
import { TextField } from './text';

/** A colour: a swatch that opens the browser's picker, its digits, its opacity. */
export class ColourField extends TextField {
  private readonly swatch = document.createElement('input');
  private readonly fill = document.createElement('span');
  private readonly opacity = document.createElement('span');
  private picking: string | undefined;
  private gesture = 0;

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'colour');
    const { swatch, fill, opacity } = this;
    swatch.type = 'color';
    swatch.setAttribute('aria-label', `${spec.label}, picker`);
    swatch.disabled = this.readOnly;
    swatch.tabIndex = -1;
    const well = document.createElement('label');
    well.className = 'swatch';
    fill.className = 'fill';
    well.append(fill, swatch);
    opacity.className = 'unit';
    this.el.prepend(well);
    this.el.append(opacity);
    swatch.addEventListener('input', () => {
      if (this.picking === undefined) this.gesture = newGesture();
      this.picking = `${swatch.value}${this.alpha()}`;
      this.commit(this.picking, { gesture: this.gesture, coalesce: true });
      super.show(this.picking);
      this.paint(this.picking);
    });
    swatch.addEventListener('change', () => {
      this.picking = undefined;
      this.refresh();
    });
  }

  protected override show(value: unknown): void {
    const text = typeof value === 'symbol' ? '' : String(value ?? '');
    this.input.placeholder = typeof value === 'symbol' ? '—' : '';
    super.show(text.toUpperCase().replace(/^(#......)FF$/, '$1'));
    this.paint(text);
  }

  protected override held(): boolean {
    return this.picking !== undefined || super.held();
  }

  protected override locked(on: boolean): void {
    super.locked(on);
    if (this.swatch) this.swatch.disabled = on; // the base calls this before the swatch is made
  }

  private alpha(): string {
    return hex(opacityOf(this.value));
  }

  private paint(text: string): void {
    const found = /^(#[\da-f]{6})([\da-f]{2})?$/i.exec(text);
    if (found === null) return;
    this.fill.style.backgroundColor = text;
    this.swatch.value = (found[1] ?? '').toLowerCase();
    this.opacity.textContent = share(opacityOf(text));
  }
}

/** The opacity of a colour, 0 to 255. */
export function opacityOf(colour: unknown): number {
  const digits = /^#[\da-f]{6}([\da-f]{2})$/i.exec(String(colour))?.[1];
  return digits === undefined ? 255 : Number.parseInt(digits, 16);
}

/** The slider of a colour's opacity, over the colour itself. */
export class OpacitySlider implements Control {
  readonly el: HTMLElement;
  private readonly slider: Slider;
  private readonly whole: Whole;

  constructor(spec: Spec, edits: EditSource, onNote?: OnNote) {
    const lens = { get: opacityOf, put: (whole: unknown, part: unknown) => opaque(whole, Number(part)) };
    this.whole = new Whole(edits, spec.path);
    this.slider = new Slider(opacitySpec(spec), this.whole.through(lens), onNote);
    this.el = this.slider.el;
    this.el.classList.add('opacity');
  }

  set(value: unknown): void {
    this.whole.live = value;
    this.el.style.setProperty('--solid', opaque(value, 255));
    this.slider.set(opacityOf(value));
  }

  respec(spec: Spec): void {
    this.slider.respec(opacitySpec(spec));
  }

  disable(gone: boolean): void {
    this.slider.disable(gone);
  }

  busy(): boolean {
    return this.slider.busy();
  }

  dispose(): void {
    this.whole.dispose();
    this.slider.dispose();
  }
}

function opacitySpec(spec: Spec): Spec {
  const { path, label, readOnly } = spec;
  const fallback = spec.fallback === undefined ? undefined : opacityOf(spec.fallback);
  return { path, label: `${label}, opacity`, readOnly, fallback, type: 'int', min: 0, max: 255, step: 1 };
}

function opaque(colour: unknown, opacity: number): string {
  return `${String(colour).slice(0, 7)}${hex(opacity)}`;
}

function hex(opacity: number): string {
  return Math.round(opacity).toString(16).padStart(2, '0');
}

function share(opacity: number): string {
  return `${Math.round((opacity / 255) * 100)}\u202f%`;
}
