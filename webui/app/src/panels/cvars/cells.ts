// The cells of the cvar table that are more than text: the name, which is also the handle of the
// value, and the value with its slider, its box and what they say.

import { cvarPath } from '../../core/editing';
import type { Edits } from '../../core/edits';
import type { Cvar } from '../../core/protocol';
import type { Editor } from '../../widgets/field/editor';
import { NoteView } from '../../widgets/field/note';
import { NumberField } from '../../widgets/field/number';
import { editorFor } from '../../widgets/field/row';
import { Slider } from '../../widgets/field/slider';
import { hasRange, type Spec } from '../../widgets/field/spec';
import type { CellView } from '../../widgets/table/table';
import { isReadOnly, type Row } from './rows';

/** What the fields need to know of a cvar. */
export function specOf(cvar: Cvar): Spec {
  return {
    path: cvarPath(cvar.name),
    label: cvar.name,
    type: cvar.type === 'vec2' || cvar.type === 'vec3' || cvar.type === 'vec4' ? 'json' : cvar.type,
    unit: cvar.unit,
    min: cvar.min,
    max: cvar.max,
    step: cvar.step,
    enum: cvar.enum,
    help: cvar.help,
    readOnly: isReadOnly(cvar),
    fallback: cvar.default,
  };
}

/** Draws a heading over all columns, or the name of a cvar with the found letters marked. */
export class NameCell implements CellView<Row> {
  private readonly text = document.createElement('span');
  private readonly words: () => readonly string[];
  private drawn = '';

  /** @param words what is searched for. */
  constructor(host: HTMLElement, words: () => readonly string[]) {
    this.words = words;
    this.text.className = 'name-text';
    host.append(this.text);
  }

  show(row: Row): void {
    const words = row.kind === 'cvar' ? this.words() : [];
    const text = row.kind === 'group' ? `${row.open ? '▾' : '▸'} ${row.name}` : row.cvar.name;
    const extra = row.kind === 'group' ? `${row.open ? '' : row.count}|${row.modified}` : words.join(' ');
    if (`${text}|${extra}` === this.drawn) return;
    this.drawn = `${text}|${extra}`;
    if (row.kind === 'cvar') {
      this.text.replaceChildren(...marked(text, words));
      this.text.title = text;
      return;
    }
    this.text.title = '';
    const facts = document.createElement('span');
    facts.className = 'group-facts';
    const parts = [];
    if (!row.open) parts.push(`${row.count} cvars`);
    if (row.modified > 0) parts.push(`● ${row.modified}`);
    facts.textContent = parts.join('  ');
    this.text.replaceChildren(text, facts);
  }
}

/** The help text with the found letters marked. */
export class HelpCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly words: () => readonly string[];
  private drawn = '';

  constructor(host: HTMLElement, words: () => readonly string[]) {
    this.host = host;
    this.words = words;
  }

  show(row: Row): void {
    if (row.kind === 'group') return;
    const words = this.words();
    const key = `${row.cvar.help}|${words.join(' ')}`;
    if (key === this.drawn) return;
    this.drawn = key;
    this.host.title = row.cvar.help;
    this.host.replaceChildren(...marked(row.cvar.help, words));
  }
}

/** The value of a cvar. The cell is reused: another name builds other fields. */
export class ValueCell implements CellView<Row> {
  private readonly host: HTMLElement;
  private readonly edits: Edits;
  private name = '';
  private version = -1;
  private editors: Editor[] = [];
  private notes = new NoteView();
  private unhandle: (() => void) | undefined;

  constructor(host: HTMLElement, edits: Edits) {
    this.host = host;
    this.edits = edits;
  }

  show(row: Row): void {
    if (row.kind === 'group') return;
    const { cvar } = row;
    if (cvar.name !== this.name) this.build(cvar);
    else if (cvar.version !== this.version) this.changed(cvar);
    this.version = cvar.version;
    for (const editor of this.editors) editor.set(cvar.value);
  }

  busy(): boolean {
    return this.editors.some((e) => e.busy()) || this.notes.speaks;
  }

  dispose(): void {
    this.unhandle?.();
    for (const editor of this.editors) editor.dispose();
    this.editors = [];
  }

  // Somebody changed it, perhaps this page: a person who drags it needs no mark.
  private changed(cvar: Cvar): void {
    for (const editor of this.editors) editor.respec(specOf(cvar));
    if (!this.busy()) this.host.dataset.heat = this.host.dataset.heat === 'a' ? 'b' : 'a';
  }

  private build(cvar: Cvar): void {
    this.dispose();
    this.name = cvar.name;
    this.notes = new NoteView();
    const spec = specOf(cvar);
    const take = (key: string) => (note: Parameters<NoteView['take']>[1]) => this.notes.take(key, note);
    const box = editorFor(spec, this.edits, take('box'));
    box.el.dataset.first = '';
    this.editors = [box];
    if (hasRange(spec) && !spec.readOnly) this.editors.unshift(new Slider(spec, this.edits, take('slider')));
    const values = document.createElement('div');
    values.className = `cvar-value ${spec.type}${hasRange(spec) ? ' ranged' : ''}`;
    values.append(...this.editors.map((e) => e.el), this.notes.side, this.notes.below);
    this.host.replaceChildren(values);
    if (!(box instanceof NumberField) || spec.readOnly) return;
    const handle = this.host.parentElement?.querySelector<HTMLElement>('.name-text');
    if (handle) this.unhandle = box.scrubOn(handle);
  }
}

function marked(text: string, words: readonly string[]): Node[] {
  const lower = text.toLowerCase();
  const nodes: Node[] = [];
  let from = 0;
  while (from < text.length) {
    let at = text.length;
    let size = 0;
    for (const word of words) {
      const found = lower.indexOf(word, from);
      if (found >= 0 && (found < at || (found === at && word.length > size))) [at, size] = [found, word.length];
    }
    if (at > from) nodes.push(document.createTextNode(text.slice(from, at)));
    if (size === 0) break;
    const mark = document.createElement('mark');
    mark.textContent = text.slice(at, at + size);
    nodes.push(mark);
    from = at + size;
  }
  return nodes;
}
