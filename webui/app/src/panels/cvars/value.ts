// The value of a cvar with all that edits it: a slider where there is a range, the box, what they say.
// The table has it in its cells, the overview in its rows.

import type { Edits } from '../../core/edits';
import type { Cvar } from '../../core/protocol';
import { OpacitySlider } from '../../widgets/field/colour';
import type { Control } from '../../widgets/field/editor';
import { NoteView } from '../../widgets/field/note';
import { NumberField } from '../../widgets/field/number';
import { controlFor } from '../../widgets/field/row';
import { Slider } from '../../widgets/field/slider';
import { axesOf, hasRange } from '../../widgets/field/spec';
import './value.css';
import { isShut } from './marks';
import { type Around, specOf } from './spec';

/** Shows one cvar, for as long as its name, its kind and its lock stay. */
export class ValueView {
  readonly el = document.createElement('div');
  private readonly around: Around;
  private readonly key: string;
  private readonly free: boolean;
  private readonly box: Control;
  private readonly editors: readonly Control[];
  private readonly notes: NoteView;
  private version = -1;
  private unhandle: (() => void) | undefined;

  constructor(cvar: Cvar, edits: Edits, around: Around) {
    this.around = around;
    this.key = keyOf(cvar, around.cheats ?? false);
    const spec = specOf(cvar, around);
    const wide = axesOf(spec) > 0;
    this.notes = new NoteView(wide);
    const take = (key: string) => (note: Parameters<NoteView['take']>[1]) => this.notes.take(key, note);
    const box = controlFor(spec, edits, take('box'));
    this.box = box;
    box.el.querySelector('input:not([type=color]), select, button')?.setAttribute('data-first', '');
    this.free = !spec.readOnly;
    const { free } = this;
    if (hasRange(spec) && free) this.editors = [new Slider(spec, edits, take('slider')), box];
    else if (spec.type === 'color' && free) this.editors = [new OpacitySlider(spec, edits, take('opacity')), box];
    else this.editors = [box];
    this.el.className = `cvar-value ${wide ? 'vec' : spec.type}${this.editors.length > 1 ? ' ranged' : ''}`;
    this.el.append(...this.editors.map((e) => e.el), this.notes.side, this.notes.below);
  }

  /** Reports whether a cvar can be shown as it is. */
  shows(cvar: Cvar, cheats: boolean): boolean {
    return this.busy() ? this.key.startsWith(`${cvar.name} `) : this.key === keyOf(cvar, cheats);
  }

  show(cvar: Cvar): void {
    if (cvar.version !== this.version) for (const e of this.editors) e.respec(specOf(cvar, this.around));
    this.version = cvar.version;
    for (const e of this.editors) e.set(cvar.value);
  }

  /** Lets a label be dragged to change a number. */
  scrubOn(label: HTMLElement): void {
    if (this.box instanceof NumberField && this.free) this.unhandle = this.box.scrubOn(label);
  }

  busy(): boolean {
    return this.editors.some((e) => e.busy()) || this.notes.speaks;
  }

  dispose(): void {
    this.unhandle?.();
    for (const e of this.editors) e.dispose();
    this.el.remove();
  }
}

function keyOf(cvar: Cvar, cheats: boolean): string {
  return `${cvar.name} ${cvar.type} ${isShut(cvar, cheats)} ${cvar.flags.includes('read-only')}`;
}
