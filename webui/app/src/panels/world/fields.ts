// The inspector's fields: components as sections that fold, rows by type, live values.

import type { App } from '../../core/app';
import { editing, worldPath } from '../../core/editing';
import type { Component, Entity, Field } from '../../core/protocol';
import { FieldRow, rowsOfFields } from '../../widgets/field/row';
import { isNumeric, type Spec } from '../../widgets/field/spec';

const foldedKey = 'scry.world.folded';

/** What the fields of an entity need to know of their surroundings. */
export interface Surroundings {
  app: App;
  watched(path: string): boolean;
  watch(paths: readonly string[]): void;
}

interface Placed {
  row: FieldRow;
  fields: readonly Field[];
  /** What the filter searches. */
  text: string;
  button: HTMLButtonElement | undefined;
}

interface Section {
  el: HTMLDetailsElement;
  placed: Placed[];
}

/** How a field of an entity is edited. */
export function specOf(id: string, field: Field): Spec {
  return { ...field, path: worldPath(id, field.path), label: field.path };
}

/** The sections of one entity after another. */
export class Fields {
  readonly el = document.createElement('div');
  private readonly around: Surroundings;
  private sections: Section[] = [];
  private id = '';
  private kind = '';
  private text = '';

  constructor(around: Surroundings) {
    this.around = around;
    this.el.className = 'components';
  }

  /** Shows another entity. */
  show(entity: Entity): void {
    this.clear();
    this.id = entity.id;
    this.kind = entity.kind;
    this.sections = entity.components.map((c) => this.section(c));
    this.el.replaceChildren(...this.sections.map((s) => s.el));
    this.filter(this.text);
  }

  /** Writes values; fields that somebody holds keep theirs. */
  set(values: ReadonlyMap<string, unknown>, gone: boolean): void {
    for (const { placed } of this.sections) {
      for (const { row, fields } of placed) {
        row.el.classList.toggle('gone', gone);
        row.editors.forEach((editor, i) => {
          editor.disable(gone);
          const path = fields[i]?.path;
          if (path !== undefined && values.has(path)) editor.set(values.get(path));
        });
      }
    }
  }

  /** Hides rows whose name and help lack the text. */
  filter(text: string): void {
    this.text = text;
    const word = text.trim().toLowerCase();
    for (const { el, placed } of this.sections) {
      let shown = 0;
      for (const { row, text: hay } of placed) {
        const fits = word === '' || hay.includes(word);
        row.el.hidden = !fits;
        if (fits) shown++;
      }
      el.hidden = shown === 0;
      if (word !== '') el.open = true;
    }
  }

  /** Marks which fields are watched. */
  marks(): void {
    for (const { placed } of this.sections) {
      for (const { fields, button } of placed) {
        button?.setAttribute('aria-pressed', String(fields.some((f) => this.around.watched(f.path))));
      }
    }
  }

  /** Puts the focus into the first field that can be edited. */
  focus(): void {
    const first = [...this.el.querySelectorAll<HTMLElement>('input:not([type=color]), select')].find(
      (e) => e.offsetParent !== null && !(e as HTMLInputElement).readOnly && !(e as HTMLInputElement).disabled,
    );
    (first ?? this.el.querySelector<HTMLElement>('summary'))?.focus();
  }

  /** Frees what the fields hold. */
  dispose(): void {
    this.clear();
    this.el.remove();
  }

  private clear(): void {
    for (const { placed } of this.sections) for (const { row } of placed) row.dispose();
    this.sections = [];
    this.el.replaceChildren();
  }

  private section(component: Component): Section {
    const el = document.createElement('details');
    el.className = 'component';
    const key = `${this.kind}/${component.name}`;
    el.open = !folded().has(key);
    const title = document.createElement('summary');
    const name = document.createElement('span');
    name.className = 'component-name';
    name.textContent = component.name;
    const facts = document.createElement('span');
    facts.className = 'component-facts';
    facts.textContent = `${component.fields.length} field${component.fields.length === 1 ? '' : 's'}`;
    title.append(name, facts);
    el.append(title);
    el.addEventListener('toggle', () => {
      if (this.text.trim() === '') fold(key, !el.open);
    });
    const placed = rowsOfFields(component.fields).map((fields) => this.place(fields));
    for (const { row } of placed) el.append(row.el);
    return { el, placed };
  }

  private place(fields: readonly Field[]): Placed {
    const specs = fields.map((f) => specOf(this.id, f));
    const path = fields[0]?.path ?? '';
    const name = fields.length > 1 ? path.slice(0, Math.max(0, path.lastIndexOf('.'))) || 'x y' : path;
    const row = new FieldRow(specs, name, editing(this.around.app).edits);
    for (const [i, field] of fields.entries()) row.editors[i]?.set(field.value);
    const text = fields
      .map((f) => `${f.path} ${f.name} ${f.help ?? ''}`)
      .join(' ')
      .toLowerCase();
    const button = specs.some(isNumeric) ? this.watchButton(row, fields) : undefined;
    return { row, fields, text, button };
  }

  private watchButton(row: FieldRow, fields: readonly Field[]): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'watch';
    button.title = 'Draw the last 10 s';
    button.setAttribute('aria-label', `Watch ${fields.map((f) => f.path).join(', ')}`);
    button.setAttribute('aria-pressed', 'false');
    button.append(sparkIcon());
    button.addEventListener('click', () => this.around.watch(fields.map((f) => f.path)));
    row.append(button);
    return button;
  }
}

function sparkIcon(): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', 'M1.5 11 5 6.5 8 9l3-5.5 3.5 4');
  svg.append(line);
  return svg;
}

// Which components a person folded, in this browser.
function folded(): Set<string> {
  try {
    return new Set((localStorage.getItem(foldedKey) ?? '').split('\n').filter(Boolean));
  } catch {
    return new Set();
  }
}

function fold(key: string, on: boolean): void {
  const keys = folded();
  if (on) keys.add(key);
  else keys.delete(key);
  try {
    localStorage.setItem(foldedKey, [...keys].slice(-200).join('\n'));
  } catch {
    // Storage may be forbidden; the fold then lasts as long as the entity is shown.
  }
}
