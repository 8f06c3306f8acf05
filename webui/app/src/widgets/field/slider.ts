// A slider for a number whose range is known, with a tick where the default lies.

import { newGesture } from '../../core/edits';
import { Editor } from './editor';
import { fraction, plainText, stepOf, toNumber, toWire } from './spec';

/** The browser's own range input under our track: keys, touch and readers work as everywhere. */
export class Slider extends Editor {
  private readonly input = document.createElement('input');
  private readonly track = document.createElement('span');
  private readonly tick = document.createElement('span');
  private dragging: unknown;
  private gesture = 0;

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'slider');
    const { input, track, tick } = this;
    input.type = 'range';
    input.setAttribute('aria-label', `${spec.label}, slider`);
    track.className = 'track';
    tick.className = 'tick';
    for (const part of [track, tick]) part.setAttribute('aria-hidden', 'true');
    this.el.append(track, tick, input);
    this.bounds();
    this.locked(this.readOnly);
    input.addEventListener('input', () => this.moved());
    input.addEventListener('pointerdown', () => {
      this.gesture = newGesture();
    });
    for (const end of ['change', 'pointerup', 'pointercancel', 'blur']) input.addEventListener(end, () => this.drop());
    input.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') this.drop();
      else if (e.key.startsWith('Arrow') && !e.repeat) this.gesture = newGesture();
      if (e.key.startsWith('Arrow') || e.key === 'Home' || e.key === 'End' || e.key.startsWith('Page'))
        e.stopPropagation();
    });
  }

  override respec(spec: Parameters<Editor['respec']>[0]): void {
    super.respec(spec);
    this.bounds();
  }

  protected show(value: unknown): void {
    const n = toNumber(this.spec, value);
    if (!Number.isNaN(n)) this.input.value = String(n);
    this.el.style.setProperty('--at', String(fraction(this.spec, value)));
    this.input.setAttribute('aria-valuetext', plainText(this.spec, value));
  }

  protected held(): boolean {
    return this.dragging !== undefined;
  }

  protected override holding(): unknown {
    return this.dragging;
  }

  protected locked(on: boolean): void {
    this.input.disabled = on;
  }

  private bounds(): void {
    const { spec, input, tick } = this;
    input.min = String(spec.min ?? 0);
    input.max = String(spec.max ?? 1);
    input.step = String(spec.type === 'int' ? Math.max(1, stepOf(spec, 0)) : (spec.step ?? stepOf(spec, 0)));
    // Where a range holds zero, the fill begins there: it shows the sign.
    const zero = (spec.min ?? 0) < 0 && (spec.max ?? 0) > 0 ? fraction(spec, 0) : 0;
    this.el.style.setProperty('--zero', String(zero));
    tick.hidden = spec.fallback === undefined;
    tick.style.setProperty('--at', String(fraction(spec, spec.fallback)));
  }

  private moved(): void {
    const value = toWire(this.spec, Number(this.input.value));
    this.dragging = value;
    this.el.style.setProperty('--at', String(fraction(this.spec, value)));
    this.commit(value, { gesture: this.gesture, coalesce: true });
    this.refresh();
  }

  private drop(): void {
    if (this.dragging === undefined) return;
    this.dragging = undefined;
    this.refresh();
  }
}
