// Fields that are typed as they are: texts and secrets. And one that is only read.

import { newGesture } from '../../core/edits';
import { Editor } from './editor';
import { leaveTo } from './number';
import { dots, draft, parse, show } from './spec';

/** A text. Enter sends it, Esc drops it. */
export class TextField extends Editor {
  protected readonly input = document.createElement('input');
  protected typed = false;

  constructor(...[spec, edits, onNote, className]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, className ?? 'text');
    const { input } = this;
    input.type = 'text';
    input.autocomplete = 'off';
    input.spellcheck = false;
    input.setAttribute('aria-label', spec.label);
    this.el.append(input);
    this.locked(this.readOnly);
    input.addEventListener('focus', () => {
      this.edit.dismiss();
      this.show(this.value);
      input.select();
      this.refresh();
    });
    input.addEventListener('blur', () => {
      this.send();
      this.refresh();
    });
    input.addEventListener('input', () => {
      this.typed = true;
      this.refresh();
    });
    input.addEventListener('keydown', (e) => this.key(e));
  }

  protected show(value: unknown): void {
    const text =
      this.spec.type === 'time' && document.activeElement !== this.input
        ? show(this.spec, value).text
        : draft(this.spec, value);
    this.input.placeholder = typeof value === 'symbol' ? '—' : '';
    if (this.input.value !== text) this.input.value = text;
    this.input.title = text.length > 24 ? text : '';
  }

  protected held(): boolean {
    return document.activeElement === this.input && !this.input.readOnly && (this.typed || !this.edit.pending);
  }

  protected override holding(): unknown {
    const parsed = parse(this.spec, this.input.value, this.live);
    return parsed.ok ? parsed.value : undefined;
  }

  protected override result(): { text: string; bad: boolean } | undefined {
    if (!this.typed) return undefined;
    const parsed = parse(this.spec, this.input.value, this.live);
    return parsed.ok ? { text: '', bad: false } : { text: parsed.reason, bad: true };
  }

  protected override takenBack(): void {
    if (!this.typed) this.show(this.live);
  }

  protected locked(on: boolean): void {
    this.input.readOnly = on;
    this.el.classList.toggle('locked', on);
  }

  private send(): void {
    if (!this.typed) return;
    this.typed = false;
    const parsed = parse(this.spec, this.input.value, this.live);
    if (parsed.ok) this.commit(parsed.value, { gesture: newGesture() });
  }

  protected key(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      if (!parse(this.spec, this.input.value, this.live).ok) return;
      this.send();
      this.show(this.value);
      this.input.select();
    } else if (event.key === 'Escape') {
      const typed = this.typed;
      this.typed = false;
      this.edit.dismiss();
      this.show(this.live);
      if (!typed) leaveTo(this.input);
    } else return;
    this.refresh();
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A value that can be written and never read: dots stand for it. */
export class SecretField extends TextField {
  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'text secret');
    this.input.type = 'password';
    this.input.autocomplete = 'new-password';
    this.input.placeholder = dots;
    this.input.setAttribute('aria-label', `${spec.label}, secret: can be set and not read`);
  }

  protected override show(): void {
    if (!this.typed) this.input.value = '';
  }

  protected override holding(): unknown {
    return undefined;
  }

  protected override words(_: unknown, reason: string): string {
    return super.words(null, reason);
  }
}

/** Any other value: a line that opens. */
export class JsonField extends Editor {
  private readonly button = document.createElement('button');
  private readonly body = document.createElement('pre');
  private open = false;
  private shown: unknown;

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'json');
    this.button.type = 'button';
    this.button.addEventListener('click', () => {
      this.open = !this.open;
      this.write();
    });
    this.body.tabIndex = 0;
    this.el.append(this.button, this.body);
    this.write();
  }

  protected show(value: unknown): void {
    if (value === this.shown) return;
    this.shown = value;
    this.write();
  }

  protected held(): boolean {
    return false;
  }

  protected locked(): void {}

  private write(): void {
    this.button.textContent = `${this.open ? '▾' : '▸'} ${summary(this.shown)}`;
    this.button.setAttribute('aria-expanded', String(this.open));
    this.button.setAttribute('aria-label', `${this.spec.label}: ${summary(this.shown)}, read-only`);
    this.body.hidden = !this.open;
    this.body.textContent = this.open ? pretty(this.shown) : '';
  }
}

/** What a value is, in a few words. */
export function summary(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length} items`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    return names.length === 0 ? '{}' : `{${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}}`;
  }
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '–');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const mostText = 20_000;

function pretty(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? '');
  return text.length > mostText ? `${text.slice(0, mostText)}\n… ${text.length - mostText} more characters` : text;
}
