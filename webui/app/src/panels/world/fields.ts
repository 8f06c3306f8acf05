// The inspector's fields: components as sections that fold, rows by type, live values, and what can be
// done with a field.

import type { App } from '../../core/app';
import { copyText } from '../../core/clipboard';
import { editing } from '../../core/editing';
import type { Component, Field, Hold } from '../../core/protocol';
import { worldPath } from '../../core/worldedits';
import type { Control } from '../../widgets/field/editor';
import { icon } from '../../widgets/field/icon';
import { FieldRow, rowsOfFields } from '../../widgets/field/row';
import { draft, isNumeric, plainText, type Spec } from '../../widgets/field/spec';
import { type Item, popup } from '../../widgets/menu/popup';
import { folded } from './folds';
import { LookField } from './look';

/** What the fields need to know of their surroundings. */
export interface Surroundings {
  app: App;
  watched(path: string): boolean;
  watch(paths: readonly string[]): void;
  /** What a field of a kind needs beside what the game says of it. */
  refer(field: Field): Partial<Spec>;
  held(path: string): Hold | undefined;
  hold(path: string, value: unknown, on: boolean): void;
  detach(component: string): void;
  /** Puts a condition into the query. */
  find(condition: string): void;
}

/** Whose fields are shown: one entity, or several as one. */
export interface Shown {
  /** Of one entity; '' for several. */
  id: string;
  kind: string;
  components: readonly Component[];
  /** Where an edit of a field goes. */
  path(field: string): string;
  detachable: boolean;
}

interface Placed {
  row: FieldRow;
  fields: readonly Field[];
  /** The parts are one control, whose value is an array. */
  whole: boolean;
  /** What the filter searches. */
  text: string;
  button: HTMLButtonElement | undefined;
  holding: HTMLElement | undefined;
}

interface Section {
  el: HTMLDetailsElement;
  placed: Placed[];
}

const pin = 'M5.5 2.5h5M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5';

const unfolding = new Set(['list', 'map', 'any']);

/** How a field is edited. */
export function specOf(path: string, field: Field): Spec {
  return { ...field, path, label: field.path };
}

/** The sections of one entity after another. */
export class Fields {
  readonly el = document.createElement('div');
  private readonly around: Surroundings;
  private sections: Section[] = [];
  private values: ReadonlyMap<string, unknown> = new Map();
  private shown: Shown | undefined;
  private text = '';

  constructor(around: Surroundings) {
    this.around = around;
    this.el.className = 'components';
    this.el.addEventListener('keydown', (e) => {
      if (e.key !== 'ContextMenu' && !(e.shiftKey && e.key === 'F10')) return;
      const at = e.target instanceof Element ? e.target.closest<HTMLElement>('.field-row') : null;
      at?.querySelector<HTMLElement>('.row-menu')?.click();
      if (at) e.preventDefault();
    });
  }

  /** Shows another entity. */
  show(shown: Shown): void {
    this.clear();
    this.shown = shown;
    this.sections = shown.components.map((c) => this.section(c));
    this.el.replaceChildren(...this.sections.map((s) => s.el));
    this.filter(this.text);
  }

