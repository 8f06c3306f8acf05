// A row of the inspector: a label, one field or the axes of a vector, and what stands around them.

import './field.css';
import type { EditSource } from '../../core/edits';
import { ChoiceField, SwitchField } from './choice';
import { ColourField } from './colour';
import { CompletingField } from './complete';
import { CompoundField, type Shape } from './compound';
import type { Control, Editor, Note, OnNote } from './editor';
import { LinkField } from './link';
import { NoteView } from './note';
import { NumberField } from './number';
import { axesOf, hasRange, isNumeric, plainText, rangeText, type Spec } from './spec';
import { JsonField, SecretField, TextField } from './text';
import { VecField } from './vec';

const axes = ['x', 'y', 'z', 'w'];

/** Builds the field that suits a value of any kind. */
export function controlFor(spec: Spec, edits: EditSource, onNote?: OnNote): Control {
  if (spec.secret) return new SecretField(spec, edits, onNote);
  if (axesOf(spec) > 0) return new VecField(spec, edits, onNote);
  if (spec.type === 'string' && spec.offers && !spec.readOnly) return new CompletingField(spec, edits, onNote);
  return editorFor(spec, edits, onNote);
}

/** Builds the field that suits a value of one part. */
export function editorFor(spec: Spec, edits: EditSource, onNote?: OnNote): Editor {
  switch (spec.type) {
    case 'bool':
      return new SwitchField(spec, edits, onNote);
    case 'enum':
      return new ChoiceField(spec, edits, onNote);
    case 'color':
      return new ColourField(spec, edits, onNote);
    case 'entity':
    case 'asset':
      return new LinkField(spec, edits, onNote);
    case 'string':
    case 'time':
      return new TextField(spec, edits, onNote);
    case 'json':
    case 'list':
    case 'map':
    case 'any':
      return new JsonField(spec, edits, onNote);
    default:
      return new NumberField(spec, edits, onNote);
  }
}

/** Puts the parts of one value on one row: `pos.x`, `pos.y` become [pos.x, pos.y], everything else stands alone. */
export function rowsOfFields<T extends { path: string; type: string; of?: string }>(fields: readonly T[]): T[][] {
  const rows: T[][] = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (last !== undefined && continues(last, field)) last.push(field);
    else rows.push([field]);
  }
  return rows;
}

function continues<T extends { path: string; type: string; of?: string }>(row: readonly T[], next: T): boolean {
  const first = row[0];
  // Parts with names of their own are no axes: they stand one below the other.
  if (first?.of !== undefined || next.of !== undefined)
    return first?.of === next.of && /^([xyzw]|\d+)$/.test(leaf(next.path));
  if (first === undefined || row.length >= axes.length) return false;
  const number = (f: T): boolean => f.type === 'float' || f.type === 'int';
  return (
    number(first) &&
    number(next) &&
    stem(first.path) === stem(next.path) &&
    leaf(first.path) === 'x' &&
    leaf(next.path) === axes[row.length]
  );
}

function stem(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function leaf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}

let rowCount = 0;

/** A label and its fields. */
export class FieldRow {
  readonly el = document.createElement('div');
  /** The label: a handle where there is one number. */
  readonly label = document.createElement('div');
  readonly editors: readonly Control[];
  private readonly notes: NoteView;
  private readonly undo: (() => void)[] = [];

  /**
   * @param specs one field, or the parts of a value. @param name of the row.
   * @param whole the path under which the parts are set as one, and how they belong together.
   * @param make builds another control than the kind of the field has.
   */
  constructor(
    specs: readonly Spec[],
    name: string,
    edits: EditSource,
    whole?: Shape & { path: string },
    make?: (spec: Spec, onNote: OnNote) => Control,
  ) {
    this.notes = new NoteView(specs.length > 1);
    const values = document.createElement('div');
    values.className = 'values';
    this.el.className = specs.length > 1 ? `field-row vec${whole ? ' whole' : ''}` : 'field-row';
    this.el.setAttribute('role', 'group');
    this.label.className = 'label';
    this.label.id = `f${++rowCount}`;
    this.el.setAttribute('aria-labelledby', this.label.id);
    this.label.textContent = name;
    const unit = specs[0]?.unit;
    if (specs.length > 1 && unit) {
      // The unit of a vector stands once, beside its name: its boxes need the room for digits.
      const mark = document.createElement('span');
      mark.className = 'unit';
      mark.textContent = unit;
      this.label.append(mark);
    }
    const first = specs[0];
    if (whole !== undefined && first !== undefined) {
      const all = new CompoundField(specs, whole.path, name, whole, edits, (note) => this.note(first, note));
      values.append(all.el);
      this.editors = [all];
    } else if (make !== undefined && first !== undefined) {
      const made = make(first, (note) => this.note(first, note));
      values.append(made.el);
      this.editors = [made];
    } else
      this.editors = specs.map((spec) => {
        const editor = editorFor(spec, edits, (note) => this.note(spec, note));
        values.append(editor.el);
        if (editor instanceof NumberField) this.handle(editor, spec, specs.length > 1);
        return editor;
      });
    this.tip(specs);
    values.append(this.notes.side);
    this.el.append(this.label, values, this.notes.below);
  }

  /** Puts a control at the end of the row. */
  append(el: HTMLElement): void {
    el.classList.add('field-more');
    this.el.append(el);
  }

  /** Frees what the fields hold. */
  dispose(): void {
    for (const f of this.undo) f();
    for (const editor of this.editors) editor.dispose();
    this.el.remove();
  }

  private handle(editor: NumberField, spec: Spec, axis: boolean): void {
    if (!axis) {
      if (!spec.readOnly) this.undo.push(editor.scrubOn(this.label));
      return;
    }
    const letter = document.createElement('span');
    letter.className = 'axis';
    letter.textContent = leaf(spec.path);
    letter.setAttribute('aria-hidden', 'true');
    editor.el.prepend(letter);
    if (!spec.readOnly) this.undo.push(editor.scrubOn(letter));
  }

  private tip(specs: readonly Spec[]): void {
    const spec = specs[0];
    if (spec === undefined) return;
    const lines = [specs.map((s) => s.path.slice(Math.max(s.path.indexOf('|'), s.path.indexOf(':')) + 1)).join(', ')];
    if (spec.help) lines.push(spec.help);
    const kind = [spec.type, hasRange(spec) ? rangeText(spec) : '', spec.unit ?? '', spec.readOnly ? 'read-only' : ''];
    lines.push(kind.filter(Boolean).join(', '));
    if (spec.fallback !== undefined) lines.push(`default ${plainText(spec, spec.fallback)}`);
    if (isNumeric(spec) && !spec.readOnly) lines.push('Drag to change (Shift ×10, Alt ×0.1).');
    this.label.title = lines.join('\n');
    if (spec.readOnly) this.el.classList.add('read-only');
  }

  private note(spec: Spec, note: Note): void {
    this.notes.take(spec.path, note);
    this.el.classList.toggle('editing', this.notes.speaks || note.editing);
  }
}
