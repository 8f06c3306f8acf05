// A list, a map or a thing of any type: a line that says what it is, and what lies in it once it is
// opened. The game is asked for the part in view, however long the whole is.

import { reasonOf } from '../../core/editing';
import type { Field } from '../../core/protocol';
import { splitWorldPath } from '../../core/worldedits';
import type { Control } from '../../widgets/field/editor';
import { type FieldRow, rowsOfFields } from '../../widgets/field/row';
import type { Spec } from '../../widgets/field/spec';
import { rowOf, type Surroundings, setRow } from './fields';

const slice = 50; // things that are asked for at once
const rowHeight = 27; // px
const tallest = 10; // rows, then it scrolls
const every = 500; // ms between two looks while it is open

/** Opens in place. */
export class LookField implements Control {
  readonly el = document.createElement('div');
  private readonly button = document.createElement('button');
  private readonly body = document.createElement('div');
  private readonly rows = document.createElement('div');
  private readonly words = document.createElement('p');
  private readonly field: Field;
  private readonly path: (field: string) => string;
  private readonly around: Pick<Surroundings, 'app' | 'refer'>;
  private placed: { row: FieldRow; fields: readonly Field[] }[] = [];
  private shape = '';
  private summary: unknown;
  private open = false;
  private total = 0;
  private from = 0;
  private asked = Number.NEGATIVE_INFINITY;
  private asking = false;
  private off: (() => void) | undefined;

  constructor(spec: Spec, field: Field, path: (field: string) => string, around: Pick<Surroundings, 'app' | 'refer'>) {
    this.field = field;
    this.path = path;
    this.around = around;
    const { el, button, body, rows, words } = this;
    el.className = 'field json look';
    button.type = 'button';
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', () => this.toggle());
    body.className = 'look-body';
    body.hidden = true;
    body.tabIndex = 0;
    body.setAttribute('role', 'group');
    body.setAttribute('aria-label', `What lies in ${spec.label}`);
    body.addEventListener('scroll', () => this.scrolled(), { passive: true });
    words.className = 'muted look-words';
    body.append(words, rows);
    el.append(button, body);
    this.write();
  }

  set(value: unknown): void {
    if (value === this.summary) return;
    this.summary = value;
    this.write();
  }

  respec(): void {}

  disable(): void {}

  busy(): boolean {
    return this.placed.some(({ row }) => row.editors.some((e) => e.busy()));
  }

  dispose(): void {
    this.off?.();
    this.clear();
    this.el.remove();
  }

  private write(): void {
    const text = typeof this.summary === 'string' ? this.summary : (JSON.stringify(this.summary) ?? '');
    this.button.textContent = `${this.open ? '▾' : '▸'} ${text || this.field.type}`;
    this.button.setAttribute('aria-label', `${this.field.path}: ${text}`);
  }

  private toggle(): void {
    this.open = !this.open;
    this.body.hidden = !this.open;
    this.button.setAttribute('aria-expanded', String(this.open));
    this.el.closest('.field-row')?.classList.toggle('opened', this.open);
    this.write();
    this.off?.();
    this.off = undefined;
    if (this.open) this.begin();
    else this.clear();
  }

  private begin(): void {
    const { app } = this.around;
    this.off = app.frame.onText(() => {
      if (performance.now() - this.asked > every && !app.view.peek().paused) void this.look();
    });
    void this.look();
  }

  private clear(): void {
    for (const { row } of this.placed) row.dispose();
    this.placed = [];
    this.shape = '';
    this.rows.replaceChildren();
  }

  // A window of whole slices around what is in view, so that a scroll within it asks nothing.
  private scrolled(): void {
    const at = Math.floor(this.body.scrollTop / rowHeight);
    const next = Math.max(0, Math.floor((at - slice / 4) / (slice / 2)) * (slice / 2));
    if (next === this.from || this.total <= slice) return;
    this.from = next;
    void this.look();
  }

  private async look(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.asked = performance.now();
    const { from } = this;
    const { id } = splitWorldPath(this.path(''));
    try {
      const params = { id, path: this.field.path, offset: from, limit: slice };
      const { total, fields } = await this.around.app.rpc.call('world.look', params);
      if (this.open && from === this.from) this.draw(total, fields);
    } catch (fault) {
      this.words.textContent = reasonOf(fault);
      this.words.hidden = false;
    }
    this.asking = false;
    if (this.open && from !== this.from) void this.look();
  }

  private draw(total: number, fields: readonly Field[]): void {
    this.total = total;
    const shape = `${this.from} ${fields.map((f) => f.path + f.type).join()}`;
    if (shape !== this.shape && !this.busy()) {
      this.clear();
      this.shape = shape;
      const short = (path: string) => path.slice(commonOf(path, this.field.path)).replace(/^\./, '');
      this.placed = rowsOfFields(fields).map((parts) => ({
        row: rowOf(parts, this.path, this.around, short),
        fields: parts,
      }));
      this.rows.replaceChildren(...this.placed.map(({ row }) => row.el));
      this.stretch();
    }
    const values = new Map(fields.map((f) => [f.path, f.value]));
    for (const { row, fields: parts } of this.placed)
      setRow(row.editors, parts, parts[0]?.of !== undefined && parts.length > 1, values);
    this.words.hidden = total > 0;
    this.words.textContent = 'empty';
  }

  // Rows before and behind those that are there, as room.
  private stretch(): void {
    const n = this.placed.length;
    const long = this.total > slice;
    const all = long ? this.total : n;
    this.rows.style.paddingTop = long ? `${this.from * rowHeight}px` : '';
    this.rows.style.paddingBottom = long ? `${Math.max(0, all - this.from - n) * rowHeight}px` : '';
    this.body.style.maxHeight = all > tallest ? `${tallest * rowHeight}px` : '';
    this.body.classList.toggle('long', all > tallest);
  }
}

function commonOf(path: string, of: string): number {
  return path.startsWith(of) ? of.length : 0;
}