  /** Writes values; fields that somebody holds keep theirs. */
  set(values: ReadonlyMap<string, unknown>, gone: boolean): void {
    this.values = values;
    for (const { placed } of this.sections) {
      for (const { row, fields, whole } of placed) {
        row.el.classList.toggle('gone', gone);
        for (const editor of row.editors) editor.disable(gone);
        setRow(row.editors, fields, whole, values);
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
      el.hidden = shown === 0 && word !== '';
      if (word !== '') el.open = true;
    }
  }

  /** Marks which fields are watched and which are held. */
  marks(): void {
    for (const { placed } of this.sections) {
      for (const one of placed) {
        one.button?.setAttribute('aria-pressed', String(one.fields.some((f) => this.around.watched(f.path))));
        this.markHold(one);
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
    const key = `${this.shown?.kind}/${component.name}`;
    el.open = !folded.has(key);
    const title = document.createElement('summary');
    title.append(
      span('component-name', component.name),
      span('component-facts', `${component.fields.length} field${component.fields.length === 1 ? '' : 's'}`),
    );
    if (this.shown?.detachable) title.append(this.detachButton(component.name));
    el.append(title);
    el.addEventListener('toggle', () => {
      if (this.text.trim() === '') folded.set(key, !el.open);
    });
    const short = within(component.name);
    const placed = rowsOfFields(component.fields).map((fields) => this.place(fields, short));
    for (const { row } of placed) el.append(row.el);
    return { el, placed };
  }

  private detachButton(name: string): HTMLButtonElement {
    const button = iconButton('detach', `Take ${name} away`, '✕');
    button.addEventListener('click', (event) => {
      event.preventDefault(); // or the section folds
      this.around.detach(name);
    });
    return button;
  }

  private place(fields: readonly Field[], short: (path: string) => string): Placed {
    const { around } = this;
    const row = rowOf(fields, (path) => this.path(path), around, short);
    const numeric = fields.some((f) => isNumeric(specOf('', f)));
    const button = numeric && this.shown?.id !== '' ? this.watchButton(row, fields) : undefined;
    const text = fields
      .map((f) => `${f.path} ${f.name} ${f.help ?? ''}`)
      .join(' ')
      .toLowerCase();
    const whole = fields[0]?.of !== undefined && fields.length > 1;
    const placed: Placed = { row, fields, whole, text, button, holding: undefined };
    const menu = iconButton('row-menu', `More of ${row.label.textContent}`, '⋯');
    menu.tabIndex = -1; // Shift+F10 within the row opens it
    menu.addEventListener('click', () => popup(menu, row.label.textContent ?? '', this.items(placed)));
    row.label.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      menu.click();
    });
    row.el.append(menu);
    return placed;
  }

  private path(field: string): string {
    return this.shown?.path(field) ?? worldPath('', field);
  }

  private items({ fields, whole, button }: Placed): Item[] {
    const first = fields[0];
    if (first === undefined) return [];
    const { around } = this;
    const one = this.shown?.id !== '';
    const path = (whole && first.of) || first.path;
    const value = whole ? fields.map((f) => this.values.get(f.path)) : this.values.get(path);
    const text = whole ? JSON.stringify(value) : draft(specOf('', first), value);
    const held = around.held(this.path(path));
    const condition = `${first.path} = ${typeof this.values.get(first.path) === 'number' ? text : JSON.stringify(text)}`;
    const items: Item[] = [
      { label: 'Copy path', facts: path, run: () => copyText(path) },
      { label: 'Copy value', facts: text.slice(0, 24), run: () => copyText(text) },
    ];
    if (!whole && !unfolding.has(first.type) && typeof value !== 'symbol')
      items.push({ label: 'Find all with this value', run: () => around.find(condition) });
    if (button) items.push({ label: 'Watch as a chart', run: () => around.watch(fields.map((f) => f.path)) });
    if (one && !first.readOnly && !unfolding.has(first.type)) {
      const hold = () => around.hold(this.path(path), undefined, held === undefined);
      items.push(null, { label: held ? 'Release' : 'Hold at this value', run: hold });
    }
    return items;
  }

  private markHold(placed: Placed): void {
    const { fields, whole, row } = placed;
    const first = fields[0];
    if (first === undefined) return;
    const path = this.path((whole && first.of) || first.path);
    const hold = this.around.held(path) ?? fields.map((f) => this.around.held(this.path(f.path))).find(Boolean);
    if (hold === undefined) {
      placed.holding?.remove();
      placed.holding = undefined;
      row.el.classList.remove('held');
      return;
    }
    if (placed.holding === undefined) {
      placed.holding = document.createElement('div');
      placed.holding.className = 'note hold-note';
      const release = document.createElement('button');
      release.type = 'button';
      release.className = 'btn quiet';
      release.textContent = 'Release';
      release.addEventListener('click', () => this.around.hold(this.path(hold.path), undefined, false));
      placed.holding.append(icon(pin), span('', ''), release);
      row.el.append(placed.holding);
      row.el.classList.add('held');
    }
    const by = hold.author === this.around.app.me.peek()?.name ? 'you' : hold.author;
    const value = Array.isArray(hold.value) ? hold.value.join(', ') : plainText(specOf('', first), hold.value);
    const writes = hold.overwritten === 1 ? '1 write' : `${hold.overwritten} writes`;
    const text = `held at ${value} by ${by}, ${writes} of the game put back`;
    const words = placed.holding.querySelector('span');
    if (words && words.textContent !== text) words.textContent = text;
  }

  private watchButton(row: FieldRow, fields: readonly Field[]): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'watch';
    button.title = 'Draw the last 10 s';
    button.setAttribute('aria-label', `Watch ${fields.map((f) => f.path).join(', ')}`);
    button.setAttribute('aria-pressed', 'false');
    button.append(icon('M1.5 11 5 6.5 8 9l3-5.5 3.5 4'));
    button.addEventListener('click', () => this.around.watch(fields.map((f) => f.path)));
    row.append(button);
    return button;
  }
}

/** Builds the row of one field or of the parts of one value. */
export function rowOf(
  fields: readonly Field[],
  path: (field: string) => string,
  around: Pick<Surroundings, 'app' | 'refer'>,
  short: (path: string) => string = (p) => p,
): FieldRow {
  const first = fields[0] as Field;
  const several = path('').startsWith('worlds:');
  const specs = fields.map((f) => ({ ...specOf(path(f.path), f), several, ...around.refer(f) }));
  const { edits } = editing(around.app);
  if (fields.length === 1) {
    const make = unfolding.has(first.type) ? (spec: Spec) => new LookField(spec, first, path, around) : undefined;
    return new FieldRow(specs, short(first.path), edits, undefined, make);
  }
  if (first.of === undefined) {
    const stem = first.path.slice(0, Math.max(0, first.path.lastIndexOf('.')));
    return new FieldRow(specs, short(stem) || 'x y', edits);
  }
  const shape = { as: first.as ?? `vec${fields.length}`, cols: first.cols, path: path(first.of) };
  return new FieldRow(specs, short(first.of), edits, shape);
}

/** Writes the values of one row. */
export function setRow(
  editors: readonly Control[],
  fields: readonly Field[],
  whole: boolean,
  values: ReadonlyMap<string, unknown>,
): void {
  if (whole) {
    if (fields.some((f) => values.has(f.path))) editors[0]?.set(fields.map((f) => values.get(f.path)));
    return;
  }
  editors.forEach((editor, i) => {
    const path = fields[i]?.path;
    if (path !== undefined && values.has(path)) editor.set(values.get(path));
  });
}

// A component's name before its own fields says nothing in its section.
function within(component: string): (path: string) => string {
  const prefix = `${component.toLowerCase()}.`;
  return (path) => (path.toLowerCase().startsWith(prefix) ? path.slice(prefix.length) : path);
}

function span(name: string, text: string): HTMLElement {
  const el = document.createElement('span');
  el.className = name;
  el.textContent = text;
  return el;
}

function iconButton(name: string, label: string, text: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = name;
  button.title = label;
  button.setAttribute('aria-label', label);
  button.textContent = text;
  return button;
}
