// The fields that are chosen, not typed: a switch and a list.

import { mixed } from '../../core/worldedits';
import { Editor } from './editor';

/** A bool: a switch with its word. */
export class SwitchField extends Editor {
  private readonly input = document.createElement('input');
  private readonly word = document.createElement('span');

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'switch');
    const { input, word } = this;
    input.type = 'checkbox';
    input.setAttribute('role', 'switch');
    input.setAttribute('aria-label', spec.label);
    const label = document.createElement('label');
    word.className = 'word';
    word.setAttribute('aria-hidden', 'true');
    label.append(input, word);
    this.el.append(label);
    this.locked(this.readOnly);
    input.addEventListener('change', () => {
      this.commit(input.checked);
      this.refresh();
    });
    input.addEventListener('keydown', (e) => {
      if (e.key !== 'Enter' || this.readOnly) return;
      e.preventDefault();
      input.click();
    });
  }

  protected show(value: unknown): void {
    this.input.checked = value === true;
    this.input.indeterminate = value === mixed;
    this.word.textContent = value === true ? 'on' : value === false ? 'off' : '—';
  }

  // A switch has no unfinished state: what is clicked is sent.
  protected held(): boolean {
    return false;
  }

  protected locked(on: boolean): void {
    this.input.disabled = on;
    this.el.classList.toggle('locked', on);
  }
}

/** An enum: the browser's own list, which works with every keyboard and reader. */
export class ChoiceField extends Editor {
  private readonly select = document.createElement('select');
  private open = false; // the list may be open: the choice under the pointer must not change
  private names: readonly string[] = [];

  constructor(...[spec, edits, onNote]: ConstructorParameters<typeof Editor>) {
    super(spec, edits, onNote, 'choice');
    const { select } = this;
    select.setAttribute('aria-label', spec.label);
    this.el.append(select);
    this.fill(spec.enum ?? []);
    this.locked(this.readOnly);
    select.addEventListener('mousedown', () => this.hold(true));
    select.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') this.hold(false);
      else if (e.key === ' ' || e.key === 'F4' || (e.altKey && e.key.startsWith('Arrow'))) this.hold(true);
    });
    select.addEventListener('blur', () => this.hold(false));
    select.addEventListener('change', () => {
      this.open = false;
      this.commit(select.value);
      this.refresh();
    });
  }

  override respec(spec: Parameters<Editor['respec']>[0]): void {
    super.respec(spec);
    this.fill(spec.enum ?? []);
  }

  protected show(value: unknown): void {
    const name = value === mixed ? '—' : String(value ?? '');
    if (!this.names.includes(name)) this.fill([...(this.spec.enum ?? []), name]); // a number without a name
    this.select.value = name;
  }

  protected held(): boolean {
    return this.open && document.activeElement === this.select;
  }

  protected override holding(): unknown {
    return this.select.value;
  }

  protected locked(on: boolean): void {
    this.select.disabled = on;
    this.el.classList.toggle('locked', on);
  }

  private hold(open: boolean): void {
    if (this.open === open) return;
    this.open = open;
    this.refresh();
  }

  private fill(names: readonly string[]): void {
    if (names.join('\n') === this.names.join('\n')) return;
    this.names = names;
    this.select.replaceChildren(
      ...names.map((name) => {
        const option = document.createElement('option');
        option.value = option.textContent = name;
        return option;
      }),
    );
  }
}
